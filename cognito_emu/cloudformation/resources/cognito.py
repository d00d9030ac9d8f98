"""The AWS::Cognito types of user pools whose properties are the members of their operations.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html
"""

from __future__ import annotations

import base64
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


def _branding(shown: Properties, properties: Properties) -> Properties:
    """Which client it is of is not shown, and cannot change; a template has pictures in base64."""
    assets = [{**asset, "Bytes": base64.b64encode(asset["Bytes"]).decode()} for asset in shown.get("Assets", ()) if "Bytes" in asset]
    return {**shown, "Assets": assets, "ClientId": properties["ClientId"]}


def _user(shown: Properties, properties: Properties) -> Properties:
    """A user may be known by an alias; what the pool itself makes of it is no property."""
    attributes = [each for each in shown["UserAttributes"] if each["Name"] not in {"identities", "sub"}]
    own = {name: value for name, value in properties.items() if name in {"UserPoolId", "Username"}}
    return {**own, "UserAttributes": attributes}


CLIENT = MappedType(
    name="AWS::Cognito::UserPoolClient",
    create_operation="CreateUserPoolClient",
    update_operation="UpdateUserPoolClient",
    delete_operation="DeleteUserPoolClient",
    describe="DescribeUserPoolClient",
    drawn_id=lambda env: {"ClientId": env.client_id()},
    identify=lambda response, _request: response["UserPoolClient"]["ClientId"],
    attributes=_client_attributes,
    reads=("DescribeUserPoolClient", "UserPoolClient"),
    told=lambda shown, _properties: {**shown, "GenerateSecret": bool(shown.keys() & {"ClientSecret", "ClientSecretArn"})},
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
    reads=("DescribeUserPoolDomain", "DomainDescription"),
    told=lambda shown, _properties: shown or None,  # nobody's domain is shown as nothing
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
    reads=("GetGroup", "Group"),
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
    reads=("DescribeIdentityProvider", "IdentityProvider"),
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
    reads=("DescribeResourceServer", "ResourceServer"),
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
    reads=("DescribeManagedLoginBranding", "ManagedLoginBranding"),
    told=_branding,
    create_only=frozenset({"UserPoolId", "ClientId"}),
    ignored=frozenset({"ReturnMergedResources"}),
    unread=frozenset({"ReturnMergedResources"}),
)
TERMS = MappedType(
    name="AWS::Cognito::Terms",
    create_operation="CreateTerms",
    update_operation="UpdateTerms",
    delete_operation="DeleteTerms",
    identify=lambda response, request: f"{request['UserPoolId']}|{response['Terms']['TermsId']}",
    attributes=lambda response, _request: {"TermsId": response["Terms"]["TermsId"]},
    keys=_second_part("TermsId"),
    reads=("DescribeTerms", "Terms"),
    create_only=frozenset({"UserPoolId", "ClientId"}),
)
_USER_PROPERTIES = input_members("cognito-idp", "AdminCreateUser") - {"TemporaryPassword"}
USER = MappedType(
    name="AWS::Cognito::UserPoolUser",
    create_operation="AdminCreateUser",
    update_operation=None,
    delete_operation="AdminDeleteUser",
    describe="AdminGetUser",
    reads=("AdminGetUser", ""),
    told=_user,
    unread=frozenset({"ClientMetadata", "DesiredDeliveryMediums", "ForceAliasCreation", "MessageAction", "ValidationData"}),
    identify=lambda response, _request: (response.get("User") or response)["Username"],
    keys=_in_pool("Username"),
    generated="Username",
    create_only=_USER_PROPERTIES,
    not_in_template=frozenset({"TemporaryPassword"}),
)


class _Membership(MappedType):
    """A user's place in a group, which only a list shows."""

    readable = True

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        request = {name: properties[name] for name in ("UserPoolId", "Username")}
        while (response := await step.show("AdminListGroupsForUser", request)) is not None:
            if any(group["GroupName"] == properties["GroupName"] for group in response["Groups"]):
                return properties
            if not response.get("NextToken"):
                break
            request["NextToken"] = response["NextToken"]
        return None


MEMBERSHIP = _Membership(
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
    readable = True

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

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        response = await step.show("DescribeRiskConfiguration", _for_all({name: properties[name] for name in self.required}))
        shown = response["RiskConfiguration"] if response else {}
        own = {name: value for name, value in shown.items() if name.endswith("Configuration")}
        return own | {name: properties[name] for name in self.required} if own else None


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

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        response = await step.show("GetUICustomization", {name: properties[name] for name in self.required})
        shown: Properties = response["UICustomization"] if response else {}
        # A client without settings of its own is shown the pool's.
        return shown if shown.get("ClientId") == properties["ClientId"] and shown.get("CSS") else None


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

    @override
    async def read(self, step: Step, properties: Properties) -> Properties | None:
        response = await step.show("GetLogDeliveryConfiguration", {"UserPoolId": properties["UserPoolId"]})
        shown: Properties = response["LogDeliveryConfiguration"] if response else {}
        return shown if shown.get("LogConfigurations") else None


TYPES: tuple[ResourceType, ...] = (
    *(CLIENT, DOMAIN, GROUP, IDENTITY_PROVIDER, RESOURCE_SERVER, BRANDING, TERMS, USER, MEMBERSHIP),
    *(RiskConfiguration(), UiCustomization(), LogDelivery()),
)
