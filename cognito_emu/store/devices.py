"""Confirmed devices of users."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record, asdict
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.schema.factors import devices


class Device(Record):
    """A device that ConfirmDevice made known.

    Attributes:
        key: DeviceKey.
        verifier: SRP salt and verifier of the device's secret; None when the device was confirmed without one.
        remembered: It may take the place of a second factor.
        last_ip: The address of its latest sign-in.
    """

    user_id: str
    key: str
    name: str | None
    verifier: Hidden[bytes | None]
    remembered: bool
    last_ip: str
    created_at: float
    modified_at: float
    last_authenticated_at: float


_C = devices.c
_GET = sa.select(devices).where(_C.user_id == sa.bindparam("user_id"), _C.key == sa.bindparam("key"))
_OF_USER = sa.select(devices).where(_C.user_id == sa.bindparam("user_id")).order_by(_C.created_at, _C.key)
_UPDATE = sa.update(devices).where(_C.user_id == sa.bindparam("user"), _C.key == sa.bindparam("device"))


class Devices:
    """Queries about devices."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, device: Device) -> None:
        """Store a device that was confirmed."""
        self._connection.execute(devices.insert(), asdict(device))

    def get(self, user_id: str, key: str) -> Device | None:
        """The user's device with this key."""
        row = self._connection.execute(_GET, {"user_id": user_id, "key": key}).first()
        return Device(*row) if row else None

    def page(self, user_id: str, *, remembered_only: bool, limit: int, after: Position) -> Page[Device]:
        """The user's devices, oldest first."""
        statement = _OF_USER.where(_C.remembered) if remembered_only else _OF_USER
        if after is not None:
            statement = statement.where(sa.tuple_(_C.created_at, _C.key) > sa.tuple_(*map(sa.literal, after)))
        found = [Device(*row) for row in self._connection.execute(statement.limit(limit + 1), {"user_id": user_id})]
        return Page.of([((device.created_at, device.key), device) for device in found], limit)

    def set_remembered(self, device: Device, remembered: bool, at: float) -> None:
        """Note whether the user trusts the device."""
        self._connection.execute(_UPDATE.values(remembered=remembered, modified_at=at), {"user": device.user_id, "device": device.key})

    def record_sign_in(self, user_id: str, key: str, *, at: float, ip: str) -> None:
        """Note that the user signed in with the device."""
        self._connection.execute(_UPDATE.values(last_authenticated_at=at, last_ip=ip), {"user": user_id, "device": key})

    def delete(self, device: Device) -> None:
        """Forget a device."""
        self._connection.execute(devices.delete().where(_C.user_id == device.user_id, _C.key == device.key))
