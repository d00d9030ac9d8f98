"""STS: roles assumed by keys and by tokens, the classic flow, and signatures that are really checked."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config

from tests.identity_pools.pools import INVALID, NOT_AUTHORIZED, IdentityPool, make_identity_pool, provider_name, sign_in
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.clients import AwsCli
from tests.support.control import Clock
from tests.support.server import Server, ServerFactory


@pytest.fixture
def sts(server: Server, account: str) -> Any:
    return server.client("sts", account=account)


def by_token(sts: Any, pool: IdentityPool, token: str, **more: Any) -> dict[str, Any]:
    request = {"RoleArn": pool.role("chosen"), "RoleSessionName": "app", "WebIdentityToken": token} | more
    answer: dict[str, Any] = sts.assume_role_with_web_identity(**request)
    return answer


# -- callers


def test_an_accounts_own_key_is_its_root(sts: Any, account: str) -> None:
    caller = sts.get_caller_identity()
    assert (caller["UserId"], caller["Account"], caller["Arn"]) == (account, account, f"arn:aws:iam::{account}:root")


def test_the_aws_cli_knows_who_calls(aws: AwsCli, account: str) -> None:
    assert aws("sts", "get-caller-identity")["Account"] == account


def test_an_unsigned_request_is_refused_where_a_signature_is_needed(server: Server) -> None:
    sts = server.client("sts", account="x", config=Config(signature_version=UNSIGNED))
    refused = refusal(sts.get_caller_identity)
    assert refused == ("MissingAuthenticationToken", "Request is missing Authentication Token")


def test_a_role_is_assumed_in_its_own_account_with_its_tags(server: Server, sts: Any, pool: IdentityPool) -> None:
    other = "arn:aws:iam::444455556666:role/path/deploy"
    assumed = sts.assume_role(RoleArn=other, RoleSessionName="me", DurationSeconds=900, Tags=[{"Key": "Team", "Value": "blue"}])
    assert assumed["AssumedRoleUser"]["Arn"] == "arn:aws:sts::444455556666:assumed-role/deploy/me"
    assert pool.caller(assumed["Credentials"]) == assumed["AssumedRoleUser"]["Arn"]
    key = assumed["Credentials"]["AccessKeyId"]
    assert server.http.get(f"{server.url}/_emu/credentials/{key}", timeout=10).json()["tags"] == {"Team": "blue"}


def test_a_session_token_is_the_accounts_own(sts: Any, account: str, pool: IdentityPool, clock: Clock) -> None:
    credentials = sts.get_session_token()["Credentials"]
    assert pool.caller(credentials) == f"arn:aws:iam::{account}:root"
    assert 43190 < credentials["Expiration"].timestamp() - clock.now() <= 43200


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"RoleArn": "arn:aws:iam::123456789012:user/ann"}, "arn:aws:iam::123456789012:user/ann is invalid"),
        (
            {"DurationSeconds": 43201},
            (
                "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: "
                "Member must have value less than or equal to 43200"
            ),
        ),
    ],
)
def test_a_role_is_refused(sts: Any, request_: dict[str, Any], message: str) -> None:
    request = {"RoleArn": "arn:aws:iam::123456789012:role/deploy", "RoleSessionName": "me"} | request_
    assert refusal(sts.assume_role, **request) == ("ValidationError", message)


# -- the classic flow


def test_the_classic_flow_ends_in_a_role_of_the_callers_choice(server: Server, sts: Any, pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    token = pool.identity.get_open_id_token(IdentityId=ann, Logins=sign_in(people, "ann"))["Token"]
    assumed = by_token(sts, pool, token)
    assert assumed["SubjectFromWebIdentityToken"] == ann
    assert (assumed["Provider"], assumed["Audience"]) == ("cognito-identity.amazonaws.com", pool.id)
    assert pool.caller(assumed["Credentials"]) == f"arn:aws:sts::{pool.account}:assumed-role/chosen/app"
    key = assumed["Credentials"]["AccessKeyId"]
    record = server.http.get(f"{server.url}/_emu/credentials/{key}", timeout=10).json()
    assert (record["identity_id"], record["identity_pool_id"], record["amr"][0]) == (ann, pool.id, "authenticated")


def test_a_pool_may_be_without_the_classic_flow(server: Server, identity: Any, account: str) -> None:
    pool = make_identity_pool(server, identity, account, AllowClassicFlow=False)
    refused = refusal(identity.get_open_id_token, IdentityId=pool.get_id())
    assert refused == (INVALID, "Basic (classic) flow is not enabled, please use enhanced flow.")


def test_role_mappings_shut_the_classic_flow(pool: IdentityPool, people: Pool) -> None:
    mapping = {f"{provider_name(people)}:{people.client}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    pool.identity.set_identity_pool_roles(IdentityPoolId=pool.id, Roles={}, RoleMappings=mapping)
    refused = refusal(pool.identity.get_open_id_token, IdentityId=pool.get_id())
    assert refused == (INVALID, "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")


def test_a_token_of_the_service_earns_no_other_token(pool: IdentityPool) -> None:
    guest = pool.get_id()
    logins = {"cognito-identity.amazonaws.com": pool.identity.get_open_id_token(IdentityId=guest)["Token"]}
    expected = (NOT_AUTHORIZED, "Invalid login token. Can't pass in a Cognito token.")
    assert refusal(pool.identity.get_id, IdentityPoolId=pool.id, Logins=logins) == expected
    assert refusal(pool.identity.get_open_id_token, IdentityId=guest, Logins=logins) == expected


def test_a_providers_token_assumes_a_role_where_a_pool_of_the_account_trusts_it(sts: Any, pool: IdentityPool, provider: Provider) -> None:
    assumed = by_token(sts, pool, provider.issue(sub="ann", aud=["app", "other"]))
    assert (assumed["SubjectFromWebIdentityToken"], assumed["Audience"]) == ("ann", "app")
    assert assumed["Provider"] == provider.arn(pool.account)


def test_tokens_are_refused(sts: Any, pool: IdentityPool, provider: Provider) -> None:
    invalid = "InvalidIdentityToken"
    assert refusal(by_token, sts=sts, pool=pool, token="junk")[0] == invalid
    expired = refusal(by_token, sts=sts, pool=pool, token=provider.issue(sub="ann", lifetime=-3600))
    assert expired[0] == "ExpiredTokenException"
    with Provider() as stranger:
        refused = refusal(by_token, sts=sts, pool=pool, token=stranger.issue(sub="ann"))
    assert refused == (invalid, f"No OpenIDConnect provider found in your account for {stranger.issuer}")


def test_a_token_that_someone_else_signed_as_the_service_is_refused(sts: Any, pool: IdentityPool, provider: Provider) -> None:
    import jwt  # noqa: PLC0415 - for a forgery
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kid = jwt.get_unverified_header(pool.identity.get_open_id_token(IdentityId=pool.get_id())["Token"])["kid"]
    forged = jwt.encode({"sub": "x", "aud": pool.id, "amr": ["authenticated"], "exp": 2**32}, key, "RS512", {"kid": kid})
    refused = refusal(by_token, sts=sts, pool=pool, token=forged)
    assert refused == ("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider")


def test_a_token_expires(sts: Any, pool: IdentityPool, clock: Clock) -> None:
    token = pool.identity.get_open_id_token(IdentityId=pool.get_id())["Token"]
    clock.advance(minutes=11)
    assert refusal(by_token, sts=sts, pool=pool, token=token)[0] == "ExpiredTokenException"


def test_a_provider_that_does_not_answer_is_reported(sts: Any, server: Server, identity: Any, account: str) -> None:
    with Provider() as gone:
        token = gone.issue(sub="ann")
    pool = make_identity_pool(server, identity, account, OpenIdConnectProviderARNs=[gone.arn(account)])
    assert refusal(by_token, sts=sts, pool=pool, token=token)[0] == "IDPCommunicationError"


# -- the query protocol's own refusals


def test_an_unknown_action_is_refused_in_xml(server: Server) -> None:
    answer = server.http.post(server.url, data={"Action": "Nothing", "Version": "2011-06-15"}, timeout=10)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "text/xml"
    assert "<Code>InvalidAction</Code>" in answer.text
    assert "Could not find operation Nothing for version 2011-06-15" in answer.text


def test_a_form_that_is_not_utf_8_is_refused(server: Server) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = server.http.post(server.url, data=b"Action=%ff", headers=headers, timeout=10)
    assert (answer.status_code, "<Code>MalformedInput</Code>" in answer.text) == (400, True)


# -- signatures


@pytest.fixture(scope="module")
def strict_server(servers: ServerFactory) -> Iterator[Server]:
    with servers(verify_signatures=True) as server:
        yield server


@pytest.fixture
def strict(strict_server: Server, account: str) -> tuple[IdentityPool, dict[str, Any]]:
    """A pool on a server that checks signatures, and a guest's credentials."""
    pool = make_identity_pool(strict_server, strict_server.client("cognito-identity", account=account), account)
    return pool, pool.credentials(pool.get_id())["Credentials"]


