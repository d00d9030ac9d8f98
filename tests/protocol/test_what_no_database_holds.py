"""Numbers and characters that a database cannot store are refused at the door, in AWS's form, and alike on both databases."""

import json
from typing import Any

import pytest

from tests.support.server import REGION, Server

pytestmark = pytest.mark.databases("sqlite", "postgresql")

TOO_LARGE = ["2147483648", "-2147483649", "9223372036854775808", "99999999999999999999", "1e30", "-1e300"]
NO_INTEGER = ("SerializationException", "NUMBER_VALUE can not be converted to an Integer")
NUL = "The character U+0000 cannot be part of a text."


@pytest.fixture
def pool_id(idp: Any) -> str:
    made: str = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
    return made


def post(server: Server, account: str, operation: str, body: str) -> tuple[int, dict[str, Any]]:
    """Send JSON as it stands here, which no SDK would send."""
    answer = server.http.post(
        server.url,
        data=body.encode(),
        headers={
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20261124/{REGION}/cognito-idp/aws4_request, Signature=0",
        },
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(("operation", "member"), [("CreateGroup", "Precedence"), ("ListUsers", "Limit")])
def test_a_number_that_is_no_integer_of_java_is_refused(
    server: Server, account: str, pool_id: str, operation: str, member: str, number: str
) -> None:
    group = '"GroupName": "staff", ' if operation == "CreateGroup" else ""
    status, error = post(server, account, operation, f'{{"UserPoolId": "{pool_id}", {group}"{member}": {number}}}')
    assert (status, error["__type"], error["message"]) == (400, *NO_INTEGER)


def test_the_largest_integer_is_kept(idp: Any, pool_id: str) -> None:
    assert idp.create_group(UserPoolId=pool_id, GroupName="staff", Precedence=2**31 - 1)["Group"]["Precedence"] == 2**31 - 1


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateGroup", {"GroupName": "staff", "Description": "a\0b"}),
        ("AdminCreateUser", {"Username": "ann", "UserAttributes": [{"Name": "name", "Value": "\0"}]}),
        ("ListUsers", {"Filter": 'name = "a\0b"'}),
        ("AdminGetUser", {"Username": "\\\0"}),
    ],
)
def test_the_null_character_is_refused(server: Server, account: str, pool_id: str, operation: str, request_: dict[str, Any]) -> None:
    status, error = post(server, account, operation, json.dumps({"UserPoolId": pool_id, **request_}))
    assert (status, error["__type"], error["message"]) == (400, "SerializationException", NUL)


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "u0000"])
def test_what_only_looks_like_it_is_kept(idp: Any, pool_id: str, text: str) -> None:
    assert idp.create_group(UserPoolId=pool_id, GroupName="staff", Description=text)["Group"]["Description"] == text


def test_the_null_character_is_refused_in_parameters_of_oauth(server: Server) -> None:
    answer = server.http.post(f"{server.url}/oauth2/token", data={"grant_type": "refresh_token", "client_id": "\0", "refresh_token": "x"})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    for path in ("/oauth2/authorize", "/login", "/signup"):
        page = server.http.get(f"{server.url}{path}", params={"client_id": "a\0", "response_type": "code"}, allow_redirects=False)
        assert (page.status_code, page.headers["Location"].partition("?")[0]) == (302, "/error")


def test_the_null_character_is_refused_in_forms(server: Server, account: str) -> None:
    credential = f"AWS4-HMAC-SHA256 Credential={account}/20261124/{REGION}/cloudformation/aws4_request, Signature=0"
    form = {"Action": "DescribeStacks", "Version": "2010-05-15", "StackName": "a\0"}
    answer = server.http.post(server.url, data=form, headers={"Authorization": credential})
    assert answer.status_code == 400
    assert f"<Code>MalformedInput</Code><Message>{NUL}</Message>" in answer.text


def test_the_inbox_refuses_a_limit_beyond_all_counting(server: Server) -> None:
    answer = server.http.get(f"{server.url}/_emu/inbox", params={"limit": "1e30"})
    assert (answer.status_code, answer.json()) == (400, {"message": "limit is out of range"})
