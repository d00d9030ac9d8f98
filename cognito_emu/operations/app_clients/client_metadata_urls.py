"""Client ID metadata documents: fetched, kept for as long as their policy says, listed, refreshed, thrown away."""

from __future__ import annotations

import structlog

from cognito_emu.call import Call, Parts
from cognito_emu.client_documents import fetch_client_document
from cognito_emu.domain.client_metadata import ClientMetadataError, read_document
from cognito_emu.errors import CachedCIMDURLDoesNotExistException, InvalidParameterException
from cognito_emu.operations.app_clients.cimd_policies import require_policy
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.provider_documents import DocumentUnavailableError
from cognito_emu.store import Tx
from cognito_emu.store.cimd_policies import CimdPolicy, ClientMetadataDocument

_log = structlog.get_logger(__name__)


@operation("ListClientMetadataURLs")
async def list_client_metadata_urls(call: Call, request: Request) -> Response:
    """List the addresses whose documents are kept under a policy."""
    scope = ["ListClientMetadataURLs", request["UserPoolId"], request["CIMDPolicyId"]]
    after = read_token(call, scope, request.get("NextToken"))
    limit = page_size(request.get("MaxResults"))
    page = await call.store.read(lambda tx: tx.cimd_policies.document_page(require_policy(call, tx, request).id, limit=limit, after=after))
    return {
        "ClientMetadataURLs": [
            {"URL": document.url, "CachedDate": document.cached_at, "ExpirationDate": document.expires_at} for document in page.items
        ],
        "NextToken": make_token(call, scope, page.next),
    }


@operation("UpdateClientMetadataURLState")
async def update_client_metadata_url_state(call: Call, request: Request) -> Response:
    """Fetch a document that is kept once more, or throw it away."""
    policy = await call.store.read(lambda tx: _require_document(call, tx, request))
    if request["Action"] == "INVALIDATE":
        await call.store.transact(lambda tx: tx.cimd_policies.delete_document(policy.id, request["URL"]))
        return {}
    try:
        await _keep_document(call.parts, policy, request["URL"])
    except (DocumentUnavailableError, ClientMetadataError) as error:
        # Assumption: the old copy stays, and the sentence.
        raise InvalidParameterException(f"The client metadata document could not be retrieved: {error}") from error
    return {}


async def has_fresh_document(parts: Parts, policy: CimdPolicy, url: str) -> bool:
    """Whether the document at an address is there, in a copy that has not expired or now fetched."""
    copy = await parts.store.read(lambda tx: tx.cimd_policies.document(policy.id, url))
    if copy is not None and parts.env.now() < copy.expires_at:
        return True
    try:
        await _keep_document(parts, policy, url)
    except (DocumentUnavailableError, ClientMetadataError) as error:
        _log.warning("a client metadata document is of no use", url=url, reason=str(error))
        return False
    return True


async def _keep_document(parts: Parts, policy: CimdPolicy, url: str) -> None:
    """Fetch a document and keep it under its policy.

    Raises:
        DocumentUnavailableError: It cannot be had.
        ClientMetadataError: It is none.
    """
    document = read_document(url, await fetch_client_document(url))

    def write(tx: Tx) -> None:
        present = tx.cimd_policies.get(policy.pool_id, policy.id)
        if present is not None:  # otherwise it was deleted meanwhile
            now = parts.env.now()
            tx.cimd_policies.put_document(ClientMetadataDocument(policy.id, url, document, now, now + present.cache_duration))

    await parts.store.transact(write)


def _require_document(call: Call, tx: Tx, request: Request) -> CimdPolicy:
    """The policy, when it has a copy of the document.

    Raises:
        CachedCIMDURLDoesNotExistException: It has none.
    """
    policy = require_policy(call, tx, request)
    if tx.cimd_policies.document(policy.id, request["URL"]) is None:
        # Assumption: the sentence.
        raise CachedCIMDURLDoesNotExistException("There is no cached client metadata document for the URL.")
    return policy
