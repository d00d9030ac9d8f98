"""What becomes of an operation's answer: names checked, None left out, timestamps and bytes in JSON's terms, the rest untouched."""

import copy
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from botocore.parsers import JSONParser

from cognito_emu.protocol.serialization import UnknownMemberError, compile_serializer
from cognito_emu.protocol.service_models import OperationModel, ServiceModel, Shape, load_service_model
from tests.protocol.botocore_models import botocore_operation

MOMENT = 1689721665.23912
BYTES = b"\x89PNG\xff"


def output_of(operation: str) -> Shape:
    return load_service_model("cognito-idp").operation_model(operation).output_shape


def full(shape: Shape, depth: int = 0) -> Any:
    """An answer with every member at every level, as an operation returns it."""
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return {"any": [None, {"thing": 1}]}
        case "structure":
            return {name: full(member, depth + 1) for name, member in shape.members.items()}
        case "list":
            return [full(shape.member, depth + 1)] * 2
        case "map":
            return {"key": full(shape.value, depth + 1)}
        case kind:
            return {"timestamp": MOMENT, "blob": BYTES, "boolean": True, "integer": 7, "long": 7}.get(kind, "text")


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(model.operation_model(name), id=f"{model.service_name}-{name}")
        for model in map(load_service_model, ("cognito-idp", "cognito-identity"))
        for name in model.operation_names
        if model.operation_model(name).output_shape is not None
    ],
)
def test_botocore_reads_every_answer_back(operation: OperationModel) -> None:
    shape = operation.output_shape
    answer = full(shape)
    untouched = copy.deepcopy(answer)
    body = orjson.dumps(compile_serializer(shape)(answer))
    assert answer == untouched
    parsed = JSONParser(timestamp_parser=float).parse(
        {"body": body, "headers": {}, "status_code": 200}, botocore_operation(operation).output_shape
    )
    del parsed["ResponseMetadata"]
    assert parsed == at_wire_precision(answer)


def at_wire_precision(value: Any) -> Any:
    """Timestamps lose what is finer than a millisecond."""
    match value:
        case dict():
            return {name: at_wire_precision(item) for name, item in value.items()}
        case list():
            return [at_wire_precision(item) for item in value]
        case float():
            return round(value, 3)
        case _:
            return value


def test_none_is_left_out_at_every_level() -> None:
    answer = {
        "UserPool": {
            "Id": "us-east-1_AbCdEf123",
            "Domain": None,
            "LambdaConfig": None,
            "CreationDate": None,
            "UserPoolTags": {"kept": "", "dropped": None},
            "SchemaAttributes": [{"Name": "sub", "Mutable": False, "StringAttributeConstraints": {"MinLength": None}}],
        }
    }
    untouched = copy.deepcopy(answer)
    assert compile_serializer(output_of("DescribeUserPool"))(answer) == {
        "UserPool": {
            "Id": "us-east-1_AbCdEf123",
            "UserPoolTags": {"kept": ""},
            "SchemaAttributes": [{"Name": "sub", "Mutable": False, "StringAttributeConstraints": {}}],
        }
    }
    assert answer == untouched


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (1689721665.23912, b"1689721665.239"),
        (1689721665.0, b"1689721665.0"),
        (1689721665, b"1689721665"),
        (datetime(2023, 7, 18, 23, 7, 45, 239_120, tzinfo=UTC), b"1689721665.239"),
    ],
)
def test_timestamps_are_numbers_with_at_most_three_decimals(moment: Any, number: bytes) -> None:
    serialize = compile_serializer(output_of("DescribeUserPool"))
    assert orjson.dumps(serialize({"UserPool": {"CreationDate": moment}})) == b'{"UserPool":{"CreationDate":' + number + b"}}"


def test_a_datetime_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compile_serializer(output_of("DescribeUserPool"))({"UserPool": {"CreationDate": datetime(2023, 7, 18)}})  # noqa: DTZ001


@pytest.mark.parametrize(
    ("operation", "answer", "said"),
    [
        ("DescribeUserPool", {"Pool": {}}, "DescribeUserPoolResponse has no member Pool"),
        ("DescribeUserPool", {"UserPool": {"b": 1, "Id": "x", "a": 1}}, "UserPoolType has no member a, b"),
        ("DescribeUserPool", {"UserPool": {"SchemaAttributes": [{}, {"name": "x"}]}}, "SchemaAttributeType has no member name"),
        ("AdminConfirmSignUp", {"User": {}}, "AdminConfirmSignUpResponse has no member User"),
        ("AdminDeleteUser", {"User": {}}, "The operation has no output, so no member User"),
    ],
)
def test_a_member_that_the_model_does_not_know_is_our_bug(operation: str, answer: Any, said: str) -> None:
    with pytest.raises(UnknownMemberError, match=said):
        compile_serializer(output_of(operation))(answer)


def test_an_operation_without_output_has_no_body_and_an_empty_output_is_an_empty_object() -> None:
    assert compile_serializer(output_of("AdminDeleteUser"))({}) is None
    assert compile_serializer(output_of("AdminConfirmSignUp"))({}) == {}


def test_documents_keep_their_nulls() -> None:
    options = {"CredentialCreationOptions": {"rp": {"id": None}, "challenge": "x"}}
    assert compile_serializer(output_of("StartWebAuthnRegistration"))(options) == options


def test_a_recursive_shape_is_written_at_every_depth() -> None:
    described = {
        "Node": {"type": "structure", "members": {"At": {"shape": "At"}, "Nodes": {"shape": "Nodes"}, "ByName": {"shape": "ByName"}}},
        "At": {"type": "timestamp"},
        "Nodes": {"type": "list", "member": {"shape": "Node"}},
        "ByName": {"type": "map", "key": {"shape": "Name"}, "value": {"shape": "Node"}},
        "Name": {"type": "string"},
    }
    shape = ServiceModel({"metadata": {}, "operations": {}, "shapes": described}, "made-up").shape_for("Node")
    serialize = compile_serializer(shape)
    answer = {"Nodes": [{"At": MOMENT, "ByName": {"x": {"At": MOMENT, "Nodes": None}, "y": None}}]}
    assert serialize(answer) == {"Nodes": [{"At": 1689721665.239, "ByName": {"x": {"At": 1689721665.239}}}]}
    with pytest.raises(UnknownMemberError, match="Node has no member Other"):
        serialize({"Nodes": [{"ByName": {"x": {"Other": 1}}}]})
