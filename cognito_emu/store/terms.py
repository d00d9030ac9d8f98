"""Terms documents: links to terms of use and privacy policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.pool_features import terms


class Terms(Record):
    """The links of one document of a client, `cognito:<language>` to URL."""

    id: str
    pool_id: str
    client_id: str
    name: str
    source: str
    enforcement: str
    links: dict[str, str]
    created_at: float
    modified_at: float


_C = terms.c
_GET = sa.select(terms).where(_C.id == sa.bindparam("id"))
_BY_CLIENT = sa.select(terms).where(_C.client_id == sa.bindparam("client_id"), _C.name == sa.bindparam("name"))


class TermsDocuments:
    """Queries about terms."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document: Terms) -> None:
        """Insert new terms."""
        self._connection.execute(terms.insert(), asdict(document))

    def get(self, pool_id: str, terms_id: str) -> Terms | None:
        """The pool's terms with this id."""
        row = self._connection.execute(_GET, {"id": terms_id}).first()
        document = Terms(*row) if row else None
        return document if document and document.pool_id == pool_id else None

    def find_by_client(self, client_id: str, name: str) -> Terms | None:
        """A client's terms of this name."""
        row = self._connection.execute(_BY_CLIENT, {"client_id": client_id, "name": name}).first()
        return Terms(*row) if row else None

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[Terms]:
        """The pool's terms, oldest first."""
        statement = sa.select(terms).where(_C.pool_id == pool_id)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.created_at, _C.id).limit(limit + 1))
        return Page.of([((row.created_at, row.id), Terms(*row)) for row in rows], limit)

    def update(self, terms_id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of terms."""
        self._connection.execute(sa.update(terms).where(_C.id == terms_id).values(**changes))

    def delete(self, terms_id: str) -> None:
        """Delete terms."""
        self._connection.execute(terms.delete().where(_C.id == terms_id))
