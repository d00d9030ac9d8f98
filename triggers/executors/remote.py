"""Functions that run elsewhere: SAM local, LocalStack, MiniStack or AWS, called by boto3's Invoke."""

from __future__ import annotations

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from triggers.executors.base import CannotRun, FunctionError, LateOutput, NoAnswer, Outcome
from triggers.functions import FunctionSpec

_LONGEST = 900.0
"""Seconds that a function may run on Lambda."""

_GONE = {"ResourceNotFoundException", "AccessDeniedException", "AccessDenied"}


class RemoteExecutor:
    """Invokes functions at a Lambda endpoint. Boto3 blocks, so its calls live on threads; `limit` is how many at once."""

    name = "remote"

    def __init__(self, endpoint_url: str | None, *, region: str = "us-east-1", limit: int = 32) -> None:
        """`endpoint_url` is the Lambda endpoint, None for AWS's own. Credentials are the environment's; without any, test ones."""
        self.late_output: LateOutput | None = None
        self._endpoint_url = endpoint_url
        self._region = region
        self._limit = limit
        self._threads = ThreadPoolExecutor(limit, thread_name_prefix="remote-lambda")
        self._clients: dict[tuple[str, float | None], Any] = {}

    async def invoke(
        self, function: FunctionSpec, payload: bytes, *, request_id: str, patience: float | None, all_logs: bool = False
    ) -> Outcome:
        """Invoke; see `Executor.invoke`. The remote side makes its own request ids and cold starts: neither is visible here."""
        del request_id, all_logs  # all that the remote side returns is here at once
        call = asyncio.get_running_loop().run_in_executor(self._threads, self._invoke, function, payload, patience)
        try:
            return await call
        except ReadTimeoutError as error:
            raise NoAnswer from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # Cognito reports a function that is gone as one that it may not invoke.
            reason = "AccessDeniedException" if code in _GONE else code
            raise CannotRun(reason, f"{self._where()} said {code}: {error.response['Error'].get('Message', '')}") from error
        except BotoCoreError as error:
            raise CannotRun("ServiceUnavailable", f"{self._where()} does not answer: {error}") from error

    async def close(self) -> None:
        """Abandon what is under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for client in self._clients.values():
            client.close()

    def _invoke(self, function: FunctionSpec, payload: bytes, patience: float | None) -> Outcome:
        client = self._client(function.region or self._region, patience)
        answer = client.invoke(FunctionName=function.arn, InvocationType="RequestResponse", LogType="Tail", Payload=payload)
        body = answer["Payload"].read()
        logs = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        if answer.get("FunctionError") or _looks_failed(body):
            return Outcome(body, FunctionError.read(body), logs)
        return Outcome(body, None, logs)

    def _client(self, region: str, patience: float | None) -> Any:
        """Clients are thread-safe, making them is not: the key's first users may make one each, and one of them stays."""
        key = region, patience
        if key not in self._clients:
            session = botocore.session.Session()
            given = {} if session.get_credentials() else {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
            config = Config(
                connect_timeout=5.0,
                read_timeout=patience or _LONGEST,
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=self._limit,
            )
            self._clients[key] = boto3.session.Session(botocore_session=session).client(
                "lambda", region_name=region, endpoint_url=self._endpoint_url, config=config, **given
            )
        return self._clients[key]

    def _where(self) -> str:
        return f"the Lambda endpoint {self._endpoint_url}" if self._endpoint_url else "Lambda"


def _looks_failed(body: bytes) -> bool:
    """Whether the answer is an error document that came without the header FunctionError.

    So does AWS's Runtime Interface Emulator (and `sam local` on it): an error is 200 with the document, a time-out 200 with a line
    of text. A trigger's answer is the event, which has none of these members.
    """
    if body.startswith(b"Task timed out after "):
        return True
    try:
        document = json.loads(body)
    except ValueError:
        return False
    return isinstance(document, dict) and "triggerSource" not in document and {"errorType", "errorMessage"} <= document.keys()
