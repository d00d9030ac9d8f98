"""What an identity pool may be told, beyond the model's constraints.

https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException

_MEMBERS = (
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
    "IdentityPoolTags",
)
_USER_POOL_PROVIDER = re.compile(r"(?:https?://)?[^/]+/(?P<pool_id>[\w-]+_[0-9a-zA-Z]+)")
_OPENID_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:oidc-provider/(?P<issuer>\S+)")
_SAML_ARN = re.compile(r"arn:[\w-]+:iam::\d{12}:saml-provider/\S+")
_MOST_TAGS = 50


def new_identity_pool(request: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a new pool: the members given, none for those left out, as AWS shows them.

    Raises:
        InvalidParameterException: A provider is not named as it must be, or a tag must not be.
    """
    settings = {name: request[name] for name in _MEMBERS if name in request}
    _check_providers(settings)
    check_tags(settings.get("IdentityPoolTags", {}))
    return settings


def updated_identity_pool(present: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after UpdateIdentityPool, which resets what it leaves out.

    Assumption: what cannot be reset stays, the developer provider's name because it can never change, and the tags because
    CloudFormation and Terraform manage them by TagResource.

    Raises:
        InvalidParameterException: As for a new pool; or the developer provider's name is another.
    """
    settings = new_identity_pool(request)
    name = present.get("DeveloperProviderName")
    if name is not None and settings.setdefault("DeveloperProviderName", name) != name:
        raise InvalidParameterException("The developer provider name cannot be changed once it is set.")
    if "IdentityPoolTags" in present:
        settings.setdefault("IdentityPoolTags", present["IdentityPoolTags"])
    return settings


def check_tags(tags: Mapping[str, str]) -> None:
    """Hold tags against the rules of all of AWS.

    Raises:
        InvalidParameterException: There are too many, or a key is AWS's own.
    """
    if len(tags) > _MOST_TAGS:
        raise InvalidParameterException(f"The number of tags cannot exceed {_MOST_TAGS}.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise InvalidParameterException("aws: prefixed tag key names are not allowed for external use.")


def user_pool_of(provider_name: str) -> str | None:
    """The user pool that a provider's name means; None when it means none.

    SDKs and Amplify write `cognito-idp.<region>.amazonaws.com/<poolId>` whatever endpoint they are given, while the emulator's issuers name
    its own address. So only the pool's id counts, which is unique.
    """
    found = _USER_POOL_PROVIDER.fullmatch(provider_name)
    return found["pool_id"] if found else None


def openid_issuer_of(arn: str) -> str | None:
    """The issuer, without its scheme, that the ARN of an IAM OpenID Connect provider names; None when it is no such ARN."""
    found = _OPENID_ARN.fullmatch(arn)
    return found["issuer"].rstrip("/") if found else None


def without_scheme(issuer: str) -> str:
    """An issuer as IAM and `Logins` write it."""
    return re.sub(r"^https?://", "", issuer).rstrip("/")


def role_mapping_names(settings: Mapping[str, Any]) -> set[str]:
    """The names of the pool's providers under which a role mapping or principal tags may stand.

    Assumption: beside the ARN of an OpenID Connect provider its issuer will do, and beside `<user pool>:<client>` the user pool's name.
    """
    names = set(settings.get("SupportedLoginProviders", {})) | set(settings.get("SamlProviderARNs", ()))
    for entry in settings.get("CognitoIdentityProviders", ()):
        names |= {entry["ProviderName"], f"{entry['ProviderName']}:{entry['ClientId']}"}
    for arn in settings.get("OpenIdConnectProviderARNs", ()):
        names |= {arn, openid_issuer_of(arn) or arn}
    if "DeveloperProviderName" in settings:
        names.add(settings["DeveloperProviderName"])
    return names


def _check_providers(settings: Mapping[str, Any]) -> None:
    for entry in settings.get("CognitoIdentityProviders", ()):
        if "ClientId" not in entry or user_pool_of(entry.get("ProviderName", "")) is None:
            raise InvalidParameterException("Invalid Cognito Identity Provider")
    # Assumption: the sentences for ARNs that are none.
    for arn in settings.get("OpenIdConnectProviderARNs", ()):
        if openid_issuer_of(arn) is None:
            raise InvalidParameterException(f"Invalid OpenID Connect provider ARN: {arn}")
    for arn in settings.get("SamlProviderARNs", ()):
        if _SAML_ARN.fullmatch(arn) is None:
            raise InvalidParameterException(f"Invalid SAML provider ARN: {arn}")
