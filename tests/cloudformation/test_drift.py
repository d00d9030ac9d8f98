"""Drift detection: what was changed behind a stack's back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation import test_properties
from tests.cloudformation.stacks import assert_status, body, physical_ids
from tests.cloudformation.test_types import CASES, SURROUNDINGS
from tests.support.server import Server

POOL = {"Ref": "Pool"}
ROLE = {
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
}
RESOURCES: dict[str, Any] = {
    "Pool": {
        "Type": "AWS::Cognito::UserPool",
        "Properties": {
            "UserPoolName": "shop",
            "AutoVerifiedAttributes": ["email"],
            "Policies": {"PasswordPolicy": {"MinimumLength": "10", "RequireSymbols": False}},
            "Schema": [{"Name": "team", "AttributeDataType": "String"}],
        },
    },
    "Client": {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {"UserPoolId": POOL, "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    },
    "Group": {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": POOL, "GroupName": "staff", "Description": "All"}},
    "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/shop"}},
}
Detect = Callable[..., dict[str, Any]]


@pytest.fixture
def stack(cfn: Any) -> dict[str, str]:
    """A stack with a pool; the physical ids of its resources."""
    cfn.create_stack(StackName="s", TemplateBody=body(RESOURCES), Tags=[{"Key": "owner", "Value": "me"}])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    return physical_ids(cfn, "s")


@pytest.fixture
def detect(cfn: Any) -> Detect:
    """Detects drift in the stack, and tells how that ended."""

    def run(**options: Any) -> dict[str, Any]:
        detection = cfn.detect_stack_drift(StackName="s", **options)["StackDriftDetectionId"]
        found: dict[str, Any] = cfn.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        return found

    return run


def drifts(cfn: Any, *filters: str) -> dict[str, dict[str, Any]]:
    """What the stack's resources are said to be, by logical id."""
    options = {"StackResourceDriftStatusFilters": list(filters)} if filters else {}
    found = cfn.describe_stack_resource_drifts(StackName="s", **options)["StackResourceDrifts"]
    return {each["LogicalResourceId"]: each for each in found}


def statuses(cfn: Any) -> dict[str, str]:
    """The same, in short."""
    return {name: each["StackResourceDriftStatus"] for name, each in drifts(cfn).items()}


def test_a_stack_that_nobody_touched_is_in_sync(cfn: Any, stack: dict[str, str], detect: Detect) -> None:
    """A resource whose type cannot be read is not checked, and not among the results."""
    assert stack
    before = cfn.describe_stacks(StackName="s")["Stacks"][0]["DriftInformation"]
    assert before == {"StackDriftStatus": "NOT_CHECKED"}
    ended = detect()
    assert (ended["DetectionStatus"], ended["StackDriftStatus"], ended["DriftedStackResourceCount"]) == ("DETECTION_COMPLETE", "IN_SYNC", 0)
    assert statuses(cfn) == {"Pool": "IN_SYNC", "Client": "IN_SYNC", "Group": "IN_SYNC"}
    assert drifts(cfn)["Pool"]["PropertyDifferences"] == []
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"
    assert cfn.list_stacks()["StackSummaries"][0]["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"
    listed = cfn.list_stack_resources(StackName="s")["StackResourceSummaries"]
    shown = {each["LogicalResourceId"]: each["DriftInformation"] for each in listed}
    assert shown["Logs"] == {"StackResourceDriftStatus": "NOT_CHECKED"}
    assert shown["Group"]["StackResourceDriftStatus"] == "IN_SYNC"
    assert shown["Group"]["LastCheckTimestamp"] == drifts(cfn)["Group"]["Timestamp"]


def test_what_differs_is_told_property_by_property(cfn: Any, idp: Any, stack: dict[str, str], detect: Detect) -> None:
    """What the template does not speak of is not looked at; what is too much in a list is told, and what is missing."""
    named = {"UserPoolId": stack["Pool"]}
    idp.update_user_pool(
        **named,
        AutoVerifiedAttributes=["email", "phone_number"],
        SmsConfiguration={"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"},
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True, "RequireSymbols": False}},
        EmailVerificationSubject="not in the template",
    )
    idp.update_user_pool_client(**named, ClientId=stack["Client"], ClientName="app", ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"])
    idp.delete_group(**named, GroupName="staff")
    ended = detect()
    assert (ended["StackDriftStatus"], ended["DriftedStackResourceCount"]) == ("DRIFTED", 3)
    assert set(drifts(cfn, "DELETED")) == {"Group"}
    gone = drifts(cfn)["Group"]
    assert not {"ActualProperties", "ExpectedProperties", "PropertyDifferences"} & gone.keys()
    pool = drifts(cfn, "MODIFIED")["Pool"]
    assert pool["PropertyDifferences"] == [
        difference("/AutoVerifiedAttributes/1", "null", "phone_number", "ADD"),
        difference("/Policies/PasswordPolicy/MinimumLength", "10", "12", "NOT_EQUAL"),
    ]
    assert json.loads(pool["ExpectedProperties"])["Policies"] == {"PasswordPolicy": {"MinimumLength": 10, "RequireSymbols": False}}
    assert json.loads(pool["ActualProperties"])["Policies"] == {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}}
    client = drifts(cfn)["Client"]
    assert client["PropertyDifferences"] == [
        difference("/ClientName", "web", "app", "NOT_EQUAL"),
        difference("/ExplicitAuthFlows/0", "ALLOW_USER_SRP_AUTH", "null", "REMOVE"),
    ]
    assert (
        cfn.describe_stack_resource(StackName="s", LogicalResourceId="Client")["StackResourceDetail"]["DriftInformation"][
            "StackResourceDriftStatus"
        ]
        == "MODIFIED"
    )


