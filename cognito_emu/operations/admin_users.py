"""Users as an administrator makes, shows, stops and removes them."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain import srp
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.mfa_options import with_mfa_options
from cognito_emu.domain.password_policy import TEMPORARY_PASSWORD_SEED_BYTES, Wording
from cognito_emu.domain.recovery import Delivery, invitation_deliveries
from cognito_emu.domain.user_attributes import check_new_user
from cognito_emu.errors import InvalidParameterException, UnsupportedUserStateException
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.codes import send_message
from cognito_emu.operations.lookup import require_pool, require_user
from cognito_emu.operations.new_users import add_user
from cognito_emu.operations.passwords import password_changes, policy_of
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.user_types import read_attributes, render_profile, render_user
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from mail.kinds import MessageKind

_ATTRIBUTE_OF_OTP = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}


@operation("AdminCreateUser")
async def admin_create_user(call: Call, request: Request) -> Response:
    """Create a user and invite them, or, with RESEND, invite once more one who has not come yet."""
    pool = await call.store.read(lambda tx: require_pool(call, tx, request["UserPoolId"]))
    if request.get("MessageAction") == "RESEND":
        return await _invite_again(call, pool, request)
    user = _new_user(call, pool, request)
    suppressed = request.get("MessageAction") == "SUPPRESS"
    password = request.get("TemporaryPassword") or None
    if not password and not _needs_password(pool, user.attributes):
        user = replace(user, status="CONFIRMED")
    elif not password and suppressed:
        user = _with_untold_password(call, pool, user)
    else:
        password = password or _generated_password(call, pool)
        user = replace(_with_temporary_password(call, pool, user, password), modified_at=user.created_at)
    deliveries = [] if suppressed else _deliveries(request, user.attributes)
    # Its answer is not heeded here, but it can refuse. (developer guide, "Pre sign-up Lambda trigger")
    await call.triggers.pre_sign_up(
        call,
        pool,
        source="AdminCreateUser",
        username=user.username,
        client_id=None,
        attributes=user.attributes,
        validation_data=read_attributes(request["ValidationData"]) if request.get("ValidationData") else None,
        client_metadata=request.get("ClientMetadata"),
    )
    await call.store.transact(lambda tx: _add(call, tx, user, force=request.get("ForceAliasCreation", False)))
    await _send_invitation(call, pool, user, password, deliveries, request.get("ClientMetadata"))
    return {"User": render_user(user)}


@operation("AdminGetUser")
async def admin_get_user(call: Call, request: Request) -> Response:
    """Show everything about a user."""
    user = await call.store.read(lambda tx: _user_of(call, tx, request))
    return {
        **render_profile(user),
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }


@operation("AdminDeleteUser")
async def admin_delete_user(call: Call, request: Request) -> Response:
    """Delete a user and all that is theirs."""
    await call.store.transact(lambda tx: tx.users.delete(_user_of(call, tx, request).id))
    return None


@operation("AdminEnableUser")
async def admin_enable_user(call: Call, request: Request) -> Response:
    """Let a user sign in again. Tokens that were revoked when they were disabled stay so."""
    await call.store.transact(lambda tx: tx.users.update(_user_of(call, tx, request).id, enabled=True, modified_at=call.env.now()))
    return {}


@operation("AdminDisableUser")
async def admin_disable_user(call: Call, request: Request) -> Response:
    """Keep a user from signing in, and revoke the tokens they have."""

    def write(tx: Tx) -> None:
        user = _user_of(call, tx, request)
        now = call.env.now()
        tx.users.update(user.id, enabled=False, modified_at=now)
        tx.sign_ins.revoke_all_of_user(user.id, now)

    await call.store.transact(write)
    return {}


@operation("AdminUserGlobalSignOut")
async def admin_user_global_sign_out(call: Call, request: Request) -> Response:
    """Revoke every token of a user."""
    await call.store.transact(lambda tx: tx.sign_ins.revoke_all_of_user(_user_of(call, tx, request).id, call.env.now()))
    return {}


@operation("AdminSetUserPassword")
async def admin_set_user_password(call: Call, request: Request) -> Response:
    """Give a user a password, for good (CONFIRMED) or until they choose one themselves (FORCE_CHANGE_PASSWORD). Nothing is sent."""
    permanent = request.get("Permanent", False)

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"])
        user = require_user(tx, pool, request["Username"])
        changes = password_changes(call, pool, user, request["Password"], wording=Wording.CHANGE, temporary=not permanent)
        tx.users.update(user.id, status="CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD", **changes)
        if user.status == "UNCONFIRMED":
            # Assumption: one who signed up counts as confirmed by this, so preferred_username is an alias from now on. The
            # operation declares no AliasExistsException.
            now = changes["modified_at"]
            write_attributes(tx, pool, user, user.attributes, now=now, confirmed=True, error=InvalidParameterException)

    await call.store.transact(write)
    return {}


@operation("AdminSetUserSettings")
async def admin_set_user_settings(call: Call, request: Request) -> Response:
    """Turn SMS MFA on or off, in the older way."""

    def write(tx: Tx) -> None:
        user = _user_of(call, tx, request)
        tx.users.update(user.id, mfa=with_mfa_options(user.mfa, user.attributes, request["MFAOptions"]), modified_at=call.env.now())

    await call.store.transact(write)
    return {}


async def _invite_again(call: Call, pool: UserPool, request: Request) -> Response:
    """RESEND: a new temporary password, valid anew, for a user who has not replaced the old one. Attributes are not touched."""

    def write(tx: Tx) -> tuple[User, str, list[Delivery]]:
        user = _user_of(call, tx, request)
        if user.status != "FORCE_CHANGE_PASSWORD":
            raise UnsupportedUserStateException(f"Resend not possible. {user.username} status is not FORCE_CHANGE_PASSWORD")
        deliveries = _deliveries(request, user.attributes)
        password = request.get("TemporaryPassword") or _generated_password(call, pool)
        user = _with_temporary_password(call, pool, user, password)
        columns = ("verifier", "temporary_password_expires_at", "failed_sign_ins", "last_failed_sign_in_at", "modified_at")
        tx.users.update(user.id, **{column: getattr(user, column) for column in columns})
        return user, password, deliveries

    user, password, deliveries = await call.store.transact(write)
    await _send_invitation(call, pool, user, password, deliveries, request.get("ClientMetadata"))
    return {"User": render_user(user)}


def _user_of(call: Call, tx: Tx, request: Request) -> User:
    return require_user(tx, require_pool(call, tx, request["UserPoolId"]), request["Username"])


def _new_user(call: Call, pool: UserPool, request: Request) -> User:
    """The user that the request describes, still without a password."""
    names = SignInNames.from_pool(pool.settings)
    typed = request["Username"]
    names.check_new_username(typed)
    attributes = {name: value for name, value in read_attributes(request.get("UserAttributes", ())).items() if value}
    if (filled := names.attribute_of_username(typed)) is not None:
        # Assumption: when the request gives this attribute another value, the name wins, for by it the user signs in.
        attributes[filled] = typed
    check_new_user(pool.settings["SchemaAttributes"], attributes, by_admin=True)
    _check_verified_flags(attributes)
    sub, now = call.env.user_sub(), call.env.now()
    username = sub if names.username_attributes else typed
    return User(
        id=sub,
        pool_id=pool.id,
        username=username,
        username_key=names.key(username),
        status="FORCE_CHANGE_PASSWORD",
        enabled=True,
        created_at=now,
        modified_at=now,
        attributes=attributes,
    )


def _check_verified_flags(attributes: Mapping[str, str]) -> None:
    for name in ("email", "phone_number"):
        if attributes.get(f"{name}_verified", "").lower() == "true" and not attributes.get(name):
            # Assumption: the sentence; "You must provide a value for email when you want to set email_verified to true" is documented.
            raise InvalidParameterException(f"{name} is required when {name}_verified is true.")


def _needs_password(pool: UserPool, attributes: Mapping[str, str]) -> bool:
    """Whether a user who was given no password gets a generated one: where users may sign in by codes they need none.

    Raises:
        InvalidParameterException: No code could reach this user.
    """
    factors = pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    by_code = [_ATTRIBUTE_OF_OTP[factor] for factor in factors if factor in _ATTRIBUTE_OF_OTP]
    if by_code and not any(attributes.get(name) for name in by_code):
        # Assumption: the sentence; "these attributes must be provided ... when you don't submit a TemporaryPassword" is documented.
        raise InvalidParameterException(f"User without a password must have at least one of {', '.join(by_code)}.")
    return not by_code


def _generated_password(call: Call, pool: UserPool) -> str:
    return policy_of(pool).temporary_password(call.env.random_bytes(TEMPORARY_PASSWORD_SEED_BYTES))


def _with_temporary_password(call: Call, pool: UserPool, user: User, password: str) -> User:
    # A temporary password that was never used is no former password, so it is neither remembered nor held against the next one.
    fresh = replace(user, verifier=None, password_history=[])
    changes = password_changes(call, pool, fresh, password, wording=Wording.INVITATION, temporary=True)
    return replace(user, **changes | {"password_history": user.password_history})


def _with_untold_password(call: Call, pool: UserPool, user: User) -> User:
    """The user with a generated password of which nobody is told: to have none that fits is the same, and spares the computing."""
    verifier = srp.verifier_of_no_password(call.env.random_bytes(srp.NO_PASSWORD_BYTES))
    expires_at = policy_of(pool).temporary_password_expires_at(user.created_at)
    return replace(user, verifier=verifier.to_bytes(), temporary_password_expires_at=expires_at)


def _add(call: Call, tx: Tx, user: User, *, force: bool) -> None:
    pool = require_pool(call, tx, user.pool_id)  # as it is now: whatever was asked meanwhile took its time
    # AdminCreateUser declares no AliasExistsException; AWS says UsernameExistsException of aliases too (boto3 issue 3213).
    add_user(tx, pool, user, force=force, message="User account already exists")


def _deliveries(request: Request, attributes: Mapping[str, str]) -> list[Delivery]:
    """Where the invitation goes. A medium that was asked for needs its address; the default, SMS, goes nowhere without one.

    Raises:
        InvalidParameterException: There is no address for a medium that was asked for.
    """
    mediums = request.get("DesiredDeliveryMediums") or []
    if "EMAIL" in mediums and not attributes.get("email"):
        raise InvalidParameterException("No email provided but desired delivery medium was Email")
    if "SMS" in mediums and not attributes.get("phone_number"):
        # Assumption: the sentence follows the one for email.
        raise InvalidParameterException("No phone number provided but desired delivery medium was SMS")
    return invitation_deliveries(attributes, mediums)


async def _send_invitation(
    call: Call, pool: UserPool, user: User, password: str | None, deliveries: list[Delivery], client_metadata: Mapping[str, str] | None
) -> None:
    """Send the invitation by each medium, after the user was written, so that CustomMessage can look at them."""
    for delivery in deliveries:
        if password is not None and not _tells_password(call, pool, delivery):
            continue
        await send_message(
            call,
            pool,
            user,
            kind=MessageKind.INVITATION,
            delivery=delivery,
            code=password,
            client_id=None,
            client_metadata=client_metadata,
        )


def _tells_password(call: Call, pool: UserPool, delivery: Delivery) -> bool:
    """Whether an invitation would hold the password.

    "If your template doesn't have this placeholder, Amazon Cognito doesn't deliver the invitation message." (API reference)
    """
    template = pool.settings["AdminCreateUserConfig"].get("InviteMessageTemplate", {})
    text = template.get("EmailMessage" if delivery.medium == "EMAIL" else "SMSMessage")
    return text is None or "{####}" in text or call.triggers.has(pool, "CustomMessage")
