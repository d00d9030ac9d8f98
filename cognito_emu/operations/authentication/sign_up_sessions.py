"""From the sign-up straight to the sign-in: SignUp and ConfirmSignUp hand out sessions that InitiateAuth's USER_AUTH goes on with.

"Amazon Cognito assumes the SMS or email message one-time verification password from ConfirmSignUp as the primary authentication
factor. ... This option is only valid for users who have confirmed their sign-up and are signing in for the first time within the
authentication flow session duration of the session ID." (API reference, InitiateAuth)

Where the pool has no such factor, it "recognize[s] the password entered during initial sign up", if SignUp's session was handed on; without
it "this would result in Cognito throwing a SelectChallenge". (https://github.com/aws-amplify/amplify-android/pull/3136)
"""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import allows_flow
from cognito_emu.domain.first_factors import allowed_first_factors
from cognito_emu.errors import NotAuthorizedException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import (
    new_session,
    new_session_text,
    read_session,
    require_waiting,
    use_session,
)
from cognito_emu.operations.registry import Request
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.users import User

# States that no challenge has the name of, so that these sessions answer none.
_SIGNED_UP = "signed-up"
_CONFIRMED = "confirmed"

_CODE_BY_ATTRIBUTE = {"email": ("EMAIL_OTP", "email_otp"), "phone_number": ("SMS_OTP", "sms")}


async def open_sign_up_session(call: Call, client: AppClient, user: User, request: Request) -> str | None:
    """The `Session` of SignUp; None where the client cannot begin USER_AUTH, which is all that it is good for."""
    if not allows_flow(client.settings, "USER_AUTH"):
        return None
    session = new_session_text(call)
    proved = ["pwd"] if "Password" in request else []
    progress = Progress(flow="USER_AUTH", username=request["Username"], challenge=_SIGNED_UP, amr=proved)
    row = new_session(call, client, session, user.id, progress)
    await call.store.transact(lambda tx: tx.auth_sessions.add(row))
    return session


def confirm_sign_up_session(call: Call, tx: Tx, client: AppClient, user: User, request: Request, *, attribute: str | None) -> str | None:
    """The `Session` of ConfirmSignUp, which takes the place of SignUp's, in the transaction that confirms the user.

    None where the client cannot begin USER_AUTH.

    Args:
        call: The request.
        tx: The transaction.
        client: The request's client.
        user: Who was confirmed.
        request: ConfirmSignUp's: its `Username`, and its `Session` if it has one.
        attribute: The attribute whose code confirmed the user.

    Raises:
        NotAuthorizedException: It is not the session of this user's sign-up, or no longer.
    """
    if "Session" in request:
        row, progress = require_waiting(call, tx, request["Session"], _SIGNED_UP)
        if (row.client_id, row.user_id) != (client.id, user.id):
            raise NotAuthorizedException("Invalid session for the user.")
        tx.auth_sessions.mark_used(row.id)
    elif allows_flow(client.settings, "USER_AUTH"):
        # Assumption: who shows no session of SignUp gets one as well. Amplify's confirmSignUp in JavaScript shows none, and its
        # autoSignIn goes on with the answer's.
        progress = Progress(flow="USER_AUTH", username=request["Username"], challenge=_SIGNED_UP)
    else:
        return None
    confirmed = new_session_text(call)
    tx.auth_sessions.add(
        new_session(call, client, confirmed, user.id, replace(progress, challenge=_CONFIRMED, data={"attribute": attribute}))
    )
    return confirmed


async def resume_from_sign_up(attempt: Attempt) -> tuple[User, Progress] | None:
    """Who signs in by the session of their ConfirmSignUp.

    None when neither the code that confirmed them nor the password of their SignUp is a first factor in this pool: then the sign-in begins
    as any other.

    Raises:
        NotAuthorizedException: The session is not that of a ConfirmSignUp, or no longer.
    """
    _, progress = await read_session(attempt, _CONFIRMED)
    allowed = allowed_first_factors(attempt.pool.settings)
    factor, amr = _CODE_BY_ATTRIBUTE.get(progress.data["attribute"], ("", ""))
    if factor not in allowed:
        if "pwd" not in progress.amr or "PASSWORD" not in allowed:
            return None
        amr = "pwd"
    user, progress = await use_session(attempt, _CONFIRMED)
    assert user is not None
    return user, replace(progress, data={}, amr=[amr])
