"""Passwords that others know."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import COMPROMISED, Guarded, guard
from tests.support.control import Inbox
from tests.support.server import Server


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
