"""Authenticator apps: the secret of each, and how far its codes are used up."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cognito_emu.records import Hidden, Record
from cognito_emu.store.schema.factors import software_tokens


class SoftwareToken(Record):
    """A user's authenticator app, or the beginning of one.

    Attributes:
        secret: Base32; None until a first code was verified.
        pending_secret: Handed out, and not verified yet. The old secret counts until it is.
        name: FriendlyDeviceName.
        last_step: The time step of the last code that was taken.
    """

    user_id: str
    secret: Hidden[str | None]
    pending_secret: Hidden[str | None]
    name: str | None
    last_step: int | None


_C = software_tokens.c
_GET = sa.select(software_tokens).where(_C.user_id == sa.bindparam("user_id"))


class SoftwareTokens:
    """Queries about authenticator apps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> SoftwareToken | None:
        """The user's authenticator app, verified or not."""
        row = self._connection.execute(_GET, {"user_id": user_id}).first()
        return SoftwareToken(*row) if row else None

    def is_verified(self, user_id: str) -> bool:
        """Whether the user has an authenticator app that signs in."""
        token = self.get(user_id)
        return token is not None and token.secret is not None

    def begin(self, user_id: str, secret: str) -> None:
        """Note the secret of a new authenticator app; it takes the place of one that was begun earlier."""
        if self.get(user_id) is None:
            row = {"user_id": user_id, "secret": None, "pending_secret": secret, "name": None, "last_step": None}
            self._connection.execute(software_tokens.insert(), row)
        else:
            self._connection.execute(sa.update(software_tokens).where(_C.user_id == user_id).values(pending_secret=secret))

    def complete(self, user_id: str, secret: str, *, name: str | None, last_step: int) -> None:
        """The begun authenticator app was verified: from now on it counts."""
        changes = {"secret": secret, "pending_secret": None, "name": name, "last_step": last_step}
        self._connection.execute(sa.update(software_tokens).where(_C.user_id == user_id).values(**changes))

    def use_up(self, user_id: str, step: int) -> None:
        """The code of this time step was taken."""
        self._connection.execute(sa.update(software_tokens).where(_C.user_id == user_id).values(last_step=step))

    def delete(self, user_id: str) -> None:
        """Forget the user's authenticator app."""
        self._connection.execute(software_tokens.delete().where(_C.user_id == user_id))
