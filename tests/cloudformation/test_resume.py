"""`kill -9` in the middle of a stack."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.cloudformation.stacks import physical_ids
from tests.support.server import Server

USERS = 60  # enough for ten to be done long before the last is


def body() -> str:
    resources: dict[str, Any] = {"Pool": {"Type": "AWS::Cognito::UserPool"}}
    for number in range(USERS):
        properties = {"UserPoolId": {"Ref": "Pool"}, "Username": f"user{number}", "MessageAction": "SUPPRESS"}
        resources[f"User{number}"] = {"Type": "AWS::Cognito::UserPoolUser", "Properties": properties}
    return json.dumps({"Resources": resources})


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_stack_goes_on_after_its_server_was_killed(start_server: Callable[..., Server], account: str, database: str) -> None:
    server = start_server(database)
    cfn = server.client("cloudformation", account=account)

    def create() -> None:
        with contextlib.suppress(BotoCoreError, ClientError):  # the server is killed while it answers
            cfn.create_stack(StackName="shop", TemplateBody=body())

    creating = threading.Thread(target=create)
    creating.start()
    until(lambda: made(cfn) > 10)
    assert cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS"
    server.kill()
    creating.join()
    server.restart()
    cfn = server.client("cloudformation", account=account)
    until(lambda: cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")
    idp = server.client("cognito-idp", account=account)
    (pool,) = idp.list_user_pools(MaxResults=10)["UserPools"]
    users = [user for page in idp.get_paginator("list_users").paginate(UserPoolId=pool["Id"]) for user in page["Users"]]
    assert len(users) == USERS


def test_a_deletion_goes_on_after_its_server_was_killed(start_server: Callable[..., Server], account: str) -> None:
    server = start_server()
    cfn = server.client("cloudformation", account=account)
    stack = cfn.create_stack(StackName="shop", TemplateBody=body())["StackId"]
    until(lambda: cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")

    def delete() -> None:
        with contextlib.suppress(BotoCoreError, ClientError):  # the server is killed while it answers
            cfn.delete_stack(StackName="shop")

    deleting = threading.Thread(target=delete)
    deleting.start()
    until(lambda: made(cfn, "DELETE_COMPLETE") > 10)
    assert cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "DELETE_IN_PROGRESS"
    server.kill()
    deleting.join()
    server.restart()
    cfn = server.client("cloudformation", account=account)
    until(lambda: cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE")
    assert server.client("cognito-idp", account=account).list_user_pools(MaxResults=10)["UserPools"] == []


def test_a_stack_that_waits_goes_on_waiting_after_its_server_was_killed(start_server: Callable[..., Server], account: str) -> None:
    server = start_server()
    cfn = server.client("cloudformation", account=account)
    wait = {"Handle": {"Ref": "Handle"}, "Timeout": "3600"}
    resources: dict[str, Any] = {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": wait},
        "Pool": {"Type": "AWS::Cognito::UserPool", "DependsOn": "Wait"},
    }

    def create() -> None:
        with contextlib.suppress(BotoCoreError, ClientError):  # the server is killed while it answers
            cfn.create_stack(StackName="shop", TemplateBody=json.dumps({"Resources": resources}))

    creating = threading.Thread(target=create)
    creating.start()
    until(lambda: "Wait" in physical_ids_so_far(cfn))
    server.kill()
    creating.join()
    server.restart()
    cfn = server.client("cloudformation", account=account)
    server.http.put(physical_ids_so_far(cfn)["Handle"], json={"Status": "SUCCESS", "UniqueId": "a"}, timeout=10).raise_for_status()
    until(lambda: cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")


def test_signals_from_before_a_crash_count(start_server: Callable[..., Server], account: str) -> None:
    server = start_server()
    cfn = server.client("cloudformation", account=account)
    wait = {"Type": "AWS::CloudFormation::WaitCondition", "CreationPolicy": {"ResourceSignal": {"Count": 2, "Timeout": "PT1H"}}}

    def create() -> None:
        with contextlib.suppress(BotoCoreError, ClientError):  # the server is killed while it answers
            cfn.create_stack(StackName="shop", TemplateBody=json.dumps({"Resources": {"Wait": wait}}))

    def signal(sender: str) -> None:
        cfn.signal_resource(StackName="shop", LogicalResourceId="Wait", UniqueId=sender, Status="SUCCESS")

    creating = threading.Thread(target=create)
    creating.start()
    until(lambda: physical_ids_so_far(cfn).get("Wait", "") != "")
    signal("a")
    server.kill()
    creating.join()
    server.restart()
    cfn = server.client("cloudformation", account=account)
    signal("b")
    until(lambda: cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")


def physical_ids_so_far(cfn: Any) -> dict[str, str]:
    try:
        return physical_ids(cfn, "shop")
    except ClientError:
        return {}


def made(cfn: Any, status: str = "CREATE_COMPLETE") -> int:
    try:
        found = cfn.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    except ClientError:
        return 0
    return sum(each["ResourceStatus"] == status for each in found)


def until(condition: Callable[[], bool]) -> None:
    """Ask until it is so; the test's own time limit ends it otherwise. Asked without a pause, the server would do little else."""
    while not condition():
        time.sleep(0.01)
