"""Requests without credentials: the client must exist, its secret be known, and whether a user exists be told only where it may be."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import hides_users
from cognito_emu.domain.recovery import Delivery, simulated_delivery
from cognito_emu.domain.secret_hash import check_secret_hash
from cognito_emu.errors import NotAuthorizedException, UserNotFoundException
from cognito_emu.operations.lookup import find_user, refuse_in_replica, require_public_client
from cognito_emu.operations.registry import Request
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


def require_client_access(call: Call, tx: Tx, client_id: str, *, username: str, secret_hash: str | None) -> tuple[UserPool, AppClient]:
    """The client of an unsigned request and its pool, for a caller who knows the client's secret.

    Args:
        call: The request.
        tx: The transaction.
        client_id: ClientId of the request.
        username: As the request spells it: that is what the hash is made of, not the stored name.
        secret_hash: SecretHash, or SECRET_HASH among the authentication parameters.

    Raises:
        ResourceNotFoundException: There is no such client.
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """
    pool, client = require_public_client(call, tx, client_id)
    require_secret_hash(tx, client, username=username, secret_hash=secret_hash)
    return pool, client


def require_secret_hash(tx: Tx, client: AppClient, *, username: str, secret_hash: str | None) -> None:
    """The check alone, for admin operations, which find their client through the pool. Each active secret counts.

    Raises:
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """
    secrets = [secret.value for secret in tx.app_clients.secrets(client.id)]
    check_secret_hash(client.id, secrets, username, secret_hash)


async def read_public_request(call: Call, request: Request) -> tuple[UserPool, AppClient, User | None]:
    """Pool, client and user of a request with ClientId, SecretHash and Username; the user may not exist.

    Raises:
        OperationNotEnabledException: It was sent to the region of a replica.
        ResourceNotFoundException: There is no such client.
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """

    def look_up(tx: Tx) -> tuple[UserPool, AppClient, User | None]:
        username = request["Username"]
        pool, client = require_client_access(call, tx, request["ClientId"], username=username, secret_hash=request.get("SecretHash"))
        refuse_in_replica(call, pool)
        return pool, client, find_user(tx, pool, username)

    return await call.store.read(look_up)


def admit_user(user: User | None, client: AppClient) -> User | None:
    """An enabled user; None where the client must not learn that there is none, so that the operation answers as if there were.

    Raises:
        UserNotFoundException: The client may learn it.
        NotAuthorizedException: The user is disabled, and the client may learn it.
    """
    if user is not None and user.enabled:
        return user
    if hides_users(client.settings):
        return None  # "a disabled user or a user that doesn't exist" (developer guide, "Managing user existence error responses")
    if user is None:
        raise user_not_found()
    raise NotAuthorizedException("User is disabled.")


def user_not_found() -> UserNotFoundException:
    """How the operations of sign-up and recovery say it; other operations have another sentence."""
    return UserNotFoundException("Username/client id combination not found.")


def pretended_delivery(pool: UserPool, username: str) -> Delivery:
    """Where a code would seem to have gone to a user who does not exist."""
    return simulated_delivery(
        pool.secret,
        username,
        account_recovery_setting=pool.settings.get("AccountRecoverySetting"),
        auto_verified=pool.settings.get("AutoVerifiedAttributes", ()),
    )
