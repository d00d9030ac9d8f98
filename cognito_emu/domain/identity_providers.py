"""Which details an identity provider of each type must have, and what Cognito adds to them.

Source: API reference, CreateIdentityProvider; developer guide, "User pool sign-in with third party identity providers".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record

# What OIDC providers may be given when there is nothing to discover, by the name of the discovery document's member.
OIDC_ENDPOINTS = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}

_SAML_SWITCHES = ("IDPSignout", "IDPInit", "EncryptedResponses")
# What the service alone says of a provider. Terraform sends it back to us as it was described, so it is no error.
_READ_ONLY = frozenset(
    {
        "attributes_url_add_attributes",
        "token_request_method",
        "ActiveEncryptionCertificate",
        "SSORedirectBindingURI",
        "SLORedirectBindingURI",
    }
)


class _ProviderType(Record):
    """A type's demands.

    Attributes:
        required: Details that must be given, as AWS lists them.
        added: Details that Cognito adds. Local users may override URLs, to sign in against a stand-in on their own machine.
        username_claim: The claim that `username` is mapped to when nothing else is said; None for SAML, which takes the NameID.
        social: There can be one of it in a pool, and its name is its type's.
    """

    required: tuple[str, ...] = ()
    added: Mapping[str, str] = {}
    username_claim: str | None = "sub"
    social: bool = True


_TYPES = {
    "Google": _ProviderType(
        required=("client_id", "client_secret", "authorize_scopes"),
        added={
            "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
            "oidc_issuer": "https://accounts.google.com",
            "token_request_method": "POST",
            "token_url": "https://www.googleapis.com/oauth2/v4/token",
        },
    ),
    "Facebook": _ProviderType(
        required=("client_id", "client_secret", "authorize_scopes"),
        added={
            "api_version": "v17.0",
            "attributes_url": "https://graph.facebook.com/{api_version}/me?fields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://www.facebook.com/{api_version}/dialog/oauth",
            "token_request_method": "GET",
            "token_url": "https://graph.facebook.com/{api_version}/oauth/access_token",
        },
        username_claim="id",
    ),
    "LoginWithAmazon": _ProviderType(
        required=("client_id", "client_secret", "authorize_scopes"),
        added={
            "attributes_url": "https://api.amazon.com/user/profile",
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://www.amazon.com/ap/oa",
            "token_request_method": "POST",
            "token_url": "https://api.amazon.com/auth/o2/token",
        },
        username_claim="user_id",
    ),
    "SignInWithApple": _ProviderType(
        required=("client_id", "private_key", "team_id", "key_id"),
        added={
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://appleid.apple.com/auth/authorize",
            "oidc_issuer": "https://appleid.apple.com",
            "token_request_method": "POST",
            "token_url": "https://appleid.apple.com/auth/token",
        },
    ),
    "OIDC": _ProviderType(
        required=("client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"),
        added={"attributes_url_add_attributes": "false"},
        social=False,
    ),
    "SAML": _ProviderType(username_claim=None, social=False),
}


def is_social(provider_type: str) -> bool:
    """Whether the type has a provider of its own name: Google, Facebook, LoginWithAmazon, SignInWithApple."""
    return _TYPES[provider_type].social


def check_name(name: str, provider_type: str) -> None:
    """A social provider is named as its type is, and nobody else may be.

    Raises:
        InvalidParameterException: The name does not go with the type.
    """
    reserved = {social for social in _TYPES if is_social(social)} | {"COGNITO", "Cognito"}
    if is_social(provider_type) != (name == provider_type) or (name in reserved and name != provider_type):
        raise InvalidParameterException(f"Provider {name} cannot be of type {provider_type}.")


def provider_details(provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """ProviderDetails as they will be described, apart from what the provider itself has to tell.

    Assumption: details that Cognito does not know are kept and shown; ProviderDetails is an open map in the model.

    Raises:
        InvalidParameterException: A detail is missing, or cannot be what it is.
    """
    spec = _TYPES[provider_type]
    details = {name: value for name, value in given.items() if name not in _READ_ONLY}
    if not all(details.get(name) for name in spec.required):
        raise InvalidParameterException(_required_sentence(spec.required))
    check = {"OIDC": _check_oidc, "SAML": _check_saml}.get(provider_type)
    if check is not None:
        check(details)
    version = details.get("api_version", spec.added.get("api_version", ""))
    added = {name: value.replace("{api_version}", version) for name, value in spec.added.items()}
    return added | details


def _required_sentence(names: Sequence[str]) -> str:
    """As AWS says it (badmintoncryer/cdk-preflight, pf-cognito-idp-*-required-keys), with a comma before Apple's "and"."""
    *others, last = (name[0] + name.title().replace("_", "")[1:] for name in names)
    return f"{', '.join(others)}{',' * ('private_key' in names)} and {last} are all required idp details."


