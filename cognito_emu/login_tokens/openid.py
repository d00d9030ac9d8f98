"""ID tokens: of the emulator's own user pools, and of OpenID Connect providers anywhere."""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.identity_pool_settings import user_pool_of, without_scheme
from cognito_emu.environment import Environment
from cognito_emu.login_tokens.errors import LoginTokenError, UnverifiedSignatureError
from cognito_emu.login_tokens.jwt_claims import peek, verified_claims
from cognito_emu.login_tokens.key_sets import KeySets
from cognito_emu.store import Store, Tx
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.tokens import Tokens

# "Amazon Cognito allows up to 5 minutes of clock skew" (developer guide, Open ID Connect providers).
_SKEW_SECONDS = 300.0


class OpenIdTokens:
    """Verifies ID tokens by their issuers' keys."""

    def __init__(self, env: Environment, store: Store, tokens: Tokens) -> None:
        self._env = env
        self._store = store
        self._tokens = tokens
        self._key_sets = KeySets(env)

    async def verify(self, token: str, *, issuers: set[str], address: str | None = None) -> dict[str, Any]:
        """The claims of a provider's ID token. The audience is left to the caller.

        Args:
            issuers: What `iss` may be, without scheme.
            address: Where the provider really is, when that is not its issuer.

        Raises:
            LoginTokenError: It is not the issuer's token, or has expired.
            ProviderUnreachableError: The issuer's keys cannot be had.
        """
        header, claims = peek(token)
        issuer = str(claims.get("iss", ""))
        if without_scheme(issuer) not in issuers:
            raise LoginTokenError("Issuer doesn't match providerName")
        user_pool = await self._own_pool(user_pool_of(issuer))
        if user_pool is not None:
            # The keys are at hand; what is at AWS's own issuer belongs to somebody else.
            return await self._verify_own(token, user_pool, header)
        where = address or (issuer if "://" in issuer else f"https://{issuer}")
        return await self._key_sets.verified_claims(where, token, header.get("kid"), leeway=_SKEW_SECONDS)

    async def verify_user_pool_token(self, token: str, user_pool_id: str) -> dict[str, Any]:
        """The claims of an ID token of one of the emulator's pools. The audience is left to the caller.

        Raises:
            LoginTokenError: It is not the pool's ID token, or has expired.
        """
        header, unverified = peek(token)
        if user_pool_of(str(unverified.get("iss", ""))) != user_pool_id:
            raise LoginTokenError("Issuer doesn't match providerName")
        user_pool = await self._own_pool(user_pool_id)
        if user_pool is None:
            raise UnverifiedSignatureError
        return await self._verify_own(token, user_pool, header)

    async def check_still_signed_in(self, claims: dict[str, Any]) -> None:
        """ServerSideTokenCheck: look whether the user of a verified token was signed out, disabled or deleted meanwhile.

        Raises:
            LoginTokenError: He was.
        """

        def look_up(tx: Tx) -> tuple[SignIn | None, User | None]:
            return tx.sign_ins.get(str(claims.get("event_id", ""))), tx.users.get(str(claims["sub"]))

        sign_in, user = await self._store.read(look_up)
        if sign_in is None or sign_in.revoked_at is not None or user is None or not user.enabled:
            # Assumption: the sentence.
            raise LoginTokenError("Token has been revoked.")

    async def _own_pool(self, user_pool_id: str | None) -> UserPool | None:
        return await self._store.read(lambda tx: tx.user_pools.get(user_pool_id)) if user_pool_id else None

    async def _verify_own(self, token: str, user_pool: UserPool, header: dict[str, Any]) -> dict[str, Any]:
        keys = (await self._tokens.keys_of(user_pool)).by_kid(header.get("kid"))
        if keys is None:
            raise UnverifiedSignatureError
        claims = verified_claims(token, keys.public_key, now=self._env.now())
        if claims.get("token_use") != "id":
            raise LoginTokenError("Not a valid OpenId Connect identity token.")
        return claims
