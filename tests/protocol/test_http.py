"""What comes over the wire: AWS JSON 1.1 in good and in bad shape."""

import json
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import pytest
import requests

TARGET = "AWSCognitoIdentityProviderService"
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential={key}/20261124/{region}/cognito-idp/aws4_request, SignedHeaders=host, Signature=0"


@pytest.fixture
def post(server, account):
    def post(operation: str, body: bytes | str | dict | Iterator[bytes], **headers: str) -> requests.Response:
        data = json.dumps(body) if isinstance(body, dict) else body
        return server.http.post(
            server.url + "/",
            data=data,
            headers={
                "X-Amz-Target": f"{TARGET}.{operation}",
                "Content-Type": "application/x-amz-json-1.1",
                "Authorization": AUTHORIZATION.format(key=account, region="us-east-1"),
                **headers,
            },
        )

    return post


def test_an_answer_carries_the_content_type_and_a_request_id(post):
    answer = post("ListUserPools", {"MaxResults": 1})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert len(answer.headers["x-amzn-RequestId"]) == 36
    assert answer.json() == {"UserPools": []}


@pytest.mark.parametrize("plain", [True, False])
def test_an_answer_says_when_it_was_made(post, plain):
    # SDKs set their clocks right by it. A body whose length is not said goes Tornado's way.
    body = b'{"MaxResults": 1}'
    answer = post("ListUserPools", body if plain else iter([body]))
    assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()) < 5


def test_dates_are_numbers_of_seconds(post):
    pool = post("CreateUserPool", {"PoolName": "dates"}).json()["UserPool"]
    assert isinstance(pool["CreationDate"], int | float)
    assert round(pool["CreationDate"], 3) == pool["CreationDate"]


def test_an_error_names_its_code_in_body_and_header(post):
    answer = post("DescribeUserPool", {"UserPoolId": "us-east-1_nowhere"})
    assert answer.status_code == 400
    assert answer.json() == {"__type": "ResourceNotFoundException", "message": "User pool us-east-1_nowhere does not exist."}
    assert answer.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
    assert answer.headers["x-amzn-ErrorMessage"] == "User pool us-east-1_nowhere does not exist."


def test_several_failures_come_in_one_message(post):
    answer = post("GetGroup", {"UserPoolId": "no", "GroupName": "a b"})
    assert answer.json()["__type"] == "InvalidParameterException"
    assert answer.json()["message"].startswith("2 validation errors detected: ")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "SerializationException"),
        ("[1,2", "SerializationException"),
        ("[]", "SerializationException"),
        ('"text"', "SerializationException"),
        ("nothing like JSON", "SerializationException"),
        (b"\xff\xfe", "SerializationException"),
        ({"MaxResults": "ten"}, "SerializationException"),
        ({"MaxResults": [1]}, "SerializationException"),
        ("", "InvalidParameterException"),
        ("{}", "InvalidParameterException"),
        ({"MaxResults": None}, "InvalidParameterException"),
        ({"MaxResults": 61}, "InvalidParameterException"),
    ],
)
def test_a_bad_body_gets_aws_own_error(post, body, code):
    answer = post("ListUserPools", body)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)


def test_a_body_of_a_hundred_megabytes_is_refused_and_the_server_lives_on(post):
    answer = post("ListUserPools", b" " * 100_000_000)
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    assert post("ListUserPools", {"MaxResults": 1}).status_code == 200


@pytest.mark.parametrize("target", ["Nonsense", "Other.ListUserPools", f"{TARGET}.NoSuchOperation", f"{TARGET}.", ""])
def test_an_unknown_target_gets_unknown_operation(server, target):
    answer = server.http.post(server.url + "/", data="{}", headers={"X-Amz-Target": target})
    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_a_request_of_the_api_without_a_target_gets_unknown_operation(server):
    answer = server.http.post(server.url + "/", data="{}", headers={"Content-Type": "application/x-amz-json-1.1"})
    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_an_operation_of_a_service_that_is_not_emulated_is_named(server):
    answer = server.http.post(server.url + "/", data="{}", headers={"X-Amz-Target": "Logs_20140328.DescribeLogGroups"})
    assert answer.json()["message"] == "Logs_20140328.DescribeLogGroups is not emulated. docs/operations.md lists what is."


def test_deeply_nested_json_is_refused(post):
    answer = post("ListUserPools", '{"MaxResults":' + "[" * 5_000 + "]" * 5_000 + "}")
    assert answer.status_code == 400


