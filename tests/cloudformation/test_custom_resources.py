"""Custom resources, whose functions really run and answer, and wait conditions."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body, outputs_of, physical_ids, status, told, until_in_progress
from tests.support.control import Clock
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import Functions

# Does what the resource's properties say.
PYTHON = """
import cfnresponse, json

def handler(event, context):
    properties = event["ResourceProperties"]
    if properties.get("Raise") == event["RequestType"]:
        raise ValueError("told to raise")
    if properties.get("Silent") == event["RequestType"]:
        return
    status = "FAILED" if properties.get("Fail") == event["RequestType"] else "SUCCESS"
    physical_id = properties.get("Id", "thing")
    data = {"Secret": "s3cret", "Got": json.dumps(properties), "Large": "x" * int(properties.get("Size", "0"))}
    cfnresponse.send(event, context, status, data, physical_id, properties.get("Hide") == "true", "told to fail")
"""
NODE = """
const response = require("cfn-response");
exports.handler = (event, context) => response.send(event, context, response.SUCCESS, { Answer: "node" }, "thing");
"""
# As tools carry it in their own code.
COPY = """
const https = require("https"), url = require("url");
exports.handler = async (event, context) => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event, { hostname, path } = url.parse(ResponseURL);
  const named = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: "copy" };
  const body = JSON.stringify({ ...named, Status: "SUCCESS", Data: { Answer: "copy" } });
  const headers = { "content-type": "", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const request = https.request({ hostname, port: 443, path, method: "PUT", headers }, resolve);
    request.on("error", reject);
    request.end(body);
  }).then((response) => response.statusCode);
};
"""


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def cfn(running: Server, account: str) -> Any:
    return running.client("cloudformation", account=account)


@pytest.fixture
def moving(running: Server) -> Iterator[Clock]:
    clock = Clock(running)
    yield clock
    clock.reset()


@pytest.fixture
def asked(running: Server, account: str) -> Callable[[str], list[dict[str, Any]]]:
    """The requests of one type that functions received, oldest first."""
    functions = Functions(running, account)

    def ask(request_type: str) -> list[dict[str, Any]]:
        events = [each["event"] for each in functions.invocations(trigger="CustomResource")]
        return [event for event in events if event["RequestType"] == request_type]

    return ask


def function(source: str = PYTHON, runtime: str = "python3.11") -> dict[str, Any]:
    properties = {
        "Code": {"ZipFile": source},
        "Handler": "index.handler",
        "Runtime": runtime,
        "Timeout": 20,
        "Role": "arn:aws:iam::123456789012:role/function",
    }
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def thing(kind: str = "Custom::Thing", **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, **properties}}


def template(outputs: dict[str, Any] | None = None, **properties: Any) -> str:
    shown = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return body({"Function": function(), "Thing": thing(**properties)}, Outputs=shown)


SHOWN = {"Id": {"Ref": "Thing"}, "Got": {"Fn::GetAtt": ["Thing", "Got"]}, "Secret": {"Fn::GetAtt": "Thing.Secret"}}


def test_the_function_makes_the_resource_and_its_data_are_attributes(cfn: Any, asked: Any) -> None:
    stack_id = cfn.create_stack(StackName="s", TemplateBody=template(SHOWN, Id="one", Flag=True, Number=5))["StackId"]
    assert_status(cfn, "s", "CREATE_COMPLETE")
    shown = outputs_of(cfn, "s")
    (request,) = asked("Create")
    assert (shown["Id"], shown["Secret"]) == ("one", "s3cret")
    assert json.loads(shown["Got"]) == request["ResourceProperties"]
    assert request["ResourceProperties"] == {"ServiceToken": request["ServiceToken"], "Id": "one", "Flag": "true", "Number": "5"}
    assert (request["StackId"], request["LogicalResourceId"], request["ResourceType"]) == (stack_id, "Thing", "Custom::Thing")


def test_an_answer_can_be_given_once(cfn: Any, asked: Any, running: Server) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template())
    url = asked("Create")[0]["ResponseURL"]
    forged = running.http.put(url.replace("Signature=", "Signature=0"), data="{}", timeout=10)
    wrong = running.http.put(url.replace("custom-resources", "wait-conditions"), data="{}", timeout=10)
    assert (forged.status_code, wrong.status_code) == (403, 403)
    assert "<Code>AccessDenied</Code>" in forged.text


def test_an_update_is_told_what_was_and_a_new_id_replaces_the_old(cfn: Any, asked: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(SHOWN, Id="one", Value="a"))
    cfn.update_stack(StackName="s", TemplateBody=template(SHOWN, Id="one", Value="b"))
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    (request,) = asked("Update")
    assert (request["PhysicalResourceId"], request["OldResourceProperties"]["Value"], request["ResourceProperties"]["Value"]) == (
        "one",
        "a",
        "b",
    )
    assert asked("Delete") == []
    cfn.update_stack(StackName="s", TemplateBody=template(SHOWN, Id="two", Value="b"))
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    assert [each["PhysicalResourceId"] for each in asked("Delete")] == ["one"]
    assert outputs_of(cfn, "s")["Id"] == "two"
    cfn.delete_stack(StackName="s")
    assert [each["PhysicalResourceId"] for each in asked("Delete")] == ["one", "two"]


def test_a_failed_creation_tells_the_functions_reason_and_is_deleted(cfn: Any, asked: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(Fail="Create", Id="half"))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    reason = next(reason for name, state, reason in told(cfn, "s") if (name, state) == ("Thing", "CREATE_FAILED"))
    request_id = asked("Create")[0]["RequestId"]
    assert reason == f"Received response status [FAILED] from custom resource. Message returned: told to fail (RequestId: {request_id})"
    assert [each["PhysicalResourceId"] for each in asked("Delete")] == ["half"]


def test_a_failed_update_leads_back_to_what_was(cfn: Any, asked: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(SHOWN, Value="a"))
    before = outputs_of(cfn, "s")
    cfn.update_stack(StackName="s", TemplateBody=template(SHOWN, Value="b", Fail="Update"))
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert [each["ResourceProperties"]["Value"] for each in asked("Update")] == ["b", "a"]
    assert outputs_of(cfn, "s") == before


def test_a_replacement_is_taken_back_when_the_update_fails_elsewhere(cfn: Any, asked: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(SHOWN, Id="one"))
    broken = json.loads(template(SHOWN, Id="two"))
    broken["Resources"]["Group"] = {
        "Type": "AWS::Cognito::UserPoolGroup",
        "DependsOn": "Thing",
        "Properties": {"UserPoolId": "us-east-1_nothing", "GroupName": "g"},
    }
    cfn.update_stack(StackName="s", TemplateBody=json.dumps(broken))
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert physical_ids(cfn, "s")["Thing"] == "one"
    assert [each["PhysicalResourceId"] for each in asked("Delete")] == ["two"]


def test_data_that_are_not_to_be_echoed_are_used_but_not_shown(cfn: Any, running: Server, account: str) -> None:
    document = json.loads(template(SHOWN, Hide=True))
    document["Resources"]["Kept"] = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/kept", "Type": "String", "Value": {"Fn::GetAtt": "Thing.Secret"}},
    }
    cfn.create_stack(StackName="s", TemplateBody=json.dumps(document))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert outputs_of(cfn, "s")["Secret"] == "****"
    assert running.client("ssm", account=account).get_parameter(Name="/kept")["Parameter"]["Value"] == "s3cret"
    told = [
        each["ResourceProperties"]
        for each in cfn.describe_stack_events(StackName="s")["StackEvents"]
        if each["LogicalResourceId"] == "Kept"
    ]
    assert {json.loads(each)["Value"] for each in told} == {"****"}


def test_a_function_that_fails_without_an_answer_fails_the_resource_at_once(cfn: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(Raise="Create"))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("failed without answering: told to raise" in reason for _, _, reason in told(cfn, "s"))


def test_no_answer_within_the_service_timeout_fails_the_resource(cfn: Any, moving: Clock) -> None:
    creating = threading.Thread(target=lambda: cfn.create_stack(StackName="s", TemplateBody=template(Silent="Create", ServiceTimeout=1800)))
    creating.start()
    until_in_progress(cfn, "Thing")
    moving.advance(1801)
    creating.join()
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("CloudFormation did not receive a response from your custom resource" in reason for _, _, reason in told(cfn, "s"))


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Size": 5000}, "Response object is too long."),
        ({"ServiceToken": "arn:aws:sns:us-east-1:123456789012:topic"}, "This emulator has no SNS"),
        ({"ServiceTimeout": 4000}, "Invalid ServiceTimeout 4000"),
        ({"ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:nowhere"}, "no function here answers to"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(cfn: Any, properties: dict[str, Any], reason: str) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template(**properties))
    assert status(cfn, "s").startswith("ROLLBACK_")
    assert any(reason in each for _, _, each in told(cfn, "s")), told(cfn, "s")


@pytest.mark.parametrize(("source", "answer"), [(NODE, "node"), (COPY, "copy")], ids=["node", "copy"])
def test_the_generic_type_and_nodes_response_module_do_as_well(cfn: Any, source: str, answer: str) -> None:
    """And a copy of that module, which speaks https to port 443."""
    resources = {"Function": function(source, "nodejs20.x"), "Thing": thing("AWS::CloudFormation::CustomResource")}
    cfn.create_stack(StackName="s", TemplateBody=body(resources, Outputs={"Answer": {"Value": {"Fn::GetAtt": "Thing.Answer"}}}))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert outputs_of(cfn, "s") == {"Answer": answer}


def test_an_attribute_that_the_function_did_not_give_fails_the_stack(cfn: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=template({"None": {"Fn::GetAtt": "Thing.Nothing"}}))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("Vendor response doesn't contain Nothing key" in reason for _, _, reason in told(cfn, "s"))


def test_the_service_token_cannot_change(cfn: Any) -> None:
    document = json.loads(template())
    cfn.create_stack(StackName="s", TemplateBody=json.dumps(document))
    document["Resources"]["Other"] = function()
    document["Resources"]["Thing"]["Properties"]["ServiceToken"] = {"Fn::GetAtt": ["Other", "Arn"]}
    cfn.update_stack(StackName="s", TemplateBody=json.dumps(document))
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert any(reason == "Modifying service token is not allowed." for _, _, reason in told(cfn, "s"))


class TestCallsOfCdk:
    """What aws-cdk-lib writes for `userPoolClientSecret` and `cloudFrontDomainName`, on a server that runs no functions."""

    def test_the_secret_of_a_client_is_read(self, server: Server, account: str, idp: Any) -> None:
        cfn = server.client("cloudformation", account=account)
        call = {
            "service": "CognitoIdentityServiceProvider",
            "action": "describeUserPoolClient",
            "parameters": {"UserPoolId": "POOL", "ClientId": "CLIENT"},
            "physicalResourceId": {"id": "CLIENT"},
        }
        split = json.dumps(call).replace("POOL", "${Pool}").replace("CLIENT", "${Client}")
        resources = {
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            "Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GenerateSecret": True}},
            "Secret": {
                "Type": "Custom::DescribeCognitoUserPoolClient",
                "Properties": {
                    "ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:AWS679f53fac002430cb0da5b7982bd2287",
                    "Create": {"Fn::Sub": split},
                    "Update": {"Fn::Sub": split},
                    "InstallLatestAwsSdk": False,
                },
            },
        }
        shown = {"Secret": {"Value": {"Fn::GetAtt": ["Secret", "UserPoolClient.ClientSecret"]}}, "Id": {"Value": {"Ref": "Secret"}}}
        cfn.create_stack(StackName="s", TemplateBody=body(resources, Outputs=shown))
        assert_status(cfn, "s", "CREATE_COMPLETE")
        ids = physical_ids(cfn, "s")
        client = idp.describe_user_pool_client(UserPoolId=ids["Pool"], ClientId=ids["Client"])["UserPoolClient"]
        assert outputs_of(cfn, "s") == {"Secret": client["ClientSecret"], "Id": ids["Client"]}
        cfn.delete_stack(StackName="s")
        with pytest.raises(ClientError, match="Stack with id s does not exist"):
            status(cfn, "s")

    def test_a_call_that_is_refused_fails_the_resource_unless_its_error_is_to_be_ignored(self, server: Server, account: str) -> None:
        cfn = server.client("cloudformation", account=account)
        call = {
            "service": "@aws-sdk/client-cognito-identity-provider",
            "action": "DescribeUserPoolCommand",
            "parameters": {"UserPoolId": "us-east-1_nothing"},
        }
        token = "arn:aws:lambda:us-east-1:123456789012:function:f"
        for stack, more, wanted in (
            ("a", {}, "ROLLBACK_COMPLETE"),
            ("b", {"ignoreErrorCodesMatching": "ResourceNotFound"}, "CREATE_COMPLETE"),
        ):
            properties = {"ServiceToken": token, "Create": json.dumps(call | more)}
            cfn.create_stack(StackName=stack, TemplateBody=body({"Thing": {"Type": "Custom::AWS", "Properties": properties}}))
            assert_status(cfn, stack, wanted)
        assert any("User pool us-east-1_nothing does not exist" in reason for _, _, reason in told(cfn, "a"))

    def test_other_custom_resources_are_told_that_nothing_runs(self, server: Server, account: str) -> None:
        cfn = server.client("cloudformation", account=account)
        cfn.create_stack(StackName="s", TemplateBody=template())
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")
        assert any("This emulator runs no functions" in reason for _, _, reason in told(cfn, "s"))


class TestWaitConditions:
    TEMPLATE = body(
        {
            "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
            "Wait": {
                "Type": "AWS::CloudFormation::WaitCondition",
                "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "300", "Count": 2},
            },
            "Pool": {"Type": "AWS::Cognito::UserPool", "DependsOn": "Wait"},
        },
        Outputs={"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}},
    )

    def create(self, cfn: Any) -> tuple[threading.Thread, str]:
        creating = threading.Thread(target=lambda: cfn.create_stack(StackName="s", TemplateBody=self.TEMPLATE))
        creating.start()
        until_in_progress(cfn, "Wait")
        return creating, physical_ids(cfn, "s")["Handle"]

    def test_a_stack_goes_on_when_all_have_signalled(self, cfn: Any, running: Server) -> None:
        creating, url = self.create(cfn)
        for sender in ("a", "a", "b"):
            signal = {"Status": "SUCCESS", "Reason": "ready", "UniqueId": sender, "Data": f"from {sender}"}
            running.http.put(url, json=signal, timeout=10)
        creating.join()
        assert_status(cfn, "s", "CREATE_COMPLETE")
        assert json.loads(outputs_of(cfn, "s")["Data"]) == {"a": "from a", "b": "from b"}

    def test_a_failure_fails_the_stack(self, cfn: Any, running: Server) -> None:
        creating, url = self.create(cfn)
        running.http.put(url, json={"Status": "FAILURE", "Reason": "no disk", "UniqueId": "a"}, timeout=10)
        creating.join()
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")
        assert any(reason == "WaitCondition received failed message: 'no disk' for uniqueId: a" for _, _, reason in told(cfn, "s"))

    def test_time_runs_out(self, cfn: Any, moving: Clock) -> None:
        creating, _ = self.create(cfn)
        moving.advance(301)
        creating.join()
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")
        assert any(reason == "WaitCondition timed out. Received 0 conditions when expecting 2" for _, _, reason in told(cfn, "s"))

    def test_what_fails_beside_it_ends_the_waiting(self, cfn: Any) -> None:
        document = json.loads(self.TEMPLATE)
        document["Resources"]["Group"] = {
            "Type": "AWS::Cognito::UserPoolGroup",
            "DependsOn": "Handle",
            "Properties": {"UserPoolId": "us-east-1_nothing", "GroupName": "g"},
        }
        cfn.create_stack(StackName="s", TemplateBody=json.dumps(document))
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")
        assert ("Wait", "CREATE_FAILED", "Resource creation cancelled") in told(cfn, "s")
