"""A page that uses the hosted login with PKCE, and an API that verifies the token it is called with.

Two addresses lead to the emulator: this program reaches it at COGNITO_URL, the user's browser at COGNITO_PUBLIC_URL, which tokens name as
their issuer. Against AWS both fall away: the pool comes from your infrastructure, the keys from the issuer.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

import boto3
import jwt
from tornado.web import Application, RequestHandler, StaticFileHandler

COGNITO_URL = os.environ.get("COGNITO_URL", "http://localhost:4566")
PUBLIC_URL = os.environ.get("COGNITO_PUBLIC_URL", COGNITO_URL)
PORT = int(os.environ.get("PORT", "8080"))
APP_URL = os.environ.get("APP_URL", f"http://localhost:{PORT}")
PRE_SIGN_UP = os.environ.get("PRE_SIGN_UP", "arn:aws:lambda:us-east-1:000000000000:function:pre-sign-up")

POOL_ID = "us-east-1_Sample"
PAGES = Path(__file__).parent / "pages"


def set_up_pool() -> str:
    """Make the pool and its client unless they are there; returns the client's id."""
    cognito = boto3.client(
        "cognito-idp",
        endpoint_url=COGNITO_URL,
        region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key="any",
    )
    try:
        cognito.describe_user_pool(UserPoolId=POOL_ID)
    except cognito.exceptions.ResourceNotFoundException:
        cognito.create_user_pool(
            PoolName="sample",
            UserPoolTags={"_custom_id_": POOL_ID},
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            LambdaConfig={"PreSignUp": PRE_SIGN_UP},
        )
    clients = cognito.list_user_pool_clients(UserPoolId=POOL_ID, MaxResults=1)["UserPoolClients"]
    if clients:
        return clients[0]["ClientId"]
    return cognito.create_user_pool_client(
        UserPoolId=POOL_ID,
        ClientName="Sample",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[f"{APP_URL}/"],
        LogoutURLs=[f"{APP_URL}/"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]


class AccessTokens:
    """Verifies access tokens: signature, issuer, expiry, and that they were made for this app.

    https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
    """

    def __init__(self, client_id: str) -> None:
        self._client_id = client_id
        self._keys = jwt.PyJWKClient(f"{COGNITO_URL}/{POOL_ID}/.well-known/jwks.json")

    def verify(self, token: str) -> dict[str, Any]:
        """The token's claims. Raises jwt.PyJWTError for one that is not good."""
        key = self._keys.get_signing_key_from_jwt(token).key
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=f"{PUBLIC_URL}/{POOL_ID}")
        if claims.get("token_use") != "access" or claims.get("client_id") != self._client_id:
            raise jwt.InvalidTokenError("not an access token of this app")
        return claims


class Config(RequestHandler):
    """What the page must know to send the user to the login."""

    def initialize(self, client_id: str) -> None:
        self._client_id = client_id

    def get(self) -> None:
        self.write({"cognito": PUBLIC_URL, "clientId": self._client_id, "redirectUri": f"{APP_URL}/"})


class Hello(RequestHandler):
    """The API: answers whoever brings a good access token, 401 to anybody else (RFC 6750)."""

    def initialize(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    async def get(self) -> None:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            self._refuse("Bearer")
            return
        try:
            claims = await asyncio.to_thread(self._tokens.verify, token)  # it may have to fetch the keys
        except jwt.PyJWTError:
            self._refuse('Bearer error="invalid_token"')
        else:
            self.write({"message": f"Hello, {claims['username']}", "expires": claims["exp"]})

    def _refuse(self, challenge: str) -> None:
        self.set_status(401)
        self.set_header("WWW-Authenticate", challenge)


async def main() -> None:
    """Serve until killed."""
    client_id = await asyncio.to_thread(set_up_pool)
    Application(
        [
            ("/config", Config, {"client_id": client_id}),
            ("/api/hello", Hello, {"tokens": AccessTokens(client_id)}),
            (r"/(.*)", StaticFileHandler, {"path": PAGES, "default_filename": "index.html"}),
        ]
    ).listen(PORT)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
