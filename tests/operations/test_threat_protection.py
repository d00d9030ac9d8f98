"""Threat protection: what it records, how it judges sign-ins by that, what it does about it, and what people may say to it."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server, ServerFactory

INVALID = "InvalidParameterException"
OFF = ("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled for this user pool.")
BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")
REFUSED_ADDRESS = ("NotAuthorizedException", "Request not allowed due to security reasons.")
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
COMPROMISED = "Correct-Horse-Breached-1"

HOME, WORK, CAFE = "192.0.2.1", "198.51.100.7", "203.0.113.9"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/17.5 Mobile/15 Safari/604.1"
SOURCE_ARN = "arn:aws:ses:us-east-1:123456789012:identity/security@example.com"


@pytest.fixture(scope="module")
def watchful(servers: ServerFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows one more compromised password."""
    listed = tmp_path_factory.mktemp("passwords") / "breached.txt"
    listed.write_text(f"{COMPROMISED}\nsomething else\n")
    with servers(compromised_passwords=listed) as server:
        yield server


class Guarded(Pool):
    """A pool under threat protection, whose users come through an application server that tells of them."""

    def come(self, username: str = "ann", *, ip: str = HOME, agent: str = LAPTOP, password: str = PASSWORD, data: str | None = None) -> Any:
        """AdminInitiateAuth with the password."""
        context = {
            "IpAddress": ip,
            "ServerName": "app",
            "ServerPath": "/",
            "HttpHeaders": [{"headerName": "User-Agent", "headerValue": agent}],
        }
        if data is not None:
            context["EncodedData"] = data
        return self.idp.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
            ContextData=context,
        )

    def events(self, username: str = "ann") -> list[dict[str, Any]]:
        """AdminListUserAuthEvents."""
        events: list[dict[str, Any]] = self.idp.admin_list_user_auth_events(UserPoolId=self.id, Username=username)["AuthEvents"]
        return events

    def sign_ins(self) -> list[tuple[str, str | None, str]]:
        """Decision, level and outcome of ann's sign-ins, the newest first."""
        return [
            (event["EventRisk"]["RiskDecision"], event["EventRisk"].get("RiskLevel"), event["EventResponse"])
            for event in self.events()
            if event["EventType"] == "SignIn"
        ]

    def react(self, *, low: str = "NO_ACTION", medium: str = "NO_ACTION", high: str = "NO_ACTION", notify: bool = False) -> None:
        """SetRiskConfiguration with an action a level."""
        actions = {
            f"{level}Action": {"Notify": notify, "EventAction": action}
            for level, action in (("Low", low), ("Medium", medium), ("High", high))
        }
        takeover: dict[str, Any] = {"Actions": actions}
        if notify:
            takeover["NotifyConfiguration"] = {"SourceArn": SOURCE_ARN}
        self.idp.set_risk_configuration(UserPoolId=self.id, AccountTakeoverRiskConfiguration=takeover)


def guard(idp: Any, inbox: Inbox, mode: str = "ENFORCED", **settings: Any) -> Guarded:
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    add_ons = {"UserPoolAddOns": {"AdvancedSecurityMode": mode}}
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": flows}, UserPoolTier="PLUS", **add_ons, **settings)
    return Guarded(pool.idp, pool.inbox, pool.id, pool.client)


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Guarded:
    """A pool that enforces, and its user ann."""
    pool = guard(idp, inbox)
    pool.enrol("ann", email="ann@example.com")
    return pool


def fingerprint(device: str) -> str:
    """EncodedData as amazon-cognito-advanced-security-data makes it."""
    data = {"DeviceId": device, "DeviceName": "Ann's tablet", "ClientTimezone": "+02:00"}
    payload = json.dumps({"contextData": data, "username": "ann", "userPoolId": "", "timestamp": "0"})
    return base64.b64encode(json.dumps({"payload": payload, "signature": "s", "version": "JS20171115"}).encode()).decode()


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


