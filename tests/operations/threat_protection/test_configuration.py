"""The configuration of risks, and where events go."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.operations.people import make_pool
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import HOME, INVALID, NO_POOL, OFF, SOURCE_ARN, Guarded
from tests.support.control import Inbox
from tests.support.server import Server


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
                "Incorrect CIDR format",
            ),
            (
                {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["10.0.0.0/33"]}},
                "Incorrect CIDR format",
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
