"""Secrets of templates, and what templates read of secrets."""

import json
from typing import Any

import pytest

from tests.cloudformation.stacks import assert_status, body, outputs_of, physical_ids, told
from tests.operations.refusals import refusal
from tests.support.server import Server


@pytest.fixture
def secrets(server: Server, account: str) -> Any:
    return server.client("secretsmanager", account=account)


def pool_with_google(client_id: str, client_secret: str) -> dict[str, Any]:
    """As CDK writes it for `clientSecretValue: SecretValue.secretsManager(…)`."""
    google = {"client_id": client_id, "client_secret": client_secret, "authorize_scopes": "openid email"}
    provider = {"UserPoolId": {"Ref": "Pool"}, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": google}
    return {
        "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "people"}},
        "Google": {"Type": "AWS::Cognito::UserPoolIdentityProvider", "Properties": provider},
    }


def test_a_providers_secret_is_read_from_one(cfn: Any, idp: Any, secrets: Any) -> None:
    made = secrets.create_secret(Name="google", SecretString=json.dumps({"id": "web", "secret": "hush", "number": 7}))
    pieces = f"{{{{resolve:secretsmanager:{made['ARN']}:SecretString:secret::}}}}"
    cfn.create_stack(StackName="s", TemplateBody=body(pool_with_google("{{resolve:secretsmanager:google:SecretString:id}}", pieces)))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    pool_id = physical_ids(cfn, "s")["Pool"]
    shown = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Google")["IdentityProvider"]["ProviderDetails"]
    assert (shown["client_id"], shown["client_secret"]) == ("web", "hush")
    events = json.dumps(cfn.describe_stack_events(StackName="s")["StackEvents"], default=str)
    assert "hush" not in events
    assert pieces in events

    secrets.put_secret_value(SecretId="google", SecretString=json.dumps({"id": "web", "secret": "louder"}))
    previous = "{{resolve:secretsmanager:google:SecretString:secret:AWSPREVIOUS}}"
    cfn.update_stack(StackName="s", TemplateBody=body(pool_with_google(previous, f"{{{{resolve:secretsmanager:{made['ARN'][:-7]}}}}}")))
    shown = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName="Google")["IdentityProvider"]["ProviderDetails"]
    assert (shown["client_id"], json.loads(shown["client_secret"])["secret"]) == ("hush", "louder")


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("nobodys:SecretString:x", "Secrets Manager can't find the specified secret."),
        ("google:SecretString:x", "Could not find a value associated with JSONKey in SecretString"),
        ("plain:SecretString:x", "Could not parse SecretString JSON"),
        ("plain:SecretString::next", "can't find the specified secret value for staging label: next"),
        ("plain:SecretBinary", "only SecretString is supported"),
        (f"plain:SecretString::AWSCURRENT:{'0' * 32}", "both a version-stage and a version-id"),
    ],
)
def test_what_cannot_be_read_fails_the_resource(cfn: Any, secrets: Any, reference: str, reason: str) -> None:
    secrets.create_secret(Name="google", SecretString="{}")
    secrets.create_secret(Name="plain", SecretString="no JSON")
    cfn.create_stack(StackName="s", TemplateBody=body(pool_with_google("web", f"{{{{resolve:secretsmanager:{reference}}}}}")))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any(reason in why for _, _, why in told(cfn, "s")), told(cfn, "s")


def secret_template(**properties: Any) -> str:
    resources = {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties},
        "Policy": {
            "Type": "AWS::SecretsManager::ResourcePolicy",
            "Properties": {
                "SecretId": {"Ref": "Secret"},
                "ResourcePolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]},
            },
        },
        "Pool": {
            "Type": "AWS::Cognito::UserPool",
            "Properties": {"UserPoolName": {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:user}}"}},
        },
    }
    return body(resources, Outputs={"Arn": {"Value": {"Ref": "Secret"}}, "Id": {"Value": {"Fn::GetAtt": ["Secret", "Id"]}}})


