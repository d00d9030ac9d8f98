"""Which feature belongs to which user pool tier.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import FeatureUnavailableInTierException

_ORDER = {"LITE": 0, "ESSENTIALS": 1, "PLUS": 2}

DEFAULT_TIER = "ESSENTIALS"


def tier_of(pool_settings: Mapping[str, Any]) -> str:
    """The pool's tier; pools are ESSENTIALS unless told otherwise."""
    return str(pool_settings.get("UserPoolTier") or DEFAULT_TIER)


def require_tier(pool_settings: Mapping[str, Any], needed: str, feature: str, *, lenient: bool) -> None:
    """Refuse `feature` when the pool's tier is below `needed`.

    Raises:
        FeatureUnavailableInTierException: The tier is too low, and the emulator is not told to be lenient.
    """
    tier = tier_of(pool_settings)
    if _ORDER[tier] < _ORDER[needed] and not lenient:
        # AWS's sentence (badmintoncryer/cdk-preflight, pf-cognito-managed-login-version-tier and pf-cognito-log-delivery-*-tier).
        raise FeatureUnavailableInTierException(f"The following feature is not available for the {tier} pricing tier configured: {feature}")


def check_pool_tier(settings: Mapping[str, Any], *, lenient: bool) -> None:
    """Refuse pool settings that the pool's own tier does not include; all of them in one sentence, as AWS does.

    Raises:
        FeatureUnavailableInTierException: The tier is too low, and the emulator is not told to be lenient.
    """
    policies = settings.get("Policies", {})
    lambda_version = settings.get("LambdaConfig", {}).get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    # The names of the first three are AWS's (hashicorp/terraform-provider-aws 40734, aws-amplify/amplify-backend 2805,
    # badmintoncryer/cdk-preflight pf-cognito-pre-token-generation-config-tier).
    # Assumption: the names of the others. That they need a tier is documented.
    features = (
        ("Threat Protection", "PLUS", settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF"),
        (
            "Passwordless Sign-In",
            "ESSENTIALS",
            bool(set(policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ())) - {"PASSWORD"}),
        ),
        (f"Token Customization with Pre-Token Generation Lambda {lambda_version}", "ESSENTIALS", lambda_version != "V1_0"),
        # The API reference names advanced security as its condition once; the plans page lists it under Essentials.
        ("Password Reuse Prevention", "ESSENTIALS", bool(policies.get("PasswordPolicy", {}).get("PasswordHistorySize"))),
        ("Dynamic Client Registration", "ESSENTIALS", settings.get("DcrConfiguration", {}).get("EnableStatus") == "Enabled"),
        ("Custom ACR Levels", "ESSENTIALS", bool(settings.get("AcrConfiguration"))),
    )
    tier = tier_of(settings)
    unavailable = [feature for feature, needed, used in features if used and _ORDER[tier] < _ORDER[needed]]
    if unavailable and not lenient:
        raise FeatureUnavailableInTierException(
            f"The following features need to be disabled for the {tier} pricing tier configured: {', '.join(unavailable)}"
        )
