"""The AWS::Cognito types of user pools whose properties are the members of their operations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from cognito_emu.cloudformation.resources.base import Properties, ResourceType, Step
from cognito_emu.cloudformation.resources.mapped import MappedType
from cognito_emu.cloudformation.resources.operate import input_members

_Members = Mapping[str, Any]


def _named_by(member: str) -> Callable[[_Members, _Members], str]:
    return lambda _response, request: str(request[member])


def _in_pool(member: str) -> Callable[[str, _Members], dict[str, Any]]:
    """Named in operations by the pool, and by the physical id as `member`."""
    return lambda physical_id, properties: {"UserPoolId": properties["UserPoolId"], member: physical_id}


def _second_part(member: str) -> Callable[[str, _Members], dict[str, Any]]:
    """As `_in_pool`, for a physical id `pool|id`."""
    return lambda physical_id, properties: {"UserPoolId": properties["UserPoolId"], member: physical_id.split("|")[1]}


def _client_attributes(response: _Members, _request: _Members) -> dict[str, Any]:
    client = response["UserPoolClient"]
    shown = {"ClientId": client["ClientId"], "Name": client["ClientName"]}
    return shown | ({"ClientSecret": client["ClientSecret"]} if "ClientSecret" in client else {})


CLIENT = MappedType(
    name="AWS::Cognito::UserPoolClient",
    create_operation="CreateUserPoolClient",
    update_operation="UpdateUserPoolClient",
    delete_operation="DeleteUserPoolClient",
    describe="DescribeUserPoolClient",
    drawn_id=lambda env: {"ClientId": env.client_id()},
    identify=lambda response, _request: response["UserPoolClient"]["ClientId"],
    attributes=_client_attributes,
    keys=_in_pool("ClientId"),
    generated="ClientName",
    create_only=frozenset({"UserPoolId", "GenerateSecret"}),
    not_in_template=frozenset({"ClientSecret", "PublishSecretsInAWSSecretsManager"}),
)
DOMAIN = MappedType(
    name="AWS::Cognito::UserPoolDomain",
    create_operation="CreateUserPoolDomain",
    update_operation="UpdateUserPoolDomain",
    delete_operation="DeleteUserPoolDomain",
    identify=_named_by("Domain"),
    attributes=lambda response, _request: {"CloudFrontDistribution": response.get("CloudFrontDomain", "")},
    keys=_in_pool("Domain"),
    create_only=frozenset({"UserPoolId", "Domain"}),
)
GROUP = MappedType(
    name="AWS::Cognito::UserPoolGroup",
    create_operation="CreateGroup",
    update_operation="UpdateGroup",
    delete_operation="DeleteGroup",
    describe="GetGroup",
    identify=_named_by("GroupName"),
    keys=_in_pool("GroupName"),
    generated="GroupName",
    create_only=frozenset({"UserPoolId", "GroupName"}),
)
IDENTITY_PROVIDER = MappedType(
    name="AWS::Cognito::UserPoolIdentityProvider",
    create_operation="CreateIdentityProvider",
    update_operation="UpdateIdentityProvider",
    delete_operation="DeleteIdentityProvider",
    describe="DescribeIdentityProvider",
    identify=_named_by("ProviderName"),
    keys=_in_pool("ProviderName"),
    create_only=frozenset({"UserPoolId", "ProviderName", "ProviderType"}),
    not_in_template=frozenset({"AcrMapping"}),
    reset={"AttributeMapping": {}, "IdpIdentifiers": []},
)
RESOURCE_SERVER = MappedType(
    name="AWS::Cognito::UserPoolResourceServer",
    create_operation="CreateResourceServer",
    update_operation="UpdateResourceServer",
    delete_operation="DeleteResourceServer",
    describe="DescribeResourceServer",
    identify=_named_by("Identifier"),
    keys=_in_pool("Identifier"),
    create_only=frozenset({"UserPoolId", "Identifier"}),
    reset={"Scopes": []},
)
BRANDING = MappedType(
    name="AWS::Cognito::ManagedLoginBranding",
    create_operation="CreateManagedLoginBranding",
    update_operation="UpdateManagedLoginBranding",
    delete_operation="DeleteManagedLoginBranding",
    identify=lambda response, request: f"{request['UserPoolId']}|{response['ManagedLoginBranding']['ManagedLoginBrandingId']}",
    attributes=lambda response, _request: {"ManagedLoginBrandingId": response["ManagedLoginBranding"]["ManagedLoginBrandingId"]},
    keys=_second_part("ManagedLoginBrandingId"),
    create_only=frozenset({"UserPoolId", "ClientId"}),
    ignored=frozenset({"ReturnMergedResources"}),
)
TERMS = MappedType(
    name="AWS::Cognito::Terms",
    create_operation="CreateTerms",
    update_operation="UpdateTerms",
    delete_operation="DeleteTerms",
    identify=lambda response, request: f"{request['UserPoolId']}|{response['Terms']['TermsId']}",
    attributes=lambda response, _request: {"TermsId": response["Terms"]["TermsId"]},
    keys=_second_part("TermsId"),
    create_only=frozenset({"UserPoolId", "ClientId"}),
)
_USER_PROPERTIES = input_members("cognito-idp", "AdminCreateUser") - {"TemporaryPassword"}
USER = MappedType(
    name="AWS::Cognito::UserPoolUser",
    create_operation="AdminCreateUser",
    update_operation=None,
    delete_operation="AdminDeleteUser",
    describe="AdminGetUser",
    identify=lambda response, _request: (response.get("User") or response)["Username"],
    keys=_in_pool("Username"),
    generated="Username",
    create_only=_USER_PROPERTIES,
    not_in_template=frozenset({"TemporaryPassword"}),
)
MEMBERSHIP = MappedType(
    name="AWS::Cognito::UserPoolUserToGroupAttachment",
    create_operation="AdminAddUserToGroup",
    update_operation=None,
    delete_operation="AdminRemoveUserFromGroup",
    # Assumption: AWS generates an id of unknown form; one that says what it stands for is found again after a crash.
    identify=lambda _response, request: f"{request['UserPoolId']}|{request['GroupName']}|{request['Username']}",
    keys=lambda _physical_id, properties: {name: properties[name] for name in ("UserPoolId", "Username", "GroupName")},
    create_only=frozenset({"UserPoolId", "Username", "GroupName"}),
)


class _Attachment(ResourceType):
    """Settings of a pool or client that one operation sets: deleting sets what was before."""

    operation: str
    cleared: Mapping[str, Any]

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await step.operate(self.operation, properties)
        step.physical_id = self._physical_id(properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await step.operate(self.operation, new)

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        named = {name: properties[name] for name in self.required}
        await step.remove(self.operation, {**named, **self.cleared})

    def _physical_id(self, properties: Properties) -> str:
        return f"{self.name.removeprefix('AWS::Cognito::')}-{properties['UserPoolId']}-{properties['ClientId']}"


class RiskConfiguration(_Attachment):
    """AWS::Cognito::UserPoolRiskConfigurationAttachment."""

    name = "AWS::Cognito::UserPoolRiskConfigurationAttachment"
    operation = "SetRiskConfiguration"
    properties = input_members("cognito-idp", "SetRiskConfiguration")
    required = create_only = frozenset({"UserPoolId", "ClientId"})
    cleared: Mapping[str, Any] = {}

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await step.operate(self.operation, _for_all(properties))
        step.physical_id = self._physical_id(properties)

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await step.operate(self.operation, _for_all(new))

    @override
    async def delete(self, step: Step, properties: Properties) -> None:
        await step.remove(self.operation, _for_all({name: properties[name] for name in self.required}))


def _for_all(properties: Properties) -> Properties:
    """`ALL` is the pool's own configuration, for which the operation takes no client."""
    return {name: value for name, value in properties.items() if (name, value) != ("ClientId", "ALL")}


