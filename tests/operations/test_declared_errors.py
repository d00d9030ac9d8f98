"""An operation ends in no error that its model does not declare: SDKs have no class for such a one, and callers do not catch it."""

from cognito_emu.operations import OperationFunction, find_operation, register_all
from cognito_emu.protocol.service_models import OperationModel, load_service_model
from tests.support.raised_errors import raised_errors

# What the code of the operations mentions but cannot come to there, and why.
RULED_OUT = {
    "OperationNotEnabledException": (
        "in the region of a replica only writes raise it, and those named here raise another (`in_replica`), or only read",
        {
            *("AddUserPoolClientSecret", "CreateIdentityProvider", "DeleteIdentityProvider", "DeleteUserPoolClientSecret"),
            *("DescribeCIMDPolicy", "DescribeIdentityProvider", "GetIdentityProviderByIdentifier", "GetLogDeliveryConfiguration"),
            *("GetUserPoolMfaConfig", "ListCIMDPolicies", "ListClientMetadataURLs", "ListIdentityProviders"),
            *("ListUserPoolClientSecrets", "SetLogDeliveryConfiguration", "UpdateIdentityProvider"),
        },
    ),
    "CodeDeliveryFailureException": (
        "only messages of the kinds in messenger._CAN_FAIL raise it, and AdminUpdateUserAttributes does not tell of it (`unheard`)",
        {"AdminInitiateAuth", "AdminRespondToAuthChallenge", "AdminResetUserPassword", "AdminUpdateUserAttributes", "InitiateAuth"}
        | {"RespondToAuthChallenge"},
    ),
    "AliasExistsException": (
        "a deletion brings no new alias, and who confirms says another error (`error=`)",
        {"AdminConfirmSignUp", "AdminDeleteUserAttributes", "AdminSetUserPassword", "ConfirmForgotPassword", "DeleteUserAttributes"},
    ),
    "InvalidPasswordException": ("a policy is read and written there, no password held against it", {"CreateUserPool", "UpdateUserPool"}),
    "LimitExceededException": (
        "only codes of the kinds in codes._COUNTED_REQUESTS and message_quotas._REFUSED raise it",
        {"AdminCreateUser", "AdminInitiateAuth", "AdminRespondToAuthChallenge", "AdminUpdateUserAttributes", "InitiateAuth"}
        | {"RespondToAuthChallenge", "UpdateUserAttributes"},
    ),
    "PasswordHistoryPolicyViolationException": ("a new user has no former password", {"AdminCreateUser"}),
    "PasswordResetRequiredException": ("token_holder turns it into another there (`tells_reset`)", {"AssociateSoftwareToken"}),
    "UserNotFoundException": ("devices._named turns it into another there", {"AdminGetDevice", "AdminListDevices"}),
}


def test_operations_raise_only_what_their_models_declare() -> None:
    operations = present_operations()
    undeclared: dict[str, set[str]] = {}
    for (operation, _), raised in zip(operations, raised_errors(function for _, function in operations), strict=True):
        for code in raised - {error.name for error in operation.error_shapes}:
            undeclared.setdefault(code, set()).add(operation.name)
    assert undeclared == {code: names for code, (_, names) in RULED_OUT.items()}


def present_operations() -> list[tuple[OperationModel, OperationFunction]]:
    register_all()
    return [
        (model.operation_model(name), function)
        for model in map(load_service_model, ("cognito-idp", "cognito-identity"))
        for name in model.operation_names
        if (function := find_operation(model.service_name, name)) is not None
    ]
