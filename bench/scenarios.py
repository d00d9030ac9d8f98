"""What is measured: each scenario prepares its own pool, then repeats one operation as a user would."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.client import Connection
from bench.srp import SrpClient

PASSWORD = "Correct-Horse-1"  # a throw-away pool's
JANE = "jane@example.com"  # users are called by addresses, since some emulators that are compared take no other names
_CLIENT = {
    "ExplicitAuthFlows": [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ]
}

Operation = Callable[[Connection], Awaitable[object]]
_numbers = itertools.count()


@dataclass(frozen=True)
class Scenario:
    """A name, how many requests one operation takes, and what prepares it."""

    name: str
    requests: int
    prepare: Callable[[Connection], Awaitable[Operation]]


async def new_pool(connection: Connection, **settings: Any) -> tuple[str, str]:
    """A pool with one client."""
    pool = (await connection.call("CreateUserPool", {"PoolName": "bench", **settings}))["UserPool"]["Id"]
    client = await connection.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "bench", **_CLIENT})
    return pool, client["UserPoolClient"]["ClientId"]


async def new_user(connection: Connection, pool: str, name: str) -> None:
    """A user with a permanent password."""
    await connection.call("AdminCreateUser", {"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS"})
    await connection.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": name, "Password": PASSWORD, "Permanent": True})


async def sign_in(connection: Connection, client: str, name: str) -> dict[str, Any]:
    """Tokens of a user."""
    answer = await connection.call(
        "InitiateAuth",
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client,
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
        },
    )
    return answer["AuthenticationResult"]


def repeat(request: bytes) -> Operation:
    """The operation that sends this request, and expects 200."""

    async def operation(connection: Connection) -> None:
        answer = await connection.send(request)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body[:200]!r}")

    return operation


async def _list_user_pools(connection: Connection) -> Operation:
    await new_pool(connection)
    return repeat(connection.prepare("ListUserPools", {"MaxResults": 10}))


async def _describe_user_pool(connection: Connection) -> Operation:
    pool, _ = await new_pool(connection)
    return repeat(connection.prepare("DescribeUserPool", {"UserPoolId": pool}))


async def _get_user(connection: Connection) -> Operation:
    pool, client = await new_pool(connection)
    await new_user(connection, pool, JANE)
    token = (await sign_in(connection, client, JANE))["AccessToken"]
    return repeat(connection.prepare("GetUser", {"AccessToken": token}))


async def _jwks(connection: Connection) -> Operation:
    pool, _ = await new_pool(connection)
    return repeat(connection.prepare_http("GET", f"/{pool}/.well-known/jwks.json"))


async def _admin_create_user(connection: Connection) -> Operation:
    pool, _ = await new_pool(connection)

    async def operation(connection: Connection) -> None:
        await new_user(connection, pool, f"user{next(_numbers)}@example.com")

    return operation


async def _sign_up(connection: Connection) -> Operation:
    pool, client = await new_pool(connection)

    async def operation(connection: Connection) -> None:
        name = f"user{next(_numbers)}@example.com"
        await connection.call("SignUp", {"ClientId": client, "Username": name, "Password": PASSWORD})
        await connection.call("AdminConfirmSignUp", {"UserPoolId": pool, "Username": name})

    return operation


async def _password(connection: Connection) -> Operation:
    pool, client = await new_pool(connection)
    await new_user(connection, pool, JANE)
    return lambda connection: sign_in(connection, client, JANE)


async def _srp(connection: Connection) -> Operation:
    pool, client = await new_pool(connection)
    await new_user(connection, pool, JANE)
    srp = SrpClient(pool.split("_")[1], PASSWORD)

    async def operation(connection: Connection) -> None:
        challenge = await connection.call(
            "InitiateAuth",
            {"AuthFlow": "USER_SRP_AUTH", "ClientId": client, "AuthParameters": {"USERNAME": JANE, "SRP_A": srp.public}},
        )
        await connection.call(
            "RespondToAuthChallenge",
            {
                "ClientId": client,
                "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeResponses": srp.answer(challenge["ChallengeParameters"]),
            },
        )

    return operation


async def _refresh(connection: Connection) -> Operation:
    pool, client = await new_pool(connection)
    await new_user(connection, pool, JANE)
    token = (await sign_in(connection, client, JANE))["RefreshToken"]
    body = {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client, "AuthParameters": {"REFRESH_TOKEN": token}}
    return repeat(connection.prepare("InitiateAuth", body))


async def _client_credentials(connection: Connection) -> Operation:
    pool, _ = await new_pool(connection)
    await connection.call(
        "CreateResourceServer",
        {
            "UserPoolId": pool,
            "Identifier": "api",
            "Name": "api",
            "Scopes": [{"ScopeName": "read", "ScopeDescription": "read"}],
        },
    )
    client = (
        await connection.call(
            "CreateUserPoolClient",
            {
                "UserPoolId": pool,
                "ClientName": "machine",
                "GenerateSecret": True,
                "AllowedOAuthFlowsUserPoolClient": True,
                "AllowedOAuthFlows": ["client_credentials"],
                "AllowedOAuthScopes": ["api/read"],
            },
        )
    )["UserPoolClient"]
    await connection.call("CreateUserPoolDomain", {"UserPoolId": pool, "Domain": f"bench{next(_numbers)}"})
    form = {
        "grant_type": "client_credentials",
        "client_id": client["ClientId"],
        "client_secret": client["ClientSecret"],
        "scope": "api/read",
    }
    return repeat(connection.prepare_http("POST", "/oauth2/token", urlencode(form)))


def _page(path: str, **settings: Any) -> Callable[[Connection], Awaitable[Operation]]:
    """A hosted page as a browser without cookies asks for it; `settings` are CreateUserPool's."""

    async def prepare(connection: Connection) -> Operation:
        pool, _ = await new_pool(connection, **settings)
        callback = "http://localhost:3000/callback"
        client = await connection.call(
            "CreateUserPoolClient",
            {
                "UserPoolId": pool,
                "ClientName": "shop",
                "AllowedOAuthFlowsUserPoolClient": True,
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid", "email"],
                "CallbackURLs": [callback],
                "SupportedIdentityProviders": ["COGNITO"],
            },
        )
        parameters = {"client_id": client["UserPoolClient"]["ClientId"], "response_type": "code", "redirect_uri": callback, "state": "s"}
        return repeat(connection.prepare_http("GET", f"{path}?{urlencode(parameters)}"))

    return prepare


