"""SECRET_HASH: the proof that a caller knows the app client's secret.

Source: developer guide, "Computing secret hash values": Base64(HMAC-SHA256(key = client secret, message = username + client id)).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Collection

from cognito_emu.errors import NotAuthorizedException


def secret_hash(username: str, client_id: str, client_secret: str) -> str:
    """The SECRET_HASH for `username` as the same request spells it."""
    return base64.b64encode(hmac.digest(client_secret.encode(), f"{username}{client_id}".encode(), "sha256")).decode()


def check_secret_hash(client_id: str, client_secrets: Collection[str], username: str, given: str | None) -> None:
    """Let a request pass that carries the right SECRET_HASH, or none where the app client has no secret.

    Args:
        client_id: The app client's.
        client_secrets: Its active secrets: none for a public client, two during a rotation.
        username: As the request spells it.
        given: SECRET_HASH or SecretHash of the request.

    Raises:
        NotAuthorizedException: The hash is wrong, missing or unexpected.
    """
    if client_secrets and not given:
        raise NotAuthorizedException(f"Client {client_id} is configured with secret but SECRET_HASH was not received")
    proof = _proof(client_id, client_secrets, given)
    if proof is None:
        return
    expected = [secret_hash(username, client_id, client_secret).encode() for client_secret in client_secrets]
    if not any([hmac.compare_digest(candidate, proof) for candidate in expected]):  # noqa: C419 - each is compared, whichever fits
        raise NotAuthorizedException(f"Unable to verify secret hash for client {client_id}")


def check_client_secret(client_id: str, client_secrets: Collection[str], given: str | None) -> None:
    """Let a request pass that carries one of the client's secrets itself, or none where the app client has none.

    Raises:
        NotAuthorizedException: The secret is wrong, missing or unexpected.
    """
    proof = _proof(client_id, client_secrets, given)
    if proof is None:
        return
    if not any([hmac.compare_digest(secret.encode(), proof) for secret in client_secrets]):  # noqa: C419 - as above
        # Assumption: AWS's sentence for a wrong plain secret is not published.
        raise NotAuthorizedException(f"Invalid client secret for client {client_id}")


def _proof(client_id: str, client_secrets: Collection[str], given: str | None) -> bytes | None:
    """What is to be compared; None where the client has no secret, and nothing was given."""
    # Assumption: these two sentences, of which the first was that for SECRET_HASH until about 2020.
    if client_secrets and not given:
        raise NotAuthorizedException(f"Client {client_id} is configured for secret but secret was not received")
    if given and not client_secrets:
        raise NotAuthorizedException(f"Client {client_id} is not configured for secret but secret was received")
    return given.encode() if given else None
