"""What a request is answered when it doesn't hold what the model demands: sentences, paths and order of the checks."""

from typing import Any

import pytest

from cognito_emu import errors
from cognito_emu.protocol.constraints import java_full_match
from cognito_emu.protocol.service_models import ServiceModel, Shape, load_service_model
from cognito_emu.protocol.validation import compile_validator

POOL = "us-east-1_AbCdEf123"
USERNAME_PATTERN = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"


def input_of(operation: str, service: str = "cognito-idp") -> Shape:
    return load_service_model(service).operation_model(operation).input_shape


def refusal(operation: str, body: Any, error: type[errors.AwsError] = errors.InvalidParameterException) -> str:
    with pytest.raises(error) as caught:
        compile_validator(input_of(operation), error=errors.InvalidParameterException)(body)
    return caught.value.message


def shape_of(members: dict[str, Any], **shapes: Any) -> Shape:
    """A structure of a model made up for the test."""
    described = {"Input": {"type": "structure", "members": members}, **shapes}
    return ServiceModel({"metadata": {}, "operations": {}, "shapes": described}, "made-up").shape_for("Input")


@pytest.mark.parametrize(
    ("operation", "body", "failures"),
    [
        pytest.param(
            "AdminConfirmSignUp",
            {"UserPoolId": "YOUR_USER POOL_ID", "Username": "alice"},
            [
                (
                    r"Value 'YOUR_USER POOL_ID' at 'userPoolId' failed to satisfy constraint: "
                    r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+"
                )
            ],
            id="pattern",
        ),
        pytest.param(
            "AdminGetUser",
            {"UserPoolId": POOL},
            ["Value null at 'username' failed to satisfy constraint: Member must not be null"],
            id="missing",
        ),
        pytest.param(
            "AdminGetUser",
            {"UserPoolId": POOL, "Username": None},
            ["Value null at 'username' failed to satisfy constraint: Member must not be null"],
            id="null is missing",
        ),
        pytest.param(
            "AdminGetUser",
            {},
            [
                "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
                "Value null at 'username' failed to satisfy constraint: Member must not be null",
            ],
            id="two missing",
        ),
        pytest.param(
            "AdminGetUser",
            {"UserPoolId": POOL, "Username": ""},
            [
                "Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1",
                f"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: {USERNAME_PATTERN}",
            ],
            id="a secret is not shown",
        ),
        pytest.param(
            "AdminSetUserPassword",
            {"UserPoolId": POOL, "Username": "alice", "Password": " leading"},
            [
                (
                    "Value at 'password' failed to satisfy constraint: "
                    r"Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
                )
            ],
            id="the service's own password pattern",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 61},
            ["Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"],
            id="too large",
        ),
        pytest.param(
            "ListUserPools",
            {"MaxResults": 0},
            ["Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"],
            id="too small",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p" * 129},
            [f"Value '{'p' * 129}' at 'poolName' failed to satisfy constraint: Member must have length less than or equal to 128"],
            id="too long",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "MfaConfiguration": "false"},
            ["Value 'false' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]"],
            id="enum",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "Schema": [{"Name": "email"}, {"Name": "phone_number_verified"}]},
            [
                (
                    "Value 'phone_number_verified' at 'schema.2.member.name' failed to satisfy constraint: "
                    "Member must have length less than or equal to 20"
                )
            ],
            id="structure in a list",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V1_0"}}},
            ["Value null at 'lambdaConfig.preTokenGenerationConfig.lambdaArn' failed to satisfy constraint: Member must not be null"],
            id="structure in a structure",
        ),
        pytest.param(
            "CreateUserPool",
            {"PoolName": "p", "Schema": []},
            ["Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1"],
            id="too few elements",
        ),
        pytest.param(
            "CreateUserPoolClient",
            {"UserPoolId": POOL, "ClientName": "web", "AllowedOAuthFlows": ["code", "password", "device"]},
            [
                (
                    "Value '[code, password, device]' at 'allowedOAuthFlows' failed to satisfy constraint: "
                    "Member must satisfy constraint: [Member must satisfy enum value set: [implicit, client_credentials, code]]"
                )
            ],
            id="scalars in a list fail once, at the list",
        ),
        pytest.param(
            "CreateUserPoolClient",
            {"UserPoolId": POOL, "ClientName": "web", "CallbackURLs": ["<!doctype html> "]},
            [
                (
                    "Value '[<!doctype html> ]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: "
                    "[Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, "
                    f"Member must satisfy regular expression pattern: {USERNAME_PATTERN}]"
                )
            ],
            id="brackets list what holds as well",
        ),
        pytest.param(
            "TagResource",
            {"ResourceArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/p", "Tags": {"": "x", "k": "v" * 257}},
            [
                (
                    f"Value '{{=x, k={'v' * 257}}}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: "
                    "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
                ),
                (
                    f"Value '{{=x, k={'v' * 257}}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: "
                    "[Member must have length less than or equal to 256, Member must have length greater than or equal to 0]"
                ),
            ],
            id="map keys and values",
        ),
        pytest.param(
            "AdminCreateUser",
            {"UserPoolId": POOL, "Username": "alice", "UserAttributes": [{"Value": "secret"}, {"Name": "n", "Value": "s" * 2049}]},
            [
                "Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null",
                "Value at 'userAttributes.2.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048",
            ],
            id="secrets in a list of structures",
        ),
        pytest.param(
            "SetUICustomization",
            {"UserPoolId": POOL, "ImageFile": "AAAA" * 43691},
            [
                (
                    "Value 'java.nio.HeapByteBuffer[pos=0 lim=131073 cap=131073]' at 'imageFile' failed to satisfy constraint: "
                    "Member must have length less than or equal to 131072"
                )
            ],
            id="bytes",
        ),
    ],
)
def test_failed_constraints_are_reported_together_in_awss_words(operation: str, body: Any, failures: list[str]) -> None:
    noun = "error" if len(failures) == 1 else "errors"
    assert refusal(operation, body) == f"{len(failures)} validation {noun} detected: {'; '.join(failures)}"


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("ListUserPools", {"MaxResults": "60"}, "STRING_VALUE can not be converted to an Integer"),
        ("ListUserPools", {"MaxResults": True}, "TRUE_VALUE can not be converted to an Integer"),
        ("ListUserPools", {"MaxResults": [60]}, "Start of list found where not expected"),
        ("ListUserPools", {"MaxResults": {}}, "Start of structure or map found where not expected."),
        ("GetUser", {"AccessToken": 1}, "NUMBER_VALUE can not be converted to a String"),
        ("GetUser", {"AccessToken": 1.5}, "NUMBER_VALUE can not be converted to a String"),
        ("GetUser", {"AccessToken": False}, "FALSE_VALUE can not be converted to a String"),
        ("GetUser", {"AccessToken": {"a": "b"}}, "Start of structure or map found where not expected."),
        ("GetUser", [], "Start of list found where not expected"),
        ("GetUser", "text", ""),
        ("GetUser", None, ""),
        ("AdminCreateUser", {"UserAttributes": "x"}, "Expected list or null"),
        ("AdminCreateUser", {"UserAttributes": {}}, "Start of structure or map found where not expected."),
        ("AdminCreateUser", {"UserAttributes": ["x"]}, "Expected null"),
        ("AdminCreateUser", {"UserAttributes": [[]]}, "Start of list found where not expected"),
        ("AdminCreateUser", {"DesiredDeliveryMediums": [1]}, "NUMBER_VALUE can not be converted to a String"),
        ("AdminCreateUser", {"ClientMetadata": "x"}, "Expected map or null"),
        ("AdminCreateUser", {"ClientMetadata": {"k": 1}}, "NUMBER_VALUE can not be converted to a String"),
        ("AdminCreateUser", {"ForceAliasCreation": 1}, "NUMBER_VALUE can not be converted to a Boolean"),
        ("AdminCreateUser", {"ForceAliasCreation": "yes"}, "Unexpected token received from parser"),
        ("InitiatePointInTimeRecovery", {"RestoreTimestamp": "soon"}, "STRING_VALUE can not be converted to milliseconds since epoch"),
        ("InitiatePointInTimeRecovery", {"RestoreTimestamp": True}, "TRUE_VALUE can not be converted to milliseconds since epoch"),
        ("SetUICustomization", {"ImageFile": 1}, "NUMBER_VALUE can not be converted to a Blob"),
        (
            "SetUICustomization",
            {"ImageFile": "23456"},
            "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5",
        ),
        ("SetUICustomization", {"ImageFile": "a?b="}, "'a?b=' can not be converted to a Blob: Invalid Base64 character: '?'"),
        (
            "SetUICustomization",
            {"ImageFile": "+/+="},
            "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected",
        ),
    ],
)
def test_a_value_of_another_json_type_is_a_serialization_exception(operation: str, body: Any, message: str) -> None:
    assert refusal(operation, body, errors.SerializationException) == message


