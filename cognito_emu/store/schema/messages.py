"""Every message that is or would be sent: the developer's inbox and the outbox of the mail worker in one."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import Time, metadata

# SQLite counts in INTEGER primary keys only.
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# No foreign keys: a message outlives the pool and the user it was for, as a mail does.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("number", Serial, primary_key=True),  # the order of arrival: times go back when the clock is moved back
    sa.Column("id", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("pool_id", sa.String, nullable=False),
    sa.Column("client_id", sa.String, nullable=True),
    sa.Column("username", sa.String, nullable=False),
    sa.Column("medium", sa.String, nullable=False),  # EMAIL or SMS
    sa.Column("kind", sa.String, nullable=False),  # SignUp, ResendCode, ForgotPassword, AdminCreateUser, ...
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=True),  # in clear: the inbox exists to be read by the developer
    sa.Column("content", sa.JSON, nullable=False),  # from, replyTo, subject, text, html, link, headers
    sa.Column("created_at", Time, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # kept, pending, sent, refused
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", Time, nullable=True),
    sa.Column("leased_until", Time, nullable=True),
    sa.Column("last_error", sa.String, nullable=True),
    sa.Column("sent_at", Time, nullable=True),
    sa.UniqueConstraint("id"),
    sa.Index(None, "created_at"),
    sa.Index(None, "recipient", "number"),
    sa.Index(None, "pool_id", "number"),
    sa.Index(None, "medium", "state", "not_before"),
    sqlite_autoincrement=True,  # else the number of a deleted message would be given again
)
