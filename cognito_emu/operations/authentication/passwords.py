"""Signing in with the password itself: USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH."""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.lockout import LockOut
from cognito_emu.errors import AwsError, PasswordResetRequiredException
from cognito_emu.operations import passwords
from cognito_emu.operations.authentication.attempt import Attempt, Progress, wrong_credentials
from cognito_emu.operations.authentication.migration import migrate_user
from cognito_emu.operations.authentication.progress import after_first_factor
from cognito_emu.operations.authentication.threat_checks import note_failed_password
from cognito_emu.operations.imported_passwords import adopt_imported_password, find_imported_password
from cognito_emu.operations.lookup import find_user
from cognito_emu.store import Tx
from cognito_emu.store.users import User


async def begin_password(attempt: Attempt, flow: str) -> dict[str, Any]:
    """Sign in with USERNAME and PASSWORD."""
    username, password = attempt.required("USERNAME"), attempt.required("PASSWORD")
    user = await attempt.call.store.read(lambda tx: find_user(tx, attempt.pool, username))
    if user is None:
        user = await migrate_user(attempt, username, password)
    await pre_authentication(attempt, user, username)
    if user is None:
        raise attempt.unknown_user()
    await prove_password(attempt, user, password)
    progress = Progress(flow=flow, username=username, door=attempt.door, device_key=attempt.parameters.get("DEVICE_KEY"))
    return await after_first_factor(attempt, user, progress, "pwd")


async def pre_authentication(attempt: Attempt, user: User | None, username: str) -> None:
    """Run PreAuthentication. For users who do not exist it runs only where that must not show."""
    if user is not None or attempt.hides_users:
        await attempt.call.triggers.pre_authentication(
            attempt.call,
            attempt.pool,
            user,
            username=username,
            client_id=attempt.client.id,
            validation_data=attempt.client_metadata,
        )


async def prove_password(attempt: Attempt, user: User, password: str) -> None:
    """Check a password against the user's verifier.

    Raises:
        NotAuthorizedException: It is wrong, or the user is locked out for a while.
        PasswordResetRequiredException: The user has none any more.
    """
    lock_out_of(user).check(attempt.call.env.now())
    if not await _fits(attempt, user, password):
        await count_failure(attempt, user)
        raise wrong_credentials()
    await count_success(attempt, user)


async def _fits(attempt: Attempt, user: User, password: str) -> bool:
    """Whether the password is the user's: by the verifier, or by the hash with which they were imported."""
    if user.verifier is not None:
        return passwords.fits(attempt.pool, user.username, user.verifier, password)
    imported = await find_imported_password(attempt.call, user)
    if imported is None:
        raise _without_password(attempt, user)
    return await adopt_imported_password(attempt.call, attempt.pool, user, imported, password)


def lock_out_of(user: User) -> LockOut:
    """The user's failed tries."""
    return LockOut(user.failed_sign_ins, user.last_failed_sign_in_at or 0.0)


async def count_failure(attempt: Attempt, user: User) -> None:
    """Note a wrong password.

    Raises:
        NotAuthorizedException: Others, who guessed at the same time, have locked the user out. So this try does not count.
    """
    now = attempt.call.env.now()

    def count(tx: Tx) -> None:
        present = tx.users.get(user.id)
        if present is not None:
            lock_out_of(present).check(now)
            after = lock_out_of(present).after_failure(now)
            tx.users.update(user.id, failed_sign_ins=after.failures, last_failed_sign_in_at=after.last_failure_at)

    await attempt.call.store.transact(count)
    await note_failed_password(attempt, user)


async def count_success(attempt: Attempt, user: User) -> None:
    """Forget wrong passwords, when there were any."""
    if user.failed_sign_ins:
        await attempt.call.store.transact(lambda tx: tx.users.record_password_success(user.id))


def _without_password(attempt: Attempt, user: User) -> AwsError:
    """A user whose password was reset gets to know it; one who never had one is told what a wrong password is told."""
    # "RESET_REQUIRED imported users: the generic error" when existence is hidden (developer guide, "Managing error response").
    if user.status == "RESET_REQUIRED" and not attempt.hides_users:
        return PasswordResetRequiredException()
    return wrong_credentials()
