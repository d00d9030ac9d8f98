"""The whole product as these tests use it: pools whose users sign up and are sent a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.control import Inbox
from tests.support.server import Server

PASSWORD = "Correct-horse-7"

# What CreateUserPool asks for where messages go to phones.
BY_SMS = {
    "AutoVerifiedAttributes": ["phone_number"],
    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "test"},
}


@dataclass
class Pool:
    """A user pool that verifies e-mail addresses, with one app client."""

    server: Server
    idp: Any
    id: str
    client_id: str
    inbox: Inbox

    def sign_up(self, email: str, **attributes: str) -> dict[str, Any]:
        """SignUp under the address's own name."""
        given = {"email": email} | attributes
        return self.idp.sign_up(
            ClientId=self.client_id,
            Username=email.partition("@")[0],
            Password=PASSWORD,
            UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
        )

    def message(self, to: str, state: str, wait: float = 15) -> dict[str, Any]:
        """The message to somebody, as soon as its delivery has come so far."""
        found = self.inbox.all(to=to, state=state, wait=wait)
        assert found, f"no {state} message to {to}; all there are: {self.inbox.all()}"
        return found[0]


def pool_of(server: Server, account: str, **settings: Any) -> Pool:
    """A new pool."""
    idp = server.client(account=account)
    settings = {"AutoVerifiedAttributes": ["email"]} | settings
    pool_id = idp.create_user_pool(PoolName="mail", **settings)["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]["ClientId"]
    return Pool(server, idp, pool_id, client_id, Inbox(server, account))
