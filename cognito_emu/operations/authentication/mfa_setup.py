"""MFA_SETUP: a pool demands MFA, and the user has nothing to meet the demand with yet.

An authenticator app is set up beside the sign-in: AssociateSoftwareToken and VerifySoftwareToken take the challenge's session and hand
on new ones (`operations/mfa.py`); the last of them answers the challenge. An email address is set up by the answer itself, and so is a
phone number on the hosted pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import orjson

from cognito_emu.call import Call
from cognito_emu.domain.mfa import EMAIL_OTP, SMS_MFA, pool_factors
from cognito_emu.domain.recovery import delivery_to
from cognito_emu.domain.user_attributes import check_update, is_email, is_phone_number
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException, ResourceNotFoundException
from cognito_emu.operations.authentication.attempt import Attempt, Door, Progress
from cognito_emu.operations.authentication.challenge_sessions import (
    new_session,
    new_session_text,
    open_challenge,
    read_session,
    require_waiting,
    use_session,
)
from cognito_emu.operations.authentication.code_challenges import SECOND, ask_for_code
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

MFA_SETUP = "MFA_SETUP"

# The factor of an attribute, what its values look like, and what they are called.
_ADDRESSES = {
    "email": (EMAIL_OTP, is_email, "email address"),
    "phone_number": (SMS_MFA, is_phone_number, "phone number"),
}

T = TypeVar("T")


async def ask_for_setup(attempt: Attempt, user: User, progress: Progress, factors: tuple[str, ...]) -> dict[str, Any]:
    """The challenge, with what the pool offers.

    Raises:
        InvalidParameterException: The pool offers nothing that can be set up on the way.
    """
    if factors == (SMS_MFA,) and attempt.door != Door.HOSTED:
        # Assumption: the code and the sentence. "To set up SMS ... MFA, collect a phone_number ... Then restart the authentication
        # flow" (API reference) leaves nothing that a challenge could ask for.
        raise InvalidParameterException(f"User does not have delivery config set to turn on {SMS_MFA}")
    parameters = {"MFAS_CAN_SETUP": orjson.dumps(factors).decode(), "USER_ID_FOR_SRP": user.username}
    return await open_challenge(attempt, user, replace(progress, challenge=MFA_SETUP, data={}), parameters)


def brings_address(attempt: Attempt) -> tuple[str, str] | None:
    """The address of an answer that sets up codes by email or, on the hosted pages, by SMS: the attribute, and its value."""
    # SDKs send EMAIL, the developer guide writes `email`.
    if email := attempt.parameters.get("EMAIL") or attempt.parameters.get("email"):
        return "email", email
    # The API knows no answer that brings a phone number; managed login asks for one "if missing" (developer guide, SMS MFA).
    phone_number = attempt.parameters.get("PHONE_NUMBER") if attempt.door == Door.HOSTED else None
    return ("phone_number", phone_number) if phone_number else None


async def answer_setup(attempt: Attempt) -> tuple[User, Progress]:
    """Take the session of VerifySoftwareToken: the app that was registered in it meets the demand.

    Raises:
        NotAuthorizedException: The session is not one in which an app was registered.
    """
    _, progress = await read_session(attempt, MFA_SETUP)
    if not progress.data.get("registered"):
        # Assumption: the sentence is that for sessions which are not at this point.
        raise NotAuthorizedException("Invalid session for the user.")
    user, progress = await use_session(attempt, MFA_SETUP)
    assert user is not None  # a second factor is only asked of users who exist
    return user, replace(progress, data={}, amr=[*progress.amr, "otp", "mfa"])


async def pass_on_setup_session(
    call: Call, session: str, work: Callable[[Tx, UserPool, User], T], *, registered: bool, door: Door = Door.API
) -> tuple[T, str]:
    """Do a step of the set-up in the name of an MFA_SETUP session, which a new one takes the place of.

    Args:
        call: The request.
        session: As the client sent it.
        work: What is to be done, in the same transaction. When it raises, the session stays usable.
        registered: Whether the new session answers the challenge.
        door: By which door the sign-in came in.

    Returns:
        What `work` returned, and the new session.

    Raises:
        NotAuthorizedException: The session is unknown, used up, expired, or of another challenge.
    """
    new_text = new_session_text(call)

    def step(tx: Tx) -> T:
        row, progress = require_waiting(call, tx, session, MFA_SETUP)
        if progress.door != door:
            raise NotAuthorizedException("Invalid session for the user.")
        pool, client = tx.user_pools.get(row.pool_id), tx.app_clients.get(row.client_id)
        user = tx.users.get(row.user_id) if row.user_id else None
        if pool is None or client is None:
            raise ResourceNotFoundException(f"User pool client {row.client_id} does not exist.")
        if user is None:
            # Assumption: of a user who was deleted meanwhile; AssociateSoftwareToken declares no UserNotFoundException.
            raise NotAuthorizedException("Invalid session for the user.")
        result = work(tx, pool, user)
        tx.auth_sessions.mark_used(row.id)
        waiting = replace(progress, data={"registered": registered})
        tx.auth_sessions.add(new_session(call, client, new_text, user.id, waiting))
        return result

    return await call.store.transact(step), new_text


async def answer_address_setup(attempt: Attempt, attribute: str, address: str) -> dict[str, Any]:
    """Send a code to an address, which becomes the user's, and meets the demand, when the code comes back.

    Raises:
        InvalidParameterException: The address is none, or the pool does not send codes by that way.
        NotAuthorizedException: The session is not waiting for this.
    """
    await read_session(attempt, MFA_SETUP)
    factor, is_valid, kind = _ADDRESSES[attribute]
    if factor not in pool_factors(attempt.pool.settings) or not is_valid(address):
        raise InvalidParameterException(f"Invalid {kind} format.")
    check_update(attempt.pool.settings["SchemaAttributes"], {attribute: address})
    user, progress = await use_session(attempt, MFA_SETUP)
    assert user is not None
    delivery = delivery_to(attribute, {attribute: address})
    return await ask_for_code(attempt, user, replace(progress, challenge=factor), part=SECOND, delivery=delivery)
