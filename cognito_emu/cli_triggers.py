"""`cognito-emu triggers`: look at what a running emulator invoked, do it again, and make events by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, TextIO
from urllib.parse import urlencode, urlsplit

import click

from cognito_emu.config import load_settings

_VERSIONS = ("V1_0", "V2_0", "V3_0")


@click.group()
def triggers() -> None:
    """Lambda triggers: look at what was invoked, do it again, print sample events."""


def _endpoint_option(function: Any) -> Any:
    return click.option("--endpoint", metavar="URL", help="The running emulator [http://localhost:4566; port by COGNITO_EMU_PORT].")(
        function
    )


@triggers.command()
@_endpoint_option
@click.option("--pool", metavar="ID", help="Only those of one user pool.")
@click.option("--trigger", metavar="NAME", help="Only one trigger, such as PreSignUp.")
@click.option("--function", metavar="TEXT", help="Only functions whose ARN contains this.")
@click.option("--failed", is_flag=True, help="Only those that ended in an error.")
@click.option("--logs", is_flag=True, help="Print what the functions printed, too.")
@click.option("--json", "as_json", is_flag=True, help="Whole invocations, one JSON document a line.")
def tail(endpoint: str | None, *, logs: bool, as_json: bool, failed: bool, **wanted: str | None) -> None:
    """Follow invocations as they happen, until Ctrl-C."""
    query = {name: value for name, value in wanted.items() if value} | ({"failed": "true"} if failed else {})
    for invocation in _follow(_address(endpoint, "/_emu/triggers/stream", query)):
        click.echo(json.dumps(invocation) if as_json else _line(invocation))
        if logs and not as_json:
            click.echo(invocation["logs"], nl=False)


@triggers.command()
@_endpoint_option
@click.argument("request_id", required=False)
def show(endpoint: str | None, request_id: str | None) -> None:
    """Print one invocation with its event, answer and logs; the last one when none is named."""
    _print_invocation(_ask(_address(endpoint, f"/_emu/triggers/{request_id or _last(endpoint)}")))


@triggers.command()
@_endpoint_option
@click.argument("request_id", required=False)
@click.option("--event", type=click.File(), help="Run it on the event in this file (- for standard input) in place of the recorded one.")
def replay(endpoint: str | None, request_id: str | None, event: TextIO | None) -> None:
    """Run the present code on a recorded event; the last one when none is named. Ends with 1 when the function fails.

    The function alone runs: no user is written, no mail is sent.
    """
    body = json.dumps({"event": _read_event(event)}) if event is not None else "{}"
    address = _address(endpoint, f"/_emu/triggers/{request_id or _last(endpoint)}/replay")
    invocation = _ask(address, body.encode())
    _print_invocation(invocation)
    if invocation["error"]:
        raise SystemExit(1)


@triggers.command()
@click.argument("source", required=False)
@click.option("--version", type=click.Choice(_VERSIONS), default="V1_0", show_default=True, help="Of PreTokenGeneration.")
def event(source: str | None, version: Any) -> None:
    """Print a sample event of a trigger source or a trigger; without one, list the sources."""
    from triggers.events import TRIGGER_SOURCES, sample_event  # noqa: PLC0415 - `--help` answers without loading events

    if source is None:
        click.echo("\n".join(TRIGGER_SOURCES))
        return
    try:
        click.echo(json.dumps(sample_event(source, version), indent=2))
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from error


def _address(endpoint: str | None, path: str, query: dict[str, Any] | None = None) -> str:
    base = (endpoint or f"http://localhost:{load_settings(os.environ).port}").rstrip("/")
    return f"{base}{path}" + (f"?{urlencode(query)}" if query else "")


def _ask(address: str, body: bytes | None = None) -> dict[str, Any]:
    """GET, or POST with a body.

    Raises:
        click.ClickException: Nothing answers there, or it refuses; with its reason.
    """
    with _open(address, body, timeout=1000) as answer:
        document: dict[str, Any] = json.load(answer)
        return document


def _follow(address: str) -> Iterator[dict[str, Any]]:
    with _open(address) as answer:
        click.echo(f"following {address}", err=True)
        for line in answer:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


@contextmanager
def _open(address: str, body: bytes | None = None, *, timeout: float | None = None) -> Iterator[HTTPResponse]:
    """The emulator's answer. Without a proxy: that is for the way out, and the emulator is on this machine."""
    url = urlsplit(address)
    try:
        with closing((HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=timeout)) as connection:
            connection.request("GET" if body is None else "POST", f"{url.path}?{url.query}", body)
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                raise click.ClickException(_reason(answer))
            yield answer
    except (OSError, HTTPException, ValueError) as error:
        raise click.ClickException(f"no emulator answers at {address}: {error}") from error


def _reason(answer: HTTPResponse) -> str:
    try:
        return str(json.load(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.status} {answer.reason}"


def _last(endpoint: str | None) -> str:
    found = _ask(_address(endpoint, "/_emu/triggers", {"limit": 1}))["invocations"]
    if not found:
        raise click.ClickException("nothing was invoked yet")
    return str(found[0]["requestId"])


def _read_event(file: TextIO) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise click.UsageError(f"the event is not JSON: {error}") from error


def _line(invocation: dict[str, Any]) -> str:
    """`21:40:03 PreSignUp_SignUp ann f 1.2 ms`."""
    at = datetime.fromtimestamp(invocation["at"]).astimezone().strftime("%H:%M:%S")
    event = invocation["event"] if isinstance(invocation["event"], dict) else {}
    function = invocation["functionArn"].partition(":function:")[2] or invocation["functionArn"]
    what = invocation["triggerSource"] or invocation["trigger"]
    notes = [f"{invocation['duration'] * 1000:.1f} ms"]
    notes += ["cold"] if invocation["cold"] else []
    notes += [f"attempt {invocation['attempt']}"] if invocation["attempt"] > 1 else []
    notes += [invocation["error"]] if invocation["error"] else []
    return f"{at} {invocation['requestId']} {what} {event.get('userName', '-')} -> {function}: {', '.join(notes)}"


def _print_invocation(invocation: dict[str, Any]) -> None:
    click.echo(_line(invocation))
    for name in ("event", "response"):
        click.echo(f"\n{name}: {json.dumps(invocation[name], indent=2)}")
    click.echo(f"\n{invocation['logs']}", nl=False)
