import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_emu.domain.user_filter import SEARCHABLE_ATTRIBUTES, Operator, UserFilter, parse_user_filter
from cognito_emu.errors import InvalidParameterException


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('family_name = "Reddy"', UserFilter("family_name", Operator.EQUALS, "Reddy"), id="equal"),
        pytest.param('given_name ^= "Jon"', UserFilter("given_name", Operator.STARTS_WITH, "Jon"), id="starts with"),
        pytest.param('email^="testuser"', UserFilter("email", Operator.STARTS_WITH, "testuser"), id="without blanks"),
        pytest.param(' \tsub\n=  "1" ', UserFilter("sub", Operator.EQUALS, "1"), id="blanks around everything"),
        pytest.param('"email" = "a@b.c"', UserFilter("email", Operator.EQUALS, "a@b.c"), id="attribute in quotation marks"),
        pytest.param(r'name = "a \"b\" \\c"', UserFilter("name", Operator.EQUALS, 'a "b" \\c'), id="escapes"),
        pytest.param('name = ""', UserFilter("name", Operator.EQUALS, ""), id="empty value"),
        pytest.param('name = " = ^= x"', UserFilter("name", Operator.EQUALS, " = ^= x"), id="operators inside the value"),
        pytest.param(
            'cognito:user_status = "confirmed"', UserFilter("cognito:user_status", Operator.EQUALS, "confirmed"), id="user status"
        ),
    ],
)
def test_a_filter_is_read(text, expected):
    assert parse_user_filter(text) == expected


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_filter_means_all_users(text):
    assert parse_user_filter(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("username = foo", id="value without quotation marks"),
        pytest.param("username=", id="no value"),
        pytest.param("foo", id="one word"),
        pytest.param('username "foo"', id="no operator"),
        pytest.param('username == "foo"', id="unknown operator"),
        pytest.param('username != "foo"', id="unequal is unknown"),
        pytest.param('email ^= "".""@gmail.com"', id="bare quotation marks in the value"),
        pytest.param('email = "a" and name = "b"', id="two comparisons"),
        pytest.param(r'name = "a\"', id="escaped closing mark"),
        pytest.param('= "a"', id="no attribute"),
        pytest.param('"email = "a"', id="attribute half in quotation marks"),
    ],
)
def test_what_is_not_in_the_language_is_refused(text):
    with pytest.raises(InvalidParameterException) as refused:
        parse_user_filter(text)
    assert refused.value.message == "Error while parsing filter."


@pytest.mark.parametrize("attribute", ["custom:team", "birthdate", "Email", "enabled"])
def test_other_attributes_cannot_be_searched(attribute):
    with pytest.raises(InvalidParameterException) as refused:
        parse_user_filter(f'{attribute} = "a"')
    assert refused.value.message == "Input fails to satisfy the constraints."


@given(attribute=st.sampled_from(sorted(SEARCHABLE_ATTRIBUTES)), operator=st.sampled_from(Operator), value=st.text())
def test_a_rendered_filter_reads_back(attribute, operator, value):
    wanted = UserFilter(attribute, operator, value)
    assert parse_user_filter(wanted.render()) == wanted


@given(st.text(alphabet='email="^\\ \n'))
def test_any_text_is_read_or_refused_but_nothing_else(text):
    with contextlib.suppress(InvalidParameterException):
        parse_user_filter(text)
