"""Loops, rules, transforms and references to the world outside, on a running server."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, outputs_of, physical_ids, told

EXPANDS = ["CAPABILITY_AUTO_EXPAND"]
LOOPS = """
Transform: AWS::LanguageExtensions
Parameters: {Teams: {Type: CommaDelimitedList, Default: 'blue-sky,green'}, Keep: {Type: String, Default: Retain}}
Mappings: {Sizes: {small: {Length: 8}}}
Conditions:
  'Fn::ForEach::Conditions': [Team, !Ref Teams, {'Is&{Team}': !Not [!Equals [!Ref Keep, '${Team}']]}]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: !Ref Keep
    Properties:
      Policies: {PasswordPolicy: {MinimumLength: !FindInMap [Sizes, large, Length, {DefaultValue: 12}]}}
      UserPoolTags: {count: {'Fn::Length': !Ref Teams}, all: !ToJsonString {teams: !Ref Teams}}
  'Fn::ForEach::Groups':
    - Team
    - !Ref Teams
    - 'Group&{Team}':
        Type: AWS::Cognito::UserPoolGroup
        Condition: 'Is&{Team}'
        Properties:
          UserPoolId: !Ref Pool
          GroupName: !Sub '${AWS::StackName}-${Team}'
          Description: !Ref Team
      'Fn::ForEach::Roles':
        - Role
        - [Lead, Member]
        - '${Role}Of&{Team}':
            Type: AWS::Cognito::UserPoolGroup
            Properties: {UserPoolId: !Ref Pool, GroupName: '${Team}/${Role}'}
Outputs:
  'Fn::ForEach::Shown': [Team, !Ref Teams, {'Shown&{Team}': {Value: !Ref 'Group&{Team}'}}]
"""


def test_loops_are_written_out_and_the_other_extensions_computed(cfn: Any, idp: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=LOOPS, Capabilities=EXPANDS)
    assert_status(cfn, "s", "CREATE_COMPLETE")
    ids = physical_ids(cfn, "s")
    pool = idp.describe_user_pool(UserPoolId=ids["Pool"])["UserPool"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert pool["UserPoolTags"] == {"count": "2", "all": '{"teams":["blue-sky","green"]}'}
    groups = {group["GroupName"]: group.get("Description") for group in idp.list_groups(UserPoolId=ids["Pool"])["Groups"]}
    loops = {f"{team}/{role}": None for team in ("blue-sky", "green") for role in ("Lead", "Member")}
    assert groups == {"s-blue-sky": "blue-sky", "s-green": "green"} | loops
    assert outputs_of(cfn, "s") == {"Shownbluesky": "s-blue-sky", "Showngreen": "s-green"}
    cfn.delete_stack(StackName="s")
    assert len(idp.list_user_pools(MaxResults=5)["UserPools"]) == 1  # !Ref in a policy


def test_the_processed_template_has_them_written_out(cfn: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=LOOPS, Capabilities=EXPANDS)
    assert cfn.get_template(StackName="s")["TemplateBody"] == LOOPS
    processed = cfn.get_template(StackName="s", TemplateStage="Processed")["TemplateBody"]
    assert set(processed["Resources"]) == {
        "Pool",
        "Groupbluesky",
        "Groupgreen",
        *(f"{role}Of{team}" for role in ("Lead", "Member") for team in ("bluesky", "green")),
    }
    assert "Transform" not in processed


def test_a_transform_must_be_acknowledged_but_not_for_a_change_set(cfn: Any) -> None:
    with pytest.raises(cfn.exceptions.InsufficientCapabilitiesException, match=r"Requires capabilities : \[CAPABILITY_AUTO_EXPAND\]"):
        cfn.create_stack(StackName="s", TemplateBody=LOOPS)
    cfn.create_change_set(StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=LOOPS)
    cfn.execute_change_set(StackName="s", ChangeSetName="c")
    assert_status(cfn, "s", "CREATE_COMPLETE")


POOL = "Resources: {Pool: {Type: 'AWS::Cognito::UserPool', Properties: {UserPoolName: %s}}}"
RULES = (
    """
Parameters:
  Stage: {Type: String}
  Teams: {Type: CommaDelimitedList, Default: 'a,b'}
