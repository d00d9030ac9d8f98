"""The query protocol, held against botocore's own writing of requests and reading of answers, in both directions."""

from typing import Any

import botocore.model
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_emu.protocol.form_values import MalformedInput, parse_form, read_form
from cognito_emu.protocol.serialization import UnknownMemberError
from cognito_emu.protocol.service_models import OperationModel, ServiceModel, load_service_model
from cognito_emu.protocol.xml_values import write_error, write_response
from tests.protocol.botocore_models import botocore_operation

NAMESPACE = "https://example.com/doc/"
STACK = {
    "StackName": "users",
    "TemplateBody": "Resources:\n  Ümlaut: é & < >",
    "Parameters": [{"ParameterKey": "A", "ParameterValue": ""}, {"ParameterKey": "B", "UsePreviousValue": True}],
    "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    "TimeoutInMinutes": 5,
    "DisableRollback": False,
    "RollbackConfiguration": {"RollbackTriggers": [{"Arn": "arn", "Type": "t"}], "MonitoringTimeInMinutes": 3},
    "Tags": [{"Key": "k", "Value": "v"}],
}
SHAPES = {
    "Everything": {
        "type": "structure",
        "members": {
            "Text": {"shape": "Text"},
            "Renamed": {"shape": "Text", "locationName": "OtherName"},
            "Number": {"shape": "Number"},
            "Fraction": {"shape": "Fraction"},
            "Flag": {"shape": "Flag"},
            "Bytes": {"shape": "Bytes"},
            "Moment": {"shape": "Moment"},
            "Plain": {"shape": "Plain"},
            "Named": {"shape": "Named"},
            "Flat": {"shape": "Flat"},
            "FlatNamed": {"shape": "FlatNamed"},
            "Map": {"shape": "Map"},
            "FlatMap": {"shape": "FlatMap"},
            "NamedMap": {"shape": "NamedMap"},
            "Nested": {"shape": "Nested"},
        },
    },
    "Nested": {"type": "structure", "members": {"Inner": {"shape": "Structures"}, "Deeper": {"shape": "Nested"}}},
    "Structures": {"type": "list", "member": {"shape": "Nested"}},
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Fraction": {"type": "double"},
    "Flag": {"type": "boolean"},
    "Bytes": {"type": "blob"},
    "Moment": {"type": "timestamp"},
    "Plain": {"type": "list", "member": {"shape": "Text"}},
    "Named": {"type": "list", "member": {"shape": "Text", "locationName": "item"}},
    "Flat": {"type": "list", "member": {"shape": "Number"}, "flattened": True},
    "FlatNamed": {"type": "list", "member": {"shape": "Text", "locationName": "item"}, "flattened": True},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Number"}},
    "FlatMap": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}, "flattened": True},
    "NamedMap": {
        "type": "map",
        "key": {"shape": "Text", "locationName": "K"},
        "value": {"shape": "Text", "locationName": "V"},
    },
}
DESCRIPTION = {
    "metadata": {"protocol": "query", "apiVersion": "2020-01-01", "xmlNamespace": NAMESPACE, "endpointPrefix": "x"},
    "operations": {
        "Do": {
            "name": "Do",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "Everything"},
            "output": {"shape": "Everything", "resultWrapper": "DoResult"},
        }
    },
    "shapes": SHAPES,
}
MODEL, BOTOCORES = ServiceModel(DESCRIPTION, "made-up"), botocore.model.ServiceModel(DESCRIPTION)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=5)
lists = st.lists(texts, min_size=1, max_size=3)
nested = st.recursive(
    st.just({"Inner": [{}]}), lambda deeper: st.fixed_dictionaries({"Deeper": deeper, "Inner": st.lists(deeper, min_size=1, max_size=2)})
)
members = st.fixed_dictionaries(
    {},
    optional={
        "Text": texts,
        "Renamed": texts,
        "Number": st.integers(-(2**31), 2**31),
        "Flag": st.booleans(),
        "Plain": lists,
        "Named": lists,
        "Flat": st.lists(st.integers(), min_size=1, max_size=12),
        "FlatNamed": lists,
        "Map": st.dictionaries(texts, st.integers(), min_size=1, max_size=12),
        "FlatMap": st.dictionaries(texts, texts, min_size=1, max_size=3),
        "NamedMap": st.dictionaries(texts, texts, min_size=1, max_size=3),
    },
)


