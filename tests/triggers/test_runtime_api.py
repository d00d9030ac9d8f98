"""The Runtime API is Lambda's: paths, headers, statuses."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from triggers.runtime_api import RuntimeApi, Work

WORK = Work("request-1", b'{"a": 1}', "arn:aws:lambda:us-east-1:123456789012:function:f", 1700000000.5)


@pytest.fixture
def api(runner: asyncio.Runner) -> Iterator[RuntimeApi]:
    async def start() -> RuntimeApi:
        return RuntimeApi("127.0.0.1")

    api = runner.run(start())
    yield api
    runner.run(api.close())


async def ask(api: RuntimeApi, method: str, path: str, body: str | None = None) -> HTTPResponse:
    url = f"http://127.0.0.1:{api.port}/2018-06-01/runtime/{path}"
    return await AsyncHTTPClient().fetch(url, method=method, body=body, raise_error=False, request_timeout=10)


async def test_an_event_is_handed_out_with_lambdas_headers(api):
    api.hand_out(WORK)

    event = await ask(api, "GET", "invocation/next")

    assert event.code == 200
    assert event.body == b'{"a": 1}'
    assert event.headers["Lambda-Runtime-Aws-Request-Id"] == "request-1"
    assert event.headers["Lambda-Runtime-Deadline-Ms"] == "1700000000500"
    assert event.headers["Lambda-Runtime-Invoked-Function-Arn"] == WORK.function_arn


async def test_a_runtime_that_asks_first_waits_and_counts_as_initialized(api):
    waiting = asyncio.ensure_future(ask(api, "GET", "invocation/next"))
    assert await api.initialized is None

    api.hand_out(WORK)

    assert (await waiting).body == b'{"a": 1}'


@pytest.mark.parametrize(("path", "failed"), [("response", False), ("error", True)])
async def test_an_answer_is_accepted_once(api, path, failed):
    answer = api.hand_out(WORK)
    await ask(api, "GET", "invocation/next")

    accepted = await ask(api, "POST", f"invocation/request-1/{path}", '{"b": 2}')

    assert (accepted.code, accepted.body) == (202, b'{"status":"OK"}')
    assert ((await answer).payload, (await answer).failed) == (b'{"b": 2}', failed)
    assert (await ask(api, "POST", f"invocation/request-1/{path}", "{}")).code == 400


async def test_an_answer_to_another_event_is_refused(api):
    answer = api.hand_out(WORK)
    await ask(api, "GET", "invocation/next")

    refused = await ask(api, "POST", "invocation/request-2/response", "{}")

    assert refused.code == 400
    assert json.loads(refused.body)["errorType"] == "InvalidRequestID"
    assert not answer.done()


async def test_an_error_of_initialization_is_accepted_and_kept(api):
    answer = await ask(api, "POST", "init/error", '{"errorMessage": "no"}')

    assert answer.code == 202
    assert (await api.initialized).payload == b'{"errorMessage": "no"}'


async def test_a_response_over_six_mebibytes_is_a_function_error(api):
    answer = api.hand_out(WORK)
    await ask(api, "GET", "invocation/next")

    refused = await ask(api, "POST", "invocation/request-1/response", '"' + "x" * (6 * 1024 * 1024) + '"')

    assert refused.code == 413
    assert (await answer).failed
    assert json.loads((await answer).payload)["errorType"] == "Function.ResponseSizeTooLarge"


async def test_other_paths_do_not_exist(api):
    assert (await ask(api, "GET", "invocation/previous")).code == 404