Rules:
  Production:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - Assert: !Contains [!Ref Teams, operators]
        AssertDescription: production needs operators
      - Assert: {'Fn::EachMemberIn': [!Ref Teams, [operators, a, b]]}
        AssertDescription: unknown team
  Always:
    Assertions: [{Assert: !Not [{'Fn::EachMemberEquals': [{'Fn::RefAll': CommaDelimitedList}, x]}], AssertDescription: not all x}]
"""
    + POOL % "!Ref Stage"
)


@pytest.mark.parametrize(
    ("stage", "teams", "refusal"),
    [
        ("dev", "a,b", None),
        ("prod", "a,operators", None),
        ("prod", "a,b", "rule Production failed: production needs operators"),
        ("prod", "operators,c", "rule Production failed: unknown team"),
        ("dev", "x,x", "rule Always failed: not all x"),
    ],
)
def test_rules_are_asked_before_anything_happens(cfn: Any, stage: str, teams: str, refusal: str | None) -> None:
    parameters = [{"ParameterKey": "Stage", "ParameterValue": stage}, {"ParameterKey": "Teams", "ParameterValue": teams}]
    if refusal is None:
        cfn.create_stack(StackName="s", TemplateBody=RULES, Parameters=parameters)
        assert_status(cfn, "s", "CREATE_COMPLETE")
        return
    with pytest.raises(ClientError, match=refusal):
        cfn.create_stack(StackName="s", TemplateBody=RULES, Parameters=parameters)
    assert cfn.list_stacks()["StackSummaries"] == []


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Transform: AWS::Include\n" + POOL % "x", r"AWS::Include is not emulated"),
        ("Transform: {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}\n" + POOL % "x", "AWS::Include is not emulated"),
        ("Transform: MyMacro\n" + POOL % "x", r"No transform named MyMacro found\."),
        (POOL % "{'Fn::ToJsonString': [a]}", "Fn::ToJsonString requires the transform AWS::LanguageExtensions"),
        ("Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::Loop': [A, b]}", "Fn::ForEach is malformed"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(cfn: Any, text: str, refusal: str) -> None:
    with pytest.raises(ClientError, match=refusal):
        cfn.create_stack(StackName="s", TemplateBody=text, Capabilities=EXPANDS)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("{'Fn::Transform': {Name: 'AWS::Include', Parameters: {}}}", "AWS::Include is not emulated"),
        ("'{{resolve:secretsmanager:shop:SecretString:name}}'", "Secrets Manager can't find the specified secret."),
        ("'{{resolve:ssm:/nothing}}'", r"Could not find a value associated with ParameterKey: [/nothing]"),
        ("'{{resolve:ssm:/name:7}}'", "keeps the newest version only, 1"),
        ("{'Fn::GetStackOutput': {StackName: nowhere, OutputName: x}}", "Stack with id nowhere does not exist"),
    ],
)
def test_a_value_that_cannot_be_had_fails_the_resource_with_the_reason(
    cfn: Any, server: Any, account: str, value: str, reason: str
) -> None:
    server.client("ssm", account=account).put_parameter(Name="/name", Value="shop", Type="String")
    cfn.create_stack(StackName="s", TemplateBody=POOL % value)
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any(reason in each for _, _, each in told(cfn, "s")), told(cfn, "s")


def test_dynamic_references_and_other_stacks_outputs_are_read(cfn: Any, idp: Any, server: Any, account: str) -> None:
    server.client("ssm", account=account).put_parameter(Name="/name", Value="shop", Type="String")
    cfn.create_stack(StackName="a", TemplateBody=POOL % "'{{resolve:ssm:/name:1}}-pool'" + "\nOutputs: {Id: {Value: !Ref Pool}}")
    assert_status(cfn, "a", "CREATE_COMPLETE")
    pool_id = outputs_of(cfn, "a")["Id"]
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "shop-pool"
    away = server.client("cloudformation", account=account, region="eu-west-1")
    reading = "{'Fn::GetStackOutput': {StackName: a, OutputName: Id, Region: us-east-1}}"
    away.create_stack(StackName="b", TemplateBody=POOL % "x" + f"\nOutputs: {{Read: {{Value: {reading}}}}}")
    assert outputs_of(away, "b") == {"Read": pool_id}
