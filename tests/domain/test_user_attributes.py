import pytest

from cognito_emu.domain import user_attributes
from cognito_emu.domain.attribute_schema import create_schema
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException

SCHEMA = create_schema(
    [
        {"Name": "email", "Required": True},
        {"Name": "name", "Required": True},
        {
            "Name": "team",
            "AttributeDataType": "String",
            "Mutable": True,
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"},
        },
        {
            "Name": "age",
            "AttributeDataType": "Number",
            "Mutable": True,
            "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "150"},
        },
        {"Name": "fixed", "AttributeDataType": "String"},
        {"Name": "hidden", "AttributeDataType": "String", "Mutable": True, "DeveloperOnlyAttribute": True},
        {"Name": "on", "AttributeDataType": "Boolean", "Mutable": True},
        {"Name": "when", "AttributeDataType": "DateTime", "Mutable": True},
    ]
)
FULL = {"email": "a@b.example", "name": "Ann"}


def refusal(check, *arguments, **named):
    with pytest.raises(InvalidParameterException) as refused:
        check(*arguments, **named)
    return refused.value.message


def test_a_conforming_user_passes():
    user_attributes.check_new_user(
        SCHEMA,
        FULL
        | {
            "custom:team": "red",
            "custom:age": "41.5",
            "custom:fixed": "x",
            "custom:on": "true",
            "custom:when": "2026-01-01",
            "birthdate": "2000-02-29",
            "phone_number": "+4930123456",
            "updated_at": "1700000000",
        },
    )


def test_missing_required_attributes_are_all_named_as_aws_names_them():
    assert (
        refusal(user_attributes.check_new_user, SCHEMA, {}) == "Attributes did not conform to the schema: "
        "emails: The attribute emails is required, name.formatted: The attribute name.formatted is required"
    )


def test_an_administrator_may_leave_required_attributes_out():
    user_attributes.check_new_user(SCHEMA, {}, by_admin=True)


VALUE_FAULTS = [
    pytest.param("birthdate", "2000-1-1", "birthdate: String must be no shorter than 10 characters\n", id="short birthdate"),
    pytest.param("birthdate", "01 Jan 2000", "birthdate: String must be no longer than 10 characters\n", id="long birthdate"),
    pytest.param("birthdate", "2001-02-29", "birthdate: Value must be a date in the format YYYY-MM-DD\n", id="no such day"),
    pytest.param("birthdate", "2000/01/01", "birthdate: Value must be a date in the format YYYY-MM-DD\n", id="another form of date"),
    pytest.param("custom:team", "r", "custom:team: String must be no shorter than 2 characters\n", id="short string"),
    pytest.param("custom:team", "green", "custom:team: String must be no longer than 4 characters\n", id="long string"),
    pytest.param("custom:age", "old", "custom:age: Value must be a number\n", id="no number"),
    pytest.param("custom:age", "-1", "custom:age: Number must be no less than 0\n", id="small number"),
    pytest.param("custom:age", "150.1", "custom:age: Number must be no greater than 150\n", id="large number"),
    pytest.param("updated_at", "-1", "updated_at: Number must be no less than 0\n", id="updated before the epoch"),
    pytest.param("custom:on", "yes", "custom:on: Value must be a boolean\n", id="no boolean"),
]


@pytest.mark.parametrize(("name", "value", "fault"), VALUE_FAULTS)
def test_values_outside_their_constraints_are_refused_at_sign_up(name, value, fault):
    assert refusal(user_attributes.check_new_user, SCHEMA, FULL | {name: value}) == f"Attributes did not conform to the schema: {fault}"


@pytest.mark.parametrize(("name", "value", "fault"), VALUE_FAULTS)
def test_values_outside_their_constraints_are_refused_in_an_update(name, value, fault):
    assert refusal(user_attributes.check_update, SCHEMA, {name: value}) == f"Invalid user attributes: {fault}"


@pytest.mark.parametrize("email", ["a", "a@", "@b.example", "a b@c.example", "a@b.example\n"])
def test_what_is_no_email_address_is_refused(email):
    assert refusal(user_attributes.check_new_user, SCHEMA, FULL | {"email": email}) == "Invalid email address format."


