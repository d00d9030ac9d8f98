"""Behind a reverse proxy: the client's address and scheme are those that the proxy tells, on the lean path and on the pages."""

import re

import pytest

THROUGH = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}


@pytest.fixture
def pool(idp):
    return idp.create_user_pool(PoolName="proxied")["UserPool"]["Id"]


def in_discovery(server, pool: str, **headers: str) -> str:
    """The scheme of the address that the lean path believes it was asked at."""
    issuer: str = server.http.get(f"{server.url}/{pool}/.well-known/openid-configuration", headers=headers).json()["issuer"]
    return issuer.partition(":")[0]


def in_metadata(server, pool: str, **headers: str) -> str:
    """The same of a document that the Application answers."""
    document = server.http.get(f"{server.url}/{pool}/saml2/metadata", headers=headers).text
    return re.search(r'AssertionConsumerService[^>]* Location="(\w+):', document)[1]


@pytest.mark.parametrize("ask", [in_discovery, in_metadata])
def test_the_scheme_is_that_of_the_proxy(server, pool, ask):
    assert ask(server, pool, **THROUGH) == "https"
    assert ask(server, pool, **{"X-Scheme": "https"}) == "https"


@pytest.mark.parametrize("ask", [in_discovery, in_metadata])
def test_it_is_told_anew_by_each_request_of_a_connection(server, pool, ask):
    assert [ask(server, pool, **headers) for headers in (THROUGH, {}, THROUGH, {})] == ["https", "http"] * 2


@pytest.mark.parametrize("ask", [in_discovery, in_metadata])
def test_a_scheme_that_is_none_is_not_believed(server, pool, ask):
    assert ask(server, pool, **{"X-Forwarded-Proto": "gopher"}) == "http"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ({"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}, "198.51.100.7"),
        ({"X-Forwarded-For": "2001:db8::7"}, "2001:db8::7"),
        ({"X-Forwarded-For": "198.51.100.7", "X-Real-Ip": "203.0.113.9"}, "203.0.113.9"),
        ({"X-Forwarded-For": "somebody"}, "127.0.0.1"),
    ],
)
def test_the_address_is_that_of_the_client(server, account, idp, headers, address):
    pool = idp.create_user_pool(
        PoolName="watched", UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"}
    )["UserPool"]["Id"]  # fmt: skip
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    idp.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Pass-word-1", Permanent=True)
    answer = server.http.post(
        server.url,
        json={
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client["UserPoolClient"]["ClientId"],
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Pass-word-1"},
        },
        headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth", **headers},
    )
    assert answer.status_code == 200
    [event] = idp.admin_list_user_auth_events(UserPoolId=pool, Username="ann")["AuthEvents"]
    assert event["EventContextData"]["IpAddress"] == address
