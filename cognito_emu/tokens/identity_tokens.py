"""The tokens that identity pools issue: GetOpenIdToken's and GetOpenIdTokenForDeveloperIdentity's.

As on AWS one key signs for all pools, with RS512, and its discovery document stands at the service's own root.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import jwt
import orjson

from cognito_emu.config import Settings
from cognito_emu.environment import Environment
from cognito_emu.store import Store, Tx
from cognito_emu.tokens import jws
from cognito_emu.tokens.keys import KeyPair, make_key
from cognito_emu.tokens.rsa_keys import PrivateKey

_AWS_ISSUER = "https://cognito-identity.amazonaws.com"
_ALGORITHM = "RS512"
# The name, in what the emulator remembers of itself, under which the key stands.
_STATE = "identity_signing_key"


class IdentityTokens:
    """Signs the tokens of identity pools, and knows them when they come back."""

    def __init__(self, settings: Settings, env: Environment, store: Store, executor: Executor) -> None:
        self._settings = settings
        self._env = env
        self._store = store
        self._executor = executor
        self._key: KeyPair | None = None

    def issuer(self, base_url: str) -> str:
        """The `iss`: the emulator's own address, where the discovery document is served; with COGNITO_EMU_ISSUER=aws that of AWS."""
        return _AWS_ISSUER if self._settings.issuer == "aws" else base_url

    async def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims."""
        pair = await self._pair()
        headers = {"kid": pair.kid, "typ": "JWS"}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, jws.encode, claims, pair.private_key, _ALGORITHM, headers)

    async def is_named_in(self, header: Mapping[str, Any]) -> bool:
        """Whether a token's header names the service's key."""
        return header.get("kid") == (await self._pair()).kid

    async def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token that this emulator signed. Whether they are still valid is for the caller to see.

        Raises:
            jwt.InvalidTokenError: It did not sign it.
        """
        options = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "require": ["aud", "sub", "exp", "amr"]}
        pair = await self._pair()
        claims: dict[str, Any] = jwt.decode(token, pair.public_key, algorithms=[_ALGORITHM], options=options)  # type: ignore[arg-type] # a plain dict
        return claims

    async def jwks(self) -> bytes:
        """The key set, as a document."""
        return orjson.dumps({"keys": [(await self._pair()).jwk() | {"alg": _ALGORITHM}]})

    async def _pair(self) -> KeyPair:
        if self._key is None:
            stored = await self._store.read(lambda tx: tx.emulator_state.get(_STATE)) or await self._make()
            private_key = PrivateKey.from_der(base64.b64decode(stored["private_key"]))
            self._key = KeyPair(stored["kid"], private_key, private_key.public_key())
        return self._key

    async def _make(self) -> dict[str, str]:
        made = await asyncio.get_running_loop().run_in_executor(self._executor, make_key, self._env)
        # AWS's key ids are a region and a number ("us-east-11": aws/aws-sdk-net#420).
        mine = {"kid": f"{self._settings.region}1", "private_key": base64.b64encode(made.private_key).decode()}

        def agree(tx: Tx) -> dict[str, str]:
            present: dict[str, str] | None = tx.emulator_state.get(_STATE)
            if present is None:
                tx.emulator_state.set(_STATE, mine)
            return present or mine

        return await self._store.transact(agree)
