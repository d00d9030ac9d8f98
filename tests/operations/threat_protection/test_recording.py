"""What is recorded of sign-ins, and what risk they are."""

from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import BLOCKED, CAFE, HOME, INVALID, LAPTOP, OFF, PHONE, WORK, Guarded, fingerprint, guard
from tests.support.control import Clock, Inbox


class TestRecording:
    def test_a_sign_in_is_recorded_with_its_circumstances(self, pool: Guarded) -> None:
        pool.come()
        event = pool.events()[0]
        assert event["EventContextData"] == {"IpAddress": HOME, "DeviceName": "Chrome 126, Windows 10"}
        assert event["EventType"] == "SignIn"
        assert event["EventResponse"] == "Pass"
        assert event["EventRisk"] == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
        assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]
        assert "EventFeedback" not in event

    def test_a_wrong_password_is_recorded_as_a_failure(self, pool: Guarded) -> None:
        assert refusal(pool.come, password="Wrong-Horse-1") == ("NotAuthorizedException", "Incorrect username or password.")
        event = pool.events()[0]
        assert event["EventResponse"] == "Fail"
        assert event["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]

    def test_what_the_context_data_library_tells_is_shown(self, pool: Guarded) -> None:
        pool.come(data=fingerprint("tablet"))
        assert pool.events()[0]["EventContextData"] == {"IpAddress": HOME, "DeviceName": "Ann's tablet", "Timezone": "+02:00"}

    def test_sign_ups_codes_and_password_changes_are_recorded(self, pool: Guarded, inbox: Inbox) -> None:
        pool.sign_up("bob", email="bob@example.com")
        pool.idp.resend_confirmation_code(ClientId=pool.client, Username="bob")
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob")
        pool.verify("bob", "email")
        for _ in range(2):
            inbox.next(to="bob@example.com")
        pool.idp.forgot_password(ClientId=pool.client, Username="bob")
        code = inbox.code(to="bob@example.com")
        pool.idp.confirm_forgot_password(ClientId=pool.client, Username="bob", ConfirmationCode=code, Password=NEW_PASSWORD)
        token = pool.sign_in("bob", NEW_PASSWORD)
        pool.idp.change_password(AccessToken=token, PreviousPassword=NEW_PASSWORD, ProposedPassword=PASSWORD)
        kinds = [(event["EventType"], event["EventResponse"]) for event in pool.events("bob")]
        expected = ["PasswordChange", "SignIn", "PasswordChange", "ForgotPassword", "ResendCode", "SignUp"]
        assert kinds == [(kind, "Pass") for kind in expected]

    def test_an_address_that_a_public_client_claims_is_not_believed(self, pool: Guarded) -> None:
        pool.idp.initiate_auth(
            ClientId=pool.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
            UserContextData={"IpAddress": CAFE},
        )
        assert pool.events()[0]["EventContextData"]["IpAddress"] in {"127.0.0.1", "::1"}

    def test_pages_follow_one_another_from_the_newest(self, pool: Guarded, clock: Clock) -> None:
        for ip in (HOME, WORK, CAFE):
            clock.advance(1)
            pool.come(ip=ip)
        request: dict[str, Any] = {"UserPoolId": pool.id, "Username": "ann", "MaxResults": 2}
        first = pool.idp.admin_list_user_auth_events(**request)
        assert [event["EventContextData"]["IpAddress"] for event in first["AuthEvents"]] == [CAFE, WORK]
        second = pool.idp.admin_list_user_auth_events(**request, NextToken=first["NextToken"])
        assert [event["EventType"] for event in second["AuthEvents"]] == ["SignIn", "SignUp"]
        assert "NextToken" not in second
        assert refusal(pool.idp.admin_list_user_auth_events, **request, NextToken="rubbish") == (INVALID, "Invalid pagination token.")

    def test_nothing_is_recorded_where_the_add_on_is_off(self, idp: Any, inbox: Inbox) -> None:
        pool = guard(idp, inbox, "OFF")
        pool.enrol("ann")
        pool.sign_in("ann")
        assert refusal(idp.admin_list_user_auth_events, UserPoolId=pool.id, Username="ann") == OFF
        add_ons = {"AdvancedSecurityMode": "AUDIT"}
        idp.update_user_pool(UserPoolId=pool.id, UserPoolAddOns=add_ons)
        assert pool.events() == []


class TestRiskLevels:
    def test_the_first_sign_in_is_no_risk(self, pool: Guarded) -> None:
        pool.come(ip=CAFE, agent=PHONE)
        assert pool.sign_ins() == [("NoRisk", None, "Pass")]

    @pytest.mark.parametrize(
        ("ip", "agent", "level"),
        [(HOME, LAPTOP, None), (CAFE, LAPTOP, "Low"), (HOME, PHONE, "Medium"), (CAFE, PHONE, "High")],
        ids=["nothing new", "new address", "new device", "both new"],
    )
    def test_what_is_new_makes_the_risk(self, pool: Guarded, ip: str, agent: str, level: str | None) -> None:
        pool.come()
        pool.come(ip=ip, agent=agent)
        assert pool.sign_ins()[0] == ("AccountTakeover" if level else "NoRisk", level, "Pass")

    def test_what_was_new_is_familiar_the_next_time(self, pool: Guarded) -> None:
        pool.come()
        pool.come(ip=CAFE, agent=PHONE)
        pool.come(ip=CAFE, agent=PHONE)
        assert pool.sign_ins()[0] == ("NoRisk", None, "Pass")

    def test_a_fingerprint_tells_devices_apart_that_look_alike(self, pool: Guarded) -> None:
        pool.come(data=fingerprint("tablet"))
        pool.come(data=fingerprint("another tablet"))
        assert pool.sign_ins()[0] == ("AccountTakeover", "Medium", "Pass")
        pool.come(data=fingerprint("tablet"), agent=PHONE)
        assert pool.sign_ins()[0] == ("NoRisk", None, "Pass")

    def test_a_failed_sign_in_makes_nothing_familiar(self, pool: Guarded) -> None:
        pool.come()
        refusal(pool.come, ip=CAFE, agent=PHONE, password="Wrong-Horse-1")
        pool.come(ip=CAFE, agent=PHONE)
        assert pool.sign_ins()[0] == ("AccountTakeover", "High", "Pass")

    def test_feedback_teaches(self, pool: Guarded) -> None:
        pool.react(high="BLOCK")
        pool.come()
        assert refusal(pool.come, ip=CAFE, agent=PHONE) == BLOCKED
        event_id = pool.events()[0]["EventId"]
        pool.idp.admin_update_auth_event_feedback(UserPoolId=pool.id, Username="ann", EventId=event_id, FeedbackValue="Valid")
        pool.come(ip=CAFE, agent=PHONE)
        for event in pool.events()[:2]:
            pool.idp.admin_update_auth_event_feedback(UserPoolId=pool.id, Username="ann", EventId=event["EventId"], FeedbackValue="Invalid")
        assert refusal(pool.come, ip=CAFE, agent=PHONE) == BLOCKED
