"""UserMigration: a user who is not in the pool yet may come from elsewhere, at sign-in."""

from __future__ import annotations

from cognito_emu.errors import UserNotFoundException
from cognito_emu.operations import user_migration
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.store.users import User


async def migrate_user(attempt: Attempt, username: str, password: str) -> User | None:
    """Ask UserMigration_Authentication for the user; None when there is no such trigger or it knows nobody.

    Raises:
        UserNotFoundException: It knows nobody, and the client may learn that.
    """
    try:
        return await user_migration.migrate_user(
            attempt.call,
            attempt.pool,
            attempt.client,
            source="Authentication",
            username=username,
            password=password,
            validation_data=attempt.client_metadata,
        )
    except UserNotFoundException:
        if attempt.hides_users:
            return None
        raise
