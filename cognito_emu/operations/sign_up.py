"""Signing up: SignUp, ConfirmSignUp and its twin for administrators, ResendConfirmationCode."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.app_client_settings import hides_users
from cognito_emu.domain.contact_attributes import CONTACT_ATTRIBUTES
from cognito_emu.domain.password_policy import Wording
from cognito_emu.domain.recovery import sign_up_delivery
from cognito_emu.domain.user_attributes import check_new_user, check_writable
from cognito_emu.errors import (
    AliasExistsException,
    AwsError,
    ExpiredCodeException,
    InvalidLambdaResponseException,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.authentication.sign_up_sessions import confirm_sign_up_session, open_sign_up_session
from cognito_emu.operations.codes import DAY, SIGN_UP, redeem_code, send_code
from cognito_emu.operations.lookup import refuse_in_replica, require_pool, require_public_client, require_user
from cognito_emu.operations.new_users import add_user
from cognito_emu.operations.passwords import new_verifier, policy_of
from cognito_emu.operations.public_client import (
    admit_user,
    pretended_delivery,
    read_public_request,
    require_client_access,
)
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.threat_protection import assessment as threats
from cognito_emu.operations.user_types import read_attributes
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.codes import Code
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls import PreSignUpVerdict
from mail.kinds import MessageKind

# Assumption: the sentences are those of the times when the member was required, and could not be blank.
_NONE_GIVEN = "Value null at 'password' failed to satisfy constraint: Member must not be null"
_BLANK = r"Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"


@operation("SignUp")
async def sign_up(call: Call, request: Request) -> Response:
    """Register a user, ask PreSignUp first, and send the code that confirms the registration, if the pool sends one."""
    pool, client = await call.store.read(
        lambda tx: require_client_access(call, tx, request["ClientId"], username=request["Username"], secret_hash=request.get("SecretHash"))
    )
    refuse_in_replica(call, pool)
    situation = await threats.situation_of(call, pool, client, request.get("UserContextData", {}))
    await threats.refuse_blocked_address(situation, request["Username"], threats.SIGN_UP)
    user = _new_user(call, pool, client, request)
    compromised = await threats.refuse_compromised_password(situation, request.get("Password") or None, "SIGN_UP")
    metadata = request.get("ClientMetadata")
    verdict = await call.triggers.pre_sign_up(
        call,
        pool,
        source="SignUp",
        username=user.username,
        client_id=client.id,
        attributes=user.attributes,
        validation_data=read_attributes(request["ValidationData"]) if request.get("ValidationData") else None,
        client_metadata=metadata,
    )
    user = _judged(user, verdict)
    await call.store.transact(lambda tx: _add(call, tx, client.id, user))
    await threats.note(situation, user, threats.SIGN_UP, compromised=compromised)
    answer = {"UserConfirmed": verdict.auto_confirm, "UserSub": user.id}
    if verdict.auto_confirm:
        await call.triggers.post_confirmation(call, pool, user, source="ConfirmSignUp", client_id=client.id, client_metadata=metadata)
        return answer
    details = await _send_sign_up_code(call, pool, user, MessageKind.SIGN_UP, client, metadata)
    session = await open_sign_up_session(call, client, user, request)
    return answer | {"CodeDeliveryDetails": details, "Session": session}


@operation("ConfirmSignUp")
async def confirm_sign_up(call: Call, request: Request) -> Response:
    """Confirm a registration by the code that was sent; the address that it went to is verified by that."""
    pool, client, found = await read_public_request(call, request)
    unconfirmed = admit_user(found, client)
    if unconfirmed is None:
        raise ExpiredCodeException
    _check_unconfirmed(unconfirmed)  # before the code is looked at: AWS says so for any code

    def confirm(tx: Tx, code: Code) -> tuple[User, str | None]:
        force = request.get("ForceAliasCreation", False)
        user = _confirm(tx, pool, tx.users.get(unconfirmed.id), now=call.env.now(), verified=code.attribute, force=force)
        return user, confirm_sign_up_session(call, tx, client, user, request, attribute=code.attribute)

    user, session = await redeem_code(call, unconfirmed, SIGN_UP, request["ConfirmationCode"], confirm)
    metadata = request.get("ClientMetadata")
    await call.triggers.post_confirmation(call, pool, user, source="ConfirmSignUp", client_id=client.id, client_metadata=metadata)
    return {"Session": session}


@operation("AdminConfirmSignUp")
async def admin_confirm_sign_up(call: Call, request: Request) -> Response:
    """Confirm a registration without a code, which verifies no address."""

    def confirm(tx: Tx) -> tuple[UserPool, User]:
        pool = require_pool(call, tx, request["UserPoolId"])
        user = require_user(tx, pool, request["Username"])
        # The operation declares no AliasExistsException; preferred_username may clash here nevertheless.
        return pool, _confirm(tx, pool, user, now=call.env.now(), error=InvalidParameterException)

    pool, user = await call.store.transact(confirm)
    metadata = request.get("ClientMetadata")
    await call.triggers.post_confirmation(call, pool, user, source="ConfirmSignUp", client_id=None, client_metadata=metadata)
    return {}


@operation("ResendConfirmationCode")
async def resend_confirmation_code(call: Call, request: Request) -> Response:
    """Send a new code for an unconfirmed registration; it takes the old one's place."""
    pool, client, user = await read_public_request(call, request)
    user = admit_user(user, client)
    # Assumption: where existence is hidden, a confirmed user is answered like an unknown one (aws-amplify/amplify-js issue 14762).
    if user is None or (user.status != "UNCONFIRMED" and hides_users(client.settings)):
        return {"CodeDeliveryDetails": pretended_delivery(pool, request["Username"]).code_delivery_details()}
    if user.status != "UNCONFIRMED":
        raise InvalidParameterException("User is already confirmed.")
    details = await _send_sign_up_code(call, pool, user, MessageKind.RESEND_CODE, client, request.get("ClientMetadata"))
    await threats.note(await threats.situation_of(call, pool, client, request.get("UserContextData", {})), user, threats.RESEND_CODE)
    if details is None:
        # Assumption: the code. The sentence is AWS's; reports of it name this code more often than InvalidParameterException.
        raise NotAuthorizedException("Cannot resend codes. Auto verification not turned on.")
    return {"CodeDeliveryDetails": details}


