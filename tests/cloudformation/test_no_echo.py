"""Parameters with NoEcho: their values reach the resources, and nobody who asks about the stack."""

import json
from typing import Any

from tests.cloudformation.stacks import assert_status, body
from tests.support.server import Server

SECRET = "open-sesame-4711"
PARAMETERS = {
    "Secret": {"Type": "String", "NoEcho": True},
    "Hosts": {"Type": "CommaDelimitedList", "NoEcho": "true", "Default": "one.test,two.test"},
    "Stage": {"Type": "String", "Default": "dev"},
}
PROVIDER = {
    "Type": "AWS::Cognito::UserPoolIdentityProvider",
    "Properties": {
        "UserPoolId": {"Ref": "Pool"},
        "ProviderName": "Company",
        "ProviderType": "OIDC",
        "AttributeMapping": {"email": "email"},
        "ProviderDetails": {
            "client_id": {"Fn::Sub": "${Stage}-app"},
            "client_secret": {"Ref": "Secret"},
            "authorize_scopes": "openid",
            "oidc_issuer": {"Fn::Sub": ["https://${Host}", {"Host": {"Fn::Select": [1, {"Ref": "Hosts"}]}}]},
            "authorize_url": "https://idp.test/authorize",
            "token_url": "https://idp.test/token",
            "attributes_url": "https://idp.test/userInfo",
            "jwks_uri": "https://idp.test/keys",
            "attributes_request_method": {"Fn::If": ["Known", "GET", {"Ref": "Secret"}]},
        },
    },
}
TEMPLATE = body(
    {"Pool": {"Type": "AWS::Cognito::UserPool"}, "Company": PROVIDER},
    Parameters=PARAMETERS,
    Conditions={"Known": {"Fn::Equals": [{"Fn::Select": [0, {"Ref": "Hosts"}]}, "one.test"]}},
)
GIVEN = [{"ParameterKey": "Secret", "ParameterValue": SECRET}]


def events(cfn: Any, logical_id: str) -> list[dict[str, Any]]:
    """What the events of a resource say of its properties."""
    found = cfn.describe_stack_events(StackName="s")["StackEvents"]
    return [json.loads(each["ResourceProperties"]) for each in found if each["LogicalResourceId"] == logical_id]


def test_events_hide_what_comes_of_a_parameter_with_no_echo(cfn: Any, idp: Any) -> None:
    """Also what is computed from it; what a condition that asks it chooses is shown."""
    cfn.create_stack(StackName="s", TemplateBody=TEMPLATE, Parameters=GIVEN)
    assert_status(cfn, "s", "CREATE_COMPLETE")
    shown = events(cfn, "Company")
    assert len(shown) == 3
    for properties in shown:
        details = properties["ProviderDetails"]
        assert (details["client_secret"], details["oidc_issuer"]) == ("****", "****")
        assert (details["client_id"], details["attributes_request_method"]) == ("dev-app", "GET")
    pool_id = shown[0]["UserPoolId"]
    made = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Company")["IdentityProvider"]["ProviderDetails"]
    assert (made["client_secret"], made["oidc_issuer"]) == (SECRET, "https://two.test")


def test_nothing_that_describes_the_stack_tells_it(cfn: Any, server: Server) -> None:
    cfn.create_stack(StackName="s", TemplateBody=TEMPLATE, Parameters=GIVEN)
    cfn.create_change_set(
        StackName="s",
        ChangeSetName="c",
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": "Secret", "UsePreviousValue": True}, {"ParameterKey": "Stage", "ParameterValue": "live"}],
    )
    answers = [
        cfn.describe_stacks(StackName="s"),
        cfn.describe_stack_events(StackName="s"),
        cfn.describe_stack_resources(StackName="s"),
        cfn.describe_stack_resource(StackName="s", LogicalResourceId="Company"),
        cfn.list_stack_resources(StackName="s"),
        cfn.describe_change_set(StackName="s", ChangeSetName="c"),
        cfn.get_template_summary(StackName="s"),
    ]
    cfn.execute_change_set(StackName="s", ChangeSetName="c")
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    cfn.delete_stack(StackName="s")
    stack_id = answers[0]["Stacks"][0]["StackId"]
    gone = cfn.describe_stack_events(StackName=stack_id)
    assert gone["StackEvents"][0]["ResourceStatus"] == "DELETE_COMPLETE"
    answers.append(gone)
    assert SECRET not in json.dumps(answers, default=str)
    assert SECRET not in server.log_path.read_text()


def test_outputs_are_not_hidden(cfn: Any) -> None:
    """That is what the documentation warns of."""
    cfn.create_stack(
        StackName="s",
        TemplateBody=body(
            {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Fn::Join": ["", ["x", {"Ref": "Secret"}]]}}}},
            Parameters=PARAMETERS,
            Outputs={"Told": {"Value": {"Ref": "Secret"}}},
        ),
        Parameters=GIVEN,
    )
    assert {each["Value"] for each in events(cfn, "P")} == {"****"}
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"] == SECRET
