"""Systems Manager's parameters in templates: dynamic references, plain and secure, and parameters that name them."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body, outputs_of, physical_ids, told
from tests.support.server import Server

ALLOWED = ["CAPABILITY_IAM"]


@pytest.fixture
def ssm(server: Server, account: str) -> Any:
    """Systems Manager, with a parameter of each type."""
    client = server.client("ssm", account=account)
    for name, kind, value in (("/plain", "String", "one"), ("/list", "StringList", "a, b"), ("/secure", "SecureString", "s3cret-value")):
        client.put_parameter(Name=name, Type=kind, Value=value)
    return client


def parameter(value: Any, **more: Any) -> dict[str, Any]:
    return {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value, **more}}}


def user(password: Any) -> dict[str, Any]:
    return {"U": {"Type": "AWS::IAM::User", "Properties": {"LoginProfile": {"Password": password}}}}


def value_of(cfn: Any, ssm: Any) -> str:
    found: str = ssm.get_parameter(Name=physical_ids(cfn, "s")["P"])["Parameter"]["Value"]
    return found


def test_a_reference_is_read_again_with_every_update(cfn: Any, ssm: Any) -> None:
    """Also by the template that stands; in an output it is a text like any other."""
    template = body(parameter("<{{resolve:ssm:/plain}}>"), Outputs={"Told": {"Value": "{{resolve:ssm:/plain}}"}})
    cfn.create_stack(StackName="s", TemplateBody=template)
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert value_of(cfn, ssm) == "<one>"
    assert outputs_of(cfn, "s") == {"Told": "{{resolve:ssm:/plain}}"}
    ssm.put_parameter(Name="/plain", Value="two", Overwrite=True)
    cfn.update_stack(StackName="s", TemplateBody=template)
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    assert value_of(cfn, ssm) == "<two>"


def test_a_secure_reference_is_kept_as_it_is_written(cfn: Any, ssm: Any) -> None:
    """Where AWS takes one; its value is nowhere."""
    assert ssm
    reference = "{{resolve:ssm-secure:/secure:1}}"
    cfn.create_stack(StackName="s", TemplateBody=body(user(reference)), Capabilities=ALLOWED)
    assert_status(cfn, "s", "CREATE_COMPLETE")
    events = cfn.describe_stack_events(StackName="s")["StackEvents"]
    shown = [json.loads(each["ResourceProperties"]) for each in events if each["LogicalResourceId"] == "U"]
    assert shown == [{"LoginProfile": {"Password": reference}}] * 3
    assert "s3cret-value" not in json.dumps(events, default=str)
    with pytest.raises(ClientError, match="No updates are to be performed"):
        cfn.update_stack(StackName="s", TemplateBody=body(user(reference)), Capabilities=ALLOWED)


@pytest.mark.parametrize(
    ("resources", "refusal"),
    [
        (parameter("{{resolve:ssm-secure:/secure:1}}"), "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]"),
        (
            {
                "F": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Role": "arn:aws:iam::123456789012:role/r",
                        "Code": {"ZipFile": "x"},
                        "Environment": {"Variables": {"API_KEY": {"Fn::Sub": "{{resolve:ssm-secure:/secure}}"}}},
                    },
                }
            },
            "SSM Secure reference is not supported in: [AWS::Lambda::Function/Properties/Environment/Variables/API_KEY]",
        ),
        (
            parameter("x", Tags=[{"Key": "a", "Value": {"Fn::Join": ["", ["{{resolve:ssm-secure:", "/secure", "}}"]]}}]),
            "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Tags]",
        ),
        (parameter("{{resolve:ssm:/secure:1}}"), "Non-secure ssm prefix was used for secure parameter /secure"),
        (
            parameter("{{resolve:ssm:/plain:live}}"),
            "Incorrect format is used in the following SSM reference: [{{resolve:ssm:/plain:live}}]",
        ),
        (user("{{resolve:ssm-secure:/secure:live}}"), "Incorrect format is used in the following SSM reference"),
    ],
)
def test_a_reference_where_or_as_it_may_not_be_is_refused(cfn: Any, ssm: Any, resources: dict[str, Any], refusal: str) -> None:
    assert ssm
    with pytest.raises(ClientError) as refused:
        cfn.create_stack(StackName="s", TemplateBody=body(resources), Capabilities=ALLOWED)
    assert refusal in refused.value.response["Error"]["Message"]


def test_a_secure_reference_to_a_plain_parameter_fails_the_resource(cfn: Any, ssm: Any) -> None:
    assert ssm
    cfn.create_stack(StackName="s", TemplateBody=body(user("{{resolve:ssm-secure:/plain}}")), Capabilities=ALLOWED)
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("non-secure parameter /plain" in reason for _, _, reason in told(cfn, "s"))


def test_a_template_makes_no_secure_string(cfn: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body(parameter("x", Type="SecureString")))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("SecureString is not a valid enum value" in reason for _, _, reason in told(cfn, "s"))


@pytest.mark.parametrize(
    ("kind", "name", "refusal"),
    [
        ("String", "/secure", "Parameters [/secure] referenced by template have types not supported by CloudFormation."),
        ("String", "/list", "Types for SSM parameters [/list] defined in CFN template and SSM are incompatible"),
        ("List<String>", "/plain", "Types for SSM parameters [/plain] defined in CFN template and SSM are incompatible"),
        ("String", "/plain:99", "Unable to fetch parameters [/plain:99] from parameter store for this account."),
    ],
)
def test_a_parameter_that_names_the_wrong_one_is_refused(cfn: Any, ssm: Any, kind: str, name: str, refusal: str) -> None:
    assert ssm
    template = body(parameter("x"), Parameters={"Given": {"Type": f"AWS::SSM::Parameter::Value<{kind}>", "Default": name}})
    with pytest.raises(ClientError) as refused:
        cfn.create_stack(StackName="s", TemplateBody=template)
    assert refusal in refused.value.response["Error"]["Message"]


def test_parameters_name_those_of_systems_manager_with_or_without_version(cfn: Any, ssm: Any) -> None:
    parameters = {
        "One": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/plain:1"},
        "Many": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/list"},
    }
    value = {"Fn::Join": ["|", [{"Ref": "One"}, {"Fn::Select": [1, {"Ref": "Many"}]}]]}
    cfn.create_stack(StackName="s", TemplateBody=body(parameter(value), Parameters=parameters))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert value_of(cfn, ssm) == "one|b"


def test_a_default_needs_a_version(cfn: Any, ssm: Any) -> None:
    template = body(parameter({"Ref": "Given"}), Parameters={"Given": {"Type": "String", "Default": "{{resolve:ssm:/plain}}"}})
    with pytest.raises(ClientError, match="parameter Given should not contain ssm versionless resolver"):
        cfn.create_stack(StackName="s", TemplateBody=template)
    cfn.create_stack(StackName="s", TemplateBody=template.replace("/plain", "/plain:1"))
    assert value_of(cfn, ssm) == "one"


def test_a_secure_string_is_shown_in_plain_to_who_asks_for_that(ssm: Any) -> None:
    shown, plain = (ssm.get_parameter(Name="/secure", WithDecryption=wanted)["Parameter"] for wanted in (False, True))
    assert (plain["Value"], plain["Type"]) == ("s3cret-value", "SecureString")
    assert b"s3cret-value" not in base64.b64decode(shown["Value"])
    (listed,) = ssm.get_parameters(Names=["/secure"], WithDecryption=True)["Parameters"]
    assert listed["Value"] == "s3cret-value"
