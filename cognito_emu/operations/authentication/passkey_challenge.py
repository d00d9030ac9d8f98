"""WEB_AUTHN: the user's passkey signs a challenge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.domain import passkeys
from cognito_emu.domain.authentication_levels import passkey_method
from cognito_emu.domain.mfa import is_multi_factor_passkey
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import open_challenge, use_session
from cognito_emu.operations.authentication.user_factors import UserFactors, read_factors, relying_party
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.passkeys import Passkey
from cognito_emu.store.users import User

WEB_AUTHN = "WEB_AUTHN"


async def ask_for_passkey(attempt: Attempt, user: User, progress: Progress, available: list[str] | None) -> dict[str, Any]:
    """The challenge, for any of the user's passkeys."""
    factors = await attempt.call.store.read(lambda tx: read_factors(attempt.call, tx, attempt.pool, user))
    data, parameters = passkey_request(attempt, user, factors)
    waiting = replace(progress, challenge=WEB_AUTHN, data=data)
    return await open_challenge(attempt, user, waiting, parameters, available=available)


def passkey_request(attempt: Attempt, user: User, factors: UserFactors) -> tuple[dict[str, Any], dict[str, str]]:
    """What must be remembered to judge the answer, and the ChallengeParameters."""
    assert factors.relying_party is not None  # passkeys are only offered for one
    challenge = attempt.call.env.random_bytes(passkeys.CHALLENGE_BYTES)
    multi_factor = is_multi_factor_passkey(attempt.pool.settings, user.mfa)
    verification = "required" if multi_factor else passkeys.user_verification(attempt.pool.settings)
    options = passkeys.request_options(
        challenge,
        factors.relying_party.id,
        verification=verification,
        known=[passkeys.Known(passkey.id, passkey.transports) for passkey in factors.passkeys],
        timeout=attempt.client.settings.get("AuthSessionValidity", 3) * 60_000,
    )
    data = {
        "passkey_challenge": challenge.hex(),
        "relying_party_id": factors.relying_party.id,
        "user_verification": verification,
        "multi_factor": multi_factor,
    }
    return data, {"CREDENTIAL_REQUEST_OPTIONS": orjson.dumps(options).decode()}


async def answer_passkey(attempt: Attempt, waiting_for: str = WEB_AUTHN) -> tuple[User, Progress]:
    """Check CREDENTIAL. It is looked at once: what does not prove that the user has one of their passkeys ends the session.

    Args:
        attempt: The request.
        waiting_for: The challenge that the session waits for: WEB_AUTHN, or SELECT_CHALLENGE, whose answer may bring the credential.

    Raises:
        InvalidParameterException: The credential is malformed.
        NotAuthorizedException: It does not prove that the user has one of their passkeys.
    """
    credential = _parsed(attempt.required("CREDENTIAL"))
    credential_id = passkeys.credential_id_of(credential)
    user, progress = await use_session(attempt, waiting_for)
    if user is None:
        raise passkeys.wrong_passkey()

    def judge(tx: Tx) -> Passkey:
        passkey = tx.passkeys.get(attempt.pool.id, credential_id)
        if passkey is None or passkey.user_id != user.id:
            raise passkeys.wrong_passkey()
        # In the transaction, so that of two answers with the same count one is refused: that is what a cloned key looks like.
        sign_count = _judge(attempt, tx, user, progress, credential, passkey)
        tx.passkeys.set_sign_count(passkey, sign_count)
        return passkey

    passkey = await attempt.call.store.transact(judge)
    amr = [passkey_method(passkey.attachment, multi_device=passkey.multi_device), *(["mfa"] if progress.data["multi_factor"] else [])]
    return user, replace(progress, data={}, amr=[*progress.amr, *amr])


def _judge(attempt: Attempt, tx: Tx, user: User, progress: Progress, credential: Mapping[str, Any], passkey: Passkey) -> int:
    party = relying_party(attempt.call, tx, attempt.pool)
    return passkeys.verify_assertion(
        credential,
        challenge=bytes.fromhex(progress.data["passkey_challenge"]),
        relying_party_id=progress.data["relying_party_id"],
        domains=party.domains if party else (),
        verification=progress.data["user_verification"],
        sub=user.id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
    )


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        credential = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidParameterException("Credential data is not valid") from error
    if not isinstance(credential, dict):
        raise InvalidParameterException("Credential data is not valid")
    return credential
