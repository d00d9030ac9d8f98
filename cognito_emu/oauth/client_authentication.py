"""Client authentication: RFC 6749, section 2.3.1. `client_secret_basic`, `client_secret_post`, and `none` for public clients."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from cognito_emu.call import Parts
from cognito_emu.domain.secret_hash import check_client_secret
from cognito_emu.errors import NotAuthorizedException
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.clients import OAuthClient, find_client
from cognito_emu.oauth.errors import InvalidClientError, InvalidRequestError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.records import Hidden, Record


class _Presented(Record):
    client_id: str
    secret: Hidden[str | None]


async def authenticate_client(parts: Parts, arrival: Arrival, authorization: str | None, parameters: Parameters) -> OAuthClient:
    """The client that a request comes from.

    Args:
        authorization: The Authorization header.
        parameters: The form.

    Raises:
        InvalidRequestError: The request says nowhere who the client is, or says it in two ways.
        InvalidClientError: There is no such client here, or its secret is wrong, missing, or one that it does not have.
    """
    presented = _basic(authorization, parameters) if authorization else _post(parameters)
    client = await find_client(parts, arrival, presented.client_id)
    if client is None or (presented.secret is not None and not client.secrets):
        raise InvalidClientError
    try:
        check_client_secret(client.client_id, client.secrets, presented.secret)
    except NotAuthorizedException as error:
        raise InvalidClientError from error
    return client


def _post(parameters: Parameters) -> _Presented:
    return _Presented(parameters.required("client_id"), parameters.get("client_secret"))


def _basic(authorization: str, parameters: Parameters) -> _Presented:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClientError
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClientError from error
    if not colon:
        raise InvalidClientError
    if "client_secret" in parameters.values:
        raise InvalidRequestError  # "The client MUST NOT use more than one authentication method in each request."
    # RFC 6749 wants both form-encoded first, which many clients forget. Ids and secrets have no `%`, so both ways are understood; a `+`,
    # which a secret may have, stays one.
    presented = _Presented(unquote(client_id), unquote(secret))
    if parameters.get("client_id") not in {None, presented.client_id}:
        raise InvalidClientError
    return presented
