"""Terms documents: the links to terms of use and privacy policy that the sign-up page of managed login shows."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterException, ResourceNotFoundException, TermsExistsException
from cognito_emu.operations.lookup import require_client, require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.terms import Terms

_UPDATABLE = {"TermsName": "name", "TermsSource": "source", "Enforcement": "enforcement", "Links": "links"}


@operation("CreateTerms")
async def create_terms(call: Call, request: Request) -> Response:
    """Give a client the links of one document, by language."""
    if "Links" not in request:
        # Assumption: the sentence. The model leaves them optional here, and requires them of what is answered.
        raise InvalidParameterException("Links is required.")
    now = call.env.now()
    document = Terms(
        id=call.env.uuid(),
        pool_id=request["UserPoolId"],
        client_id=request["ClientId"],
        name=request["TermsName"],
        source=request["TermsSource"],
        enforcement=request["Enforcement"],
        links=request["Links"],
        created_at=now,
        modified_at=now,
    )

    def write(tx: Tx) -> None:
        client = require_client(tx, require_pool(call, tx, document.pool_id), document.client_id)
        _check_name_free(tx, client.id, document.name)
        tx.terms.add(document)

    await call.store.transact(write)
    return {"Terms": _render(document)}


@operation("DescribeTerms")
async def describe_terms(call: Call, request: Request) -> Response:
    """Show a document by its id."""
    return {"Terms": _render(await call.store.read(lambda tx: _require(call, tx, request)))}


@operation("DescribeTermsByClient")
async def describe_terms_by_client(call: Call, request: Request) -> Response:
    """Show a client's document of this name."""

    def look_up(tx: Tx) -> Terms:
        client = require_client(tx, require_pool(call, tx, request["UserPoolId"]), request["ClientId"])
        return _found(tx.terms.find_by_client(client.id, request["TermsName"]))

    return {"Terms": _render(await call.store.read(look_up))}


@operation("ListTerms")
async def list_terms(call: Call, request: Request) -> Response:
    """List the documents of a pool, without their links, oldest first."""
    scope = ["ListTerms", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))
    page = await call.store.read(
        lambda tx: tx.terms.page(require_pool(call, tx, request["UserPoolId"]).id, limit=page_size(request.get("MaxResults")), after=after)
    )
    return {"Terms": [_render_description(document) for document in page.items], "NextToken": make_token(call, scope, page.next)}


@operation("UpdateTerms")
async def update_terms(call: Call, request: Request) -> Response:
    """Change a document; links that are given replace the former ones."""
    changes = {column: request[member] for member, column in _UPDATABLE.items() if member in request}

    def write(tx: Tx) -> Terms:
        document = _require(call, tx, request)
        if request.get("TermsName", document.name) != document.name:
            _check_name_free(tx, document.client_id, request["TermsName"])
        tx.terms.update(document.id, {**changes, "modified_at": call.env.now()})
        return _require(call, tx, request)

    return {"Terms": _render(await call.store.transact(write))}


@operation("DeleteTerms")
async def delete_terms(call: Call, request: Request) -> Response:
    """Delete a document."""
    await call.store.transact(lambda tx: tx.terms.delete(_require(call, tx, request).id))
    return None


def _check_name_free(tx: Tx, client_id: str, name: str) -> None:
    if tx.terms.find_by_client(client_id, name) is not None:
        # Assumption: the sentence.
        raise TermsExistsException(f"Terms with name {name} already exists for client {client_id}.")


def _require(call: Call, tx: Tx, request: Request) -> Terms:
    return _found(tx.terms.get(require_pool(call, tx, request["UserPoolId"]).id, request["TermsId"]))


def _found(document: Terms | None) -> Terms:
    if document is None:
        # Assumption: the sentence is like that of managed login branding, which was made by the same team.
        raise ResourceNotFoundException("Terms does not exist.")
    return document


def _render_description(document: Terms) -> dict[str, Any]:
    """The model's TermsDescriptionType."""
    return {
        "TermsId": document.id,
        "TermsName": document.name,
        "Enforcement": document.enforcement,
        "CreationDate": document.created_at,
        "LastModifiedDate": document.modified_at,
    }


def _render(document: Terms) -> dict[str, Any]:
    """The model's TermsType."""
    return {
        **_render_description(document),
        "UserPoolId": document.pool_id,
        "ClientId": document.client_id,
        "TermsSource": document.source,
        "Links": document.links,
    }
