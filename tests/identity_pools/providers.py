"""A third party: an OpenID Connect provider on a port of its own, which also answers for Facebook and Amazon."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.third_parties import rsa_key, serve

_KEYS: dict[str, Callable[[], Any]] = {
    "RS256": rsa_key,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
}


@dataclass
class Provider:
    """`provider.issue(sub="ann", aud="app")` is an ID token.

    Attributes:
        asked: The paths that were fetched, in order.
        access_tokens: For Facebook's and Amazon's endpoints: token to user.
    """

    asked: list[str] = field(default_factory=list)
    access_tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    _keys: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.rotate()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(urlsplit(self.path).path)
                status, document = provider._answer(self.path)
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                """A test's output is no access log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        serve(self._server)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def issuer(self) -> str:
        """With its scheme."""
        return f"http://{self.name}"

    @property
    def name(self) -> str:
        """Without: the key in `Logins`."""
        return f"localhost:{self._server.server_port}"

    def arn(self, account: str) -> str:
        """As IAM would name it."""
        return f"arn:aws:iam::{account}:oidc-provider/{self.name}"

    def rotate(self, kid: str | None = None, algorithm: str = "RS256") -> None:
        """Replace all keys by one new one, as a provider does that keeps none over a restart. Its id is new too, unless it is given."""
        kid = kid or secrets.token_hex(4)
        self._keys = {kid: (algorithm, _KEYS[algorithm]())}

    def issue(self, *, sub: str, aud: Any = "app", lifetime: int = 3600, **claims: Any) -> str:
        """An ID token; a claim of None is left out."""
        ((kid, (algorithm, key)),) = self._keys.items()
        now = int(time.time())
        values = {"iss": self.issuer, "sub": sub, "aud": aud, "iat": now, "exp": now + lifetime} | claims
        return jwt.encode({name: value for name, value in values.items() if value is not None}, key, algorithm, {"kid": kid})

    def _answer(self, target: str) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(target)
        if parts.path == "/.well-known/openid-configuration":
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
        if parts.path == "/keys":
            return 200, {"keys": [self._jwk(kid) for kid in self._keys]}
        user = self.access_tokens.get(parse_qs(parts.query).get("access_token", [""])[0])
        if user is None:
            return 400, {"error": {"message": "Invalid OAuth access token."}}
        documents = {
            "/app": {"id": user["app"]},
            "/me": {"id": user["id"], "name": "Ann"},
            "/auth/o2/tokeninfo": {"user_id": user["id"], "aud": user["app"], "exp": 3000},
        }
        return 200, documents[parts.path]

    def _jwk(self, kid: str) -> dict[str, Any]:
        algorithm, key = self._keys[kid]
        document: dict[str, Any] = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
        return document | {"kid": kid, "use": "sig", "alg": algorithm}
