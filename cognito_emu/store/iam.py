"""IAM's identity providers, roles and policies."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.schema.iam import iam_entities

OPENID_PROVIDER, SAML_PROVIDER, ROLE, POLICY = "oidc-provider", "saml-provider", "role", "policy"

_C = iam_entities.c


class IamEntity(Record):
    """A provider, a role or a policy.

    Attributes:
        kind: One of the constants of this module.
        document: The members that the operations took, in the model's names.
    """

    account: str
    kind: str
    name: str
    arn: str
    created_at: float
    document: dict[str, Any]


class IamEntities:
    """Queries about IAM's entities."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, kind: str, name: str) -> IamEntity | None:
        """The entity of that name."""
        row = self._connection.execute(sa.select(iam_entities).where(_C.account == account, _C.kind == kind, _C.name == name)).first()
        return IamEntity(*row) if row else None

    def by_arn(self, arn: str) -> IamEntity | None:
        """The entity of that ARN, in whichever account."""
        row = self._connection.execute(sa.select(iam_entities).where(_C.arn == arn)).first()
        return IamEntity(*row) if row else None

    def list(self, account: str, kind: str) -> list[IamEntity]:
        """All of a kind, by name."""
        rows = self._connection.execute(sa.select(iam_entities).where(_C.account == account, _C.kind == kind).order_by(_C.name))
        return [IamEntity(*row) for row in rows]

    def put(self, entity: IamEntity) -> None:
        """Insert an entity, or replace the one of that name."""
        self.delete(entity)
        self._connection.execute(iam_entities.insert(), asdict(entity))

    def delete(self, entity: IamEntity) -> None:
        """Delete the entity of that name."""
        self._connection.execute(iam_entities.delete().where(_C.account == entity.account, _C.kind == entity.kind, _C.name == entity.name))

    def delete_of_account(self, account: str | None) -> None:
        """Delete every entity of one account, or of all."""
        statement = iam_entities.delete()
        self._connection.execute(statement if account is None else statement.where(_C.account == account))
