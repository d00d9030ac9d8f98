"""Challenges that are answered by a code which was sent: SMS_MFA, EMAIL_OTP and SMS_OTP, as first or as second factor.

A code belongs to its sign-in: its hash waits in the session, so it ends with it, and two sign-ins of one user do not disturb each other.
"""

from __future__ import annotations

import hmac
from typing import Any

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.recovery import Delivery, challenge_delivery, simulated_delivery
from cognito_emu.domain.srp import simulated_user_id
from cognito_emu.errors import CodeMismatchException
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import (
    count_wrong_code,
    new_session,
    new_session_text,
    open_challenge,
    read_session,
    render_challenge,
    use_session,
)
from cognito_emu.operations.codes import send_message
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.codes import hash_code
from cognito_emu.store.users import User
from mail.kinds import MessageKind

FIRST = "first"
SECOND = "second"

_DIGITS = {FIRST: 8, SECOND: 6}
_KIND = {FIRST: MessageKind.ONE_TIME_PASSWORD, SECOND: MessageKind.MFA}
_AMR = {"SMS": "sms", "EMAIL": "email_otp"}


async def ask_for_code(
    attempt: Attempt, user: User, progress: Progress, *, part: str, delivery: Delivery | None = None, available: list[str] | None = None
) -> dict[str, Any]:
    """Send a code and ask for it by the challenge that `progress` names.

    Args:
        attempt: The request.
        user: Who signs in.
        progress: The sign-in so far, with the challenge's name.
        part: FIRST or SECOND factor.
        delivery: Where the code goes, when it is to an address that becomes the user's only when the code comes back.
        available: AvailableChallenges of choice-based sign-in.
    """
    way = delivery or challenge_delivery(progress.challenge, user.attributes)
    assert way is not None  # a factor is only asked of users who have the address that it needs
    code = attempt.call.env.code(_DIGITS[part])
    waiting = replace(
        progress,
        data={
            "part": part,
            "medium": way.medium,
            "attribute": way.attribute_name,
            "destination": way.destination,
            "is_new": delivery is not None,
            "code_hash": hash_code(user.id, code).hex(),
        },
    )
    session = new_session_text(attempt.call)
    row = new_session(attempt.call, attempt.client, session, user.id, waiting)
    await send_message(
        attempt.call,
        attempt.pool,
        user,
        kind=_KIND[part],
        delivery=way,
        code=code,
        client_id=attempt.client.id,
        client_metadata=attempt.metadata_for_triggers,
        together_with=lambda tx: tx.auth_sessions.add(row),
    )
    return render_challenge(session, waiting, way.challenge_parameters() | {"USER_ID_FOR_SRP": user.username}, available=available)


async def pretend_to_ask_for_code(attempt: Attempt, progress: Progress, available: list[str] | None) -> dict[str, Any]:
    """The same for a user who does not exist: nothing is sent, and no code will fit."""
    way = simulated_delivery(
        attempt.pool.secret, progress.username, auto_verified=["email" if progress.challenge == "EMAIL_OTP" else "phone_number"]
    )
    has_sub_as_name = bool(SignInNames.from_pool(attempt.pool.settings).username_attributes)
    user_id = simulated_user_id(attempt.pool.secret, progress.username) if has_sub_as_name else progress.username
    parameters = way.challenge_parameters() | {"USER_ID_FOR_SRP": user_id}
    return await open_challenge(attempt, None, replace(progress, data={"part": FIRST}), parameters, available=available)


async def answer_code(attempt: Attempt, challenge: str) -> tuple[User, Progress, str]:
    """Take the code. A wrong one leaves the session usable.

    Returns:
        Who signs in, the sign-in with the factor added, and which part the code was: FIRST or SECOND.

    Raises:
        CodeMismatchException: The code is wrong.
        NotAuthorizedException: The session is not, or no longer, waiting for this code.
        AliasExistsException: The proved address signs somebody else in by now.
    """
    code = attempt.required(f"{challenge}_CODE")
    user, progress = await read_session(attempt, challenge)
    if user is None or not hmac.compare_digest(progress.data["code_hash"], hash_code(user.id, code).hex()):
        await count_wrong_code(attempt, challenge)
        raise CodeMismatchException("Invalid code or auth state for the user.")
    user, progress = await use_session(attempt, challenge)
    assert user is not None
    data, part = progress.data, progress.data["part"]
    if part == FIRST or data["is_new"]:
        user = await _verify_address(attempt, user, data["attribute"], data["destination"], new=data["is_new"])
    amr = [*progress.amr, _AMR[data["medium"]], *(["mfa"] if part == SECOND else [])]
    return user, replace(progress, data={}, amr=amr), part


async def _verify_address(attempt: Attempt, user: User, attribute: str, address: str, *, new: bool) -> User:
    """Who reads what an address gets owns it: it is verified, and an unconfirmed user confirmed."""
    now = attempt.call.env.now()

    def write(tx: Tx) -> tuple[User, bool]:
        present = tx.users.get(user.id)
        if present is None:
            raise attempt.unknown_user()
        confirms = present.status == "UNCONFIRMED"
        if confirms:
            tx.users.update(present.id, status="CONFIRMED")
        proved = {attribute: address} if new else {}
        if new or present.attributes.get(attribute) == address:
            proved[f"{attribute}_verified"] = "true"
        if confirms or (proved.items() - present.attributes.items()):
            write_attributes(tx, attempt.pool, present, present.attributes | proved, now=now, confirmed=True)
        written = tx.users.get(user.id)
        assert written is not None
        return written, confirms

    written, confirmed = await attempt.call.store.transact(write)
    if confirmed:
        # Assumption: to be confirmed by a sign-in is to be confirmed, so the trigger hears of it as of ConfirmSignUp.
        await attempt.call.triggers.post_confirmation(
            attempt.call,
            attempt.pool,
            written,
            source="ConfirmSignUp",
            client_id=attempt.client.id,
            client_metadata=attempt.metadata_for_triggers,
        )
    return written
