"""App clients and their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.prepared import Prepared
from cognito_emu.store.remembered import Remembered
from cognito_emu.store.schema.pools import app_clients, client_secrets


class AppClient(Record):
    """An app client.

    Attributes:
        settings: The model's UserPoolClientType without what stands in the other members.
        sso_minutes: How long the client reuses a browser session; None when it was never set.
    """

    id: str
    pool_id: str
    name: str
    created_at: float
    modified_at: float
    settings: dict[str, Any]
    sso_minutes: int | None = None


class ClientSecret(Record):
    """One of a client's at most two secrets."""

    client_id: str
    id: str
    value: Hidden[str]
    created_at: float


_C = app_clients.c
_BY_ID = Prepared(sa.select(app_clients).where(_C.id == sa.bindparam("id")))
_OF_POOL = sa.select(app_clients).where(_C.pool_id == sa.bindparam("pool_id")).order_by(_C.created_at, _C.id).limit(sa.bindparam("count"))
_OF_POOL_AFTER = _OF_POOL.where(sa.tuple_(_C.created_at, _C.id) > sa.tuple_(sa.bindparam("created_at"), sa.bindparam("after_id")))
_INSERT = Prepared(app_clients.insert())
_UPDATE = Prepared(
    sa.update(app_clients)
    .where(_C.id == sa.bindparam("client_id"))
    .values(settings=sa.bindparam("settings"), modified_at=sa.bindparam("modified_at"), name=sa.bindparam("name"))
)
_COUNT = Prepared(sa.select(sa.func.count()).select_from(app_clients).where(_C.pool_id == sa.bindparam("pool_id")))
_SECRETS = Prepared(
    sa.select(client_secrets).where(client_secrets.c.client_id == sa.bindparam("client_id")).order_by(client_secrets.c.created_at)
)


class AppClients:
    """Queries about app clients."""

    def __init__(self, connection: Connection, remembered: Remembered) -> None:
        self._connection = connection
        self._remembered = remembered

    def add(self, client: AppClient) -> None:
        """Insert a new client."""
        _INSERT.run(self._connection, asdict(client))

    def get(self, client_id: str) -> AppClient | None:
        """The client with this id, in whichever pool."""
        client = self._remembered.clients.get(client_id)
        if client is None:
            row = _BY_ID.first(self._connection, {"id": client_id})
            if row is None:
                return None
            self._remembered.keep_small()
            client = self._remembered.clients[client_id] = AppClient(*row)
        return client

    def update(self, client_id: str, *, name: str, settings: Mapping[str, Any], modified_at: float) -> None:
        """Replace the client's settings."""
        self._remembered.forget()
        _UPDATE.run(self._connection, {"client_id": client_id, "name": name, "settings": settings, "modified_at": modified_at})

    def set_sso_minutes(self, client_id: str, minutes: int) -> None:
        """Note how long the client reuses a browser session."""
        self._remembered.forget()
        self._connection.execute(sa.update(app_clients).where(_C.id == client_id).values(sso_minutes=minutes))

    def delete(self, client_id: str) -> None:
        """Delete the client, its secrets and its sign-ins."""
        self._remembered.forget()
        self._connection.execute(app_clients.delete().where(_C.id == client_id))

    def page(self, pool_id: str, *, limit: int, after: Position) -> Page[AppClient]:
        """The pool's clients, oldest first."""
        parameters: dict[str, Any] = {"pool_id": pool_id, "count": limit + 1}
        if after is None:
            rows = self._connection.execute(_OF_POOL, parameters)
        else:
            rows = self._connection.execute(_OF_POOL_AFTER, parameters | {"created_at": after[0], "after_id": after[1]})
        clients = [AppClient(*row) for row in rows]
        return Page.of([((client.created_at, client.id), client) for client in clients], limit)

    def count(self, pool_id: str) -> int:
        """How many clients the pool has."""
        return int(_COUNT.scalar(self._connection, {"pool_id": pool_id}))

    def add_secret(self, secret: ClientSecret) -> None:
        """Give the client a further secret."""
        self._remembered.forget()
        self._connection.execute(client_secrets.insert(), asdict(secret))

    def secrets(self, client_id: str) -> tuple[ClientSecret, ...]:
        """The client's secrets, oldest first; none for a public client."""
        secrets = self._remembered.secrets.get(client_id)
        if secrets is None:
            secrets = tuple(ClientSecret(*row) for row in _SECRETS.all(self._connection, {"client_id": client_id}))
            self._remembered.keep_small()
            self._remembered.secrets[client_id] = secrets
        return secrets

    def delete_secret(self, client_id: str, secret_id: str) -> None:
        """Take one secret away."""
        self._remembered.forget()
        self._connection.execute(client_secrets.delete().where(client_secrets.c.client_id == client_id, client_secrets.c.id == secret_id))
