"""Roles and providers of templates: IAM's own operations show them, and identity pools ask them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.federation.saml_provider import SamlProvider
from tests.operations.refusals import refusal
from tests.support.server import Server

TEMPLATE = """
Parameters: {Who: {Type: String, Default: sts:AssumeRoleWithWebIdentity}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: users
      Path: /app/
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Federated: cognito-identity.amazonaws.com}, Action: !Ref Who}]
  Provider:
    Type: AWS::IAM::OIDCProvider
    Properties: {Url: 'https://example.com/tenant', ClientIdList: [web]}
Outputs:
  Role: {Value: !GetAtt Role.Arn}
  RoleId: {Value: !GetAtt Role.RoleId}
  Provider: {Value: !Ref Provider}
"""
NAMED = ["CAPABILITY_NAMED_IAM"]


def test_a_templates_roles_and_providers_are_iams(server: Server, cfn: Any, account: str, outputs: Callable[[str], dict[str, str]]) -> None:
    iam = server.client("iam", account=account)
    cfn.create_stack(StackName="shop", TemplateBody=TEMPLATE, Capabilities=NAMED)
    shown, role = outputs("shop"), iam.get_role(RoleName="users")["Role"]
    assert (role["Arn"], role["RoleId"]) == (shown["Role"], shown["RoleId"])
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=shown["Provider"])["ClientIDList"] == ["web"]

    changed = [{"ParameterKey": "Who", "ParameterValue": "sts:AssumeRole"}]
    cfn.update_stack(StackName="shop", UsePreviousTemplate=True, Parameters=changed, Capabilities=NAMED)
    assert iam.get_role(RoleName="users")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"

    cfn.delete_stack(StackName="shop")
    assert refusal(iam.get_role, RoleName="users")[0] == "NoSuchEntity"
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_a_templates_openid_connect_provider_is_changed_and_refused_by_iam(server: Server, cfn: Any, account: str) -> None:
    iam = server.client("iam", account=account)

    def template(**properties: Any) -> str:
        return json.dumps(
            {"Resources": {"Idp": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": "https://idp.test", **properties}}}}
        )

    cfn.create_stack(StackName="idp", TemplateBody=template(ClientIdList=["a", "b"], Tags=[{"Key": "x", "Value": "1"}]))
    arn = cfn.describe_stack_resource(StackName="idp", LogicalResourceId="Idp")["StackResourceDetail"]["PhysicalResourceId"]
    changed = {"ClientIdList": ["b", "c"], "ThumbprintList": ["0" * 40], "Tags": [{"Key": "y", "Value": "2"}]}
    cfn.update_stack(StackName="idp", TemplateBody=template(**changed))
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (sorted(shown["ClientIDList"]), shown["ThumbprintList"], shown["Tags"]) == (["b", "c"], ["0" * 40], changed["Tags"])

    cfn.update_stack(StackName="idp", TemplateBody=template(**changed | {"ThumbprintList": ["none"]}))
    assert cfn.describe_stacks(StackName="idp")["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ThumbprintList"] == ["0" * 40]


def test_a_templates_saml_provider_is_iams(
    server: Server, cfn: Any, account: str, outputs: Callable[[str], dict[str, str]], tmp_path: Path
) -> None:
    iam, metadata = server.client("iam", account=account), SamlProvider(tmp_path / "one").metadata
    template = {
        "Parameters": {"Metadata": {"Type": "String"}},
        "Resources": {"Corp": {"Type": "AWS::IAM::SAMLProvider", "Properties": {"SamlMetadataDocument": {"Ref": "Metadata"}}}},
        "Outputs": {"Arn": {"Value": {"Ref": "Corp"}}, "Id": {"Value": {"Fn::GetAtt": ["Corp", "SamlProviderUUID"]}}},
    }
    given = {"StackName": "shop", "Parameters": [{"ParameterKey": "Metadata", "ParameterValue": metadata}]}
    cfn.create_stack(TemplateBody=json.dumps(template), **given)
    shown = iam.get_saml_provider(SAMLProviderArn=outputs("shop")["Arn"])
    assert (shown["SAMLMetadataDocument"], shown["SAMLProviderUUID"]) == (metadata, outputs("shop")["Id"])
    another = SamlProvider(tmp_path / "two").metadata
    given["Parameters"] = [{"ParameterKey": "Metadata", "ParameterValue": another}]
    cfn.update_stack(UsePreviousTemplate=True, **given)
    assert iam.get_saml_provider(SAMLProviderArn=outputs("shop")["Arn"])["SAMLMetadataDocument"] == another
    cfn.delete_stack(StackName="shop")
    assert iam.list_saml_providers()["SAMLProviderList"] == []


def test_a_role_that_is_there_already_is_not_made_again(server: Server, cfn: Any, account: str) -> None:
    iam = server.client("iam", account=account)
    iam.create_role(RoleName="users", AssumeRolePolicyDocument='{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}')
    cfn.create_stack(StackName="shop", TemplateBody=TEMPLATE, Capabilities=NAMED, OnFailure="DO_NOTHING")
    failed = [event for event in cfn.describe_stack_events(StackName="shop")["StackEvents"] if event["ResourceStatus"] == "CREATE_FAILED"]
    assert f"users already exists in account {account}" in " ".join(event.get("ResourceStatusReason", "") for event in failed)
    cfn.delete_stack(StackName="shop")
    assert iam.get_role(RoleName="users")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] == "Deny"
