"""A pool with something in it, for the window to show, and the window as a program uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import requests

from tests.support.control import Inbox
from tests.support.server import Server

PASSWORD = "Correct-horse-7"


@dataclass
class Shop:
    """A pool whose users sign in by e-mail address, an app client with the hosted login, a group, and Ann, who is in it."""

    server: Server
    idp: Any
    account: str
    pool_id: str
    client_id: str

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.server, self.account)

    def address(self, *rest: str) -> str:
        return "/".join((f"{self.server.url}/_emu/ui/pools/{self.pool_id}", *rest))

    def sign_up(self, email: str) -> None:
        self.idp.sign_up(ClientId=self.client_id, Username=email, Password=PASSWORD)

    def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        parameters = {"USERNAME": email, "PASSWORD": password}
        answer = self.idp.initiate_auth(ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def user(self, email: str) -> dict[str, Any]:
        user: dict[str, Any] = self.idp.admin_get_user(UserPoolId=self.pool_id, Username=email)
        return user

    def status(self, email: str) -> str:
        return str(self.user(email)["UserStatus"])


def open_shop(server: Server, account: str) -> Shop:
    idp = server.client(account=account)
    pool_id = idp.create_user_pool(PoolName=f"shop {account}", AutoVerifiedAttributes=["email"], UsernameAttributes=["email"])["UserPool"][
        "Id"
    ]
    client_id = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        CallbackURLs=["http://localhost:3000/callback"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    shop = Shop(server, idp, account, pool_id, client_id)
    shop.sign_up("ann@example.com")
    idp.confirm_sign_up(ClientId=client_id, Username="ann@example.com", ConfirmationCode=shop.inbox.code("ann@example.com"))
    idp.create_group(UserPoolId=pool_id, GroupName="admins", Description="May do everything", Precedence=1)
    idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann@example.com", GroupName="admins")
    return shop


@dataclass
class Window:
    """The window without a browser: forms are sent as a browser sends them, token and cookies included."""

    server: Server
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.server.url + path, timeout=10, **options)

    def post(self, path: str, action: str = "", *, headers: dict[str, str] | None = None, **fields: str) -> requests.Response:
        """Send the form of a page; answers with the page to which that leads. `headers` say where the form stood."""
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.get(path).text)
        assert token, f"{path} has no form"
        form = {"_xsrf": unescape(token[1]), "action": action} | fields
        return self.session.post(self.server.url + path, data=form, headers=headers or {"Sec-Fetch-Site": "same-origin"}, timeout=10)
