"""The tables: what migrations build is what the code declares, and what belongs to somebody goes with them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from cognito_emu.store import Store, Tx, open_store
from cognito_emu.store import migrations as migrations_package
from cognito_emu.store.app_clients import ClientSecret
from cognito_emu.store.auth_sessions import AuthSession
from cognito_emu.store.codes import Code
from cognito_emu.store.groups import Group
from cognito_emu.store.schema import metadata, user_data_history
from cognito_emu.store.sign_ins import RefreshToken, SignIn
from cognito_emu.store.signing_keys import SigningKey
from tests.store.conftest import POOL, make_client, make_pool, make_user, read, transact

FOLDER = Path(migrations_package.__file__).parent


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A plain connection to the database, for looking at it from outside."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


class TestMigrations:
    def test_they_build_what_the_code_declares(self, store: Store, engine: Engine) -> None:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
            assert compare_metadata(context, metadata) == []

    def test_they_are_one_line_and_numbered(self) -> None:
        script = ScriptDirectory(str(FOLDER))
        revisions = [revision.revision for revision in script.walk_revisions()]
        assert script.get_heads() == [migrations_package.latest()]
        assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]

    def test_each_can_be_undone_and_done_again(self, store: Store, engine: Engine) -> None:
        store.close()
        with engine.connect() as connection:
            command.downgrade(alembic(connection), "base")
            connection.commit()
            left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
            assert left == set()
            command.upgrade(alembic(connection), "head")
            connection.commit()
            assert set(sa.inspect(connection).get_table_names()) >= set(metadata.tables)

    def test_a_new_sqlite_file_gets_what_they_build(self) -> None:
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, connect_args={"isolation_level": None})
        migrations_package.upgrade(engine)
        written = (FOLDER / "new_sqlite.sql").read_text(encoding="utf-8")
        assert written == migrations_package.new_sqlite(engine), "make docs writes it anew"

    def test_a_new_sqlite_file_is_complete_at_once(self, tmp_path: Path) -> None:
        loaded = subprocess.run(
            [sys.executable, "-c", f"""
