"""Client ID metadata documents: which address may be a client id, and what its document may say.

Source: draft-ietf-oauth-client-id-metadata-document, sections 3 and 4; the model's CIMDPolicyType.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

# "The URL" of a document, MetadataURLType of the model.
_URL = re.compile(r"https://\S+")
_LONGEST_URL = 256
# "authorization servers SHOULD limit the response size" (section 6.6); the draft recommends 5 kilobytes.
MOST_DOCUMENT_BYTES = 5 * 1024
# "The client_secret and client_secret_expires_at properties MUST NOT be used" (section 4.1), nor methods that need a shared secret.
_SECRET_MEMBERS = ("client_secret", "client_secret_expires_at")
_AUTH_METHODS = ("none",)


class ClientMetadataError(Exception):
    """A document by which no client can be identified; the text says why."""


def is_client_id_url(client_id: str) -> bool:
    """Whether a client id is the address of a document (section 3).

    >>> is_client_id_url("https://app.example.com/client.json")
    True
    >>> is_client_id_url("https://app.example.com/../client.json")
    False
    """
    if len(client_id) > _LONGEST_URL or not _URL.fullmatch(client_id):
        return False
    try:
        parts = urlsplit(client_id)
        plain = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return False
    has_path = parts.path not in {"", "/"} and not {".", ".."} & set(parts.path.split("/"))
    return plain and bool(parts.hostname) and has_path and "#" not in client_id


def fits_pattern(url: str, pattern: str) -> bool:
    """Whether an address fits a pattern of a policy. The comparison is that of the draft: character by character.

    A `*` in the host stands for anything that has no slash, so that a pattern for a domain cannot be met in the path of another.
    Assumption: behind the host it stands for anything.

    >>> fits_pattern("https://app.example.com/client.json", "https://*.example.com/*")
    True
    >>> fits_pattern("https://evil.org/x.example.com/client.json", "https://*.example.com/*")
    False
    """
    host, slash, path = pattern.removeprefix("https://").partition("/")
    expression = "https://" + _wild(host, r"[^/?#@]*") + slash + _wild(path, ".*")
    return re.fullmatch(expression, url) is not None


def fits_any(url: str, patterns: Iterable[str]) -> bool:
    """Whether an address fits one of a policy's patterns."""
    return any(fits_pattern(url, pattern) for pattern in patterns)


def read_document(url: str, body: bytes) -> dict[str, Any]:
    """The document of a client.

    Raises:
        ClientMetadataError: It is not one, or not that of this address.
    """
    if len(body) > MOST_DOCUMENT_BYTES:
        raise ClientMetadataError(f"The document is larger than {MOST_DOCUMENT_BYTES} bytes.")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ClientMetadataError("The document is not JSON.") from error
    if not isinstance(document, dict):
        raise ClientMetadataError("The document is not a JSON object.")
    if document.get("client_id") != url:
        raise ClientMetadataError("The document's client_id is not its address.")
    if any(member in document for member in _SECRET_MEMBERS):
        raise ClientMetadataError("The document has a client secret.")
    if document.get("token_endpoint_auth_method", "none") not in _AUTH_METHODS:
        # Assumption: private_key_jwt, which the draft allows, is not supported, because the token endpoint knows no client assertions.
        raise ClientMetadataError("The document's token_endpoint_auth_method is not none.")
    _check_redirect_uris(document)
    return document


def _check_redirect_uris(document: Mapping[str, Any]) -> None:
    uris = document.get("redirect_uris")
    if not isinstance(uris, list) or not uris or not all(isinstance(uri, str) and urlsplit(uri).scheme for uri in uris):
        raise ClientMetadataError("The document has no redirect_uris.")


def _wild(text: str, anything: str) -> str:
    return anything.join(re.escape(part) for part in text.split("*"))
