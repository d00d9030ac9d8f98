"""Opening the database that a user has named, and saying in words why it cannot be opened."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError

from cognito_emu.store.engine import Store, open_store

_KINDS = ("sqlite:///", "postgresql://", "postgres://")


class DatabaseUnusableError(Exception):
    """The database cannot be opened; the text says which, and why."""


def open_database(url: str) -> Store:
    """Open (and, when new or old, create or migrate) the database at `url`.

    Args:
        url: `sqlite:///path` or `postgresql://user:password@host:port/name`.

    Raises:
        DatabaseUnusableError: It is of another kind, is not there, does not answer, or is no database.
    """
    if not url.startswith(_KINDS):
        kind = url.partition(":")[0]
        raise DatabaseUnusableError(f"a database is named as postgresql://user:password@host/name or sqlite:///path, not as {kind}:…")
    try:
        shown = sa.make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusableError(f"the database's address cannot be read: {error}") from error
    try:
        return open_store(url)
    except (DBAPIError, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseUnusableError(f"the database {shown} cannot be opened: {reason}") from error
