import pytest

from cognito_emu.domain.attribute_schema import STANDARD_ATTRIBUTES, add_custom_attributes, create_schema
from cognito_emu.errors import InvalidParameterException


def named(schema, name):
    return next(attribute for attribute in schema if attribute["Name"] == name)


def test_a_pool_without_a_schema_has_the_standard_attributes_in_awss_order():
    schema = create_schema()
    assert [attribute["Name"] for attribute in schema] == [
        "profile", "address", "birthdate", "gender", "preferred_username", "updated_at", "website", "picture", "identities",
        "sub", "phone_number", "phone_number_verified", "zoneinfo", "locale", "email", "email_verified", "given_name",
        "family_name", "middle_name", "name", "nickname",
    ]  # fmt: skip
    assert named(schema, "sub") == {
        "Name": "sub",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": True,
        "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
    }
    assert named(schema, "birthdate")["StringAttributeConstraints"] == {"MinLength": "10", "MaxLength": "10"}
    assert named(schema, "updated_at")["NumberAttributeConstraints"] == {"MinValue": "0"}
    assert "StringAttributeConstraints" not in named(schema, "email_verified")


def test_a_standard_attribute_may_be_required_immutable_and_narrower():
    requested = {"Name": "email", "Required": True, "Mutable": False, "StringAttributeConstraints": {"MaxLength": "100"}}
    email = named(create_schema([requested]), "email")
    assert email["Required"]
    assert not email["Mutable"]
    assert email["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "100"}
    assert named(STANDARD_ATTRIBUTES, "email")["Mutable"], "the constants are not touched"


def test_sub_stays_as_it_is():
    requested = {"Name": "sub", "AttributeDataType": "String", "Required": False, "Mutable": True}
    assert named(create_schema([requested]), "sub") == named(STANDARD_ATTRIBUTES, "sub")


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        pytest.param(
            {"Name": "team", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MaxLength": "15"}},
            {"Name": "custom:team", "Mutable": True, "StringAttributeConstraints": {"MaxLength": "15"}},
            id="string with a limit",
        ),
        pytest.param(
            {"Name": "team", "AttributeDataType": "String"},
            {"Name": "custom:team", "Mutable": False, "StringAttributeConstraints": {}},
            id="string without limits, immutable by default",
        ),
        pytest.param(
            {"Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "-5", "MaxValue": "5"}},
            {"Name": "custom:age", "NumberAttributeConstraints": {"MinValue": "-5", "MaxValue": "5"}},
            id="number",
        ),
        pytest.param(
            {"Name": "secret", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
            {"Name": "dev:custom:secret", "DeveloperOnlyAttribute": True},
            id="developer only",
        ),
        pytest.param({"Name": "on", "AttributeDataType": "Boolean"}, {"Name": "custom:on", "Required": False}, id="boolean"),
    ],
)
def test_custom_attributes_come_last_under_their_prefix(requested, expected):
    assert create_schema([requested])[-1].items() >= expected.items()


@pytest.mark.parametrize(
    ("requested", "sentence"),
    [
        pytest.param(
            {"Name": "x", "AttributeDataType": "String", "Required": True},
            "Required custom attributes are not supported currently.",
            id="required custom attribute",
        ),
        pytest.param(
            {"Name": "x"},
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
            id="custom attribute without a type",
        ),
        pytest.param(
            {"AttributeDataType": "String"},
            "Invalid Name input, a schema attribute must have a name.",
            id="attribute without a name",
        ),
        pytest.param(
            {"Name": "email", "AttributeDataType": "Number"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
            id="standard attribute of another type",
        ),
        pytest.param(
            {"Name": "email", "DeveloperOnlyAttribute": True},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
            id="developer-only standard attribute",
        ),
        pytest.param(
            {"Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2049"}},
            "user.custom:x: String attributes cannot have a length of more than 2048",
            id="too long",
        ),
        pytest.param(
            {"Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "1"}},
            "Attribute custom:x cannot have a max length shorter than it's min length",
            id="shortest longer than longest",
        ),
        pytest.param(
            {"Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "2", "MaxValue": "1"}},
            "Attribute custom:x cannot have a max value smaller than it's min value",
            id="smallest larger than largest",
        ),
        pytest.param(
            {"Name": "x", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "-1"}},
            "Invalid StringAttributeConstraints for schema attribute custom:x",
            id="negative length",
        ),
        pytest.param(
            {"Name": "x", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "9" * 5000}},
            "Invalid NumberAttributeConstraints for schema attribute custom:x",
            id="a number too long for any machine",
        ),
    ],
)
def test_what_aws_would_not_make_is_refused(requested, sentence):
    with pytest.raises(InvalidParameterException) as refused:
        create_schema([requested])
    assert refused.value.message == sentence


def test_a_name_is_given_once():
    team = {"Name": "team", "AttributeDataType": "String"}
    schema = create_schema([team])
    with pytest.raises(InvalidParameterException) as refused:
        create_schema([team, team])
    assert refused.value.message == "Duplicate custom attribute names custom:team are not allowed in a user pool schema."
    with pytest.raises(InvalidParameterException) as refused:
        add_custom_attributes(schema, [team])
    assert refused.value.message == "custom:team: Existing attribute already has name custom:team."
    with pytest.raises(InvalidParameterException):
        create_schema([{"Name": "email"}, {"Name": "email"}])


def test_a_pool_holds_fifty_custom_attributes():
    attributes = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(51)]
    schema = create_schema(attributes[:50])
    with pytest.raises(InvalidParameterException):
        add_custom_attributes(schema, attributes[50:])
