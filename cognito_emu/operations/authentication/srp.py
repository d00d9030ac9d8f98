"""Signing in by SRP: USER_SRP_AUTH asks PASSWORD_VERIFIER, the client proves that it knows the password."""

from __future__ import annotations

import base64
from typing import Any

from cognito_emu.domain import srp
from cognito_emu.errors import PasswordResetRequiredException
from cognito_emu.operations.authentication.attempt import Attempt, Progress, wrong_credentials
from cognito_emu.operations.authentication.challenge_sessions import read_session, store_session, use_session
from cognito_emu.operations.authentication.devices import with_named_device
from cognito_emu.operations.authentication.passwords import count_failure, count_success, lock_out_of, pre_authentication
from cognito_emu.operations.authentication.progress import after_first_factor
from cognito_emu.operations.authentication.srp_claim import Claim, new_secret_block, verify_claim
from cognito_emu.operations.lookup import find_user
from cognito_emu.records import replace
from cognito_emu.store.users import User

PASSWORD_VERIFIER = "PASSWORD_VERIFIER"  # noqa: S105 - a challenge's name


async def begin_srp(attempt: Attempt, flow: str) -> dict[str, Any]:
    """Answer USERNAME and SRP_A with PASSWORD_VERIFIER."""
    username = attempt.required("USERNAME")
    attempt.required("SRP_A")
    user = await attempt.call.store.read(lambda tx: find_user(tx, attempt.pool, username))
    await pre_authentication(attempt, user, username)
    progress = Progress(flow=flow, username=username, door=attempt.door, device_key=attempt.parameters.get("DEVICE_KEY"))
    return await ask_for_proof(attempt, user, progress)


async def ask_for_proof(attempt: Attempt, user: User | None, progress: Progress) -> dict[str, Any]:
    """The PASSWORD_VERIFIER challenge for the SRP_A of the request.

    A user who does not exist gets one too where existence is hidden: the same salt and id at each asking, and no password fits.

    Raises:
        UserNotFoundException: The user does not exist, and existence is not hidden.
        PasswordResetRequiredException: The user's password was reset.
    """
    if user is None and not attempt.hides_users:
        raise attempt.unknown_user()
    if user is not None:
        lock_out_of(user).check(attempt.call.env.now())
        if user.verifier is None and user.status == "RESET_REQUIRED" and not attempt.hides_users:
            raise PasswordResetRequiredException
    user_id, verifier = _identity(attempt, user, progress.username)
    handshake, srp_b = srp.ServerHandshake.start(verifier, attempt.call.env.random_bytes(srp.SECRET_BYTES), attempt.required("SRP_A"))
    secret_block = new_secret_block(attempt.call)
    await store_session(
        attempt,
        secret_block,
        user,
        replace(
            progress,
            challenge=PASSWORD_VERIFIER,
            data=progress.data | {"handshake": base64.b64encode(handshake.to_bytes()).decode(), "user_id": user_id},
        ),
    )
    parameters = {
        "SALT": verifier.salt_hex,
        "SRP_B": srp_b,
        "SECRET_BLOCK": secret_block,
        "USERNAME": user_id,
        "USER_ID_FOR_SRP": user_id,
    }
    return {"ChallengeName": PASSWORD_VERIFIER, "ChallengeParameters": parameters}


async def answer_password_verifier(attempt: Attempt) -> dict[str, Any]:
    """Check the client's proof. The secret block finds the handshake; a Session is not needed, and the proof counts once."""
    claim = Claim.of(attempt)
    await _check_device(attempt, claim)
    user, progress = await use_session(attempt, PASSWORD_VERIFIER, key=claim.secret_block)
    if user is not None:
        lock_out_of(user).check(attempt.call.env.now())
    _, verifier = _identity(attempt, user, progress.username)
    handshake = srp.ServerHandshake.from_bytes(base64.b64decode(progress.data["handshake"]))
    proved = await verify_claim(claim, handshake, verifier, identity_prefix=attempt.pool.short_id, username=progress.data["user_id"])
    if user is None or user.verifier is None:
        raise wrong_credentials()
    if not proved:
        await count_failure(attempt, user)
        raise wrong_credentials()
    await count_success(attempt, user)
    return await after_first_factor(attempt, user, replace(progress, data={}), "pwd")


async def _check_device(attempt: Attempt, claim: Claim) -> None:
    """Refuse an unknown DEVICE_KEY while the proof can still be sent again without it, as amazon-cognito-identity-js does then.

    Raises:
        ResourceNotFoundException: The user does not have the device.
    """
    if attempt.parameters.get("DEVICE_KEY"):
        user, progress = await read_session(attempt, PASSWORD_VERIFIER, key=claim.secret_block)
        if user is not None:
            await with_named_device(attempt, user, progress)


def _identity(attempt: Attempt, user: User | None, username: str) -> tuple[str, srp.Verifier]:
    """USER_ID_FOR_SRP and the verifier: the user's, or simulated ones that no password fits."""
    if user is not None and user.verifier is not None:
        return user.username, srp.Verifier.from_bytes(user.verifier)
    user_id = user.username if user is not None else srp.simulated_user_id(attempt.pool.secret, username)
    return user_id, srp.simulated_verifier(attempt.pool.secret, username)
