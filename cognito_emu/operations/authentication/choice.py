"""USER_AUTH: the user chooses how to sign in, from what the pool allows and the user has.

https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.first_factors import available_challenges, simulated_challenges
from cognito_emu.domain.mfa import Demand, is_multi_factor_passkey
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress, wrong_credentials
from cognito_emu.operations.authentication.challenge_sessions import open_challenge, read_session, use_session
from cognito_emu.operations.authentication.code_challenges import FIRST, ask_for_code, pretend_to_ask_for_code
from cognito_emu.operations.authentication.passkey_challenge import answer_passkey, ask_for_passkey, passkey_request
from cognito_emu.operations.authentication.passwords import pre_authentication, prove_password
from cognito_emu.operations.authentication.progress import after_first_factor
from cognito_emu.operations.authentication.second_factor import ask_for_second_factor
from cognito_emu.operations.authentication.sign_up_sessions import resume_from_sign_up
from cognito_emu.operations.authentication.srp import ask_for_proof
from cognito_emu.operations.authentication.step_up import choose_goal, read_step_up
from cognito_emu.operations.authentication.user_factors import UserFactors, read_factors
from cognito_emu.operations.lookup import find_user
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.users import User

SELECT_CHALLENGE = "SELECT_CHALLENGE"

# The answer that completes a factor in the request that chooses it.
_COMPLETES = {"PASSWORD": "PASSWORD", "PASSWORD_SRP": "SRP_A", "WEB_AUTHN": "CREDENTIAL"}


async def begin_choice(attempt: Attempt, flow: str) -> dict[str, Any]:
    """Begin with the preferred factor, when there is one that can be used; else show which there are."""
    require_tier(attempt.pool.settings, "ESSENTIALS", flow, lenient=attempt.call.settings.tiers == "lenient")
    if attempt.session:
        resumed = await resume_from_sign_up(attempt)
        if resumed is not None:
            return await after_first_factor(attempt, *resumed)
    username = attempt.required("USERNAME")
    user, factors = await attempt.call.store.read(lambda tx: _look_up(attempt, tx, username))
    await pre_authentication(attempt, user, username)
    if user is None and not attempt.hides_users:
        raise attempt.unknown_user()
    progress = Progress(flow=flow, username=username, door=attempt.door, device_key=attempt.parameters.get("DEVICE_KEY"))
    available = _available(attempt, user, factors, username)
    preferred = attempt.parameters.get("PREFERRED_CHALLENGE")
    if user is not None and factors is not None and (step_up := await read_step_up(attempt, user)):
        goal = choose_goal(attempt, user, factors, step_up, available)
        progress = replace(progress, amr=step_up.credit, target_level=goal.level, tells_level=True)
        # Assumption: with the password proved, a second factor is asked for at once, unless another first factor is preferred.
        if goal.second and preferred not in goal.first:
            challenge = await ask_for_second_factor(attempt, user, progress)
            assert challenge is not None  # the goal was not reached yet
            return challenge
        available = goal.first
    if preferred in available:
        return await _ask_for(attempt, user, progress, preferred, available)
    return await _ask_to_choose(attempt, user, factors, progress, available)


async def answer_choice(attempt: Attempt) -> dict[str, Any]:
    """SELECT_CHALLENGE: the chosen factor's challenge, or its outcome when the request brings what it needs."""
    answer = attempt.required("ANSWER")
    _, progress = await read_session(attempt, SELECT_CHALLENGE)
    if answer not in progress.data["available"]:
        # Assumption: the sentence, and that the session stays usable.
        raise InvalidParameterException(f"{answer} is not an available challenge for the user.")
    if answer == "WEB_AUTHN" and "CREDENTIAL" in attempt.parameters:
        return await after_first_factor(attempt, *await answer_passkey(attempt, SELECT_CHALLENGE))
    user, progress = await use_session(attempt, SELECT_CHALLENGE)
    return await _ask_for(attempt, user, replace(progress, data={}), answer, None)


async def answer_password(attempt: Attempt) -> dict[str, Any]:
    """PASSWORD: a wrong one ends the session."""
    attempt.required("PASSWORD")
    user, progress = await use_session(attempt, "PASSWORD")
    return await _prove_password(attempt, user, progress)


async def answer_password_srp(attempt: Attempt) -> dict[str, Any]:
    """PASSWORD_SRP: PASSWORD_VERIFIER follows."""
    attempt.required("SRP_A")
    user, progress = await use_session(attempt, "PASSWORD_SRP")
    return await ask_for_proof(attempt, user, progress)


def _look_up(attempt: Attempt, tx: Tx, username: str) -> tuple[User | None, UserFactors | None]:
    user = find_user(tx, attempt.pool, username)
    if user is not None and not user.enabled:
        # Assumption: nothing is sent to a disabled user, and where existence is hidden they are like one who does not exist.
        if not attempt.hides_users:
            raise NotAuthorizedException("User is disabled.")
        user = None
    return user, read_factors(attempt.call, tx, attempt.pool, user) if user is not None else None


def _available(attempt: Attempt, user: User | None, factors: UserFactors | None, username: str) -> list[str]:
    settings = attempt.pool.settings
    if user is None or factors is None:
        return simulated_challenges(settings, attempt.pool.secret, username)
    available = available_challenges(
        settings,
        user.attributes,
        status=user.status,
        has_password=factors.has_password,
        has_verifier=user.verifier is not None,
        has_passkey=bool(factors.passkeys),
        needs_mfa=factors.decide_mfa(attempt.pool, user).demand is not Demand.NOTHING,
        passkey_is_multi_factor=is_multi_factor_passkey(settings, user.mfa),
    )
    if not available:
        # Assumption: who has nothing to sign in with is told what a wrong first factor is told.
        raise wrong_credentials()
    return available


async def _ask_to_choose(
    attempt: Attempt, user: User | None, factors: UserFactors | None, progress: Progress, available: list[str]
) -> dict[str, Any]:
    data: dict[str, Any] = {"available": available}
    parameters: dict[str, str] = {}
    if "WEB_AUTHN" in available and user is not None and factors is not None:
        # "Complete authentication in the SELECT_CHALLENGE response for ... WEB_AUTHN" (API reference) needs something to sign.
        passkey_data, parameters = passkey_request(attempt, user, factors)
        data |= passkey_data
    return await open_challenge(attempt, user, replace(progress, challenge=SELECT_CHALLENGE, data=data), parameters, available=available)


async def _ask_for(attempt: Attempt, user: User | None, progress: Progress, challenge: str, available: list[str] | None) -> dict[str, Any]:
    waiting = replace(progress, challenge=challenge)
    match challenge:
        case "EMAIL_OTP" | "SMS_OTP" if user is None:
            return await pretend_to_ask_for_code(attempt, waiting, available)
        case "EMAIL_OTP" | "SMS_OTP":
            assert user is not None
            return await ask_for_code(attempt, user, waiting, part=FIRST, available=available)
        case "WEB_AUTHN":
            assert user is not None  # it is not simulated
            return await ask_for_passkey(attempt, user, waiting, available)
    if _COMPLETES[challenge] not in attempt.parameters:
        return await open_challenge(attempt, user, waiting, {}, available=available)
    if challenge == "PASSWORD":
        return await _prove_password(attempt, user, waiting)
    return await ask_for_proof(attempt, user, waiting)


async def _prove_password(attempt: Attempt, user: User | None, progress: Progress) -> dict[str, Any]:
    if user is None:
        raise wrong_credentials()
    await prove_password(attempt, user, attempt.required("PASSWORD"))
    return await after_first_factor(attempt, user, progress, "pwd")
