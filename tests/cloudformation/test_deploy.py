"""`aws cloudformation deploy`, as people use it."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.cloudformation.conftest import TEMPLATES
from tests.support.clients import AwsCli, ClientError
from tests.support.machine import program

POOL = str(TEMPLATES / "pool.yaml")


def test_a_template_comes_up_and_its_pool_is_the_one_described(aws: AwsCli, idp: Any, outputs: Callable[[str], dict[str, str]]) -> None:
    deploy(aws, "shop", POOL)
    shown = outputs("shop")
    pool = idp.describe_user_pool(UserPoolId=shown["PoolId"])["UserPool"]
    client = idp.describe_user_pool_client(UserPoolId=shown["PoolId"], ClientId=shown["ClientId"])["UserPoolClient"]
    groups = idp.admin_list_groups_for_user(UserPoolId=shown["PoolId"], Username="ann")["Groups"]
    assert (pool["Name"], pool["Arn"], pool["Policies"]["PasswordPolicy"]["MinimumLength"]) == ("shop-dev", shown["PoolArn"], 8)
    assert (client["ClientSecret"], client["RefreshTokenValidity"]) == (shown["ClientSecret"], 60)
    assert [group["GroupName"] for group in groups] == ["admins"]


def test_deploying_again_without_changes_says_so_and_changes_nothing(aws: AwsCli, cfn: Any) -> None:
    deploy(aws, "shop", POOL)
    before = cfn.describe_stack_events(StackName="shop")["StackEvents"]
    said = deploy(aws, "shop", POOL, "--no-fail-on-empty-changeset")
    assert "No changes to deploy. Stack shop is up to date" in said
    assert cfn.describe_stack_events(StackName="shop")["StackEvents"] == before


def test_a_parameter_changes_the_pool_in_place(aws: AwsCli, idp: Any, outputs: Callable[[str], dict[str, str]]) -> None:
    deploy(aws, "shop", POOL)
    before = outputs("shop")
    deploy(aws, "shop", POOL, "--parameter-overrides", "Stage=prod")
    after = outputs("shop")
    pool = idp.describe_user_pool(UserPoolId=after["PoolId"])["UserPool"]
    assert after == before | {"Length": "long"}
    assert (pool["Name"], pool["Policies"]["PasswordPolicy"]["MinimumLength"], pool["UserPoolTags"]) == ("shop-prod", 14, {"stage": "prod"})
    assert {group["GroupName"] for group in idp.list_groups(UserPoolId=pool["Id"])["Groups"]} == {"admins", "auditors"}
    deploy(aws, "shop", POOL, "--parameter-overrides", "Stage=dev")
    assert [group["GroupName"] for group in idp.list_groups(UserPoolId=pool["Id"])["Groups"]] == ["admins"]


def test_deleting_leaves_nothing(aws: AwsCli, idp: Any, cfn: Any) -> None:
    deploy(aws, "shop", POOL)
    aws("cloudformation", "delete-stack", "--stack-name", "shop")
    aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "shop")
    assert idp.list_user_pools(MaxResults=10)["UserPools"] == []
    assert [each["StackStatus"] for each in cfn.list_stacks()["StackSummaries"]] == ["DELETE_COMPLETE"]


def test_a_wrong_parameter_is_refused_before_anything_happens(aws: AwsCli, cfn: Any) -> None:
    with pytest.raises(ClientError, match=r"Parameter 'Stage' must be one of AllowedValues: \[dev, prod\]"):
        deploy(aws, "shop", POOL, "--parameter-overrides", "Stage=test")
    assert cfn.list_stacks()["StackSummaries"] == []


def deploy(aws: AwsCli, stack: str, template: str, *more: str) -> str:
    """What the CLI prints is no JSON."""
    arguments = ["cloudformation", "deploy", "--stack-name", stack, "--template-file", template, *more]
    done = subprocess.run([program("aws"), *arguments], env=aws.environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ClientError(done.stderr)
    return done.stdout