def botocores(operation: OperationModel) -> botocore.model.OperationModel:
    return BOTOCORES.operation_model(operation.name) if operation.service_model is MODEL else botocore_operation(operation)


def sent(operation: OperationModel, request: dict[str, Any]) -> dict[str, Any]:
    """A request as botocore writes it and the emulator reads it."""
    body = create_serializer("query", include_validation=False).serialize_to_request(request, botocores(operation))["body"]
    from botocore.compat import urlencode  # noqa: PLC0415 - as botocore's endpoint does it

    flat = body if isinstance(body, bytes | str) else urlencode(body)
    return read_form(operation.input_shape, parse_form(flat.encode() if isinstance(flat, str) else flat))


def received(operation: OperationModel, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as the emulator writes it and botocore reads it."""
    body = write_response(operation, answer, namespace=NAMESPACE, request_id="id")
    parsed: dict[str, Any] = create_parser("query").parse(
        {"status_code": 200, "headers": {}, "body": body}, botocores(operation).output_shape
    )
    assert parsed.pop("ResponseMetadata")["RequestId"] == "id"
    return parsed


@settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(members)
def test_what_botocore_sends_is_what_is_read(request_: dict[str, Any]) -> None:
    assert sent(MODEL.operation_model("Do"), request_) == request_


@settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(members)
def test_what_is_written_is_what_botocore_reads(answer: dict[str, Any]) -> None:
    assert received(MODEL.operation_model("Do"), answer) == answer


def test_a_stack_arrives_as_it_was_sent() -> None:
    operation = load_service_model("cloudformation").operation_model("CreateStack")
    assert sent(operation, STACK) == STACK


def test_elements_come_in_the_order_of_their_numbers() -> None:
    shape = MODEL.operation_model("Do").input_shape
    form = parse_form(b"Plain.member.10=c&Plain.member.2=b&Plain.member.1=a&Plain.member.x=no")
    assert read_form(shape, form) == {"Plain": ["a", "b", "c"]}


def test_structures_nest() -> None:
    value = {"Nested": {"Inner": [{"Inner": [{"Deeper": {"Inner": [{}]}}]}]}}
    assert received(MODEL.operation_model("Do"), value) == value


def test_moments_and_bytes_are_written_as_xml_has_them() -> None:
    body = write_response(
        MODEL.operation_model("Do"), {"Moment": 1700000000.25, "Bytes": b"\xff", "Fraction": 0.5}, namespace=NAMESPACE, request_id="id"
    )
    assert b"<Moment>2023-11-14T22:13:20.250Z</Moment>" in body
    assert b"<Bytes>/w==</Bytes>" in body
    assert b"<Fraction>0.5</Fraction>" in body
    whole = write_response(MODEL.operation_model("Do"), {"Moment": 1700000000.0}, namespace=NAMESPACE, request_id="id")
    assert b"<Moment>2023-11-14T22:13:20Z</Moment>" in whole


def test_characters_that_xml_cannot_write_are_replaced() -> None:
    body = write_error(code="Bad", message="a\x00b", sender=True, namespace=NAMESPACE, request_id="id")
    assert "a\ufffdb" in body.decode()
    parsed = create_parser("query").parse({"status_code": 400, "headers": {}, "body": body}, None)
    assert parsed["Error"]["Code"] == "Bad"


def test_a_member_that_the_model_does_not_know_is_a_bug() -> None:
    with pytest.raises(UnknownMemberError, match="Colour"):
        write_response(MODEL.operation_model("Do"), {"Colour": "blue"}, namespace=NAMESPACE, request_id="id")


@pytest.mark.parametrize("form", [b"Number=x", b"Fraction=x", b"Flag=perhaps"])
def test_a_value_of_another_type_is_malformed(form: bytes) -> None:
    with pytest.raises(MalformedInput):
        read_form(MODEL.operation_model("Do").input_shape, parse_form(form))
