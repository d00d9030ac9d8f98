"""Secrets of Secrets Manager, as applications and deployment scripts make them."""

import json
import re
import string
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.clients import AwsCli
from tests.support.control import Clock
from tests.support.server import Server

NOT_FOUND = ("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
MARKED = "You can't perform this operation on the secret because it was marked for deletion."
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}'


def test_a_secret_is_made_described_changed_and_found_by_every_name(secrets: Any, account: str) -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    made = secrets.create_secret(Name="shop/google", SecretString="hush", Description="for sign-in", KmsKeyId="alias/mine", Tags=tags)
    assert re.fullmatch(rf"arn:aws:secretsmanager:us-east-1:{account}:secret:shop/google-[A-Za-z0-9]{{6}}", made["ARN"])
    for name in ("shop/google", made["ARN"], made["ARN"][:-7]):
        shown = secrets.describe_secret(SecretId=name)
        assert (shown["ARN"], shown["Name"], shown["Description"]) == (made["ARN"], "shop/google", "for sign-in")
    assert (shown["KmsKeyId"], shown["Tags"], shown["VersionIdsToStages"]) == ("alias/mine", tags, {made["VersionId"]: ["AWSCURRENT"]})
    assert "LastAccessedDate" not in shown
    changed = secrets.update_secret(SecretId="shop/google", Description="", SecretString="louder")
    shown = secrets.describe_secret(SecretId="shop/google")
    assert shown["VersionIdsToStages"] == {changed["VersionId"]: ["AWSCURRENT"], made["VersionId"]: ["AWSPREVIOUS"]}
    assert shown["Description"] == ""
    assert "VersionId" not in secrets.update_secret(SecretId="shop/google", Description="still")
    secrets.get_secret_value(SecretId="shop/google")
    read_on = secrets.describe_secret(SecretId="shop/google")["LastAccessedDate"]
    assert (read_on.hour, read_on.minute, read_on.second) == (0, 0, 0)


def test_tags_come_and_go(secrets: Any) -> None:
    secrets.create_secret(Name="s", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    secrets.tag_resource(SecretId="s", Tags=[{"Key": "b", "Value": "3"}, {"Key": "c", "Value": ""}])
    secrets.untag_resource(SecretId="s", TagKeys=["a"])
    assert secrets.describe_secret(SecretId="s")["Tags"] == [{"Key": "b", "Value": "3"}, {"Key": "c", "Value": ""}]


def test_to_make_the_same_again_makes_nothing_and_another_is_refused(secrets: Any) -> None:
    token = "f" * 32
    first = secrets.create_secret(Name="s", SecretString="a", ClientRequestToken=token)
    assert secrets.create_secret(Name="s", SecretString="a", ClientRequestToken=token)["ARN"] == first["ARN"]
    exists = ("ResourceExistsException", "The operation failed because the secret s already exists.")
    assert refusal(secrets.create_secret, Name="s", SecretString="b", ClientRequestToken=token) == exists
    assert refusal(secrets.create_secret, Name="s", SecretString="a") == exists
    code, message = refusal(secrets.put_secret_value, SecretId="s", SecretString="b", ClientRequestToken=token)
    assert code == "ResourceExistsException"
    assert f"You can't use ClientRequestToken {token}" in message


def test_a_deletion_can_be_taken_back_until_its_time(secrets: Any, clock: Clock) -> None:
    secrets.create_secret(Name="s", SecretString="a")
    deleted = secrets.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    assert deleted["DeletionDate"].timestamp() == pytest.approx(clock.now() + 7 * 86400, abs=60)
    assert secrets.describe_secret(SecretId="s")["DeletedDate"] == deleted["DeletionDate"]
    assert secrets.list_secrets()["SecretList"] == []
    assert [each["Name"] for each in secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"]] == ["s"]
    for operation in (secrets.get_secret_value, secrets.delete_secret, secrets.rotate_secret):
        assert refusal(operation, SecretId="s") == ("InvalidRequestException", MARKED)
    code, message = refusal(secrets.create_secret, Name="s")
    assert code == "InvalidRequestException"
    assert message == "You can't create this secret because a secret with this name is already scheduled for deletion."
    secrets.restore_secret(SecretId="s")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "a"

    secrets.delete_secret(SecretId="s")
    clock.advance(days=30, minutes=1)
    assert refusal(secrets.restore_secret, SecretId="s") == NOT_FOUND
    secrets.create_secret(Name="s", SecretString="b")
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    assert refusal(secrets.describe_secret, SecretId="s") == NOT_FOUND
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)


def test_a_policy_is_kept(secrets: Any) -> None:
    secrets.create_secret(Name="s")
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId="s")
    secrets.put_resource_policy(SecretId="s", ResourcePolicy=POLICY)
    assert secrets.get_resource_policy(SecretId="s")["ResourcePolicy"] == POLICY
    secrets.delete_resource_policy(SecretId="s")
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId="s")
    assert refusal(secrets.put_resource_policy, SecretId="s", ResourcePolicy="{")[0] == "MalformedPolicyDocumentException"
    public = {"ResourcePolicy": POLICY.replace("Deny", "Allow"), "BlockPublicPolicy": True}
    assert refusal(secrets.put_resource_policy, SecretId="s", **public)[0] == "PublicPolicyException"
    secrets.put_resource_policy(SecretId="s", **public | {"BlockPublicPolicy": False})
    assert secrets.validate_resource_policy(ResourcePolicy=POLICY)["PolicyValidationPassed"] is True
    assert secrets.validate_resource_policy(ResourcePolicy="{}")["PolicyValidationPassed"] is False