def test_types_are_checked_before_constraints() -> None:
    """Seen from Athena: a wrong type is reported alone, even beside a missing member."""
    body = {"UserPoolId": "not a pool", "UserAttributes": [{"Name": 1}]}
    assert refusal("AdminCreateUser", body, errors.SerializationException) == "NUMBER_VALUE can not be converted to a String"


def test_null_is_absent_and_unknown_members_are_dropped() -> None:
    body = {
        "UserPoolId": POOL,
        "Username": "alice",
        "Unknown": {"deep": [1]},
        "TemporaryPassword": None,
        "UserAttributes": [None, {"Name": "email", "Value": None, "Other": 1}],
        "ClientMetadata": {"kept": "x", "dropped": None},
    }
    assert compile_validator(input_of("AdminCreateUser"))(body) == {
        "UserPoolId": POOL,
        "Username": "alice",
        "UserAttributes": [{"Name": "email"}],
        "ClientMetadata": {"kept": "x"},
    }


def test_positions_count_the_nulls_before_an_element() -> None:
    message = refusal("AdminCreateUser", {"UserPoolId": POOL, "Username": "alice", "UserAttributes": [None, {}]})
    assert "'userAttributes.2.member.name'" in message


@pytest.mark.parametrize(
    ("operation", "member", "sent", "parsed"),
    [
        ("InitiatePointInTimeRecovery", "RestoreTimestamp", 1689721665, 1689721665.0),
        ("InitiatePointInTimeRecovery", "RestoreTimestamp", 1689721665.239, 1689721665.239),
        ("InitiatePointInTimeRecovery", "RestoreTimestamp", "2023-07-18T23:07:45.239Z", 1689721665.239),
        ("InitiatePointInTimeRecovery", "RestoreTimestamp", "2023-07-19T01:07:45+02:00", 1689721665.0),
        ("InitiatePointInTimeRecovery", "RestoreTimestamp", "2023-07-18T23:07:45", 1689721665.0),
        ("SetUICustomization", "ImageFile", "iVBORw==", b"\x89PNG"),
        ("SetUICustomization", "ImageFile", "", b""),
        ("AdminCreateUser", "ForceAliasCreation", "True", True),
        ("ListUsers", "Limit", 10.9, 10),
        ("CompleteWebAuthnRegistration", "Credential", {"any": [1, None, {"x": None}]}, {"any": [1, None, {"x": None}]}),
        ("CompleteWebAuthnRegistration", "Credential", "text", "text"),
    ],
)
def test_values_arrive_as_python_values(operation: str, member: str, sent: Any, parsed: Any) -> None:
    shape = input_of(operation)
    required = {"UserPoolId": POOL, "Username": "alice", "AccessToken": "token", "UserPoolName": "pool"}
    body = {name: required.get(name, "x") for name in shape.required_members} | {member: sent}
    got = compile_validator(shape)(body)[member]
    assert got == parsed
    assert type(got) is type(parsed)


