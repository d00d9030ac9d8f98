"""Stacks, their resources, events, change sets and exports; and the SSM parameters that templates read and write."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata


def _stack_id_column(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column("stack_id", sa.String, sa.ForeignKey("stacks.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


stacks = sa.Table(
    "stacks",
    metadata,
    sa.Column("id", sa.String, primary_key=True),  # the ARN
    sa.Column("account", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("live_name", sa.String, nullable=True),  # the name until the stack is deleted, then NULL: another may take it
    sa.Column("status", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # what stands: template, parameters, tags, outputs, settings
    sa.Column("operation", sa.JSON, nullable=False),  # what is under way, with all that resuming it or rolling it back needs; else {}
    sa.Column("runner", sa.String, nullable=False),  # the process that works on it, else empty
    sa.Column("runner_until", Time, nullable=False),  # when another may take over, in real time
    sa.UniqueConstraint("account", "region", "live_name"),
    sa.Index(None, "account", "region", "created_at", "id"),
)

stack_resources = sa.Table(
    "stack_resources",
    metadata,
    _stack_id_column(primary_key=True),
    sa.Column("logical_id", sa.String, primary_key=True),
    sa.Column("physical_id", sa.String, nullable=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Index(None, "physical_id"),
)

stack_events = sa.Table(
    "stack_events",
    metadata,
    _stack_id_column(primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("happened_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
)

change_sets = sa.Table(
    "change_sets",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    _stack_id_column(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.UniqueConstraint("stack_id", "name"),
)

stack_exports = sa.Table(
    "stack_exports",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    _stack_id_column(),
    sa.Column("value", sa.String, nullable=False),
    sa.Index(None, "stack_id"),
)

# Which exports a stack has imported: they cannot change or go while it stands.
stack_imports = sa.Table(
    "stack_imports",
    metadata,
    _stack_id_column(primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
)

# What was put at the addresses that custom resources and wait conditions hand out; see `cloudformation/signals.py`.
stack_signals = sa.Table(
    "stack_signals",
    metadata,
    _stack_id_column(primary_key=True),
    sa.Column("handle", sa.String, primary_key=True),
    sa.Column("unique_id", sa.String, primary_key=True),  # the sender's name for a wait condition's signal; empty for a custom resource
    sa.Column("body", sa.Text, nullable=False),
)

ssm_parameters = sa.Table(
    "ssm_parameters",
    metadata,
    sa.Column("account", sa.String, primary_key=True),
    sa.Column("region", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("modified_at", Time, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # Type, Value, Description, ...
)
