"""Stacks in stacks, from files beside the template of `serve --template`."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import outputs_of, physical_ids, status
from tests.support.machine import clean_environment, free_port, program

PARENT = """
Parameters: {Name: {Type: String, Default: shop}}
Resources:
  Pools:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./nested/pools.yaml, Parameters: {Name: !Ref Name, Groups: [staff, crew]}}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !GetAtt Pools.Outputs.PoolId, ClientName: %s}
Outputs: {PoolId: {Value: !GetAtt Pools.Outputs.PoolId}, Innermost: {Value: !GetAtt Pools.Outputs.Innermost}}
"""
POOLS = """
Parameters: {Name: {Type: String}, Groups: {Type: CommaDelimitedList}}
Resources:
  Pool: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: !Ref Name, UserPoolTags: {first: !Select [0, !Ref Groups]}}}
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.json, Parameters: {Pool: !Ref Pool}}}
Outputs: {PoolId: {Value: !Ref Pool}, Innermost: {Value: !GetAtt Inner.Outputs.Group}}
"""
INNER = """{"Parameters": {"Pool": {"Type": "String"}},
 "Resources": {"Group": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": "inner"}}},
 "Outputs": {"Group": {"Value": {"Ref": "Group"}}}}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "nested").mkdir(parents=True)
    (tmp_path / "templates" / "nested" / "pools.yaml").write_text(POOLS)
    (tmp_path / "templates" / "nested" / "inner.json").write_text(INNER)
    (tmp_path / "templates" / "shop.yaml").write_text(PARENT % "web")
    return tmp_path


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[Callable[[str], Any], str]]:
    """Serve the template; gives clients, and what was said until it listened or ended."""
    port = free_port()
    arguments = ["--port", str(port), "--data", str(folder / "data"), "--template", str(folder / "templates" / "shop.yaml"), *options]
    process = subprocess.Popen([program("cognito-emu"), "serve", *arguments], env=clean_environment(), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if line.startswith("cognito_emu "):
            break
    try:
        yield (
            lambda service: boto3.client(
                service,
                endpoint_url=f"http://127.0.0.1:{port}",
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            ),
            said,
        )
    finally:
        process.terminate()
        process.communicate()


def test_nested_stacks_are_made_changed_and_deleted_with_their_parent(folder: Path) -> None:
    with serving(folder) as (client, said):
        assert "stack shop is CREATE_COMPLETE" in said
        cfn, idp = client("cloudformation"), client("cognito-idp")
        shown = outputs_of(cfn, "shop")
        nested = physical_ids(cfn, "shop")["Pools"]
        inner = physical_ids(cfn, nested)["Inner"]
        pool = idp.describe_user_pool(UserPoolId=shown["PoolId"])["UserPool"]
        assert (pool["Name"], pool["UserPoolTags"], shown["Innermost"]) == ("shop", {"first": "staff"}, "inner")
        root = cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackId"]
        found = {each["StackId"]: (each.get("ParentId"), each.get("RootId")) for each in cfn.describe_stacks()["Stacks"]}
        assert found == {root: (None, None), nested: (root, root), inner: (nested, root)}
        assert nested.split("/")[1].startswith("shop-Pools-")

    # Another template lies in the file, and a parameter of the parent's changes: all in place.
    (folder / "templates" / "nested" / "inner.json").write_text(INNER.replace('"inner"', '"innermost"'))
    with serving(folder, "--parameter", "Name=store") as (client, said):
        assert "stack shop is UPDATE_COMPLETE" in said
        cfn, idp = client("cloudformation"), client("cognito-idp")
        assert outputs_of(cfn, "shop") == {"PoolId": shown["PoolId"], "Innermost": "innermost"}
        assert idp.describe_user_pool(UserPoolId=shown["PoolId"])["UserPool"]["Name"] == "store"
        # The address of a file is good for nobody who cannot sign it.
        stolen = cfn.get_template(StackName="shop")["TemplateBody"].replace("pools.yaml", "inner.json")
        with pytest.raises(ClientError, match="Stack with id other does not exist"):
            cfn.describe_stacks(StackName="other")
        cfn.create_stack(StackName="other", TemplateBody=stolen, OnFailure="DO_NOTHING")
        events = cfn.describe_stack_events(StackName="other")["StackEvents"]
        assert any("TemplateURL must be an S3 URL" in each.get("ResourceStatusReason", "") for each in events)

    # A failure beside the nested stack takes back what was changed in it, also where its file says something else by now.
    (folder / "templates" / "nested" / "inner.json").write_text(INNER.replace('"inner"', '"deepest"'))
    (folder / "templates" / "shop.yaml").write_text(PARENT % "'not: a * name'")
    with serving(folder, "--parameter", "Name=other") as (client, said):
        assert "the stack shop is UPDATE_ROLLBACK_COMPLETE. Client:" in said
    (folder / "templates" / "shop.yaml").write_text("Resources: {Other: {Type: 'AWS::Cognito::UserPool'}}")
    with serving(folder, "--stack-name", "unrelated") as (client, said):
        cfn, idp = client("cloudformation"), client("cognito-idp")
        assert outputs_of(cfn, "shop") == {"PoolId": shown["PoolId"], "Innermost": "innermost"}
        assert idp.describe_user_pool(UserPoolId=shown["PoolId"])["UserPool"]["Name"] == "store"
        assert [group["GroupName"] for group in idp.list_groups(UserPoolId=shown["PoolId"])["Groups"]] == ["innermost"]
        cfn.delete_stack(StackName="shop")
        assert {status(cfn, each) for each in (root, nested, inner)} == {"DELETE_COMPLETE"}


def test_a_nested_stack_that_fails_says_why_and_leaves_nothing(folder: Path) -> None:
    (folder / "templates" / "nested" / "inner.json").write_text(INNER.replace('"inner"', '"in ner"'))
    with serving(folder) as (_client, said):
        assert "the stack shop is ROLLBACK_COMPLETE. Pools: Embedded stack arn:aws:cloudformation:" in said
        assert "was not successfully created: The following resource(s) failed to create: [Inner]." in said
