"""Signing tokens, and judging those that come back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from concurrent.futures import Executor
from types import MappingProxyType
from typing import Any

import jwt
import orjson

from cognito_emu.config import Settings
from cognito_emu.domain.tokens import at_hash
from cognito_emu.environment import Environment
from cognito_emu.errors import NotAuthorizedException, UserNotFoundException
from cognito_emu.records import Record
from cognito_emu.store import Store, Tx
from cognito_emu.store.sign_ins import SignIn
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.tokens import jws
from cognito_emu.tokens.keys import KeyPair, KeyRing, PoolKeys

SELF_SERVICE_SCOPE = "aws.cognito.signin.user.admin"

_ALGORITHM = "RS256"
_HEADER, _PAYLOAD = 0, 1  # the parts of a JWS (RFC 7515, section 3.1)
_REMEMBERED_TOKENS = 1_000  # some 4 kB each
_NO_TYP = {"typ": None}  # AWS's header holds kid and alg only; None makes PyJWT leave its default out


class SignedInUser(Record):
    """What a valid access token stands for."""

    pool: UserPool
    user: User
    sign_in: SignIn
    client_id: str
    claims: Mapping[str, Any]


class _VerifiedToken(Record):
    """The claims of a token whose signature was checked with one of these keys. Expiry and revocation are looked at each time."""

    keys: PoolKeys
    claims: Mapping[str, Any]


class Tokens:
    """Signs tokens with a pool's keys and verifies access tokens."""

    def __init__(self, settings: Settings, env: Environment, store: Store, keys: KeyRing, executor: Executor) -> None:
        self._settings = settings
        self._env = env
        self._store = store
        self._keys = keys
        self._executor = executor
        self._verified: dict[str, _VerifiedToken] = {}

    def issuer(self, pool: UserPool, base_url: str) -> str:
        """The `iss` of the pool's tokens and its discovery document.

        By default the address by which the client came; with `COGNITO_EMU_ISSUER=aws` that of AWS, in the form which the pool's
        IssuerConfiguration chooses.
        """
        if self._settings.issuer == "aws":
            updated = pool.settings.get("IssuerConfiguration", {}).get("Type") == "UPDATED"
            host = "issuer-cognito-idp" if updated else "cognito-idp"
            return f"https://{host}.{pool.region}.amazonaws.com/{pool.id}"
        return f"{base_url}/{pool.id}"

    async def keys_of(self, pool: UserPool) -> PoolKeys:
        """The pool's two key pairs and their JWKS."""
        return await self._keys.of_pool(pool)

    async def sign(
        self,
        pool: UserPool,
        *,
        id_claims: Mapping[str, Any] | None,
        access_claims: Mapping[str, Any] | None,
        with_at_hash: bool = False,
    ) -> tuple[str | None, str | None]:
        """The ID and the access token, each signed with its own key, on the executor, since signing costs most.

        Both in one job: where several users sign in at once, two would only cost more switching between threads.

        Args:
            with_at_hash: Put the access token's hash into the ID token.
        """
        keys = await self._keys.of_pool(pool)
        return await asyncio.get_running_loop().run_in_executor(self._executor, _encode_both, id_claims, access_claims, keys, with_at_hash)

    async def verify_access_token(self, token: str, *, scope: str | None = SELF_SERVICE_SCOPE) -> SignedInUser:
        """Whom an access token stands for: its signature, expiry and scope are checked, and that nobody revoked it.

        Args:
            scope: The scope that the token must have; None leaves it to the caller, who has an error of its own for that.

        Raises:
            NotAuthorizedException: The token is not (or no longer) one that this emulator issued for the scope.
            UserNotFoundException: The user was deleted.
        """
        pool, claims = await self.verify_signature(token)
        if "username" not in claims:
            raise NotAuthorizedException("Invalid Access Token")

        def look_up(tx: Tx) -> tuple[SignIn | None, User | None]:
            return tx.sign_ins.get_with_user(str(claims.get("event_id", ""))) or (None, tx.users.get(str(claims.get("sub", ""))))

        sign_in, user = await self._store.read(look_up)
        if user is None or user.pool_id != pool.id:
            raise UserNotFoundException
        if sign_in is None or sign_in.revoked_at is not None or not user.enabled:
            raise NotAuthorizedException("Access Token has been revoked")
        if scope is not None and scope not in str(claims.get("scope", "")).split():
            raise NotAuthorizedException("Access Token does not have required scopes")
        return SignedInUser(pool, user, sign_in, str(claims["client_id"]), claims)

    async def verify_signature(self, token: str) -> tuple[UserPool, Mapping[str, Any]]:
        """The pool and the claims of an access token, a user's or a machine's, whose signature and expiry are right.

        Claims are read here, not by PyJWT, whose own claim checks know the real clock only.

        Raises:
            NotAuthorizedException: It is not an access token of this emulator, or it has expired.
        """
        known = self._verified.get(token)
        pool_id = str((known.claims if known else _unverified(token, _PAYLOAD)).get("iss", "")).rpartition("/")[2]
        pool = await self._store.read(lambda tx: tx.user_pools.get(pool_id))
        if pool is None:
            raise NotAuthorizedException("Invalid Access Token")
        keys = await self._keys.of_pool(pool)
        # A pool that was deleted and made again under the same id has other keys.
        claims = known.claims if known and known.keys is keys else self._check_signature(token, keys)
        if int(claims.get("exp", 0)) <= self._env.now():
            raise NotAuthorizedException("Access Token has expired")
        if claims.get("token_use") != "access":
            raise NotAuthorizedException("Invalid Access Token")
        return pool, claims

    def _check_signature(self, token: str, keys: PoolKeys) -> Mapping[str, Any]:
        """The claims of a token that one of these keys has signed; remembered, since a client sends its token with each request."""
        try:
            pair = keys.by_kid(_unverified(token, _HEADER).get("kid"))
            if pair is None:
                raise NotAuthorizedException("Invalid Access Token")
            claims = MappingProxyType(orjson.loads(jws.decode(token, pair.public_key, _ALGORITHM)))
        except (jwt.InvalidTokenError, orjson.JSONDecodeError) as error:
            raise NotAuthorizedException("Invalid Access Token") from error
        while len(self._verified) >= _REMEMBERED_TOKENS:
            self._verified.pop(next(iter(self._verified)))
        self._verified[token] = _VerifiedToken(keys, claims)
        return claims


def _unverified(token: str, part: int) -> dict[str, Any]:
    """The header or the claims of a token, believed only as far as to find the key that its signature is checked with."""
    try:
        segment = token.split(".")[part]
        members = orjson.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (IndexError, ValueError) as error:
        raise NotAuthorizedException("Invalid Access Token") from error
    if not isinstance(members, dict):
        raise NotAuthorizedException("Invalid Access Token")
    return members


def _encode_both(
    id_claims: Mapping[str, Any] | None, access_claims: Mapping[str, Any] | None, keys: PoolKeys, with_at_hash: bool
) -> tuple[str | None, str | None]:
    access_token = None if access_claims is None else _encode(access_claims, keys.access)
    if id_claims is None:
        return None, access_token
    if with_at_hash and access_token is not None:
        id_claims = {**id_claims, "at_hash": at_hash(access_token)}
    return _encode(id_claims, keys.id), access_token


def _encode(claims: Mapping[str, Any], pair: KeyPair) -> str:
    return jws.encode(claims, pair.private_key, _ALGORITHM, {"kid": pair.kid, **_NO_TYP})
