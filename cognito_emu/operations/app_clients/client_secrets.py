"""App clients' secrets: one, or two while applications move from the old to the new.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.pagination import read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient, ClientSecret

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_SECRETS = 2


@operation("AddUserPoolClientSecret")
async def add_user_pool_client_secret(call: Call, request: Request) -> Response:
    """Give a client a second secret, so that applications can move from one to the other."""
    now = call.env.now()

    def write(tx: Tx) -> ClientSecret:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        client = require_client(tx, pool, request["ClientId"])
        _check_secrets_changeable(client)
        present = tx.app_clients.secrets(client.id)
        if not present:
            # Assumption: code and sentence; the secret is documented to be for "an existing confidential user pool app client".
            raise InvalidParameterException(f"Client {client.id} is not configured for secret.")
        if len(present) >= _MOST_SECRETS:
            raise LimitExceededException(f"Client secrets cannot exceed limit of {_MOST_SECRETS} secrets.")
        secret = new_client_secret(client.id, request.get("ClientSecret") or call.env.client_secret(), now, present)
        tx.app_clients.add_secret(secret)
        return secret

    secret = await call.store.transact(write)
    # "The value is returned only when Cognito generated it." (API reference)
    return {"ClientSecretDescriptor": _render_secret(secret, reveal="ClientSecret" not in request)}


@operation("DeleteUserPoolClientSecret")
async def delete_user_pool_client_secret(call: Call, request: Request) -> Response:
    """Take one of a client's two secrets away."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        client = require_client(tx, pool, request["ClientId"])
        _check_secrets_changeable(client)
        present = tx.app_clients.secrets(client.id)
        if request["ClientSecretId"] not in {secret.id for secret in present}:
            raise ResourceNotFoundException(f"Client secret {request['ClientSecretId']} does not exist.")
        if len(present) == 1:
            # Assumption: the model says only that the last secret cannot be deleted.
            raise InvalidParameterException("The last client secret cannot be deleted.")
        tx.app_clients.delete_secret(client.id, request["ClientSecretId"])

    await call.store.transact(write)
    return {}


@operation("ListUserPoolClientSecrets")
async def list_user_pool_client_secrets(call: Call, request: Request) -> Response:
    """Show ids and dates of a client's secrets, never their values."""

    def look_up(tx: Tx) -> tuple[ClientSecret, ...]:
        client = require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"])
        read_token(call, ["ListUserPoolClientSecrets", client.id], request.get("NextToken"))
        return tx.app_clients.secrets(client.id)

    secrets = await call.store.read(look_up)
    return {"ClientSecrets": [_render_secret(secret, reveal=False) for secret in secrets]}


def first_secret(client: AppClient, value: str) -> ClientSecret:
    """The secret that a client is born with."""
    return new_client_secret(client.id, value, client.created_at, ())


def new_client_secret(client_id: str, value: str, now: float, present: Sequence[ClientSecret]) -> ClientSecret:
    """A further secret of a client that has these. Ids are made of whole seconds, so that it may be younger than it is."""
    moment = max([now, *(secret.created_at + 1 for secret in present)])
    return ClientSecret(client_id, f"{client_id}--{int(moment)}", value, moment)


def client_type(client: AppClient) -> str:
    """`REGULAR`, or `DCR` of one that registered itself."""
    return str(client.settings.get("ClientType", "REGULAR"))


def _check_secrets_changeable(client: AppClient) -> None:
    if client_type(client) == "DCR":
        # Assumption: code and sentence. "These app clients don't support client secret operations." (UserPoolClientType)
        raise InvalidParameterException("Client secret operations are not supported for dynamically registered clients.")


def _render_secret(secret: ClientSecret, *, reveal: bool) -> dict[str, Any]:
    return {
        "ClientSecretId": secret.id,
        "ClientSecretValue": secret.value if reveal else None,
        "ClientSecretCreateDate": secret.created_at,
    }
