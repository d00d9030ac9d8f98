"""What stands around pools: identity pools, roles, functions, parameters; and the template that `serve` brings up itself."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cloudformation.conftest import TEMPLATES
from tests.support.machine import clean_environment, free_port, program
from tests.support.server import Server


def test_an_identity_pool_with_roles_tags_and_parameters(cfn: Any, identity: Any, server: Server, account: str, template: Any) -> None:
    ssm = server.client("ssm", account=account)
    ssm.put_parameter(Name="/shop/role", Value="shop-user", Type="String")
    cfn.create_stack(StackName="shop", TemplateBody=template("identity.yaml"), Capabilities=["CAPABILITY_NAMED_IAM"])
    told = [
        (each["LogicalResourceId"], each.get("ResourceStatusReason")) for each in cfn.describe_stack_events(StackName="shop")["StackEvents"]
    ]
    shown = cfn.describe_stacks(StackName="shop")["Stacks"][0]
    assert shown["StackStatus"] == "CREATE_COMPLETE", told
    pool_id = ssm.get_parameter(Name="/shop/identity-pool")["Parameter"]["Value"]
    roles = identity.get_identity_pool_roles(IdentityPoolId=pool_id)
    assert roles["Roles"] == {"authenticated": f"arn:aws:iam::{account}:role/shop-user"}
    assert identity.describe_identity_pool(IdentityPoolId=pool_id)["IdentityPoolTags"] == {"team": "shop"}
    assert shown["Parameters"] == [{"ParameterKey": "RoleName", "ParameterValue": "/shop/role", "ResolvedValue": "shop-user"}]
    cfn.delete_stack(StackName="shop")
    assert identity.list_identity_pools(MaxResults=10)["IdentityPools"] == []
    assert ssm.get_parameters(Names=["/shop/identity-pool"])["InvalidParameters"] == ["/shop/identity-pool"]


def test_a_function_is_made_from_the_template_and_may_be_invoked_by_the_pool(
    cfn: Any, idp: Any, server: Server, account: str, template: Any
) -> None:
    functions = server.client("lambda", account=account)
    cfn.create_stack(StackName="shop", TemplateBody=template("function.yaml"), Capabilities=["CAPABILITY_IAM"])
    told = [
        (each["LogicalResourceId"], each.get("ResourceStatusReason")) for each in cfn.describe_stack_events(StackName="shop")["StackEvents"]
    ]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in cfn.describe_stacks(StackName="shop")["Stacks"][0].get("Outputs", [])}
    assert cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE", told
    pool = idp.describe_user_pool(UserPoolId=outputs["PoolId"])["UserPool"]
    found = functions.get_function(FunctionName=outputs["Function"])
    code = server.http.get(found["Code"]["Location"], timeout=10).content
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        assert archive.namelist() == ["index.py"]
    assert pool["LambdaConfig"]["PreSignUp"] == found["Configuration"]["FunctionArn"]
    assert found["Configuration"]["Environment"]["Variables"] == {"ANSWER": "42"}
    cfn.update_stack(StackName="shop", TemplateBody=template("function.yaml").replace("42", "43"), Capabilities=["CAPABILITY_IAM"])
    assert functions.get_function(FunctionName=outputs["Function"])["Configuration"]["Environment"]["Variables"] == {"ANSWER": "43"}
    cfn.delete_stack(StackName="shop")
    assert functions.list_functions()["Functions"] == []


def test_a_serverless_template_expands_to_function_role_permission_and_trigger(cfn: Any, idp: Any, template: Any, outputs: Any) -> None:
    cfn.create_stack(StackName="shop", TemplateBody=template("serverless.yaml"), Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    assert cfn.describe_stacks(StackName="shop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    made = {each["LogicalResourceId"] for each in cfn.list_stack_resources(StackName="shop")["StackResourceSummaries"]}
    pool = idp.describe_user_pool(UserPoolId=outputs("shop")["PoolId"])["UserPool"]
    assert made == {"Pool", "Welcome", "WelcomeRole", "WelcomeCognitoPermission"}
    assert pool["LambdaConfig"]["PreSignUp"] == outputs("shop")["Function"]


AROUND = """
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {}}}
  Regions: {Type: AWS::KMS::Key, Properties: {MultiRegion: true}}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/codes, TargetKeyId: !Ref Key}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /shop}}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: f, EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:q'}}
  User: {Type: AWS::IAM::User, Properties: {UserName: ci, Path: /ci/}}
  Keys: {Type: AWS::IAM::AccessKey, Properties: {UserName: !Ref User}}
  Provider: {Type: AWS::IAM::OIDCProvider, Properties: {Url: 'https://example.com/tenant'}}
  Metadata: {Type: AWS::CDK::Metadata, Properties: {Analytics: x}}
Outputs:
  Key: {Value: !Ref Key}
  KeyArn: {Value: !GetAtt Key.Arn}
  Regions: {Value: !Ref Regions}
  Alias: {Value: !Ref Alias}
  Logs: {Value: !GetAtt Logs.Arn}
  Mapping: {Value: !GetAtt Mapping.EventSourceMappingArn}
  User: {Value: !GetAtt User.Arn}
  Keys: {Value: !Ref Keys}
  Provider: {Value: !Ref Provider}
