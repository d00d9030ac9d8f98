"""Deleting: side by side what needs nothing of each other, and after all that needs it."""

from typing import Any

from tests.cloudformation.stacks import assert_status, body, physical_ids, told

POOL = {"Ref": "Pool"}


def pools(*names: str, **properties: Any) -> dict[str, Any]:
    """Pools that need nothing of each other."""
    return {name: {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": name.lower(), **properties}} for name in names}


def groups(*names: str) -> dict[str, Any]:
    """Groups of one pool."""
    return {name: {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": POOL, "GroupName": name.lower()}} for name in names}


def deletions(cfn: Any, stack: str) -> list[tuple[str, str]]:
    """What was deleted, oldest first."""
    return [(name, status.removeprefix("DELETE_")) for name, status, _ in told(cfn, stack) if status.startswith("DELETE_")]


def test_what_needs_nothing_of_each_other_is_deleted_at_the_same_time(cfn: Any) -> None:
    """Four at a time, as it is made; the pool after all its groups."""
    stack = cfn.create_stack(StackName="s", TemplateBody=body(pools("Pool", "Other") | groups("A", "B", "C", "D", "E")))["StackId"]
    cfn.delete_stack(StackName="s")
    happened = [(name, status) for name, status in deletions(cfn, stack) if name != "s"]
    begun = [name for name, status in happened[:4] if status == "IN_PROGRESS"]
    assert len(begun) == 4
    assert happened.index(("Pool", "IN_PROGRESS")) > max(happened.index((name, "COMPLETE")) for name in "ABCDE")
    assert len(happened) == 14


def test_what_a_resource_needs_that_cannot_be_deleted_stays(cfn: Any, idp: Any) -> None:
    """All else goes."""
    trust = {"Effect": "Allow", "Principal": {"Service": "cognito-idp.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
    }
    held = pools("Held", DeletionProtection="ACTIVE", SmsConfiguration={"SnsCallerArn": {"Fn::GetAtt": ["Role", "Arn"]}})
    resources = pools("Pool") | groups("A", "B") | held | {"Role": role}
    cfn.create_stack(StackName="s", TemplateBody=body(resources), Capabilities=["CAPABILITY_IAM"])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    cfn.delete_stack(StackName="s")
    assert_status(cfn, "s", "DELETE_FAILED")
    left = cfn.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert {each["LogicalResourceId"]: each["ResourceStatus"] for each in left} == {
        "A": "DELETE_COMPLETE",
        "B": "DELETE_COMPLETE",
        "Pool": "DELETE_COMPLETE",
        "Held": "DELETE_FAILED",
        "Role": "CREATE_COMPLETE",
    }
    idp.update_user_pool(UserPoolId=physical_ids(cfn, "s")["Held"], DeletionProtection="INACTIVE")
    stack = cfn.describe_stacks(StackName="s")["Stacks"][0]["StackId"]
    cfn.delete_stack(StackName="s")
    assert_status(cfn, stack, "DELETE_COMPLETE")


def test_what_an_update_leaves_over_is_deleted_side_by_side_too(cfn: Any, idp: Any) -> None:
    """The groups of a pool that goes with them, before it."""
    cfn.create_stack(StackName="s", TemplateBody=body(pools("Pool", "Kept") | groups("A", "B", "C")))
    cfn.update_stack(StackName="s", TemplateBody=body(pools("Kept")))
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    happened = deletions(cfn, "s")
    assert {status for _, status in happened[:3]} == {"IN_PROGRESS"}
    assert happened[-2:] == [("Pool", "IN_PROGRESS"), ("Pool", "COMPLETE")]
    assert len(happened) == 8
    assert [pool["Name"] for pool in idp.list_user_pools(MaxResults=10)["UserPools"]] == ["kept"]