def test_a_right_signature_passes(strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    assert pool.caller(credentials) == pool.assumed("guests")
    assert pool.client("cognito-idp", credentials).list_user_pools(MaxResults=1)["UserPools"] == []


def test_a_wrong_secret_fails_as_on_aws(strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    wrong = credentials | {"SecretKey": "x" * 40}
    code, message = refusal(pool.client("sts", wrong).get_caller_identity)
    assert code == "SignatureDoesNotMatch"
    assert message.startswith("The request signature we calculated does not match the signature you provided.")
    assert refusal(pool.client("cognito-idp", wrong).list_user_pools, MaxResults=1) == ("InvalidSignatureException", message)


def test_a_wrong_session_token_fails_as_on_aws(strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    wrong = credentials | {"SessionToken": "another"}
    message = "The security token included in the request is invalid."
    assert refusal(pool.client("sts", wrong).get_caller_identity) == ("InvalidClientTokenId", message)
    assert refusal(pool.client("cognito-idp", wrong).list_user_pools, MaxResults=1) == ("UnrecognizedClientException", message)


def test_a_changed_body_breaks_the_signature(strict_server: Server, strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    client = pool.client("cognito-idp", credentials)
    sent: dict[str, Any] = {}
    client.meta.events.register("before-send.*.*", lambda request, **_: sent.update(request.headers))
    client.list_user_pools(MaxResults=1)
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in sent.items()}
    headers.pop("Content-Length")
    changed = requests.post(strict_server.url, data=b'{"MaxResults": 2}', headers=headers, timeout=10)
    assert changed.json()["__type"] == "InvalidSignatureException"
    replayed = requests.post(strict_server.url, data=b'{"MaxResults": 1}', headers=headers, timeout=10)
    assert replayed.status_code == 200


def test_a_moved_clock_does_not_age_signatures(strict_server: Server, strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    clock = Clock(strict_server)
    clock.advance(minutes=30)
    try:
        assert pool.caller(credentials) == pool.assumed("guests")
    finally:
        clock.reset()


def test_an_old_signature_fails_as_on_aws(strict_server: Server, strict: tuple[IdentityPool, dict[str, Any]]) -> None:
    pool, credentials = strict
    client = pool.client("cognito-idp", credentials)
    sent: dict[str, Any] = {}
    client.meta.events.register("before-send.*.*", lambda request, **_: sent.update(request.headers))
    client.list_user_pools(MaxResults=1)
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in sent.items()}
    headers["X-Amz-Date"] = "20200101T000000Z"
    answer = requests.post(strict_server.url, data=b'{"MaxResults": 1}', headers=headers, timeout=10).json()
    assert answer["__type"] == "InvalidSignatureException"
    assert answer["message"].startswith("Signature expired: 20200101T000000Z is now earlier than ")


def test_other_keys_need_no_true_secret(strict_server: Server) -> None:
    assert strict_server.client("sts", account="123456789012").get_caller_identity()["Account"] == "123456789012"
