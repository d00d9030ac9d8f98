"""The ground's promise: clients that were made for AWS sign real users up and in, and any JWT library verifies the tokens.

Each client does here what its own documentation says to do with Cognito; only the endpoint differs.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pycognito
import pytest
from pycognito.exceptions import ForceChangePasswordException

from tests.support.clients import AwsCli, ClientError
from tests.support.control import Inbox
from tests.support.machine import CHECKOUT, program
from tests.support.server import REGION, Server

PASSWORD = "Correct-Horse-1"
PUBLIC_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass(frozen=True)
class Signed:
    """A pool, a public client, and a confirmed user whose e-mail address is his name."""

    pool: str
    client: str
    user: str = "ann@example.com"


@pytest.fixture
def signed_up(idp: Any, inbox: Inbox) -> Signed:
    """Ann signed herself up and confirmed her address by the code that was sent to her."""
    return sign_up(idp, inbox)


def sign_up(idp: Any, inbox: Inbox) -> Signed:
    pool = idp.create_user_pool(PoolName="quick-start", AutoVerifiedAttributes=["email"], UsernameAttributes=["email"])["UserPool"]
    client = idp.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web", ExplicitAuthFlows=PUBLIC_FLOWS)["UserPoolClient"]
    signed = Signed(pool["Id"], client["ClientId"])
    idp.sign_up(ClientId=signed.client, Username=signed.user, Password=PASSWORD)
    idp.confirm_sign_up(ClientId=signed.client, Username=signed.user, ConfirmationCode=inbox.code(to=signed.user))
    return signed


def verified(server: Server, signed: Signed, token: str, *, audience: str | None) -> dict[str, Any]:
    """The claims of a token that PyJWT accepts by the pool's JWKS: signature, expiry, issuer, audience."""
    issuer = f"{server.url}/{signed.pool}"
    key = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    required: Any = {"require": ["exp", "iat", "iss", "sub", "token_use", "jti"]}
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, audience=audience, options=required)
    return claims


# -- boto3


