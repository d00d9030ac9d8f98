"""A pool's settings: defaults, what an update keeps, and which combinations AWS refuses.

Documents are in the model's UserPoolType members. Sentences that are not said to be assumed are AWS's, from public reports and
badmintoncryer/cdk-preflight, whose rules/cognito/*/meta.yaml have what AWS answered in September 2026.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from email.utils import parseaddr
from typing import Any

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.password_policy import PasswordPolicy
from cognito_emu.domain.user_attributes import is_email
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
    changes = _members(request, _UPDATABLE)
    if "Policies" in changes:
        # Each of the two policies stays when only the other is sent (measured by go-to-k/cdkd, pull request 1982).
        changes["Policies"] = current["Policies"] | changes["Policies"]
    return _complete(copy.deepcopy(settings) | changes, request)


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
        raise InvalidParameterException("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")
    email = settings.setdefault("EmailConfiguration", {})
    email.setdefault("EmailSendingAccount", "COGNITO_DEFAULT")
    if email["EmailSendingAccount"] == "DEVELOPER" and "SourceArn" not in email:
        raise InvalidParameterException("Source ARN is required to use DEVELOPER email sending owner")
    if "From" in email and not is_email(parseaddr(email["From"])[1]):
        raise InvalidParameterException("Provided From email address is invalid")
    return settings


def check_function_regions(lambdas: Mapping[str, Any], region: str) -> None:
    """A pool calls functions of its own region.

    Raises:
        InvalidParameterException: One is in another region.
    """
    arns = (value["LambdaArn"] if isinstance(value, dict) else value for name, value in lambdas.items() if name != "KMSKeyID")
    if any(arn.split(":")[3] != region for arn in arns):
        raise InvalidParameterException("Cross-region lambda functions are not supported")


def _complete_policies(settings: Settings) -> None:
    policies = settings.setdefault("Policies", {})
    policies["PasswordPolicy"] = PasswordPolicy.from_model(policies.get("PasswordPolicy")).to_model()
    factors = policies.setdefault("SignInPolicy", {}).setdefault("AllowedFirstAuthFactors", list(_DEFAULT_FIRST_FACTORS))
    if "SOFTWARE_TOKEN" in factors:
        # Assumption: the sentence.
        raise InvalidParameterException("SOFTWARE_TOKEN is not allowed in AllowedFirstAuthFactors.")
    if "PASSWORD" not in factors:
        raise InvalidParameterException("Password should be configured as one of the allowed first auth factors.")


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
        raise InvalidParameterException("Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's")
    if config:
        lambdas["PreTokenGeneration"] = config["LambdaArn"]
    elif arn:
        lambdas["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": arn}


def _check_consistency(settings: Settings) -> None:
    """Refuse members that contradict each other."""
    _check_contacts(settings)
    _check_recovery(settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", []))
    names = [level["AcrValue"] for level in effective_acr_levels(settings).values()]
    if len(set(names)) < len(names):
        # Assumption: this sentence and the next; the rules are documented.
        raise InvalidParameterException("Each name in AcrConfiguration must be unique across all four levels.")
    if settings.get("KeyConfiguration", {}).get("KeyType") == "CUSTOMER_MANAGED_KEY" and "KmsKeyArn" not in settings["KeyConfiguration"]:
        raise InvalidParameterException("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")


def _check_recovery(mechanisms: Sequence[Mapping[str, Any]]) -> None:
    refusal = "Invalid account recovery setting parameter. Account Recovery Setting cannot"
    names, priorities = ({mechanism[member] for mechanism in mechanisms} for member in ("Name", "Priority"))
    if "admin_only" in names and len(mechanisms) > 1:
        raise InvalidParameterException(f"{refusal} use admin_only setting with any other recovery mechanisms.")
    if min(len(names), len(priorities)) < len(mechanisms):
        raise InvalidParameterException(f"{refusal} have duplicate priorities or recovery mechanisms.")


def _check_contacts(settings: Settings) -> None:
    """What needs verified addresses or the means to reach them."""
    verified = set(settings.get("AutoVerifiedAttributes", ()))
    if not set(settings["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"]) <= verified:
        raise InvalidParameterException("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
    if "phone_number" in verified and not settings.get("SmsConfiguration"):
        raise InvalidParameterException("SMS configuration is required when phone_number is selected for auto verification")
    by_code = {"EMAIL_OTP", "SMS_OTP"} & set(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])
    if by_code and settings["MfaConfiguration"] == "ON":
        raise InvalidParameterException("Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
