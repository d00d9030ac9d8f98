"""An app client's settings: defaults and the combinations that AWS refuses.

Documents are in the model's UserPoolClientType members.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cognito_emu.domain.token_validity import TokenLifetimes
from cognito_emu.errors import InvalidOAuthFlowException, InvalidParameterException

Settings = dict[str, Any]

_MEMBERS = (
    "RefreshTokenValidity",
    "AccessTokenValidity",
    "IdTokenValidity",
    "TokenValidityUnits",
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "AllowedOAuthFlowsUserPoolClient",
    "AnalyticsConfiguration",
    "PreventUserExistenceErrors",
    "EnableTokenRevocation",
    "EnablePropagateAdditionalUserContextData",
    "AuthSessionValidity",
    "RefreshTokenRotation",
)

_LEGACY_FLOWS = frozenset({"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"})
# "If you don't specify a value for ExplicitAuthFlows, your app client supports ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH, and
# ALLOW_CUSTOM_AUTH." (API reference)
DEFAULT_AUTH_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")

# Which flags of ExplicitAuthFlows, new or old, allow a flow.
_FLAGS_OF_FLOW = {
    "USER_SRP_AUTH": {"ALLOW_USER_SRP_AUTH"},
    "USER_PASSWORD_AUTH": {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"},
    "ADMIN_USER_PASSWORD_AUTH": {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"},
    "CUSTOM_AUTH": {"ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"},
    "USER_AUTH": {"ALLOW_USER_AUTH"},
    "REFRESH_TOKEN_AUTH": {"ALLOW_REFRESH_TOKEN_AUTH"},
}

# Scopes that speak of a user, whom a machine's token does not have.
_USER_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})


def client_settings(request: Mapping[str, Any]) -> Settings:
    """The settings that a create or an update request means: both replace everything, what is absent gets its default.

    Raises:
        InvalidParameterException: Members contradict each other.
        InvalidOAuthFlowException: An OAuth flow cannot be had in this combination.
    """
    settings: Settings = copy.deepcopy({name: request[name] for name in _MEMBERS if name in request})
    settings.setdefault("EnableTokenRevocation", True)
    settings.setdefault("EnablePropagateAdditionalUserContextData", False)
    settings.setdefault("AuthSessionValidity", 3)
    settings.setdefault("AllowedOAuthFlowsUserPoolClient", False)
    if not settings.get("RefreshTokenValidity"):
        settings["RefreshTokenValidity"] = 30
        if units := settings.get("TokenValidityUnits"):
            units["RefreshToken"] = "days"  # "0 becomes 30 days", whatever the unit
    if rotates_refresh_tokens(settings):
        settings["RefreshTokenRotation"].setdefault("RetryGracePeriodSeconds", 0)
    _check_flows(settings)
    _check_oauth(settings)
    _check_analytics(settings.get("AnalyticsConfiguration", {}))
    TokenLifetimes.of_client(settings).check()
    return settings


def auth_flows(settings: Mapping[str, Any]) -> Sequence[str]:
    """The client's ExplicitAuthFlows, or what their absence means."""
    if flows := settings.get("ExplicitAuthFlows"):
        return list(flows)
    # Assumption: beside rotation, which excludes it, the default does without REFRESH_TOKEN_AUTH, as clients made by the CDK need.
    return [flow for flow in DEFAULT_AUTH_FLOWS if flow != "ALLOW_REFRESH_TOKEN_AUTH" or not rotates_refresh_tokens(settings)]


def rotates_refresh_tokens(settings: Mapping[str, Any]) -> bool:
    """Whether each refresh brings a new refresh token."""
    return bool(settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED")


def allows_flow(settings: Mapping[str, Any], flow: str) -> bool:
    """Whether the client may begin `flow` (an AuthFlow name, newer form)."""
    flags = set(auth_flows(settings))
    if flow == "REFRESH_TOKEN_AUTH" and flags & _LEGACY_FLOWS:
        return True  # clients of the older form could always refresh
    if flow == "USER_SRP_AUTH" and flags & _LEGACY_FLOWS:
        return "CUSTOM_AUTH_FLOW_ONLY" not in flags  # SRP needed no flag before the newer form
    return bool(flags & _FLAGS_OF_FLOW.get(flow, set()))


def hides_users(settings: Mapping[str, Any]) -> bool:
    """PreventUserExistenceErrors: whether answers about unknown users are made to look like those about known ones."""
    return settings.get("PreventUserExistenceErrors") == "ENABLED"


def _check_flows(settings: Settings) -> None:
    flows = set(settings.get("ExplicitAuthFlows", ()))
    if flows & _LEGACY_FLOWS and flows - _LEGACY_FLOWS:
        raise InvalidParameterException("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")
    if rotates_refresh_tokens(settings) and "ALLOW_REFRESH_TOKEN_AUTH" in auth_flows(settings):
        raise InvalidParameterException("Refresh token rotation cannot be enabled with ALLOW_REFRESH_TOKEN_AUTH.")


def _check_analytics(given: Mapping[str, Any]) -> None:
    """Amazon Pinpoint's application is named by its ARN, or by its id, a role and an external id."""
    names = given.keys() & {"ApplicationArn", "ApplicationId", "RoleArn", "ExternalId"}
    if names and names not in ({"ApplicationArn"}, {"ApplicationId", "RoleArn", "ExternalId"}):
        raise InvalidParameterException(
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"
        )


def _check_oauth(settings: Settings) -> None:
    flows, scopes = settings.get("AllowedOAuthFlows"), settings.get("AllowedOAuthScopes")
    if settings["AllowedOAuthFlowsUserPoolClient"] and not (flows and scopes):
        raise InvalidParameterException(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
        )
    if flows:
        _check_oauth_flows(set(flows), scopes or (), settings.get("CallbackURLs", ()))
    for url in (*settings.get("CallbackURLs", ()), *settings.get("LogoutURLs", ())):
        check_redirect_url(url)
    default = settings.get("DefaultRedirectURI")
    if default is not None and default not in settings.get("CallbackURLs", ()):
        raise InvalidParameterException(f"The default redirect URI {default} is not in the callback URIs list.")


def _check_oauth_flows(flows: set[str], scopes: Sequence[str], callback_urls: Sequence[str]) -> None:
    """The sentences are AWS's, from public reports (cisagov/crossfeed 440, hashicorp/terraform-provider-aws 4984)."""
    if "client_credentials" in flows and len(flows) > 1:
        raise InvalidOAuthFlowException("client_credentials flow can not be selected along with code flow or implicit flow.")
    if flows & {"code", "implicit"} and not callback_urls:
        raise InvalidOAuthFlowException("CallbackUrls can not be empty when code flow or implicit flow is selected")
    if "client_credentials" in flows:
        for scope in scopes:
            if scope in _USER_SCOPES:
                raise InvalidOAuthFlowException(f"{scope} is not supported with client_credentials flow")


def check_redirect_url(url: str) -> None:
    """A callback or sign-out URL: absolute, without fragment; plain http for the own machine only; custom schemes are allowed.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html (CallbackURLs)
    """
    parts = urlsplit(url)
    if not parts.scheme:
        # Assumption: the sentence.
        raise InvalidParameterException(f"{url} is not a valid redirect URI. It must be absolute.")
    if "#" in url:
        raise InvalidParameterException(f"{url} cannot use fragment")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise InvalidParameterException(f"{url} cannot use the HTTP protocol.")
