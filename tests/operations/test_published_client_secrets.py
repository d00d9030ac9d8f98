"""App clients' secrets that Cognito keeps in Secrets Manager."""

import json
from typing import Any

import pytest
import requests

from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

DAYS = 7


@pytest.fixture
def secrets(server: Server, account: str) -> Any:
    return server.client("secretsmanager", account=account)


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    idp.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="api", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
    return pool_id


MACHINE = {
    "GenerateSecret": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["api/read"],
    "AllowedOAuthFlowsUserPoolClient": True,
}


def create(idp: Any, pool_id: str, **settings: Any) -> dict[str, Any]:
    client: dict[str, Any] = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="c", **MACHINE | settings)["UserPoolClient"]
    return client


def update(idp: Any, client: dict[str, Any], **settings: Any) -> dict[str, Any]:
    kept = {name: value for name, value in MACHINE.items() if name != "GenerateSecret"}
    named = {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}
    changed: dict[str, Any] = idp.update_user_pool_client(**named, **kept | settings)["UserPoolClient"]
    return changed


def value(secrets: Any, arn: str, stage: str = "AWSCURRENT") -> str:
    text = json.loads(secrets.get_secret_value(SecretId=arn, VersionStage=stage)["SecretString"])
    assert sorted(text) == ["clientSecretValue", "userPoolClientId", "userPoolId"]
    secret: str = text["clientSecretValue"]
    return secret


def token_status(server: Server, client: dict[str, Any], secret: str) -> int:
    answer = requests.post(
        f"{server.url}/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(client["ClientId"], secret),
        timeout=30,
    )
    return answer.status_code


def test_the_secret_is_in_secrets_manager_and_rotated_at_once(server: Server, idp: Any, secrets: Any, pool_id: str) -> None:
    client = create(idp, pool_id, PublishSecretsInAWSSecretsManager=True)
    shown = idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])["UserPoolClient"]
    arn = client["ClientSecretArn"]
    assert (shown["ClientSecretArn"], "ClientSecret" in shown, "ClientSecret" in client) == (arn, False, False)
    described = secrets.describe_secret(SecretId=arn)
    assert (described["OwningService"], described["RotationEnabled"]) == ("cognito-idp", True)
    assert described["RotationRules"] == {"AutomaticallyAfterDays": DAYS}
    current, previous = value(secrets, arn), value(secrets, arn, "AWSPREVIOUS")
    assert current != previous
    assert [token_status(server, client, each) for each in (current, previous, "wrong" * 10)] == [200, 200, 400]
    assert len(idp.list_user_pool_client_secrets(UserPoolId=pool_id, ClientId=client["ClientId"])["ClientSecrets"]) == 2


def test_it_is_rotated_when_it_is_time_and_when_asked(server: Server, idp: Any, secrets: Any, pool_id: str, clock: Clock) -> None:
    client = create(idp, pool_id, PublishSecretsInAWSSecretsManager=True)
    arn = client["ClientSecretArn"]
    oldest, old = value(secrets, arn, "AWSPREVIOUS"), value(secrets, arn)
    secrets.rotate_secret(SecretId=arn)
    now = value(secrets, arn)
    assert [token_status(server, client, each) for each in (now, old, oldest)] == [200, 200, 400]
    clock.advance(days=DAYS, minutes=1)
    while value(secrets, arn) == now:
        pass
    assert [token_status(server, client, each) for each in (value(secrets, arn), now, old)] == [200, 200, 400]


def test_a_client_can_be_moved_there_and_back(server: Server, idp: Any, secrets: Any, pool_id: str) -> None:
    client = create(idp, pool_id)
    first = client["ClientSecret"]
    added = idp.add_user_pool_client_secret(UserPoolId=pool_id, ClientId=client["ClientId"])["ClientSecretDescriptor"]["ClientSecretValue"]
    moved = update(idp, client, PublishSecretsInAWSSecretsManager=True)
    arn = moved["ClientSecretArn"]
    current = value(secrets, arn)
    # "If the app client has two secrets, that first rotation deletes the older one."
    assert [token_status(server, client, each) for each in (current, added, first)] == [200, 200, 400]
    assert update(idp, client)["ClientSecretArn"] == arn
    assert update(idp, client, PublishSecretsInAWSSecretsManager=True)["ClientSecretArn"] == arn
    assert value(secrets, arn) == current

    back = update(idp, client, PublishSecretsInAWSSecretsManager=False)
    assert (back["ClientSecret"], "ClientSecretArn" in back) == (current, False)
    assert token_status(server, client, current) == 200
    assert refusal(secrets.describe_secret, SecretId=arn)[0] == "ResourceNotFoundException"


def test_it_goes_with_the_client_and_with_the_pool(idp: Any, secrets: Any, pool_id: str) -> None:
    one, other = (create(idp, pool_id, PublishSecretsInAWSSecretsManager=True) for _ in range(2))
    idp.delete_user_pool_client(UserPoolId=pool_id, ClientId=one["ClientId"])
    assert [each["ARN"] for each in secrets.list_secrets()["SecretList"]] == [other["ClientSecretArn"]]
    idp.delete_user_pool(UserPoolId=pool_id)
    assert secrets.list_secrets()["SecretList"] == []


def test_what_cognito_manages_others_only_read(idp: Any, secrets: Any, pool_id: str) -> None:
    arn = create(idp, pool_id, PublishSecretsInAWSSecretsManager=True)["ClientSecretArn"]
    for operation, request in (
        (secrets.put_secret_value, {"SecretString": "mine"}),
        (secrets.update_secret, {"Description": "mine"}),
        (secrets.delete_secret, {}),
    ):
        assert refusal(operation, SecretId=arn, **request)[0] == "InvalidRequestException"
    secrets.tag_resource(SecretId=arn, Tags=[{"Key": "team", "Value": "shop"}])
    secrets.rotate_secret(SecretId=arn, RotationRules={"AutomaticallyAfterDays": 30}, RotateImmediately=False)
    shown = secrets.describe_secret(SecretId=arn)
    assert (shown["RotationRules"], len(shown["VersionIdsToStages"])) == ({"AutomaticallyAfterDays": 30}, 2)


def test_clients_without_a_generated_secret_have_nothing_to_publish(idp: Any, secrets: Any, pool_id: str) -> None:
    plain = {"AllowedOAuthFlows": [], "AllowedOAuthScopes": [], "AllowedOAuthFlowsUserPoolClient": False}
    public = create(idp, pool_id, **plain, GenerateSecret=False, PublishSecretsInAWSSecretsManager=True)
    assert not public.keys() & {"ClientSecret", "ClientSecretArn"}
    own = {"GenerateSecret": False, "ClientSecret": "a_secret_of_my_own_that_is_long_enough"}
    assert create(idp, pool_id, **own, PublishSecretsInAWSSecretsManager=True)["ClientSecret"] == own["ClientSecret"]
    assert secrets.list_secrets()["SecretList"] == []
