"""How hosted pages look: CSS and logo of the classic ones, styles of managed login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.schema.pool_features import managed_login_brandings, ui_customizations

ALL_CLIENTS = "ALL"


class UiCustomization(Record):
    """CSS and logo of the classic pages, for one client or, with scope ALL_CLIENTS, for those without their own."""

    pool_id: str
    scope: str
    client_id: str | None
    css: str | None
    css_version: str
    image: Hidden[bytes | None]
    image_type: str | None
    image_id: str | None
    created_at: float
    modified_at: float


class ManagedLoginBranding(Record):
    """The managed login style of a client.

    Attributes:
        settings: The settings document; None when only AWS's own values are used.
        assets: AssetType, `Bytes` in base64.
    """

    id: str
    pool_id: str
    client_id: str
    use_cognito_values: bool
    settings: dict[str, Any] | None
    assets: Hidden[list[dict[str, Any]]]
    created_at: float
    modified_at: float


_U = ui_customizations.c
_GET_UI = sa.select(ui_customizations).where(_U.pool_id == sa.bindparam("pool_id"), _U.scope == sa.bindparam("scope"))
_BY_IMAGE = sa.select(ui_customizations).where(_U.image_id == sa.bindparam("image_id"))
_B = managed_login_brandings.c
_GET = sa.select(managed_login_brandings).where(_B.id == sa.bindparam("id"))
_BY_CLIENT = sa.select(managed_login_brandings).where(_B.client_id == sa.bindparam("client_id"))


class UiCustomizations:
    """Queries about the look of the classic pages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, pool_id: str, scope: str) -> UiCustomization | None:
        """The customization of a client, or that of all clients."""
        row = self._connection.execute(_GET_UI, {"pool_id": pool_id, "scope": scope}).first()
        return UiCustomization(*row) if row else None

    def in_force(self, pool_id: str, client_id: str) -> UiCustomization | None:
        """The client's own customization, which replaces that of all clients as a whole; else that one."""
        return self.get(pool_id, client_id) or self.get(pool_id, ALL_CLIENTS)

    def find_by_image(self, image_id: str) -> UiCustomization | None:
        """The customization whose logo has this id."""
        row = self._connection.execute(_BY_IMAGE, {"image_id": image_id}).first()
        return UiCustomization(*row) if row else None

    def add(self, customization: UiCustomization) -> None:
        """Insert a customization."""
        self._connection.execute(ui_customizations.insert(), asdict(customization))

    def delete(self, pool_id: str, scope: str) -> None:
        """Forget a customization."""
        self._connection.execute(ui_customizations.delete().where(_U.pool_id == pool_id, _U.scope == scope))


class ManagedLoginBrandings:
    """Queries about managed login styles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, branding: ManagedLoginBranding) -> None:
        """Insert a new style."""
        self._connection.execute(managed_login_brandings.insert(), asdict(branding))

    def get(self, pool_id: str, branding_id: str) -> ManagedLoginBranding | None:
        """The pool's style with this id."""
        row = self._connection.execute(_GET, {"id": branding_id}).first()
        branding = ManagedLoginBranding(*row) if row else None
        return branding if branding and branding.pool_id == pool_id else None

    def find_by_client(self, client_id: str) -> ManagedLoginBranding | None:
        """The style of a client."""
        row = self._connection.execute(_BY_CLIENT, {"client_id": client_id}).first()
        return ManagedLoginBranding(*row) if row else None

    def update(self, branding_id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a style."""
        self._connection.execute(sa.update(managed_login_brandings).where(_B.id == branding_id).values(**changes))

    def delete(self, branding_id: str) -> None:
        """Delete a style."""
        self._connection.execute(managed_login_brandings.delete().where(_B.id == branding_id))
