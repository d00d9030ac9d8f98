"""Whether a request may speak for an app client: the client exists, and the caller knows its secret if it has one."""

from __future__ import annotations

import hmac

from cognito_emu.domain.secret_hash import check_secret_hash
from cognito_emu.errors import NotAuthorizedException
from cognito_emu.operations.lookup import require_public_client
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool


def require_client_access(tx: Tx, client_id: str, *, username: str, secret_hash: str | None) -> tuple[UserPool, AppClient]:
    """The client of an unsigned request and its pool, for a caller who knows the client's secret.

    Args:
        tx: The transaction.
        client_id: ClientId of the request.
        username: As the request spells it: that is what the hash is made of, not the stored name.
        secret_hash: SecretHash, or SECRET_HASH among the authentication parameters.

    Raises:
        ResourceNotFoundException: There is no such client.
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """
    pool, client = require_public_client(tx, client_id)
    require_secret_hash(tx, client, username=username, secret_hash=secret_hash)
    return pool, client


def require_secret_hash(tx: Tx, client: AppClient, *, username: str, secret_hash: str | None) -> None:
    """The check alone, for admin operations, which find their client through the pool. Each active secret counts.

    Raises:
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """
    secrets = [secret.value for secret in tx.app_clients.secrets(client.id)]
    check_secret_hash(client.id, secrets, username, secret_hash)


def check_client_secret(tx: Tx, client: AppClient, given: str | None) -> None:
    """Let a request pass that carries one of the client's secrets itself, or none where the client has none.

    Raises:
        NotAuthorizedException: The secret is wrong, missing or unexpected.
    """
    secrets = [secret.value for secret in tx.app_clients.secrets(client.id)]
    if not secrets:
        if given:
            raise NotAuthorizedException(f"Client {client.id} is not configured for secret but secret was received")
        return
    if given is None:
        raise NotAuthorizedException(f"Client {client.id} is configured for secret but secret was not received")
    if not any([hmac.compare_digest(secret.encode(), given.encode()) for secret in secrets]):  # noqa: C419 - each is compared
        raise NotAuthorizedException(f"Invalid client secret for client {client.id}")
