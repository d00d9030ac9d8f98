"""The trigger log's pages, over a log that keeps invocations in memory and runs nothing."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tornado.httpserver import HTTPServer
from tornado.web import Application

from cognito_emu.app import Emulator
from cognito_emu.bell import Bell
from cognito_emu.call import Tenant
from cognito_emu.config import Settings
from cognito_emu.console.call_log import CallLog
from cognito_emu.console.routes import console_routes
from tests.console.test_pages import DESK, PHONE, complaints
from tests.support.machine import free_port
from triggers.invocations import Invocation

REFUSAL = Invocation(
    request_id="0a1b",
    trigger="PreSignUp",
    trigger_source="PreSignUp_SignUp",
    function_arn="arn:aws:lambda:us-east-1:000000000000:function:pre-sign-up",
    executor="process",
    at=1_800_000_000.0,
    event={"userName": "ann", "request": {"userAttributes": {"email": "ann@example.com"}}},
    error="No strangers, please",
    error_type="Exception",
    duration=0.0123,
    cold=True,
    logs="START RequestId: 0a1b\nhello from the handler\nEND RequestId: 0a1b\n",
)


class ShortLog:
    """A `TriggerLog`."""

    def __init__(self) -> None:
        self.changed = Bell()
        self.kept = [REFUSAL]

    async def latest(self, *, limit: int, text: str, errors_only: bool) -> Sequence[Invocation]:
        return [each for each in reversed(self.kept) if text in str(each) and (each.error or not errors_only)][:limit]

    async def find(self, request_id: str) -> Invocation | None:
        return next((each for each in self.kept if each.request_id == request_id), None)

    async def replay(self, request_id: str) -> Invocation:
        before = await self.find(request_id)
        assert before
        again = dataclasses.replace(
            before, request_id=f"{request_id}-again", error=None, error_type=None, response={"ok": True}, cold=False
        )
        self.kept.append(again)
        self.changed.ring()
        return again


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The window with a trigger log, in a thread of this process."""
    port = free_port()
    loop = asyncio.new_event_loop()

    async def start() -> tuple[Emulator, HTTPServer]:
        emulator = Emulator(Settings(data=tmp_path))
        calls = CallLog(emulator.parts.env, Tenant("000000000000", "us-east-1"))
        return emulator, Application(console_routes(emulator.parts, calls, ShortLog())).listen(port, "127.0.0.1")

    async def stop(emulator: Emulator, server: HTTPServer) -> None:
        server.stop()
        await server.close_all_connections()
        await emulator.stop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = asyncio.run_coroutine_threadsafe(start(), loop).result(30)
    yield f"http://localhost:{port}"
    asyncio.run_coroutine_threadsafe(stop(*running), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("path", ["/_emu/ui/triggers", "/_emu/ui/triggers?q=nothing", "/_emu/ui/triggers/0a1b", "/_emu/ui/triggers/gone"])
def test_its_pages_are_accessible_in_both_schemes_and_fit_a_phone(url: str, browser: Browser, path: str) -> None:
    for scheme in ("light", "dark"):
        for viewport in (DESK, PHONE):
            page = browser.new_page(color_scheme=scheme, viewport=viewport)
            assert complaints(page, url + path) == [], f"{path} ({scheme}, {viewport['width']} px)"
            page.close()


def test_an_invocation_is_found_looked_at_and_run_again(url: str, page: Page) -> None:
    page.goto(f"{url}/_emu/")
    page.get_by_role("link", name="Triggers").click()
    expect(page.locator("#invocations")).to_contain_text("Exception: No strangers, please")
    page.get_by_role("link", name="PreSignUp_SignUp").click()
    expect(page.locator("main")).to_contain_text("hello from the handler")
    expect(page.locator("main")).to_contain_text('"email": "ann@example.com"')
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("status").first).to_contain_text("ran again")
    expect(page.locator("main")).to_contain_text('"ok": true')
    page.goto(f"{url}/_emu/ui/triggers?errors=on")
    expect(page.locator("#invocations li")).to_have_count(1)


def test_without_a_log_there_is_no_page(server) -> None:
    assert server.http.get(f"{server.url}/_emu/ui/triggers").status_code == 404
    assert "/_emu/ui/triggers" not in server.http.get(f"{server.url}/_emu/").text
