"""What templates let roles do: IAM's operations show it, it follows the template, and its drift is told."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cloudformation.stacks import assert_status, body, physical_ids, told
from tests.operations.refusals import refusal
from tests.support.server import Server

CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "*"}]}


def allowing(action: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def role(policies: dict[str, str], managed: list[Any]) -> dict[str, Any]:
    """A role with policies of its own, by name, each allowing one action."""
    inline = [{"PolicyName": name, "PolicyDocument": allowing(action)} for name, action in policies.items()]
    properties = {"AssumeRolePolicyDocument": TRUST, "Policies": inline, "ManagedPolicyArns": managed}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def policy(action: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "beside", "PolicyDocument": allowing(action), **properties}}


def managed_policy(action: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": allowing(action), **properties}}


REF = {"Ref": "Role"}


@pytest.fixture
def iam(server: Server, account: str) -> Any:
    return server.client("iam", account=account)


@pytest.fixture
def deploy(cfn: Any) -> Callable[[dict[str, Any]], dict[str, str]]:
    """Makes the stack, or gives it other resources; returns their physical ids."""

    def bring_about(resources: dict[str, Any]) -> dict[str, str]:
        there = cfn.list_stacks()["StackSummaries"]
        change = cfn.update_stack if there else cfn.create_stack
        change(StackName="s", TemplateBody=body(resources), Capabilities=CAPABILITIES)
        assert_status(cfn, "s", "UPDATE_COMPLETE" if there else "CREATE_COMPLETE")
        return physical_ids(cfn, "s")

    return bring_about


@pytest.fixture
def drift(cfn: Any) -> Callable[[], dict[str, Any]]:
    """Looks for drift; returns each resource's state and the paths of its differences."""

    def look() -> dict[str, Any]:
        cfn.detect_stack_drift(StackName="s")
        found = cfn.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
        return {
            each["LogicalResourceId"]: [
                each["StackResourceDriftStatus"],
                *(one["PropertyPath"] for one in each.get("PropertyDifferences", ())),
            ]
            for each in found
        }

    return look


def inline(iam: Any, role_name: str) -> dict[str, str]:
    """A role's own policies: the action that each allows."""
    names = iam.list_role_policies(RoleName=role_name)["PolicyNames"]
    documents = {name: iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"] for name in names}
    return {name: document["Statement"][0]["Action"] for name, document in documents.items()}


def attached(iam: Any, role_name: str) -> set[str]:
    return {each["PolicyArn"] for each in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]}


def test_a_roles_policies_follow_the_template(iam: Any, cfn: Any, deploy: Any) -> None:
    name = deploy({"Role": role({"read": "s3:GetObject", "list": "s3:ListBucket"}, [READ_ONLY]), "Beside": policy("a:b", Roles=[REF])})[
        "Role"
    ]
    assert inline(iam, name) == {"read": "s3:GetObject", "list": "s3:ListBucket", "beside": "a:b"}
    assert attached(iam, name) == {READ_ONLY}

    iam.put_role_policy(RoleName=name, PolicyName="foreign", PolicyDocument=json.dumps(allowing("x:y")))
    deploy({"Role": role({"read": "s3:Get*"}, []), "Beside": policy("c:d", Roles=[REF])})
    assert inline(iam, name) == {"read": "s3:Get*", "beside": "c:d", "foreign": "x:y"}
    assert attached(iam, name) == set()

    cfn.delete_stack(StackName="s")
    assert_status(cfn, "s", "DELETE_FAILED")
    assert "Cannot delete entity, must delete policies first." in " ".join(reason for _, _, reason in told(cfn, "s"))
    iam.delete_role_policy(RoleName=name, PolicyName="foreign")
    cfn.delete_stack(StackName="s")
    assert refusal(iam.get_role, RoleName=name)[0] == "NoSuchEntity"


def test_a_managed_policy_has_a_version_for_each_document_and_goes_with_the_stack(iam: Any, cfn: Any, deploy: Any) -> None:
    def resources(action: str, roles: list[Any]) -> dict[str, Any]:
        return {"Role": role({}, []), "Managed": managed_policy(action, Roles=roles, Description="for tests")}

    ids = deploy(resources("a:0", [REF]))
    arn = ids["Managed"]
    shown = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (shown["Description"], shown["AttachmentCount"], shown["DefaultVersionId"]) == ("for tests", 1, "v1")
    assert attached(iam, ids["Role"]) == {arn}

    for number in range(1, 6):
        deploy(resources(f"a:{number}", []))
    versions = [each["VersionId"] for each in iam.list_policy_versions(PolicyArn=arn)["Versions"]]
    assert versions == ["v6", "v5", "v4", "v3", "v2"], "IAM keeps five"
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v6")["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == "a:5"
    assert attached(iam, ids["Role"]) == set()

    cfn.delete_stack(StackName="s")
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_role_has_a_managed_policy_of_the_template(iam: Any, cfn: Any, deploy: Any) -> None:
    ids = deploy({"Role": role({}, [{"Ref": "Managed"}]), "Managed": managed_policy("a:b", ManagedPolicyName="own", Path="/app/")})
    assert attached(iam, ids["Role"]) == {ids["Managed"]}
    assert ids["Managed"].endswith(":policy/app/own")
    cfn.delete_stack(StackName="s")
    assert iam.list_roles()["Roles"] == []


def test_a_role_policy_of_its_own_type(iam: Any, deploy: Any) -> None:
    beside = {"Type": "AWS::IAM::RolePolicy", "Properties": {"RoleName": REF, "PolicyName": "one", "PolicyDocument": allowing("a:b")}}
    name = deploy({"Role": role({}, []), "Beside": beside})["Role"]
    assert inline(iam, name) == {"one": "a:b"}
    deploy({"Role": role({}, [])})
    assert inline(iam, name) == {}


def test_the_drift_of_permissions_is_told(iam: Any, deploy: Any, drift: Any) -> None:
    ids = deploy(
        {
            "Role": role({"read": "s3:GetObject", "list": "s3:ListBucket"}, [READ_ONLY]),
            "Beside": policy("a:b", Roles=[REF]),
            "Managed": managed_policy("a:b", Roles=[REF]),
            "Gone": managed_policy("a:b"),
        }
    )
    assert drift() == {logical_id: ["IN_SYNC"] for logical_id in ids}
    name = ids["Role"]
    iam.delete_role_policy(RoleName=name, PolicyName="list")
    iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    iam.put_role_policy(RoleName=name, PolicyName="beside", PolicyDocument=json.dumps(allowing("x:y")))
    iam.detach_role_policy(RoleName=name, PolicyArn=ids["Managed"])
    iam.delete_policy(PolicyArn=ids["Gone"])
    assert drift() == {
        "Role": ["MODIFIED", "/Policies/1", "/ManagedPolicyArns/0"],
        "Beside": ["MODIFIED", "/PolicyDocument/Statement/0", "/PolicyDocument/Statement/0"],
        "Managed": ["MODIFIED", "/Roles/0"],
        "Gone": ["DELETED"],
    }


def test_a_managed_policy_that_is_not_there_fails_the_role(iam: Any, cfn: Any, account: str) -> None:
    missing = f"arn:aws:iam::{account}:policy/missing"
    cfn.create_stack(StackName="s", TemplateBody=body({"Role": role({}, [missing])}), Capabilities=CAPABILITIES)
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert f"Policy {missing} does not exist or is not attachable. (Service: Iam" in " ".join(reason for _, _, reason in told(cfn, "s"))
    assert iam.list_roles()["Roles"] == []