# -- a new user


def _new_user(call: Call, pool: UserPool, client: AppClient, request: Request) -> User:
    """The user whom SignUp asks for, unless the pool's rules refuse them."""
    if pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]:
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    names = SignInNames.from_pool(pool.settings)
    typed = request["Username"]
    names.check_new_username(typed)
    sub, now = call.env.user_sub(), call.env.now()
    username = sub if names.username_attributes else typed
    return User(
        id=sub,
        pool_id=pool.id,
        username=username,
        username_key=names.key(username),
        status="UNCONFIRMED",
        enabled=True,
        created_at=now,
        modified_at=now,
        attributes=_new_attributes(pool, client, names, request),
        verifier=_new_password(call, pool, username, request.get("Password")),
    )


def _new_attributes(pool: UserPool, client: AppClient, names: SignInNames, request: Request) -> dict[str, str]:
    schema = pool.settings["SchemaAttributes"]
    attributes = {name: value for name, value in read_attributes(request.get("UserAttributes", ())).items() if value}
    check_writable(schema, client.settings.get("WriteAttributes"), attributes)
    if (filled := names.attribute_of_username(request["Username"])) is not None:
        # Assumption: when the request gives this attribute another value, the name wins, for by it the user signs in.
        attributes[filled] = request["Username"]
    check_new_user(schema, attributes)
    return attributes


