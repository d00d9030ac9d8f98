"""The one operation of ECR that deployment tools ask before they know whether they need a registry: is there a repository?

`serverless remove` asks for its service's, and goes on where there is none. A stack's AWS::ECR::Repository is a name that nothing is
pushed to.
"""

from __future__ import annotations

from cognito_emu.call import Call, Tenant
from cognito_emu.errors import AwsError
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx

_TYPE = "AWS::ECR::Repository"


class RepositoryNotFoundException(AwsError):  # noqa: N818 - AWS's name
    """The specified repository could not be found."""


@operation("DescribeRepositories", service="ecr")
async def describe_repositories(call: Call, request: Request) -> Response:
    """The repositories that stacks have, all or those that are named."""
    registry = request.get("registryId", call.tenant.account)
    present = await call.store.read(lambda tx: _repositories(tx, call.tenant))
    names = request.get("repositoryNames", sorted(present))
    for name in names:
        if name not in present or registry != call.tenant.account:
            # Assumption: RepositoryNotFoundException's sentence is the one that users quote; the API reference has none.
            message = f"The repository with name '{name}' does not exist in the registry with id '{registry}'"
            raise RepositoryNotFoundException(message)
    described = [
        {
            "repositoryArn": present[name]["Arn"],
            "registryId": registry,
            "repositoryName": name,
            "repositoryUri": present[name]["RepositoryUri"],
        }
        for name in names
    ]
    return {"repositories": described}


def _repositories(tx: Tx, tenant: Tenant) -> dict[str, dict[str, str]]:
    """The attributes of each, by name."""
    live = [stack for stack in tx.stacks.of_tenant(tenant.account, tenant.region) if stack.live_name is not None]
    resources = [resource for stack in live for resource in tx.stacks.resources(stack.id).values()]
    return {
        resource.physical_id: resource.document["attributes"]
        for resource in resources
        if resource.document["type"] == _TYPE and resource.physical_id is not None
    }
