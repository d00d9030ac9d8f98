"""A pool's settings: defaults, what an update keeps, and which combinations AWS refuses.

Documents are in the model's UserPoolType members.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.password_policy import PasswordPolicy
from cognito_emu.errors import InvalidParameterException

Settings = dict[str, Any]

# What CreateUserPool and UpdateUserPool take under the name under which it is shown.
_UPDATABLE = (
    "Policies",
    "DeletionProtection",
    "LambdaConfig",
    "AutoVerifiedAttributes",
    "SmsVerificationMessage",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "VerificationMessageTemplate",
    "SmsAuthenticationMessage",
    "UserAttributeUpdateSettings",
    "MfaConfiguration",
    "DeviceConfiguration",
    "EmailConfiguration",
    "SmsConfiguration",
    "UserPoolTags",
    "AdminCreateUserConfig",
    "UserPoolAddOns",
    "AccountRecoverySetting",
    "UserPoolTier",
    "KeyConfiguration",
    "IssuerConfiguration",
    "AcrConfiguration",
    "DcrConfiguration",
)
_CREATE_ONLY = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")

# Members that keep their value when an update leaves them out. All others fall back to their defaults, as measured against AWS.
_KEPT_ON_UPDATE = frozenset(
    {
        "AccountRecoverySetting",
        "AcrConfiguration",
        "DcrConfiguration",
        "DeletionProtection",
        "EmailConfiguration",
        "IssuerConfiguration",
        "KeyConfiguration",
        "MfaConfiguration",
        "Policies",
        "SmsConfiguration",
        "UserPoolTags",
        "UserPoolTier",
        # not members of the request: they stay because UpdateUserPool cannot name them
        "AliasAttributes",
        "UsernameAttributes",
        "UsernameConfiguration",
        "SchemaAttributes",
    }
)

_DEFAULT_FIRST_FACTORS = ["PASSWORD"]


def new_settings(request: Mapping[str, Any], schema: list[dict[str, Any]]) -> Settings:
    """The settings of a new pool.

    Raises:
        InvalidParameterException: Members contradict each other.
    """
    settings: Settings = {name: request[name] for name in (*_UPDATABLE, *_CREATE_ONLY) if name in request}
    settings["SchemaAttributes"] = schema
    SignInNames.from_pool(settings).check_settings()
    if request.get("MfaConfiguration", "OFF") != "OFF" and not request.get("SmsConfiguration"):
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    return _complete(settings, request)


def updated_settings(current: Settings, request: Mapping[str, Any]) -> Settings:
    """The settings after an UpdateUserPool: what the request leaves out is kept or reset, by member."""
    settings = {name: value for name, value in current.items() if name in _KEPT_ON_UPDATE or name not in _UPDATABLE}
    settings.update({name: request[name] for name in _UPDATABLE if name in request})
    return _complete(settings, request)


def _complete(settings: Settings, request: Mapping[str, Any]) -> Settings:
    _complete_policies(settings)
    _complete_invitations(settings, request)
    _complete_messages(settings)
    settings.setdefault("DeletionProtection", "INACTIVE")
    settings.setdefault("LambdaConfig", {})
    settings.setdefault("MfaConfiguration", "OFF")
    settings.setdefault("EmailConfiguration", {}).setdefault("EmailSendingAccount", "COGNITO_DEFAULT")
    settings.setdefault("UserAttributeUpdateSettings", {}).setdefault("AttributesRequireVerificationBeforeUpdate", [])
    settings.setdefault("UserPoolTags", {})
    settings.setdefault("UserPoolTier", "ESSENTIALS")
    _check_consistency(settings)
    return settings


def _complete_policies(settings: Settings) -> None:
    policies = settings.setdefault("Policies", {})
    policies["PasswordPolicy"] = PasswordPolicy.from_model(policies.get("PasswordPolicy")).to_model()
    factors = policies.setdefault("SignInPolicy", {}).setdefault("AllowedFirstAuthFactors", list(_DEFAULT_FIRST_FACTORS))
    if "SOFTWARE_TOKEN" in factors:
        raise InvalidParameterException("SOFTWARE_TOKEN is not allowed in AllowedFirstAuthFactors.")
    if set(factors) == {"WEB_AUTHN"}:
        raise InvalidParameterException("WEB_AUTHN cannot be the only factor in AllowedFirstAuthFactors.")


def _complete_invitations(settings: Settings, request: Mapping[str, Any]) -> None:
    """`UnusedAccountValidityDays` is the deprecated name of the policy's TemporaryPasswordValidityDays; both are shown alike."""
    config = settings.setdefault("AdminCreateUserConfig", {})
    config.setdefault("AllowAdminCreateUserOnly", False)
    policy = settings["Policies"]["PasswordPolicy"]
    given = request.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays")
    if given:
        if "TemporaryPasswordValidityDays" in request.get("Policies", {}).get("PasswordPolicy", {}):
            raise InvalidParameterException(
                "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
            )
        policy["TemporaryPasswordValidityDays"] = given
    config["UnusedAccountValidityDays"] = policy["TemporaryPasswordValidityDays"]


# The older top-level members and the template's members are one and the same on AWS: setting either shows both.
_MESSAGE_TWINS = (
    ("EmailVerificationMessage", "EmailMessage"),
    ("EmailVerificationSubject", "EmailSubject"),
    ("SmsVerificationMessage", "SmsMessage"),
)


def _complete_messages(settings: Settings) -> None:
    template = settings.setdefault("VerificationMessageTemplate", {})
    template.setdefault("DefaultEmailOption", "CONFIRM_WITH_CODE")
    for older, newer in _MESSAGE_TWINS:
        if newer in template:
            settings[older] = template[newer]
        elif older in settings:
            template[newer] = settings[older]


def _check_consistency(settings: Settings) -> None:
    lambdas = settings["LambdaConfig"]
    config = lambdas.get("PreTokenGenerationConfig")
    if config and lambdas.get("PreTokenGeneration") not in {None, config["LambdaArn"]}:
        raise InvalidParameterException("PreTokenGeneration and PreTokenGenerationConfig must have the same Lambda ARN.")
    if ("CustomEmailSender" in lambdas or "CustomSMSSender" in lambdas) and "KMSKeyID" not in lambdas:
        raise InvalidParameterException("KMSKeyID is required for custom sender Lambda triggers.")
    mechanisms = [item["Name"] for item in settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])]
    if "admin_only" in mechanisms and len(mechanisms) > 1:
        raise InvalidParameterException("Invalid Recovery Mechanisms. admin_only cannot be combined with other mechanisms.")
    if len(set(mechanisms)) != len(mechanisms):
        raise InvalidParameterException("Invalid Recovery Mechanisms. Each mechanism can be given once.")
    needs_verification = settings["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"]
    if not set(needs_verification) <= set(settings.get("AutoVerifiedAttributes", [])):
        # Assumption: the sentence. That the list is restricted to auto-verified attributes is documented.
        raise InvalidParameterException("AttributesRequireVerificationBeforeUpdate must be a subset of AutoVerifiedAttributes.")
    email = settings["EmailConfiguration"]
    if email["EmailSendingAccount"] == "DEVELOPER" and "SourceArn" not in email:
        raise InvalidParameterException("SourceArn is required when EmailSendingAccount is DEVELOPER.")
    if settings.get("KeyConfiguration", {}).get("KeyType") == "CUSTOMER_MANAGED_KEY" and "KmsKeyArn" not in settings["KeyConfiguration"]:
        raise InvalidParameterException("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")
