"""functions.toml and templates describe functions; a change is there at the next call."""

import json
import os
import zipfile
from io import BytesIO

import pytest

from tests.triggers.parts import arn
from triggers.executors.base import CannotRun
from triggers.function_files import FunctionsFile
from triggers.functions import CodeFolder, CodeImage, CodeZip, Debugging, FunctionReference

TOML = """
[functions.pre-sign-up]
code = "src/pre_sign_up"
handler = "app.handler"
runtime = "python3.12"
memory = 256
timeout = 4.5
layers = ["layer"]
env_file = ".env"
debug_port = 5678

[functions.pre-sign-up.environment]
TABLE = "users"
LIMIT = 5

[functions.from-image]
image = "mine:latest"
command = ["app.handler"]
"""

SAM = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
Globals:
  Function:
    Runtime: nodejs22.x
    Timeout: 7
    Environment: {Variables: {SHARED: "yes"}}
Resources:
  PreSignUp:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: pre-sign-up/
      Handler: index.handler
      Layers: [!Ref Shared]
      Environment:
        Variables:
          STAGE: !Ref Stage
          NAME: !Sub "${Stage}-${AWS::Region}-${Pool}-${!kept}"
          POOL: !GetAtt Pool.Arn
          DEBUG: true
          JOINED: !Join ["-", [a, !Ref Stage]]
  Named:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "named-${Stage}"
      InlineCode: |
        exports.handler = async (event) => event;
      Handler: index.handler
      Runtime: nodejs20.x
  Image:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: mine:1
      ImageConfig: {Command: [app.handler], WorkingDirectory: /app}
  Shared:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
  Pool: {Type: AWS::Cognito::UserPool}
"""


def find(path, name):
    return FunctionsFile(path).find(FunctionReference(name), arn(name))


def test_a_toml_file_describes_functions_relative_to_itself(tmp_path):
    (tmp_path / ".env").write_text("# comment\nexport TOKEN='s e c'\nTABLE=overridden\n\nEMPTY=\n")
    (tmp_path / "functions.toml").write_text(TOML)

    spec = find(tmp_path / "functions.toml", "pre-sign-up")

    assert spec.arn == arn("pre-sign-up")
    assert spec.code == CodeFolder(tmp_path / "src" / "pre_sign_up")
    assert (spec.runtime, spec.handler, spec.memory, spec.timeout) == ("python3.12", "app.handler", 256, 4.5)
    assert spec.layers == (CodeFolder(tmp_path / "layer"),)
    assert spec.environment == {"TOKEN": "s e c", "TABLE": "users", "EMPTY": "", "LIMIT": "5"}
    assert spec.debugging == Debugging(5678)


def test_a_toml_file_may_name_an_image(tmp_path):
    (tmp_path / "functions.toml").write_text(TOML.replace('env_file = ".env"\n', ""))

    assert find(tmp_path / "functions.toml", "from-image").code == CodeImage("mine:latest", command=("app.handler",))


def test_a_change_of_the_file_is_there_at_the_next_call(tmp_path):
    path = tmp_path / "functions.toml"
    path.write_text('[functions.f]\ncode = "."\nruntime = "python3.12"\nhandler = "a.b"\n')
    functions = FunctionsFile(path)
    assert functions.find(FunctionReference("f"), arn("f")).handler == "a.b"

    path.write_text('[functions.f]\ncode = "."\nruntime = "python3.12"\nhandler = "a.c"\n')

    assert functions.find(FunctionReference("f"), arn("f")).handler == "a.c"
    assert functions.find(FunctionReference("g"), arn("g")) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[functions.f", "cannot be used"),
        ('[functions.f]\ncode = "."\nruntime = "python3.12"\nhandler = "a.b"\nmemroy = 1', "unknown settings: memroy"),
        ('[functions.f]\ncode = "."\n', "needs `runtime` and `handler`"),
        ('[functions.f]\nhandler = "a.b"\n', "code"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, text, complaint):
    path = tmp_path / "functions.toml"
    path.write_text(text)

    with pytest.raises(CannotRun, match=complaint):
        find(path, "f")


def test_a_missing_file_is_an_error_until_it_is_there(tmp_path):
    functions = FunctionsFile(tmp_path / "functions.toml")
    with pytest.raises(CannotRun, match="No such file"):
        functions.find(FunctionReference("f"), arn("f"))

    (tmp_path / "functions.toml").write_text("")

    assert functions.find(FunctionReference("f"), arn("f")) is None


def test_a_sam_template_describes_functions_with_its_globals(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(SAM)

    spec = find(path, "PreSignUp")

    assert spec.code == CodeFolder(tmp_path / "pre-sign-up")
    assert (spec.runtime, spec.timeout, spec.memory) == ("nodejs22.x", 7.0, 128)
    assert spec.layers == (CodeFolder(tmp_path / "layer"),)
    assert spec.environment == {
        "SHARED": "yes",
        "STAGE": "dev",
        "NAME": "dev-us-east-1-Pool-${kept}",
        "POOL": "Pool.Arn",
        "DEBUG": "true",
        "JOINED": "a-dev",
    }


def test_a_layer_that_others_share_on_aws_is_left_out(tmp_path):
    path = tmp_path / "template.yaml"
    foreign = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:1"
    path.write_text(
        "Resources:\n  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}\n"
        "  F:\n    Type: AWS::Serverless::Function\n"
        f"    Properties: {{CodeUri: f, Handler: a.b, Runtime: python3.13, Layers: ['{foreign}', !Ref Shared]}}\n"
    )
    assert find(path, "F").layers == (CodeFolder(tmp_path / "layer"),)


def test_a_named_function_is_found_by_name_and_by_logical_id(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(SAM)

    spec = find(path, "named-dev")

    assert isinstance(spec.code, CodeZip)
    assert zipfile.ZipFile(BytesIO(spec.code.content)).read("index.js").startswith(b"exports.handler")
    assert find(path, "Named").code == spec.code


def test_an_image_of_a_template_keeps_its_configuration(tmp_path):
    path = tmp_path / "template.yml"
    path.write_text(SAM)

    assert find(path, "Image").code == CodeImage("mine:1", command=("app.handler",), working_directory="/app")


def test_a_cdk_template_leads_to_its_assets(tmp_path):
    resource = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Handler": "index.handler", "Runtime": "nodejs22.x"},
        "Metadata": {"aws:asset:path": "asset.abc"},
    }
    path = tmp_path / "App.template.json"
    path.write_text(json.dumps({"Resources": {"Fn123": resource}}))

    assert find(path, "Fn123").code == CodeFolder(tmp_path / "asset.abc")


def test_code_that_is_only_in_s3_says_what_to_do(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://bucket/key}}}")
    os.utime(path)

    with pytest.raises(CannotRun, match="sam build"):
        find(path, "F")