def test_a_browser_may_call_from_any_origin(server, post):
    preflight = server.http.options(
        server.url + "/",
        headers={
            "Origin": "http://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-amz-target,content-type,x-amz-user-agent,cache-control",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "x-amz-target" in preflight.headers["Access-Control-Allow-Headers"]
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    answer = post("ListUserPools", {"MaxResults": 1}, Origin="http://app.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "x-amzn-ErrorType" in answer.headers["Access-Control-Expose-Headers"]


def test_errors_are_readable_across_origins_too(post):
    assert post("ListUserPools", "{").headers["Access-Control-Allow-Origin"] == "*"


def test_an_unsigned_request_belongs_to_the_default_account(server):
    answer = server.http.post(server.url + "/", json={"PoolName": "unsigned"}, headers={"X-Amz-Target": f"{TARGET}.CreateUserPool"})
    assert answer.json()["UserPool"]["Arn"].startswith("arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_")


def test_the_region_of_an_unsigned_request_follows_the_host(server):
    answer = server.http.post(
        server.url + "/",
        json={"PoolName": "by host"},
        headers={"X-Amz-Target": f"{TARGET}.CreateUserPool", "Host": "cognito-idp.ap-northeast-1.amazonaws.com"},
    )
    assert answer.json()["UserPool"]["Id"].startswith("ap-northeast-1_")


def test_an_access_key_that_is_no_account_means_the_default_account(server):
    pool = server.client("cognito-idp", account="AKIAIOSFODNN7EXAMPLE").create_user_pool(PoolName="key")["UserPool"]
    assert ":000000000000:" in pool["Arn"]


def test_two_accounts_do_not_see_each_other(server, idp, account):
    pool_id = idp.create_user_pool(PoolName="mine")["UserPool"]["Id"]
    other = server.client("cognito-idp", account="9" + account[1:])
    with pytest.raises(other.exceptions.ResourceNotFoundException, match=f"User pool {pool_id} does not exist."):
        other.describe_user_pool(UserPoolId=pool_id)
    assert other.list_user_pools(MaxResults=60)["UserPools"] == []


def test_two_regions_do_not_see_each_other(server, idp, account):
    pool_id = idp.create_user_pool(PoolName="mine")["UserPool"]["Id"]
    elsewhere = server.client("cognito-idp", account=account, region="eu-central-1")
    with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
        elsewhere.delete_user_pool(UserPoolId=pool_id)
    assert elsewhere.create_user_pool(PoolName="theirs")["UserPool"]["Id"].startswith("eu-central-1_")


@pytest.mark.parametrize("host", ["cognito-idp.eu-central-1.amazonaws.com", "cognito-idp.eu-central-1.localhost"])
def test_what_needs_no_signature_finds_nothing_in_another_region_either(server, idp, host):
    """Where its host names one, as AWS's do; most clients of an emulator name none."""
    pool_id = idp.create_user_pool(PoolName="mine")["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool_id, Username="ann")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password="Correct-Horse-1", Permanent=True)
    parameters = {"USERNAME": "ann", "PASSWORD": "Correct-Horse-1"}
    sign_in = {"ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}

    def post(operation, body, **headers):
        return server.http.post(server.url, json=body, headers={"X-Amz-Target": f"{TARGET}.{operation}", **headers})

    token = post("InitiateAuth", sign_in).json()["AuthenticationResult"]["AccessToken"]
    for operation, body in (
        ("InitiateAuth", sign_in),
        ("SignUp", {"ClientId": client_id, "Username": "bob", "Password": "Correct-Horse-1"}),
    ):
        error = post(operation, body, Host=host).json()
        assert error == {"__type": "ResourceNotFoundException", "message": f"User pool client {client_id} does not exist."}
    assert post("GetUser", {"AccessToken": token}, Host=host).json()["__type"] == "NotAuthorizedException"
    assert post("GetUser", {"AccessToken": token}).json()["Username"] == "ann"


def test_requests_on_one_connection_are_answered_in_order(server, account):
    """A client that keeps its connection gets each answer to its own request."""
    with requests.Session() as session:
        for number in range(20):
            answer = session.post(
                server.url + "/",
                json={"PoolName": f"pool {number}"},
                headers={
                    "X-Amz-Target": f"{TARGET}.CreateUserPool",
                    "Authorization": AUTHORIZATION.format(key=account, region="us-east-1"),
                },
            )
            assert answer.json()["UserPool"]["Name"] == f"pool {number}"
