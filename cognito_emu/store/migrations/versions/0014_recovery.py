"""The history of user data, kept by triggers, and point-in-time recoveries.

The triggers name the columns of the tables that they watch: a migration that changes such a table makes them anew.
"""

# ruff: noqa: S608 - what is put into these statements are the names in this file

from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

PAUSED = "The user pool is being recovered"
PAUSED_SQLSTATE = "CE001"


@dataclass(frozen=True)
class Watched:
    """A table of user data.

    Attributes:
        key: The columns of its primary key.
        columns: All others.
        binary, json: Those that hold bytes and documents.
        quiet: Those whose change is none of user data: sign-ins write them, also while the pool is paused.
        guarded: Those that are quiet, and yet not written while the pool is paused.
        pool: The pool of a row.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    binary: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()
    pool: str = "{row}.pool_id"

    @property
    def all(self) -> tuple[str, ...]:
        """All columns."""
        return self.key + self.columns

    @property
    def loud(self) -> list[str]:
        """The columns whose change is one of user data."""
        return [column for column in self.all if column not in self.quiet]


_POOL_OF_USER = "(SELECT pool_id FROM users WHERE id = {row}.user_id)"
_USERS = Watched(
    "users",
    ("id",),
    (
        "pool_id",
        "username",
        "username_key",
        "status",
        "enabled",
        "created_at",
        "modified_at",
        "attributes",
        "pending_attributes",
        "verifier",
        "password_history",
        "temporary_password_expires_at",
        "failed_sign_ins",
        "last_failed_sign_in_at",
        "mfa",
    ),
    binary=("verifier",),
    json=("attributes", "pending_attributes", "password_history", "mfa"),
    quiet=("failed_sign_ins", "last_failed_sign_in_at", "modified_at"),
)
# Rows that know their pool by their user only: when a user goes, the user's row tells of them while it is still there.
_OF_USERS = (
    Watched(
        "software_tokens",
        ("user_id",),
        ("secret", "pending_secret", "name", "last_step"),
        quiet=("last_step",),
        guarded=("last_step",),
        pool=_POOL_OF_USER,
    ),
    Watched("imported_passwords", ("user_id",), ("algorithm", "hash"), pool=_POOL_OF_USER),
)
_WATCHED = (
    _USERS,
    Watched("user_aliases", ("pool_id", "alias_key"), ("user_id", "attribute")),
    Watched("groups", ("pool_id", "name"), ("description", "role_arn", "precedence", "created_at", "modified_at")),
    Watched("group_members", ("pool_id", "group_name", "user_id"), ("joined_at",)),
    Watched(
        "webauthn_credentials",
        ("pool_id", "id"),
        ("user_id", "public_key", "sign_count", "relying_party_id", "name", "attachment", "transports", "multi_device", "created_at"),
        binary=("public_key",),
        json=("transports",),
        quiet=("sign_count",),
    ),
    Watched(
        "federated_identities",
        ("pool_id", "provider_name", "attribute", "value"),
        ("user_id", "provider_type", "subject", "issuer", "primary", "created_at"),
    ),
    *_OF_USERS,
)


def upgrade() -> None:
    op.create_table(
        "user_data_history",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("row_before", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_user_data_history")),
    )
    op.create_index(op.f("ix_user_data_history_pool_id_changed_at"), "user_data_history", ["pool_id", "changed_at"], unique=False)
    op.create_table(
        "point_in_time_recoveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("restore_to", sa.Double(), nullable=False),
        sa.Column("initiated_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_point_in_time_recoveries_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_in_time_recoveries")),
    )
    op.create_index(
        op.f("ix_point_in_time_recoveries_pool_id_initiated_at_id"),
        "point_in_time_recoveries",
        ["pool_id", "initiated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_point_in_time_recoveries_account_initiated_at"), "point_in_time_recoveries", ["account", "initiated_at"], unique=False
    )
    op.create_table(
        "paused_user_pools",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_paused_user_pools_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_paused_user_pools")),
    )
    database = _dialect()
    for table in _WATCHED:
        for statement in database.triggers(table):
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    database = _dialect()
    for table in reversed(_WATCHED):
        for statement in database.drops(table):
            op.execute(sa.text(statement))
    op.drop_table("paused_user_pools")
    op.drop_index(op.f("ix_point_in_time_recoveries_account_initiated_at"), table_name="point_in_time_recoveries")
    op.drop_index(op.f("ix_point_in_time_recoveries_pool_id_initiated_at_id"), table_name="point_in_time_recoveries")
    op.drop_table("point_in_time_recoveries")
    op.drop_index(op.f("ix_user_data_history_pool_id_changed_at"), table_name="user_data_history")
    op.drop_table("user_data_history")


def _dialect() -> "_Sqlite":
    return _Postgres() if op.get_bind().dialect.name == "postgresql" else _Sqlite()


_EVENTS = ("insert", "update", "delete")


class _Sqlite:
    """Triggers as SQLite has them: a statement each."""

    now = (
        "((julianday('now') - 2440587.5) * 86400.0"
        " + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))"
    )

    def triggers(self, table: Watched) -> list[str]:
        statements = []
        for event in _EVENTS:
            row = "NEW" if event == "insert" else "OLD"
            pool = table.pool.format(row=row)
            statements.append(
                f"CREATE TRIGGER {table.name}_pause_{event} BEFORE {self._event(table, event, guarded=True)} WHEN EXISTS "
                f"(SELECT 1 FROM paused_user_pools WHERE pool_id = {pool} AND until > {self.now}){self._changes(table, event)} "
                f"BEGIN SELECT RAISE(ABORT, '{PAUSED}'); END"
            )
            statements.append(
                f"CREATE TRIGGER {table.name}_history_{event} AFTER {self._event(table, event)} WHEN {self._has_pool(pool)} "
                f"BEGIN {self._record(table, event, row, pool)}; END"
            )
        if table is _USERS:
            records = "; ".join(self._record_of_user(one) for one in _OF_USERS)
            statements.append(
                f"CREATE TRIGGER users_history_last BEFORE DELETE ON users WHEN {self._has_pool('OLD.pool_id')} BEGIN {records}; END"
            )
        return statements

    def drops(self, table: Watched) -> list[str]:
        names = [f"{table.name}_{kind}_{event}" for kind in ("pause", "history") for event in _EVENTS]
        return [f"DROP TRIGGER {name}" for name in [*names, *(("users_history_last",) if table is _USERS else ())]]

    def document(self, table: Watched, row: str) -> str:
        """A row as a JSON object; bytes in hexadecimal."""
        members = (f"'{column}', {self.value(table, column, row)}" for column in table.all)
        return f"json_object({', '.join(members)})"

    def value(self, table: Watched, column: str, row: str) -> str:
        quoted = f'{row}."{column}"'
        if column in table.json:
            return f"json({quoted})"
        if column in table.binary:
            return f"CASE WHEN {quoted} IS NULL THEN NULL ELSE lower(hex({quoted})) END"
        if column.endswith("_at"):  # JSON would keep 15 digits of a time
            return f"CASE WHEN {quoted} IS NULL THEN NULL ELSE printf('%!.17g', {quoted}) END"
        return quoted

    def key(self, table: Watched, row: str) -> str:
        values = (f'{row}."{column}"' for column in table.key)
        return f"json_array({', '.join(values)})"

    def _event(self, table: Watched, event: str, *, guarded: bool = False) -> str:
        if event != "update":
            return f"{event.upper()} ON {table.name}"
        columns = table.loud + (list(table.guarded) if guarded else [])
        quoted = (f'"{column}"' for column in columns)
        return f"UPDATE OF {', '.join(quoted)} ON {table.name}"

    def _changes(self, table: Watched, event: str) -> str:
        """Writing what is there already is no change: a federated user signs in while the pool is paused if the attributes are the same."""
        if event != "update":
            return ""
        columns = table.loud + list(table.guarded)
        compared = (f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
        return f" AND ({' OR '.join(compared)})"

    def _has_pool(self, pool: str) -> str:
        return f"EXISTS (SELECT 1 FROM user_pools WHERE id = {pool})"

    def _record(self, table: Watched, event: str, row: str, pool: str) -> str:
        before = "NULL" if event == "insert" else self.document(table, row)
        return (
            "INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) "
            f"VALUES ({pool}, '{table.name}', {self.key(table, row)}, {self.now}, {before})"
        )

    def _record_of_user(self, table: Watched) -> str:
        return (
            "INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) "
            f"SELECT OLD.pool_id, '{table.name}', {self.key(table, 'r')}, {self.now}, {self.document(table, 'r')} "
            f"FROM {table.name} r WHERE r.user_id = OLD.id"
        )


class _Postgres(_Sqlite):
    """Triggers as PostgreSQL has them: each runs a function."""

    now = (
        "(extract(epoch FROM clock_timestamp())"
        " + coalesce((SELECT (value->>'value')::double precision FROM emulator_state WHERE name = 'clock_offset'), 0))"
    )

    def triggers(self, table: Watched) -> list[str]:
        statements = []
        for event in _EVENTS:
            row = "NEW" if event == "insert" else "OLD"
            pool = table.pool.format(row=row)
            last = row if event != "update" else "NEW"
            refuse = (
                f"IF EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = {pool} AND until > {self.now}){self._changes(table, event)} "
                f"THEN RAISE EXCEPTION '{PAUSED}' USING ERRCODE = '{PAUSED_SQLSTATE}'; END IF;"
            )
            record = f"IF {self._has_pool(pool)} THEN {self._record(table, event, row, pool)}; END IF;"
            statements += self._trigger(f"{table.name}_pause_{event}", f"BEFORE {self._event(table, event, guarded=True)}", refuse, last)
            statements += self._trigger(f"{table.name}_history_{event}", f"AFTER {self._event(table, event)}", record, last)
        if table is _USERS:
            records = "; ".join(self._record_of_user(one) for one in _OF_USERS)
            body = f"IF {self._has_pool('OLD.pool_id')} THEN {records}; END IF;"
            statements += self._trigger("users_history_last", "BEFORE DELETE ON users", body, "OLD")
        return statements

    def _trigger(self, name: str, when: str, body: str, last: str) -> list[str]:
        return [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {last}; END $$",
            f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]

    def drops(self, table: Watched) -> list[str]:
        names = [statement.rpartition(" ")[2] for statement in super().drops(table)]
        return [line for name in names for line in (f"DROP TRIGGER {name} ON {table.name}", f"DROP FUNCTION {name}()")]

    def document(self, table: Watched, row: str) -> str:
        return super().document(table, row).replace("json_object(", "json_build_object(", 1)

    def value(self, table: Watched, column: str, row: str) -> str:
        return f"encode({row}.\"{column}\", 'hex')" if column in table.binary else f'{row}."{column}"'

    def key(self, table: Watched, row: str) -> str:
        return super().key(table, row).replace("json_array(", "json_build_array(", 1) + "::text"

    def _changes(self, table: Watched, event: str) -> str:
        if event != "update":
            return ""
        columns = table.loud + list(table.guarded)
        compared = (f'OLD."{column}"::text IS DISTINCT FROM NEW."{column}"::text' for column in columns)
        return f" AND ({' OR '.join(compared)})"
