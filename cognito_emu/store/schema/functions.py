"""Lambda functions, their versions, code and aliases, and what was invoked."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from typing_extensions import override

from cognito_emu.store.schema.base import SearchText, Time, metadata
from cognito_emu.store.schema.messages import Serial


class AnyJson(sa.TypeDecorator[Any]):
    """Any JSON value, as text. In a column of type JSON SQLite takes `7` for a number; None is NULL."""

    impl = sa.String
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


# The name is searched by order when functions are listed.
functions = sa.Table(
    "functions",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("name", SearchText, primary_key=True),
    sa.Column("last_version", sa.Integer, nullable=False),  # the number that was published last; numbers are never given again
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("policies", sa.JSON, nullable=False),  # by qualifier, "" for the function itself: RevisionId and Statement
)


def _function_columns() -> list[sa.Column[str]]:
    return [
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("region", sa.String, primary_key=True),
        sa.Column("function_name", SearchText, primary_key=True),
    ]


def _function_key() -> sa.ForeignKeyConstraint:
    """What belongs to a function goes when the function goes."""
    return sa.ForeignKeyConstraint(
        ["account", "region", "function_name"], ["functions.account", "functions.region", "functions.name"], ondelete="CASCADE"
    )


function_versions = sa.Table(
    "function_versions",
    metadata,
    *_function_columns(),
    sa.Column("number", sa.Integer, primary_key=True),  # 0 is $LATEST
    sa.Column("revision_id", sa.String, nullable=False),
    sa.Column("configuration", sa.JSON, nullable=False),  # FunctionConfiguration without what is computed when it is shown
    sa.Column("code_sha256", sa.String, nullable=True),  # hexadecimal; NULL for a container image
    _function_key(),
)

# A version shares its code with $LATEST until that is replaced, and sixty megabytes are not copied for it.
function_code = sa.Table(
    "function_code",
    metadata,
    *_function_columns(),
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _function_key(),
)

function_aliases = sa.Table(
    "function_aliases",
    metadata,
    *_function_columns(),
    sa.Column("name", SearchText, primary_key=True),
    sa.Column("revision_id", sa.String, nullable=False),
    sa.Column("configuration", sa.JSON, nullable=False),  # FunctionVersion, Description, RoutingConfig
    _function_key(),
)

# Invocations that nobody waits for, until they have run. No foreign keys: a function is looked up when its event runs.
function_events = sa.Table(
    "function_events",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # the request id that the sender was told
    sa.Column("account", sa.String, nullable=False),
    sa.Column("function_arn", sa.String, nullable=False),
    sa.Column("event", AnyJson, nullable=True),
    sa.Column("sent_at", Time, nullable=False),
    sa.Column("due_at", Time, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("deferrals", sa.Integer, nullable=False),
    sa.Column("leased_until", Time, nullable=True),  # NULL as long as no worker took it
    sa.Column("trigger", sa.String, nullable=True),  # the LambdaConfig member; NULL for Lambda's own Invoke
    sa.Column("source_arn", sa.String, nullable=True),  # the pool's
)

# No foreign keys: an invocation outlives the pool and the function, as a log does.
invocations = sa.Table(
    "invocations",
    metadata,
    sa.Column("number", Serial, primary_key=True),  # the order of recording
    sa.Column("request_id", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=True),
    sa.Column("pool_id", sa.String, nullable=True),
    sa.Column("trigger", sa.String, nullable=False),  # the LambdaConfig member, or Invoke
    sa.Column("trigger_source", sa.String, nullable=False),
    sa.Column("function_arn", sa.String, nullable=False),
    sa.Column("executor", sa.String, nullable=False),
    sa.Column("at", Time, nullable=False),
    sa.Column("event", AnyJson, nullable=True),
    sa.Column("response", AnyJson, nullable=True),
    sa.Column("error", sa.String, nullable=True),
    sa.Column("error_type", sa.String, nullable=True),
    sa.Column("duration", Time, nullable=False),
    sa.Column("cold", sa.Boolean, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("logs", sa.String, nullable=False),
    sa.UniqueConstraint("request_id"),
    sqlite_autoincrement=True,  # else the number of a deleted invocation would be given again
)
