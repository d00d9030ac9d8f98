"""App clients' secrets that Cognito keeps in Secrets Manager, and rotates there (PublishSecretsInAWSSecretsManager).

The API reference of CreateUserPoolClient, UpdateUserPoolClient and UserPoolClientType says what there is to know.
"""

from __future__ import annotations

import orjson

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import CURRENT, MANAGER, seconds_between_rotations
from cognito_emu.environment import Environment
from cognito_emu.operations.app_clients.client_secrets import new_client_secret
from cognito_emu.operations.secrets_manager.lookup import new_secret, put_version
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient, ClientSecret
from cognito_emu.store.secrets import Secret, SecretVersion

# "Amazon Cognito rotates the secret every 7 days by default."
_ROTATION = {"RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 7}}


def publish(call: Call, tx: Tx, client: AppClient, secret: ClientSecret) -> str:
    """Put a client's secret into Secrets Manager, and rotate it: "Amazon Cognito starts the first rotation of the secret right away".

    Returns:
        The ARN.
    """
    # Assumption: the name, after those that other services give (`rds!cluster-…`), and the description.
    document = {"Description": f"Secret of the app client {client.id} of the user pool {client.pool_id}", **_ROTATION}
    published = new_secret(call, f"{MANAGER}!client-{call.env.uuid()}", document, client_id=client.id)
    tx.secrets.add(published)
    _put(tx, published, client, secret, call.env.uuid(), published.created_at)
    rotate_published(call.env, tx, published, call.env.uuid())
    return published.arn


def rotate_published(env: Environment, tx: Tx, published: Secret, version_id: str) -> None:
    """Give the client another secret. The one that was current stays good until the next rotation; an older one goes."""
    assert published.client_id is not None
    client, now = tx.app_clients.get(published.client_id), env.now()
    assert client is not None
    present = tx.app_clients.secrets(client.id)
    for old in present[:-1]:
        tx.app_clients.delete_secret(client.id, old.id)
    secret = new_client_secret(client.id, env.client_secret(), now, present[-1:])
    tx.app_clients.add_secret(secret)
    _put(tx, published, client, secret, version_id, now)
    period = seconds_between_rotations(published.document["RotationRules"])
    tx.secrets.update(replace(published, changed_at=now, rotated_at=now, rotates_at=now + period if period else None))


def withdraw(tx: Tx, client: AppClient) -> None:
    """Take a client's secret out of Secrets Manager: "immediately and permanently".

    Assumption: of its two secrets the current one stays, as the one that DescribeUserPoolClient shows.
    """
    published = tx.secrets.of_client(client.id)
    if published is None:
        return
    *_, current = present = tx.app_clients.secrets(client.id)
    for secret in present:
        tx.app_clients.delete_secret(client.id, secret.id)
    tx.app_clients.add_secret(new_client_secret(client.id, current.value, client.created_at, ()))
    tx.secrets.delete(published.arn)


def _put(tx: Tx, published: Secret, client: AppClient, secret: ClientSecret, version_id: str, now: float) -> None:
    """Keep a value: "a JSON object with userPoolId, userPoolClientId, and clientSecretValue fields"."""
    value = orjson.dumps({"userPoolId": client.pool_id, "userPoolClientId": client.id, "clientSecretValue": secret.value}).decode()
    put_version(tx, published, SecretVersion(published.arn, version_id, now, None, value, None, [CURRENT]))