class TestReactions:
    def test_a_blocked_risk_ends_the_sign_in(self, pool: Guarded) -> None:
        pool.react(medium="BLOCK")
        pool.come()
        assert refusal(pool.come, agent=PHONE) == BLOCKED
        assert pool.sign_ins()[0] == ("Block", "Medium", "Fail")
        pool.come(ip=CAFE)

    def test_an_audited_pool_only_looks(self, idp: Any, inbox: Inbox) -> None:
        pool = guard(idp, inbox, "AUDIT")
        pool.enrol("ann")
        pool.react(low="BLOCK", medium="BLOCK", high="BLOCK")
        pool.come()
        pool.come(ip=CAFE, agent=PHONE)
        assert pool.sign_ins()[0] == ("AccountTakeover", "High", "Pass")

    def test_the_clients_own_configuration_comes_before_the_pools(self, pool: Guarded) -> None:
        pool.react(low="BLOCK")
        actions = {"LowAction": {"Notify": False, "EventAction": "NO_ACTION"}}
        pool.idp.set_risk_configuration(UserPoolId=pool.id, ClientId=pool.client, AccountTakeoverRiskConfiguration={"Actions": actions})
        pool.come()
        pool.come(ip=CAFE)
        pool.idp.set_risk_configuration(UserPoolId=pool.id, ClientId=pool.client)
        assert refusal(pool.come, ip=WORK) == BLOCKED

    def test_srp_sign_ins_are_judged_as_well(self, server: Server, account: str, pool: Guarded) -> None:
        from pycognito.aws_srp import AWSSRP  # noqa: PLC0415 - imports boto3 resources that other tests do not need

        pool.react(medium="BLOCK", high="BLOCK")
        pool.come(ip="127.0.0.1")
        srp = AWSSRP(username="ann", password=PASSWORD, pool_id=pool.id, client_id=pool.client, client=pool.idp)
        assert refusal(srp.authenticate_user) == BLOCKED

    @pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
    def test_mfa_is_asked_of_who_has_it(self, idp: Any, inbox: Inbox, action: str) -> None:
        pool, totp = with_totp(idp, inbox)
        pool.react(low=action)
        assert "AuthenticationResult" in pool.come()
        challenge = pool.come(ip=CAFE)
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert pool.sign_ins()[0] == ("AccountTakeover", "Low", "InProgress")
        wrong = answer(pool, challenge, other_than(totp.now()))
        assert wrong[0] == "CodeMismatchException"
        assert pool.sign_ins()[0][2] == "Fail"
        result = pool.idp.admin_respond_to_auth_challenge(**response(pool, challenge, totp.now()))
        assert "AuthenticationResult" in result
        event = pool.events()[0]
        assert event["EventResponse"] == "Pass"
        assert event["ChallengeResponses"] == [
            {"ChallengeName": "Password", "ChallengeResponse": "Success"},
            {"ChallengeName": "Mfa", "ChallengeResponse": "Failure"},
            {"ChallengeName": "Mfa", "ChallengeResponse": "Success"},
        ]

    def test_required_mfa_blocks_who_has_none(self, idp: Any, inbox: Inbox) -> None:
        pool, _ = with_totp(idp, inbox)
        pool.enrol("bob")
        pool.react(low="MFA_REQUIRED")
        pool.come("bob")
        assert refusal(pool.come, username="bob", ip=CAFE) == BLOCKED
        assert pool.events("bob")[0]["EventResponse"] == "Fail"

    def test_mfa_if_configured_offers_to_set_it_up_or_lets_pass(self, idp: Any, inbox: Inbox, pool: Guarded) -> None:
        offering, _ = with_totp(idp, inbox)
        offering.enrol("bob")
        offering.react(low="MFA_IF_CONFIGURED")
        offering.come("bob")
        assert offering.come("bob", ip=CAFE)["ChallengeName"] == "MFA_SETUP"
        pool.react(low="MFA_IF_CONFIGURED")
        pool.come()
        assert "AuthenticationResult" in pool.come(ip=CAFE)


def with_totp(idp: Any, inbox: Inbox) -> tuple[Guarded, pyotp.TOTP]:
    """A pool with optional MFA by authenticator app, and ann, who has one but did not turn it on."""
    pool = guard(idp, inbox)
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
    pool.enrol("ann")
    token = pool.come()["AuthenticationResult"]["AccessToken"]
    totp = pyotp.TOTP(idp.associate_software_token(AccessToken=token)["SecretCode"])
    idp.verify_software_token(AccessToken=token, UserCode=totp.at(int(time.time()) - 30))  # leaves the present one for the sign-in
    return pool, totp


