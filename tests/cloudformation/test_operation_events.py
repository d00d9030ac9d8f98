"""DescribeEvents, the account's limits, and operations that are not emulated."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body

POOL = {"Type": "AWS::Cognito::UserPool"}
WRONG = {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": "a b"}}


def test_the_events_of_one_operation_are_told_by_its_id(cfn: Any) -> None:
    created = cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}))
    updated = cfn.update_stack(StackName="s", TemplateBody=body({"Pool": POOL, "Group": WRONG}))
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    every = cfn.describe_events(StackName="s")["OperationEvents"]
    assert {each["OperationType"] for each in every} == {"CREATE_STACK", "UPDATE_STACK"}
    of_creation = cfn.describe_events(OperationId=created["OperationId"])["OperationEvents"]
    assert [each["ResourceStatus"] for each in of_creation if each["EventType"] == "STACK_EVENT"] == [
        "CREATE_COMPLETE",
        "CREATE_IN_PROGRESS",
    ]
    assert next(each["ResourceStatus"] for each in of_creation if each["EventType"] == "PROGRESS_EVENT") == "CREATE_COMPLETE"
    (failed,) = cfn.describe_events(OperationId=updated["OperationId"], Filters={"FailedEvents": True})["OperationEvents"]
    assert (failed["EventType"], failed["LogicalResourceId"], failed["ResourceStatus"]) == ("PROVISIONING_ERROR", "Group", "CREATE_FAILED")
    told = cfn.describe_stack_events(StackName="s")["StackEvents"]
    assert {each["OperationId"] for each in told} == {created["OperationId"], updated["OperationId"]}
    with pytest.raises(ClientError, match="One of ChangeSetName, OperationId or StackName must be specified"):
        cfn.describe_events()


def test_a_change_set_has_neither_events_nor_hooks(cfn: Any) -> None:
    """CDK asks for the events of one that failed."""
    cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}))
    made = cfn.create_change_set(StackName="s", ChangeSetName="c", TemplateBody=body({"Pool": POOL}))
    assert cfn.describe_events(ChangeSetName=made["Id"], Filters={"FailedEvents": True})["OperationEvents"] == []
    shown = cfn.describe_change_set_hooks(ChangeSetName="c", StackName="s")
    assert (shown["Hooks"], shown["ChangeSetId"]) == ([], made["Id"])
    with pytest.raises(cfn.exceptions.ChangeSetNotFoundException):
        cfn.describe_change_set_hooks(ChangeSetName="nothing", StackName="s")


def test_the_accounts_limits_are_told(aws: Callable[..., Any]) -> None:
    limits = {each["Name"]: each["Value"] for each in aws("cloudformation", "describe-account-limits")["AccountLimits"]}
    assert limits == {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list_stack_sets", {}),
        ("describe_type", {"Type": "RESOURCE", "TypeName": "AWS::Cognito::UserPool"}),
        ("estimate_template_cost", {"TemplateBody": json.dumps({"Resources": {"Pool": POOL}})}),
    ],
)
def test_what_is_not_emulated_says_so_at_once(cfn: Any, name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"The operation \w+ of CloudFormation is not emulated") as refused:
        getattr(cfn, name)(**arguments)
    assert refused.value.response["Error"]["Code"] == "InvalidAction"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
