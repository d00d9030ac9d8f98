"""Social logins: the tokens of Facebook, Amazon, Google and Apple.

Google's and Apple's are ID tokens; Facebook's and Amazon's are access tokens, which the provider itself must be asked about. All are asked
at their real addresses, or at the stand-ins of COGNITO_EMU_LOGIN_PROVIDERS.
"""

from __future__ import annotations

import re
from typing import Any

from cognito_emu.environment import Environment
from cognito_emu.login_tokens.errors import ExpiredLoginTokenError, UnsupportedProviderError, UnverifiedSignatureError
from cognito_emu.login_tokens.openid import OpenIdTokens
from cognito_emu.login_tokens.provider_requests import fetch_json

_FACEBOOK = "graph.facebook.com"
_AMAZON = "www.amazon.com"
_ID_TOKENS = frozenset({"accounts.google.com", "appleid.apple.com"})
_AMAZON_API = "https://api.amazon.com"


class SocialTokens:
    """Verifies the tokens of social providers.

    Args:
        stand_ins: As configured: `name=address`, with commas between.
    """

    def __init__(self, env: Environment, openid: OpenIdTokens, stand_ins: str) -> None:
        self._env = env
        self._openid = openid
        self._stand_ins = dict(_parse_stand_in(text) for text in stand_ins.split(",") if text.strip())

    async def verify(self, provider: str, token: str, app_ids: str) -> dict[str, Any]:
        """The claims of a token, with `sub` and `aud` whatever the provider calls them.

        Args:
            provider: As in SupportedLoginProviders.
            app_ids: Its value there: the app's id at the provider; several with semicolons between.

        Raises:
            LoginTokenError: The provider does not stand by the token.
            UnsupportedProviderError: It is for another app, or the provider is none that is known.
            ProviderUnreachableError: The provider does not answer.
        """
        if provider == _FACEBOOK:
            claims = await self._facebook(token)
        elif provider == _AMAZON:
            claims = await self._amazon(token)
        elif provider in _ID_TOKENS:
            address = self._stand_ins.get(provider)
            issuers = {provider} | ({re.sub(r"^https?://", "", address)} if address else set())
            claims = await self._openid.verify(token, issuers=issuers, address=address)
        else:
            # Twitter's and Digits' OAuth 1.0 tokens: neither lets in anybody any more.
            raise UnsupportedProviderError
        if claims["aud"] not in app_ids.split(";"):
            raise UnsupportedProviderError
        return claims

    async def _facebook(self, token: str) -> dict[str, Any]:
        """https://developers.facebook.com/docs/graph-api: who the token is for, and whose app it was given to."""
        address = self._stand_ins.get(_FACEBOOK, f"https://{_FACEBOOK}")
        app = await fetch_json(f"{address}/app", {"access_token": token})
        user = await fetch_json(f"{address}/me", {"fields": "id,name,email", "access_token": token})
        if "id" not in app or "id" not in user:
            raise UnverifiedSignatureError
        return {**user, "sub": str(user["id"]), "aud": str(app["id"])}

    async def _amazon(self, token: str) -> dict[str, Any]:
        """https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html: verify an access token."""
        address = self._stand_ins.get(_AMAZON, _AMAZON_API)
        info = await fetch_json(f"{address}/auth/o2/tokeninfo", {"access_token": token})
        if "user_id" not in info or "aud" not in info:
            raise UnverifiedSignatureError
        expires_in = info.get("exp")
        if isinstance(expires_in, int | float) and expires_in <= 0:
            raise ExpiredLoginTokenError(f"Token expired: {expires_in} >= {int(self._env.now())}")
        return {**info, "sub": str(info["user_id"]), "aud": str(info["aud"])}


def _parse_stand_in(text: str) -> tuple[str, str]:
    name, _, address = text.strip().partition("=")
    return name, address.rstrip("/")
