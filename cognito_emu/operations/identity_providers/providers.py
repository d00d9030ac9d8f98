"""Third-party identity providers of a user pool: SAML, OIDC and the social ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog

from cognito_emu.call import Call
from cognito_emu.domain import saml_metadata
from cognito_emu.domain.identity_providers import (
    check_acr_mapping,
    check_identifiers,
    check_mapping,
    check_name,
    discovered_endpoints,
    initial_mapping,
    needs_discovery,
    provider_details,
)
from cognito_emu.errors import (
    DuplicateProviderException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from cognito_emu.operations.identity_providers.signing_certificate import certificate_text, current_certificate
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.provider_documents import DocumentUnavailableError, fetch_document
from cognito_emu.store import Tx
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.saml_certificates import ENCRYPTION
from cognito_emu.store.user_pools import UserPool

_log = structlog.get_logger(__name__)

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_PROVIDERS = 300

# The provider that every pool is itself.
LOCAL_PROVIDER = "COGNITO"


@operation("CreateIdentityProvider")
async def create_identity_provider(call: Call, request: Request) -> Response:
    """Add a provider, once it has told what it must tell: an OIDC issuer its endpoints, a SAML provider its metadata."""
    name, provider_type = request["ProviderName"], request["ProviderType"]
    check_name(name, provider_type)
    check_acr_mapping(provider_type, request.get("AcrMapping"))
    pool = await call.store.read(lambda tx: _pool_without(call, tx, request["UserPoolId"], name))
    details, discovered = await _described(call, pool, provider_type, request["ProviderDetails"])
    now = call.env.now()
    provider = IdentityProvider(
        pool_id=pool.id,
        name=name,
        type=provider_type,
        details=details,
        discovered=discovered,
        attribute_mapping=initial_mapping(provider_type, request.get("AttributeMapping")),
        acr_mapping=request.get("AcrMapping"),
        created_at=now,
        modified_at=now,
    )

    def write(tx: Tx) -> None:
        present = _pool_without(call, tx, pool.id, name)
        check_mapping(present.settings["SchemaAttributes"], provider.attribute_mapping)
        if tx.identity_providers.count(pool.id) >= _MOST_PROVIDERS:
            # Assumption: the sentence.
            raise LimitExceededException(f"Identity providers per user pool cannot exceed the limit of {_MOST_PROVIDERS}.")
        tx.identity_providers.add(provider)
        _set_identifiers(tx, provider, request.get("IdpIdentifiers", []))

    await call.store.transact(write)
    # "IdpIdentifiers is echoed by create and update only when the request supplied the member" (measured by floci-io/floci)
    return {"IdentityProvider": _render(provider, request.get("IdpIdentifiers"))}


@operation("DescribeIdentityProvider")
async def describe_identity_provider(call: Call, request: Request) -> Response:
    """Show everything about a provider, its client secret included."""

    def look_up(tx: Tx) -> tuple[IdentityProvider, list[str]]:
        pool = require_pool(call, tx, request["UserPoolId"])
        provider = tx.identity_providers.get(pool.id, request["ProviderName"])
        if provider is None:
            # This operation alone has this sentence (measured by floci-io/floci).
            raise ResourceNotFoundException(f"Identity provider {request['ProviderName']} for tenantId {pool.id} does not exist.")
        return provider, tx.identity_providers.identifiers(pool.id, provider.name)

    return {"IdentityProvider": _render(*await call.store.read(look_up))}


@operation("UpdateIdentityProvider")
async def update_identity_provider(call: Call, request: Request) -> Response:
    """Change a provider: what the request leaves out stays, what it gives empty is cleared."""

    def look_up(tx: Tx) -> tuple[UserPool, IdentityProvider]:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        return pool, require_provider(tx, pool, request["ProviderName"])

    pool, provider = await call.store.read(look_up)
    check_acr_mapping(provider.type, request.get("AcrMapping"))
    changes: dict[str, Any] = {"modified_at": call.env.now()}
    if "ProviderDetails" in request:
        changes["details"], changes["discovered"] = await _described(call, pool, provider.type, request["ProviderDetails"])
    if "AttributeMapping" in request:
        changes["attribute_mapping"] = request["AttributeMapping"]
    if "AcrMapping" in request:
        changes["acr_mapping"] = request["AcrMapping"] or None

    def write(tx: Tx) -> IdentityProvider:
        pool, provider = look_up(tx)
        check_mapping(pool.settings["SchemaAttributes"], request.get("AttributeMapping", {}))
        tx.identity_providers.update(pool.id, provider.name, changes)
        if "IdpIdentifiers" in request:
            _set_identifiers(tx, provider, request["IdpIdentifiers"])
        return require_provider(tx, pool, provider.name)

    return {"IdentityProvider": _render(await call.store.transact(write), request.get("IdpIdentifiers"))}


@operation("DeleteIdentityProvider")
async def delete_identity_provider(call: Call, request: Request) -> Response:
    """Remove a provider. Users who came through it stay, but cannot sign in with it any more."""

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, request["UserPoolId"], in_replica=InvalidParameterException)
        tx.identity_providers.delete(pool.id, require_provider(tx, pool, request["ProviderName"]).name)

    await call.store.transact(write)
    return None


@operation("ListIdentityProviders")
async def list_identity_providers(call: Call, request: Request) -> Response:
    """List a pool's providers by name, without what is secret about them."""
    scope = ["ListIdentityProviders", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))
    page = await call.store.read(
        lambda tx: tx.identity_providers.page(
            require_pool(call, tx, request["UserPoolId"]).id, limit=page_size(request.get("MaxResults")), after=after
        )
    )
    return {
        "Providers": [
            {
                "ProviderName": provider.name,
                "ProviderType": provider.type,
                "LastModifiedDate": provider.modified_at,
                "CreationDate": provider.created_at,
            }
            for provider in page.items
        ],
        "NextToken": make_token(call, scope, page.next),
    }


