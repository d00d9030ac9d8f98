"""User pools: what is created is what is described; what an update keeps and resets; what is refused."""

import itertools
import re
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock

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


class TestDefaults:
    def test_a_pool_that_is_told_nothing(self, idp: Any, account: str, clock: Clock) -> None:
        before = clock.now()
        pool = create(idp)
        schema = pool.pop("SchemaAttributes")
        created = pool.pop("CreationDate")
        assert before - 1 <= created.timestamp() <= clock.now() + 1
        assert pool.pop("LastModifiedDate") == created
        assert re.fullmatch(r"us-east-1_[0-9A-Za-z]{9}", pool["Id"])
        assert pool == {
            "Id": pool["Id"],
            "Name": "pool",
            "Arn": f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{pool['Id']}",
            "Policies": {"PasswordPolicy": DEFAULT_POLICY, "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
            "DeletionProtection": "INACTIVE",
            "LambdaConfig": {},
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
            "MfaConfiguration": "OFF",
            "EstimatedNumberOfUsers": 0,
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "UserPoolTags": {},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
            "UserPoolTier": "ESSENTIALS",
            "AcrConfiguration": ACR,
        }
        assert [attribute["Name"] for attribute in schema][:2] == ["profile", "address"]
        assert len(schema) == 21

    def test_describe_shows_what_create_returned(self, idp: Any) -> None:
        pool = create(idp)
        assert describe(idp, pool["Id"]) == pool

    def test_the_number_of_users_is_counted(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        for name in ("ann", "bob"):
            idp.admin_create_user(UserPoolId=pool_id, Username=name)
        assert describe(idp, pool_id)["EstimatedNumberOfUsers"] == 2

    def test_names_need_not_be_unique(self, idp: Any) -> None:
        assert create(idp)["Id"] != create(idp)["Id"]

    def test_another_region_is_another_world(self, server: Any, account: str, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        elsewhere = server.client(account=account, region="eu-west-1")
        assert refusal(elsewhere.describe_user_pool, UserPoolId=pool_id)[0] == "ResourceNotFoundException"
        assert create(elsewhere)["Id"].startswith("eu-west-1_")


class TestEveryMember:
    def test_what_is_created_is_shown_and_described(self, idp: Any) -> None:
        pool = create(idp, **EVERYTHING, **CREATE_ONLY)
        assert shown(pool) == expected()
        assert {name: pool[name] for name in CREATE_ONLY} == CREATE_ONLY
        assert describe(idp, pool["Id"]) == pool

    def test_alias_attributes_are_shown(self, idp: Any) -> None:
        aliases = ["email", "phone_number", "preferred_username"]
        assert create(idp, AliasAttributes=aliases)["AliasAttributes"] == aliases

    def test_an_update_sets_everything_that_it_names(self, idp: Any, clock: Clock) -> None:
        before = create(idp, **CREATE_ONLY)
        clock.advance(minutes=1)
        idp.update_user_pool(UserPoolId=before["Id"], PoolName="renamed", **EVERYTHING)
        after = describe(idp, before["Id"])
        assert shown(after) == expected()
        assert after["Name"] == "renamed"
        assert after["CreationDate"] == before["CreationDate"]
        assert after["LastModifiedDate"] > before["LastModifiedDate"]
        assert after["SchemaAttributes"] == before["SchemaAttributes"]
        assert {name: after[name] for name in CREATE_ONLY} == CREATE_ONLY

    def test_an_update_that_names_nothing_resets_some_and_keeps_the_rest(self, idp: Any) -> None:
        pool_id = create(idp, **EVERYTHING, **CREATE_ONLY)["Id"]
        idp.update_user_pool(UserPoolId=pool_id)
        assert shown(describe(idp, pool_id)) == expected() | RESET

    def test_policies_without_sign_in_policy_put_the_default_factors_back(self, idp: Any) -> None:
        pool_id = create(idp, Policies=EVERYTHING["Policies"])["Id"]
        idp.update_user_pool(UserPoolId=pool_id, Policies={"PasswordPolicy": {"MinimumLength": 10}})
        assert describe(idp, pool_id)["Policies"] == {
            "PasswordPolicy": DEFAULT_POLICY | {"MinimumLength": 10},
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        }

    def test_an_empty_recovery_setting_brings_the_older_way_back(self, idp: Any) -> None:
        pool_id = create(idp, AccountRecoverySetting=EVERYTHING["AccountRecoverySetting"])["Id"]
        idp.update_user_pool(UserPoolId=pool_id, AccountRecoverySetting={})
        assert "AccountRecoverySetting" not in describe(idp, pool_id)

    def test_client_registration_is_on_unless_turned_off(self, idp: Any) -> None:
        pool = create(idp, DcrConfiguration={"AllowedScopes": ["openid"]})
        assert pool["DcrConfiguration"] == {"EnableStatus": "Enabled", "OpenDcrEnabled": False, "AllowedScopes": ["openid"]}

    @pytest.mark.parametrize(
        ("older", "newer"),
        [
            ("EmailVerificationMessage", "EmailMessage"),
            ("EmailVerificationSubject", "EmailSubject"),
            ("SmsVerificationMessage", "SmsMessage"),
        ],
    )
    def test_the_older_and_the_newer_member_of_a_message_are_one(self, idp: Any, older: str, newer: str) -> None:
        for settings in ({older: "Here is {####}"}, {"VerificationMessageTemplate": {newer: "Here is {####}"}}):
            pool = create(idp, **settings)
            assert (pool[older], pool["VerificationMessageTemplate"][newer]) == ("Here is {####}", "Here is {####}")

    def test_either_member_of_the_token_trigger_shows_both(self, idp: Any) -> None:
        config = {"LambdaVersion": "V2_0", "LambdaArn": LAMBDA}
        both = {"PreTokenGeneration": LAMBDA, "PreTokenGenerationConfig": config}
        assert create(idp, LambdaConfig={"PreTokenGenerationConfig": config})["LambdaConfig"] == both
        older = create(idp, LambdaConfig={"PreTokenGeneration": LAMBDA})["LambdaConfig"]
        assert older == both | {"PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA}}


class TestTemporaryPasswordValidity:
    def test_the_deprecated_member_sets_the_newer(self, idp: Any) -> None:
        pool = create(idp, AdminCreateUserConfig={"UnusedAccountValidityDays": 3})
        assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 3
        assert pool["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == 3

    def test_zero_means_the_default(self, idp: Any) -> None:
        pool = create(idp, Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": 0}})
        assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 7

    @pytest.mark.parametrize("operation", ["create", "update"])
    def test_both_at_once_are_refused(self, idp: Any, operation: str) -> None:
        settings = {
            "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
            "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
        }
        call = (
            (idp.create_user_pool, {"PoolName": "pool"})
            if operation == "create"
            else (idp.update_user_pool, {"UserPoolId": create(idp)["Id"]})
        )
        assert refusal(call[0], **call[1], **settings) == (
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
                "Only one of the aliasAttributes or usernameAttributes can be set in a User Pool.",
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
                {
                    "MfaConfiguration": "ON",
                    "SmsConfiguration": SMS,
                    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}},
                },
                "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
            ),
            (
                {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["SOFTWARE_TOKEN"]}}},
                "SOFTWARE_TOKEN is not allowed in AllowedFirstAuthFactors.",
            ),
            (
                {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN"]}}},
                "WEB_AUTHN cannot be the only factor in AllowedFirstAuthFactors.",
            ),
            (
                {
                    "LambdaConfig": {
                        "PreTokenGeneration": OTHER_LAMBDA,
                        "PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA},
                    }
                },
                "PreTokenGeneration and PreTokenGenerationConfig must have the same Lambda ARN.",
            ),
            (
                {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA}}},
                "KMSKeyID is required for custom sender Lambda triggers.",
            ),
            (
                {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}]
                    }
                },
                "Invalid Recovery Mechanisms. admin_only cannot be combined with other mechanisms.",
            ),
            (
                {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}, {"Priority": 2, "Name": "verified_email"}]
                    }
                },
                "Invalid Recovery Mechanisms. Each mechanism can be given once.",
            ),
            ({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "SourceArn is required when EmailSendingAccount is DEVELOPER."),
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

    @pytest.mark.parametrize(
        ("tier", "settings", "features"),
        [
            ("ESSENTIALS", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"),
            ("LITE", {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}, "Passwordless Sign-In"),
            ("LITE", {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}}, "Password Reuse Prevention"),
            (
                "LITE",
                {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": LAMBDA}}},
                "Access Token Customization",
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


class TestDelete:
    def test_a_deleted_pool_is_gone_with_all_that_is_in_it(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="client")["UserPoolClient"]["ClientId"]
        idp.delete_user_pool(UserPoolId=pool_id)
        gone = ("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
        assert refusal(idp.describe_user_pool, UserPoolId=pool_id) == gone
        assert refusal(idp.list_users, UserPoolId=pool_id) == gone
        assert refusal(idp.sign_up, ClientId=client_id, Username="ann", Password="Correct-Horse-7")[0] == "ResourceNotFoundException"
        assert refusal(idp.delete_user_pool, UserPoolId=pool_id) == gone

    def test_a_protected_pool_stays_until_its_protection_goes(self, idp: Any) -> None:
        pool_id = create(idp, DeletionProtection="ACTIVE")["Id"]
        assert refusal(idp.delete_user_pool, UserPoolId=pool_id) == (
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
        )
        idp.update_user_pool(UserPoolId=pool_id, DeletionProtection="INACTIVE")
        idp.delete_user_pool(UserPoolId=pool_id)


class TestList:
    @pytest.mark.parametrize("size", [1, 2, 5, 60])
    def test_pools_are_listed_page_by_page(self, idp: Any, clock: Clock, size: int) -> None:
        ids = []
        for number in range(5):
            ids.append(idp.create_user_pool(PoolName=f"pool-{number}")["UserPool"]["Id"])
            clock.advance(seconds=1)
        pages = list(idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": size}))
        assert [pool["Id"] for page in pages for pool in page["UserPools"]] == ids
        assert len(pages) == -(-5 // size)

    def test_an_entry_says_little(self, idp: Any) -> None:
        pool = create(idp, LambdaConfig={"PreSignUp": LAMBDA})
        (entry,) = idp.list_user_pools(MaxResults=60)["UserPools"]
        names = ("Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate")
        assert entry == {name: pool[name] for name in names}

    def test_accounts_do_not_see_each_other(self, server: Any, idp: Any) -> None:
        create(idp)
        assert server.client(account="999999999998").list_user_pools(MaxResults=60)["UserPools"] == []

    def test_a_strangers_token_is_worth_nothing(self, server: Any, idp: Any) -> None:
        create(idp)
        create(idp)
        token = idp.list_user_pools(MaxResults=1)["NextToken"]
        stranger = server.client(account="999999999998")
        bad = ("InvalidParameterException", "Invalid pagination token.")
        assert refusal(stranger.list_user_pools, MaxResults=1, NextToken=token) == bad
        assert refusal(idp.list_user_pools, MaxResults=1, NextToken="nonsense") == bad


class TestSchema:
    def attribute(self, pool: dict[str, Any], name: str) -> Any:
        return next((attribute for attribute in pool["SchemaAttributes"] if attribute["Name"] == name), None)

    def test_standard_attributes_can_be_required_and_immutable(self, idp: Any) -> None:
        pool = create(idp, Schema=[{"Name": "email", "Required": True, "Mutable": False}])
        assert self.attribute(pool, "email") == {
            "Name": "email",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": False,
            "Required": True,
            "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
        }

    def test_custom_attributes_are_prefixed(self, idp: Any) -> None:
        limits = {"MinValue": "1", "MaxValue": "9"}
        schema = [
            {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
            {"Name": "score", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True, "NumberAttributeConstraints": limits},
        ]
        pool = create(idp, Schema=schema)
        assert self.attribute(pool, "custom:plan") == {
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": True,
            "Required": False,
            "StringAttributeConstraints": {},
        }
        assert self.attribute(pool, "dev:custom:score") == {
            "Name": "dev:custom:score",
            "AttributeDataType": "Number",
            "DeveloperOnlyAttribute": True,
            "Mutable": False,
            "Required": False,
            "NumberAttributeConstraints": limits,
        }

    def test_attributes_are_added_for_ever(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}])
        idp.update_user_pool(UserPoolId=pool_id)
        assert self.attribute(describe(idp, pool_id), "custom:plan")["AttributeDataType"] == "String"
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "custom:plan", "Value": "gold"}])

    @pytest.mark.parametrize(
        ("attribute", "message"),
        [
            ({"Name": "plan", "AttributeDataType": "String"}, "custom:plan: Existing attribute already has name custom:plan."),
            ({"Name": "new", "AttributeDataType": "String", "Required": True}, "Required custom attributes are not supported currently."),
        ],
    )
    def test_attributes_that_cannot_be_added(self, idp: Any, attribute: dict[str, Any], message: str) -> None:
        pool = create(idp, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
        assert refusal(idp.add_custom_attributes, UserPoolId=pool["Id"], CustomAttributes=[attribute]) == (
            "InvalidParameterException",
            message,
        )
        assert describe(idp, pool["Id"]) == pool

    def test_fifty_custom_attributes_are_the_most(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        attributes = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(51)]
        for first in (0, 25):
            idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=attributes[first : first + 25])
        assert refusal(idp.add_custom_attributes, UserPoolId=pool_id, CustomAttributes=attributes[50:]) == (
            "InvalidParameterException",
            "The number of custom attributes cannot exceed 50.",
        )


_ids = itertools.count(1)


class TestChosenIds:
    @pytest.mark.parametrize("tag", ["_custom_id_", "floci:override-id"])
    def test_a_tag_chooses_the_id(self, idp: Any, account: str, tag: str) -> None:
        chosen = f"us-east-1_c{account}{next(_ids)}"
        assert create(idp, UserPoolTags={tag: chosen})["Id"] == chosen
        assert describe(idp, chosen)["UserPoolTags"] == {tag: chosen}

    def test_an_id_without_region_gets_the_callers(self, idp: Any, account: str) -> None:
        assert create(idp, UserPoolTags={"_custom_id_": f"d{account}"})["Id"] == f"us-east-1_d{account}"

    def test_an_id_exists_once(self, idp: Any, account: str) -> None:
        chosen = f"us-east-1_e{account}"
        create(idp, UserPoolTags={"_custom_id_": chosen})
        assert refusal(idp.create_user_pool, PoolName="pool", UserPoolTags={"_custom_id_": chosen}) == (
            "InvalidParameterException",
            f"User pool {chosen} already exists.",
        )

    def test_an_id_that_no_request_could_name_is_refused(self, idp: Any) -> None:
        assert refusal(idp.create_user_pool, PoolName="pool", UserPoolTags={"_custom_id_": "us-east-1_not-mine"}) == (
            "InvalidParameterException",
            "The id us-east-1_not-mine, chosen by a tag, does not match the pattern [\\w-]+_[0-9a-zA-Z]+ of at most 55 characters.",
        )
