"""The settings of user pools: defaults, and every member set, shown, reset and kept."""

import re
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.operations.user_pools.expectations import (
    ACR,
    CREATE_ONLY,
    DEFAULT_POLICY,
    EVERYTHING,
    LAMBDA,
    RESET,
    create,
    describe,
    expected,
    shown,
)
from tests.support.control import Clock


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
            "IssuerConfiguration": {"Type": "ORIGINAL"},
            "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
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

    def test_each_policy_stays_when_only_the_other_is_sent(self, idp: Any) -> None:
        before = create(idp, Policies=EVERYTHING["Policies"])
        idp.update_user_pool(UserPoolId=before["Id"], Policies={"PasswordPolicy": {"MinimumLength": 10}})
        required = dict.fromkeys(("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"), False)
        password_policy = DEFAULT_POLICY | {"MinimumLength": 10} | required
        sign_in_policy = before["Policies"]["SignInPolicy"]
        assert sign_in_policy != {"AllowedFirstAuthFactors": ["PASSWORD"]}
        assert describe(idp, before["Id"])["Policies"] == {"PasswordPolicy": password_policy, "SignInPolicy": sign_in_policy}
        sign_in_policy = {"AllowedFirstAuthFactors": ["PASSWORD"]}
        idp.update_user_pool(UserPoolId=before["Id"], Policies={"SignInPolicy": sign_in_policy})
        assert describe(idp, before["Id"])["Policies"] == {"PasswordPolicy": password_policy, "SignInPolicy": sign_in_policy}

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
