"""Templates and code that lie in S3, and the buckets that stacks make."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body, outputs_of, told
from tests.support.server import Server

BUCKET = "artifacts"
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture
def s3(server: Server, account: str) -> Any:
    """A boto3 client for S3, in an account that has a bucket."""
    client = server.client("s3", account=account)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.mark.parametrize(
    "address",
    [
        "{url}/artifacts/a/template.json",
        "http://artifacts.localhost:4566/a/template.json",
        "https://artifacts.s3.amazonaws.com/a/template.json",
        "https://s3.eu-west-1.amazonaws.com/artifacts/a/template.json",
    ],
)
def test_a_template_is_read_from_where_tools_say_it_lies(server: Server, cfn: Any, s3: Any, address: str) -> None:
    long_text = body({"Pool": {"Type": "AWS::Cognito::UserPool"}}, Metadata={"Comment": "x" * 60_000})
    s3.put_object(Bucket=BUCKET, Key="a/template.json", Body=long_text.encode())
    url = address.format(url=server.url)
    assert cfn.get_template_summary(TemplateURL=url)["ResourceTypes"] == ["AWS::Cognito::UserPool"]
    cfn.create_stack(StackName="shop", TemplateURL=url)
    cfn.get_waiter("stack_create_complete").wait(StackName="shop", WaiterConfig={"Delay": 1})
    assert json.dumps(cfn.get_template(StackName="shop")["TemplateBody"]) == long_text


@pytest.mark.parametrize(
    ("url", "content", "message"),
    [
        ("https://artifacts.s3.amazonaws.com/nothing.json", None, "S3 error: The specified key does not exist."),
        ("https://artifacts.s3.amazonaws.com", None, "TemplateURL must be a supported URL."),
        ("https://artifacts.s3.amazonaws.com/t.json", b"\xff", "is not encoded in UTF-8"),
        ("https://artifacts.s3.amazonaws.com/t.json", b" " * 1_048_577, "may not exceed 1048576 bytes"),
    ],
    ids=["missing", "no key", "no text", "too long"],
)
def test_a_template_that_cannot_be_read_is_refused(cfn: Any, s3: Any, url: str, content: bytes | None, message: str) -> None:
    if content is not None:
        s3.put_object(Bucket=BUCKET, Key="t.json", Body=content)
    with pytest.raises(ClientError, match=message):
        cfn.validate_template(TemplateURL=url)


def test_a_stack_of_a_first_change_set_has_an_empty_template(cfn: Any) -> None:
    template = body({"Pool": {"Type": "AWS::Cognito::UserPool"}})
    cfn.create_change_set(StackName="shop", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template)
    assert cfn.get_template(StackName="shop")["TemplateBody"] == ""
    assert json.dumps(cfn.get_template(StackName="shop", ChangeSetName="first")["TemplateBody"]) == template
    with pytest.raises(ClientError, match="GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks"):
        cfn.get_template_summary(StackName="shop")


def test_code_is_read_from_a_bucket_of_the_account(server: Server, account: str, s3: Any) -> None:
    functions = server.client("lambda", account=account)
    for key, source in (("1.zip", "one"), ("2.zip", "two")):
        s3.put_object(Bucket=BUCKET, Key=key, Body=archive(source))
    code = {"S3Bucket": BUCKET, "S3Key": "1.zip"}
    first = functions.create_function(FunctionName="f", Role=ROLE, Runtime="python3.11", Handler="app.handler", Code=code)
    second = functions.update_function_code(FunctionName="f", S3Bucket=BUCKET, S3Key="2.zip")
    assert (first["CodeSize"], second["CodeSize"]) == (len(archive("one")), len(archive("two")))
    assert first["CodeSha256"] != second["CodeSha256"]
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchKey"):
        functions.update_function_code(FunctionName="f", S3Bucket=BUCKET, S3Key="3.zip")


def test_what_our_s3_does_not_have_is_read_from_one_of_the_users_own(
    server: Server, account: str, start_server: Callable[..., Server]
) -> None:
    theirs = server.client("s3", account=account)  # another emulator plays it
    theirs.create_bucket(Bucket=BUCKET)
    theirs.put_object(Bucket=BUCKET, Key="t.json", Body=body({"Pool": {"Type": "AWS::Cognito::UserPool"}}).encode())
    theirs.put_object(Bucket=BUCKET, Key="code.zip", Body=archive("theirs"))
    credentials = {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "secret"}
    ours = start_server(s3_endpoint=server.url, environment=credentials)
    cfn, functions = (ours.client(service, account="222222222222") for service in ("cloudformation", "lambda"))
    summary = cfn.get_template_summary(TemplateURL=f"https://{BUCKET}.s3.amazonaws.com/t.json")
    assert summary["ResourceTypes"] == ["AWS::Cognito::UserPool"]
    code = {"S3Bucket": BUCKET, "S3Key": "code.zip"}
    made = functions.create_function(FunctionName="f", Role=ROLE, Runtime="python3.11", Handler="app.handler", Code=code)
    assert made["CodeSize"] == len(archive("theirs"))
    with pytest.raises(ClientError, match="The specified key does not exist"):
        cfn.get_template_summary(TemplateURL=f"https://{BUCKET}.s3.amazonaws.com/nothing.json")


def test_an_s3_of_the_users_own_that_is_away_is_said_to_be(start_server: Callable[..., Server]) -> None:
    ours = start_server(s3_endpoint="http://127.0.0.1:9", environment={"AWS_MAX_ATTEMPTS": "1"})
    with pytest.raises(ClientError, match=r"S3 error: http://127\.0\.0\.1:9 does not answer"):
        ours.client("cloudformation", account="111111111111").validate_template(TemplateURL="https://b.s3.amazonaws.com/t.json")


def test_a_bucket_is_made_configured_changed_and_deleted(server: Server, account: str, cfn: Any) -> None:
    s3 = server.client("s3", account=account)
    deploy(cfn, bucket_template(Status="Enabled"))
    shown = outputs_of(cfn, "storage")
    name = shown["Name"]
    assert name.startswith("storage-bucket-")
    assert (shown["Arn"], shown["Domain"]) == (f"arn:aws:s3:::{name}", f"{name}.s3.amazonaws.com")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "stack", "Value": "s"}, {"Key": "team", "Value": "shop"}]
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Resource"] == f"arn:aws:s3:::{name}/*"
    cfn.update_stack(StackName="storage", TemplateBody=bucket_template(Status="Suspended"), Tags=[])
    cfn.get_waiter("stack_update_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "team", "Value": "shop"}]
    s3.put_object(Bucket=name, Key="a", Body=b"")
    cfn.delete_stack(StackName="storage")
    with pytest.raises(Exception, match="DELETE_FAILED"):
        cfn.get_waiter("stack_delete_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})
    assert any("The bucket you tried to delete is not empty" in reason for _, _, reason in told(cfn, "storage"))
    s3.delete_object(Bucket=name, Key="a")
    cfn.delete_stack(StackName="storage")
    cfn.get_waiter("stack_delete_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})
    assert s3.list_buckets()["Buckets"] == []


def test_a_bucket_that_is_there_already_fails_its_stack(cfn: Any, s3: Any) -> None:
    cfn.create_stack(StackName="storage", TemplateBody=body({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}}))
    with pytest.raises(Exception, match="ROLLBACK"):
        cfn.get_waiter("stack_create_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})
    assert any(f"{BUCKET} already exists" in reason for _, _, reason in told(cfn, "storage"))
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [BUCKET]


def deploy(cfn: Any, template: str) -> None:
    cfn.create_stack(StackName="storage", TemplateBody=template, Tags=[{"Key": "stack", "Value": "s"}])
    cfn.get_waiter("stack_create_complete").wait(StackName="storage", WaiterConfig={"Delay": 1})
    assert_status(cfn, "storage", "CREATE_COMPLETE")


def bucket_template(**versioning: str) -> str:
    encryption = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
    properties = {
        "VersioningConfiguration": versioning,
        "BucketEncryption": {"ServerSideEncryptionConfiguration": encryption},
        "Tags": [{"Key": "team", "Value": "shop"}],
    }
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": {"Fn::Sub": "${Bucket.Arn}/*"}}
    policy = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    outputs = {"Name": {"Ref": "Bucket"}, "Arn": {"Fn::GetAtt": "Bucket.Arn"}, "Domain": {"Fn::GetAtt": "Bucket.DomainName"}}
    return body(
        {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties},
            "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
        },
        Outputs={key: {"Value": value} for key, value in outputs.items()},
    )


def archive(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as into:
        into.writestr(zipfile.ZipInfo("app.py"), f"def handler(event, context): return '{source}'")
    return buffer.getvalue()
