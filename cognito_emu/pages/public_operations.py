"""The operations that need no credentials, called as an application would: checked by the model, with the client's SECRET_HASH."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_hash import secret_hash
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.operations.password_recovery import confirm_forgot_password, forgot_password
from cognito_emu.operations.registry import OperationFunction
from cognito_emu.operations.sign_up import confirm_sign_up, resend_confirmation_code, sign_up
from cognito_emu.protocol.service_models import load_service_model
from cognito_emu.protocol.validation import compile_validator

_OPERATIONS: dict[str, OperationFunction] = {
    "SignUp": sign_up,
    "ConfirmSignUp": confirm_sign_up,
    "ResendConfirmationCode": resend_confirmation_code,
    "ForgotPassword": forgot_password,
    "ConfirmForgotPassword": confirm_forgot_password,
}


async def invoke(call: Call, client: OAuthClient, operation: str, username: str, **members: Any) -> Mapping[str, Any]:
    """Call an operation in the name of the client that a user came from.

    Raises:
        AwsError: As the operation's API would.
    """
    request: dict[str, Any] = {"ClientId": client.app_client.id, "Username": username, **members}
    if client.secrets:
        request["SecretHash"] = secret_hash(username, client.app_client.id, client.secrets[0])
    return await _OPERATIONS[operation](call, _validator(operation)(request)) or {}


@cache
def _validator(operation: str) -> Callable[[Any], dict[str, Any]]:
    return compile_validator(load_service_model("cognito-idp").operation_model(operation).input_shape)
