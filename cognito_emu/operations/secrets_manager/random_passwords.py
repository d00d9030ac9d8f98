"""Random passwords."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import PasswordRules, random_password
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.registry import Request, Response, operation


@operation("GetRandomPassword", service="secretsmanager")
async def get_random_password(call: Call, request: Request) -> Response:
    """Draw a password of the kinds of characters that are not excluded."""
    rules = PasswordRules.of(request)
    if not rules.possible:
        # Assumption: the sentence.
        raise InvalidParameterException("Password length is too short, or no characters are left, for the required character types.")
    return {"RandomPassword": random_password(rules, call.env.random_text)}
