"""Stacks in stacks, from S3 and from files beside the template of `serve --template`."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, outputs_of, physical_ids, status, told
from tests.support.machine import clean_environment, free_port, program
from tests.support.server import Server

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


def test_nested_stacks_are_made_and_changed_with_their_parent(folder: Path) -> None:
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


def test_a_nested_stack_that_fails_says_why_and_leaves_nothing(folder: Path) -> None:
    (folder / "templates" / "nested" / "inner.json").write_text(INNER.replace('"inner"', '"in ner"'))
    with serving(folder) as (_client, said):
        assert "the stack shop is ROLLBACK_COMPLETE. Pools: Embedded stack arn:aws:cloudformation:" in said
        assert "was not successfully created: The following resource(s) failed to create: [Inner]." in said


def test_what_changed_in_nested_stacks_is_taken_back_when_their_parent_fails(cfn: Any, idp: Any, server: Server, account: str) -> None:
    """Also where something else lies in S3 by then."""
    s3, bucket = server.client("s3", account=account), f"templates-{account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="pools.yaml", Body=POOLS.replace("inner.json", f"{server.url}/{bucket}/inner.json"))
    s3.put_object(Bucket=bucket, Key="inner.json", Body=INNER)
    parent = PARENT.replace("./nested", f"'{server.url}/{bucket}").replace("pools.yaml,", "pools.yaml',")
    cfn.create_stack(StackName="s", TemplateBody=parent % "web")
    assert_status(cfn, "s", "CREATE_COMPLETE")
    shown = outputs_of(cfn, "s")
    pool_id = shown["PoolId"]
    nested = physical_ids(cfn, "s")["Pools"]
    inner = physical_ids(cfn, nested)["Inner"]

    s3.put_object(Bucket=bucket, Key="inner.json", Body=INNER.replace('"inner"', '"deepest"'))
    renamed = [{"ParameterKey": "Name", "ParameterValue": "other"}]
    cfn.update_stack(StackName="s", TemplateBody=parent % "'not: a * name'", Parameters=renamed)
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert outputs_of(cfn, "s") == shown
    assert outputs_of(cfn, nested)["Innermost"] == "inner"
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "shop"
    assert [group["GroupName"] for group in idp.list_groups(UserPoolId=pool_id)["Groups"]] == ["inner"]

    cfn.update_stack(StackName="s", TemplateBody=parent % "web", Parameters=renamed)
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    assert outputs_of(cfn, "s") == {"PoolId": pool_id, "Innermost": "deepest"}
    cfn.update_stack(StackName="s", TemplateBody=(parent % "web").replace("pools.yaml", "nothing.yaml"))
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert any("S3 error: The specified key does not exist." in reason for _, _, reason in told(cfn, "s"))
    root = cfn.describe_stacks(StackName="s")["Stacks"][0]["StackId"]
    cfn.delete_stack(StackName="s")
    assert {status(cfn, each) for each in (root, nested, inner)} == {"DELETE_COMPLETE"}
