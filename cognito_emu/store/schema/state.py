"""What the emulator remembers of itself."""

from __future__ import annotations

import sqlalchemy as sa

from cognito_emu.store.schema.base import metadata

# Named values that all processes on one database share: the position of the test clock, and the like.
emulator_state = sa.Table(
    "emulator_state", metadata, sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.JSON, nullable=False)
)
