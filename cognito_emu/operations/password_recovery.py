"""Getting back in without the password: ForgotPassword and its twin for administrators, ConfirmForgotPassword."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import hides_users
from cognito_emu.domain.password_policy import Wording
from cognito_emu.domain.recovery import Delivery, password_reset_delivery
from cognito_emu.errors import CodeMismatchException, InvalidParameterException, NotAuthorizedException, UserNotFoundException
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.codes import FORGOT_PASSWORD, HOUR, redeem_code, send_code
from cognito_emu.operations.lookup import require_pool, require_user
from cognito_emu.operations.passwords import password_changes, policy_of
from cognito_emu.operations.public_client import admit_user, pretended_delivery, read_public_request, user_not_found
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.threat_protection import assessment as threats
from cognito_emu.operations.user_migration import migrate_user
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.codes import Code
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from mail.kinds import MessageKind

# States in which there is no password of the user's own to be forgotten.
_WITHOUT_OWN_PASSWORD = frozenset({"FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"})


@operation("ForgotPassword")
async def forgot_password(call: Call, request: Request) -> Response:
    """Send a code with which the user may choose a new password. The old one goes on working until then."""
    pool, client, user = await read_public_request(call, request)
    situation = await threats.situation_of(call, pool, client, request.get("UserContextData", {}))
    await threats.refuse_blocked_address(situation, request["Username"], threats.FORGOT_PASSWORD)
    metadata = request.get("ClientMetadata")
    if user is None:
        user = await _migrate(call, pool, client, request["Username"], metadata)
    user = admit_user(user, client)
    delivery = _delivery_to_be_told(pool, client, user)
    if user is None or delivery is None:
        return {"CodeDeliveryDetails": pretended_delivery(pool, request["Username"]).code_delivery_details()}
    await _send_reset_code(call, pool, user, delivery, kind=MessageKind.FORGOT_PASSWORD, client_id=client.id, client_metadata=metadata)
    await threats.note(situation, user, threats.FORGOT_PASSWORD)
    return {"CodeDeliveryDetails": delivery.code_delivery_details()}


@operation("AdminResetUserPassword")
async def admin_reset_user_password(call: Call, request: Request) -> Response:
    """Make a user choose a new password, by the code that is sent to them; the old one is of no use any more."""

    def require_reset(tx: Tx) -> tuple[UserPool, User, Delivery]:
        pool = require_pool(call, tx, request["UserPoolId"])
        user = require_user(tx, pool, request["Username"])
        if user.status == "UNCONFIRMED":
            raise _not_in_this_state()
        # Assumption: a disabled user's password can be reset as well; nothing says otherwise of the administrator's operation.
        delivery = _reset_delivery(pool, user)
        now = call.env.now()
        tx.users.update(user.id, status="RESET_REQUIRED", modified_at=now)
        return pool, replace(user, status="RESET_REQUIRED", modified_at=now), delivery

    pool, user, delivery = await call.store.transact(require_reset)
    metadata = request.get("ClientMetadata")
    await _send_reset_code(call, pool, user, delivery, kind=MessageKind.ADMIN_RESET_PASSWORD, client_id=None, client_metadata=metadata)
    return {}


@operation("ConfirmForgotPassword")
async def confirm_forgot_password(call: Call, request: Request) -> Response:
    """Take the code and the new password."""
    pool, client, user = await read_public_request(call, request)
    user = admit_user(user, client)
    # The policy is the same for all, also for those who do not exist, so it may be told before the code is looked at; former passwords
    # are not, so they come after.
    policy_of(pool).check(request["Password"], Wording.CHANGE)
    if user is None:
        raise CodeMismatchException
    situation = await threats.situation_of(call, pool, client, request.get("UserContextData", {}))
    compromised = await threats.refuse_compromised_password(situation, request["Password"], "PASSWORD_CHANGE")

    def change(tx: Tx, _: Code) -> User:
        return _change_password(call, tx, pool, user.id, request["Password"])

    changed = await redeem_code(call, user, FORGOT_PASSWORD, request["ConfirmationCode"], change)
    await threats.note(situation, changed, threats.PASSWORD_CHANGE, compromised=compromised)
    metadata = request.get("ClientMetadata")
    await call.triggers.post_confirmation(
        call, pool, changed, source="ConfirmForgotPassword", client_id=client.id, client_metadata=metadata
    )
    return {}


async def _migrate(call: Call, pool: UserPool, client: AppClient, username: str, client_metadata: Mapping[str, str] | None) -> User | None:
    """Ask UserMigration for the user; where existence is hidden, its refusal is like not asking."""
    try:
        return await migrate_user(call, pool, client, source="ForgotPassword", username=username, client_metadata=client_metadata)
    except UserNotFoundException:
        if hides_users(client.settings):
            return None
        raise


def _reset_delivery(pool: UserPool, user: User | None) -> Delivery:
    """Where the code goes. Asked for unknown users too, so that a pool that lets nobody reset passwords says so to everybody.

    Raises:
        NotAuthorizedException: Nobody, or not this user in this state, may reset the password.
        InvalidParameterException: The user has no address to which a code may go.
    """
    setting = pool.settings.get("AccountRecoverySetting")
    if user is None:
        return password_reset_delivery({}, setting)
    if user.status in _WITHOUT_OWN_PASSWORD:
        raise _not_in_this_state()
    return password_reset_delivery(user.attributes, setting, mfa=user.mfa.get("Enabled", ()))


def _delivery_to_be_told(pool: UserPool, client: AppClient, user: User | None) -> Delivery | None:
    """`_reset_delivery`; None instead of the error that would tell an existing user without address from one who does not exist."""
    try:
        return _reset_delivery(pool, user)
    except InvalidParameterException:
        if hides_users(client.settings):
            return None
        raise


async def _send_reset_code(
    call: Call,
    pool: UserPool,
    user: User,
    delivery: Delivery,
    *,
    kind: MessageKind,
    client_id: str | None,
    client_metadata: Mapping[str, str] | None,
) -> None:
    await send_code(
        call,
        pool,
        user,
        kind=kind,
        purpose=FORGOT_PASSWORD,
        delivery=delivery,
        lifetime=HOUR,
        client_id=client_id,
        client_metadata=client_metadata,
    )


def _change_password(call: Call, tx: Tx, pool: UserPool, user_id: str, password: str) -> User:
    """Set the password and confirm the user: who received the code has proved to be who they are."""
    user = tx.users.get(user_id)
    if user is None:
        raise user_not_found()
    changes = password_changes(call, pool, user, password, wording=Wording.CHANGE)
    tx.users.update(user.id, status="CONFIRMED", **changes)
    changed = replace(user, status="CONFIRMED", **changes)
    if user.status == "UNCONFIRMED":
        # Assumption: an unconfirmed user with a verified address gets a code, and is confirmed by it.
        write_attributes(tx, pool, changed, user.attributes, now=changed.modified_at, error=InvalidParameterException)
    return changed


def _not_in_this_state() -> NotAuthorizedException:
    return NotAuthorizedException("User password cannot be reset in the current state.")
