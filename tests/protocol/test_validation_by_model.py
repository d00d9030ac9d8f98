"""Every operation of both services, with requests made from the model: what fits passes, one thing wrong is refused."""

import itertools
from typing import Any

import pytest
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings

from cognito_emu import errors
from cognito_emu.protocol.serialization import compile_serializer
from cognito_emu.protocol.service_models import OperationModel
from cognito_emu.protocol.validation import compile_validator
from tests.protocol.botocore_models import botocore_operation
from tests.protocol.model_requests import breakages, by_operation, full, of_wrong_type, values

several_examples = settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def botocore_report(operation: OperationModel, body: Any) -> str:
    return ParamValidator().validate(body, botocore_operation(operation).input_shape).generate_report()


@by_operation
def test_what_fits_the_model_passes_and_goes_back_unchanged(operation: OperationModel) -> None:
    shape = operation.input_shape
    validate, serialize = compile_validator(shape), compile_serializer(shape)

    @several_examples
    @given(values(shape))
    def check(body: dict[str, Any]) -> None:
        parsed = validate(body)
        assert serialize(parsed) == body
        assert botocore_report(operation, parsed) == ""
        assert validate({**body, "NotInTheModel": 1}) == parsed
        assert validate({**dict.fromkeys(shape.members), **body}) == parsed

    check()


@by_operation
def test_one_broken_constraint_is_refused_in_its_words(operation: OperationModel) -> None:
    shape = operation.input_shape
    validate, body = compile_validator(shape), full(shape)
    validate(body)
    for broken in breakages(shape, body, ""):
        with pytest.raises(errors.InvalidParameterException) as caught:
            validate(broken.value)
        for part in broken.said:
            assert part in caught.value.message
        assert bool(botocore_report(operation, broken.value)) >= broken.botocore_sees, broken.said


@by_operation
def test_one_value_of_a_wrong_type_is_refused(operation: OperationModel) -> None:
    shape = operation.input_shape
    validate, body = compile_validator(shape), full(shape)
    for broken, said in itertools.islice(of_wrong_type(shape, body), 1, None):
        with pytest.raises(errors.SerializationException) as caught:
            validate(broken)
        assert caught.value.message == said
        assert botocore_report(operation, broken)
