"""The keys that sign tokens, beside OpenSSL, which reads and uses the same ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from cognito_emu.tokens.key_maker import make_private_key
from cognito_emu.tokens.rsa_keys import PrivateKey

HASHES: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha512": hashes.SHA512()}
ENCODED = make_private_key()
KEY = PrivateKey.from_der(ENCODED)


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    # The program comes with Debian's packages of PostgreSQL.
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    file = tmp_path / "key.der"
    file.write_bytes(ENCODED)
    return str(file)


def test_openssl_finds_the_key_whole_and_of_three_primes(key_file):
    report = openssl("rsa", "-inform", "DER", "-in", key_file, "-check", "-noout", "-text").decode()
    assert "RSA key ok" in report
    assert "Private-Key: (2048 bit, 3 primes)" in report


@pytest.mark.parametrize("hash_name", HASHES)
def test_openssl_signs_the_same_with_the_same_key(key_file, hash_name):
    signed = openssl("dgst", f"-{hash_name}", "-keyform", "DER", "-sign", key_file, given=b"to be signed")
    assert KEY.sign(b"to be signed", hash_name) == signed


@given(message=st.binary(), hash_name=st.sampled_from(sorted(HASHES)))
def test_whatever_is_signed_is_verified_with_the_public_key(message, hash_name):
    KEY.public_key().verify(KEY.sign(message, hash_name), message, padding.PKCS1v15(), HASHES[hash_name])


def test_every_key_has_all_its_bits_and_aws_public_exponent():
    made = [PrivateKey.from_der(make_private_key()) for _ in range(8)]
    assert {(key.key_size, key.public_key().public_numbers().e) for key in made} == {(2048, 65537)}
    assert len({key.modulus for key in made}) == len(made)


def test_a_key_of_two_primes_from_an_older_version_still_signs():
    older = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = PrivateKey.from_der(older.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    assert key.public_key() == older.public_key()
    assert key.sign(b"as before", "sha256") == older.sign(b"as before", padding.PKCS1v15(), hashes.SHA256())
