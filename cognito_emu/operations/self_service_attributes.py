"""Changing attributes, by the signed-in user or by an administrator, and verifying those that can be verified."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames, alias_taken
from cognito_emu.domain.contact_attributes import CONTACT_ATTRIBUTES, AttributeUpdate, update_attributes, verify_attribute
from cognito_emu.domain.recovery import Delivery, delivery_to
from cognito_emu.domain.user_attributes import check_deletion, check_update, check_writable
from cognito_emu.errors import (
    AliasExistsException,
    AwsError,
    CodeDeliveryFailureException,
    InvalidParameterException,
    UserNotFoundException,
)
from cognito_emu.operations.access_token import require_own_account
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.codes import DAY, SIGN_UP, redeem_code, send_code, verification_of
from cognito_emu.operations.lookup import require_pool, require_user
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.user_types import read_attributes
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.codes import Code
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from mail.kinds import MessageKind


@operation("UpdateUserAttributes")
async def update_user_attributes(call: Call, request: Request) -> Response:
    """Change what the client may write, and send codes to new addresses that the pool verifies."""
    signed_in, client = await require_own_account(call, request["AccessToken"])
    given = read_attributes(request["UserAttributes"])
    check_writable(signed_in.pool.settings["SchemaAttributes"], client.settings.get("WriteAttributes"), given)
    deliveries = await _update(call, signed_in.pool, signed_in.user, given, client.id, request.get("ClientMetadata"))
    return {"CodeDeliveryDetailsList": [delivery.code_delivery_details() for delivery in deliveries] or None}


@operation("AdminUpdateUserAttributes")
async def admin_update_user_attributes(call: Call, request: Request) -> Response:
    """Change any attribute; an administrator may also say that an address is verified, and then no code is sent."""
    pool, user = await _read_admin_request(call, request)
    given, metadata = read_attributes(request["UserAttributes"]), request.get("ClientMetadata")
    # It declares no CodeDeliveryFailureException: what was refused shows in the inbox alone.
    await _update(call, pool, user, given, None, metadata, unheard=(CodeDeliveryFailureException,))
    return {}


@operation("DeleteUserAttributes")
async def delete_user_attributes(call: Call, request: Request) -> Response:
    """Delete attributes that the client may write."""
    signed_in, client = await require_own_account(call, request["AccessToken"])
    names = request["UserAttributeNames"]
    check_writable(signed_in.pool.settings["SchemaAttributes"], client.settings.get("WriteAttributes"), names)
    await _delete(call, signed_in.pool, signed_in.user, names)
    return {}


@operation("AdminDeleteUserAttributes")
async def admin_delete_user_attributes(call: Call, request: Request) -> Response:
    """Delete attributes."""
    pool, user = await _read_admin_request(call, request)
    await _delete(call, pool, user, request["UserAttributeNames"])
    return {}


@operation("GetUserAttributeVerificationCode")
async def get_user_attribute_verification_code(call: Call, request: Request) -> Response:
    """Send a code to an address of the user's: the new one, where a change waits for its verification."""
    signed_in, client = await require_own_account(call, request["AccessToken"])
    name = _verifiable(request["AttributeName"])
    delivery = delivery_to(name, signed_in.user.attributes | signed_in.user.pending_attributes)
    if delivery is None:
        # Assumption: the sentence.
        raise InvalidParameterException(f"User does not have a value for the attribute {name}.")
    await send_code(
        call,
        signed_in.pool,
        replace(signed_in.user, attributes=signed_in.user.attributes | {name: delivery.destination}),
        kind=MessageKind.VERIFY_USER_ATTRIBUTE,
        purpose=verification_of(name),
        delivery=delivery,
        lifetime=DAY,
        client_id=client.id,
        client_metadata=request.get("ClientMetadata"),
    )
    return {"CodeDeliveryDetails": delivery.code_delivery_details()}