def test_a_custom_domain_has_dots_although_the_model_forbids_them() -> None:
    validate = compile_validator(input_of("CreateUserPoolDomain"))
    assert validate({"Domain": "auth.example.com", "UserPoolId": POOL})["Domain"] == "auth.example.com"
    with pytest.raises(errors.InvalidParameterException, match=r"1 validation error detected: .* length less than or equal to 63"):
        validate({"Domain": "a" * 64, "UserPoolId": POOL})


@pytest.mark.parametrize("operation", ["CreateUserPoolClient", "UpdateUserPoolClient"])
def test_the_client_token_flow_is_accepted_although_the_model_lacks_it(operation: str) -> None:
    body = {"UserPoolId": POOL, "ClientName": "m2m", "ClientId": "abc", "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]}
    assert compile_validator(input_of(operation))(body)["ExplicitAuthFlows"] == ["ALLOW_CLIENT_TOKEN_AUTH"]


@pytest.mark.parametrize(
    ("password", "accepted"), [("correct horse battery", True), ("x y", True), ("xy", True), ("x ", False), ("x", False)]
)
def test_a_password_may_hold_spaces_inside(password: str, accepted: bool) -> None:
    body = {"UserPoolId": POOL, "Username": "alice", "Password": password}
    if accepted:
        assert compile_validator(input_of("AdminSetUserPassword"))(body) == body
    else:
        assert "'password'" in refusal("AdminSetUserPassword", body)


def test_another_service_raises_its_own_exception() -> None:
    validate = compile_validator(input_of("CreateIdentityPool", "cognito-identity"), error=errors.ValidationException)
    with pytest.raises(errors.ValidationException, match="Value 'no/slash' at 'identityPoolName'"):
        validate({"IdentityPoolName": "no/slash", "AllowUnauthenticatedIdentities": False})


def test_an_operation_without_input_ignores_what_is_sent() -> None:
    assert compile_validator(None)({"Any": 1}) == {}


def test_a_recursive_shape_is_checked_at_every_depth() -> None:
    shape = shape_of(
        {"Name": {"shape": "Name"}, "Children": {"shape": "Children"}, "Named": {"shape": "Named"}},
        Name={"type": "string", "max": 3},
        Children={"type": "list", "member": {"shape": "Input"}},
        Named={"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Input"}},
    )
    validate = compile_validator(shape)
    assert validate({"Children": [{"Children": [{"Name": "abc"}]}]}) == {"Children": [{"Children": [{"Name": "abc"}]}]}
    with pytest.raises(errors.InvalidParameterException) as caught:
        validate({"Children": [{}, {"Named": {"key": {"Name": "abcd"}}}]})
    assert "Value 'abcd' at 'children.2.member.named.key.member.name' failed" in caught.value.message