def response(pool: Guarded, challenge: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        "UserPoolId": pool.id,
        "ClientId": pool.client,
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code},
    }


def answer(pool: Guarded, challenge: dict[str, Any], code: str) -> tuple[str, str]:
    return refusal(pool.idp.admin_respond_to_auth_challenge, **response(pool, challenge, code))


class TestAddressRanges:
    def test_a_blocked_address_is_refused_whatever_it_wants(self, pool: Guarded) -> None:
        exceptions = {"BlockedIPRangeList": ["203.0.113.0/24", "127.0.0.0/8", "::1/128"]}
        pool.idp.set_risk_configuration(UserPoolId=pool.id, RiskExceptionConfiguration=exceptions)
        assert refusal(pool.come, ip=CAFE) == REFUSED_ADDRESS
        assert pool.sign_ins()[0] == ("Block", None, "Fail")
        pool.come()
        assert refusal(pool.sign_up, username="bob") == REFUSED_ADDRESS
        assert refusal(pool.idp.forgot_password, ClientId=pool.client, Username="ann") == REFUSED_ADDRESS
        assert refusal(pool.try_sign_in, username="nobody") == REFUSED_ADDRESS

    def test_an_audited_pool_notes_it_and_lets_pass(self, idp: Any, inbox: Inbox) -> None:
        pool = guard(idp, inbox, "AUDIT")
        pool.enrol("ann")
        idp.set_risk_configuration(UserPoolId=pool.id, RiskExceptionConfiguration={"BlockedIPRangeList": ["203.0.113.0/24"]})
        pool.come(ip=CAFE)
        assert pool.sign_ins() == [("NoRisk", None, "Pass"), ("Block", None, "Fail")]

    def test_no_risk_is_looked_for_at_an_allowed_address(self, pool: Guarded) -> None:
        pool.react(low="BLOCK", medium="BLOCK", high="BLOCK")
        takeover = pool.idp.describe_risk_configuration(UserPoolId=pool.id)["RiskConfiguration"]["AccountTakeoverRiskConfiguration"]
        pool.idp.set_risk_configuration(
            UserPoolId=pool.id,
            AccountTakeoverRiskConfiguration=takeover,
            RiskExceptionConfiguration={"SkippedIPRangeList": [f"{WORK}/32"]},
        )
        pool.come()
        pool.come(ip=WORK, agent=PHONE)
        assert pool.sign_ins()[0] == ("NoRisk", None, "Pass")
        assert refusal(pool.come, ip=CAFE) == BLOCKED


