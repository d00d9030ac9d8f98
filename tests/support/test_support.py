"""What tests stand on stands itself: servers that start, stop and restart, mail, the browser, clients."""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page

from tests.support.clients import AwsCli, ClientError
from tests.support.control import Clock
from tests.support.server import Server
from tests.support.smtp import SmtpServer


@pytest.mark.databases("sqlite", "postgresql")
def test_a_server_of_each_database_answers(server: Server, request: pytest.FixtureRequest) -> None:
    health = server.http.get(f"{server.url}/_emu/health", timeout=5).json()
    assert health["database"] == request.node.callspec.params["server"]


def test_a_server_ends_with_0_when_it_is_told_to(start_server: Callable[..., Server]) -> None:
    assert start_server().stop() == 0


def test_a_server_that_was_killed_starts_again_on_its_port_and_data(start_server: Callable[..., Server]) -> None:
    server = start_server()
    url = server.url
    server.kill()
    assert not server.running
    assert server.restart(fixed_code="123456").url == url


def test_an_unknown_setting_is_refused(start_server: Callable[..., Server]) -> None:
    with pytest.raises(TypeError, match="no such setting: colour"):
        start_server(colour="blue")


def test_the_clock_moves(clock: Clock) -> None:
    before = clock.now()
    assert 3600 <= clock.advance(hours=1) - before < 3660


def test_the_smtp_server_keeps_mail_and_misbehaves_on_request(smtp: SmtpServer) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Grüße"
    mail.set_content("Your code is 123456")
    smtp.answers.append("451 try later")
    with smtplib.SMTP(smtp.host, smtp.port) as client:
        with pytest.raises(smtplib.SMTPDataError, match="try later"):
            client.send_message(mail, "no-reply@example.com", ["ann@example.com"])
        client.send_message(mail, "no-reply@example.com", ["ann@example.com"])
    received = smtp.wait_for("ann@example.com")
    assert received.message["Subject"] == "Grüße"
    assert received.text() == "Your code is 123456\n"


def test_the_browser_shows_a_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/_emu/health")
    assert '"status"' in page.content()


def test_the_aws_cli_says_what_is_wrong(aws: AwsCli) -> None:
    with pytest.raises(ClientError, match="Invalid choice"):
        aws("cognito-idp", "no-such-operation")
