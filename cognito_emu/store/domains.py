"""Domains of user pools: prefixes of AWS's own domain, and custom ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Record, asdict
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.remembered import Remembered
from cognito_emu.store.schema.oauth import user_pool_domains


class UserPoolDomain(Record):
    """A pool's domain; `domain` is the prefix alone, or a custom domain's full name."""

    region: str
    domain: str
    pool_id: str
    custom: bool
    settings: dict[str, Any]
    created_at: float


_C = user_pool_domains.c
_BY_NAME = sa.select(user_pool_domains).where(_C.domain == sa.bindparam("domain"))
_OF_POOL = Prepared(sa.select(user_pool_domains).where(_C.pool_id == sa.bindparam("pool_id")).order_by(_C.custom.desc()))


class UserPoolDomains:
    """Queries about domains."""

    def __init__(self, connection: Connection, remembered: Remembered) -> None:
        self._connection = connection
        self._remembered = remembered

    def add(self, domain: UserPoolDomain) -> None:
        """Insert a new domain."""
        self._remembered.forget()
        self._connection.execute(user_pool_domains.insert(), asdict(domain))

    def find(self, name: str) -> list[UserPoolDomain]:
        """The domains of this name: a prefix may be taken once in each region."""
        return [UserPoolDomain(*row) for row in self._connection.execute(_BY_NAME, {"domain": name})]

    def of_pool(self, pool_id: str) -> tuple[UserPoolDomain, ...]:
        """The pool's domains, at most two, the custom one first."""
        domains = self._remembered.domains.get(pool_id)
        if domains is None:
            self._remembered.keep_small()
            rows = _OF_POOL.all(self._connection, {"pool_id": pool_id})
            domains = self._remembered.domains[pool_id] = tuple(UserPoolDomain(*row) for row in rows)
        return domains

    def update(self, domain: UserPoolDomain, settings: Mapping[str, Any]) -> None:
        """Replace a domain's settings."""
        self._remembered.forget()
        self._connection.execute(
            sa.update(user_pool_domains).where(_C.region == domain.region, _C.domain == domain.domain).values(settings=dict(settings))
        )

    def delete(self, domain: UserPoolDomain) -> None:
        """Take a domain away."""
        self._remembered.forget()
        self._connection.execute(user_pool_domains.delete().where(_C.region == domain.region, _C.domain == domain.domain))