def difference(path: str, expected: str, actual: str, kind: str) -> dict[str, str]:
    return {"PropertyPath": path, "ExpectedValue": expected, "ActualValue": actual, "DifferenceType": kind}


def test_one_resource_can_be_looked_at(cfn: Any, idp: Any, stack: dict[str, str], detect: Detect) -> None:
    """That tells of the whole stack only that it has drifted."""
    drift = cfn.detect_stack_resource_drift(StackName="s", LogicalResourceId="Group")["StackResourceDrift"]
    assert (drift["StackResourceDriftStatus"], drift["PhysicalResourceId"]) == ("IN_SYNC", "staff")
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["DriftInformation"]["StackDriftStatus"] == "NOT_CHECKED"
    idp.update_group(UserPoolId=stack["Pool"], GroupName="staff", Description="Some")
    drift = cfn.detect_stack_resource_drift(StackName="s", LogicalResourceId="Group")["StackResourceDrift"]
    assert drift["PropertyDifferences"] == [difference("/Description", "All", "Some", "NOT_EQUAL")]
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
    assert detect(LogicalResourceIds=["Client"])["DriftedStackResourceCount"] == 1
    assert statuses(cfn) == {"Client": "IN_SYNC", "Group": "MODIFIED"}
    with pytest.raises(ClientError, match="not supported for resources of type AWS::Logs::LogGroup"):
        cfn.detect_stack_resource_drift(StackName="s", LogicalResourceId="Logs")
    with pytest.raises(ClientError, match="Resource Nothing does not exist for stack s"):
        cfn.detect_stack_resource_drift(StackName="s", LogicalResourceId="Nothing")


def test_an_update_makes_what_was_found_void(cfn: Any, idp: Any, stack: dict[str, str], detect: Detect) -> None:
    idp.update_group(UserPoolId=stack["Pool"], GroupName="staff", Description="Some")
    detect()
    changed = RESOURCES | {"Group": {**RESOURCES["Group"], "Properties": {**RESOURCES["Group"]["Properties"], "Description": "Most"}}}
    cfn.update_stack(StackName="s", TemplateBody=body(changed))
    assert_status(cfn, "s", "UPDATE_COMPLETE")
    assert cfn.describe_stacks(StackName="s")["Stacks"][0]["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    assert drifts(cfn) == {}
    assert detect()["StackDriftStatus"] == "IN_SYNC"


def test_a_stack_that_is_not_whole_is_not_looked_at(cfn: Any) -> None:
    group = {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": "us-east-1_nothing", "GroupName": "g"}}
    cfn.create_stack(StackName="s", TemplateBody=body({"Group": group}))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    with pytest.raises(ClientError, match=r"cannot be performed on stack .* in its current status of ROLLBACK_COMPLETE"):
        cfn.detect_stack_drift(StackName="s")
    with pytest.raises(ClientError, match="Drift detection 00000000-0000-0000-0000-000000000000 does not exist"):
        cfn.describe_stack_drift_detection_status(StackDriftDetectionId="00000000-0000-0000-0000-000000000000")


def test_every_type_of_cognito_can_be_read_back(cfn: Any, detect: Detect) -> None:
    """In one stack with every property that they have; nothing has drifted there."""
    resources = SURROUNDINGS | {case.name: {"Type": case.type, "DependsOn": "Domain", "Properties": case.properties} for case in CASES}
    domain = resources["UserPoolDomain"]
    domain["Properties"] = domain["Properties"] | {
        "Domain": {"Fn::Sub": "auth.shop-${AWS::AccountId}.example.com"}
    }  # no two accounts may have one
    cfn.create_stack(StackName="s", TemplateBody=body(resources), Tags=[{"Key": "owner", "Value": "me"}])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    ended = detect()
    assert {name: each for name, each in drifts(cfn).items() if each["StackResourceDriftStatus"] != "IN_SYNC"} == {}
    assert ended["DetectionStatus"] == "DETECTION_COMPLETE"
    assert set(statuses(cfn)) == set(resources)


def test_every_property_of_pools_and_clients_can_be_read_back(cfn: Any, detect: Detect) -> None:
    pool = test_properties.POOL | test_properties.CREATE_ONLY | {"UserPoolName": "shop"}
    pool |= {"Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": True}, {"Name": "name", "Required": True}]}
    pool["AccountRecoverySetting"] = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": "1"}]}
    pool["MfaConfiguration"] = "OPTIONAL"
    pool |= {name: test_properties.MFA[name] for name in ("WebAuthnRelyingPartyID", "WebAuthnUserVerification")}
    pool["EnabledMfas"] = ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    client = {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"UserPoolId": POOL, "GenerateSecret": True, **test_properties.CLIENT}}
    cfn.create_stack(StackName="s", TemplateBody=body({"Pool": {"Type": "AWS::Cognito::UserPool", "Properties": pool}, "Client": client}))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    detect()
    assert {name: each["PropertyDifferences"] for name, each in drifts(cfn).items()} == {"Pool": [], "Client": []}