def test_fractions_and_nested_containers_of_scalars() -> None:
    """Neither Cognito model has them, other services' models do."""
    shape = shape_of(
        {"Ratio": {"shape": "Ratio"}, "Rows": {"shape": "Rows"}},
        Ratio={"type": "double", "min": 0, "max": 1},
        Rows={"type": "list", "member": {"shape": "Row"}},
        Row={"type": "list", "member": {"shape": "Cell"}, "max": 1},
        Cell={"type": "string", "enum": ["A"]},
    )
    validate = compile_validator(shape)
    assert validate({"Ratio": 1, "Rows": [["A"], []]}) == {"Ratio": 1.0, "Rows": [["A"], []]}
    with pytest.raises(errors.SerializationException, match="STRING_VALUE can not be converted to a Double"):
        validate({"Ratio": "1"})
    with pytest.raises(errors.InvalidParameterException) as caught:
        validate({"Ratio": 1.5, "Rows": [["A", "A"], ["B"]]})
    assert caught.value.message == (
        "3 validation errors detected: Value '1.5' at 'ratio' failed to satisfy constraint: "
        "Member must have value less than or equal to 1; "
        "Value '[B]' at 'rows.2.member' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: [A]]; "
        "Value '[[A, A], [B]]' at 'rows' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must have length less than or equal to 1]"
    )