def test_a_template_makes_changes_and_deletes_one(cfn: Any, idp: Any, secrets: Any) -> None:
    generated = {
        "SecretStringTemplate": '{"user": "ann"}',
        "GenerateStringKey": "password",
        "PasswordLength": 20,
        "ExcludePunctuation": "true",
    }
    cfn.create_stack(StackName="s", TemplateBody=secret_template(Name="db", Description="made", GenerateSecretString=generated))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    shown = outputs_of(cfn, "s")
    assert shown["Arn"] == shown["Id"]
    drawn = json.loads(secrets.get_secret_value(SecretId=shown["Arn"])["SecretString"])
    assert (drawn["user"], len(drawn["password"]), drawn["password"].isalnum()) == ("ann", 20, True)
    assert idp.list_user_pools(MaxResults=10)["UserPools"][0]["Name"] == "ann"
    assert json.loads(secrets.get_resource_policy(SecretId="db")["ResourcePolicy"])["Statement"][0]["Effect"] == "Deny"

    tags = [{"Key": "team", "Value": "shop"}]
    cfn.update_stack(StackName="s", TemplateBody=secret_template(Name="db", GenerateSecretString=generated, Tags=tags))
    described = secrets.describe_secret(SecretId="db")
    assert (described["Description"], described["Tags"], len(described["VersionIdsToStages"])) == ("", tags, 1)
    cfn.update_stack(StackName="s", TemplateBody=secret_template(Name="db", SecretString='{"user": "bob"}'))
    assert secrets.get_secret_value(SecretId="db")["SecretString"] == '{"user": "bob"}'
    assert secrets.describe_secret(SecretId="db")["Tags"] == []

    cfn.delete_stack(StackName="s")
    assert refusal(secrets.describe_secret, SecretId="db")[0] == "ResourceNotFoundException"
    cfn.create_stack(StackName="s", TemplateBody=secret_template(Name="db", SecretString='{"user": "again"}'))
    assert_status(cfn, "s", "CREATE_COMPLETE")


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Name": "db", "SecretString": "a", "GenerateSecretString": {}}, "only one subschema matches"),
        ({"Name": "db", "GenerateSecretString": {"GenerateStringKey": "x"}}, "must be given together"),
        ({"Name": "db", "GenerateSecretString": {"GenerateStringKey": "x", "SecretStringTemplate": "{"}}, "is not valid JSON"),
        ({"Name": "db", "GenerateSecretString": {"PasswordLength": 2}}, "too short"),
        ({"Name": "taken", "SecretString": "a"}, "already exists"),
        ({"Name": "db", "ReplicaRegions": [{"Region": "eu-west-1"}]}, "no replicas"),
    ],
)
def test_one_that_cannot_be_made_says_why(cfn: Any, secrets: Any, properties: dict[str, Any], reason: str) -> None:
    secrets.create_secret(Name="taken")
    cfn.create_stack(StackName="s", TemplateBody=body({"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}}))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any(reason in why for _, _, why in told(cfn, "s")), told(cfn, "s")


def test_its_drift_is_seen(cfn: Any, secrets: Any) -> None:
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db", "Description": "made"}}
    cfn.create_stack(StackName="s", TemplateBody=body({"Secret": secret}))
    assert refusal(secrets.get_secret_value, SecretId="db")[0] == "ResourceNotFoundException"

    def state() -> str:
        cfn.detect_stack_drift(StackName="s")
        [drift] = cfn.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
        found: str = drift["StackResourceDriftStatus"]
        return found

    assert state() == "IN_SYNC"
    secrets.update_secret(SecretId="db", Description="by hand")
    assert state() == "MODIFIED"
    secrets.delete_secret(SecretId="db")
    assert state() == "DELETED"


def test_a_rotation_schedule_is_set_and_taken_back(cfn: Any, secrets: Any) -> None:
    function = {
        "Code": {"ZipFile": "def handler(event, context): pass"},
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::123456789012:role/function",
    }
    schedule = {
        "SecretId": {"Ref": "Secret"},
        "RotationLambdaARN": {"Fn::GetAtt": ["Function", "Arn"]},
        "RotationRules": {"AutomaticallyAfterDays": 3},
        "RotateImmediatelyOnUpdate": False,
    }
    resources = {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "db", "SecretString": "a"}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Schedule": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": schedule},
    }
    cfn.create_stack(StackName="s", TemplateBody=body(resources))
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert secrets.describe_secret(SecretId="db")["RotationRules"] == {"AutomaticallyAfterDays": 3}
    del resources["Schedule"]
    cfn.update_stack(StackName="s", TemplateBody=body(resources))
    assert secrets.describe_secret(SecretId="db")["RotationEnabled"] is False
