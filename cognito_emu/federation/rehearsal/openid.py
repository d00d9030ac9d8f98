"""The rehearsal provider as an OpenID Connect provider; it also answers as Facebook and Amazon do.

OpenID Connect Core, sections 3.1 and 5.3; Discovery, section 4. Client ids and secrets are not looked at: whatever is configured is right.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import orjson
from jwt.algorithms import RSAAlgorithm

from cognito_emu.federation.provider_endpoints import REHEARSAL_PATH
from cognito_emu.federation.rehearsal.keys import rehearsal_key
from cognito_emu.federation.rehearsal.pages import RehearsalHandler
from cognito_emu.federation.rehearsal.people import UnreadablePersonError, read_person

_CODE_SECONDS = 300
_TOKEN_SECONDS = 3600
_CARRIED = ("client_id", "redirect_uri", "state", "nonce", "response_mode", "provider")
_ANSWERS_AT = "/oauth2/idpresponse"


class _OpenIdHandler(RehearsalHandler):
    @property
    def issuer(self) -> str:
        """Where we were asked: the browser's name for this machine and ours may differ, and each is right for whoever uses it."""
        return f"{self.request.protocol}://{self.request.host}{REHEARSAL_PATH}"

    def seal(self, use: str, seconds: int, content: dict[str, Any]) -> str:
        """A text that only we can have made, and that says all by itself."""
        return jwt.encode({"use": use, "until": self.parts.env.now() + seconds, **content}, self.parts.secret, algorithm="HS256")

    def unseal(self, use: str, text: str) -> dict[str, Any] | None:
        """What `seal` put in; None: it is not ours, or too old."""
        try:
            content: dict[str, Any] = jwt.decode(text, self.parts.secret, algorithms=["HS256"])
        except jwt.PyJWTError:
            return None
        return content if content.get("use") == use and content["until"] > self.parts.env.now() else None

    def answer(self, document: dict[str, Any], status: int = 200) -> None:
        """Finish with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(orjson.dumps(document))


class DiscoveryHandler(_OpenIdHandler):
    """`/.well-known/openid-configuration`."""

    def get(self) -> None:
        """Say where everything is."""
        endpoints = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        self.answer(
            {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in endpoints.items()},
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )


class KeysHandler(_OpenIdHandler):
    """`/jwks`."""

    async def get(self) -> None:
        """Publish the key."""
        key = await rehearsal_key(self.parts)
        jwk = RSAAlgorithm.to_jwk(key.public_key, as_dict=True)
        self.answer({"keys": [jwk | {"kid": key.kid, "use": "sig", "alg": "RS256"}]})


class AuthorizeHandler(_OpenIdHandler):
    """`/authorize`."""

    def get(self) -> None:
        """Ask who to be."""
        self._ask({name: self.get_query_argument(name) for name in _CARRIED if self.get_query_argument(name, None)})

    def post(self) -> None:
        """Go back with a code for whoever was chosen, or with a refusal."""
        form = self.form
        request = {name: form[name] for name in _CARRIED if form.get(name)}
        if form.get("choice") == "refuse":
            self._go_back(request, {"error": "access_denied", "error_description": "The user cancelled the sign-in."})
            return
        try:
            person = read_person(form)
        except UnreadablePersonError as error:
            self._ask(request, error=str(error), typed=form)
            return
        code = self.seal("code", _CODE_SECONDS, {"person": person, "request": request})
        self._go_back(request, {"code": code})

    def _ask(self, request: dict[str, str], *, error: str = "", typed: dict[str, str] | None = None) -> None:
        if not _is_ours(request):
            self.refuse("This provider answers to the /oauth2/idpresponse of user pools alone.")
            return
        self.show_choice(request.get("provider", "OpenID Connect"), request, error=error, typed=typed)

    def _go_back(self, request: dict[str, str], answer: dict[str, str]) -> None:
        if not _is_ours(request):
            self.refuse("This provider answers to the /oauth2/idpresponse of user pools alone.")
            return
        answer |= {"state": request.get("state", "")}
        if request.get("response_mode") == "form_post":
            self.show_post(request["redirect_uri"], answer)
        else:
            self.redirect(f"{request['redirect_uri']}?{urlencode(answer)}")


class TokenHandler(_OpenIdHandler):
    """`/token`; GET is Facebook's way."""

    async def get(self) -> None:
        """Redeem a code in the query."""
        await self._redeem({name: self.get_query_argument(name) for name in self.request.query_arguments})

    async def post(self) -> None:
        """Redeem a code in a form."""
        await self._redeem(self.form)

    async def _redeem(self, parameters: dict[str, str]) -> None:
        content = self.unseal("code", parameters.get("code", ""))
        if content is None or any(content["request"].get(name) != parameters.get(name) for name in ("client_id", "redirect_uri")):
            self.answer({"error": "invalid_grant"}, 400)
            return
        key = await rehearsal_key(self.parts)
        request, now = content["request"], int(self.parts.env.now())
        claims = {"iss": self.issuer, "aud": request["client_id"], "iat": now, "exp": now + _TOKEN_SECONDS, **content["person"]}
        if "nonce" in request:
            claims["nonce"] = request["nonce"]
        self.answer(
            {
                "access_token": self.seal("access", _TOKEN_SECONDS, {"person": content["person"]}),
                "token_type": "Bearer",
                "expires_in": _TOKEN_SECONDS,
                "id_token": jwt.encode(claims, key.private_key, algorithm="RS256", headers={"kid": key.kid}),
            }
        )


class UserInfoHandler(_OpenIdHandler):
    """`/userinfo`."""

    def get(self) -> None:
        """Tell of whoever an access token is for."""
        token = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        content = self.unseal("access", token)
        if content is None:
            self.answer({"error": "invalid_token"}, 401)
            return
        person = content["person"]
        # Facebook's and Amazon's names of the subject.
        self.answer({**person, "id": person["sub"], "user_id": person["sub"]})

    post = get


def _is_ours(request: dict[str, str]) -> bool:
    """It must not become an open redirect."""
    split = urlsplit(request.get("redirect_uri", ""))
    return split.scheme in {"http", "https"} and split.path == _ANSWERS_AT and "client_id" in request
