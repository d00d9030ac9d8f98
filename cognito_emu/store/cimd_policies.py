"""CIMD policies, and the client ID metadata documents that were fetched under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.history import cimd_policies, client_metadata_documents


class CimdPolicy(Record):
    """Which addresses may stand for an app client, which may be gone. `cache_duration` is in seconds."""

    id: str
    pool_id: str
    client_id: str
    name: str
    cache_duration: int
    url_patterns: list[str]
    created_at: float
    modified_at: float


class ClientMetadataDocument(Record):
    """The copy of a document, good until `expires_at`."""

    policy_id: str
    url: str
    document: dict[str, Any]
    cached_at: float
    expires_at: float


_C = cimd_policies.c
_D = client_metadata_documents.c


class CimdPolicies:
    """Queries about CIMD policies and documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, policy: CimdPolicy) -> None:
        """Insert a new policy."""
        self._connection.execute(cimd_policies.insert(), asdict(policy))

    def get(self, pool_id: str, policy_id: str) -> CimdPolicy | None:
        """The pool's policy with this id."""
        row = self._connection.execute(sa.select(cimd_policies).where(_C.id == policy_id, _C.pool_id == pool_id)).first()
        return CimdPolicy(*row) if row else None

    def update(self, policy_id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a policy."""
        self._connection.execute(sa.update(cimd_policies).where(_C.id == policy_id).values(**changes))

    def delete(self, policy_id: str) -> None:
        """Delete a policy and its documents."""
        self._connection.execute(cimd_policies.delete().where(_C.id == policy_id))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[CimdPolicy]:
        """The pool's policies, oldest first."""
        statement = sa.select(cimd_policies).where(_C.pool_id == pool_id)
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(*map(sa.literal, after)))
        rows = self._connection.execute(statement.order_by(_C.created_at, _C.id).limit(limit + 1))
        return Page.of([((row.created_at, row.id), CimdPolicy(*row)) for row in rows], limit)

    def of_pool(self, pool_id: str) -> list[CimdPolicy]:
        """All policies of a pool, oldest first."""
        rows = self._connection.execute(sa.select(cimd_policies).where(_C.pool_id == pool_id).order_by(_C.created_at, _C.id))
        return [CimdPolicy(*row) for row in rows]

    def everywhere(self) -> list[CimdPolicy]:
        """Every policy of every pool, oldest first."""
        rows = self._connection.execute(sa.select(cimd_policies).order_by(_C.created_at, _C.id))
        return [CimdPolicy(*row) for row in rows]

    # -- documents

    def put_document(self, document: ClientMetadataDocument) -> None:
        """Keep the copy of a document in the place of an older one."""
        self.delete_document(document.policy_id, document.url)
        self._connection.execute(client_metadata_documents.insert(), asdict(document))

    def document(self, policy_id: str, url: str) -> ClientMetadataDocument | None:
        """The copy of a document, expired ones included."""
        statement = sa.select(client_metadata_documents).where(_D.policy_id == policy_id, _D.url == url)
        row = self._connection.execute(statement).first()
        return ClientMetadataDocument(*row) if row else None

    def delete_document(self, policy_id: str, url: str) -> None:
        """Forget a copy."""
        self._connection.execute(client_metadata_documents.delete().where(_D.policy_id == policy_id, _D.url == url))

    def document_page(self, policy_id: str, *, limit: int, after: Position) -> Page[ClientMetadataDocument]:
        """The copies that a policy has, by address."""
        statement = sa.select(client_metadata_documents).where(_D.policy_id == policy_id)
        if after is not None:
            statement = statement.where(_D.url > after[0])
        rows = self._connection.execute(statement.order_by(_D.url).limit(limit + 1))
        return Page.of([((row.url,), ClientMetadataDocument(*row)) for row in rows], limit)