@operation("VerifyUserAttribute")
async def verify_user_attribute(call: Call, request: Request) -> Response:
    """Take the code of a new address, which is verified from now on, and an alias where the pool has such."""
    signed_in, _ = await require_own_account(call, request["AccessToken"])
    name = _verifiable(request["AttributeName"])

    def verify(tx: Tx, _: Code) -> None:
        user = _require_present(tx, signed_in.user.id)
        attributes, pending = verify_attribute(user.attributes, user.pending_attributes, name)
        tx.users.update(user.id, pending_attributes=pending)
        write_attributes(tx, signed_in.pool, user, attributes, now=call.env.now())

    await redeem_code(call, signed_in.user, verification_of(name), request["Code"], verify)
    return {}


def _verifiable(name: str) -> str:
    if name not in CONTACT_ATTRIBUTES:
        raise InvalidParameterException("Invalid attribute name. Only phone_number and email can be verified.")
    return name


async def _read_admin_request(call: Call, request: Request) -> tuple[UserPool, User]:
    def look_up(tx: Tx) -> tuple[UserPool, User]:
        pool = require_pool(call, tx, request["UserPoolId"])
        return pool, require_user(tx, pool, request["Username"])

    return await call.store.read(look_up)


async def _update(
    call: Call,
    pool: UserPool,
    user: User,
    given: Mapping[str, str],
    client_id: str | None,
    client_metadata: Mapping[str, str] | None,
    *,
    unheard: tuple[type[AwsError], ...] = (),
) -> list[Delivery]:
    """Check and apply new values, then send the codes that verify them; returns where they went.

    Args:
        call: The request.
        pool: The user's pool.
        user: As they were.
        given: The new values.
        client_id: The client of a signed-in user.
        client_metadata: What triggers get of the request.
        unheard: Failures to send that the operation does not tell of.
    """
    check_update(pool.settings["SchemaAttributes"], given)
    update = await call.store.transact(lambda tx: _apply(call, tx, pool, user.id, given))
    deliveries = [delivery for name in update.to_verify if (delivery := delivery_to(name, update.to_verify))]
    # Functions see the user as written, and with the address that the code goes to: a custom sender is told of no other.
    written = replace(user, attributes=update.attributes | update.to_verify)
    for delivery in deliveries:
        with contextlib.suppress(*unheard):
            await send_code(
                call,
                pool,
                written,
                kind=MessageKind.UPDATE_USER_ATTRIBUTE,
                purpose=verification_of(delivery.attribute_name),
                delivery=delivery,
                lifetime=DAY,
                client_id=client_id,
                client_metadata=client_metadata,
            )
    return deliveries


async def _delete(call: Call, pool: UserPool, user: User, names: list[str]) -> None:
    """Check and delete attributes; with an address goes its verification."""
    check_deletion(pool.settings["SchemaAttributes"], names)
    await call.store.transact(lambda tx: _apply(call, tx, pool, user.id, dict.fromkeys(names, "")))


def _apply(call: Call, tx: Tx, pool: UserPool, user_id: str, given: Mapping[str, str]) -> AttributeUpdate:
    """Write a change of attributes, with the aliases that follow, and forget codes that prove nothing any more."""
    user = _require_present(tx, user_id)
    update = update_attributes(
        user.attributes,
        user.pending_attributes,
        given,
        auto_verified=pool.settings.get("AutoVerifiedAttributes", ()),
        before_update=pool.settings["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"],
    )
    _check_pending_names(tx, pool, user, update)
    tx.users.update(user.id, pending_attributes=update.pending)
    write_attributes(tx, pool, user, update.attributes, now=call.env.now())
    sign_up_code = tx.codes.get(user.id, SIGN_UP) if update.outdated else None
    if sign_up_code is not None and sign_up_code.attribute in update.outdated:
        tx.codes.delete(user.id, SIGN_UP)
    for name in update.outdated:
        tx.codes.delete(user.id, verification_of(name))
    return update


def _check_pending_names(tx: Tx, pool: UserPool, user: User, update: AttributeUpdate) -> None:
    """A value that is to become the user's name must be free when it is asked for, and will have to be when it is verified."""
    names = SignInNames.from_pool(pool.settings)
    for name in names.username_attributes & update.pending.keys():
        owner = tx.users.find_by_alias(pool.id, names.key(update.pending[name]))
        if owner is not None and owner.id != user.id:
            raise AliasExistsException(alias_taken(name))


def _require_present(tx: Tx, user_id: str) -> User:
    user = tx.users.get(user_id)
    if user is None:
        raise UserNotFoundException
    return user