def test_lists_are_filtered_sorted_and_paged(secrets: Any) -> None:
    for name, description in (("app/one", "The first"), ("app/two", "the second"), ("other", "")):
        secrets.create_secret(Name=name, Description=description, Tags=[{"Key": "of", "Value": name}])

    def names(*filters: tuple[str, list[str]], **request: Any) -> list[str]:
        wanted = [{"Key": key, "Values": values} for key, values in filters]
        return [each["Name"] for each in secrets.list_secrets(Filters=wanted, SortBy="name", SortOrder="asc", **request)["SecretList"]]

    assert names(("name", ["app/"])) == ["app/one", "app/two"]
    assert names(("name", ["App/"])) == []
    assert names(("description", ["THE"])) == ["app/one", "app/two"]
    assert names(("name", ["!app/one"])) == ["app/two", "other"]
    assert names(("tag-value", ["other"]), ("tag-key", ["o"])) == ["other"]
    assert names(("all", ["second two"])) == ["app/two"]
    pages = list(secrets.get_paginator("list_secrets").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["Name"] for each in page["SecretList"]] for page in pages] == [["other", "app/two"], ["app/one"]]
    assert refusal(secrets.list_secrets, NextToken="made-up")[0] == "InvalidNextTokenException"


def test_passwords_are_drawn(secrets: Any) -> None:
    drawn = secrets.get_random_password()["RandomPassword"]
    assert len(drawn) == 32
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
    assert all(set(kind) & set(drawn) for kind in kinds)
    only = secrets.get_random_password(PasswordLength=300, ExcludePunctuation=True, ExcludeUppercase=True, ExcludeCharacters="aeiou0")
    assert set(only["RandomPassword"]) <= set(string.ascii_lowercase + string.digits) - set("aeiou0")
    assert refusal(secrets.get_random_password, PasswordLength=3)[0] == "InvalidParameterException"


def test_nobody_sees_another_tenants(server: Server, secrets: Any) -> None:
    arn = secrets.create_secret(Name="s", SecretString="a")["ARN"]
    for other in (server.client("secretsmanager", account="999988887777"),):
        assert refusal(other.get_secret_value, SecretId=arn) == NOT_FOUND
        assert other.list_secrets()["SecretList"] == []


def test_requests_are_refused_in_its_own_words(secrets: Any) -> None:
    code, message = refusal(secrets.create_secret, Name="no spaces")
    assert (code, message[:13]) == ("ValidationException", "Invalid name.")
    assert refusal(secrets.create_secret, Name="s", AddReplicaRegions=[{"Region": "eu-west-1"}])[0] == "InvalidParameterException"
    assert refusal(secrets.create_secret, Name="s" * 600)[0] == "ValidationException"
    assert refusal(secrets.create_secret, Name="s", SecretString="a", SecretBinary=b"a")[0] == "InvalidParameterException"
    assert refusal(secrets.delete_secret, SecretId="s", RecoveryWindowInDays=6)[0] == "InvalidParameterException"
    both = {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}
    assert refusal(secrets.delete_secret, SecretId="s", **both)[0] == "InvalidParameterException"
    assert refusal(secrets.get_secret_value, SecretId="nobody's") == NOT_FOUND


def test_the_aws_cli_makes_and_reads_one(aws: AwsCli) -> None:
    aws("secretsmanager", "create-secret", "--name", "cli", "--secret-string", json.dumps({"id": "x"}))
    assert json.loads(aws("secretsmanager", "get-secret-value", "--secret-id", "cli")["SecretString"]) == {"id": "x"}