async def _pool_and_client(_connection: Connection) -> Operation:
    return new_pool


async def _list_users_by_email(connection: Connection) -> Operation:
    pool, _ = await new_pool(connection)
    for number in range(1000):
        await connection.call(
            "AdminCreateUser",
            {
                "UserPoolId": pool,
                "Username": f"user{number}@example.com",
                "MessageAction": "SUPPRESS",
                "UserAttributes": [{"Name": "email", "Value": f"user{number}@example.com"}],
            },
        )
    body = {"UserPoolId": pool, "Filter": 'email = "user500@example.com"'}
    return repeat(connection.prepare("ListUsers", body))


SCENARIOS = (
    Scenario("ListUserPools", 1, _list_user_pools),
    Scenario("DescribeUserPool", 1, _describe_user_pool),
    Scenario("GetUser by access token", 1, _get_user),
    Scenario("JWKS", 1, _jwks),
    Scenario("AdminCreateUser + password", 2, _admin_create_user),
    Scenario("SignUp + confirm", 2, _sign_up),
    Scenario("sign-in with password", 1, _password),
    Scenario("sign-in with SRP", 2, _srp),
    Scenario("refresh", 1, _refresh),
    Scenario("client_credentials", 1, _client_credentials),
    Scenario("page: sign-in", 1, _page("/login")),
    Scenario("page: sign-up", 1, _page("/signup", AutoVerifiedAttributes=["email"])),
    Scenario("new pool + client", 2, _pool_and_client),
    Scenario("ListUsers by e-mail, 1,000 users", 1, _list_users_by_email),
)
