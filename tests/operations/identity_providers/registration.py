"""Identity providers as administrators register them."""

from typing import Any

from tests.operations.refusals import refusal

INVALID = "InvalidParameterException"


NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")


GOOGLE = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email"}


def oidc(issuer: str, **more: str) -> dict[str, str]:
    details = GOOGLE | {"attributes_request_method": "GET", "oidc_issuer": issuer}
    return details | more


def create(idp: Any, pool_id: str, name: str, provider_type: str, details: dict[str, str], **more: Any) -> dict[str, Any]:
    answer = idp.create_identity_provider(
        UserPoolId=pool_id, ProviderName=name, ProviderType=provider_type, ProviderDetails=details, **more
    )
    provider: dict[str, Any] = answer["IdentityProvider"]
    return provider


def refused(idp: Any, pool_id: str, name: str, provider_type: str, details: dict[str, str], **more: Any) -> tuple[str, str]:
    return refusal(
        idp.create_identity_provider,
        UserPoolId=pool_id,
        ProviderName=name,
        ProviderType=provider_type,
        ProviderDetails=details,
        **more,
    )


def describe(idp: Any, pool_id: str, name: str) -> dict[str, Any]:
    provider: dict[str, Any] = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName=name)["IdentityProvider"]
    return provider
