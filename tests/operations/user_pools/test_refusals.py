"""Settings that user pools cannot have."""

from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.operations.user_pools.expectations import LAMBDA, NO_POOL, OTHER_LAMBDA, ROLE, SMS, create, describe

ONE_SENDER = "SmsConfiguration must have either SnsCallerArn or EumsSms."
SENDERS_OF_NOTHING: list[tuple[dict[str, Any], str]] = [
    ({"SnsCallerArn": ROLE, "EumsSms": {"CallerArn": ROLE}}, ONE_SENDER),
    ({"ExternalId": "external"}, ONE_SENDER),
    ({"EumsSms": {"CallerArn": ROLE, "Region": "eu-west-1"}}, "The Region of EumsSms must be the Region of the user pool."),
]

RECOVERY = "Invalid account recovery setting parameter. Account Recovery Setting cannot"


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
                "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
            ),
            (
                {
                    "MfaConfiguration": "ON",
                    "SmsConfiguration": SMS,
                    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}},
                },
                "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
            ),
            (
                {"MfaConfiguration": "ON"},
                "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
            ),
        ],
    )
    def test_what_only_a_creation_can_get_wrong(self, idp: Any, settings: dict[str, Any], message: str) -> None:
        assert refusal(idp.create_user_pool, PoolName="pool", **settings) == ("InvalidParameterException", message)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
                "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
            ),
            (
                {"AutoVerifiedAttributes": ["phone_number"]},
                "SMS configuration is required when phone_number is selected for auto verification",
            ),
            (
                {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["SOFTWARE_TOKEN"]}}},
                "SOFTWARE_TOKEN is not allowed in AllowedFirstAuthFactors.",
            ),
            (
                {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN", "EMAIL_OTP"]}}},
                "Password should be configured as one of the allowed first auth factors.",
            ),
            (
                {
                    "LambdaConfig": {
                        "PreTokenGeneration": OTHER_LAMBDA,
                        "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA},
                    }
                },
                "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
            ),
            (
                {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA}}},
                "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
            ),
            (
                {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}]
                    }
                },
                f"{RECOVERY} use admin_only setting with any other recovery mechanisms.",
            ),
            (
                {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_email"}]
                    }
                },
                f"{RECOVERY} have duplicate priorities or recovery mechanisms.",
            ),
            (
                {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 1, "Name": "verified_email"}]
                    }
                },
                f"{RECOVERY} have duplicate priorities or recovery mechanisms.",
            ),
            ({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "Source ARN is required to use DEVELOPER email sending owner"),
            ({"EmailConfiguration": {"From": "not an address"}}, "Provided From email address is invalid"),
            (
                {"LambdaConfig": {"PreSignUp": LAMBDA.replace("us-east-1", "ap-northeast-1")}},
                "Cross-region lambda functions are not supported",
            ),
            *(({"SmsConfiguration": sms}, message) for sms, message in SENDERS_OF_NOTHING),
            ({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}, "KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY."),
            (
                {"AcrConfiguration": {"Level1": {"AcrValue": "urn:cognito:loa:2"}}},
                "Each name in AcrConfiguration must be unique across all four levels.",
            ),
        ],
    )
    def test_what_contradicts_itself(self, idp: Any, settings: dict[str, Any], message: str) -> None:
        assert refusal(idp.create_user_pool, PoolName="pool", **settings) == ("InvalidParameterException", message)
        before = create(idp)
        assert refusal(idp.update_user_pool, UserPoolId=before["Id"], **settings) == ("InvalidParameterException", message)
        assert describe(idp, before["Id"]) == before

    @pytest.mark.parametrize(("sms", "message"), SENDERS_OF_NOTHING)
    def test_a_sender_of_sms_that_is_none(self, idp: Any, sms: dict[str, Any], message: str) -> None:
        pool_id = create(idp)["Id"]
        codes = {"SmsMfaConfiguration": {"SmsConfiguration": sms}, "MfaConfiguration": "OPTIONAL"}
        assert refusal(idp.set_user_pool_mfa_config, UserPoolId=pool_id, **codes) == ("InvalidParameterException", message)

    def test_texts_may_go_by_end_user_messaging(self, idp: Any) -> None:
        sms = {"EumsSms": {"CallerArn": ROLE, "Region": "us-east-1", "OriginationIdentity": "SHOP"}}
        assert describe(idp, create(idp, AutoVerifiedAttributes=["phone_number"], SmsConfiguration=sms)["Id"])["SmsConfiguration"] == sms

    def test_an_update_cannot_demand_mfa(self, idp: Any) -> None:
        """SetUserPoolMfaConfig does it; a pool that demands MFA may be told so again."""
        pool_id = create(idp, SmsConfiguration=SMS)["Id"]
        message = "Cannot turn MFA functionality ON, once the user pool has been created."
        refused = refusal(idp.update_user_pool, UserPoolId=pool_id, MfaConfiguration="ON", SmsConfiguration=SMS)
        assert refused == ("InvalidParameterException", message)
        idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration="ON", SmsMfaConfiguration={"SmsConfiguration": SMS})
        idp.update_user_pool(UserPoolId=pool_id, MfaConfiguration="ON", SmsConfiguration=SMS)
        assert describe(idp, pool_id)["MfaConfiguration"] == "ON"

    @pytest.mark.parametrize(
        ("tier", "settings", "features"),
        [
            ("ESSENTIALS", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"),
            ("LITE", {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}, "Passwordless Sign-In"),
            ("LITE", {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}}, "Password Reuse Prevention"),
            (
                "LITE",
                {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": LAMBDA}}},
                "Token Customization with Pre-Token Generation Lambda V2_0",
            ),
            ("LITE", {"DcrConfiguration": {"EnableStatus": "Enabled"}}, "Dynamic Client Registration"),
            ("LITE", {"AcrConfiguration": {"Level1": {"AcrValue": "urn:mine"}}}, "Custom ACR Levels"),
            (
                "LITE",
                {
                    "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
                    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
                },
                "Threat Protection, Passwordless Sign-In",
            ),
        ],
    )
    def test_what_the_tier_does_not_include(self, idp: Any, tier: str, settings: dict[str, Any], features: str) -> None:
        refused = (
            "FeatureUnavailableInTierException",
            f"The following features need to be disabled for the {tier} pricing tier configured: {features}",
        )
        assert refusal(idp.create_user_pool, PoolName="pool", UserPoolTier=tier, **settings) == refused
        assert refusal(idp.update_user_pool, UserPoolId=create(idp)["Id"], UserPoolTier=tier, **settings) == refused
        assert create(idp, UserPoolTier="PLUS", **settings)["UserPoolTier"] == "PLUS"

    def test_a_pool_with_features_cannot_go_to_a_lower_tier(self, idp: Any) -> None:
        pool_id = create(idp, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})["Id"]
        add_ons = {"AdvancedSecurityMode": "AUDIT"}
        assert refusal(idp.update_user_pool, UserPoolId=pool_id, UserPoolTier="ESSENTIALS", UserPoolAddOns=add_ons)[0] == (
            "FeatureUnavailableInTierException"
        )
        idp.update_user_pool(UserPoolId=pool_id, UserPoolTier="ESSENTIALS")
        assert describe(idp, pool_id)["UserPoolTier"] == "ESSENTIALS"

    @pytest.mark.parametrize(
        ("operation", "more"),
        [
            ("describe_user_pool", {}),
            ("update_user_pool", {}),
            ("delete_user_pool", {}),
            ("add_custom_attributes", {"CustomAttributes": [{"Name": "plan", "AttributeDataType": "String"}]}),
        ],
    )
    def test_a_pool_that_does_not_exist(self, idp: Any, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(idp, operation), UserPoolId="us-east-1_AbCdEfGhI", **more) == NO_POOL
