"""OpenID Connect providers: for which clients a provider's tokens are taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cognito_emu.call import Call
from cognito_emu.domain.identity_pool_settings import without_scheme
from cognito_emu.errors import LimitExceededException
from cognito_emu.operations.iam.entities import InvalidInputException, change, create, kept, provider_by_arn
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import OPENID_PROVIDER, IamEntity

# IAM's quotas.
_MOST_CLIENTS = 100
_MOST_THUMBPRINTS = 5


@operation("CreateOpenIDConnectProvider", service="iam")
async def create_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Register an OpenID Connect provider. Unlike AWS's, its address may be of http, and is not asked."""
    url = urlsplit(request["Url"])
    if url.scheme not in {"http", "https"} or not url.netloc or url.query or url.fragment:
        raise InvalidInputException(f"Invalid Open ID Connect Provider URL: {request['Url']}")
    _check(request)
    name = without_scheme(request["Url"])
    document = {"Url": name, "ClientIDList": [], "ThumbprintList": []}
    document |= kept(request, "ClientIDList", "ThumbprintList", "Tags", "ContextProvider", "IdentityCenterInstanceArn")
    provider = await create(call, OPENID_PROVIDER, name, document, exists=f"Provider with url {request['Url']} already exists.")
    return {"OpenIDConnectProviderArn": provider.arn, "Tags": request.get("Tags")}


@operation("GetOpenIDConnectProvider", service="iam")
async def get_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Show an OpenID Connect provider."""
    provider = await call.store.read(_by_arn(call, request))
    return {**provider.document, "CreateDate": provider.created_at}


@operation("ListOpenIDConnectProviders", service="iam")
async def list_open_id_connect_providers(call: Call, _request: Request) -> Response:
    """List the account's OpenID Connect providers."""
    providers = await call.store.read(lambda tx: tx.iam.list(call.tenant.account, OPENID_PROVIDER))
    return {"OpenIDConnectProviderList": [{"Arn": provider.arn} for provider in providers]}


@operation("AddClientIDToOpenIDConnectProvider", service="iam")
async def add_client_id_to_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Take a provider's tokens for one more client; one that is there already is no error."""

    def add(document: dict[str, Any]) -> None:
        document["ClientIDList"] = list(dict.fromkeys([*document["ClientIDList"], request["ClientID"]]))
        _check(document)

    await change(call, _by_arn(call, request), add)
    return None


@operation("RemoveClientIDFromOpenIDConnectProvider", service="iam")
async def remove_client_id_from_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Take a provider's tokens for a client no more; one that is not there is no error."""

    def remove(document: dict[str, Any]) -> None:
        document["ClientIDList"] = [client for client in document["ClientIDList"] if client != request["ClientID"]]

    await change(call, _by_arn(call, request), remove)
    return None


@operation("UpdateOpenIDConnectProviderThumbprint", service="iam")
async def update_open_id_connect_provider_thumbprint(call: Call, request: Request) -> Response:
    """Replace the thumbprints of a provider's certificates."""
    _check(request)
    await change(call, _by_arn(call, request), lambda document: document.update(ThumbprintList=request["ThumbprintList"]))
    return None


@operation("DeleteOpenIDConnectProvider", service="iam")
async def delete_open_id_connect_provider(call: Call, request: Request) -> Response:
    """Forget an OpenID Connect provider; one that is not there is no error."""

    def write(tx: Tx) -> None:
        provider = tx.iam.by_arn(request["OpenIDConnectProviderArn"])
        if provider is not None and (provider.account, provider.kind) == (call.tenant.account, OPENID_PROVIDER):
            tx.iam.delete(provider)

    await call.store.transact(write)
    return None


def _by_arn(call: Call, request: Request) -> Callable[[Tx], IamEntity]:
    return provider_by_arn(call, OPENID_PROVIDER, "OpenIDConnect Provider")(request["OpenIDConnectProviderArn"])


def _check(members: Request) -> None:
    if len(members.get("ClientIDList", ())) > _MOST_CLIENTS:
        raise LimitExceededException(f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_MOST_CLIENTS}")
    thumbprints = members.get("ThumbprintList", ())
    # Assumption: the sentences.
    if len(thumbprints) > _MOST_THUMBPRINTS:
        raise InvalidInputException(f"Thumbprint list must contain fewer than {_MOST_THUMBPRINTS} entries.")
    if not all(re.fullmatch("[0-9A-Fa-f]{40}", thumbprint) for thumbprint in thumbprints):
        raise InvalidInputException("Thumbprint contains invalid characters.")
