"""What PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER share: the secret block, and the client's claim to know a secret."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Self

from cognito_emu.call import Call
from cognito_emu.domain import srp
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.records import Hidden, Record

# AWS's SECRET_BLOCK is some 1,200 characters of ciphertext; ours is random and long enough not to be guessed.
_SECRET_BLOCK_BYTES = 768


def new_secret_block(call: Call) -> str:
    """The SECRET_BLOCK of a challenge: under it waits the handshake, so that no Session is needed."""
    return base64.b64encode(call.env.random_bytes(_SECRET_BLOCK_BYTES)).decode()


class Claim(Record):
    """What the client sends: its signature, the secret block that it answers, and when it did so."""

    signature: Hidden[str]
    secret_block: Hidden[str]
    timestamp: str

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Read a challenge response.

        Raises:
            InvalidParameterException: A part is missing, or the time has another form.
        """
        signature, timestamp = attempt.required("PASSWORD_CLAIM_SIGNATURE"), attempt.required("TIMESTAMP")
        claim = cls(signature, attempt.required("PASSWORD_CLAIM_SECRET_BLOCK"), timestamp)
        srp.parse_timestamp(timestamp)
        return claim

    def decoded_block(self) -> bytes:
        """The bytes that were signed.

        Raises:
            InvalidParameterException: The block is not base64.
        """
        try:
            return base64.b64decode(self.secret_block, validate=True)
        except binascii.Error as error:
            raise InvalidParameterException("Invalid PASSWORD_CLAIM_SECRET_BLOCK") from error


async def verify_claim(
    claim: Claim, handshake: srp.ServerHandshake, verifier: srp.Verifier, *, identity_prefix: str, username: str
) -> bool:
    """Whether a claim proves the secret behind a verifier; computed beside the event loop."""
    secret_block = claim.decoded_block()
    return await asyncio.get_running_loop().run_in_executor(
        None,
        lambda: handshake.verify_claim(
            verifier,
            identity_prefix=identity_prefix,
            username=username,
            secret_block=secret_block,
            timestamp=claim.timestamp,
            signature=claim.signature,
        ),
    )
