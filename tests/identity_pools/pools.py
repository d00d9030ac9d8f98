"""An identity pool, seen through boto3 as an application sees it."""

from dataclasses import dataclass
from typing import Any

from tests.operations.people import Pool
from tests.support.server import Server

NOT_AUTHORIZED, NOT_FOUND, INVALID = "NotAuthorizedException", "ResourceNotFoundException", "InvalidParameterException"
UNSUPPORTED = (NOT_AUTHORIZED, "Token is not from a supported provider of this identity pool.")
NO_MATCH = (NOT_AUTHORIZED, "Logins don't match. Please include at least one valid login for this identity or identity pool.")
NO_GUESTS = (NOT_AUTHORIZED, "Unauthenticated access is not supported for this identity pool.")
NO_ROLE = ("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")


@dataclass
class IdentityPool:
    """A pool with the roles `users` and `guests`."""

    server: Server
    identity: Any
    account: str
    id: str

    def role(self, name: str) -> str:
        """A role's ARN."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    def get_id(self, logins: dict[str, str] | None = None) -> str:
        """GetId."""
        identity_id: str = self.identity.get_id(IdentityPoolId=self.id, Logins=logins or {})["IdentityId"]
        return identity_id

    def credentials(self, identity_id: str, logins: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        """GetCredentialsForIdentity."""
        answer: dict[str, Any] = self.identity.get_credentials_for_identity(IdentityId=identity_id, Logins=logins or {}, **more)
        return answer

    def client(self, service: str, credentials: dict[str, Any]) -> Any:
        """A client that uses temporary credentials, of GetCredentialsForIdentity or of STS."""
        return self.server.client(
            service,
            account=credentials["AccessKeyId"],
            aws_secret_access_key=credentials.get("SecretKey") or credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

    def caller(self, credentials: dict[str, Any]) -> str:
        """The ARN by which STS knows the credentials."""
        arn: str = self.client("sts", credentials).get_caller_identity()["Arn"]
        return arn

    def assumed(self, role: str) -> str:
        """The ARN of the pool's sessions in a role."""
        return f"arn:aws:sts::{self.account}:assumed-role/{role}/CognitoIdentityCredentials"

    def role_of(self, logins: dict[str, str], **more: Any) -> str:
        """Sign in and see with which role one ends."""
        credentials = self.credentials(self.get_id(logins), logins, **more)["Credentials"]
        return self.caller(credentials).split("/")[1]

    def logins(self, identity_id: str) -> list[str]:
        """The providers of an identity."""
        names: list[str] = self.identity.describe_identity(IdentityId=identity_id)["Logins"]
        return names


def make_identity_pool(
    server: Server, identity: Any, account: str, *, guests: bool = True, roles: bool = True, **settings: Any
) -> IdentityPool:
    """A new pool."""
    made = identity.create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=guests, **settings)
    pool = IdentityPool(server, identity, account, made["IdentityPoolId"])
    if roles:
        both = {"authenticated": pool.role("users"), "unauthenticated": pool.role("guests")}
        identity.set_identity_pool_roles(IdentityPoolId=pool.id, Roles=both)
    return pool


def provider_name(people: Pool) -> str:
    """A user pool's key in `Logins`, as SDKs write it."""
    return f"cognito-idp.us-east-1.amazonaws.com/{people.id}"


def provider_entry(people: Pool, **more: Any) -> dict[str, Any]:
    """A user pool among CognitoIdentityProviders."""
    return {"ProviderName": provider_name(people), "ClientId": people.client, **more}


def sign_in(people: Pool, username: str) -> dict[str, str]:
    """Sign in to the user pool; the result goes into `Logins`."""
    return {provider_name(people): people.try_sign_in(username=username)["AuthenticationResult"]["IdToken"]}
