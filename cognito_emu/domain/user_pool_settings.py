"""A pool's settings: defaults, what an update keeps, and which combinations AWS refuses.

Documents are in the model's UserPoolType members.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
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
_DEFAULT_ACR_LEVELS = {f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in range(1, 5)}


def new_settings(request: Mapping[str, Any], schema: list[dict[str, Any]]) -> Settings:
    """The settings of a new pool.

    Raises:
        InvalidParameterException: Members contradict each other.
    """
    settings = _members(request, (*_UPDATABLE, *_CREATE_ONLY))
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
    return _complete(copy.deepcopy(settings) | _members(request, _UPDATABLE), request)


def effective_acr_levels(settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The names of the four authentication levels, customized or not.

    "Amazon Cognito always returns the effective configuration, with default names merged in for any level that you haven't
    customized." (API reference, UserPoolType)
    """
    return {**_DEFAULT_ACR_LEVELS, **settings.get("AcrConfiguration", {})}


def _members(request: Mapping[str, Any], names: Iterable[str]) -> Settings:
    """A copy of the request's members, since they are completed in place and a request may be worked on twice."""
    return copy.deepcopy({name: request[name] for name in names if name in request})


def _complete(settings: Settings, request: Mapping[str, Any]) -> Settings:
    _complete_policies(settings)
    _complete_invitations(settings, request)
    _complete_messages(settings)
    complete_regional_settings(settings)
    settings.setdefault("DeletionProtection", "INACTIVE")
    settings.setdefault("MfaConfiguration", "OFF")
    settings.setdefault("UserAttributeUpdateSettings", {}).setdefault("AttributesRequireVerificationBeforeUpdate", [])
    settings.setdefault("UserPoolTags", {})
    settings.setdefault("UserPoolTier", "ESSENTIALS")
    if "DcrConfiguration" in settings:
        settings["DcrConfiguration"].setdefault("EnableStatus", "Enabled")
        settings["DcrConfiguration"].setdefault("OpenDcrEnabled", False)
    if not settings.get("AccountRecoverySetting", True):
        del settings["AccountRecoverySetting"]  # `{}` is how the older way of recovery is chosen again
    _check_consistency(settings)
    return settings


def complete_regional_settings(settings: Settings) -> Settings:
    """Complete, in place, what each replica has of its own: mail and Lambda functions.

    Raises:
        InvalidParameterException: They contradict themselves.
    """
    lambdas = settings.setdefault("LambdaConfig", {})
    _complete_token_trigger(lambdas)
    if ("CustomEmailSender" in lambdas or "CustomSMSSender" in lambdas) and "KMSKeyID" not in lambdas:
        raise InvalidParameterException("KMSKeyID is required for custom sender Lambda triggers.")
    email = settings.setdefault("EmailConfiguration", {})
    email.setdefault("EmailSendingAccount", "COGNITO_DEFAULT")
    if email["EmailSendingAccount"] == "DEVELOPER" and "SourceArn" not in email:
        raise InvalidParameterException("SourceArn is required when EmailSendingAccount is DEVELOPER.")
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


def _complete_token_trigger(lambdas: Settings) -> None:
    """PreTokenGeneration is the older member for what PreTokenGenerationConfig says with a version."""
    # Assumption: each is shown when only the other was set; terraform-provider-aws treats both as computed by the service.
    arn, config = lambdas.get("PreTokenGeneration"), lambdas.get("PreTokenGenerationConfig")
    if config and arn not in {None, config["LambdaArn"]}:
        # Assumption: the sentence; that both ARNs must be the same is documented.
        raise InvalidParameterException("PreTokenGeneration and PreTokenGenerationConfig must have the same Lambda ARN.")
    if config:
        lambdas["PreTokenGeneration"] = config["LambdaArn"]
    elif arn:
        lambdas["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": arn}


def _check_consistency(settings: Settings) -> None:
    """Refuse members that contradict each other. Unless marked otherwise the rules are documented and the sentences assumed."""
    _check_contacts(settings)
    mechanisms = [item["Name"] for item in settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])]
    if "admin_only" in mechanisms and len(mechanisms) > 1:
        raise InvalidParameterException("Invalid Recovery Mechanisms. admin_only cannot be combined with other mechanisms.")
    if len(set(mechanisms)) != len(mechanisms):
        raise InvalidParameterException("Invalid Recovery Mechanisms. Each mechanism can be given once.")
    names = [level["AcrValue"] for level in effective_acr_levels(settings).values()]
    if len(set(names)) < len(names):
        raise InvalidParameterException("Each name in AcrConfiguration must be unique across all four levels.")
    if settings.get("KeyConfiguration", {}).get("KeyType") == "CUSTOMER_MANAGED_KEY" and "KmsKeyArn" not in settings["KeyConfiguration"]:
        raise InvalidParameterException("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")


def _check_contacts(settings: Settings) -> None:
    """What needs verified addresses or the means to reach them. The sentences are AWS's, from public reports."""
    verified = set(settings.get("AutoVerifiedAttributes", ()))
    if not set(settings["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"]) <= verified:
        raise InvalidParameterException("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
    if "phone_number" in verified and not settings.get("SmsConfiguration"):
        raise InvalidParameterException("SMS configuration is required when phone_number is selected for auto verification")
    by_code = {"EMAIL_OTP", "SMS_OTP"} & set(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])
    if by_code and settings["MfaConfiguration"] == "ON":
        raise InvalidParameterException("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
