"""SAML providers: by whose metadata assertions are verified."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from cognito_emu.call import Call
from cognito_emu.domain.saml_metadata import InvalidMetadataError, parse_metadata
from cognito_emu.errors import LimitExceededException
from cognito_emu.operations.iam.entities import InvalidInputException, change, create, kept, provider_by_arn
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import SAML_PROVIDER, IamEntity

_MOST_KEYS = 2
_KEY_ID_LENGTH = 24
# Assumption: AWS shows a time far away, unless the metadata tells another, which nobody acts upon.
_VALID_SECONDS = 100 * 365.25 * 86400
_KEPT = ("SAMLMetadataDocument", "AssertionEncryptionMode", "ContextProvider", "IdentityCenterInstanceArn")


@operation("CreateSAMLProvider", service="iam")
async def create_saml_provider(call: Call, request: Request) -> Response:
    """Register a SAML provider by its metadata."""
    _check_metadata(request)
    document = kept(request, *_KEPT, "Tags") | {"SAMLProviderUUID": call.env.base32(_KEY_ID_LENGTH), "PrivateKeyList": []}
    _add_key(call, document, request)
    name = request["Name"]
    provider = await create(call, SAML_PROVIDER, name, document, exists=f"SAMLProvider with name {name} already exists.")
    return {"SAMLProviderArn": provider.arn, "Tags": request.get("Tags")}


@operation("GetSAMLProvider", service="iam")
async def get_saml_provider(call: Call, request: Request) -> Response:
    """Show a SAML provider; of its private keys the ids."""
    provider = await call.store.read(_by_arn(call, request))
    keys = [{name: key[name] for name in ("KeyId", "Timestamp")} for key in provider.document["PrivateKeyList"]]
    return {**provider.document, **_dates(provider), "PrivateKeyList": keys}


@operation("UpdateSAMLProvider", service="iam")
async def update_saml_provider(call: Call, request: Request) -> Response:
    """Replace a SAML provider's metadata, or change how its assertions are encrypted."""
    _check_metadata(request)

    def edit(document: dict[str, Any]) -> None:
        document |= kept(request, *_KEPT)
        for switch, member in (("RemoveContextProvider", "ContextProvider"), ("RemoveIdentityCenterInstance", "IdentityCenterInstanceArn")):
            if request.get(switch):
                document.pop(member, None)
        removed = request.get("RemovePrivateKey")
        document["PrivateKeyList"] = [key for key in document["PrivateKeyList"] if key["KeyId"] != removed]
        _add_key(call, document, request)

    return {"SAMLProviderArn": (await change(call, _by_arn(call, request), edit)).arn}


@operation("ListSAMLProviders", service="iam")
async def list_saml_providers(call: Call, _request: Request) -> Response:
    """List the account's SAML providers."""
    providers = await call.store.read(lambda tx: tx.iam.list(call.tenant.account, SAML_PROVIDER))
    return {"SAMLProviderList": [{"Arn": provider.arn, **_dates(provider)} for provider in providers]}


@operation("DeleteSAMLProvider", service="iam")
async def delete_saml_provider(call: Call, request: Request) -> Response:
    """Forget a SAML provider."""
    find = _by_arn(call, request)
    await call.store.transact(lambda tx: tx.iam.delete(find(tx)))
    return None


def _by_arn(call: Call, request: Request) -> Callable[[Tx], IamEntity]:
    return provider_by_arn(call, SAML_PROVIDER, "SAMLProvider")(request["SAMLProviderArn"])


def _dates(provider: IamEntity) -> dict[str, float]:
    return {"CreateDate": provider.created_at, "ValidUntil": provider.created_at + _VALID_SECONDS}


def _check_metadata(request: Request) -> None:
    try:
        if "SAMLMetadataDocument" in request:
            parse_metadata(request["SAMLMetadataDocument"])
    except InvalidMetadataError as error:
        raise InvalidInputException("Could not parse metadata") from error


def _add_key(call: Call, document: dict[str, Any], request: Request) -> None:
    """A key to which assertions may be encrypted. Two at most, so that one can follow the other."""
    if "AddPrivateKey" not in request:
        return
    try:
        key = load_pem_private_key(request["AddPrivateKey"].encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInputException("Invalid private key") from error
    if not isinstance(key, RSAPrivateKey):
        raise InvalidInputException("Invalid private key")
    if len(document["PrivateKeyList"]) >= _MOST_KEYS:
        raise LimitExceededException(f"Cannot exceed quota for PrivateKeysPerSAMLProvider: {_MOST_KEYS}")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    added = {"KeyId": call.env.base32(_KEY_ID_LENGTH), "Timestamp": call.env.now(), "PrivateKey": base64.b64encode(der).decode()}
    document["PrivateKeyList"] = [*document["PrivateKeyList"], added]
