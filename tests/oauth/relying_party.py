"""A pool with a domain, an application at its OAuth endpoints, and a browser that signs in there."""

import base64
import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from requests.structures import CaseInsensitiveDict

from tests.support.server import Server

CALLBACK = "http://localhost:3000/callback"
SIGNED_OUT = "http://localhost:3000/bye"
PASSWORD = "Correct-Horse-1"
API = "https://api.example.com"
SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", f"{API}/read", f"{API}/write"]


def query_of(location: str) -> dict[str, str]:
    """What a redirect carries in its query."""
    return dict(parse_qsl(urlsplit(location).query))


def fragment_of(location: str) -> dict[str, str]:
    """What a redirect carries behind the hash."""
    return dict(parse_qsl(urlsplit(location).fragment))


def pkce() -> tuple[str, str]:
    """A code verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of client_secret_basic."""
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


@dataclass
class Tenant:
    """A user pool of the test's own with a resource server; makes clients and users."""

    server: Server
    idp: Any
    pool_id: str

    @classmethod
    def make(cls, server: Server, idp: Any, **settings: Any) -> "Tenant":
        """A pool; `settings` are CreateUserPool's."""
        pool = idp.create_user_pool(PoolName="shop", **settings)["UserPool"]
        scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
        idp.create_resource_server(UserPoolId=pool["Id"], Identifier=API, Name="API", Scopes=scopes)
        return cls(server, idp, pool["Id"])

    def client(self, **settings: Any) -> "Application":
        """An app client for the code grant; `settings` change CreateUserPoolClient's."""
        request = {
            "UserPoolId": self.pool_id,
            "ClientName": "app",
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code", "implicit"],
            "AllowedOAuthScopes": SCOPES,
            "CallbackURLs": [CALLBACK],
            "LogoutURLs": [SIGNED_OUT],
            "SupportedIdentityProviders": ["COGNITO"],
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        } | settings
        made = self.idp.create_user_pool_client(**{name: value for name, value in request.items() if value is not None})["UserPoolClient"]
        return Application(self, made["ClientId"], made.get("ClientSecret"))

    def machine(self, **settings: Any) -> "Application":
        """An app client for client_credentials."""
        scopes = [f"{API}/read", f"{API}/write"]
        return self.client(
            **{"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": scopes, "CallbackURLs": None, "GenerateSecret": True}
            | settings
        )

    def user(self, name: str = "ann", **attributes: str) -> str:
        """A confirmed user; returns the `sub`."""
        values = {"email": f"{name}@example.com", "email_verified": "true"} | attributes
        user = self.idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": key, "Value": value} for key, value in values.items()],
        )["User"]
        self.idp.admin_set_user_password(UserPoolId=self.pool_id, Username=name, Password=PASSWORD, Permanent=True)
        return next(item["Value"] for item in user["Attributes"] if item["Name"] == "sub")

    def domain(self, **settings: Any) -> str:
        """A prefix of the pool's own."""
        prefix = f"shop-{uuid.uuid4().hex[:12]}"
        self.idp.create_user_pool_domain(UserPoolId=self.pool_id, Domain=prefix, **settings)
        return prefix

    @property
    def issuer(self) -> str:
        """What tokens name, and discovery."""
        return f"{self.server.url}/{self.pool_id}"

    def claims(self, token: str, audience: str | None = None) -> dict[str, Any]:
        """The claims of a token whose signature, issuer and audience are right."""
        keys = jwt.PyJWKSet.from_dict(self.server.http.get(f"{self.issuer}/.well-known/jwks.json", timeout=5).json())
        key = next(key for key in keys.keys if key.key_id == jwt.get_unverified_header(token)["kid"])
        options = {"verify_aud": audience is not None, "verify_exp": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=self.issuer, audience=audience, options=options)
        return claims


@dataclass
class Application:
    """An app client: its calls to the token endpoint, and the addresses that it sends browsers to."""

    tenant: Tenant
    client_id: str
    secret: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        return self.tenant.server

    def url(self, path: str, **parameters: str | None) -> str:
        """An address for a browser. A parameter that is None is left out."""
        values = {"client_id": self.client_id, "redirect_uri": CALLBACK} | parameters
        return f"{self.server.url}{path}?" + urlencode({name: value for name, value in values.items() if value is not None})

    def authorize_url(self, **parameters: str | None) -> str:
        """The address of the authorize endpoint for a code."""
        return self.url("/oauth2/authorize", **{"response_type": "code"} | parameters)

    def token(self, **form: str | None) -> requests.Response:
        """A token request of this client, with its secret in the body. A parameter that is None is left out."""
        body = {"client_id": self.client_id, "client_secret": self.secret} | form
        values = {name: value for name, value in body.items() if value is not None}
        return self.server.http.post(f"{self.server.url}/oauth2/token", data=values, headers=self.headers, timeout=10)

    def redeem(self, code: str, **form: str | None) -> requests.Response:
        """Exchange a code."""
        return self.token(**{"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | form)

    def refresh(self, refresh_token: str, **form: str | None) -> requests.Response:
        """Exchange a refresh token."""
        return self.token(**{"grant_type": "refresh_token", "refresh_token": refresh_token} | form)

    def user_info(self, access_token: str) -> requests.Response:
        """Ask the userInfo endpoint."""
        return self.server.http.get(f"{self.server.url}/oauth2/userInfo", headers={"Authorization": f"Bearer {access_token}"}, timeout=10)

    def revoke(self, token: str | None, **form: str | None) -> requests.Response:
        """Ask the revocation endpoint."""
        body = {"client_id": self.client_id, "client_secret": self.secret, "token": token} | form
        values = {name: value for name, value in body.items() if value is not None}
        return self.server.http.post(f"{self.server.url}/oauth2/revoke", data=values, timeout=10)

    def sign_in(self, browser: "Browser | None" = None, **parameters: str | None) -> dict[str, Any]:
        """The whole way of a new browser to tokens."""
        location = (browser or Browser(self.server)).sign_in(self.authorize_url(**parameters))
        answer = self.redeem(query_of(location)["code"])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens


@dataclass
class Browser:
    """Cookies, and the form of the login page."""

    server: Server
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def visit(self, url: str, **headers: str) -> requests.Response:
        """One step; redirects are not followed."""
        return self.session.get(url, headers=headers, allow_redirects=False, timeout=10)

    def location(self, url: str, **headers: str) -> str:
        """Where one step leads."""
        answer = self.visit(url, **headers)
        assert answer.status_code == 302, (answer.status_code, answer.text)
        return CaseInsensitiveDict(answer.headers)["Location"]

    def sign_in(self, url: str, username: str = "ann", password: str = PASSWORD, **headers: str) -> str:
        """From the authorize endpoint over the login form; returns the address at which the client waits."""
        login = self.location(url, **headers)
        assert login.startswith("/login?"), login
        answer = self.submit(self.server.url + login, username, password, **headers)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def submit(self, url: str, username: str = "ann", password: str = PASSWORD, **headers: str) -> requests.Response:
        """Load the login page and send its form."""
        form = self.hidden_fields(url, **headers) | {"username": username, "password": password}
        return self.session.post(url, data=form, headers=headers, allow_redirects=False, timeout=10)

    def hidden_fields(self, url: str, **headers: str) -> dict[str, str]:
        """What the form of a page carries along."""
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.visit(url, **headers).text))
