"""A request that names what is not there: each operation, for each of its members that name something, says so in AWS's words."""

from typing import Any

import pytest
from botocore import xform_name

from cognito_emu.operations import find_operation, register_all
from cognito_emu.protocol.demands import named_things
from cognito_emu.protocol.service_models import OperationModel, load_service_model
from tests.operations.known_names import ACCOUNT, Known, make_known
from tests.operations.refusals import refusal
from tests.support.server import Server

NOT_FOUND, INVALID = "ResourceNotFoundException", "InvalidParameterException"
UUID = "00000000-0000-4000-8000-000000000000"
ANSWERED = None

# By member: a value that nothing has, and what is said of it. `{}` is the value, `{pool}` the pool that is there.
UNKNOWN = {
    "AccessToken": ("e30.e30.e30", "NotAuthorizedException", "Invalid Access Token"),
    "CIMDPolicyId": ("unknown", NOT_FOUND, "CIMD policy {} does not exist."),
    "ClientId": ("unknown", NOT_FOUND, "User pool client {} does not exist."),
    "ClientSecretId": ("unknown--1", NOT_FOUND, "Client secret {} does not exist."),
    "CredentialId": ("unknown", NOT_FOUND, "Credential does not exist."),
    "DeviceKey": (f"us-east-1_{UUID}", NOT_FOUND, "Device does not exist."),
    "Domain": ("unknown", NOT_FOUND, "No such domain or user pool exists."),
    "EventId": (UUID, NOT_FOUND, "Auth event {} does not exist."),
    "GroupName": ("unknown", NOT_FOUND, "Group not found."),
    "IdentityId": (f"us-east-1:{UUID}", NOT_FOUND, "Identity '{}' not found."),
    "IdentityPoolId": (f"us-east-1:{UUID}", NOT_FOUND, "IdentityPool '{}' not found."),
    "Identifier": ("unknown", NOT_FOUND, "Resource server {} does not exist."),
    "IdpIdentifier": ("unknown", NOT_FOUND, "Identity provider with identifier {} does not exist."),
    "JobId": ("import-unknown", NOT_FOUND, "User import job {} does not exist."),
    "ManagedLoginBrandingId": (UUID, NOT_FOUND, "ManagedLoginBranding does not exist."),
    "ProviderName": ("Unknown", NOT_FOUND, "Identity provider {} in User Pool {pool} does not exist."),
    "RegionName": ("eu-north-1", NOT_FOUND, "User pool {pool} has no replica in {}."),
    "SessionId": ("tkn" + "0" * 25, NOT_FOUND, "Session does not exist."),
    "TermsId": (UUID, NOT_FOUND, "Terms does not exist."),
    "UserPoolId": ("us-east-1_Unknown00", NOT_FOUND, "User pool {} does not exist."),
    "Username": ("nobody", "UserNotFoundException", "User does not exist."),
    "cognito-idp ResourceArn": (
        f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_Unknown00",
        NOT_FOUND,
        "User pool us-east-1_Unknown00 does not exist.",
    ),
    "cognito-identity ResourceArn": (
        f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/us-east-1:{UUID}",
        NOT_FOUND,
        f"IdentityPool 'us-east-1:{UUID}' not found.",
    ),
}
NO_SUCH_NAME = ("UserNotFoundException", "Username/client id combination not found.")
# Operations with words of their own, since AWS has them so or since they do not declare the usual error.
OWN_WORDS = {
    "AdminGetDevice.Username": (NOT_FOUND, "User does not exist."),
    "AdminListDevices.Username": (NOT_FOUND, "User does not exist."),
    "ConfirmDevice.DeviceKey": (INVALID, "Invalid device key given."),
    "ConfirmForgotPassword.Username": NO_SUCH_NAME,
    "ConfirmSignUp.Username": NO_SUCH_NAME,
    "DescribeIdentityProvider.ProviderName": (NOT_FOUND, "Identity provider {} for tenantId {pool} does not exist."),
    "DescribeUserPoolDomain.Domain": ANSWERED,
    "ForgotPassword.Username": NO_SUCH_NAME,
    "ResendConfirmationCode.Username": NO_SUCH_NAME,
    "RevokeToken.ClientId": ("UnauthorizedException", "Invalid client or secret"),
}


def names() -> list[Any]:
    register_all()
    return [
        pytest.param(operation, member, id=f"{service}-{name}-{member}")
        for service in ("cognito-idp", "cognito-identity")
        for name in load_service_model(service).operation_names
        if find_operation(service, name)
        for operation in [load_service_model(service).operation_model(name)]
        for member in named_things(operation)
    ]


@pytest.fixture(scope="module")
def known(server: Server) -> Known:
    return make_known(server)


@pytest.mark.parametrize(("operation", "member"), names())
def test_what_is_not_there_is_said_to_be_missing(known: Known, operation: OperationModel, member: str) -> None:
    service = operation.service_model.service_name
    value, *words = UNKNOWN.get(member) or UNKNOWN[f"{service} {member}"]
    expected = OWN_WORDS.get(f"{operation.name}.{member}", words)
    call = getattr(known.clients[service], xform_name(operation.name))
    request = known.request(operation) | {member: value}
    if expected is ANSWERED:
        assert call(**request)
    else:
        code, sentence = expected
        assert refusal(call, **request) == (code, sentence.format(value, pool=known.names["cognito-idp"]["UserPoolId"]))
