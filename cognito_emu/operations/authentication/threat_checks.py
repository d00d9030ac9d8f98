"""Where a sign-in meets threat protection: at its beginning, after a right or a wrong factor, and at its end."""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.mfa import Demand, pool_factors
from cognito_emu.domain.risk import MFA_IF_CONFIGURED, MFA_REQUIRED
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.second_factor import ask_for_second_factor
from cognito_emu.operations.authentication.user_factors import read_factors
from cognito_emu.operations.threat_protection.assessment import (
    FAIL,
    PASS,
    SIGN_IN,
    Situation,
    assess_sign_in,
    close_event,
    record_failed_password,
    refuse_blocked_address,
    situation_of,
)
from cognito_emu.records import replace
from cognito_emu.store.users import User

_CUSTOM_AUTH = "CUSTOM_AUTH"


async def check_address(attempt: Attempt, flow: str) -> None:
    """Refuse a sign-in from an address that is always blocked.

    Raises:
        NotAuthorizedException: It is one.
    """
    situation = await _situation(attempt, flow)
    await refuse_blocked_address(situation, attempt.parameters.get("USERNAME", ""), SIGN_IN)


async def note_failed_password(attempt: Attempt, user: User) -> None:
    """A wrong password, or a wrong proof of it."""
    situation = await _situation(attempt)
    if situation is not None:
        await record_failed_password(situation, user)


async def judge(attempt: Attempt, user: User, progress: Progress) -> Progress:
    """Judge a sign-in whose first factor was right; what has to be done about it goes on with the sign-in.

    Raises:
        NotAuthorizedException: The risk is one that is blocked.
        PasswordResetRequiredException: The password is compromised, and that is blocked.
    """
    situation = await _situation(attempt, progress.flow, progress.device_key)
    if situation is None or progress.event_id is not None:
        return progress
    password = attempt.parameters.get("PASSWORD") if "pwd" in progress.amr else None
    event, reaction = await assess_sign_in(situation, user, password)
    return replace(progress, event_id=event.id, risk_action=reaction.action)


async def ask_because_of_risk(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any] | None:
    """The MFA challenge that a risk demands where the user's own settings demand none; None when there is none to be asked for.

    "MFA_IF_CONFIGURED: Present an MFA challenge if possible ... If MFA setup isn't possible, allow the request. MFA_REQUIRED: ...
    Block the request if a user hasn't set up MFA." (API reference, AccountTakeoverActionType)

    Raises:
        NotAuthorizedException: MFA is required, and the user has none.
    """
    if progress.risk_action not in {MFA_IF_CONFIGURED, MFA_REQUIRED} or "mfa" in progress.amr:
        return None
    insisting = replace(attempt, pool=replace(attempt.pool, settings=attempt.pool.settings | {"MfaConfiguration": "ON"}))
    # Codes and passkeys as a first factor go with no second one (developer guide, "Passwordless"), so none is asked for after them.
    offers = "pwd" in progress.amr and bool(pool_factors(attempt.pool.settings))
    if progress.risk_action == MFA_REQUIRED and not (offers and await _has_factor(insisting, user)):
        await _close(attempt, user, progress, FAIL)
        raise NotAuthorizedException("Unable to login because of security reasons.")
    if not offers:
        return None
    try:
        return await ask_for_second_factor(insisting, user, progress)
    except InvalidParameterException:  # there is nothing that the user could set up
        return None


async def note_completion(attempt: Attempt, user: User, progress: Progress, *, mfa: bool | None = None) -> None:
    """The sign-in succeeded; `mfa` tells that a second factor was right."""
    await _close(attempt, user, progress, PASS, mfa=mfa)


async def _close(attempt: Attempt, user: User, progress: Progress, response: str, *, mfa: bool | None = None) -> None:
    if progress.event_id is not None:
        await close_event(attempt.call, user, progress.event_id, response, mfa=mfa)


async def _has_factor(attempt: Attempt, user: User) -> bool:
    factors = await attempt.call.store.read(lambda tx: read_factors(attempt.call, tx, attempt.pool, user))
    try:
        return factors.decide_mfa(attempt.pool, user).demand in {Demand.FACTOR, Demand.CHOICE}
    except InvalidParameterException:
        return False


async def _situation(attempt: Attempt, flow: str = "", device_key: str | None = None) -> Situation | None:
    return await situation_of(
        attempt.call,
        attempt.pool,
        attempt.client,
        attempt.context,
        admin=attempt.admin,
        custom=flow == _CUSTOM_AUTH,
        device_key=device_key or attempt.parameters.get("DEVICE_KEY"),
    )
