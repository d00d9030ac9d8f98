"""Lists: pages follow each other without gap or repetition, prefixes follow code points, and each list walks an index."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_emu.store import Store, Tx, open_store
from cognito_emu.store.groups import Group
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.users import SEARCHABLE_ATTRIBUTES
from tests.store.conftest import POOL, add_users, make_client, make_pool, make_user, read, transact
from tests.support import postgres
from tests.support.machine import ensure

NAMES = ["", "-", "a-b", "ab", "a b", "aB", "AB", "Ab", "b", "a_b", "a%b", "a.b", "ä", "Ä", "ae", "z", "\U0001f600", "ab\U0001f600"]


def walk(store: Store, page: Callable[[Tx, int, Position], Page[Any]], limit: int) -> list[Any]:
    """All items, page by page."""
    items: list[Any] = []
    after: Position = None
    while True:
        found = read(store, lambda tx, after=after: page(tx, limit, after))
        assert len(found.items) <= limit
        items += found.items
        if found.next is None:
            return items
        assert len(found.items) == limit
        after = found.next


def crowd() -> list[Any]:
    """Users of whom several were created in the same moment, and whose names sort differently by locale and by code point."""
    return [
        make_user(
            f"u{name}",
            id=f"{name}#{number:02}",
            created_at=float(number // 3),
            status=["CONFIRMED", "UNCONFIRMED"][number % 2],
            enabled=bool(number % 3),
            attributes={"name": name, "email": f"{name}@example.com"},
        )
        for number, name in enumerate(NAMES)
    ]


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 7, 60])
    def test_users_by_age_come_once_each(self, store: Store, limit: int) -> None:
        add_users(store, *crowd())
        found = walk(store, lambda tx, limit, after: tx.users.list_all(POOL, limit=limit, after=after), limit)
        assert [user.username for user in found] == [user.username for user in sorted(crowd(), key=lambda user: (user.created_at, user.id))]

    @pytest.mark.parametrize("limit", [1, 3, 60])
    def test_users_by_attribute_come_by_code_point(self, store: Store, limit: int) -> None:
        add_users(store, *crowd())
        found = walk(
            store,
            lambda tx, limit, after: tx.users.list_by_attribute(POOL, "name", "", prefix=True, limit=limit, after=after),
            limit,
        )
        assert [user.attributes["name"] for user in found] == sorted(NAMES)

    def test_users_who_share_a_value_come_once_each(self, store: Store) -> None:
        add_users(store, *(make_user(f"user-{number}", attributes={"name": "Ann"}) for number in range(5)))
        found = walk(
            store, lambda tx, limit, after: tx.users.list_by_attribute(POOL, "name", "Ann", prefix=False, limit=limit, after=after), 2
        )
        assert sorted(user.username for user in found) == [f"user-{number}" for number in range(5)]

    def test_groups_clients_and_pools_come_once_each(self, store: Store) -> None:
        def write(tx: Tx) -> None:
            tx.user_pools.add(make_pool())
            for number, name in enumerate(NAMES[1:]):
                tx.groups.add(Group(POOL, name, None, None, None, 1.0, 1.0))
                tx.app_clients.add(make_client(f"client-{name}", created_at=float(number // 3)))
                tx.user_pools.add(make_pool(f"us-east-1_{number}", account="111111111111", created_at=float(number // 3)))

        transact(store, write)
        groups = walk(store, lambda tx, limit, after: tx.groups.page(POOL, limit=limit, after=after), 2)
        clients = walk(store, lambda tx, limit, after: tx.app_clients.page(POOL, limit=limit, after=after), 2)
        pools = walk(store, lambda tx, limit, after: tx.user_pools.page("111111111111", "us-east-1", limit=limit, after=after), 2)
        assert sorted(group.name for group in groups) == sorted(NAMES[1:])
        assert sorted(client.id for client in clients) == sorted(f"client-{name}" for name in NAMES[1:])
        assert len({pool.id for pool in pools}) == len(pools) == len(NAMES) - 1

    def test_members_come_once_each(self, store: Store) -> None:
        add_users(store, *crowd())

        def join(tx: Tx) -> None:
            tx.groups.add(Group(POOL, "crew", None, None, None, 1.0, 1.0))
            for user in crowd():
                tx.groups.add_member(POOL, "crew", user.id, 1.0)
                tx.groups.add_member(POOL, "crew", user.id, 2.0)

        transact(store, join)
        members = walk(store, lambda tx, limit, after: tx.groups.members(POOL, "crew", limit=limit, after=after), 2)
        assert [member.id for member in members] == sorted(user.id for user in crowd())

    def test_another_pools_users_are_not_listed(self, store: Store) -> None:
        add_users(store, make_user("ann", attributes={"name": "Ann"}))
        transact(store, lambda tx: tx.user_pools.add(make_pool("us-east-1_Other")))
        for listing in LISTS.values():
            assert read(store, lambda tx, listing=listing: listing(tx, "us-east-1_Other", 10, None)).items == []


LISTS: dict[str, Callable[[Tx, str, int, Position], Page[Any]]] = {
    "all": lambda tx, pool, limit, after: tx.users.list_all(pool, limit=limit, after=after),
    "status": lambda tx, pool, limit, after: tx.users.list_by_status(pool, "CONFIRMED", prefix=False, limit=limit, after=after),
    "enabled": lambda tx, pool, limit, after: tx.users.list_by_enabled(pool, enabled=True, limit=limit, after=after),
    "username": lambda tx, pool, limit, after: tx.users.list_by_username(pool, "u", prefix=True, limit=limit, after=after),
    "sub": lambda tx, pool, limit, after: tx.users.list_by_sub(pool, "a", prefix=True, limit=limit, after=after),
    "attribute": lambda tx, pool, limit, after: tx.users.list_by_attribute(pool, "name", "a", prefix=True, limit=limit, after=after),
}


class TestIndexes:
    @pytest.mark.parametrize("listing", LISTS)
    @pytest.mark.parametrize("after", ["beginning", "later"])
    def test_a_page_costs_what_it_holds(self, tmp_path: Any, listing: str, after: str) -> None:
        """SQLite tells how it finds rows: by searching an index in its order, never by scanning or sorting."""
        store = open_store(f"sqlite:///{tmp_path}/store.db")
        add_users(store, *crowd())
        position = read(store, lambda tx: LISTS[listing](tx, POOL, 1, None)).next if after == "later" else None

        def explain(tx: Tx) -> list[str]:
            sqlite: Any = tx.connection.connection.driver_connection
            statements: list[str] = []
            sqlite.set_trace_callback(statements.append)
            LISTS[listing](tx, POOL, 2, position)
            sqlite.set_trace_callback(None)
            return [row[3] for row in sqlite.execute(f"EXPLAIN QUERY PLAN {statements[0]}")]

        plan = read(store, explain)
        store.close()
        assert plan
        assert all(step.startswith("SEARCH") for step in plan), plan


@pytest.fixture(scope="module", params=["sqlite", "en-US-x-icu", "C"])
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the crowd in it, on SQLite and on PostgreSQL under a locale that ignores case and signs, and under none."""
    with contextlib.ExitStack() as at_end:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('anywhere')}/store.db"
        else:
            url = at_end.enter_context(database_of_locale(request.param))
        store = open_store(url)
        at_end.callback(store.close)
        add_users(store, *crowd())
        yield store


