"""A pool with one client, and people who sign up and sign in there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.control import Inbox

PASSWORD = "Correct-Horse-1"
NEW_PASSWORD = "Battery-Staple-2"


def attributes(values: Mapping[str, str]) -> list[dict[str, str]]:
    """As requests carry them."""
    return [{"Name": name, "Value": value} for name, value in values.items()]


def told(shown: list[dict[str, str]]) -> dict[str, str]:
    """As a test wants to see those of a response."""
    return {attribute["Name"]: attribute["Value"] for attribute in shown}


def other_than(code: str) -> str:
    """A wrong code of the same form."""
    return f"{(int(code) + 1) % 1_000_000:06}"


@dataclass
class Pool:
    """A user pool and its client, seen through boto3."""

    idp: Any
    inbox: Inbox
    id: str
    client: str
    secret: str | None = None

    def client_with(self, **settings: Any) -> "Pool":
        """The same pool through a further client."""
        made = make_client(self.idp, self.id, **settings)
        return Pool(self.idp, self.inbox, self.id, made["ClientId"], made.get("ClientSecret"))

    def sign_up(self, username: str, password: str | None = PASSWORD, **values: str) -> Any:
        """SignUp with attributes, `custom_tier` for `custom:tier`."""
        request: dict[str, Any] = {"ClientId": self.client, "Username": username}
        if password is not None:
            request["Password"] = password
        if values:
            request["UserAttributes"] = attributes({name.replace("custom_", "custom:"): value for name, value in values.items()})
        return self.idp.sign_up(**request)

    def confirm(self, username: str, code: str, **more: Any) -> Any:
        """ConfirmSignUp."""
        return self.idp.confirm_sign_up(ClientId=self.client, Username=username, ConfirmationCode=code, **more)

    def enrol(self, username: str, password: str | None = PASSWORD, **values: str) -> str:
        """Sign up and be confirmed by an administrator; returns the `sub`."""
        sub: str = self.sign_up(username, password, **values)["UserSub"]
        self.idp.admin_confirm_sign_up(UserPoolId=self.id, Username=sub)
        return sub

    def verify(self, username: str, *names: str) -> None:
        """An administrator vouches for attributes."""
        flags = attributes({f"{name}_verified": "true" for name in names})
        self.idp.admin_update_user_attributes(UserPoolId=self.id, Username=username, UserAttributes=flags)

    def sign_in(self, username: str, password: str = PASSWORD) -> str:
        """Sign in with the password; returns the access token."""
        answer = self.try_sign_in(username=username, password=password)
        token: str = answer["AuthenticationResult"]["AccessToken"]
        return token

    def try_sign_in(self, *, username: str, password: str = PASSWORD) -> Any:
        """InitiateAuth with the password."""
        parameters = {"USERNAME": username, "PASSWORD": password}
        return self.idp.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)

    def user(self, username: str) -> dict[str, Any]:
        """What an administrator sees."""
        shown: dict[str, Any] = self.idp.admin_get_user(UserPoolId=self.id, Username=username)
        return shown

    def attributes_of(self, username: str) -> dict[str, str]:
        """The user's attributes without `sub`."""
        values = told(self.user(username)["UserAttributes"])
        del values["sub"]
        return values


# A pool that verifies phone numbers must say how it would text.
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}


def make_client(idp: Any, pool_id: str, **settings: Any) -> dict[str, Any]:
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    request = {"UserPoolId": pool_id, "ClientName": "web", "ExplicitAuthFlows": flows} | settings
    made: dict[str, Any] = idp.create_user_pool_client(**request)["UserPoolClient"]
    return made


def make_pool(idp: Any, inbox: Inbox, *, client: Mapping[str, Any] | None = None, **settings: Any) -> Pool:
    """A new pool that verifies e-mail addresses unless told otherwise."""
    request = {"PoolName": "people", "AutoVerifiedAttributes": ["email"], "SmsConfiguration": SMS} | settings
    pool_id = idp.create_user_pool(**request)["UserPool"]["Id"]
    made = make_client(idp, pool_id, **(client or {}))
    return Pool(idp, inbox, pool_id, made["ClientId"], made.get("ClientSecret"))