def needs_discovery(details: Mapping[str, str]) -> bool:
    """Whether an OIDC provider's endpoints must be asked of its issuer: unless all four are given."""
    return not all(details.get(name) for name in OIDC_ENDPOINTS)


def discovered_endpoints(document: Any) -> dict[str, str]:
    """The endpoints of an OpenID Connect discovery document (OpenID Connect Discovery 1.0, section 3), under their names as details.

    Raises:
        InvalidParameterException: It is no such document.
    """
    endpoints: dict[str, str] = {}
    if isinstance(document, dict):
        found = {name: document.get(member) for name, member in OIDC_ENDPOINTS.items()}
        endpoints = {name: value for name, value in found.items() if isinstance(value, str) and _is_url(value)}
    if len(endpoints) < len(OIDC_ENDPOINTS):
        # Assumption: the sentence.
        missing = [member for name, member in OIDC_ENDPOINTS.items() if name not in endpoints]
        raise InvalidParameterException(f"The well-known endpoint returned no valid {', '.join(missing)}")
    return endpoints


def initial_mapping(provider_type: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """AttributeMapping of a new provider: `username` is always mapped, except with SAML."""
    claim = _TYPES[provider_type].username_claim
    return ({"username": claim} if claim else {}) | dict(given or {})


def check_mapping(schema: Iterable[Mapping[str, Any]], mapping: Mapping[str, str]) -> None:
    """Claims can be mapped to attributes that the pool has.

    Raises:
        InvalidParameterException: One of them does not exist, or is not for providers to set.
    """
    known = {attribute["Name"] for attribute in schema} - {"sub", "identities"} | {"username"}
    for name, claim in mapping.items():
        if name not in known:
            # Assumption: the sentence, of which AWS's is a variant for users' attributes.
            raise InvalidParameterException(f"Attribute mapping {name}: Attribute does not exist in the schema.")
        if not claim:
            # Assumption: the sentence, and that an attribute cannot be mapped to nothing.
            raise InvalidParameterException(f"Attribute mapping {name}: The provider's attribute name must not be empty.")


def check_acr_mapping(provider_type: str, mapping: Mapping[str, str] | None) -> None:
    """ACR values are mapped for OIDC providers only.

    Raises:
        InvalidParameterException: Another type has one.
    """
    if mapping and provider_type != "OIDC":
        # Assumption: the sentence.
        raise InvalidParameterException("AcrMapping is only supported for OIDC identity providers.")


def check_identifiers(identifiers: Collection[str]) -> None:
    """An identifier can be given once.

    Raises:
        InvalidParameterException: One is given twice.
    """
    if len(set(identifiers)) < len(identifiers):
        # Assumption: the sentence.
        raise InvalidParameterException("IdpIdentifiers must be unique.")


def _check_oidc(details: Mapping[str, str]) -> None:
    if details["attributes_request_method"] not in {"GET", "POST"}:
        # AWS's sentence (badmintoncryer/cdk-preflight, pf-cognito-idp-oidc-attributes-request-method).
        raise InvalidParameterException(
            f"1 validation error detected: Value '{details['attributes_request_method']}' at "
            "'providerConfiguration.oidcConfig.attributesRequestMethod' failed to satisfy constraint: "
            "Member must satisfy enum value set: [POST, GET]"
        )
    # Assumption: the sentence. The rule is documented (developer guide, "OIDC IdPs").
    if "openid" not in details["authorize_scopes"].split():
        raise InvalidParameterException("authorize_scopes must include openid for OIDC identity providers.")
    for name in ("oidc_issuer", *OIDC_ENDPOINTS):
        _check_url(name, details.get(name))


def _check_saml(details: Mapping[str, str]) -> None:
    if not details.get("MetadataURL") and not details.get("MetadataFile"):
        raise InvalidParameterException("At least one of the MetadataURL or MetadataFile should be provided.")
    if details.get("MetadataURL") and details.get("MetadataFile"):
        raise InvalidParameterException("Only one of the MetadataURL or MetadataFile should be provided.")
    # Assumption: the sentences below.
    _check_url("MetadataURL", details.get("MetadataURL"))
    for name in _SAML_SWITCHES:
        if details.get(name, "false").lower() not in {"true", "false"}:
            raise InvalidParameterException(f"{name} must be true or false.")
    if details.get("RequestSigningAlgorithm", "rsa-sha256") != "rsa-sha256":
        raise InvalidParameterException("RequestSigningAlgorithm must be rsa-sha256.")


def _check_url(name: str, value: str | None) -> None:
    """AWS wants https and the usual ports. An identity provider on the developer's own machine has neither."""
    if value and not _is_url(value):
        raise InvalidParameterException(f"{name} is not a valid URL.")  # Assumption: the sentence


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
