"""The app client that a request means, and the pool that it must be in."""

from __future__ import annotations

from enum import Enum, auto

from cognito_emu.call import Call, Parts
from cognito_emu.domain.client_metadata import fits_any, is_client_id_url
from cognito_emu.oauth.addresses import Arrival, NamedDomain, domain_in_host
from cognito_emu.operations.app_clients.client_metadata_urls import has_fresh_document
from cognito_emu.records import Hidden, Record, replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.cimd_policies import CimdPolicy
from cognito_emu.store.user_pools import UserPool


class OAuthClient(Record):
    """An app client with what the endpoints want to know of it.

    Attributes:
        client_id: As the request spells it: the app client's id, or the address of a metadata document that stands for one.
        custom_scopes: What the pool's resource servers define.
        by_domain: The request came by a domain of the pool, not by the emulator's bare address.
    """

    client_id: str
    pool: UserPool
    app_client: AppClient
    secrets: Hidden[tuple[str, ...]]
    custom_scopes: frozenset[str]
    by_domain: bool

    def call(self, parts: Parts, arrival: Arrival) -> Call:
        """What the operations' functions want to be handed."""
        return arrival.call(parts, self.pool, by_domain=self.by_domain)


async def find_client(parts: Parts, arrival: Arrival, client_id: str) -> OAuthClient | None:
    """The client, if there is one and it belongs to the domain by which the request came.

    A client id that is the address of a metadata document is looked up there, unless the store has a fresh copy.
    """
    if is_client_id_url(client_id):
        policy = await parts.store.read(lambda tx: _policy_of(tx, arrival, client_id))
        if policy is None or not await has_fresh_document(parts, policy, client_id):
            return None
    return await parts.store.read(lambda tx: look_up_client(tx, arrival, client_id))


def look_up_client(tx: Tx, arrival: Arrival, client_id: str) -> OAuthClient | None:
    """`find_client` by what the store knows: a copy of a metadata document counts even when it expired while its user was on the pages."""
    if is_client_id_url(client_id):
        return _described_client(tx, arrival, client_id)
    app_client = tx.app_clients.get(client_id)
    return _oauth_client(tx, arrival, client_id, app_client) if app_client else None


def _described_client(tx: Tx, arrival: Arrival, url: str) -> OAuthClient | None:
    """The app client to which a policy leads, under the document's address and with the document's redirect URIs.

    Whatever else the app client may do, the document's client may as well: scopes, flows, identity providers. Assumption: a document's own
    `scope` and `grant_types` take nothing away.
    """
    policy = _policy_of(tx, arrival, url)
    copy = tx.cimd_policies.document(policy.id, url) if policy else None
    app_client = tx.app_clients.get(policy.client_id) if policy else None
    if copy is None or app_client is None or tx.app_clients.secrets(app_client.id):
        return None
    settings = app_client.settings | {"CallbackURLs": copy.document["redirect_uris"]}
    settings.pop("DefaultRedirectURI", None)
    return _oauth_client(tx, arrival, url, replace(app_client, settings=settings))


def _policy_of(tx: Tx, arrival: Arrival, url: str) -> CimdPolicy | None:
    """The policy that an address fits. Assumption: of several the oldest. A request to a domain leads to its pool's policies alone."""
    for policy in tx.cimd_policies.everywhere():
        if fits_any(url, policy.url_patterns):
            pool = tx.user_pools.get(policy.pool_id)
            if pool is not None and _door(tx, arrival, pool) is not _Door.FOREIGN_DOMAIN:
                return policy
    return None


def _oauth_client(tx: Tx, arrival: Arrival, client_id: str, app_client: AppClient) -> OAuthClient | None:
    pool = tx.user_pools.get(app_client.pool_id)
    if pool is None:
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