@contextlib.contextmanager
def database_of_locale(locale: str) -> Iterator[str]:
    """A new database whose text is compared by a locale's rules."""
    if locale == "C":
        with postgres.database() as url:
            yield url
        return
    cluster = ensure("postgres")
    name = f"test_locale_{abs(hash(locale))}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' ENCODING 'UTF8'")
    try:
        yield urlsplit(cluster)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class TestPrefixes:
    @settings(max_examples=60, deadline=None)
    @given(text=st.sampled_from(NAMES), length=st.integers(0, 3), limit=st.sampled_from([1, 4, 60]))
    def test_a_prefix_finds_what_begins_so_under_any_locale(self, anywhere: Store, text: str, length: int, limit: int) -> None:
        prefix = text[:length]
        found = {
            "attribute": [
                user.attributes["name"]
                for user in walk(
                    anywhere,
                    lambda tx, limit, after: tx.users.list_by_attribute(POOL, "name", prefix, prefix=True, limit=limit, after=after),
                    limit,
                )
            ],
            "username": [
                user.username.removeprefix("u")
                for user in walk(
                    anywhere,
                    lambda tx, limit, after: tx.users.list_by_username(POOL, f"u{prefix}", prefix=True, limit=limit, after=after),
                    limit,
                )
            ],
            "sub": [
                user.attributes["name"]
                for user in walk(
                    anywhere, lambda tx, limit, after: tx.users.list_by_sub(POOL, prefix, prefix=True, limit=limit, after=after), limit
                )
            ],
        }
        expected = sorted(name for name in NAMES if name.startswith(prefix))
        assert found["attribute"] == expected
        assert found["username"] == expected
        # A sub is the name and a number, so that the empty name's begins with the number's sign.
        assert sorted(found["sub"]) == sorted(user.attributes["name"] for user in crowd() if user.id.startswith(prefix))

    def test_an_exact_value_finds_only_itself(self, anywhere: Store) -> None:
        for name in NAMES:
            page = read(anywhere, lambda tx, name=name: tx.users.list_by_attribute(POOL, "name", name, prefix=False, limit=60, after=None))
            assert [user.attributes["name"] for user in page.items] == [name]

    def test_a_status_is_found_by_its_beginning(self, anywhere: Store) -> None:
        page = read(anywhere, lambda tx: tx.users.list_by_status(POOL, "CON", prefix=True, limit=60, after=None))
        assert {user.status for user in page.items} == {"CONFIRMED"}
        assert read(anywhere, lambda tx: tx.users.list_by_status(POOL, "C_N", prefix=True, limit=60, after=None)).items == []


class TestAttributeIndex:
    def test_it_follows_the_attributes(self, store: Store) -> None:
        user = make_user("ann", attributes={"name": "Ann", "custom:x": "y"})
        add_users(store, user)
        transact(store, lambda tx: tx.users.set_attributes(user, {"email": "ann@example.com"}, modified_at=2.0, fold=False))

        def found(name: str) -> int:
            return len(read(store, lambda tx: tx.users.list_by_attribute(POOL, name, "", prefix=True, limit=9, after=None)).items)

        assert {name: found(name) for name in SEARCHABLE_ATTRIBUTES} == dict.fromkeys(SEARCHABLE_ATTRIBUTES, 0) | {"email": 1}

    def test_it_folds_where_the_pool_does(self, store: Store) -> None:
        def write(tx: Tx) -> None:
            tx.user_pools.add(make_pool())
            tx.users.add(make_user("ann", attributes={"name": "STRASSE"}), fold=True)

        transact(store, write)
        key = "straße".casefold()
        page = read(store, lambda tx: tx.users.list_by_attribute(POOL, "name", key, prefix=False, limit=9, after=None))
        assert [user.attributes["name"] for user in page.items] == ["STRASSE"]
