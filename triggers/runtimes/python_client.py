"""A runtime interface client for Python, for interpreters that do not have AWS's awslambdaric.

That package is compiled and there is no wheel of it for every platform, so a handler's own virtual environment seldom has it. This
program needs nothing but the standard library and runs by itself, outside of this package: `python python_client.py module.handler`, with
AWS_LAMBDA_RUNTIME_API and Lambda's variables in the environment. Errors and logs have awslambdaric's form.
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from __future__ import annotations

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from typing import Any, Callable, Mapping  # noqa: UP035 - runs on whatever Python the handler needs

Handler = Callable[[Any, "Context"], Any]
_RUNTIME = "/2018-06-01/runtime/"


class Context:
    """The `context` of https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Read the event's headers and the environment."""
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None
        self.client_context = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds before Lambda ends the function."""
        return max(self._deadline - int(time.time() * 1000), 0)


class InitError(Exception):
    """The handler cannot be loaded; `error_type` is Lambda's name for why."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class RuntimeClient:
    """The four calls of the Runtime API. A server that is gone means that the sandbox is no longer wanted."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address)

    def call(self, method: str, name: str, document: Any = None, headers: Mapping[str, str] | None = None) -> tuple[Any, bytes]:
        """Make one call; returns the answer's headers and body."""
        body = None if method == "GET" else json.dumps(document, ensure_ascii=False).encode()
        try:
            self._connection.request(method, _RUNTIME + name, body, {"Content-Type": "application/json", **(headers or {})})
            response = self._connection.getresponse()
            return response.headers, response.read()
        except (OSError, http.client.HTTPException):
            sys.exit(1)


def load_handler(name: str) -> Handler:
    """The function that `module.function` or `folder/module.function` names."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise InitError("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise InitError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}") from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        raise InitError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'") from error
    return handler


def error_document(error: BaseException) -> dict[str, Any]:
    """The document that Lambda returns for an exception. The client's own frames, which come first, are left out."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    document = {
        "errorMessage": str(error),
        "errorType": error.error_type if isinstance(error, InitError) else type(error).__name__,
        "requestId": RequestIds.current,
        "stackTrace": [] if isinstance(error, InitError) else traceback.format_list(frames),
    }
    print("[ERROR] {errorType}: {errorMessage}".format(**document))  # noqa: T201 - stdout is the log
    if document["stackTrace"]:
        print("Traceback (most recent call last):\n" + "".join(document["stackTrace"]), end="")  # noqa: T201 - as above
    return document


class RequestIds(logging.Filter):
    """Gives log records the id of the request that runs."""

    current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mark the record and let it pass."""
        record.aws_request_id = RequestIds.current
        return True


def set_up_logging() -> None:
    """A root handler as Lambda installs one: handlers of functions rely on it."""
    log = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    log.setFormatter(formatter)
    log.addFilter(RequestIds())
    logging.getLogger().addHandler(log)


def main() -> None:
    """Load the handler, then serve events until the server is gone."""
    # Beside the script's own folder Python finds nothing of the handler's: it takes the code folder's place.
    sys.path[0] = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())  # noqa: PTH109 - a text is what sys.path takes
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", line_buffering=True)  # type: ignore[union-attr]  # real files, not replacements
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    set_up_logging()
    try:
        handler = load_handler(sys.argv[1])
    except Exception as error:  # noqa: BLE001 - module-level code of a function may raise anything
        document = error_document(error)
        client.call("POST", "init/error", document, {"Lambda-Runtime-Function-Error-Type": document["errorType"]})
        sys.exit(1)
    while True:
        headers, body = client.call("GET", "invocation/next")
        context = Context(headers)
        RequestIds.current = context.aws_request_id
        kind, answer = serve(handler, body, context)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        client.call("POST", f"invocation/{context.aws_request_id}/{kind}", answer)


def serve(handler: Handler, body: bytes, context: Context) -> tuple[str, Any]:
    """Run the handler on one event; returns what to post and where."""
    try:
        answer = handler(json.loads(body), context)
    except Exception as error:  # noqa: BLE001 - a handler may raise anything
        return "error", error_document(error)
    try:
        json.dumps(answer)
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return "error", {"errorMessage": message, "errorType": "Runtime.MarshalError", "stackTrace": []}
    return "response", answer


if __name__ == "__main__":
    main()
