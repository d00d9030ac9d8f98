"""A prepared statement answers as SQLAlchemy's own execution of it does, on both databases."""

import pytest
import sqlalchemy as sa

from cognito_emu.store import Store, Tx
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.users import users
from tests.store.conftest import add_users, make_user, read

_OF_POOL = sa.select(users).where(users.c.pool_id == sa.bindparam("pool_id")).order_by(users.c.id)


def test_rows_are_those_of_sqlalchemy(store: Store) -> None:
    ann = make_user("ann", attributes={"name": "Änne"}, verifier=b"\x00\xff", mfa={"Enabled": ["SMS_MFA"]}, enabled=False)
    ben = make_user("ben", password_history=["a"], temporary_password_expires_at=1234567890.123)
    add_users(store, ann, ben)

    def rows(tx: Tx) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        of_pool = {"pool_id": ann.pool_id}
        return (
            [tuple(row) for row in Prepared(_OF_POOL).all(tx.connection, of_pool)],
            [tuple(row) for row in tx.connection.execute(_OF_POOL, of_pool)],
        )

    prepared, executed = read(store, rows)
    assert prepared == executed
    assert len(prepared) == 2


def test_nobody_found_is_none(store: Store) -> None:
    statement = Prepared(_OF_POOL)
    assert read(store, lambda tx: statement.first(tx.connection, {"pool_id": "us-east-1_Nowhere"})) is None
    assert read(store, lambda tx: statement.scalar(tx.connection, {"pool_id": "us-east-1_Nowhere"})) is None


def test_a_value_that_sqlite_would_not_ask_for_is_refused() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(TypeError, match="colour"):
        Prepared(_OF_POOL).all(connection, {"pool_id": "x", "colour": "red"})