class UiCustomization(_Attachment):
    """AWS::Cognito::UserPoolUICustomizationAttachment."""

    name = "AWS::Cognito::UserPoolUICustomizationAttachment"
    operation = "SetUICustomization"
    properties = frozenset({"UserPoolId", "ClientId", "CSS"})
    required = create_only = frozenset({"UserPoolId", "ClientId"})
    cleared: Mapping[str, Any] = {"CSS": ""}


class LogDelivery(_Attachment):
    """AWS::Cognito::LogDeliveryConfiguration."""

    name = "AWS::Cognito::LogDeliveryConfiguration"
    operation = "SetLogDeliveryConfiguration"
    properties = frozenset({"UserPoolId", "LogConfigurations"})
    required = create_only = frozenset({"UserPoolId"})
    cleared: Mapping[str, Any] = {"LogConfigurations": []}

    @override
    async def create(self, step: Step, properties: Properties) -> None:
        await self.update(step, {}, properties)
        step.physical_id = properties["UserPoolId"]
        step.attributes = {"Id": properties["UserPoolId"]}

    @override
    async def update(self, step: Step, old: Properties, new: Properties) -> None:
        await step.operate(self.operation, {"LogConfigurations": [], **new})


TYPES: tuple[ResourceType, ...] = (
    *(CLIENT, DOMAIN, GROUP, IDENTITY_PROVIDER, RESOURCE_SERVER, BRANDING, TERMS, USER, MEMBERSHIP),
    *(RiskConfiguration(), UiCustomization(), LogDelivery()),
)
