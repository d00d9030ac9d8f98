"""Authentication levels: which one a sign-in must reach, and what the user has proved of it already.

https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html (Step-up authentication)
"""

from __future__ import annotations

from cognito_emu.domain.authentication_levels import (
    first_factors_toward,
    level_of,
    recognized_levels,
    second_factors_toward,
)
from cognito_emu.domain.tiers import require_tier
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException, UserNotFoundException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.user_factors import UserFactors, read_factors
from cognito_emu.records import Record, replace
from cognito_emu.store.users import User
from cognito_emu.tokens.service import SignedInUser

_TARGET, _MAX_AGE, _TOKEN = "TARGET_ACR_VALUES", "MAX_AGE", "ACCESS_TOKEN"


class StepUp(Record):
    """What a USER_AUTH request asks for.

    Attributes:
        levels: The recognized levels, in the request's order.
        credit: What the request's access token proves, in the words of `amr`; nothing without one, or when it is too old.
    """

    levels: list[int]
    credit: list[str]


class Goal(Record):
    """The level to reach, and by what.

    Attributes:
        first: First factors that lead there.
        second: Second factors that lead there at once, since the password is proved.
    """

    level: int
    first: list[str]
    second: list[str]


async def read_step_up(attempt: Attempt, user: User) -> StepUp | None:
    """The step-up parameters of a request; None without them.

    Raises:
        InvalidParameterException: They contradict each other, or none of the levels is known.
        NotAuthorizedException: The access token is not, or no longer, one of this user.
        FeatureUnavailableInTierException: The pool's tier does not include them.
    """
    wanted, token = attempt.parameters.get(_TARGET), attempt.parameters.get(_TOKEN)
    if wanted is None:
        if token is not None:
            # Assumption: the sentences of this module; that these are errors is documented.
            raise InvalidParameterException("ACCESS_TOKEN requires TARGET_ACR_VALUES.")
        return None
    settings = attempt.pool.settings
    require_tier(settings, "ESSENTIALS", "Step-up authentication", lenient=attempt.call.settings.tiers == "lenient")
    levels = recognized_levels(settings, wanted.split())
    if not levels:
        raise InvalidParameterException("None of the values in TARGET_ACR_VALUES is a valid ACR value.")
    max_age = _max_age(attempt)
    signed_in = await _holder(attempt, user, token) if token is not None else None
    if signed_in is None or (max_age is not None and attempt.call.env.now() - signed_in.sign_in.auth_time > max_age):
        return StepUp(levels, [])
    return StepUp(levels, signed_in.sign_in.context.get("amr", []))


def choose_goal(attempt: Attempt, user: User, factors: UserFactors, step_up: StepUp, available: list[str]) -> Goal:
    """The first level of the request that the user can reach.

    Raises:
        InvalidParameterException: There is none, or the access token has reached it already.
    """
    usable = factors.usable_second_factors(attempt.pool, user)
    reached = level_of(step_up.credit)
    for level in step_up.levels:
        if reached >= level:
            # "This prevents applications from using step-up authentication as a token-refresh mechanism." (developer guide)
            raise InvalidParameterException("The access token already meets the requested authentication level.")
        first = first_factors_toward(level, step_up.credit, available, usable)
        # A code counts as a second factor of a password only: what a passkey or a code began, a password can complete.
        second = second_factors_toward(level, step_up.credit, usable) if "pwd" in step_up.credit else []
        if first or second:
            return Goal(level, first, second)
    raise InvalidParameterException("User does not have the factors that the requested authentication level needs.")


async def with_requested_level(attempt: Attempt, user: User, progress: Progress) -> Progress:
    """The sign-in with the level that an authorization request asks for: the first that the user can reach from here.

    Assumption: a user who can reach none of them signs in as if none had been asked for; the `acr` claim tells the client.
    """
    if not attempt.acr_values or progress.target_level is not None:
        return progress
    factors = await attempt.call.store.read(lambda tx: read_factors(attempt.call, tx, attempt.pool, user))
    usable = factors.usable_second_factors(attempt.pool, user) if "pwd" in progress.amr else []
    for level in recognized_levels(attempt.pool.settings, attempt.acr_values):
        if level_of(progress.amr) >= level or second_factors_toward(level, progress.amr, usable):
            return replace(progress, target_level=level, tells_level=True)
    return replace(progress, tells_level=True)


def _max_age(attempt: Attempt) -> int | None:
    text = attempt.parameters.get(_MAX_AGE)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidParameterException("MAX_AGE must be a non-negative integer.")
    return int(text)


async def _holder(attempt: Attempt, user: User, token: str) -> SignedInUser:
    # Assumption: the token's client and scopes do not matter; it only proves what its user has proved before.
    try:
        signed_in = await attempt.call.tokens.verify_access_token(token, scope=None)
    except UserNotFoundException as error:
        raise NotAuthorizedException("Invalid Access Token") from error
    if signed_in.user.id != user.id:
        raise NotAuthorizedException("Invalid Access Token")
    return signed_in