def test_boto3_signs_up_and_in_and_refreshes(idp: Any, signed_up: Signed) -> None:
    signed_in = idp.initiate_auth(
        ClientId=signed_up.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": signed_up.user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert signed_in["TokenType"] == "Bearer"
    assert signed_in["ExpiresIn"] == 3600

    user = idp.get_user(AccessToken=signed_in["AccessToken"])
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    assert attributes["email"] == signed_up.user
    assert attributes["email_verified"] == "true"
    assert user["Username"] == attributes["sub"], "in a pool whose users sign up by e-mail address, the user name is the sub"

    refreshed = idp.initiate_auth(
        ClientId=signed_up.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": signed_in["RefreshToken"]},
    )["AuthenticationResult"]
    assert refreshed["AccessToken"] != signed_in["AccessToken"]
    assert "RefreshToken" not in refreshed


def test_boto3_raises_its_own_exception_for_a_wrong_password(idp: Any, signed_up: Signed) -> None:
    with pytest.raises(idp.exceptions.NotAuthorizedException, match=r"Incorrect username or password\."):
        idp.initiate_auth(
            ClientId=signed_up.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": signed_up.user, "PASSWORD": "Wrong-Horse-1"},
        )


def test_boto3_paginates_users(idp: Any, signed_up: Signed) -> None:
    for number in range(5):
        idp.admin_create_user(UserPoolId=signed_up.pool, Username=f"user{number}@example.com", MessageAction="SUPPRESS")
    pages = list(idp.get_paginator("list_users").paginate(UserPoolId=signed_up.pool, PaginationConfig={"PageSize": 2}))
    assert [len(page["Users"]) for page in pages] == [2, 2, 2]
    assert len({user["Username"] for page in pages for user in page["Users"]}) == 6


# -- any JWT library: PyJWT


def test_pyjwt_verifies_id_and_access_token_against_the_jwks(server: Server, idp: Any, signed_up: Signed) -> None:
    tokens = idp.initiate_auth(
        ClientId=signed_up.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": signed_up.user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]

    claims = verified(server, signed_up, tokens["IdToken"], audience=signed_up.client)
    assert claims["token_use"] == "id"
    assert claims["email"] == signed_up.user
    assert claims["email_verified"] is True

    access = verified(server, signed_up, tokens["AccessToken"], audience=None)
    assert access["token_use"] == "access"
    assert access["client_id"] == signed_up.client
    assert access["sub"] == claims["sub"]
    assert "aud" not in access


def test_pyjwt_refuses_a_token_whose_signature_was_touched(server: Server, idp: Any, signed_up: Signed) -> None:
    token = idp.initiate_auth(
        ClientId=signed_up.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": signed_up.user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["IdToken"]
    head, _, signature = token.rpartition(".")
    touched = f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    with pytest.raises(jwt.InvalidSignatureError):
        verified(server, signed_up, touched, audience=signed_up.client)


# -- the AWS CLI, version 1


def test_aws_cli_signs_up_and_in(aws: AwsCli, inbox: Inbox) -> None:
    user = "bob@example.com"
    pool = aws("cognito-idp", "create-user-pool", "--pool-name", "cli", "--auto-verified-attributes", "email")["UserPool"]
    client = aws(
        "cognito-idp", "create-user-pool-client", "--user-pool-id", pool["Id"], "--client-name", "cli",
        "--explicit-auth-flows", *PUBLIC_FLOWS,
    )["UserPoolClient"]  # fmt: skip
    as_client = ("--client-id", client["ClientId"])
    assert aws("cognito-idp", "list-user-pools", "--max-results", "10")["UserPools"][0]["Id"] == pool["Id"]

    signed_up = aws(
        "cognito-idp", "sign-up", *as_client, "--username", "bob", "--password", PASSWORD,
        "--user-attributes", f"Name=email,Value={user}",
    )  # fmt: skip
    assert signed_up["UserConfirmed"] is False
    assert signed_up["CodeDeliveryDetails"] == {"Destination": "b***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    aws("cognito-idp", "confirm-sign-up", *as_client, "--username", "bob", "--confirmation-code", inbox.code(to=user))

    signed_in = aws(
        "cognito-idp", "initiate-auth", *as_client, "--auth-flow", "USER_PASSWORD_AUTH",
        "--auth-parameters", f"USERNAME=bob,PASSWORD={PASSWORD}",
    )["AuthenticationResult"]  # fmt: skip
    assert aws("cognito-idp", "get-user", "--access-token", signed_in["AccessToken"])["Username"] == "bob"


def test_aws_cli_shows_the_error_as_aws_words_it(aws: AwsCli) -> None:
    expected = "An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation: User pool us-east-1_missing123"
    with pytest.raises(ClientError, match=re.escape(expected) + r" does not exist\."):
        aws("cognito-idp", "describe-user-pool", "--user-pool-id", "us-east-1_missing123")


# -- amazon-cognito-identity-js: SRP in JavaScript


def test_amazon_cognito_identity_js_signs_in_by_srp(server: Server, javascript: Callable[..., Any], signed_up: Signed) -> None:
    answer = javascript(
        "srp-sign-in.mjs",
        endpoint=server.url,
        pool=signed_up.pool,
        client=signed_up.client,
        user=signed_up.user,
        password=PASSWORD,
    )
    assert answer["attributes"]["email"] == signed_up.user
    claims = verified(server, signed_up, answer["tokens"]["id"], audience=signed_up.client)
    assert claims["email"] == signed_up.user
    refreshed = verified(server, signed_up, answer["refreshed"]["access"], audience=None)
    assert refreshed["origin_jti"] == claims["origin_jti"]


def test_amazon_cognito_identity_js_is_refused_with_a_wrong_password(
    server: Server, javascript: Callable[..., Any], signed_up: Signed
) -> None:
    answer = javascript(
        "srp-sign-in.mjs",
        endpoint=server.url,
        pool=signed_up.pool,
        client=signed_up.client,
        user=signed_up.user,
        password="Wrong-Horse-1",
    )
    assert answer == {"error": {"name": "NotAuthorizedException", "message": "Incorrect username or password."}}


# -- the AWS SDK for JavaScript, version 3


def test_aws_sdk_for_javascript_signs_in(server: Server, account: str, javascript: Callable[..., Any], signed_up: Signed) -> None:
    options = {"endpoint": server.url, "account": account, "region": REGION, "client": signed_up.client, "user": signed_up.user}
    answer = javascript("sdk-sign-in.mjs", **options, password=PASSWORD)
    assert answer["attributes"]["email"] == signed_up.user
    assert answer["expiresIn"] == 3600

    refused = javascript("sdk-sign-in.mjs", **options, password="Wrong-Horse-1")
    assert refused == {"error": {"name": "NotAuthorizedException", "message": "Incorrect username or password."}}


# -- pycognito: SRP in Python


@pytest.fixture
def ann(server: Server, account: str, signed_up: Signed) -> pycognito.Cognito:
    """Ann, as pycognito sees her."""
    return pycognito.Cognito(
        signed_up.pool,
        signed_up.client,
        user_pool_region=REGION,
        username=signed_up.user,
        access_key=account,
        secret_key="secret",
        boto3_client_kwargs={"endpoint_url": server.url},
    )


def test_pycognito_signs_in_by_srp_and_verifies_its_tokens(ann: pycognito.Cognito) -> None:
    ann.authenticate(PASSWORD)
    assert ann.id_claims["email"] == "ann@example.com"
    assert ann.access_claims["token_use"] == "access"
    first = ann.access_token
    ann.renew_access_token()
    assert ann.access_token != first
    assert ann.get_user().email == "ann@example.com"
    ann.change_password(PASSWORD, "Other-Horse-2")
    ann.logout()


def test_pycognito_is_refused_with_a_wrong_password(ann: pycognito.Cognito) -> None:
    with pytest.raises(ann.client.exceptions.NotAuthorizedException, match=r"Incorrect username or password\."):
        ann.authenticate("Wrong-Horse-1")


def test_pycognito_answers_the_demand_for_a_new_password(server: Server, idp: Any, account: str, signed_up: Signed, inbox: Inbox) -> None:
    idp.admin_create_user(UserPoolId=signed_up.pool, Username="carl@example.com", DesiredDeliveryMediums=["EMAIL"])
    temporary = inbox.code(to="carl@example.com")
    carl = pycognito.Cognito(
        signed_up.pool,
        signed_up.client,
        user_pool_region=REGION,
        username="carl@example.com",
        access_key=account,
        secret_key="secret",
        boto3_client_kwargs={"endpoint_url": server.url},
    )
    with pytest.raises(ForceChangePasswordException):
        carl.authenticate(temporary)
    carl.new_password_challenge(temporary, PASSWORD)
    assert carl.id_claims["cognito:username"] == carl.access_claims["username"]


# -- aws-jwt-verify


def test_aws_jwt_verify_accepts_both_tokens_and_fetches_the_jwks_once(
    server: Server, idp: Any, javascript: Callable[..., Any], signed_up: Signed
) -> None:
    tokens = idp.initiate_auth(
        ClientId=signed_up.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": signed_up.user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    options = {"endpoint": server.url, "pool": signed_up.pool, "issuer": "address"}
    answer = javascript("verify-token.mjs", **options, client=signed_up.client, id=tokens["IdToken"], access=tokens["AccessToken"])
    assert answer["id"]["email"] == signed_up.user
    assert answer["access"]["client_id"] == signed_up.client
    assert answer["fetches"] == 1

    strange = javascript("verify-token.mjs", **options, client="another", id=tokens["IdToken"], access=tokens["AccessToken"])
    assert strange["error"]["name"] == "JwtInvalidAudienceError"


def test_aws_jwt_verify_accepts_tokens_with_awss_own_issuer(
    emptied_server: Callable[..., Server], account: str, javascript: Callable[..., Any]
) -> None:
    """With COGNITO_EMU_ISSUER=aws, the library's Cognito verifier takes the tokens: it accepts no other issuer."""
    server = emptied_server(issuer="aws")
    idp = server.client(account=account)
    signed = sign_up(idp, Inbox(server, account))
    tokens = idp.initiate_auth(
        ClientId=signed.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": signed.user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    answer = javascript(
        "verify-token.mjs",
        endpoint=server.url,
        pool=signed.pool,
        client=signed.client,
        issuer="aws",
        id=tokens["IdToken"],
        access=tokens["AccessToken"],
    )
    assert answer["id"]["iss"] == f"https://cognito-idp.{REGION}.amazonaws.com/{signed.pool}"
    assert answer["access"]["username"] == answer["id"]["cognito:username"]


# -- the README's quick start, word for word


def quick_start(language: str) -> str:
    """The blocks of one language under the README's "Quick start", joined."""
    readme = (CHECKOUT / "README.md").read_text()
    section = re.search(r"^## Quick start\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    assert section, 'the README has no "## Quick start"'
    blocks = re.findall(rf"^```{language}\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL)
    assert blocks, f"the README's quick start shows no {language}"
    return "\n".join(blocks)


def test_readme_quick_start_in_python(server: Server, tmp_path: Path) -> None:
    """The README's Python runs as it stands, but for the port."""
    script = tmp_path / "quick_start.py"
    script.write_text(quick_start("python").replace("http://localhost:4566", server.url))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_readme_quick_start_with_the_aws_cli(server: Server, aws: AwsCli, tmp_path: Path) -> None:
    """The README's AWS CLI lines run as they stand, but for the port and the lines that start the server."""
    lines = quick_start("sh").replace("http://localhost:4566", server.url)
    script = re.sub(r"^(git|cd|make) .*\n", "", lines, flags=re.MULTILINE)
    path = f"{Path(program('aws')).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=aws.environment | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, f"{shlex.quote(script)}\n{done.stderr}"