@pytest.mark.parametrize("email", ["a@b.example", "amroy@cs220cluster", "a+b@localhost"])
def test_a_domain_needs_no_dot(email):
    user_attributes.check_new_user(SCHEMA, FULL | {"email": email})


@pytest.mark.parametrize("phone_number", ["030123456", "+49 30 123456", "+49(30)123", "+", "+1234567890123456", "+٤٩٣٠"])
def test_what_is_no_phone_number_is_refused(phone_number):
    assert refusal(user_attributes.check_update, SCHEMA, {"phone_number": phone_number}) == "Invalid phone number format."


def test_a_birthday_may_hide_its_year():
    user_attributes.check_update(SCHEMA, {"birthdate": "0000-02-29"})


def test_an_attribute_outside_the_schema_is_refused():
    assert (
        refusal(user_attributes.check_new_user, SCHEMA, FULL | {"custom:x": "1"})
        == "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined"
    )
    assert (
        refusal(user_attributes.check_update, SCHEMA, {"x": "1", "y": "2"})
        == "user.x: Attribute does not exist in the schema.\nuser.y: Attribute does not exist in the schema.\n"
    )
    assert (
        refusal(user_attributes.check_deletion, SCHEMA, ["x"])
        == "Invalid user attributes: user.x: Attribute does not exist in the schema.\n"
    )


@pytest.mark.parametrize("name", ["custom:fixed", "sub", "identities"])
def test_an_immutable_attribute_cannot_be_updated(name):
    assert refusal(user_attributes.check_update, SCHEMA, {name: "y"}) == f"user.{name}: Attribute cannot be updated.\n"


@pytest.mark.parametrize("name", ["sub", "identities"])
def test_nobody_brings_what_the_service_gives(name):
    assert "Attribute cannot be updated" in refusal(user_attributes.check_new_user, SCHEMA, FULL | {name: "y"})


def test_an_empty_value_deletes_what_may_be_deleted():
    user_attributes.check_update(SCHEMA, {"custom:team": "", "phone_number": ""})
    assert (
        refusal(user_attributes.check_update, SCHEMA, {"email": ""}) == "Invalid user attributes: user.email: The attribute is required\n"
    )


@pytest.mark.parametrize("name", ["sub", "custom:fixed"])
def test_an_immutable_attribute_cannot_be_deleted(name):
    assert (
        refusal(user_attributes.check_deletion, SCHEMA, [name]) == f"Invalid user attributes: user.{name}: Attribute cannot be updated.\n"
    )


def test_a_client_without_lists_reads_everything_and_writes_what_is_not_the_services_own():
    assert user_attributes.readable_attributes(SCHEMA, None) >= {"email", "email_verified", "custom:team", "sub"}
    writable = user_attributes.writable_attributes(SCHEMA, None)
    assert writable >= {"email", "custom:team", "custom:fixed"}
    assert not writable & {"sub", "identities", "email_verified", "phone_number_verified", "dev:custom:hidden"}


def test_a_client_with_lists_reads_and_writes_these():
    assert user_attributes.readable_attributes(SCHEMA, ["email"]) == {"email", "sub"}
    assert user_attributes.writable_attributes(SCHEMA, ["email", "email_verified"]) == {"email"}


def test_a_client_writes_only_what_it_may():
    user_attributes.check_writable(SCHEMA, ["email"], ["email", "not:in:the:schema"])
    for names in (["name"], ["email_verified"], ["dev:custom:hidden"]):
        with pytest.raises(NotAuthorizedException) as refused:
            user_attributes.check_writable(SCHEMA, ["email"], names)
        assert refused.value.message == "A client attempted to write unauthorized attribute"


def test_a_clients_lists_name_attributes_that_exist():
    user_attributes.check_permission_lists(SCHEMA, ["sub"], ["email", "name", "custom:team"])
    lists = {"read": (["custom:none"], None), "write": (None, ["email", "name", "custom:none"])}
    for verb, (read, write) in lists.items():
        assert (
            refusal(user_attributes.check_permission_lists, SCHEMA, read, write)
            == f"Invalid {verb} attributes specified while creating a client"
        )