def test_what_stands_around_pools(cfn: Any, server: Server, account: str, detect: Detect) -> None:
    """SSM parameters, functions, aliases and roles are looked at, too."""
    code = {
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Role": {"Fn::GetAtt": "Role.Arn"},
        "Code": {"ZipFile": "def handler(e, c): return e"},
    }
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": ROLE | {"Description": "of the function", "MaxSessionDuration": "7200"}},
        "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "one", "Description": "A"}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": code | {"Timeout": 5, "Environment": {"Variables": {"STAGE": "1"}}, "Tags": [{"Key": "a", "Value": "b"}]},
        },
        "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
        "Alias": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": {"Ref": "Function"}, "Name": "live", "FunctionVersion": {"Fn::GetAtt": "Version.Version"}},
        },
    }
    cfn.create_stack(StackName="s", TemplateBody=body(resources), Capabilities=["CAPABILITY_IAM"])
    assert_status(cfn, "s", "CREATE_COMPLETE")
    ids = physical_ids(cfn, "s")
    assert detect()["StackDriftStatus"] == "IN_SYNC", drifts(cfn)
    assert set(statuses(cfn)) == {"Role", "Parameter", "Function", "Version", "Alias"}
    server.client("ssm", account=account).put_parameter(Name=ids["Parameter"], Value="two", Overwrite=True)
    server.client("lambda", account=account).update_function_configuration(
        FunctionName=ids["Function"], Environment={"Variables": {"STAGE": "2"}}
    )
    server.client("lambda", account=account).delete_alias(FunctionName=ids["Function"], Name="live")
    policy = json.loads(json.dumps(ROLE["AssumeRolePolicyDocument"]).replace("Allow", "Deny"))
    server.client("iam", account=account).update_assume_role_policy(RoleName=ids["Role"], PolicyDocument=json.dumps(policy))
    detect()
    assert statuses(cfn) == {"Role": "MODIFIED", "Parameter": "MODIFIED", "Function": "MODIFIED", "Version": "IN_SYNC", "Alias": "DELETED"}
    assert drifts(cfn)["Parameter"]["PropertyDifferences"] == [difference("/Value", "one", "two", "NOT_EQUAL")]
    assert drifts(cfn)["Function"]["PropertyDifferences"] == [difference("/Environment/Variables/STAGE", "1", "2", "NOT_EQUAL")]
    assert [each["PropertyPath"] for each in drifts(cfn)["Role"]["PropertyDifferences"]] == ["/AssumeRolePolicyDocument/Statement/0"] * 2


def test_what_is_not_to_be_echoed_is_not_told_by_its_drift(cfn: Any, idp: Any, detect: Detect) -> None:
    details = {"client_id": "shop", "client_secret": {"Ref": "Secret"}, "authorize_scopes": "openid email"}
    provider = {"UserPoolId": POOL, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details}
    template = body(
        {"Pool": {"Type": "AWS::Cognito::UserPool"}, "Google": {"Type": "AWS::Cognito::UserPoolIdentityProvider", "Properties": provider}},
        Parameters={"Secret": {"Type": "String", "NoEcho": True}},
    )
    cfn.create_stack(StackName="s", TemplateBody=template, Parameters=[{"ParameterKey": "Secret", "ParameterValue": "first-secret"}])
    pool_id = physical_ids(cfn, "s")["Pool"]
    changed = {"client_id": "shop", "client_secret": "second-secret", "authorize_scopes": "openid email"}
    idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", ProviderDetails=changed)
    detect()
    told = drifts(cfn)["Google"]
    assert told["PropertyDifferences"] == [difference("/ProviderDetails/client_secret", "****", "****", "NOT_EQUAL")]
    assert 'secret":"****"' in told["ActualProperties"]
    assert "first-secret" not in json.dumps(told, default=str)
    assert "second-secret" not in json.dumps(told, default=str)
