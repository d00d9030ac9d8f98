"""What is done about a risk, and about addresses that are always refused or allowed."""

from typing import Any

import pytest

from tests.operations.people import PASSWORD, other_than
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import (
    BLOCKED,
    CAFE,
    PHONE,
    REFUSED_ADDRESS,
    WORK,
    Guarded,
    answer,
    guard,
    response,
    with_totp,
)
from tests.support.control import Inbox
from tests.support.server import Server


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
