"""A pool with an application, and a user in a browser who signs in to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyotp
from playwright.sync_api import Page, expect

from tests.support.control import Inbox
from tests.support.server import Server

PASSWORD = "Correct-Horse-1"
NEW_PASSWORD = "Battery-Staple-2"


@dataclass
class Site:
    """An application, its pool, and the browser.

    Attributes:
        app: The application's address.
    """

    server: Server
    idp: Any
    inbox: Inbox
    page: Page
    app: str
    pool_id: str
    client_id: str
    secret: str | None = None

    @classmethod
    def make(
        cls, server: Server, idp: Any, inbox: Inbox, page: Page, app: str, *, client: Mapping[str, Any] | None = None, **settings: Any
    ) -> "Site":
        """A pool (CreateUserPool's settings) and its client (CreateUserPoolClient's)."""
        pool = {"PoolName": "shop", "AutoVerifiedAttributes": ["email"]} | settings
        pool_id = idp.create_user_pool(**{name: value for name, value in pool.items() if value is not None})["UserPool"]["Id"]
        site = cls(server, idp, inbox, page, app, pool_id, "")
        return site.through_client(**client or {})

    def through_client(self, **settings: Any) -> "Site":
        """The same pool by another client."""
        request = {
            "UserPoolId": self.pool_id,
            "ClientName": "Corner Shop",
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            "CallbackURLs": [self.callback],
            "LogoutURLs": [self.signed_out],
            "SupportedIdentityProviders": ["COGNITO"],
            "PreventUserExistenceErrors": "ENABLED",
        } | settings
        made = self.idp.create_user_pool_client(**request)["UserPoolClient"]
        return Site(self.server, self.idp, self.inbox, self.page, self.app, self.pool_id, made["ClientId"], made.get("ClientSecret"))

    @property
    def callback(self) -> str:
        """Where the application waits."""
        return f"{self.app}/callback"

    @property
    def signed_out(self) -> str:
        """Where it says goodbye."""
        return f"{self.app}/bye"

    def user(self, name: str = "ann", **attributes: str) -> str:
        """A confirmed user with a verified address; returns the `sub`."""
        values = {"email": f"{name}@example.com", "email_verified": "true"} | attributes
        user = self.idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": key, "Value": value} for key, value in values.items()],
        )["User"]
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=name, Password=PASSWORD, Permanent=True)
        return next(item["Value"] for item in user["Attributes"] if item["Name"] == "sub")

    def status(self, name: str) -> str:
        """A user's UserStatus."""
        status: str = self.idp.admin_get_user(UserPoolId=self.pool_id, Username=name)["UserStatus"]
        return status

    # -- addresses

    def url(self, path: str = "/oauth2/authorize", **parameters: str | None) -> str:
        """An address with the parameters of an authorization request. A parameter that is None is left out."""
        values = {"client_id": self.client_id, "response_type": "code", "redirect_uri": self.callback, "state": "s-1"} | parameters
        return f"{self.server.url}{path}?" + urlencode({name: value for name, value in values.items() if value is not None})

    def open(self, path: str = "/oauth2/authorize", **parameters: str | None) -> None:
        """Send the browser there."""
        self.page.goto(self.url(path, **parameters))

    def expect_at(self, path: str) -> None:
        """The browser is at a page of ours."""
        self.page.wait_for_url(lambda url: urlsplit(url).path == path)

    # -- what the user does

    def sign_in(self, username: str = "ann", password: str = PASSWORD) -> None:
        """Fill in the form of the login page."""
        self.page.fill("#signInFormUsername", username)
        self.page.fill("#signInFormPassword", password)
        self.page.click("[name=signInSubmitButton]")

    def enter_code(self, code: str, button: str = "Sign in") -> None:
        """Fill in a code."""
        self.page.fill("[autocomplete=one-time-code]", code)
        self.press(button)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).click()

    # -- what the user sees

    def expect_error(self, sentence: str) -> None:
        """An alert says so."""
        expect(self.page.get_by_role("alert")).to_have_text(sentence)

    def expect_notice(self, sentence: str) -> None:
        """News say so."""
        expect(self.page.get_by_role("status")).to_have_text(sentence)

    def expect_heading(self, text: str) -> None:
        """The page is about this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def expect_signed_in(self, username: str | None = None) -> dict[str, Any]:
        """The application gets a code, which is good for tokens; of `username`, where that is given. Returns the tokens."""
        self.page.wait_for_url(f"{self.callback}?**")
        query = dict(parse_qsl(urlsplit(self.page.url).query))
        assert query["state"] == "s-1"
        form = {"grant_type": "authorization_code", "code": query["code"], "redirect_uri": self.callback, "client_id": self.client_id}
        if self.secret:
            form["client_secret"] = self.secret
        answer = self.server.http.post(f"{self.server.url}/oauth2/token", data=form, timeout=10)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        if username is not None:
            assert self.idp.get_user(AccessToken=tokens["access_token"])["Username"] == username
        return tokens

    def set_up_app(self, name: str = "ann") -> pyotp.TOTP:
        """Register an authenticator app through the API, and prefer it."""
        client = self.idp.create_user_pool_client(
            UserPoolId=self.pool_id, ClientName="api", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )["UserPoolClient"]["ClientId"]
        answer = self.idp.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}
        )
        token = answer["AuthenticationResult"]["AccessToken"]
        app = pyotp.TOTP(self.idp.associate_software_token(AccessToken=token)["SecretCode"])
        self.idp.verify_software_token(AccessToken=token, UserCode=app.now(), FriendlyDeviceName="Ann's phone")
        self.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        return app
