"""What a signed-in user does with their own account: see it, change the password, sign out everywhere, leave.

Attributes and their verification: `self_service_attributes`.
"""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.lockout import LockOut
from cognito_emu.domain.mfa_options import with_mfa_options
from cognito_emu.domain.password_policy import Wording
from cognito_emu.domain.user_attributes import readable_attributes
from cognito_emu.errors import (
    InvalidParameterException,
    LimitExceededException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cognito_emu.operations.access_token import require_own_account, require_signed_in
from cognito_emu.operations.imported_passwords import find_imported_password, fits_imported_password
from cognito_emu.operations.passwords import fits, password_changes
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.threat_protection import assessment as threats
from cognito_emu.operations.user_types import render_profile
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


@operation("GetUser")
async def get_user(call: Call, request: Request) -> Response:
    """Show a user to themselves: what the client may read of them."""
    signed_in, client = await require_signed_in(call, request["AccessToken"])
    readable = readable_attributes(signed_in.pool.settings["SchemaAttributes"], client.settings.get("ReadAttributes"))
    return render_profile(signed_in.user, readable)


@operation("ChangePassword")
async def change_password(call: Call, request: Request) -> Response:
    """Replace the password by another; tokens stay good. A user without a password gets their first one."""
    signed_in, client = await require_own_account(call, request["AccessToken"])
    await _prove_password(call, signed_in.pool, signed_in.user, request.get("PreviousPassword"))
    situation = await threats.situation_of(call, signed_in.pool, client, {})
    compromised = await threats.refuse_compromised_password(situation, request["ProposedPassword"], "PASSWORD_CHANGE")

    def write(tx: Tx) -> None:
        user = tx.users.get(signed_in.user.id)
        if user is None or user.verifier != signed_in.user.verifier:
            raise _wrong_password()  # it was changed while the previous one was checked, so that is not the present one any more
        tx.users.update(user.id, **password_changes(call, signed_in.pool, user, request["ProposedPassword"], wording=Wording.CHANGE))

    await call.store.transact(write)
    await threats.note(situation, signed_in.user, threats.PASSWORD_CHANGE, compromised=compromised)
    return {}


@operation("DeleteUser")
async def delete_user(call: Call, request: Request) -> Response:
    """Delete the user and all that is theirs."""
    signed_in, _ = await require_own_account(call, request["AccessToken"])

    def write(tx: Tx) -> None:
        if tx.users.get(signed_in.user.id) is None:
            raise UserNotFoundException
        tx.users.delete(signed_in.user.id)

    await call.store.transact(write)
    return None


@operation("GlobalSignOut")
async def global_sign_out(call: Call, request: Request) -> Response:
    """Revoke every token of the user, the one in the request included."""
    try:
        signed_in, _ = await require_signed_in(call, request["AccessToken"])
    except UserNotFoundException as error:
        # This operation alone does not declare it. Assumption: a deleted user's tokens count as revoked then.
        raise NotAuthorizedException("Access Token has been revoked") from error
    await call.store.transact(lambda tx: tx.sign_ins.revoke_all_of_user(signed_in.user.id, call.env.now()))
    return {}


@operation("SetUserSettings")
async def set_user_settings(call: Call, request: Request) -> Response:
    """Turn SMS MFA on or off, in the older way."""
    signed_in, _ = await require_own_account(call, request["AccessToken"])

    def write(tx: Tx) -> None:
        user = tx.users.get(signed_in.user.id)
        if user is None:
            raise UserNotFoundException
        tx.users.update(user.id, mfa=with_mfa_options(user.mfa, user.attributes, request["MFAOptions"]), modified_at=call.env.now())

    await call.store.transact(write)
    return {}


async def _prove_password(call: Call, pool: UserPool, user: User, previous: str | None) -> None:
    """Check PreviousPassword.

    Raises:
        InvalidParameterException: It is missing, though the user has a password.
        NotAuthorizedException: It is wrong, which counts as it does at sign-in, or the user's password is another provider's.
        LimitExceededException: There were too many wrong ones.
    """
    imported = await find_imported_password(call, user)
    if user.verifier is None and imported is None:
        if user.status == "EXTERNAL_PROVIDER":
            raise _wrong_password()  # Assumption: users of identity providers get no password this way
        return
    if previous is None:
        # "Required if the user has a password." Assumption: the sentence is that of authentication parameters.
        raise InvalidParameterException("Missing required parameter PreviousPassword")
    now = call.env.now()
    # Assumption: wrong previous passwords lock as those of a sign-in do; the quota of AWS is 5 calls an hour. The error is this one.
    _refuse_locked(user, now)
    if not await _is_password(pool, user, imported, previous):
        await call.store.transact(lambda tx: _count_failure(tx, user.id, now))
        raise _wrong_password()


async def _is_password(pool: UserPool, user: User, imported: tuple[str, str] | None, password: str) -> bool:
    if user.verifier is not None:
        return fits(pool, user.username, user.verifier, password)
    return imported is not None and await fits_imported_password(imported, password)


def _count_failure(tx: Tx, user_id: str, now: float) -> None:
    user = tx.users.get(user_id)
    if user is not None:
        _refuse_locked(user, now)  # others have guessed at the same time
        after = LockOut(user.failed_sign_ins, user.last_failed_sign_in_at or 0.0).after_failure(now)
        tx.users.update(user.id, failed_sign_ins=after.failures, last_failed_sign_in_at=after.last_failure_at)


def _refuse_locked(user: User, now: float) -> None:
    if now < LockOut(user.failed_sign_ins, user.last_failed_sign_in_at or 0.0).locked_until:
        raise LimitExceededException


def _wrong_password() -> NotAuthorizedException:
    return NotAuthorizedException("Incorrect username or password.")
