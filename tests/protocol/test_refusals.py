"""Every demand that AWS's models make of a request, broken once in a request to the running server.

docs/operations.md has the figures, which are counted from the models alone; here the requests are counted and compared.
"""

import http.client
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from cognito_emu.protocol.demands import count_demands
from cognito_emu.protocol.service_models import OperationModel
from tests.protocol.model_requests import breakages, by_operation, full, of_wrong_type
from tests.support.server import REGION, Server

REFUSED_BY = {"cognito-idp": "InvalidParameterException", "cognito-identity": "ValidationException"}


class Door:
    """One connection that is kept open, so that thousands of requests take seconds."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("localhost", server.port, timeout=60)

    def refusal(self, operation: OperationModel, account: str, body: Any) -> tuple[str, str]:
        """Code and message of the error that a request must end in, which are the same in body and headers."""
        service = operation.service_model
        credential = f"{account}/20261124/{REGION}/{service.service_name}/aws4_request"
        headers = {
            "X-Amz-Target": f"{service.metadata['targetPrefix']}.{operation.name}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
        }
        self._connection.request("POST", "/", json.dumps(body), headers)
        answer = self._connection.getresponse()
        error = json.loads(answer.read())
        assert answer.status == 400, error
        assert answer.headers["x-amzn-ErrorType"] == error["__type"]
        return error["__type"], error["message"]

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def door(server: Server) -> Iterator[Door]:
    door = Door(server)
    yield door
    door.close()


@by_operation
def test_each_demand_of_the_model_is_made_of_requests(door: Door, account: str, operation: OperationModel) -> None:
    shape = operation.input_shape
    body, sent = full(shape), Counter[str]()
    for broken in breakages(shape, body, ""):
        code, message = door.refusal(operation, account, broken.value)
        assert code == REFUSED_BY[operation.service_model.service_name]
        assert_reported(message, broken.said)
        sent[broken.kind] += 1
    for wrong, said in itertools.islice(of_wrong_type(shape, body), 1, None):
        assert door.refusal(operation, account, wrong) == ("SerializationException", said)
        sent["type"] += 1
    assert sent == count_demands(shape)


def assert_reported(message: str, said: tuple[str, ...]) -> None:
    """The message is a list of failures, as long as it says, and the expected one is among them."""
    failures = message.count(" failed to satisfy constraint: ")
    noun = "error" if failures == 1 else "errors"
    assert message.startswith(f"{failures} validation {noun} detected: Value ")
    for part in said:
        assert part in message
