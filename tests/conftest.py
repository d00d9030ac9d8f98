"""Fixtures that every test may use. docs/development.md lists them with examples."""

import contextlib
import functools
import itertools
import os
import platform
import sqlite3
from collections.abc import Callable, Generator, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as browsers
from tests.support import postgres
from tests.support.clients import AwsCli, run_javascript
from tests.support.control import Clock, Inbox
from tests.support.machine import ensure
from tests.support.order import longest_files_first
from tests.support.server import Server, ServerFactory
from tests.support.smtp import SmtpServer

JOURNEYS = Path(__file__).parent / "journeys"
DATABASES = ("sqlite", "postgresql")
_failed = pytest.StashKey[bool]()
_log_starts = pytest.StashKey[dict[Path, int]]()
_factory = pytest.StashKey[ServerFactory]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run every test that uses `server` on this database only")


def pytest_report_header() -> str:
    packages = (
        "boto3",
        "botocore",
        "tornado",
        "sqlalchemy",
        "psycopg",
        "cryptography",
        "pyjwt",
        "playwright",
        "awscli",
        "pycognito",
    )
    shown = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"python {platform.python_version()}, sqlite {sqlite3.sqlite_version}, {shown}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses `server` on both databases in tests/journeys, on SQLite elsewhere, or as `@pytest.mark.databases(…)` says."""
    if "server" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("databases")
    in_journeys = metafunc.definition.path.is_relative_to(JOURNEYS)
    names = marker.args if marker else DATABASES if in_journeys else DATABASES[:1]
    if chosen := metafunc.config.getoption("database"):
        names = (chosen,)
    metafunc.parametrize("server", names, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test` hands out files to its processes in this order."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        longest_files_first(items)


# -- servers


@pytest.fixture(scope="session")
def migrated() -> Iterator[Callable[[], str]]:
    """A PostgreSQL database that the store's own start has given its tables, to be copied: to migrate one takes ten times as long."""
    with contextlib.ExitStack() as at_end:

        @functools.cache
        def make() -> str:
            from cognito_emu.store import open_store  # noqa: PLC0415 - most tests need no part of the emulator in their own process

            url = at_end.enter_context(postgres.database())
            open_store(url).close()
            return url

        yield make


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, migrated: Callable[[], str]) -> ServerFactory:
    """What starts servers, for fixtures of a wider scope than `start_server` has.

    `with servers(triggers="process") as server: yield server`.
    """
    factory = ServerFactory(tmp_path_factory.mktemp("servers"), migrated)
    request.config.stash[_factory] = factory
    return factory


@pytest.fixture(scope="session")
def _shared_servers(servers: ServerFactory) -> Iterator[Callable[[str], Server]]:
    """One server a database for all tests of this process, started as users start one when the first test asks for it.

    On PostgreSQL, where all journeys come by, each pool has keys of its own, as it has by default.
    """
    running: dict[str, Server] = {}
    with contextlib.ExitStack() as at_end:

        def shared(database: str) -> Server:
            if database not in running:
                running[database] = at_end.enter_context(servers(database, loaded=False, shared_keys=database == "sqlite"))
            return running[database]

        yield shared


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, _shared_servers: Callable[[str], Server]) -> Server:
    """A server with default settings, shared with other tests: a test keeps to its own `account` and never stops it."""
    return _shared_servers(request.param)


@pytest.fixture
def start_server(servers: ServerFactory) -> Iterator[Callable[..., Server]]:
    """Servers of the test's own, ended with it: `start_server("postgresql", triggers="process", smtp_host=smtp.host)`."""
    with contextlib.ExitStack() as at_end:
        yield lambda *arguments, **settings: at_end.enter_context(servers(*arguments, **settings))


@pytest.fixture(scope="session")
def _emptied_servers(servers: ServerFactory) -> Iterator[Callable[..., Server]]:
    """One server for each choice of settings that a test asked for, so far."""
    running: dict[frozenset[tuple[str, Any]], Server] = {}
    with contextlib.ExitStack() as at_end:

        def emptied(**settings: Any) -> Server:
            chosen = frozenset(settings.items())
            if chosen not in running:
                running[chosen] = at_end.enter_context(servers(**settings))
            return running[chosen]

        yield emptied


@pytest.fixture
def emptied_server(_emptied_servers: Callable[..., Server]) -> Iterator[Callable[..., Server]]:
    """A server that the test has to itself, new but for its process: `emptied_server(smtp_host=smtp.host)`. It is emptied afterwards."""
    with contextlib.ExitStack() as at_end:

        def lent(**settings: Any) -> Server:
            server = _emptied_servers(**settings)
            at_end.callback(lambda: server.http.post(f"{server.url}/_emu/reset", timeout=30).raise_for_status())
            return server

        yield lent


# -- an account of its own, and clients in it

_numbers = itertools.count(1)


@pytest.fixture
def account() -> str:
    """An AWS account (12 digits, used as access key) that no other test of this run has."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    return f"{worker:03d}{next(_numbers):09d}"


@pytest.fixture
def idp(server: Server, account: str) -> Any:
    """A boto3 client for user pools."""
    return server.client("cognito-idp", account=account)


@pytest.fixture
def identity(server: Server, account: str) -> Any:
    """A boto3 client for identity pools."""
    return server.client("cognito-identity", account=account)


@pytest.fixture
def aws(server: Server, account: str) -> AwsCli:
    """The AWS CLI: `aws("cognito-idp", "list-user-pools", "--max-results", "10")` returns what it prints."""
    return AwsCli(server, account)


@pytest.fixture
def javascript() -> Callable[..., Any]:
    """A JavaScript client: `javascript("srp-sign-in.mjs", endpoint=server.url, …)` returns the JSON it prints."""
    return run_javascript


# -- what the emulator lets a test control


@pytest.fixture
def clock(server: Server) -> Iterator[Clock]:
    """The shared server's clock: `clock.advance(hours=1)`. Set right when the test ends."""
    clock = Clock(server)
    yield clock
    clock.reset()


@pytest.fixture
def inbox(server: Server, account: str) -> Inbox:
    """The messages to this test's users: `inbox.code(to="ann@example.com")`, `inbox.next(to=…)`, `inbox.all(…)`."""
    return Inbox(server, account)


@pytest.fixture(scope="session")
def _smtp() -> Iterator[SmtpServer]:
    smtp = SmtpServer()
    yield smtp
    smtp.stop()


@pytest.fixture
def smtp(_smtp: SmtpServer) -> SmtpServer:
    """A real SMTP server: `emptied_server(smtp_host=smtp.host, smtp_port=smtp.port)`, then `smtp.wait_for("ann@example.com")`.

    It keeps its port, so that tests may share servers that send to it, and nothing else.
    """
    _smtp.forget()
    return _smtp.start()


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """A Docker engine that answers."""
    ensure("docker")


# -- a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium. One a module: while Playwright runs, no test in the same thread could run an event loop of its own."""
    with browsers.open_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a new profile. When the test fails, a screenshot and a trace stay in artifacts/browser."""
    with contextlib.closing(browser.new_context()) as context:
        browsers.start_recording(context)
        page = context.new_page()
        yield page
        if request.node.stash.get(_failed, False):
            saved = browsers.save_failure(page, request.node.nodeid)
            request.node.add_report_section("teardown", "browser", "\n".join(saved))


# -- a failed test shows what the servers said meanwhile


def pytest_runtest_setup(item: pytest.Item) -> None:
    factory = item.config.stash.get(_factory, None)
    item.stash[_log_starts] = {server.log_path: server.log_path.stat().st_size for server in factory.running} if factory else {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_failed] = True
        factory = item.config.stash.get(_factory, None)
        for server in factory.running if factory else ():
            with server.log_path.open("rb") as log:
                log.seek(item.stash[_log_starts].get(server.log_path, 0))
                written = log.read().decode(errors="replace")
            if written:
                report.sections.append((f"log of {server.url} during the test", written[-8000:]))
    return report
