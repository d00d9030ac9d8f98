"""A user pool and an identity pool in which there is one of what most requests name."""

from dataclasses import dataclass
from typing import Any

from cognito_emu.protocol.service_models import OperationModel
from tests.operations.people import PASSWORD, make_pool
from tests.protocol.model_requests import full
from tests.support.control import Inbox
from tests.support.server import Server

ACCOUNT = "999000000001"
PASSWORD_FLOW = {"AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}}
NAME = {"UserAttributes": [{"Name": "name", "Value": "Ann"}]}

# Where the first values that the model allows do not make a request that comes to what it names.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "AdminDeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "AdminDisableProviderForUser": {
        "User": {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"}
    },
    "AdminInitiateAuth": {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", **PASSWORD_FLOW},
    "AdminUpdateDeviceStatus": {"DeviceRememberedStatus": "remembered"},
    "AdminUpdateUserAttributes": NAME,
    "CreateManagedLoginBranding": {"UseCognitoProvidedValues": True},
    "CreateTerms": {"Links": {"cognito:default": "https://example.com/terms"}},
    "DeleteUserAttributes": {"UserAttributeNames": ["name"]},
    "GetUserAttributeVerificationCode": {"AttributeName": "email"},
    "InitiateAuth": {"AuthFlow": "USER_PASSWORD_AUTH", **PASSWORD_FLOW},
    "SetLogDeliveryConfiguration": {"LogConfigurations": []},
    "SetRiskConfiguration": {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"]}},
    "SetUICustomization": {"CSS": ".banner-customizable {background-color: #ffffff;}"},
    "UpdateManagedLoginBranding": {"UseCognitoProvidedValues": True},
    "UpdateDeviceStatus": {"DeviceRememberedStatus": "remembered"},
    "UpdateUserAttributes": NAME,
    "VerifyUserAttribute": {"AttributeName": "email"},
}
# Members that the models leave optional, though nothing is named without them.
NEEDED = {
    "ForgetDevice": ("AccessToken",),
    "GetDevice": ("AccessToken",),
    "LookupDeveloperIdentity": ("IdentityId",),
    "UpdateCIMDPolicy": ("CIMDPolicyId",),
    "UpdateManagedLoginBranding": ("UserPoolId", "ManagedLoginBrandingId"),
}


@dataclass
class Known:
    """What requests name.

    Attributes:
        clients: For boto3, by service.
        names: By service and member.
    """

    clients: dict[str, Any]
    names: dict[str, dict[str, Any]]

    def request(self, operation: OperationModel) -> dict[str, Any]:
        """A request with the members that an operation needs, which names nothing unknown."""
        shape = operation.input_shape
        values = full(shape) | self.names[operation.service_model.service_name]
        needed = (*shape.required_members, *NEEDED.get(operation.name, ()))
        return {member: values[member] for member in needed} | ARGUMENTS.get(operation.name, {})


def make_known(server: Server) -> Known:
    """The pools, and what is in them."""
    clients = {service: server.client(service, account=ACCOUNT) for service in ("cognito-idp", "cognito-identity")}
    return Known(
        clients,
        {
            "cognito-idp": _user_pool(clients["cognito-idp"], Inbox(server, ACCOUNT)),
            "cognito-identity": _identity_pool(clients["cognito-identity"]),
        },
    )


def _user_pool(idp: Any, inbox: Inbox) -> dict[str, Any]:
    pool = make_pool(
        idp,
        inbox,
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
        DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False},
    )
    idp.set_user_pool_session_configuration(UserPoolId=pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20})
    pool.enrol("ann", email="ann@example.com")
    idp.create_user_pool_domain(UserPoolId=pool.id, Domain="known")
    idp.create_group(UserPoolId=pool.id, GroupName="staff")
    idp.create_resource_server(UserPoolId=pool.id, Identifier="https://api.example.com", Name="api")
    policy = idp.create_cimd_policy(
        UserPoolId=pool.id, ClientId=pool.client, PolicyName="tools", URLPatterns=["https://tools.example.com/*"]
    )
    terms = idp.create_terms(
        UserPoolId=pool.id,
        ClientId=pool.client,
        TermsName="terms-of-use",
        TermsSource="LINK",
        Enforcement="NONE",
        Links={"cognito:default": "https://example.com/terms"},
    )
    branding = idp.create_managed_login_branding(UserPoolId=pool.id, ClientId=pool.client, UseCognitoProvidedValues=True)
    return {
        "AccessToken": pool.sign_in("ann"),
        "CIMDPolicyId": policy["CIMDPolicy"]["CIMDPolicyId"],
        "ClientId": pool.client,
        "Domain": "known",
        "GroupName": "staff",
        "Identifier": "https://api.example.com",
        "ManagedLoginBrandingId": branding["ManagedLoginBranding"]["ManagedLoginBrandingId"],
        "TermsId": terms["Terms"]["TermsId"],
        "UserPoolId": pool.id,
        "Username": "ann",
    }


def _identity_pool(identity: Any) -> dict[str, Any]:
    pool_id = identity.create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=True, DeveloperProviderName="backend")[
        "IdentityPoolId"
    ]
    return {
        "IdentityPoolId": pool_id,
        "IdentityId": identity.get_id(IdentityPoolId=pool_id)["IdentityId"],
        "DeveloperProviderName": "backend",
        "Logins": {"backend": "ann"},
    }