import sys
from cognito_emu.store import open_store
open_store("sqlite:///{tmp_path / 'new.db'}").close()
print("alembic" in sys.modules)"""],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert loaded.stdout.split() == ["False"]
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'new.db'}")
        assert set(sa.inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}

    def test_many_who_start_at_once_agree(self, empty_url: str) -> None:
        with ThreadPoolExecutor(4) as threads:
            stores = list(threads.map(lambda _: open_store(empty_url), range(4)))
        for store in stores:
            assert read(store, lambda tx: tx.emulator_state.get("nothing")) is None
            store.close()

    def test_a_second_start_finds_everything(self, store: Store, open_another: Callable[[], Store]) -> None:
        transact(store, lambda tx: tx.user_pools.add(make_pool()))
        store.close()
        assert read(open_another(), lambda tx: tx.user_pools.get(POOL)) == make_pool()


class TestOwnership:
    def fill(self, tx: Tx) -> None:
        """A pool with one of everything that the first migration holds."""
        tx.user_pools.add(make_pool())
        tx.app_clients.add(make_client())
        tx.app_clients.add_secret(ClientSecret("client", "client--1", "secret", 1.0))
        tx.signing_keys.add(SigningKey("kid", POOL, "id", b"key", 1.0))
        ann = make_user("ann", attributes={"email": "ann@example.com"})
        tx.users.add(ann, fold=False)
        tx.users.set_aliases(ann, {"email": "ann@example.com"})
        tx.groups.add(Group(POOL, "crew", None, None, None, 1.0, 1.0))
        tx.groups.add_member(POOL, "crew", ann.id, 1.0)
        tx.codes.put(Code(ann.id, "sign_up", b"hash", "email", 1.0, 2.0, 0))
        tx.auth_sessions.add(AuthSession(b"session", POOL, "client", ann.id, {}, used=False, expires_at=2.0))
        tx.sign_ins.add(SignIn("event", POOL, "client", ann.id, "jti", [], None, {}, 1.0, 1.0, 2.0))
        tx.sign_ins.add_refresh_token(RefreshToken(b"token", "event", 2.0))

    def filled(self, tx: Tx) -> set[str]:
        """The tables that hold a row."""
        return {table.name for table in metadata.sorted_tables if tx.connection.execute(sa.select(table).limit(1)).first()}

    OF_THE_POOL = frozenset({"user_pools", "app_clients", "client_secrets", "signing_keys", "groups", "user_data_history"})
    OF_THE_USER = frozenset({"users", "user_attributes", "user_aliases", "group_members", "codes"})
    OF_BOTH = frozenset({"auth_sessions", "sign_ins", "refresh_tokens"})

    def test_with_a_pool_goes_all_that_is_in_it(self, store: Store) -> None:
        transact(store, self.fill)
        assert read(store, self.filled) == self.OF_THE_POOL | self.OF_THE_USER | self.OF_BOTH
        transact(store, lambda tx: tx.user_pools.delete(POOL))
        assert read(store, self.filled) == set()

    def test_with_a_user_goes_what_is_theirs(self, store: Store) -> None:
        transact(store, self.fill)
        transact(store, lambda tx: tx.users.delete("sub-ann"))
        assert read(store, self.filled) == self.OF_THE_POOL

    def test_with_a_client_go_its_secrets_and_sign_ins(self, store: Store) -> None:
        transact(store, self.fill)
        transact(store, lambda tx: tx.app_clients.delete("client"))
        assert read(store, self.filled) == self.OF_THE_POOL - {"app_clients", "client_secrets"} | self.OF_THE_USER

    def test_with_a_group_go_its_memberships_only(self, store: Store) -> None:
        transact(store, self.fill)
        transact(store, lambda tx: tx.groups.delete(POOL, "crew"))
        assert read(store, self.filled) == self.OF_THE_POOL - {"groups"} | self.OF_THE_USER - {"group_members"} | self.OF_BOTH

    def test_pools_go_by_account(self, store: Store) -> None:
        def write(tx: Tx) -> None:
            tx.user_pools.add(make_pool("us-east-1_A", account="111111111111"))
            tx.user_pools.add(make_pool("us-east-1_B", account="222222222222"))

        transact(store, write)
        transact(store, lambda tx: tx.user_pools.delete_of_account("111111111111"))
        assert read(store, lambda tx: (tx.user_pools.get("us-east-1_A"), tx.user_pools.get("us-east-1_B") is None)) == (None, False)
        transact(store, lambda tx: tx.user_pools.delete_of_account(None))
        assert read(store, self.filled) == set()


class TestDeclarations:
    """What holds for each table, of whichever migration."""

    def test_whatever_refers_to_a_row_goes_with_it(self) -> None:
        for table in metadata.sorted_tables:
            for reference in table.foreign_key_constraints:
                assert reference.ondelete == "CASCADE", f"{table.name} {list(reference.column_keys)}"

    def test_what_names_a_user_refers_to_them(self) -> None:
        for table in metadata.sorted_tables:
            if "user_id" in table.columns:
                assert table.columns["user_id"].foreign_keys, table.name

    def test_a_users_rows_are_found_by_an_index(self) -> None:
        """Else deleting a pool of n users would take n scans of the table."""
        for table in metadata.sorted_tables:
            if "user_id" in table.columns:
                indexes = [table.primary_key.columns.keys(), *(index.columns.keys() for index in table.indexes)]
                assert any(columns[0] == "user_id" for columns in indexes), table.name


class TestHistory:
    """Triggers name the columns of what they watch: whoever changes such a table must make them anew."""

    def test_what_is_remembered_of_a_row_is_all_of_it(self, store: Store) -> None:
        def write(tx: Tx) -> None:
            TestOwnership().fill(tx)
            tx.connection.execute(sa.text("INSERT INTO software_tokens (user_id) VALUES ('sub-ann')"))
            tx.connection.execute(sa.text("INSERT INTO imported_passwords VALUES ('sub-ann', 'bcrypt', 'hash')"))
            passkey = f"INSERT INTO webauthn_credentials VALUES ('{POOL}', 'id', 'sub-ann', '', 0, 'localhost', 'key', NULL, '[]', true, 1)"
            tx.connection.execute(sa.text(passkey))
            identity = f"INSERT INTO federated_identities VALUES ('{POOL}', 'Google', 'sub', '1', 'sub-ann', 'Google', NULL, NULL, true, 1)"
            tx.connection.execute(sa.text(identity))
            tx.users.delete("sub-ann")
            tx.groups.delete(POOL, "crew")

        transact(store, write)
        remembered = read(store, lambda tx: tx.connection.execute(sa.select(user_data_history)).mappings().all())
        of_ann = ("user_aliases", "group_members", "software_tokens", "imported_passwords", "webauthn_credentials", "federated_identities")
        for name in ("users", "groups", *of_ann):
            [row] = [entry["row_before"] for entry in remembered if entry["table_name"] == name and entry["row_before"]]
            assert set(row) == {column.name for column in metadata.tables[name].columns}, name
