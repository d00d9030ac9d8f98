"""Pools and clients that were read before: what is answered is what the database holds, whoever changed it."""

from collections.abc import Callable
from typing import Any

import pytest

from cognito_emu.store import Store, Tx
from cognito_emu.store.app_clients import ClientSecret
from tests.store.conftest import POOL, make_client, make_pool, read, transact

CLIENT = make_client().id


def rename_pool(tx: Tx, name: str) -> None:
    tx.user_pools.update(POOL, name=name, settings={}, modified_at=2.0)


def what_is_there(tx: Tx) -> tuple[Any, ...]:
    """The pool's name and how it tracks sessions, the client's name and SSO, its secrets."""
    pool, client = tx.user_pools.get(POOL), tx.app_clients.get(CLIENT)
    return (
        pool and (pool.name, pool.session_configuration),
        client and (client.name, client.sso_minutes),
        [secret.value for secret in tx.app_clients.secrets(CLIENT)],
    )


CHANGES: dict[str, Callable[[Tx], None]] = {
    "pool updated": lambda tx: rename_pool(tx, "new"),
    "sessions configured": lambda tx: tx.user_pools.set_session_configuration(POOL, {"UserSessionTracking": "ON"}),
    "pool deleted": lambda tx: tx.user_pools.delete(POOL),
    "account emptied": lambda tx: tx.user_pools.delete_of_account(make_pool().account),
    "client updated": lambda tx: tx.app_clients.update(CLIENT, name="new", settings={}, modified_at=2.0),
    "client's SSO set": lambda tx: tx.app_clients.set_sso_minutes(CLIENT, 5),
    "client deleted": lambda tx: tx.app_clients.delete(CLIENT),
    "secret added": lambda tx: tx.app_clients.add_secret(ClientSecret(CLIENT, "second", "b", 2.0)),
    "secret deleted": lambda tx: tx.app_clients.delete_secret(CLIENT, "first"),
}


@pytest.fixture
def stores(store: Store, open_another: Callable[[], Store]) -> tuple[Store, Store]:
    """Two processes' stores that have both read a pool with a client."""

    def write(tx: Tx) -> None:
        tx.user_pools.add(make_pool())
        tx.app_clients.add(make_client())
        tx.app_clients.add_secret(ClientSecret(CLIENT, "first", "a", 1.0))

    other = open_another()
    transact(store, write)
    assert read(store, what_is_there) == read(other, what_is_there) == (("pool", None), ("client", None), ["a"])
    return store, other


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen_by_all_who_read_before(stores: tuple[Store, Store], change: Callable[[Tx], None]) -> None:
    mine, others = stores
    before = read(mine, what_is_there)

    def write(tx: Tx) -> tuple[Any, ...]:
        change(tx)
        return what_is_there(tx)

    after = transact(mine, write)
    assert after != before
    assert read(mine, what_is_there) == read(others, what_is_there) == after


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_that_was_taken_back_is_forgotten(stores: tuple[Store, Store], change: Callable[[Tx], None]) -> None:
    mine, _ = stores
    before = read(mine, what_is_there)

    def write(tx: Tx) -> None:
        change(tx)
        what_is_there(tx)
        raise LookupError

    with pytest.raises(LookupError):
        transact(mine, write)
    assert read(mine, what_is_there) == before


def test_a_transaction_decides_by_what_others_have_committed(stores: tuple[Store, Store]) -> None:
    mine, others = stores
    transact(others, lambda tx: rename_pool(tx, "theirs"))
    assert transact(mine, what_is_there)[0] == ("theirs", None)
