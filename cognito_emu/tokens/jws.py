"""The signatures of the emulator's own tokens (RFC 7515): PyJWT's, with the private keys of `rsa_keys`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from cognito_emu.tokens.rsa_keys import PrivateKey


def encode(claims: Mapping[str, Any], key: PrivateKey, algorithm: str, headers: dict[str, Any]) -> str:
    """A signed token. `typ` is `JWT` unless the headers say otherwise; None leaves it out."""
    payload = json.dumps(claims, separators=(",", ":")).encode()
    return _JWS.encode(payload, key, algorithm, headers)  # type: ignore[arg-type] # PyJWT's types know cryptography's keys alone


def decode(token: str, key: rsa.RSAPublicKey, algorithm: str) -> bytes:
    """The payload of a token that was signed with this key.

    Raises:
        jwt.InvalidTokenError: It was not.
    """
    payload: bytes = _JWS.decode(token, key, algorithms=[algorithm])
    return payload


class _SigningAlgorithm(RSAAlgorithm):
    """RSASSA-PKCS1-v1_5 that signs with our private keys; public keys are `cryptography`'s, as ever."""

    def prepare_key(self, key: Any) -> Any:
        return key if isinstance(key, PrivateKey) else super().prepare_key(key)

    def sign(self, msg: bytes, key: Any) -> bytes:
        signature: bytes = key.sign(msg, self.hash_alg.name)
        return signature


_JWS = jwt.PyJWS(algorithms=[])
_JWS.register_algorithm("RS256", _SigningAlgorithm(hashes.SHA256))
_JWS.register_algorithm("RS512", _SigningAlgorithm(hashes.SHA512))
