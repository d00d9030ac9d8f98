"""What is still missing after a factor was proved: the order in which AWS asks.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html
"""

from __future__ import annotations

from typing import Any

from cognito_emu.errors import NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.custom_challenges import ask_next, is_custom, with_answered
from cognito_emu.operations.authentication.devices import ask_for_device, has_trusted_device, with_named_device
from cognito_emu.operations.authentication.new_password import ask_for_new_password
from cognito_emu.operations.authentication.second_factor import ask_for_second_factor, is_below_target
from cognito_emu.operations.authentication.step_up import with_requested_level
from cognito_emu.operations.authentication.threat_checks import ask_because_of_risk, judge, note_completion
from cognito_emu.records import replace
from cognito_emu.store.users import User


async def after_first_factor(attempt: Attempt, user: User, progress: Progress, *factors: str) -> dict[str, Any]:
    """Go on with a sign-in whose first factor was proved: the next challenge, or the end.

    Args:
        attempt: The request.
        user: Who signs in.
        progress: The sign-in so far.
        factors: What was proved just now, in the words of the `amr` claim.

    Raises:
        NotAuthorizedException: The user is disabled, the temporary password has expired, or threat protection blocks the sign-in.
        UserNotConfirmedException: The user did not confirm the sign-up yet.
        PasswordResetRequiredException: An administrator (or an import) demands a new password first.
        ResourceNotFoundException: The request names a device that the user does not have.
    """
    check_state(user)
    progress = with_answered(replace(progress, amr=[*progress.amr, *factors]), progress.challenge)
    progress = await judge(attempt, user, await with_named_device(attempt, user, progress))
    if user.status == "FORCE_CHANGE_PASSWORD":
        expires_at = user.temporary_password_expires_at
        if expires_at is not None and expires_at <= attempt.call.env.now():
            raise NotAuthorizedException("Temporary password has expired and must be reset by an administrator.")
        return await ask_for_new_password(attempt, user, progress)
    return await after_password(attempt, user, progress)


async def after_password(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once the user has a permanent password or needs none: a trusted device or a second factor, or the end."""
    progress = await with_requested_level(attempt, user, progress)
    if is_custom(progress):
        # A device in the place of MFA is asked for at the end, "after your user succeeds all challenges" (developer guide, "Signing in
        # with a device").
        trusted = await has_trusted_device(attempt, user, progress)
        challenge = None if trusted else await _ask_for_mfa(attempt, user, progress)
        return challenge or await ask_next(attempt, user, progress, issue=issue_after_challenges)
    challenge = None if is_below_target(progress) else await ask_for_device(attempt, user, progress)
    challenge = challenge or await _ask_for_mfa(attempt, user, progress)
    return challenge or await complete(attempt, user, progress)


async def after_second_factor(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once MFA is met: to the end, unless the user's state has changed since the first factor.

    Raises:
        NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: By the user's state.
        ResourceNotFoundException: The request names a device that the user does not have.
    """
    check_state(user)
    if is_custom(progress):
        # Assumption: DefineAuthChallenge hears of it as it hears of SMS_MFA. Amplify's users saw tokens at once in 2019, without the
        # challenges that should have followed (aws-amplify/amplify-js issue 3876).
        return await ask_next(attempt, user, with_answered(progress, progress.challenge), issue=issue_after_challenges)
    return await complete(attempt, user, progress, mfa=True)


async def after_device(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once the device has proved itself, which is always the last thing: to the end.

    Raises:
        NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: By the user's state.
    """
    check_state(user)
    return await complete(attempt, user, progress)


async def issue_after_challenges(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """Go on once DefineAuthChallenge wants tokens issued: a trusted device, or the end.

    There is no MFA after custom challenges alone: on AWS it depends on the password (aws-amplify/amplify-js issue 12887).
    """
    check_state(user)
    progress = await judge(attempt, user, await with_named_device(attempt, user, progress))
    challenge = await ask_for_device(attempt, user, progress)
    if challenge is None and "pwd" in progress.amr:
        # The device that was trusted when the password came may have been forgotten since.
        challenge = await _ask_for_mfa(attempt, user, progress)
    return challenge or await complete(attempt, user, progress)


def check_state(user: User) -> None:
    """Refuse users who may not sign in as they are.

    Raises:
        NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: By the user's state.
    """
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException


async def complete(attempt: Attempt, user: User, progress: Progress, *, mfa: bool | None = None) -> dict[str, Any]:
    """End the sign-in: nothing is missing. `mfa` tells that a second factor was right."""
    answer = await attempt.finish(attempt, user, progress)
    await note_completion(attempt, user, progress, mfa=mfa)
    return answer


async def _ask_for_mfa(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any] | None:
    return await ask_for_second_factor(attempt, user, progress) or await ask_because_of_risk(attempt, user, progress)
