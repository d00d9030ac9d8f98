"""What a change set shows of properties to who asks for their values."""

import json
from typing import Any

from tests.cloudformation.stacks import body

PARAMETERS = {"Subject": {"Type": "String", "NoEcho": True}}
POOL = {"UserPoolName": "shop", "EmailVerificationSubject": {"Ref": "Subject"}, "AutoVerifiedAttributes": ["email"]}
BEFORE = {
    "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": POOL},
    "Old": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": "old"}},
}
AFTER = {
    "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": POOL | {"UserPoolName": "store", "UserPoolTier": "LITE"}},
    "Other": {"Type": "AWS::Cognito::UserPool"},
    "New": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": {"Ref": "Other"}, "GroupName": "new"}},
}


def given(subject: str) -> list[dict[str, str]]:
    return [{"ParameterKey": "Subject", "ParameterValue": subject}]


def changes(cfn: Any, **options: Any) -> dict[str, dict[str, Any]]:
    """The change set's changes by logical id."""
    found = cfn.describe_change_set(StackName="s", ChangeSetName="c", **options)["Changes"]
    return {each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"] for each in found}


def test_values_before_and_after_are_shown_to_who_asks_for_them(cfn: Any) -> None:
    """What is not to be echoed is hidden, and what the deployment is yet to make has a placeholder."""
    cfn.create_stack(StackName="s", TemplateBody=body(BEFORE, Parameters=PARAMETERS), Parameters=given("first"))
    pool_id = cfn.describe_stack_resource(StackName="s", LogicalResourceId="Pool")["StackResourceDetail"]["PhysicalResourceId"]
    template = body(AFTER, Parameters=PARAMETERS)
    cfn.create_change_set(StackName="s", ChangeSetName="c", TemplateBody=template, Parameters=given("second"))

    shown = changes(cfn, IncludePropertyValues=True)
    targets = {detail["Target"]["Name"]: detail["Target"] for detail in shown["Pool"]["Details"]}
    assert {
        name: [target.get(key) for key in ("Path", "AttributeChangeType", "BeforeValue", "AfterValue")] for name, target in targets.items()
    } == {
        "EmailVerificationSubject": ["/Properties/EmailVerificationSubject", "Modify", "****", "****"],
        "UserPoolName": ["/Properties/UserPoolName", "Modify", "shop", "store"],
        "UserPoolTier": ["/Properties/UserPoolTier", "Add", None, "LITE"],
    }
    before = {"UserPoolName": "shop", "EmailVerificationSubject": "****", "AutoVerifiedAttributes": ["email"]}
    assert json.loads(shown["Pool"]["BeforeContext"]) == {"Properties": before}
    assert json.loads(shown["Pool"]["AfterContext"]) == {"Properties": before | {"UserPoolName": "store", "UserPoolTier": "LITE"}}
    assert json.loads(shown["Old"]["BeforeContext"]) == {"Properties": {"UserPoolId": pool_id, "GroupName": "old"}}
    new = {"UserPoolId": "{{changeSet:KNOWN_AFTER_APPLY}}", "GroupName": "new"}
    assert json.loads(shown["New"]["AfterContext"]) == {"Properties": new}
    assert "BeforeContext" not in shown["New"]
    assert "AfterContext" not in shown["Old"]


def test_who_does_not_ask_sees_names_only(cfn: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body(BEFORE, Parameters=PARAMETERS), Parameters=given("first"))
    cfn.create_change_set(StackName="s", ChangeSetName="c", TemplateBody=body(AFTER, Parameters=PARAMETERS), Parameters=given("first"))
    pool = changes(cfn)["Pool"]
    assert not {"BeforeContext", "AfterContext"} & pool.keys()
    assert [sorted(detail["Target"]) for detail in pool["Details"]] == [["Attribute", "Name", "RequiresRecreation"]] * 2
