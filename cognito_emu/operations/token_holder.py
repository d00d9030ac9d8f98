"""The user of an access token, for operations that declare fewer errors than most that take one."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import (
    NotAuthorizedException,
    PasswordResetRequiredException,
    ResourceNotFoundException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from cognito_emu.operations.access_token import require_signed_in
from cognito_emu.store.app_clients import AppClient
from cognito_emu.tokens.service import SignedInUser


async def require_token_holder(call: Call, access_token: str, *, tells_reset: bool) -> tuple[SignedInUser, AppClient]:
    """`require_signed_in`, with NotAuthorizedException for whatever the operation cannot say.

    Args:
        call: The request.
        access_token: As sent.
        tells_reset: Whether the operation declares PasswordResetRequiredException.

    Raises:
        NotAuthorizedException: The token is good for nobody.
        PasswordResetRequiredException: The user must choose a new password first.
    """
    # Assumption: the sentence, which is that for tokens of which nothing more is said.
    try:
        return await require_signed_in(call, access_token)
    except (UserNotFoundException, UserNotConfirmedException, ResourceNotFoundException) as error:
        raise NotAuthorizedException("Invalid Access Token") from error
    except PasswordResetRequiredException as error:
        if tells_reset:
            raise
        raise NotAuthorizedException("Invalid Access Token") from error
