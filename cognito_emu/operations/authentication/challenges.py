"""The challenges that can wait for an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cognito_emu.domain.secret_hash import check_secret_hash
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.operations.authentication.choice import answer_choice, answer_password, answer_password_srp
from cognito_emu.operations.authentication.code_challenges import FIRST, answer_code
from cognito_emu.operations.authentication.custom import answer_custom
from cognito_emu.operations.authentication.devices import answer_device_srp, answer_device_verifier
from cognito_emu.operations.authentication.mfa_setup import answer_address_setup, answer_setup, brings_address
from cognito_emu.operations.authentication.new_password import answer_new_password
from cognito_emu.operations.authentication.passkey_challenge import answer_passkey
from cognito_emu.operations.authentication.progress import after_device, after_first_factor, after_password, after_second_factor
from cognito_emu.operations.authentication.second_factor import answer_mfa_type
from cognito_emu.operations.authentication.software_token import answer_totp
from cognito_emu.operations.authentication.srp import answer_password_verifier

Challenge = Callable[[Attempt], Awaitable[dict[str, Any]]]


async def _new_password(attempt: Attempt) -> dict[str, Any]:
    user, progress = await answer_new_password(attempt)
    return await after_password(attempt, user, progress)


def _code(challenge: str) -> Challenge:
    async def answer(attempt: Attempt) -> dict[str, Any]:
        user, progress, part = await answer_code(attempt, challenge)
        # EMAIL_OTP is the name of both: a way to begin, and a second factor.
        return await (after_first_factor if part == FIRST else after_second_factor)(attempt, user, progress)

    return answer


async def _totp(attempt: Attempt) -> dict[str, Any]:
    return await after_second_factor(attempt, *await answer_totp(attempt))


async def _setup(attempt: Attempt) -> dict[str, Any]:
    if address := brings_address(attempt):
        return await answer_address_setup(attempt, *address)
    return await after_second_factor(attempt, *await answer_setup(attempt))


async def _device(attempt: Attempt) -> dict[str, Any]:
    return await after_device(attempt, *await answer_device_verifier(attempt))


async def _passkey(attempt: Attempt) -> dict[str, Any]:
    return await after_first_factor(attempt, *await answer_passkey(attempt))


_CHALLENGES: dict[str, Challenge] = {
    "PASSWORD_VERIFIER": answer_password_verifier,
    "NEW_PASSWORD_REQUIRED": _new_password,
    "SELECT_CHALLENGE": answer_choice,
    "PASSWORD": answer_password,
    "PASSWORD_SRP": answer_password_srp,
    "EMAIL_OTP": _code("EMAIL_OTP"),
    "SMS_OTP": _code("SMS_OTP"),
    "WEB_AUTHN": _passkey,
    "SELECT_MFA_TYPE": answer_mfa_type,
    "SMS_MFA": _code("SMS_MFA"),
    "SOFTWARE_TOKEN_MFA": _totp,
    "MFA_SETUP": _setup,
    "DEVICE_SRP_AUTH": answer_device_srp,
    "DEVICE_PASSWORD_VERIFIER": _device,
    "CUSTOM_CHALLENGE": answer_custom,
}


async def respond(attempt: Attempt, challenge_name: str) -> dict[str, Any]:
    """Answer the challenge that is waiting.

    Raises:
        InvalidParameterException: The challenge cannot be answered, or its answer is incomplete.
    """
    challenge = _CHALLENGES.get(challenge_name)
    if challenge is None:
        raise InvalidParameterException(f"{challenge_name} is not a challenge that can be answered.")
    check_secret_hash(attempt.client.id, attempt.client_secrets, attempt.required("USERNAME"), attempt.parameters.get("SECRET_HASH"))
    return await challenge(attempt)