def _new_password(call: Call, pool: UserPool, username: str, password: str | None) -> bytes | None:
    """What is stored of the password. Only where codes sign in may a user have none."""
    if password:
        policy_of(pool).check(password, Wording.SIGN_UP)
        return new_verifier(call, pool, username, password)
    if not {"EMAIL_OTP", "SMS_OTP"} & set(pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]):
        raise InvalidParameterException(f"1 validation error detected: {_NONE_GIVEN if password is None else _BLANK}")
    return None


def _judged(user: User, verdict: PreSignUpVerdict) -> User:
    """The user with what PreSignUp decided about them.

    Raises:
        InvalidLambdaResponseException: The answer makes no sense for this user.
    """
    verified = {"email": verdict.auto_verify_email, "phone_number": verdict.auto_verify_phone}
    # Assumption: the code of the two refusals, and the sentence of the second. The first is quoted in aws/aws-sdk-java issue 1049;
    # that an address must be there to be verified is documented ("Pre sign-up Lambda trigger").
    if any(verified.values()) and not verdict.auto_confirm:
        raise InvalidLambdaResponseException("Phone or email cannot be auto verified, when user is not being auto confirmed.")
    for name, wanted in verified.items():
        if wanted and name not in user.attributes:
            raise InvalidLambdaResponseException(f"{name} cannot be auto verified, when the user has none.")
    flags = {f"{name}_verified": "true" if verified[name] else "false" for name in CONTACT_ATTRIBUTES if name in user.attributes}
    return replace(user, status="CONFIRMED" if verdict.auto_confirm else "UNCONFIRMED", attributes=user.attributes | flags)


def _add(call: Call, tx: Tx, client_id: str, user: User) -> None:
    pool, _ = require_public_client(call, tx, client_id)  # as it is now: whatever was asked meanwhile took its time
    # An address that PreSignUp verified becomes an alias, "which is taken from a previous owner" (developer guide).
    verified = any(user.attributes.get(f"{name}_verified") == "true" for name in CONTACT_ATTRIBUTES)
    add_user(tx, pool, user, force=verified)


# -- confirming


def _check_unconfirmed(user: User) -> None:
    if user.status != "UNCONFIRMED":
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")


def _confirm(
    tx: Tx,
    pool: UserPool,
    user: User | None,
    *,
    now: float,
    verified: str | None = None,
    force: bool = False,
    error: type[AwsError] = AliasExistsException,
) -> User:
    """Make an unconfirmed user, as stored now, a confirmed one, with all aliases that come with it.

    Args:
        verified: The attribute that was proved.
    """
    if user is None:
        raise UserNotFoundException
    _check_unconfirmed(user)
    attributes = user.attributes | ({f"{verified}_verified": "true"} if verified else {})
    # ConfirmSignUp alone says it without "given".
    message = f"An account with the {verified} already exists." if verified else None
    write_attributes(tx, pool, user, attributes, now=now, confirmed=True, force=force, error=error, message=message, status="CONFIRMED")
    tx.codes.delete(user.id, SIGN_UP)
    return replace(user, status="CONFIRMED", attributes=attributes, modified_at=now)


async def _send_sign_up_code(
    call: Call, pool: UserPool, user: User, kind: MessageKind, client: AppClient, client_metadata: Mapping[str, str] | None
) -> dict[str, str] | None:
    """Send the code, and tell where; None in a pool that does not verify an address of this user."""
    delivery = sign_up_delivery(user.attributes, pool.settings.get("AutoVerifiedAttributes", ()))
    if delivery is None:
        return None
    try:
        await send_code(
            call,
            pool,
            user,
            kind=kind,
            purpose=SIGN_UP,
            delivery=delivery,
            lifetime=DAY,
            client_id=client.id,
            client_metadata=client_metadata,
        )
    except UserNotFoundException as error:
        # Assumption: code and sentence. SignUp declares no error for a user who was deleted while CustomMessage was asked.
        raise NotAuthorizedException("User does not exist.") from error
    return delivery.code_delivery_details()
