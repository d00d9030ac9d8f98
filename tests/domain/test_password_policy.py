import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_emu.domain.password_policy import DAY, PasswordPolicy, Wording
from cognito_emu.errors import InvalidPasswordException

LENIENT = PasswordPolicy(minimum_length=6, require_uppercase=False, require_lowercase=False, require_numbers=False, require_symbols=False)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        pytest.param("Aa1!xyz", "Password not long enough", id="seven characters"),
        pytest.param("a1!", "Password not long enough", id="short and without capitals: length is named first"),
        pytest.param("aaaa1111!", "Password must have uppercase characters", id="no capitals"),
        pytest.param("AAAA1111!", "Password must have lowercase characters", id="no small letters"),
        pytest.param("AAAAaaaa!", "Password must have numeric characters", id="no numbers"),
        pytest.param("AAAAaaaa1", "Password must have symbol characters", id="no symbols"),
        pytest.param("ÄÖÜaaaa1!", "Password must have uppercase characters", id="capitals outside Basic Latin do not count"),
        pytest.param("AAAAaaaa١!", "Password must have numeric characters", id="digits outside Basic Latin do not count"),  # noqa: RUF001 - an Arabic digit is the point
        pytest.param("AAAAaaaa1€", "Password must have symbol characters", id="symbols outside the list do not count"),
        pytest.param(" AAAAaaaa1 ", "Password must have symbol characters", id="a leading or trailing space is no symbol"),
    ],
)
def test_the_first_failure_is_named(password, reason):
    with pytest.raises(InvalidPasswordException) as refused:
        PasswordPolicy().check(password, Wording.SIGN_UP)
    assert refused.value.message == f"Password did not conform with policy: {reason}"


@pytest.mark.parametrize("symbol", list("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+="))
def test_each_documented_symbol_counts(symbol):
    PasswordPolicy().check(f"AAAAaaaa1{symbol}", Wording.SIGN_UP)


def test_a_space_inside_counts_as_a_symbol():
    PasswordPolicy().check("AAAA aaaa1", Wording.SIGN_UP)


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        (Wording.SIGN_UP, "Password did not conform with policy: Password not long enough"),
        (Wording.INVITATION, "Password did not conform with password policy: Password not long enough"),
        (Wording.CHANGE, "Password does not conform to policy: Password not long enough"),
    ],
)
def test_the_sentence_depends_on_the_operation(wording, sentence):
    with pytest.raises(InvalidPasswordException) as refused:
        PasswordPolicy().check("x", wording)
    assert refused.value.message == sentence


def test_a_lenient_policy_asks_for_length_alone():
    LENIENT.check("aaaaaa", Wording.SIGN_UP)
    with pytest.raises(InvalidPasswordException):
        LENIENT.check("aaaaa", Wording.SIGN_UP)


def test_a_pool_without_a_policy_requires_everything():
    assert PasswordPolicy.from_model(None) == PasswordPolicy()
    assert PasswordPolicy().to_model() == {
        "MinimumLength": 8,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 7,
    }


def test_a_policy_requires_what_it_names():
    policy = PasswordPolicy.from_model({"MinimumLength": 12, "RequireNumbers": True})
    assert policy == PasswordPolicy(12, require_uppercase=False, require_lowercase=False, require_numbers=True, require_symbols=False)


def test_zero_days_mean_seven():
    assert PasswordPolicy.from_model({"TemporaryPasswordValidityDays": 0}).temporary_password_validity_days == 7


def test_a_policy_reads_what_it_shows():
    policy = PasswordPolicy(minimum_length=20, require_symbols=False, temporary_password_validity_days=1, password_history_size=24)
    assert PasswordPolicy.from_model(policy.to_model()) == policy


@given(seed=st.binary(min_size=32, max_size=32), length=st.integers(6, 99))
def test_a_temporary_password_fits_the_policy_it_was_made_for(seed, length):
    policy = PasswordPolicy(minimum_length=length)
    password = policy.temporary_password(seed)
    policy.check(password, Wording.INVITATION)
    assert len(password) == max(8, length)


def test_temporary_passwords_differ_and_can_be_repeated():
    passwords = {PasswordPolicy().temporary_password(bytes([number]) * 32) for number in range(200)}
    assert len(passwords) == 200
    assert PasswordPolicy().temporary_password(b"\x00" * 32) in passwords


def test_a_temporary_password_lasts_its_days():
    policy = PasswordPolicy(temporary_password_validity_days=2)
    assert policy.temporary_password_expires_at(1000.0) == 1000.0 + 2 * DAY
