"""The Lambda API through boto3: versions, aliases and policies."""

import json
from typing import Any

import pytest

from tests.lambda_api.test_functions import create, package
from tests.operations.refusals import refusal
from tests.support.server import REGION, Server


@pytest.fixture
def lambdas(server: Server, account: str) -> Any:
    return server.client("lambda", account=account)


class TestVersions:
    def test_they_are_numbered_and_keep_their_code(self, lambdas: Any, account: str, server: Server) -> None:
        create(lambdas)
        first = lambdas.publish_version(FunctionName="f", Description="one")
        lambdas.update_function_code(FunctionName="f", ZipFile=package("x = 2\n"))
        second = lambdas.publish_version(FunctionName="f")
        assert (first["Version"], second["Version"], first["Description"]) == ("1", "2", "one")
        assert first["FunctionArn"] == f"arn:aws:lambda:{REGION}:{account}:function:f:1"
        assert first["CodeSha256"] != second["CodeSha256"]
        location = lambdas.get_function(FunctionName="f", Qualifier="1")["Code"]["Location"]
        assert server.http.get(location, timeout=5).content == package()

    def test_nothing_new_is_no_new_version(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        assert lambdas.publish_version(FunctionName="f")["Version"] == "1"

    def test_numbers_are_not_given_again(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        lambdas.delete_function(FunctionName="f", Qualifier="1")
        assert lambdas.publish_version(FunctionName="f")["Version"] == "2"

    def test_they_are_listed_latest_first(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        lambdas.update_function_configuration(FunctionName="f", Timeout=9)
        lambdas.publish_version(FunctionName="f")
        pages = list(lambdas.get_paginator("list_versions_by_function").paginate(FunctionName="f", PaginationConfig={"PageSize": 2}))
        assert [[version["Version"] for version in page["Versions"]] for page in pages] == [["$LATEST", "1"], ["2"]]
        assert [version["Timeout"] for page in pages for version in page["Versions"]] == [9, 3, 9]
        both = lambdas.list_functions(FunctionVersion="ALL")["Functions"]
        assert [function["FunctionArn"].split(":f:")[1] for function in both] == ["$LATEST", "1", "2"]

    def test_code_that_was_expected_to_be_other_is_not_published(self, lambdas: Any) -> None:
        create(lambdas)
        assert refusal(lambdas.publish_version, FunctionName="f", CodeSha256="other")[0] == "InvalidParameterValueException"


class TestAliases:
    def test_they_are_made_moved_and_deleted(self, lambdas: Any, account: str) -> None:
        create(lambdas, Publish=True)
        made = lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1", Description="d")
        arn = f"arn:aws:lambda:{REGION}:{account}:function:f:live"
        assert (made["AliasArn"], made["FunctionVersion"], made["Description"]) == (arn, "1", "d")
        lambdas.update_function_configuration(FunctionName="f", Timeout=9)
        lambdas.publish_version(FunctionName="f")
        moved = lambdas.update_alias(FunctionName="f", Name="live", FunctionVersion="2")
        assert (moved["FunctionVersion"], moved["Description"]) == ("2", "d")
        assert lambdas.get_function(FunctionName="f", Qualifier="live")["Configuration"]["Version"] == "2"
        assert [alias["Name"] for alias in lambdas.list_aliases(FunctionName="f", FunctionVersion="2")["Aliases"]] == ["live"]
        assert lambdas.list_aliases(FunctionName="f", FunctionVersion="1")["Aliases"] == []
        lambdas.delete_alias(FunctionName="f", Name="live")
        assert refusal(lambdas.get_alias, FunctionName="f", Name="live") == (
            "ResourceNotFoundException",
            f"Cannot find alias arn: {arn}",
        )

    def test_a_version_that_is_not_there_has_none(self, lambdas: Any) -> None:
        create(lambdas)
        assert refusal(lambdas.create_alias, FunctionName="f", Name="live", FunctionVersion="7")[0] == "ResourceNotFoundException"

    def test_a_name_is_taken_once(self, lambdas: Any) -> None:
        create(lambdas)
        lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="$LATEST")
        assert refusal(lambdas.create_alias, FunctionName="f", Name="live", FunctionVersion="$LATEST")[0] == "ResourceConflictException"

    def test_a_version_with_one_cannot_be_deleted(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        assert refusal(lambdas.delete_function, FunctionName="f", Qualifier="1")[0] == "ResourceConflictException"


class TestPolicies:
    def permit(self, lambdas: Any, **more: Any) -> dict[str, Any]:
        request = {
            "FunctionName": "f",
            "StatementId": "cognito",
            "Action": "lambda:InvokeFunction",
            "Principal": "cognito-idp.amazonaws.com",
        } | more
        statement: dict[str, Any] = json.loads(lambdas.add_permission(**request)["Statement"])
        return statement

    def test_a_permission_is_a_statement_of_the_policy(self, lambdas: Any, account: str) -> None:
        arn = create(lambdas)["FunctionArn"]
        source = f"arn:aws:cognito-idp:{REGION}:{account}:userpool/x"
        statement = self.permit(lambdas, SourceArn=source, SourceAccount=account)
        assert statement == {
            "Sid": "cognito",
            "Effect": "Allow",
            "Principal": {"Service": "cognito-idp.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceAccount": account}, "ArnLike": {"AWS:SourceArn": source}},
        }
        policy = json.loads(lambdas.get_policy(FunctionName="f")["Policy"])
        assert policy == {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
        assert json.loads(lambdas.get_resource_policy(ResourceArn=arn)["Policy"]) == policy

    def test_an_id_is_taken_once(self, lambdas: Any) -> None:
        create(lambdas)
        self.permit(lambdas)
        assert refusal(lambda: self.permit(lambdas))[0] == "ResourceConflictException"

    def test_it_can_be_taken_back(self, lambdas: Any) -> None:
        create(lambdas)
        self.permit(lambdas)
        lambdas.remove_permission(FunctionName="f", StatementId="cognito")
        assert refusal(lambdas.get_policy, FunctionName="f")[0] == "ResourceNotFoundException"
        assert refusal(lambdas.remove_permission, FunctionName="f", StatementId="cognito")[0] == "ResourceNotFoundException"

    def test_an_alias_has_its_own(self, lambdas: Any) -> None:
        create(lambdas, Publish=True)
        lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        assert self.permit(lambdas, Qualifier="live")["Resource"].endswith(":f:live")
        assert refusal(lambdas.get_policy, FunctionName="f")[0] == "ResourceNotFoundException"

    def test_it_can_be_replaced_and_deleted_as_a_whole(self, lambdas: Any) -> None:
        arn = create(lambdas)["FunctionArn"]
        statement = {"Effect": "Allow", "Principal": "*", "Action": "lambda:*", "Resource": arn}
        revision = lambdas.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Statement": [statement]}))["RevisionId"]
        assert json.loads(lambdas.get_policy(FunctionName="f")["Policy"])["Statement"] == [statement]
        lambdas.delete_resource_policy(ResourceArn=arn, RevisionId=revision)
        assert refusal(lambdas.get_resource_policy, ResourceArn=arn)[0] == "ResourceNotFoundException"
