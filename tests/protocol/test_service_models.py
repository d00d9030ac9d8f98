"""The emulator reads botocore's models by itself, and reads in them what botocore does."""

from typing import Any

import botocore.model
import pytest

from cognito_emu.protocol.service_models import Shape, UnknownServiceError, load_service_model
from tests.protocol.botocore_models import botocore_model

SERVICES = ("cognito-idp", "cognito-identity", "cloudformation", "ecr", "iam", "kms", "lambda", "s3", "ssm", "sts")


def told(shape: Shape | botocore.model.Shape | None, seen: frozenset[str] = frozenset()) -> Any:
    """All that a shape says, down to where it refers to itself."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    seen |= {shape.name}
    said = {
        "name": shape.name,
        "type": shape.type_name,
        "metadata": known(shape.metadata, botocore.model.Shape.METADATA_ATTRS),
        "serialization": known(shape.serialization, ["name", *botocore.model.Shape.SERIALIZED_ATTRS]),
    }
    match shape.type_name:
        case "structure":
            said["members"] = {name: told(member, seen) for name, member in shape.members.items()}
            said["required"] = shape.required_members
            said["document"] = shape.is_document_type
        case "list":
            said["member"] = told(shape.member, seen)
        case "map":
            said["key"], said["value"] = told(shape.key, seen), told(shape.value, seen)
    return said


def known(traits: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: traits[name] for name in names if name in traits and name != "locationName"}


@pytest.mark.parametrize("service", SERVICES)
def test_operations_and_shapes_are_what_botocore_reads(service: str) -> None:
    ours, theirs = load_service_model(service), botocore_model(service)
    assert list(ours.operation_names) == list(theirs.operation_names)
    assert (ours.api_version, ours.metadata) == (theirs.api_version, theirs.metadata)
    for name in ours.operation_names:
        operation, expected = ours.operation_model(name), theirs.operation_model(name)
        assert (operation.name, operation.http, operation.auth_type) == (expected.name, expected.http, expected.auth_type)
        assert told(operation.input_shape) == told(expected.input_shape)
        assert told(operation.output_shape) == told(expected.output_shape)
        assert list(map(told, operation.error_shapes)) == list(map(told, expected.error_shapes))


def test_members_are_in_the_order_of_the_model() -> None:
    ours = load_service_model("cognito-idp").operation_model("CreateUserPool")
    theirs = botocore_model("cognito-idp").operation_model("CreateUserPool")
    assert list(ours.input_members) == list(theirs.input_shape.members)


def test_an_operation_without_input_has_no_members() -> None:
    operation = load_service_model("sts").operation_model("GetCallerIdentity")
    assert operation.input_members == {}
    assert load_service_model("lambda").operation_model("GetAccountSettings").input_members == {}


def test_a_service_that_there_is_not() -> None:
    with pytest.raises(UnknownServiceError, match="no-such-service"):
        load_service_model("no-such-service")


def test_a_model_is_read_once() -> None:
    assert load_service_model("cognito-idp") is load_service_model("cognito-idp")