class TestCompromisedPasswords:
    @pytest.fixture
    def guarded(self, watchful: Server, account: str) -> Callable[..., Guarded]:
        idp, inbox = watchful.client("cognito-idp", account=account), Inbox(watchful, account)

        def make(mode: str = "ENFORCED", action: str = "BLOCK", **more: Any) -> Guarded:
            lax = {f"Require{kind}": False for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")}
            pool = guard(idp, inbox, mode, Policies={"PasswordPolicy": {"MinimumLength": 6, **lax}})
            compromised = {"Actions": {"EventAction": action}, **more}
            idp.set_risk_configuration(UserPoolId=pool.id, CompromisedCredentialsRiskConfiguration=compromised)
            return pool

        return make

    @pytest.mark.parametrize("password", [COMPROMISED, "password", "QWERTY123"], ids=["listed", "common", "common in capitals"])
    def test_nobody_signs_up_with_one(self, guarded: Callable[..., Guarded], password: str) -> None:
        assert refusal(guarded().sign_up, username="ann", password=password) == (
            "InvalidPasswordException",
            "Provided password cannot be used for security reasons.",
        )

    def test_nobody_changes_to_one(self, guarded: Callable[..., Guarded]) -> None:
        pool = guarded()
        pool.enrol("ann", email="ann@example.com")
        pool.verify("ann", "email")
        token = pool.sign_in("ann")
        refused = ("InvalidPasswordException", "Provided password cannot be used for security reasons.")
        request = {"AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": COMPROMISED}
        assert refusal(pool.idp.change_password, **request) == refused
        pool.inbox.next(to="ann@example.com")
        pool.idp.forgot_password(ClientId=pool.client, Username="ann")
        code = pool.inbox.code(to="ann@example.com")
        confirm = {"ClientId": pool.client, "Username": "ann", "ConfirmationCode": code}
        assert refusal(pool.idp.confirm_forgot_password, **confirm, Password=COMPROMISED) == refused
        pool.idp.confirm_forgot_password(**confirm, Password=NEW_PASSWORD)

    def test_who_signs_in_with_one_must_choose_another(self, guarded: Callable[..., Guarded]) -> None:
        pool = guarded(EventFilter=["SIGN_IN"])
        pool.enrol("ann", COMPROMISED)
        reset = ("PasswordResetRequiredException", "Password reset required for the user")
        assert refusal(pool.try_sign_in, username="ann", password=COMPROMISED) == reset
        assert pool.user("ann")["UserStatus"] == "RESET_REQUIRED"
        risk = pool.events()[0]["EventRisk"]
        assert risk == {"RiskDecision": "Block", "CompromisedCredentialsDetected": True}

    def test_only_the_filtered_events_are_looked_at(self, guarded: Callable[..., Guarded]) -> None:
        pool = guarded(EventFilter=["SIGN_UP"])
        pool.enrol("ann")
        pool.idp.change_password(AccessToken=pool.sign_in("ann"), PreviousPassword=PASSWORD, ProposedPassword=COMPROMISED)
        pool.sign_in("ann", COMPROMISED)
        assert refusal(pool.sign_up, username="bob", password=COMPROMISED)[0] == "InvalidPasswordException"

    @pytest.mark.parametrize(("mode", "action"), [("AUDIT", "BLOCK"), ("ENFORCED", "NO_ACTION")])
    def test_they_are_noted_where_they_are_let_through(self, guarded: Callable[..., Guarded], mode: str, action: str) -> None:
        pool = guarded(mode, action)
        pool.enrol("ann", COMPROMISED)
        pool.sign_in("ann", COMPROMISED)
        assert [event["EventRisk"]["CompromisedCredentialsDetected"] for event in pool.events()] == [True, True]


class TestNotifications:
    @pytest.mark.parametrize(
        ("action", "kind", "subject"),
        [
            ("BLOCK", "AccountTakeOverBlocked", "Blocked sign-in attempt"),
            ("NO_ACTION", "AccountTakeOverNoAction", "New sign-in attempt"),
            ("MFA_IF_CONFIGURED", "AccountTakeOverMfa", "New sign-in attempt"),
        ],
    )
    def test_the_user_is_told(self, pool: Guarded, inbox: Inbox, action: str, kind: str, subject: str) -> None:
        inbox.next(to="ann@example.com")  # the sign-up's
        pool.react(low=action, notify=True)
        pool.come()
        if action == "BLOCK":
            refusal(pool.come, ip=CAFE)
        else:
            pool.come(ip=CAFE)
        mail = inbox.next(to="ann@example.com")
        assert (mail["kind"], mail["subject"], mail["from"]) == (kind, subject, "security@example.com")
        assert f"IP address: {CAFE}" in mail["text"]
        assert "Device: Chrome 126, Windows 10" in mail["text"]

    def test_the_pools_own_words_are_used(self, pool: Guarded, inbox: Inbox) -> None:
        inbox.next(to="ann@example.com")
        email = {"Subject": "Was that you?", "TextBody": "Event {event-id} from {ip-address}, {username}."}
        notify = {"SourceArn": SOURCE_ARN, "From": "Guard <guard@example.com>", "ReplyTo": "help@example.com", "NoActionEmail": email}
        takeover = {"NotifyConfiguration": notify, "Actions": {"LowAction": {"Notify": True, "EventAction": "NO_ACTION"}}}
        pool.idp.set_risk_configuration(UserPoolId=pool.id, AccountTakeoverRiskConfiguration=takeover)
        pool.come()
        pool.come(ip=CAFE)
        mail = inbox.next(to="ann@example.com")
        assert (mail["subject"], mail["replyTo"]) == ("Was that you?", "help@example.com")
        assert mail["text"].strip() == f"Event {pool.events()[0]['EventId']} from {CAFE}, ann."

    def test_one_click_gives_feedback(self, pool: Guarded, inbox: Inbox, server: Server, account: str) -> None:
        pool.idp.create_user_pool_domain(UserPoolId=pool.id, Domain=f"guarded-{account}")
        inbox.next(to="ann@example.com")
        pool.react(low="NO_ACTION", notify=True)
        pool.come()
        pool.come(ip=CAFE)
        text = inbox.next(to="ann@example.com")["text"]
        (link,) = re.findall(r"tell us so: (\S+value=Invalid)", text)
        forged = server.http.get(link.replace("token=", "token=A"))
        assert (forged.status_code, forged.json()["message"]) == (400, "Invalid feedback token.")
        assert server.http.get(link).status_code == 200
        feedback = pool.events()[0]["EventFeedback"]
        assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Invalid", "User")


class TestFeedback:
    def test_an_administrator_says_what_an_event_was(self, pool: Guarded) -> None:
        pool.come()
        request = {"UserPoolId": pool.id, "Username": "ann", "EventId": pool.events()[0]["EventId"]}
        pool.idp.admin_update_auth_event_feedback(**request, FeedbackValue="Valid")
        feedback = pool.events()[0]["EventFeedback"]
        assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Valid", "Admin")
        assert feedback["FeedbackDate"]
        pool.idp.admin_update_auth_event_feedback(**request, FeedbackValue="Invalid")
        assert pool.events()[0]["EventFeedback"]["FeedbackValue"] == "Invalid"

    def test_a_user_needs_the_token_of_the_mail(self, pool: Guarded) -> None:
        pool.come()
        request = {"UserPoolId": pool.id, "Username": "ann", "EventId": pool.events()[0]["EventId"], "FeedbackValue": "Valid"}
        assert refusal(pool.idp.update_auth_event_feedback, **request, FeedbackToken="guess") == (
            "NotAuthorizedException",
            "Invalid feedback token.",
        )

    def test_what_does_not_exist(self, idp: Any, inbox: Inbox, pool: Guarded) -> None:
        given = {"FeedbackValue": "Valid", "EventId": "nothing"}
        for operation, more in (
            (idp.admin_update_auth_event_feedback, given),
            (idp.update_auth_event_feedback, given | {"FeedbackToken": "x"}),
        ):
            assert refusal(operation, UserPoolId=pool.id, Username="ann", **more) == (
                "ResourceNotFoundException",
                "Auth event nothing does not exist.",
            )
            assert refusal(operation, UserPoolId=pool.id, Username="bob", **more) == ("UserNotFoundException", "User does not exist.")
            assert refusal(operation, UserPoolId="us-east-1_AbCdEfGhI", Username="ann", **more) == NO_POOL
            bare = make_pool(idp, inbox)
            bare.enrol("ann")
            assert refusal(operation, UserPoolId=bare.id, Username="ann", **more) == OFF
        assert refusal(idp.admin_list_user_auth_events, UserPoolId=pool.id, Username="bob") == (
            "UserNotFoundException",
            "User does not exist.",
        )
        assert refusal(idp.admin_list_user_auth_events, UserPoolId="us-east-1_AbCdEfGhI", Username="ann") == NO_POOL


class TestConfiguration:
    def test_it_is_shown_as_it_was_set(self, pool: Guarded) -> None:
        assert pool.idp.describe_risk_configuration(UserPoolId=pool.id)["RiskConfiguration"] == {"UserPoolId": pool.id}
        given = {
            "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}},
            "AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": {"Notify": False, "EventAction": "MFA_REQUIRED"}}},
            "RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"], "SkippedIPRangeList": ["2001:db8::/32"]},
        }
        shown = pool.idp.set_risk_configuration(UserPoolId=pool.id, **given)["RiskConfiguration"]
        assert shown == given | {"UserPoolId": pool.id, "LastModifiedDate": shown["LastModifiedDate"]}
        assert pool.idp.describe_risk_configuration(UserPoolId=pool.id)["RiskConfiguration"] == shown

    def test_a_client_has_its_own_until_it_is_reset(self, pool: Guarded) -> None:
        own = {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"]}}
        named = {"UserPoolId": pool.id, "ClientId": pool.client}
        shown = pool.idp.set_risk_configuration(**named, **own)["RiskConfiguration"]
        assert shown.items() >= (own | named).items()
        assert "RiskExceptionConfiguration" not in pool.idp.describe_risk_configuration(UserPoolId=pool.id)["RiskConfiguration"]
        pool.idp.set_risk_configuration(**named)
        assert pool.idp.describe_risk_configuration(**named)["RiskConfiguration"] == named

    @pytest.mark.parametrize(
        ("request_", "message"),
        [
            (
                {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.1"]}},
                "10.0.0.1 in BlockedIPRangeList is not a valid IP range in CIDR notation.",
            ),
            (
                {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["10.0.0.0/33"]}},
                "10.0.0.0/33 in SkippedIPRangeList is not a valid IP range in CIDR notation.",
            ),
            (
                {"AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": {"Notify": True, "EventAction": "BLOCK"}}}},
                "NotifyConfiguration is required when an action has Notify set.",
            ),
            (
                {
                    "AccountTakeoverRiskConfiguration": {
                        "Actions": {},
                        "NotifyConfiguration": {"SourceArn": SOURCE_ARN, "BlockEmail": {"Subject": "Blocked"}},
                    }
                },
                "BlockEmail must have an HtmlBody or a TextBody.",
            ),
        ],
        ids=["no prefix", "no range", "no template", "no body"],
    )
    def test_what_could_not_be_acted_upon_is_refused(self, pool: Guarded, request_: dict[str, Any], message: str) -> None:
        assert refusal(pool.idp.set_risk_configuration, UserPoolId=pool.id, **request_) == (INVALID, message)

    def test_account_takeover_needs_the_add_on_and_the_rest_does_not(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox)
        actions = {"LowAction": {"Notify": False, "EventAction": "BLOCK"}}
        assert refusal(idp.set_risk_configuration, UserPoolId=pool.id, AccountTakeoverRiskConfiguration={"Actions": actions}) == OFF
        idp.set_risk_configuration(UserPoolId=pool.id, RiskExceptionConfiguration={"BlockedIPRangeList": ["10.0.0.0/8"]})

    def test_the_add_on_is_in_the_plus_tier(self, idp: Any) -> None:
        request = {"PoolName": "pool", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
        assert refusal(idp.create_user_pool, **request) == (
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
        )

    def test_clients_and_pools_that_do_not_exist(self, pool: Guarded) -> None:
        nobody = ("ResourceNotFoundException", "User pool client nobody does not exist.")
        for operation in (pool.idp.set_risk_configuration, pool.idp.describe_risk_configuration):
            assert refusal(operation, UserPoolId=pool.id, ClientId="nobody") == nobody
            assert refusal(operation, UserPoolId="us-east-1_AbCdEfGhI") == NO_POOL


class TestExport:
    def test_events_are_written_where_the_pools_logs_go(self, server: Server, pool: Guarded) -> None:
        destination = {"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/guard"}}
        configuration = {"EventSource": "userAuthEvents", "LogLevel": "INFO", **destination}
        pool.idp.set_log_delivery_configuration(UserPoolId=pool.id, LogConfigurations=[configuration])
        pool.come()
        path = Path(server.folder, "data/logs/firehose/us-east-1/123456789012/guard.jsonl")
        records = [record for line in path.read_text().splitlines() if (record := json.loads(line))["logSourceId"]["userPoolId"] == pool.id]
        assert [record["message"]["eventResponse"] for record in records] == ["InProgress", "Pass"]
        last = records[-1]
        assert (last["eventSource"], last["logLevel"]) == ("USER_AUTH_EVENTS", "INFO")
        event = pool.events()[0]
        assert (
            last["message"].items()
            >= {
                "eventId": event["EventId"],
                "eventType": "SignIn",
                "userName": "ann",
                "ipAddress": HOME,
                "riskDecision": "NoRisk",
                "deviceName": "Chrome 126, Windows 10",
                "compromisedCredentialDetected": "false",
                "clientId": pool.client,
                "challenges": ["Password:Success"],
            }.items()
        )
