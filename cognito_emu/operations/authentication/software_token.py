"""SOFTWARE_TOKEN_MFA: a code of the user's authenticator app."""

from __future__ import annotations

from typing import Any

from cognito_emu.domain.totp import verify_sign_in
from cognito_emu.errors import CodeMismatchException, SoftwareTokenMFANotFoundException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import count_wrong_code, open_challenge, read_session, use_session
from cognito_emu.operations.lookup import refuse_in_replica
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.users import User

SOFTWARE_TOKEN_MFA = "SOFTWARE_TOKEN_MFA"  # noqa: S105 - a challenge's name


async def ask_for_totp(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """The challenge, with the name that the user gave the app.

    Raises:
        OperationNotEnabledException: The sign-in is in the region of a replica.
    """
    refuse_in_replica(attempt.call, attempt.pool)  # secondary replicas do not have TOTP (developer guide, "Multi-Region replication")
    token = await attempt.call.store.read(lambda tx: tx.software_tokens.get(user.id))
    parameters = {"USER_ID_FOR_SRP": user.username}
    if token is not None and token.name:
        parameters["FRIENDLY_DEVICE_NAME"] = token.name
    return await open_challenge(attempt, user, replace(progress, challenge=SOFTWARE_TOKEN_MFA, data={}), parameters)


async def answer_totp(attempt: Attempt) -> tuple[User, Progress]:
    """Take a code. A wrong one leaves the session usable; a right one is used up, by whichever sign-in comes first.

    Raises:
        CodeMismatchException: The code is wrong.
        ExpiredCodeException: The code was taken before.
        SoftwareTokenMFANotFoundException: The app was deleted meanwhile.
        OperationNotEnabledException: The answer was sent to the region of a replica.
    """
    refuse_in_replica(attempt.call, attempt.pool)
    code = attempt.required("SOFTWARE_TOKEN_MFA_CODE")
    user, _ = await read_session(attempt, SOFTWARE_TOKEN_MFA)
    assert user is not None  # a second factor is only asked of users who exist
    now = attempt.call.env.now()

    def take(tx: Tx, user_id: str = user.id) -> None:
        token = tx.software_tokens.get(user_id)
        if token is None or token.secret is None:
            raise SoftwareTokenMFANotFoundException("Software Token MFA does not exist for the user.")
        tx.software_tokens.use_up(user_id, verify_sign_in(token.secret, code, now, token.last_step))

    try:
        await attempt.call.store.transact(take)
    except CodeMismatchException:
        await count_wrong_code(attempt, SOFTWARE_TOKEN_MFA)
        raise
    user, progress = await use_session(attempt, SOFTWARE_TOKEN_MFA)
    assert user is not None
    return user, replace(progress, amr=[*progress.amr, "otp", "mfa"])