"""


def test_what_only_needs_a_name_has_a_true_one(cfn: Any, account: str, outputs: Any) -> None:
    cfn.create_stack(StackName="shop", TemplateBody=AROUND, Capabilities=["CAPABILITY_NAMED_IAM"])
    shown = outputs("shop")
    assert shown["KeyArn"] == f"arn:aws:kms:us-east-1:{account}:key/{shown['Key']}"
    assert re.fullmatch("mrk-[0-9a-f]{32}", shown["Regions"])
    assert shown["Logs"] == f"arn:aws:logs:us-east-1:{account}:log-group:/shop:*"
    assert shown["Mapping"].startswith(f"arn:aws:lambda:us-east-1:{account}:event-source-mapping:")
    assert shown["User"] == f"arn:aws:iam::{account}:user/ci/ci"
    assert re.fullmatch("AKIA[A-Z2-7]{16}", shown["Keys"])
    assert shown["Provider"] == f"arn:aws:iam::{account}:oidc-provider/example.com/tenant"


LAYERED = """
Resources:
  Layer: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: tools, Content: {S3Bucket: code, S3Key: %s}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: layered
      Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/f"
      Runtime: python3.11
      Handler: index.handler
      Layers: [!Ref Layer]
      Code: {ZipFile: "def handler(event, context): return event"}
Outputs:
  Layer: {Value: !Ref Layer}
"""


def test_a_layer_is_published_chosen_and_replaced(cfn: Any, server: Server, account: str, outputs: Any) -> None:
    lambdas, s3 = server.client("lambda", account=account), server.client("s3", account=account)
    s3.create_bucket(Bucket="code")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("python/tools.py", "ANSWER = 42\n")
    for number in (1, 2):
        s3.put_object(Bucket="code", Key=f"{number}.zip", Body=archive.getvalue())
        change = cfn.create_stack if number == 1 else cfn.update_stack
        change(StackName="shop", TemplateBody=LAYERED % f"{number}.zip")
        arn = f"arn:aws:lambda:us-east-1:{account}:layer:tools:{number}"
        assert outputs("shop") == {"Layer": arn}
        assert [one["LayerVersionArn"] for one in lambdas.list_layer_versions(LayerName="tools")["LayerVersions"]] == [arn]
        assert [one["Arn"] for one in lambdas.get_function_configuration(FunctionName="layered")["Layers"]] == [arn]
    cfn.delete_stack(StackName="shop")
    assert lambdas.list_layers()["Layers"] == []


def test_a_key_encrypts_under_all_its_names(account: str, start_server: Callable[..., Server]) -> None:
    server = start_server(triggers="process")
    cfn = server.client("cloudformation", account=account)
    cfn.create_stack(StackName="shop", TemplateBody=AROUND, Capabilities=["CAPABILITY_NAMED_IAM"])
    shown = {each["OutputKey"]: each["OutputValue"] for each in cfn.describe_stacks(StackName="shop")["Stacks"][0]["Outputs"]}
    kms = server.client("kms", account=account)
    for name in (shown["Key"], shown["KeyArn"], "alias/codes", f"arn:aws:kms:us-east-1:{account}:alias/codes"):
        sealed = kms.encrypt(KeyId=name, Plaintext=b"code")
        assert sealed["KeyId"] == shown["KeyArn"]
        for other in (shown["Key"], shown["KeyArn"], "alias/codes"):
            assert kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], KeyId=other)["Plaintext"] == b"code"


def test_an_unknown_type_is_recorded_where_the_settings_say_so(start_server: Callable[..., Server], account: str) -> None:
    server = start_server(cloudformation_unknown_types="record")
    cfn = server.client("cloudformation", account=account)
    cfn.create_stack(StackName="shop", TemplateBody="Resources: {A: {Type: 'AWS::Made::Up'}}\nOutputs: {Arn: {Value: !GetAtt A.Arn}}")
    shown = cfn.describe_stacks(StackName="shop")["Stacks"][0]
    assert shown["StackStatus"] == "CREATE_COMPLETE"
    assert shown["Outputs"][0]["OutputValue"].startswith(f"arn:aws:made:us-east-1:{account}:up/shop-A-")


Serve = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts it by hand, as `server` does not, and tells what it says until it listens or ends; ends it with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [program("cognito-emu"), "serve", "--port", str(free_port()), "--data", str(tmp_path), *options],
            env=clean_environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if line.startswith("cognito_emu "):
                break
        return process, said

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def test_serve_brings_a_template_up_again_and_again(serve: Serve) -> None:
    template = str(TEMPLATES / "pool.yaml")
    for stage, status in (("dev", "CREATE_COMPLETE"), ("dev", "CREATE_COMPLETE"), ("prod", "UPDATE_COMPLETE")):
        process, said = serve("--template", template, "--parameter", f"Stage={stage}")
        process.terminate()
        assert process.wait() == 0
        assert f"stack pool is {status}" in said


def test_serve_says_why_a_template_does_not_come_up(serve: Serve) -> None:
    """However long that takes on a machine that has other things to do: the test's own time limit ends it."""
    process, said = serve("--template", str(TEMPLATES / "pool.yaml"), "--parameter", "Stage=test")
    assert process.wait() == 1
    assert "Parameter 'Stage' must be one of AllowedValues: [dev, prod]" in said
