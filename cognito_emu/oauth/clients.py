"""The app client that a request means, and the pool that it must be in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from cognito_emu.call import Call, Parts
from cognito_emu.oauth.addresses import Arrival, NamedDomain, domain_in_host
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An app client with what the endpoints want to know of it.

    Attributes:
        client_id: As the request spells it: the app client's id, or the address of a metadata document that stands for one.
        custom_scopes: What the pool's resource servers define.
        by_domain: The request came by a domain of the pool, not by the emulator's bare address.
    """

    client_id: str
    pool: UserPool
    app_client: AppClient
    secrets: tuple[str, ...] = field(repr=False)
    custom_scopes: frozenset[str]
    by_domain: bool

    def call(self, parts: Parts, arrival: Arrival) -> Call:
        """What the operations' functions want to be handed."""
        return arrival.call(parts, self.pool, by_domain=self.by_domain)


async def find_client(parts: Parts, arrival: Arrival, client_id: str) -> OAuthClient | None:
    """The client, if there is one and it belongs to the domain by which the request came.

    The place where a metadata document is fetched, when the client id is its `https` address and the store has no fresh copy.
    """
    return await parts.store.read(lambda tx: look_up_client(tx, arrival, client_id))


def look_up_client(tx: Tx, arrival: Arrival, client_id: str) -> OAuthClient | None:
    """`find_client` by what the store knows.

    The place where the stored copy of a metadata document becomes a client: the policy that its address fits leads to an app client, which
    is returned under the address, with the document's redirect URIs among its settings.
    """
    app_client = tx.app_clients.get(client_id)
    pool = tx.user_pools.get(app_client.pool_id) if app_client else None
    if app_client is None or pool is None:
        return None
    door = _door(tx, arrival, pool)
    if door is _Door.FOREIGN_DOMAIN:
        return None
    secrets = tuple(secret.value for secret in tx.app_clients.secrets(app_client.id))
    return OAuthClient(client_id, pool, app_client, secrets, tx.resource_servers.scope_names(pool.id), door is _Door.OWN_DOMAIN)


async def may_come_by(parts: Parts, arrival: Arrival, pool: UserPool) -> bool:
    """Whether the address of a request is one by which the pool may be spoken to."""
    return await parts.store.read(lambda tx: _door(tx, arrival, pool)) is not _Door.FOREIGN_DOMAIN


async def pool_of_domain(parts: Parts, arrival: Arrival) -> UserPool | None:
    """The pool whose domain the request came by; None on the bare address, and where the host leaves it open."""

    def look_up(tx: Tx) -> UserPool | None:
        named = domain_in_host(arrival.host)
        pools = _pools(tx, named) if named else set()
        return tx.user_pools.get(pools.pop()) if len(pools) == 1 else None

    return await parts.store.read(look_up)


class _Door(Enum):
    BARE_ADDRESS = auto()
    OWN_DOMAIN = auto()
    FOREIGN_DOMAIN = auto()


def _door(tx: Tx, arrival: Arrival, pool: UserPool) -> _Door:
    """What the address of a request is to a pool."""
    named = domain_in_host(arrival.host)
    pools = _pools(tx, named) if named else set()
    if named is None or (not pools and not named.certain):
        return _Door.BARE_ADDRESS  # or a name of the user's own for it: a container's, a tunnel's
    return _Door.OWN_DOMAIN if pool.id in pools else _Door.FOREIGN_DOMAIN


def _pools(tx: Tx, named: NamedDomain) -> set[str]:
    """The pools with a domain of this name. `shop.localhost` names no region, so there may be several: the client decides."""
    return {domain.pool_id for domain in tx.domains.find(named.name) if named.region in {None, domain.region}}
