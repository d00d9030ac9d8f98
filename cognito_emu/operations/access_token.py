"""Requests of a signed-in user: whom the access token stands for, and through which client."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
from cognito_emu.operations.lookup import as_in_region, refuse_in_replica, require_client
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool
from cognito_emu.tokens.service import SignedInUser


async def require_own_account(call: Call, access_token: str) -> tuple[SignedInUser, AppClient]:
    """`require_signed_in`, for operations that change the user's account, which the region of a replica does not let them.

    Raises:
        OperationNotEnabledException: The request was sent to the region of a replica.
    """
    signed_in, client = await require_signed_in(call, access_token)
    refuse_in_replica(call, signed_in.pool)
    return signed_in, client


async def require_signed_in(call: Call, access_token: str) -> tuple[SignedInUser, AppClient]:
    """The user of an access token, fit to use the operations for signed-in users, and the client that they signed in with.

    Raises:
        NotAuthorizedException: The token is not, or no longer, good for this, or its pool is in another region.
        UserNotFoundException: The user was deleted.
        PasswordResetRequiredException: The user must choose a new password first.
        UserNotConfirmedException: The user is not confirmed.
        ResourceNotFoundException: The client was deleted in this moment; earlier, its tokens were revoked with it.
    """
    signed_in = await call.tokens.verify_access_token(access_token)
    # Assumption: these two states close the door, as the errors say that all these operations declare.
    if signed_in.user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException
    if signed_in.user.status == "UNCONFIRMED":
        raise UserNotConfirmedException

    def look_up(tx: Tx) -> tuple[UserPool, AppClient]:
        pool = as_in_region(call, tx, signed_in.pool)
        if pool is None:
            raise NotAuthorizedException("Invalid Access Token")
        return pool, require_client(tx, signed_in.pool, signed_in.client_id)

    pool, client = await call.store.read(look_up)
    return replace(signed_in, pool=pool), client
