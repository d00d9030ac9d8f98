"""A real OpenID Connect provider on a port of its own; it also has the paths of Facebook and of Login with Amazon.

Its people sign in without a page: `provider.who` is whoever is at the keyboard.
"""

import base64
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from tests.support.third_parties import rsa_key, serve

ANN = {"sub": "1234", "email": "ann@idp.example", "email_verified": True, "name": "Ann", "groups": ["a b", "c"]}


class OpenIdProvider:
    """The provider, and how it may misbehave.

    Attributes:
        who: The claims of whoever signs in.
        in_id_token: Claims that the ID token has beside its own; changes them too.
        requests: What came to the token and userInfo endpoints: (path, parameters, headers).
        faults: Path to (status, document): what is answered instead. A document of None is no answer at all.
    """

    def __init__(self) -> None:
        self.who: dict[str, Any] = dict(ANN)
        self.user_info: dict[str, Any] | None = None
        self.in_id_token: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.client_secret = "secret"
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.faults: dict[str, tuple[int, dict[str, Any] | None]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._released = threading.Event()
        self.rotate()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                self._answer(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

            def _answer(self, parameters: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                provider.requests.append((path, parameters, dict(self.headers)))
                status, body = provider.faults.get(path) or provider.answer(path, parameters, self.headers.get("Authorization", ""))
                if body is None:
                    provider._released.wait(30)
                    return
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: Any) -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        serve(self._server)

    def stop(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def rotate(self, kid: str | None = None) -> None:
        """Sign with another key from now on, and publish no other. Its id is new too, unless it is given."""
        self.key = rsa_key()
        self.published = self.key.public_key()
        self.kid = kid or secrets.token_hex(4)

    def authorize(self, url: str, **more: str) -> str:
        """What a browser that was sent here is sent back with."""
        parameters = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(16)
        self._codes[code] = parameters
        return f"{parameters['redirect_uri']}?{urlencode({'code': code, 'state': parameters['state']} | more)}"

    def answer(self, path: str, parameters: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
            }
        if path == "/jwks":
            return 200, {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published)) | {"kid": self.kid, "use": "sig"}]}
        if path in {"/token", "/auth/o2/token"} or path.endswith("/oauth/access_token"):
            return self._token(parameters)
        if authorization != "Bearer access":
            return 401, {"error": "invalid_token"}
        return 200, self.user_info or self.who

    def _token(self, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
        request = self._codes.pop(parameters.get("code", ""), None)
        if request is None or request["redirect_uri"] != parameters.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "unknown code"}
        id_token = self.issue(aud=request["client_id"], nonce=request.get("nonce"))
        return 200, {"access_token": "access", "token_type": "Bearer", "expires_in": 600, "id_token": id_token}

    def issue(self, **more: Any) -> str:
        """A token for whoever is at the keyboard. A claim that is None is left out."""
        now = int(time.time())
        claims = {"iss": self.url, "iat": now, "exp": now + 600, **self.who, **more}
        claims = {name: value for name, value in (claims | self.in_id_token).items() if value is not None}
        key: Any = self.client_secret if self.algorithm.startswith("HS") else self.key
        if self.algorithm == "none":
            parts = [{"alg": "none"}, claims]
            return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.kid})
