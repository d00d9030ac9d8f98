"""Answers are read as strictly as Cognito reads them."""

import json

import pytest

from triggers import responses
from triggers.responses import ClaimChanges, GroupOverride, ScopeChanges, UnusableAnswer


@pytest.mark.parametrize("payload", [b"", b"nope", b"null", b'"text"', b"[]", b"17"])
def test_what_is_no_json_object_is_invalid_json(payload):
    with pytest.raises(UnusableAnswer, match=r"^Invalid lambda function output : Invalid JSON$"):
        responses.response_of(payload)


@pytest.mark.parametrize("answer", [{}, {"response": None}, {"response": []}, {"response": "text"}])
def test_an_event_without_a_response_object_is_unrecognizable(answer):
    with pytest.raises(UnusableAnswer, match=r"^Unrecognizable lambda output$"):
        responses.response_of(json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("read", "response"),
    [
        (responses.pre_sign_up, {"autoConfirmUser": "true"}),
        (responses.pre_sign_up, {"autoVerifyEmail": 1}),
        (responses.custom_message, {"emailMessage": 5}),
        (responses.define_auth_challenge, {"issueTokens": "yes"}),
        (responses.define_auth_challenge, {}),
        (responses.define_auth_challenge, {"challengeName": None, "issueTokens": False, "failAuthentication": False}),
        (responses.create_auth_challenge, {"publicChallengeParameters": {"a": 1}}),
        (responses.create_auth_challenge, {"privateChallengeParameters": ["a"]}),
        (responses.verify_auth_challenge_response, {"answerCorrect": "true"}),
        (responses.user_migration, {"userAttributes": "email"}),
        (responses.user_migration, {"finalUserStatus": "READY"}),
        (responses.user_migration, {"desiredDeliveryMediums": "EMAIL"}),
        (responses.pre_token_generation, {"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}}),
        (responses.pre_token_generation, {"claimsOverrideDetails": {"claimsToSuppress": "a"}}),
        (responses.pre_token_generation, {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": []}}),
        (responses.pre_token_generation, {"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": [1]}}}),
        (responses.inbound_federation, {"userAttributesToMap": {"email": None}}),
    ],
)
def test_a_wrong_type_is_unrecognizable(read, response):
    with pytest.raises(UnusableAnswer, match=r"^Unrecognizable lambda output$"):
        read(response)


def test_absent_and_null_members_are_the_defaults():
    assert responses.pre_sign_up({"autoConfirmUser": None}) == responses.PreSignUpResult(False, False, False)
    assert responses.custom_message({"smsMessage": None}) == responses.CustomMessageResult(None, None, None)
    assert responses.create_auth_challenge({}) == responses.CreateAuthChallengeResult({}, {}, None)
    assert responses.verify_auth_challenge_response({}) is False
    assert responses.inbound_federation({}) == {}
    assert responses.ignored({"anything": 1}) is None


def test_a_migrated_user_is_read_whole():
    response = {
        "userAttributes": {"email": "a@b.c"},
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
        "desiredDeliveryMediums": ["EMAIL"],
        "forceAliasCreation": True,
        "enableSMSMFA": False,
    }

    assert responses.user_migration(response) == responses.UserMigrationResult(
        {"email": "a@b.c"}, "CONFIRMED", "SUPPRESS", ("EMAIL",), True, False
    )


@pytest.mark.parametrize("response", [{}, {"userAttributes": None}, {"userAttributes": {}}])
def test_a_user_without_attributes_is_not_migrated(response):
    result = responses.user_migration(response)

    assert result.user_attributes is None
    assert result.final_user_status == "RESET_REQUIRED"
    assert result.desired_delivery_mediums == ("SMS",)


def test_the_first_version_changes_the_id_token_only():
    details = {"claimsToAddOrOverride": {"a": "1"}, "claimsToSuppress": ["email"]}

    result = responses.pre_token_generation({"claimsOverrideDetails": details})

    assert result.id_token == ClaimChanges({"a": "1"}, ("email",))
    assert result.access_token == ClaimChanges()
    assert result.groups is None


def test_later_versions_change_both_tokens_and_scopes_by_values_of_any_kind():
    details = {
        "idTokenGeneration": {"claimsToAddOrOverride": {"n": 1, "o": {"x": [True, None]}}},
        "accessTokenGeneration": {"claimsToSuppress": ["b"], "scopesToAdd": ["s"], "scopesToSuppress": ["t"]},
    }

    result = responses.pre_token_generation({"claimsAndScopeOverrideDetails": details})

    assert result.id_token == ClaimChanges({"n": 1, "o": {"x": [True, None]}}, ())
    assert result.access_token == ClaimChanges({}, ("b",))
    assert result.scopes == ScopeChanges(("s",), ("t",))


@pytest.mark.parametrize(
    ("details", "groups"),
    [
        ({}, None),
        ({"groupOverrideDetails": None}, GroupOverride()),
        ({"groupOverrideDetails": {}}, GroupOverride()),
        (
            {"groupOverrideDetails": {"groupsToOverride": ["g"], "iamRolesToOverride": ["r"], "preferredRole": "r"}},
            GroupOverride(("g",), ("r",), "r"),
        ),
    ],
)
def test_groups_are_left_suppressed_or_replaced(details, groups):
    assert responses.pre_token_generation({"claimsOverrideDetails": details}).groups == groups
    assert responses.pre_token_generation({"claimsAndScopeOverrideDetails": details}).groups == groups


@pytest.mark.parametrize("response", [{}, {"claimsOverrideDetails": None}, {"claimsAndScopeOverrideDetails": None}])
def test_tokens_left_alone_are_unchanged(response):
    assert responses.pre_token_generation(response) == responses.PreTokenGenerationResult()