def test_a_structure_in_a_list_that_is_too_long_is_printed_by_its_class() -> None:
    recovery = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}] * 3}
    message = refusal("CreateUserPool", {"PoolName": "p", "AccountRecoverySetting": recovery})
    element = "RecoveryOptionType(priority=1, name=admin_only)"
    assert f"Value '[{element}, {element}, {element}]' at 'accountRecoverySetting.recoveryMechanisms' failed" in message


def test_a_structure_is_printed_with_the_members_that_it_has_not() -> None:
    message = refusal("CreateUserPool", {"PoolName": "p", "Schema": [{"Name": "c0", "AttributeDataType": "String"}] * 51})
    assert message.startswith(
        "1 validation error detected: Value '[SchemaAttributeType(name=c0, attributeDataType=String, developerOnlyAttribute=null, "
        "mutable=null, required=null, numberAttributeConstraints=null, stringAttributeConstraints=null), "
    )


@pytest.mark.parametrize(
    ("operation", "others", "member", "values"),
    [
        (
            "CreateUserPoolClient",
            {"UserPoolId": POOL, "ClientName": "web"},
            "ExplicitAuthFlows",
            # those of 2019 (awsdocs/aws-cloudformation-user-guide#525), in their order
            (
                "ALLOW_CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, "
                "CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH"
            ),
        ),
        ("CreateUserPool", {"PoolName": "p"}, "AutoVerifiedAttributes", "phone_number, email"),
    ],
)
def test_the_values_of_an_enum_are_listed_in_awss_order(operation: str, others: dict[str, Any], member: str, values: str) -> None:
    message = refusal(operation, others | {member: ["X"]})
    listed = message.rpartition("enum value set: [")[2].rstrip("]").split(", ")
    expected = values.split(", ")
    assert [value for value in listed if value in expected] == expected


def test_an_invitation_needs_the_place_of_the_password() -> None:
    invitation = {"InviteMessageTemplate": {"SMSMessage": "Welcome aboard."}}
    assert refusal("CreateUserPool", {"PoolName": "p", "AdminCreateUserConfig": invitation}) == (
        "1 validation error detected: Value 'Welcome aboard.' at 'adminCreateUserConfig.inviteMessage.smsMessage' "
        r"failed to satisfy constraint: Member must satisfy regular expression pattern: (?s).*\{####\}(?s).*"
    )


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        (r"[\w\s+=,.@-]+", ["a b\tc", "x_1@"], ["é", "a\u00a0b", "a\x1cb", ""]),
        (r"\d+", ["012"], ["١٢", ""]),
        (r"^[0-9]+$", ["1"], ["1\n"]),
        (r".*\{####\}.*", ["{####}", "é {####} 漢"], ["a\u2028{####}", "a\r{####}", "\n{####}", "###"]),
        (r"(?s).*", ["a\nb\u2028", ""], []),
        (USERNAME_PATTERN, ["é漢1€_", "alice@example.com", "e\u0301", "😀"], ["a b", "\u00a0", "a\x07", "é ", ""]),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", ["a é\n", ""], ["é\u00a0", "a\x1c", "a\x07"]),
        (r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+", ["Oktà", "Okta", "a_b", "\x07ab"], ["ab", "my_idp", "_ab", "ab c", "ab\u00a0"]),
    ],
)
def test_patterns_match_the_whole_text_as_javas_do(pattern: str, accepted: list[str], refused: list[str]) -> None:
    matches = java_full_match(pattern)
    assert [text for text in accepted if not matches(text)] == []
    assert [text for text in refused if matches(text)] == []


def test_a_pattern_that_would_take_minutes_gives_up() -> None:
    pattern = load_service_model("cognito-idp").shape_for("EmailVerificationMessageByLinkType").metadata["pattern"]
    assert not java_full_match(pattern)("{##}" * 4000 + "\x00")
