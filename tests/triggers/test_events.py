"""Events are Cognito's, member for member."""

import json

import pytest

from triggers import events
from triggers.events import Envelope, GroupConfiguration

ENVELOPE = Envelope("us-east-1", "us-east-1_pool", "jane", "client", "aws-sdk-js-3.1")
USER = {"sub": "1", "email": "jane@example.com"}


def test_the_envelope_is_complete_and_in_cognitos_words():
    event = events.post_confirmation(ENVELOPE, "PostConfirmation_ConfirmSignUp", user_attributes=USER)

    assert event == {
        "version": "1",
        "triggerSource": "PostConfirmation_ConfirmSignUp",
        "region": "us-east-1",
        "userPoolId": "us-east-1_pool",
        "userName": "jane",
        "callerContext": {"awsSdkVersion": "aws-sdk-js-3.1", "clientId": "client"},
        "request": {"userAttributes": USER},
        "response": {},
    }


def test_a_caller_without_client_and_sdk_has_cognitos_stand_ins():
    event = events.post_confirmation(Envelope("r", "p", "u"), "PostConfirmation_ConfirmSignUp", user_attributes={})

    assert event["callerContext"] == {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "CLIENT_ID_NOT_APPLICABLE"}


def test_pre_sign_up_has_validation_data_null_when_none_was_given_and_metadata_absent():
    event = events.pre_sign_up(ENVELOPE, "PreSignUp_SignUp", user_attributes=USER)

    assert event["request"] == {"userAttributes": USER, "validationData": None}
    assert event["response"] == {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}


def test_metadata_and_validation_data_are_passed_as_given():
    event = events.pre_sign_up(ENVELOPE, "PreSignUp_AdminCreateUser", user_attributes=USER, validation_data={"a": "1"}, client_metadata={})

    assert event["request"] == {"userAttributes": USER, "validationData": {"a": "1"}, "clientMetadata": {}}


def test_migration_of_a_forgotten_password_comes_without_password_and_attributes():
    event = events.user_migration(ENVELOPE, "UserMigration_ForgotPassword", password=None)

    assert event["request"] == {}
    assert set(event["response"].values()) == {None}
    assert "enableSMSMFA" in event["response"]


def test_pre_authentication_knows_no_client_metadata():
    event = events.pre_authentication(ENVELOPE, user_attributes={}, validation_data={"a": "1"}, user_not_found=True)

    assert event["request"] == {"userAttributes": {}, "validationData": {"a": "1"}, "userNotFound": True}


def test_a_false_member_is_not_taken_for_an_absent_one():
    event = events.post_authentication(ENVELOPE, user_attributes={}, new_device_used=False)

    assert event["request"] == {"userAttributes": {}, "newDeviceUsed": False}


def test_challenges_are_listed_with_null_metadata_where_they_have_none():
    session = [events.ChallengeResult("SRP_A", True), events.ChallengeResult("CUSTOM_CHALLENGE", False, "captcha")]

    event = events.define_auth_challenge(ENVELOPE, user_attributes={}, session=session)

    assert event["request"]["session"] == [
        {"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None},
        {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "captcha"},
    ]
    assert event["response"] == {"challengeName": None, "issueTokens": None, "failAuthentication": None}


@pytest.mark.parametrize(
    ("version", "number", "response"),
    [
        ("V1_0", "1", {"claimsOverrideDetails": None}),
        ("V2_0", "2", {"claimsAndScopeOverrideDetails": None}),
        ("V3_0", "3", {"claimsAndScopeOverrideDetails": None}),
    ],
)
def test_token_generation_has_three_versions_and_scopes_from_the_second_on(version, number, response):
    event = events.pre_token_generation(
        ENVELOPE,
        "TokenGeneration_RefreshTokens",
        version=version,
        user_attributes=USER,
        groups=GroupConfiguration(["g"], ["role"], "role"),
        scopes=["openid"],
    )

    assert event["version"] == number
    assert event["response"] == response
    groups = {"groupsToOverride": ["g"], "iamRolesToOverride": ["role"], "preferredRole": "role"}
    assert event["request"]["groupConfiguration"] == groups
    assert event["request"].get("scopes") == (None if version == "V1_0" else ["openid"])


def test_only_an_invitation_has_a_placeholder_for_the_user_name():
    names = {source: events.sample_event(source)["request"]["usernameParameter"] for source in _sources("CustomMessage")}

    assert {source for source, name in names.items() if name == "{username}"} == {"CustomMessage_AdminCreateUser"}


def test_senders_name_their_request_type():
    assert events.sample_event("CustomEmailSender_SignUp")["request"]["type"] == "customEmailSenderRequestV1"
    assert events.sample_event("CustomSMSSender_SignUp")["request"]["type"] == "customSMSSenderRequestV1"
    assert events.sample_event("CustomEmailSender_AccountTakeOverNotification")["request"]["code"] is None


def test_federation_says_what_the_provider_said():
    event = events.inbound_federation_saml(ENVELOPE, provider_name="corp", saml_response={"mail": "x"})

    assert event["request"] == {"providerName": "corp", "providerType": "SAML", "attributes": {"samlResponse": {"mail": "x"}}}
    assert event["response"] == {"userAttributesToMap": {}}


def test_a_machine_has_no_user_name():
    event = events.sample_event("TokenGeneration_ClientCredentials")

    assert "userName" not in event
    assert event["version"] == "3"


def _sources(trigger: str) -> list[str]:
    return [source for source in events.TRIGGER_SOURCES if events.trigger_of(source) == trigger]


@pytest.mark.parametrize("source", events.TRIGGER_SOURCES)
def test_there_is_a_sample_of_every_trigger_source(source):
    event = events.sample_event(source)

    assert event["triggerSource"] == source
    assert event == json.loads(json.dumps(event))


def test_the_sources_are_those_of_the_user_pool_guide():
    counts = {trigger: len(_sources(trigger)) for trigger in map(events.trigger_of, events.TRIGGER_SOURCES)}

    assert counts == {
        "PreSignUp": 3,
        "PostConfirmation": 2,
        "PreAuthentication": 1,
        "PostAuthentication": 1,
        "PreTokenGeneration": 6,
        "CustomMessage": 7,
        "UserMigration": 2,
        "DefineAuthChallenge": 1,
        "CreateAuthChallenge": 1,
        "VerifyAuthChallengeResponse": 1,
        "CustomEmailSender": 8,
        "CustomSMSSender": 7,
        "InboundFederation": 1,
    }


def test_a_trigger_can_be_asked_for_by_its_name_alone():
    assert events.sample_event("PreSignUp")["triggerSource"] == "PreSignUp_SignUp"
    assert events.sample_event("PreTokenGeneration", "V2_0")["version"] == "2"


def test_an_unknown_source_lists_those_there_are():
    with pytest.raises(KeyError, match="PreSignUp_ExternalProvider"):
        events.sample_event("PreSignIn")
