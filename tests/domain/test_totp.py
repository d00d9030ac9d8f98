import base64

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_emu.domain import totp
from cognito_emu.errors import CodeMismatchException, EnableSoftwareTokenMFAException, ExpiredCodeException

SECRET = totp.new_secret(bytes(range(32)))
NOW = 1_700_000_010.0
STEP = int(NOW // 30)


def code_at(now):
    return pyotp.TOTP(SECRET).at(int(now))


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_is_52_characters_of_base32(random):
    secret = totp.new_secret(random)
    assert len(secret) == 52
    assert base64.b32decode(secret + "====") == random


def test_the_vectors_of_rfc_6238():
    """Appendix B, cut to six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for now, code in [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]:
        assert totp.verify_registration(secret, code, now) == now // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_a_neighbouring_step_is_taken(steps):
    assert totp.verify_sign_in(SECRET, code_at(NOW + 30 * steps), NOW, None) == STEP + steps
    assert totp.verify_registration(SECRET, code_at(NOW + 30 * steps), NOW) == STEP + steps


@pytest.mark.parametrize(
    "code", [code_at(NOW - 60), code_at(NOW + 60), "", "12345", "١٢٣٤٥٦"], ids=["old", "early", "none", "short", "foreign digits"]
)
def test_any_other_code_is_wrong(code):
    with pytest.raises(CodeMismatchException) as refused:
        totp.verify_sign_in(SECRET, code, NOW, None)
    assert refused.value.message == "Invalid code received for user"
    with pytest.raises(EnableSoftwareTokenMFAException) as refused:
        totp.verify_registration(SECRET, code, NOW)
    assert refused.value.message == "Code mismatch and fail enable Software Token MFA"


@pytest.mark.parametrize("last_step", [STEP, STEP + 1], ids=["the same code", "a code older than the last"])
def test_a_used_code_is_refused(last_step):
    with pytest.raises(ExpiredCodeException) as refused:
        totp.verify_sign_in(SECRET, code_at(NOW), NOW, last_step)
    assert refused.value.message == "Your software token has already been used once."


def test_a_code_after_the_last_is_taken():
    assert totp.verify_sign_in(SECRET, code_at(NOW), NOW, STEP - 1) == STEP


def test_at_the_beginning_of_time_there_is_no_earlier_step():
    assert totp.verify_registration(SECRET, code_at(0), 0.0) == 0


def test_the_address_for_the_qr_code_names_user_and_pool():
    uri = totp.provisioning_uri(SECRET, "ann@example.com", "My pool")
    assert uri == f"otpauth://totp/My%20pool:ann%40example.com?secret={SECRET}&issuer=My%20pool"
