import pytest

from cognito_emu.domain.aliases import SignInNames, alias_taken
from cognito_emu.errors import InvalidParameterException

PLAIN = SignInNames()
EMAIL_NAMES = SignInNames(username_attributes=frozenset({"email"}))
PHONE_NAMES = SignInNames(username_attributes=frozenset({"phone_number"}))
BOTH_NAMES = SignInNames(username_attributes=frozenset({"email", "phone_number"}))
ALIASES = SignInNames(alias_attributes=frozenset({"email", "phone_number", "preferred_username"}))


@pytest.mark.parametrize(
    ("names", "username"),
    [
        pytest.param(PLAIN, "ann", id="a name"),
        pytest.param(PLAIN, "ann@b.example", id="anything goes without aliases"),
        pytest.param(EMAIL_NAMES, "ann@b.example", id="email as username"),
        pytest.param(BOTH_NAMES, "+4930123456", id="phone number as username"),
        pytest.param(ALIASES, "ann", id="a name beside aliases"),
        pytest.param(SignInNames(alias_attributes=frozenset({"phone_number"})), "ann@b.example", id="another alias's form"),
    ],
)
def test_a_fitting_username_passes(names, username):
    names.check_new_username(username)


@pytest.mark.parametrize(
    ("names", "username", "sentence"),
    [
        (EMAIL_NAMES, "ann", "Username should be an email."),
        (PHONE_NAMES, "ann@b.example", "Username should be a phone number."),
        (BOTH_NAMES, "ann", "Username should be either an email or a phone number."),
        (ALIASES, "ann@b.example", "Username cannot be of email format, since user pool is configured for email alias."),
        (
            ALIASES,
            "+4930123456",
            "Username cannot be of phone number format, since user pool is configured for phone number alias.",
        ),
    ],
)
def test_another_form_of_username_is_refused(names, username, sentence):
    with pytest.raises(InvalidParameterException) as refused:
        names.check_new_username(username)
    assert refused.value.message == sentence


def test_the_typed_username_fills_its_attribute():
    assert BOTH_NAMES.attribute_of_username("a@b.example") == "email"
    assert BOTH_NAMES.attribute_of_username("+4930123456") == "phone_number"
    assert ALIASES.attribute_of_username("a@b.example") is None


def test_case_matters_unless_the_pool_says_no():
    assert SignInNames.from_pool({}).key("Ann") == "Ann"
    relaxed = SignInNames.from_pool({"UsernameConfiguration": {"CaseSensitive": False}, "AliasAttributes": ["email"]})
    assert relaxed.key("Ann") == relaxed.key("aNN")
    assert relaxed.aliases({"email": "A@B.example", "email_verified": "true"}) == {"email": "a@b.example"}


@pytest.mark.parametrize(
    ("names", "attributes", "confirmed", "expected"),
    [
        pytest.param(ALIASES, {"email": "a@b.c", "email_verified": "true"}, True, {"email": "a@b.c"}, id="verified"),
        pytest.param(ALIASES, {"email": "a@b.c", "email_verified": "false"}, True, {}, id="not verified"),
        pytest.param(ALIASES, {"email": "a@b.c"}, True, {}, id="never verified"),
        pytest.param(ALIASES, {"preferred_username": "ann"}, True, {"preferred_username": "ann"}, id="preferred name, confirmed"),
        pytest.param(ALIASES, {"preferred_username": "ann"}, False, {}, id="preferred name, not confirmed"),
        pytest.param(EMAIL_NAMES, {"email": "a@b.c"}, False, {"email": "a@b.c"}, id="a username needs no verification"),
        pytest.param(PLAIN, {"email": "a@b.c", "email_verified": "true"}, True, {}, id="no aliases in this pool"),
        pytest.param(ALIASES, {"email_verified": "true"}, True, {}, id="verified but gone"),
    ],
)
def test_a_user_is_found_by_the_names_in_force(names, attributes, confirmed, expected):
    assert names.aliases(attributes, confirmed=confirmed) == expected


def test_a_pool_has_usernames_or_aliases_but_not_both():
    EMAIL_NAMES.check_settings()
    ALIASES.check_settings()
    with pytest.raises(InvalidParameterException):
        SignInNames(username_attributes=frozenset({"email"}), alias_attributes=frozenset({"email"})).check_settings()


def test_which_values_belong_to_one_user_alone():
    assert EMAIL_NAMES.exclusive_attributes() == {"email"}
    assert not PLAIN.exclusive_attributes()
    assert alias_taken("email") == "An account with the given email already exists."
