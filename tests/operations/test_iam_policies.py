"""What roles may do: policies of their own and managed ones, as deployment tools make, read back and delete them."""

import json
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.server import Server

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def iam(server: Server, account: str) -> Any:
    return server.client("iam", account=account)


@pytest.fixture
def role(iam: Any) -> str:
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(TRUST))
    return "app"


def make_policy(iam: Any, name: str = "read", **more: Any) -> str:
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(READ), **more)["Policy"]["Arn"]
    return arn


class TestRoles:
    def test_description_and_duration_change(self, iam: Any, role: str) -> None:
        iam.update_role(RoleName=role, Description="Theirs", MaxSessionDuration=7200)
        shown = iam.get_role(RoleName=role)["Role"]
        assert (shown["Description"], shown["MaxSessionDuration"]) == ("Theirs", 7200)
        assert iam.update_role_description(RoleName=role, Description="Ours")["Role"]["Description"] == "Ours"

    def test_tags_come_and_go(self, iam: Any, role: str) -> None:
        iam.tag_role(RoleName=role, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "env", "Value": "dev"}])
        iam.tag_role(RoleName=role, Tags=[{"Key": "team", "Value": "red"}])
        assert iam.list_role_tags(RoleName=role)["Tags"] == [{"Key": "env", "Value": "dev"}, {"Key": "team", "Value": "red"}]
        first = iam.list_role_tags(RoleName=role, MaxItems=1)
        assert iam.list_role_tags(RoleName=role, Marker=first["Marker"])["Tags"] == [{"Key": "team", "Value": "red"}]
        iam.untag_role(RoleName=role, TagKeys=["env"])
        assert iam.get_role(RoleName=role)["Role"]["Tags"] == [{"Key": "team", "Value": "red"}]

    def test_a_boundary_is_kept(self, iam: Any, role: str) -> None:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=LOGS)
        boundary = iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]
        assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": LOGS}
        iam.delete_role_permissions_boundary(RoleName=role)
        assert "PermissionsBoundary" not in iam.get_role(RoleName=role)["Role"]
        assert refusal(iam.delete_role_permissions_boundary, RoleName=role)[0] == "NoSuchEntity"

    def test_a_role_is_in_no_instance_profile(self, iam: Any, role: str) -> None:
        assert iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"] == []
        assert refusal(iam.list_instance_profiles_for_role, RoleName="nobody")[0] == "NoSuchEntity"


class TestInlinePolicies:
    def test_they_are_put_shown_listed_and_deleted(self, iam: Any, role: str) -> None:
        iam.put_role_policy(RoleName=role, PolicyName="s3", PolicyDocument=json.dumps(READ))
        iam.put_role_policy(RoleName=role, PolicyName="logs", PolicyDocument=json.dumps(READ))
        iam.put_role_policy(RoleName=role, PolicyName="s3", PolicyDocument=json.dumps(WRITE))
        assert iam.get_role_policy(RoleName=role, PolicyName="s3")["PolicyDocument"] == WRITE
        assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["logs", "s3"]
        iam.delete_role_policy(RoleName=role, PolicyName="s3")
        assert refusal(iam.get_role_policy, RoleName=role, PolicyName="s3") == (
            "NoSuchEntity",
            "The role policy with name s3 cannot be found.",
        )

    def test_a_role_that_has_some_is_not_deleted(self, iam: Any, role: str) -> None:
        iam.put_role_policy(RoleName=role, PolicyName="s3", PolicyDocument=json.dumps(READ))
        assert refusal(iam.delete_role, RoleName=role) == ("DeleteConflict", "Cannot delete entity, must delete policies first.")
        iam.delete_role_policy(RoleName=role, PolicyName="s3")
        iam.delete_role(RoleName=role)

    def test_what_is_no_policy_is_refused(self, iam: Any, role: str) -> None:
        assert refusal(iam.put_role_policy, RoleName=role, PolicyName="s3", PolicyDocument="{")[0] == "MalformedPolicyDocument"


class TestManagedPolicies:
    def test_one_is_made_shown_and_deleted(self, iam: Any, account: str) -> None:
        arn = make_policy(iam, Path="/app/", Description="Reads", Tags=[{"Key": "team", "Value": "blue"}])
        assert arn == f"arn:aws:iam::{account}:policy/app/read"
        shown = iam.get_policy(PolicyArn=arn)["Policy"]
        assert (shown["PolicyName"], shown["DefaultVersionId"], shown["AttachmentCount"]) == ("read", "v1", 0)
        assert shown["PolicyId"].startswith("ANPA")
        assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == READ
        assert [policy["Arn"] for policy in iam.list_policies(Scope="Local")["Policies"]] == [arn]
        assert refusal(make_policy, iam=iam)[0] == "EntityAlreadyExists"
        iam.delete_policy(PolicyArn=arn)
        assert refusal(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.")

    def test_tags_come_and_go(self, iam: Any) -> None:
        arn = make_policy(iam)
        iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "env", "Value": "dev"}])
        iam.untag_policy(PolicyArn=arn, TagKeys=["env"])
        assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "team", "Value": "blue"}]

    def test_versions_are_made_chosen_and_deleted(self, iam: Any) -> None:
        arn = make_policy(iam)
        made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(WRITE), SetAsDefault=True)["PolicyVersion"]
        assert (made["VersionId"], made["IsDefaultVersion"]) == ("v2", True)
        assert [version["VersionId"] for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v2", "v1"]
        assert refusal(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
        assert refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v2")[0] == "DeleteConflict"
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
        iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
        assert refusal(iam.get_policy_version, PolicyArn=arn, VersionId="v2")[0] == "NoSuchEntity"
        # A number is never given again.
        for number in range(3, 7):
            made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READ))["PolicyVersion"]
            assert made["VersionId"] == f"v{number}"
        assert refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=json.dumps(READ))[0] == "LimitExceeded"

    def test_they_are_attached_listed_and_detached(self, iam: Any, role: str) -> None:
        arn = make_policy(iam)
        for policy in (LOGS, arn, arn):
            iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [policy["PolicyName"] for policy in attached] == ["AWSLambdaBasicExecutionRole", "read"]
        of_services = iam.list_attached_role_policies(RoleName=role, PathPrefix="/service-role/")["AttachedPolicies"]
        assert [policy["PolicyArn"] for policy in of_services] == [LOGS]
        assert iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"] == [{"RoleName": role}]
        assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
        assert refusal(iam.delete_policy, PolicyArn=arn) == ("DeleteConflict", "Cannot delete a policy attached to entities.")
        assert refusal(iam.delete_role, RoleName=role) == ("DeleteConflict", "Cannot delete entity, must detach all policies first.")
        for policy in (LOGS, arn):
            iam.detach_role_policy(RoleName=role, PolicyArn=policy)
        assert refusal(iam.detach_role_policy, RoleName=role, PolicyArn=arn)[0] == "NoSuchEntity"
        iam.delete_policy(PolicyArn=arn)
        iam.delete_role(RoleName=role)

    def test_another_accounts_policy_does_not_exist(self, server: Server, iam: Any, role: str) -> None:
        arn = make_policy(server.client("iam", account="999988887777"), "theirs")
        assert refusal(iam.attach_role_policy, RoleName=role, PolicyArn=arn) == (
            "NoSuchEntity",
            f"Policy {arn} does not exist or is not attachable.",
        )
        assert refusal(iam.get_policy, PolicyArn=arn)[0] == "NoSuchEntity"
