"""`GET /_emu/addresses?pool=`: issuer, discovery, JWKS and endpoints of a pool, and whether they agree and are reachable.

An issuer that does not match the address by which an application verifies tokens is the most frequent trouble with any emulator.
"""

from __future__ import annotations

from typing import Any

import orjson
from tornado.httpclient import AsyncHTTPClient
from tornado.web import HTTPError

from cognito_emu.call import Parts
from cognito_emu.control.handler import ControlHandler
from cognito_emu.oauth.metadata import PoolMetadata
from cognito_emu.store.user_pools import UserPool


class AddressesHandler(ControlHandler):
    """Shows a pool's addresses and checks them by really fetching them."""

    async def get(self) -> None:
        """Answer with the addresses, `agrees` and `reachable`."""
        pool_id = self.get_query_argument("pool")
        pool = await self.parts.store.read(lambda tx: tx.user_pools.get(pool_id))
        if pool is None:
            raise HTTPError(404, reason=f"User pool {pool_id} does not exist.")
        base_url = self.parts.settings.public_url.rstrip("/") or f"{self.request.protocol}://{self.request.host}"
        self.send_json(await check_addresses(self.parts, pool, base_url))


async def check_addresses(parts: Parts, pool: UserPool, base_url: str) -> dict[str, Any]:
    """A pool's addresses by way of `base_url`, whether they answer there, and whether they agree."""
    expected = PoolMetadata(parts).configuration(pool, base_url)
    discovery = f"{base_url}/{pool.id}/.well-known/openid-configuration"
    served = await _fetch(discovery)
    keys = await _fetch(expected["jwks_uri"])
    return {
        "issuer": expected["issuer"],
        "discovery": discovery,
        "jwks": expected["jwks_uri"],
        "endpoints": {name: value for name, value in expected.items() if name.endswith("_endpoint")},
        "reachable": {"discovery": served is not None, "jwks": keys is not None},
        "agrees": {
            "discovery_names_the_issuer": served is not None and served.get("issuer") == expected["issuer"],
            "issuer_is_where_discovery_lives": discovery == f"{expected['issuer']}/.well-known/openid-configuration",
            "https": base_url.startswith("https://"),
        },
    }


async def _fetch(url: str) -> dict[str, Any] | None:
    try:
        response = await AsyncHTTPClient().fetch(url, request_timeout=3, validate_cert=False)
        document = orjson.loads(response.body)
    except Exception:  # noqa: BLE001 - whatever the reason, the address is not reachable
        return None
    return document if isinstance(document, dict) else None
