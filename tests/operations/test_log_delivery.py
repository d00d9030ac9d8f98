"""Where a pool's logs go, and that they really get there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cognito_emu.log_export import log_file
from tests.operations.people import make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox
from tests.support.server import Server
from tests.support.smtp import SmtpServer

INVALID = "InvalidParameterException"
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/cognito"}}
STREAM = {"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/cognito"}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::cognito-logs/pool"}}


def notifications(destination: dict[str, Any] | None = None, level: str = "ERROR") -> dict[str, Any]:
    return {"EventSource": "userNotification", "LogLevel": level, **(GROUP if destination is None else destination)}


def activity(destination: dict[str, Any], level: str = "INFO") -> dict[str, Any]:
    return {"EventSource": "userAuthEvents", "LogLevel": level, **destination}


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool", UserPoolTier="PLUS")["UserPool"]["Id"]
    return pool_id


class TestConfiguration:
    def test_a_pool_has_none_at_first(self, idp: Any, pool_id: str) -> None:
        shown = idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]
        assert shown == {"UserPoolId": pool_id, "LogConfigurations": []}

    @pytest.mark.parametrize("destination", [GROUP, STREAM, BUCKET], ids=["log group", "stream", "bucket"])
    def test_it_is_shown_as_it_was_set_and_replaced_as_a_whole(self, idp: Any, pool_id: str, destination: dict[str, Any]) -> None:
        configurations = [notifications(), activity(destination)]
        shown = idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=configurations)["LogDeliveryConfiguration"]
        assert shown == {"UserPoolId": pool_id, "LogConfigurations": configurations}
        assert idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"] == shown
        idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=configurations[1:])
        replaced = idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]
        assert replaced["LogConfigurations"] == configurations[1:]
        idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[])
        assert idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]["LogConfigurations"] == []

    @pytest.mark.parametrize(
        ("configurations", "reason"),
        [
            (
                [notifications({}), activity({})],
                "Following event sources in request have no destination: [userNotification, userAuthEvents].",
            ),
            ([notifications(), notifications()], "Following event sources appear more then once in a request: [userNotification]."),
            ([activity(GROUP | BUCKET)], "Following event sources in request have more than one destination: [userAuthEvents]."),
            ([notifications(level="INFO")], "Log level INFO is not supported for event source userNotification."),
            ([activity(GROUP, "ERROR")], "Log level ERROR is not supported for event source userAuthEvents."),
            ([notifications(BUCKET)], "S3Configuration is not supported for event source userNotification."),
            ([notifications(STREAM)], "FirehoseConfiguration is not supported for event source userNotification."),
            (
                [activity({"S3Configuration": {"BucketArn": "arn:aws:sqs:::queue"}})],
                "arn:aws:sqs:::queue is not a valid destination for S3Configuration.",
            ),
        ],
    )
    def test_what_could_not_be_delivered_is_refused(self, idp: Any, pool_id: str, configurations: list[Any], reason: str) -> None:
        request = {"UserPoolId": pool_id, "LogConfigurations": configurations}
        assert refusal(idp.set_log_delivery_configuration, **request) == (INVALID, f"Request validation Failed. {reason}")

    def test_user_activity_is_exported_in_the_plus_tier(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        assert refusal(idp.set_log_delivery_configuration, UserPoolId=pool_id, LogConfigurations=[activity(GROUP)]) == (
            "FeatureUnavailableInTierException",
            "The following feature is not available for the ESSENTIALS pricing tier configured: Log Streaming",
        )
        idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[notifications()])

    def test_a_pool_that_does_not_exist(self, idp: Any) -> None:
        nowhere = "us-east-1_AbCdEfGhI"
        assert refusal(idp.get_log_delivery_configuration, UserPoolId=nowhere) == NO_POOL
        assert refusal(idp.set_log_delivery_configuration, UserPoolId=nowhere, LogConfigurations=[]) == NO_POOL


class TestFiles:
    @pytest.mark.parametrize(
        ("destination", "path"),
        [
            (GROUP, "logs/cloudwatch/us-east-1/123456789012/aws/vendedlogs/cognito.jsonl"),
            (STREAM, "logs/firehose/us-east-1/123456789012/cognito.jsonl"),
            (BUCKET, "logs/s3/cognito-logs/pool.jsonl"),
            ({"S3Configuration": {"BucketArn": "arn:aws:s3:::../../etc/x"}}, "logs/s3/etc/x.jsonl"),
        ],
    )
    def test_each_destination_has_a_file_in_the_data_folder(self, destination: dict[str, Any], path: str) -> None:
        assert log_file(Path("data"), destination) == Path("data") / path

    def test_a_message_that_is_refused_is_logged(self, start_server: Callable[..., Server], smtp: SmtpServer, account: str) -> None:
        server = start_server(smtp_host=smtp.host, smtp_port=smtp.port)
        idp, inbox = server.client("cognito-idp", account=account), Inbox(server, account)
        pool = make_pool(idp, inbox)
        idp.set_log_delivery_configuration(UserPoolId=pool.id, LogConfigurations=[notifications()])
        smtp.answers.append("550 5.1.1 no such mailbox")
        pool.sign_up("ann", email="ann@example.com")
        refused = inbox.all(to="ann@example.com", state="refused", wait=10)
        assert len(refused) == 1
        path = server.folder / "data/logs/cloudwatch/us-east-1/123456789012/aws/vendedlogs/cognito.jsonl"
        # The record follows the state that the inbox shows; a stopped server has written it.
        assert server.stop() == 0
        (record,) = [json.loads(line) for line in path.read_text().splitlines()]
        assert (record["eventSource"], record["logLevel"]) == ("USER_NOTIFICATION", "ERROR")
        assert record["logSourceId"] == {"userPoolId": pool.id}
        assert "no such mailbox" in record["message"]["details"]
        assert record["eventTimestamp"].isdigit()
