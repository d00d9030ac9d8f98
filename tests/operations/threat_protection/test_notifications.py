"""Mail about risky sign-ins, and what users and administrators say of them."""

import re
from typing import Any

import pytest

from tests.operations.people import make_pool
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import CAFE, NO_POOL, OFF, SOURCE_ARN, Guarded
from tests.support.control import Inbox
from tests.support.server import Server


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
