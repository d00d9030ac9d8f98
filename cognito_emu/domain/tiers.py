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
    if not lenient and _ORDER[tier] < _ORDER[needed]:
        # Assumption: the sentence; the code and the tiers are documented.
        raise FeatureUnavailableInTierException(f"{feature} is not available in the {tier} tier. Upgrade the user pool to {needed}.")


def check_pool_tier(settings: Mapping[str, Any], *, lenient: bool) -> None:
    """Refuse pool settings that the pool's own tier does not include."""
    if settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF":
        require_tier(settings, "PLUS", "Threat protection", lenient=lenient)
    factors = settings.get("Policies", {}).get("SignInPolicy", {}).get("AllowedFirstAuthFactors", [])
    if set(factors) - {"PASSWORD"}:
        require_tier(settings, "ESSENTIALS", "Choice-based sign-in", lenient=lenient)
    if settings.get("Policies", {}).get("PasswordPolicy", {}).get("PasswordHistorySize"):
        # The API reference names advanced security as its condition once; the plans page lists it under Essentials.
        require_tier(settings, "ESSENTIALS", "Password reuse prevention", lenient=lenient)
    version = settings.get("LambdaConfig", {}).get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    if version != "V1_0":
        require_tier(settings, "ESSENTIALS", "Access token customization", lenient=lenient)
    if settings.get("DcrConfiguration", {}).get("EnableStatus") == "Enabled":
        require_tier(settings, "ESSENTIALS", "Dynamic client registration", lenient=lenient)
