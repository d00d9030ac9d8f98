"""What user pools are made with, and how they are shown."""

import itertools
from typing import Any

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:mine"


OTHER_LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:other"


KEY = "arn:aws:kms:us-east-1:123456789012:key/mine"


ROLE = "arn:aws:iam::123456789012:role/sms"


IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/mail@example.com"


SMS = {"SnsCallerArn": ROLE, "ExternalId": "external", "SnsRegion": "us-east-1"}


NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")


DEFAULT_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}


ACR = {f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in range(1, 5)}


# A value other than the default for every member that an update can name, as it is sent and as it is shown.
EVERYTHING: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": False,
            "RequireLowercase": False,
            "RequireNumbers": False,
            "RequireSymbols": False,
            "TemporaryPasswordValidityDays": 3,
            "PasswordHistorySize": 5,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
    },
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {"PreSignUp": LAMBDA, "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA}, "KMSKeyID": KEY},
    "AutoVerifiedAttributes": ["email"],
    "SmsAuthenticationMessage": "Sign in with {####}",
    "VerificationMessageTemplate": {
        "SmsMessage": "Verify with {####}",
        "EmailMessage": "Please verify with {####}",
        "EmailSubject": "Verify",
        "EmailMessageByLink": "Please {##click##}",
        "EmailSubjectByLink": "Click",
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
    },
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "MfaConfiguration": "OPTIONAL",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": IDENTITY, "ReplyToEmailAddress": "reply@example.com"},
    "SmsConfiguration": SMS,
    "UserPoolTags": {"stage": "test"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {"EmailMessage": "{username} {####}", "EmailSubject": "Welcome", "SMSMessage": "{username} {####}"},
    },
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    "UserPoolTier": "PLUS",
    "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY},
    "IssuerConfiguration": {"Type": "UPDATED"},
    "AcrConfiguration": {"Level2": {"AcrValue": "urn:mine:two"}},
    "DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": True, "OpenDcrGrantTypes": ["code"], "AllowedScopes": ["openid"]},
}


# What the service adds to what was sent.
ADDED = {
    "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
    "AcrConfiguration": ACR,
    "EmailVerificationMessage": "Please verify with {####}",
    "EmailVerificationSubject": "Verify",
    "SmsVerificationMessage": "Verify with {####}",
}


CREATE_ONLY = {"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}}


# Measured against AWS: what an update that does not name it puts back to its default.
RESET = {
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 3},  # follows the policy, which stays
    "AutoVerifiedAttributes": None,
    "DeviceConfiguration": None,
    "EmailVerificationMessage": None,
    "EmailVerificationSubject": None,
    "LambdaConfig": {},
    "SmsAuthenticationMessage": None,
    "SmsVerificationMessage": None,
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "UserPoolAddOns": None,
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
}


def describe(idp: Any, pool_id: str) -> dict[str, Any]:
    pool: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool


def create(idp: Any, **settings: Any) -> dict[str, Any]:
    pool: dict[str, Any] = idp.create_user_pool(PoolName="pool", **settings)["UserPool"]
    return pool


def shown(pool: dict[str, Any]) -> dict[str, Any]:
    """What a pool shows of EVERYTHING, with what the service adds."""
    return {name: pool.get(name) for name in EVERYTHING | ADDED}


def expected() -> dict[str, Any]:
    """EVERYTHING as it is shown."""
    merged = dict(EVERYTHING)
    for name, value in ADDED.items():
        merged[name] = {**value, **EVERYTHING[name]} if isinstance(value, dict) else value
    return merged


_ids = itertools.count(1)
