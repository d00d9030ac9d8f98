"""Parameters of Systems Manager, as Terraform and applications read them."""

from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.server import Server


@pytest.fixture
def ssm(server: Server, account: str) -> Any:
    client = server.client("ssm", account=account)
    for name in ("/app/client", "/app/pool", "/app/prod/pool", "plain"):
        client.put_parameter(Name=name, Type="String", Value=f"of {name}", Description="made here")
    client.put_parameter(Name="/app/secret", Type="SecureString", Value="hush", Tags=[{"Key": "env", "Value": "dev"}])
    return client


def names(answer: dict[str, Any]) -> list[str]:
    return [parameter["Name"] for parameter in answer["Parameters"]]


def described(ssm: Any, key: str, *values: str, option: str = "Equals") -> list[str]:
    return names(ssm.describe_parameters(ParameterFilters=[{"Key": key, "Option": option, "Values": list(values)}]))


def test_they_are_described_without_values(ssm: Any, account: str) -> None:
    [shown] = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": ["/app/pool"]}])["Parameters"]
    assert (shown["ARN"], shown["Type"], shown["Version"]) == (f"arn:aws:ssm:us-east-1:{account}:parameter/app/pool", "String", 1)
    assert (shown["Description"], shown["Tier"], "Value" in shown) == ("made here", "Standard", False)


def test_filters_choose(ssm: Any) -> None:
    assert described(ssm, "Name", "/app/p", option="BeginsWith") == ["/app/pool", "/app/prod/pool"]
    assert described(ssm, "Name", "ool", option="Contains") == ["/app/pool", "/app/prod/pool"]
    assert described(ssm, "Type", "SecureString") == ["/app/secret"]
    assert described(ssm, "tag:env", "dev", "prod") == ["/app/secret"]
    assert described(ssm, "Path", "/app", option="OneLevel") == ["/app/client", "/app/pool", "/app/secret"]
    assert described(ssm, "Path", "/app", option="Recursive") == ["/app/client", "/app/pool", "/app/prod/pool", "/app/secret"]
    assert refusal(ssm.describe_parameters, ParameterFilters=[{"Key": "Label", "Values": ["x"]}])[0] == "InvalidFilterKey"
    assert (
        refusal(ssm.describe_parameters, ParameterFilters=[{"Key": "Name", "Option": "Like", "Values": ["x"]}])[0] == "InvalidFilterOption"
    )


def test_lists_go_on_where_they_ended(ssm: Any) -> None:
    pages = list(ssm.get_paginator("describe_parameters").paginate(PaginationConfig={"PageSize": 2}))
    assert [names(page) for page in pages] == [["/app/client", "/app/pool"], ["/app/prod/pool", "/app/secret"], ["plain"]]
    assert refusal(ssm.describe_parameters, NextToken="made-up")[0] == "InvalidNextToken"


def test_a_path_shows_what_is_below_it(ssm: Any) -> None:
    assert names(ssm.get_parameters_by_path(Path="/app")) == ["/app/client", "/app/pool", "/app/secret"]
    whole = ssm.get_parameters_by_path(Path="/app/", Recursive=True, WithDecryption=True)
    assert {one["Name"]: one["Value"] for one in whole["Parameters"]}["/app/secret"] == "hush"
    assert names(whole) == ["/app/client", "/app/pool", "/app/prod/pool", "/app/secret"]


def test_tags_come_and_go(ssm: Any) -> None:
    parameter = {"ResourceType": "Parameter", "ResourceId": "/app/secret"}
    ssm.add_tags_to_resource(**parameter, Tags=[{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "blue"}])
    assert ssm.list_tags_for_resource(**parameter)["TagList"] == [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "blue"}]
    ssm.remove_tags_from_resource(**parameter, TagKeys=["env"])
    assert ssm.list_tags_for_resource(**parameter)["TagList"] == [{"Key": "team", "Value": "blue"}]
    assert refusal(ssm.list_tags_for_resource, ResourceType="Parameter", ResourceId="nothing")[0] == "InvalidResourceId"
    assert refusal(ssm.list_tags_for_resource, ResourceType="Document", ResourceId="x")[0] == "InvalidResourceType"


def test_tags_are_for_new_parameters(ssm: Any) -> None:
    """Also where the parameter that shall be overwritten is not there."""
    code, message = refusal(ssm.put_parameter, Name="/new", Type="String", Value="x", Overwrite=True, Tags=[{"Key": "env", "Value": "dev"}])
    assert code == "ValidationException"
    assert message.startswith("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove")
    assert refusal(ssm.get_parameter, Name="/new")[0] == "ParameterNotFound"


def test_several_are_deleted_at_once(ssm: Any) -> None:
    answer = ssm.delete_parameters(Names=["/app/pool", "nothing"])
    assert (answer["DeletedParameters"], answer["InvalidParameters"]) == (["/app/pool"], ["nothing"])
    assert refusal(ssm.get_parameter, Name="/app/pool")[0] == "ParameterNotFound"


def test_what_is_not_emulated_is_the_callers_fault_and_not_tried_again(ssm: Any) -> None:
    assert refusal(ssm.list_documents) == (
        "UnknownOperationException",
        "The operation ListDocuments of ssm is not emulated. docs/operations.md lists those that are.",
    )
