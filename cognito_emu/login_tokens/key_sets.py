"""The keys of OpenID Connect providers: found by discovery, fetched when they are needed, remembered.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jwt
import orjson
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httputil import url_concat

from cognito_emu.environment import Environment
from cognito_emu.login_tokens.errors import LoginTokenError, ProviderUnreachableError

_TIMEOUT_SECONDS = 5.0
_MAX_BODY_BYTES = 1024 * 1024
_KEEP_SECONDS = 3600.0
# A key that isn't there may have been added since; whoever sends made-up key ids must not make us ask each time.
_ASK_AGAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _KeySet:
    keys: jwt.PyJWKSet
    fetched_at: float


class KeySets:
    """The JWKS of issuers, by their address."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._known: dict[str, _KeySet] = {}
        self._asking: dict[str, asyncio.Task[_KeySet]] = {}

    async def find(self, issuer: str, kid: str | None) -> Any:
        """The issuer's public key of this id.

        Args:
            issuer: With its scheme, as in `iss`.
            kid: From the token's header; None where the provider has a single key and doesn't name it.

        Raises:
            ProviderUnreachableError: The issuer does not answer, or not with what it must.
            LoginTokenError: It has no such key.
        """
        known = self._known.get(issuer)
        age = self._env.now() - known.fetched_at if known else _KEEP_SECONDS
        key = _select(known.keys, kid) if known and age < _KEEP_SECONDS else None
        if key is None and age >= _ASK_AGAIN_SECONDS:
            known = await self._ask(issuer)
            key = _select(known.keys, kid)
        if key is None:
            raise LoginTokenError("Couldn't verify signed token.")
        return key

    async def _ask(self, issuer: str) -> _KeySet:
        """Fetch once for all who wait."""
        task = self._asking.get(issuer)
        if task is None:
            task = self._asking[issuer] = asyncio.create_task(self._fetch(issuer))
            task.add_done_callback(lambda _task: self._asking.pop(issuer, None))
        # Shielded, so that one client's disconnection does not fail the others.
        return await asyncio.shield(task)

    async def _fetch(self, issuer: str) -> _KeySet:
        configuration = await fetch_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        with _malformed(issuer):
            if configuration["issuer"] != issuer:
                raise ProviderUnreachableError(f"The discovery document of {issuer} is that of {configuration['issuer']}.")
            document = await fetch_json(str(configuration["jwks_uri"]))
            self._known[issuer] = _KeySet(jwt.PyJWKSet.from_dict(document), self._env.now())
        return self._known[issuer]


async def fetch_json(url: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """A provider's JSON object.

    Raises:
        ProviderUnreachableError: There is none at this address.
        LoginTokenError: The provider refused the request, and so the token in its parameters.
    """
    client = AsyncHTTPClient(force_instance=True, max_body_size=_MAX_BODY_BYTES)
    try:
        response = await client.fetch(
            url_concat(url, parameters or {}), connect_timeout=_TIMEOUT_SECONDS, request_timeout=_TIMEOUT_SECONDS, max_redirects=3
        )
        document = orjson.loads(response.body)
    except HTTPClientError as error:
        if parameters and error.code in {400, 401, 403}:
            raise LoginTokenError("Couldn't verify signed token.") from error
        raise ProviderUnreachableError(f"{url} answered {error.code}.") from error
    except (OSError, ValueError) as error:
        raise ProviderUnreachableError(f"{url} did not answer with JSON: {error}.") from error
    finally:
        client.close()
    if not isinstance(document, dict):
        raise ProviderUnreachableError(f"{url} did not answer with a JSON object.")
    return document


@contextmanager
def _malformed(issuer: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, jwt.PyJWTError) as error:
        raise ProviderUnreachableError(f"The keys of {issuer} cannot be read: {error}.") from error


def _select(keys: jwt.PyJWKSet, kid: str | None) -> Any:
    signing = [key for key in keys.keys if key.public_key_use in {None, "sig"}]
    if kid is None:
        return signing[0].key if len(signing) == 1 else None
    return next((key.key for key in signing if key.key_id == kid), None)
