"""Named values of the emulator itself, shared by all processes on one database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.store.prepared import Prepared
from cognito_emu.store.schema.state import emulator_state

_GET = Prepared(sa.select(emulator_state.c.value).where(emulator_state.c.name == sa.bindparam("key")))


class EmulatorState:
    """Queries about the emulator's own state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str, default: Any = None) -> Any:
        """The value under `name`."""
        row = _GET.first(self._connection, {"key": name})
        return row[0]["value"] if row else default

    def set(self, name: str, value: Any) -> None:
        """Put a value under `name`."""
        # Wrapped, since SQLite would make a number of a bare numeric JSON text.
        self._connection.execute(emulator_state.delete().where(emulator_state.c.name == name))
        self._connection.execute(emulator_state.insert(), {"name": name, "value": {"value": value}})
