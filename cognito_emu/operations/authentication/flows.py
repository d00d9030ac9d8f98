"""The flows by which a sign-in begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cognito_emu.domain.app_client_settings import allows_flow
from cognito_emu.domain.secret_hash import check_secret_hash
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.operations.authentication.choice import begin_choice
from cognito_emu.operations.authentication.custom import begin_custom
from cognito_emu.operations.authentication.passwords import begin_password
from cognito_emu.operations.authentication.refresh import begin_refresh
from cognito_emu.operations.authentication.srp import begin_srp
from cognito_emu.operations.authentication.threat_checks import check_address

Flow = Callable[[Attempt, str], Awaitable[dict[str, Any]]]

_FLOWS: dict[str, Flow] = {
    "USER_PASSWORD_AUTH": begin_password,
    "ADMIN_USER_PASSWORD_AUTH": begin_password,
    "USER_SRP_AUTH": begin_srp,
    "CUSTOM_AUTH": begin_custom,
    "USER_AUTH": begin_choice,
    "REFRESH_TOKEN_AUTH": begin_refresh,
}

_OLD_NAMES = {"ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN": "REFRESH_TOKEN_AUTH"}


async def begin(attempt: Attempt, requested: str) -> dict[str, Any]:
    """Begin a sign-in by the flow that was asked for.

    Raises:
        InvalidParameterException: The flow is not for this operation, or not enabled for the client.
    """
    flow = _OLD_NAMES.get(requested, requested)
    if flow == "ADMIN_USER_PASSWORD_AUTH" and not attempt.admin:
        raise InvalidParameterException("Initiate Auth method not supported.")
    if not allows_flow(attempt.client.settings, flow):
        raise InvalidParameterException(_not_enabled(flow, admin=attempt.admin))
    if flow != "REFRESH_TOKEN_AUTH":  # whose hash is over a name that only the token tells
        check_secret_hash(attempt.client.id, attempt.client_secrets, attempt.required("USERNAME"), attempt.parameters.get("SECRET_HASH"))
        await check_address(attempt, flow)
    return await _FLOWS[flow](attempt, flow)


def _not_enabled(flow: str, *, admin: bool) -> str:
    if admin:
        return "Auth flow not enabled for this client"
    if flow == "USER_SRP_AUTH":
        return "USER_SRP_AUTH is not enabled for the client."
    return f"{flow} flow not enabled for this client"
