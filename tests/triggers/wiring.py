"""A pool whose triggers are functions made through the Lambda API, on a real server that runs them."""

import io
import json
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.operations.people import SMS, Pool, make_client
from tests.support.control import Inbox
from tests.support.server import REGION, Server

HANDLERS = Path(__file__).parents[1] / "handlers"
RUNTIMES = {"python3.11": "python", "nodejs20.x": "node"}
ROLE = "arn:aws:iam::123456789012:role/function"
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def zipped(*files: Path) -> bytes:
    """A deployment package with these files at its root."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return buffer.getvalue()


def script_files(runtime: str) -> list[Path]:
    folder = HANDLERS / RUNTIMES[runtime]
    return [path for path in folder.iterdir() if path.suffix in {".py", ".js"}]


@dataclass
class Functions:
    """An account's functions, through boto3, and what was invoked."""

    server: Server
    account: str
    lambdas: Any = field(init=False)

    def __post_init__(self) -> None:
        self.lambdas = self.server.client("lambda", account=self.account)

    def create(
        self, name: str = "f", *, runtime: str = "python3.11", handler: str = "scripted.handler", script: Any = None, **settings: Any
    ) -> str:
        """A new function; returns its ARN. `script` is what the handler does by trigger source."""
        variables = settings.pop("variables", {}) | ({"SCRIPT": json.dumps(script)} if script is not None else {})
        made = self.lambdas.create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler=handler,
            Role=ROLE,
            Code={"ZipFile": zipped(*script_files(runtime))},
            Timeout=settings.pop("Timeout", 20),
            Environment={"Variables": variables},
            **settings,
        )
        arn: str = made["FunctionArn"]
        return arn

    def invocations(self, **query: Any) -> list[dict[str, Any]]:
        """What was recorded, oldest first."""
        answer = self.server.http.get(f"{self.server.url}/_emu/triggers", params={"account": self.account} | query, timeout=70)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["invocations"]
        return found[::-1]

    def sources(self, **query: Any) -> list[str]:
        """The trigger sources of what was recorded, oldest first."""
        return [invocation["triggerSource"] for invocation in self.invocations(**query)]

    def event(self, source: str) -> dict[str, Any]:
        """The last event of a trigger source."""
        events = [invocation["event"] for invocation in self.invocations() if invocation["triggerSource"] == source]
        assert events, f"{source} is none of {self.sources()}"
        last: dict[str, Any] = events[-1]
        return last

    def wait_for(self, source: str, seconds: float = 20.0) -> dict[str, Any]:
        """The last invocation of a source that is not waited for, once it was recorded."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.invocations(trigger=source.partition("_")[0], wait=seconds)
            matching = [invocation for invocation in found if invocation["triggerSource"] == source]
            if matching:
                return matching[-1]
        raise AssertionError(f"{source} was not invoked; there were {self.sources()}")


@dataclass
class Triggered:
    """A pool with triggers, its people and its functions."""

    pool: Pool
    functions: Functions

    @classmethod
    def make(cls, server: Server, account: str, lambda_config: dict[str, Any], *, client: Any = None, **settings: Any) -> "Triggered":
        idp, inbox = server.client("cognito-idp", account=account), Inbox(server, account)
        request = {"PoolName": "people", "AutoVerifiedAttributes": ["email"], "SmsConfiguration": SMS, "LambdaConfig": lambda_config}
        pool_id = idp.create_user_pool(**request | settings)["UserPool"]["Id"]
        made = make_client(idp, pool_id, **(client or {}))
        return cls(Pool(idp, inbox, pool_id, made["ClientId"], made.get("ClientSecret")), Functions(server, account))


def arn_of(account: str, name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{account}:function:{name}"


def triggered(functions: Functions, *triggers: str, script: Any = None, runtime: str = "python3.11", **settings: Any) -> Triggered:
    """A pool all of whose triggers are one function."""
    arn = functions.create(runtime=runtime, script=script)
    return Triggered.make(functions.server, functions.account, dict.fromkeys(triggers, arn), **settings)
