"""The second factor: which one a sign-in needs after the password, if any, and the choice between several.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
"""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emu.domain.authentication_levels import level_of, second_factors_toward
from cognito_emu.domain.mfa import SOFTWARE_TOKEN_MFA, Decision, Demand, decide_among, pool_factors
from cognito_emu.errors import MFAMethodNotFoundException, NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import open_challenge, read_session, use_session
from cognito_emu.operations.authentication.code_challenges import SECOND, ask_for_code
from cognito_emu.operations.authentication.mfa_setup import ask_for_setup
from cognito_emu.operations.authentication.software_token import ask_for_totp
from cognito_emu.operations.authentication.user_factors import UserFactors, read_factors
from cognito_emu.records import replace
from cognito_emu.store.users import User

SELECT_MFA_TYPE = "SELECT_MFA_TYPE"

# The API reference calls the answer for email EMAIL_MFA, the SDKs send the challenge's name.
_SYNONYMS = {"EMAIL_MFA": "EMAIL_OTP"}


async def ask_for_second_factor(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any] | None:
    """The MFA challenge that the pool's and the user's settings demand; None when there is none, or when it was met already."""
    below_target = is_below_target(progress)
    if ("mfa" in progress.amr and not below_target) or not pool_factors(attempt.pool.settings):
        return None
    factors = await attempt.call.store.read(lambda tx: read_factors(attempt.call, tx, attempt.pool, user))
    decision = _toward_target(attempt, user, progress, factors) if below_target else factors.decide_mfa(attempt.pool, user)
    match decision.demand:
        case Demand.NOTHING:
            return None
        case Demand.FACTOR:
            return await _ask_for(attempt, user, progress, decision.factors[0])
        case Demand.CHOICE:
            return await _ask_to_choose(attempt, user, progress, decision.factors)
        case Demand.SETUP:
            return await ask_for_setup(attempt, user, progress, decision.factors)


def is_below_target(progress: Progress) -> bool:
    """Whether the sign-in must reach a level for which what was proved does not suffice."""
    return progress.target_level is not None and level_of(progress.amr) < progress.target_level


def _toward_target(attempt: Attempt, user: User, progress: Progress, factors: UserFactors) -> Decision:
    """A factor that reaches the level. Where the user must prove MFA anyway, each of them meets that demand too."""
    assert progress.target_level is not None
    usable = factors.usable_second_factors(attempt.pool, user)
    toward = second_factors_toward(progress.target_level, progress.amr, usable)
    if not toward:
        # The user lost the factor on the way. Assumption: the sentence.
        raise NotAuthorizedException("User does not have the factors that the requested authentication level needs.")
    return decide_among(toward, user.mfa)


async def answer_mfa_type(attempt: Attempt) -> dict[str, Any]:
    """SELECT_MFA_TYPE: the challenge of the chosen factor."""
    answer = attempt.required("ANSWER")
    answer = _SYNONYMS.get(answer, answer)
    _, progress = await read_session(attempt, SELECT_MFA_TYPE)
    if answer not in progress.data["factors"]:
        # Assumption: the sentence, and that a mistake leaves the session usable as a wrong code does.
        raise MFAMethodNotFoundException("MFA method not found.")
    user, progress = await use_session(attempt, SELECT_MFA_TYPE)
    assert user is not None  # a second factor is only asked of users who exist
    return await _ask_for(attempt, user, progress, answer)


async def _ask_for(attempt: Attempt, user: User, progress: Progress, factor: str) -> dict[str, Any]:
    if factor == SOFTWARE_TOKEN_MFA:
        return await ask_for_totp(attempt, user, progress)
    return await ask_for_code(attempt, user, replace(progress, challenge=factor), part=SECOND)


async def _ask_to_choose(attempt: Attempt, user: User, progress: Progress, factors: tuple[str, ...]) -> dict[str, Any]:
    parameters = {"MFAS_CAN_CHOOSE": orjson.dumps(factors).decode(), "USER_ID_FOR_SRP": user.username}
    waiting = replace(progress, challenge=SELECT_MFA_TYPE, data={"factors": list(factors)})
    return await open_challenge(attempt, user, waiting, parameters)