@operation("GetIdentityProviderByIdentifier")
async def get_identity_provider_by_identifier(call: Call, request: Request) -> Response:
    """Show the provider that an identifier leads to."""

    def look_up(tx: Tx) -> tuple[IdentityProvider, list[str]]:
        pool = require_pool(call, tx, request["UserPoolId"])
        provider = tx.identity_providers.find_by_identifier(pool.id, request["IdpIdentifier"])
        if provider is None:
            # Assumption: the sentence.
            raise ResourceNotFoundException(f"Identity provider with identifier {request['IdpIdentifier']} does not exist.")
        return provider, tx.identity_providers.identifiers(pool.id, provider.name)

    return {"IdentityProvider": _render(*await call.store.read(look_up))}


def provider_names(tx: Tx, pool: UserPool) -> frozenset[str]:
    """The names that a client's SupportedIdentityProviders may have: the pool itself, and its providers."""
    return tx.identity_providers.names(pool.id) | {LOCAL_PROVIDER}


def require_provider(tx: Tx, pool: UserPool, name: str) -> IdentityProvider:
    """The pool's provider of this name.

    Raises:
        ResourceNotFoundException: There is none.
    """
    provider = tx.identity_providers.get(pool.id, name)
    if provider is None:
        raise ResourceNotFoundException(f"Identity provider {name} in User Pool {pool.id} does not exist.")
    return provider


def _pool_without(call: Call, tx: Tx, pool_id: str, name: str) -> UserPool:
    """The pool, which must not have a provider of this name yet."""
    pool = require_pool(call, tx, pool_id, in_replica=InvalidParameterException)
    if tx.identity_providers.get(pool.id, name) is not None:
        # AWS's sentence (aws-cloudformation/cloudformation-coverage-roadmap 1287).
        raise DuplicateProviderException(f"{name} already exists in user pool {pool.id}")
    return pool


def _set_identifiers(tx: Tx, provider: IdentityProvider, identifiers: list[str]) -> None:
    check_identifiers(identifiers)
    for identifier in identifiers:
        other = tx.identity_providers.find_by_identifier(provider.pool_id, identifier)
        if other is not None and other.name != provider.name:
            # Assumption: code and sentence. UpdateIdentityProvider declares no DuplicateProviderException.
            raise InvalidParameterException(f"IdpIdentifier {identifier} is already in use by another identity provider.")
    tx.identity_providers.set_identifiers(provider.pool_id, provider.name, identifiers)


async def _described(call: Call, pool: UserPool, provider_type: str, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """ProviderDetails as they will be shown, and what the provider has told beyond that."""
    details = provider_details(provider_type, given)
    if provider_type == "OIDC" and needs_discovery(details):
        return details, await _discover(details["oidc_issuer"])
    if provider_type == "SAML":
        metadata = details.get("MetadataFile") or await _fetch_metadata(details["MetadataURL"])
        certificate = await current_certificate(call, pool, ENCRYPTION)
        added = _saml_details(metadata) | {"ActiveEncryptionCertificate": certificate_text(certificate)}
        return details | added, {"metadata": metadata}
    return details, {}


async def _discover(issuer: str) -> dict[str, str]:
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        document = await fetch_document(url, accept="application/json")
    except DocumentUnavailableError as error:
        _log.warning("the provider's discovery document cannot be had", url=url, reason=str(error))
        raise InvalidParameterException("Unable to contact well-known endpoint") from error
    try:
        return discovered_endpoints(orjson.loads(document))
    except orjson.JSONDecodeError as error:
        # Assumption: the sentence.
        raise InvalidParameterException("The well-known endpoint returned no valid JSON") from error


async def _fetch_metadata(url: str) -> str:
    try:
        return (await fetch_document(url, accept="application/samlmetadata+xml, application/xml, text/xml")).decode()
    except DocumentUnavailableError as error:
        if error.status is not None:
            # OpenSAML's sentence, which AWS hands through (aws-solutions/aws-data-lake-solution 31).
            raise InvalidParameterException(f"Non-ok status code {error.status} returned from remote metadata source {url}") from error
        # Assumption: the sentence.
        raise InvalidParameterException(f"Error retrieving metadata from {url}") from error
    except UnicodeDecodeError as error:
        raise _invalid_metadata("it is not UTF-8") from error


def _saml_details(document: str) -> dict[str, str]:
    """Where the provider's metadata says that browsers are to be sent."""
    try:
        metadata = saml_metadata.parse_metadata(document)
    except saml_metadata.InvalidMetadataError as error:
        raise _invalid_metadata(str(error)) from error
    redirect = saml_metadata.REDIRECT
    found = {"SSORedirectBindingURI": metadata.sso_urls.get(redirect), "SLORedirectBindingURI": metadata.slo_urls.get(redirect)}
    return {name: url for name, url in found.items() if url}


def _invalid_metadata(reason: str) -> InvalidParameterException:
    # Assumption: the sentence.
    return InvalidParameterException(f"Invalid SAML metadata: {reason}.")


def _render(provider: IdentityProvider, identifiers: list[str] | None) -> dict[str, Any]:
    """The model's IdentityProviderType."""
    return {
        "UserPoolId": provider.pool_id,
        "ProviderName": provider.name,
        "ProviderType": provider.type,
        "ProviderDetails": provider.details,
        "AttributeMapping": provider.attribute_mapping,
        "IdpIdentifiers": identifiers,
        "AcrMapping": provider.acr_mapping,
        "LastModifiedDate": provider.modified_at,
        "CreationDate": provider.created_at,
    }
