"""Pools, clients and sign-ins as an administrator's tests ask for them."""

import re
from typing import Any

DAY = 86_400
PASSWORD = "Correct-Horse-7"
NO_USER = ("UserNotFoundException", "User does not exist.")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def attributes(**values: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def values(shown: list[dict[str, str]]) -> dict[str, str]:
    return {attribute["Name"]: attribute["Value"] for attribute in shown}


def make_pool(idp: Any, **settings: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]
    return pool_id


def make_client(idp: Any, pool_id: str) -> str:
    client_id: str = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="client",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return client_id


def sign_in(idp: Any, pool_id: str, client_id: str, username: str, password: str) -> Any:
    return idp.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
