"""UserMigration: a user who is not in the pool may be known elsewhere, and moves in when they first come.

Source: developer guide, "Migrate user Lambda trigger".
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.recovery import invitation_deliveries
from cognito_emu.domain.user_attributes import check_new_user
from cognito_emu.errors import (
    CodeDeliveryFailureException,
    InvalidParameterException,
    UserLambdaValidationException,
    UsernameExistsException,
    UserNotFoundException,
)
from cognito_emu.operations.codes import send_message
from cognito_emu.operations.lookup import require_public_client
from cognito_emu.operations.new_users import add_user
from cognito_emu.operations.passwords import new_verifier
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls import MigratedUser
from mail.kinds import MessageKind


async def migrate_user(
    call: Call,
    pool: UserPool,
    client: AppClient,
    *,
    source: str,
    username: str,
    password: str | None = None,
    validation_data: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> User | None:
    """Ask UserMigration for a user and add them to the pool; None when there is no such function.

    Args:
        call: The request.
        pool: The pool that does not have the user.
        client: The client of the request.
        source: `Authentication` or `ForgotPassword`.
        username: The user name as it was typed.
        password: The password as it was typed, at a sign-in. It is not held against the pool's policy.
        validation_data: What the trigger gets as validationData.
        client_metadata: What it gets as clientMetadata.

    Raises:
        UserNotFoundException: The function knows no such user, failed, or described one that the pool cannot have.
    """
    if call.names_region and call.tenant.region != pool.region:
        return None  # "Secondary user pools can't create users" (developer guide, "Multi-Region replication")
    try:
        migrated = await call.triggers.user_migration(
            call,
            pool,
            source=source,
            username=username,
            client_id=client.id,
            password=password,
            validation_data=validation_data,
            client_metadata=client_metadata,
        )
        if migrated is None:
            return None
        user = _new_user(call, pool, username, password, migrated)
        await call.store.transact(lambda tx: _add(call, tx, client.id, user, force=migrated.force_alias_creation))
    except (InvalidParameterException, UserLambdaValidationException, UsernameExistsException) as error:
        raise UserNotFoundException(f"Exception migrating user in app client {client.id}") from error
    await _welcome(call, pool, user, migrated, client.id, client_metadata)
    return user


def _add(call: Call, tx: Tx, client_id: str, user: User, *, force: bool) -> None:
    pool, _ = require_public_client(call, tx, client_id)
    add_user(tx, pool, user, force=force)


def _new_user(call: Call, pool: UserPool, typed: str, password: str | None, migrated: MigratedUser) -> User:
    names = SignInNames.from_pool(pool.settings)
    attributes = {name: value for name, value in migrated.attributes.items() if value}
    # "If you want to allow sign-in by an alias, return the attribute username": the name to which the typed alias belongs.
    typed = attributes.pop("username", typed)
    names.check_new_username(typed)
    if (filled := names.attribute_of_username(typed)) is not None:
        attributes[filled] = typed
    check_new_user(pool.settings["SchemaAttributes"], attributes, by_admin=True)
    sub, now = call.env.user_sub(), call.env.now()
    username = sub if names.username_attributes else typed
    confirmed = migrated.final_status == "CONFIRMED"
    texts = migrated.enable_sms_mfa and pool.settings.get("MfaConfiguration", "OFF") != "OFF" and "phone_number" in attributes
    return User(
        id=sub,
        pool_id=pool.id,
        username=username,
        username_key=names.key(username),
        status="CONFIRMED" if confirmed else "RESET_REQUIRED",
        enabled=True,
        created_at=now,
        modified_at=now,
        attributes=attributes,
        verifier=new_verifier(call, pool, username, password) if confirmed and password else None,
        mfa={"Enabled": ["SMS_MFA"]} if texts else {},
    )


async def _welcome(
    call: Call, pool: UserPool, user: User, migrated: MigratedUser, client_id: str, client_metadata: Mapping[str, str] | None
) -> None:
    """Send the welcome message. Assumption: it is the pool's invitation, without the password, which is not a temporary one."""
    if migrated.message_action == "SUPPRESS":
        return
    for delivery in invitation_deliveries(user.attributes, migrated.delivery_mediums):
        # A sign-in cannot say that a message was refused: it declares no such error.
        with contextlib.suppress(CodeDeliveryFailureException):
            await send_message(
                call,
                pool,
                user,
                kind=MessageKind.INVITATION,
                delivery=delivery,
                code=None,
                client_id=client_id,
                client_metadata=client_metadata,
            )
