"""The repositories of stacks, for tools that ask whether there is one."""

import json
from typing import Any

import pytest

from tests.cloudformation.stacks import assert_status
from tests.operations.refusals import refusal
from tests.support.server import REGION, Server


@pytest.fixture
def ecr(server: Server, account: str) -> Any:
    return server.client("ecr", account=account)


def test_a_repository_that_nobody_made_is_not_found(ecr: Any, account: str) -> None:
    """What `serverless remove` asks, and hopes for."""
    assert ecr.describe_repositories()["repositories"] == []
    assert refusal(ecr.describe_repositories, repositoryNames=["serverless-shop-dev"], registryId=account) == (
        "RepositoryNotFoundException",
        f"The repository with name 'serverless-shop-dev' does not exist in the registry with id '{account}'",
    )


def test_a_stacks_repository_is_there_while_the_stack_is(ecr: Any, server: Server, account: str) -> None:
    cfn = server.client("cloudformation", account=account)
    template = {"Resources": {"Images": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "shop/images"}}}}
    stack = cfn.create_stack(StackName="images", TemplateBody=json.dumps(template))["StackId"]
    assert_status(cfn, stack, "CREATE_COMPLETE")
    [repository] = ecr.describe_repositories(repositoryNames=["shop/images"])["repositories"]
    assert repository == {
        "repositoryArn": f"arn:aws:ecr:{REGION}:{account}:repository/shop/images",
        "registryId": account,
        "repositoryName": "shop/images",
        "repositoryUri": f"{account}.dkr.ecr.{REGION}.amazonaws.com/shop/images",
    }
    assert ecr.describe_repositories()["repositories"] == [repository]
    cfn.delete_stack(StackName=stack)
    assert_status(cfn, stack, "DELETE_COMPLETE")
    assert ecr.describe_repositories()["repositories"] == []
