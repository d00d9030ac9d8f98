"""The server's side of SRP against other people's clients."""

import base64
import concurrent.futures
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycognito import aws_srp

from cognito_emu.domain import srp
from cognito_emu.errors import InvalidParameterException

POOL_ID = "eu-central-1_AbCd12345"
POOL_NAME = "AbCd12345"
N = int(aws_srp.N_HEX, 16)
K = int(aws_srp.hex_hash("00" + aws_srp.N_HEX + "0" + aws_srp.G_HEX), 16)

printable = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
salts = st.one_of(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=15, max_size=15).map(lambda rest: b"\x00" + rest),
    st.binary(min_size=14, max_size=14).map(lambda rest: b"\x00\x0f" + rest),
    st.binary(min_size=15, max_size=15).map(lambda rest: b"\x80" + rest),
)
secrets = st.binary(min_size=32, max_size=32)


def pad(number: int) -> bytes:
    """As amazon-cognito-identity-js's padHex."""
    digits = f"{number:x}"
    if len(digits) % 2:
        digits = "0" + digits
    elif digits[0] in "89abcdef":
        digits = "00" + digits
    return bytes.fromhex(digits)


def sha256(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


class Client:
    """AWS's client, written down once more from amazon-cognito-identity-js, with nothing of the product in it."""

    def __init__(self, prefix: str, username: str, password: str, small_a: int) -> None:
        self.prefix, self.username, self.password, self.small_a = prefix, username, password, small_a
        self.large_a = pow(2, small_a, N)

    @property
    def srp_a(self) -> str:
        return f"{self.large_a:x}"

    def key(self, salt_hex: str, srp_b: str) -> bytes:
        large_b = int(srp_b, 16)
        u = sha256(pad(self.large_a), pad(large_b))
        inner = hashlib.sha256(f"{self.prefix}{self.username}:{self.password}".encode()).digest()
        x = sha256(pad(int(salt_hex, 16)), inner)
        s = pow(large_b - K * pow(2, x, N), self.small_a + u * x, N)
        prk = hmac.digest(pad(u), pad(s), "sha256")
        return hmac.digest(prk, b"Caldera Derived Key\x01", "sha256")[:16]

    def sign(self, salt_hex: str, srp_b: str, secret_block: bytes, timestamp: str) -> str:
        message = self.prefix.encode() + self.username.encode() + secret_block + timestamp.encode()
        return base64.b64encode(hmac.digest(self.key(salt_hex, srp_b), message, "sha256")).decode()


def handshake_succeeds(client: Client, verifier: srp.Verifier, secret: bytes) -> bool:
    state, srp_b = srp.ServerHandshake.start(verifier, secret, client.srp_a)
    restored = srp.ServerHandshake.from_bytes(state.to_bytes())
    assert restored == state
    timestamp = "Tue Nov 3 09:05:07 UTC 2026"
    return restored.verify_claim(
        srp.Verifier.from_bytes(verifier.to_bytes()),
        identity_prefix=client.prefix,
        username=client.username,
        secret_block=b"block",
        timestamp=timestamp,
        signature=client.sign(verifier.salt_hex, srp_b, b"block", timestamp),
    )


def test_known_vector():
    """The computed vector of the protocol notes: x, A, B, u, K and the signature."""
    salt = bytes.fromhex("8f" + "01" * 15)
    secret = bytes.fromhex("22" * 128)
    verifier = srp.make_verifier(POOL_NAME, "alice", "Passw0rd!", salt)
    client = Client(POOL_NAME, "alice", "Passw0rd!", int("11" * 128, 16))
    assert client.srp_a.startswith("67679d4f")
    large_b = (K * verifier.value + pow(2, int.from_bytes(secret, "big"), N)) % N  # a longer b than the product ever draws
    assert f"{large_b:x}".startswith("e0e1538c")
    u = sha256(pad(client.large_a), pad(large_b))
    assert f"{u:x}".startswith("ac0802d3")
    state = srp.ServerHandshake(client_public=client.large_a, secret=int.from_bytes(secret, "big"), scrambler=u)
    assert state._session_key(verifier).hex() == "5f33aaac9d2c21d5b2f8ae7635883539"
    assert state.verify_claim(
        verifier,
        identity_prefix=POOL_NAME,
        username="alice",
        secret_block=base64.b64decode("AQJzZWNyZXQ="),
        timestamp="Tue Nov 3 09:05:07 UTC 2026",
        signature="wft51gSJbXhCpT3V9avwlOqtY5MDNqy18EtLkcVuTVY=",
    )


@settings(max_examples=40, deadline=None)
@given(username=printable, password=printable, salt=salts, secret=secrets, small_a=st.integers(1, 1 << 1024))
def test_any_client_with_the_password_is_believed(username, password, salt, secret, small_a):
    verifier = srp.make_verifier(POOL_NAME, username, password, salt)
    assert handshake_succeeds(Client(POOL_NAME, username, password, small_a), verifier, secret)


@settings(max_examples=15, deadline=None)
@given(password=printable, other=printable, salt=salts, secret=secrets)
def test_another_password_is_refused(password, other, salt, secret):
    verifier = srp.make_verifier(POOL_NAME, "alice", password, salt)
    assert handshake_succeeds(Client(POOL_NAME, "alice", other, 1 << 900), verifier, secret) == (password == other)
    assert srp.check_password(verifier, POOL_NAME, "alice", other) == (password == other)


@settings(max_examples=15, deadline=None)
@given(password=printable, salt=salts, secret=secrets)
def test_pycognito_signs_in_with_a_password(password, salt, secret):
    verifier = srp.make_verifier(POOL_NAME, "0f8e-uuid", password, salt)
    client = aws_srp.AWSSRP("alice", password, POOL_ID, "client", client=object())
    state, srp_b = srp.ServerHandshake.start(verifier, secret, client.get_auth_params()["SRP_A"])
    answer = client.process_challenge(
        {
            "SALT": verifier.salt_hex,
            "SRP_B": srp_b,
            "SECRET_BLOCK": base64.b64encode(b"block").decode(),
            "USER_ID_FOR_SRP": "0f8e-uuid",
            "USERNAME": "0f8e-uuid",
        },
        {"USERNAME": "alice"},
    )
    srp.parse_timestamp(answer["TIMESTAMP"])
    assert state.verify_claim(
        verifier,
        identity_prefix=POOL_NAME,
        username="0f8e-uuid",
        secret_block=base64.b64decode(answer["PASSWORD_CLAIM_SECRET_BLOCK"]),
        timestamp=answer["TIMESTAMP"],
        signature=answer["PASSWORD_CLAIM_SIGNATURE"],
    )


@settings(max_examples=10, deadline=None)
@given(secret=secrets)
def test_pycognito_signs_in_with_a_device(secret):
    password, config = aws_srp.generate_hash_device("-group", "eu-central-1_device")
    verifier = srp.Verifier.from_device(salt=config["Salt"], password_verifier=config["PasswordVerifier"])
    client = aws_srp.AWSSRP(
        "alice",
        "",
        POOL_ID,
        "c",
        client=object(),
        device_key="eu-central-1_device",
        device_group_key="-group",
        device_password=password,
    )
    state, srp_b = srp.ServerHandshake.start(verifier, secret, client.get_auth_params()["SRP_A"])
    answer = client.process_device_challenge(
        {"SALT": verifier.salt_hex, "SRP_B": srp_b, "SECRET_BLOCK": base64.b64encode(b"block").decode(), "USERNAME": "alice"}
    )
    assert state.verify_claim(
        verifier,
        identity_prefix="-group",
        username="eu-central-1_device",
        secret_block=b"block",
        timestamp=answer["TIMESTAMP"],
        signature=answer["PASSWORD_CLAIM_SIGNATURE"],
    )


@settings(max_examples=30, deadline=None)
@given(exponent=secrets)
def test_the_table_of_powers_agrees_with_pow(exponent):
    assert srp._power_of_g(exponent) == pow(2, int.from_bytes(exponent, "big"), N)


@given(salt=st.integers(0, 1 << 128), value=st.integers(1, N - 1))
def test_a_verifier_survives_storage(salt, value):
    verifier = srp.Verifier(salt=salt, value=value)
    assert srp.Verifier.from_bytes(verifier.to_bytes()) == verifier


@pytest.mark.parametrize("srp_a", ["0", f"{N:x}", f"{5 * N:X}", "", "-1", "0x12", "1_0", "12\n", "\u0661"])
def test_an_unusable_srp_a_is_refused(srp_a):
    verifier = srp.make_verifier(POOL_NAME, "alice", "password", b"s" * 16)
    with pytest.raises(InvalidParameterException):
        srp.ServerHandshake.start(verifier, b"b" * 32, srp_a)


def test_a_signature_that_is_not_text_of_the_right_kind_is_refused_not_an_accident():
    verifier = srp.make_verifier(POOL_NAME, "alice", "password", b"s" * 16)
    state, _ = srp.ServerHandshake.start(verifier, b"b" * 32, "abc")
    for signature in ("", "é", "====", "A" * 44):
        assert not state.verify_claim(
            verifier, identity_prefix=POOL_NAME, username="alice", secret_block=b"", timestamp="", signature=signature
        )


def test_a_scrambler_of_zero_is_refused():
    verifier = srp.make_verifier(POOL_NAME, "alice", "password", b"s" * 16)
    state = srp.ServerHandshake(client_public=4, secret=3, scrambler=0)
    assert not state.verify_claim(verifier, identity_prefix=POOL_NAME, username="alice", secret_block=b"", timestamp="", signature="")


@pytest.mark.parametrize(
    ("salt", "password_verifier"),
    [
        ("not base64!", base64.b64encode(b"\x01").decode()),
        (base64.b64encode(b"\x01").decode(), "é"),
        (base64.b64encode(b"\x01").decode(), base64.b64encode(b"\x00").decode()),
        (base64.b64encode(b"\x01").decode(), base64.b64encode(N.to_bytes(384, "big")).decode()),
    ],
    ids=["salt not base64", "verifier not base64", "verifier zero", "verifier outside the group"],
)
def test_a_malformed_device_verifier_is_refused(salt, password_verifier):
    with pytest.raises(InvalidParameterException):
        srp.Verifier.from_device(salt=salt, password_verifier=password_verifier)


def test_a_user_who_does_not_exist_looks_the_same_each_time_and_like_nobody_else():
    first, again, other_user, other_pool = (
        (srp.simulated_verifier(secret, name), srp.simulated_user_id(secret, name))
        for secret, name in ((b"pool", "ghost"), (b"pool", "ghost"), (b"pool", "ghoul"), (b"pond", "ghost"))
    )
    assert first == again
    assert len({first, other_user, other_pool}) == 3
    assert first[1][14] == "4"
    assert len(first[0].salt_hex) > 24


@pytest.mark.parametrize("zone", ["UTC", "GMT"])
def test_timestamps_of_clients_are_read(zone):
    expected = datetime(2026, 11, 3, 9, 5, 7, tzinfo=UTC).timestamp()
    assert srp.parse_timestamp(f"Tue Nov 3 09:05:07 {zone} 2026") == expected
    assert srp.parse_timestamp(f"Tue Nov 03 09:05:07 {zone} 2026") == expected


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-03T09:05:07Z", "Di Nov 3 09:05:07 UTC 2026", "Tue Feb 31 09:05:07 UTC 2026", "Tue Nov 3 25:05:07 UTC 2026"],
    ids=["empty", "ISO 8601", "German day", "no such day", "no such hour"],
)
def test_other_timestamps_are_refused_with_awss_sentence(text):
    with pytest.raises(InvalidParameterException, match=r"^TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english$"):
        srp.parse_timestamp(text)


def test_claims_may_be_verified_in_several_threads():
    verifier = srp.make_verifier(POOL_NAME, "alice", "password", b"s" * 16)
    client = Client(POOL_NAME, "alice", "password", 12345)
    with concurrent.futures.ThreadPoolExecutor(4) as executor:
        verdicts = executor.map(lambda number: handshake_succeeds(client, verifier, bytes([number]) * 32), range(1, 17))
        assert all(verdicts)
