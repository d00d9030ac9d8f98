"""A database of either kind, and rows to put into it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cognito_emu.store import Store, Tx, open_store
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from tests.support import postgres

POOL = "us-east-1_Pool"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The whole suite runs on both kinds of database: it is what makes them one."""
    chosen = request.config.getoption("database")
    if chosen and chosen != request.param:
        pytest.skip(f"only {chosen} was asked for")
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, tmp_path: Path) -> Iterator[str]:
    """A new database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
    else:
        with postgres.database() as database:
            yield database


@pytest.fixture
def url(kind: str, tmp_path: Path, migrated: Callable[[], str]) -> Iterator[str]:
    """A database that holds nothing."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/store.db"
    else:
        with postgres.database(template=migrated()) as database:
            yield database


@pytest.fixture
def open_another(url: str) -> Iterator[Callable[[], Store]]:
    """Opens further stores on the same database, as further processes would."""
    with contextlib.ExitStack() as at_end:

        def open_one() -> Store:
            store = open_store(url)
            at_end.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def store(open_another: Callable[[], Store]) -> Store:
    return open_another()


def transact(store: Store, fn: Callable[[Tx], Any]) -> Any:
    """`store.transact`, for tests that have no event loop."""
    return asyncio.run(store.transact(fn))


def read(store: Store, fn: Callable[[Tx], Any]) -> Any:
    """`store.read`, likewise."""
    return asyncio.run(store.read(fn))


def make_pool(pool_id: str = POOL, *, account: str = "000000000000", created_at: float = 1.0) -> UserPool:
    return UserPool(pool_id, account, "us-east-1", "pool", created_at, created_at, {"LambdaConfig": {}}, b"secret")


def make_client(client_id: str = "client", *, pool_id: str = POOL, created_at: float = 1.0) -> AppClient:
    return AppClient(client_id, pool_id, "client", created_at, created_at, {})


def make_user(username: str, *, pool_id: str = POOL, created_at: float = 1.0, **changes: Any) -> User:
    columns: dict[str, Any] = {
        "id": f"sub-{username}",
        "pool_id": pool_id,
        "username": username,
        "username_key": username,
        "status": "CONFIRMED",
        "enabled": True,
        "created_at": created_at,
        "modified_at": created_at,
        "attributes": {},
    }
    return User(**columns | changes)


def add_users(store: Store, *users: User) -> None:
    """Add a pool and these users."""

    def write(tx: Tx) -> None:
        tx.user_pools.add(make_pool())
        for user in users:
            tx.users.add(user, fold=False)

    transact(store, write)
