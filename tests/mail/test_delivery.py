"""Mail through the whole product: whoever signs up gets a code by SMTP, whatever happens to servers meanwhile."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.mail.mail_fixtures import accepts, certificate
from tests.mail.product import pool_of
from tests.support.control import Clock
from tests.support.machine import free_port
from tests.support.postgres import database
from tests.support.smtp import SmtpServer


def mail_settings(smtp: SmtpServer) -> dict[str, Any]:
    return {"smtp_host": smtp.host, "smtp_port": smtp.port}


def failed(pool: Any, to: str) -> dict[str, Any]:
    """The message to somebody, once its first delivery has failed."""
    while not (message := pool.message(to, "pending"))["lastError"]:
        pool.inbox.all(to="nobody", wait=0.2)  # returns when something happens, or after so long
    return message


def test_a_sign_up_code_arrives_by_smtp(emptied_server, account, smtp):
    pool = pool_of(emptied_server(**mail_settings(smtp)), account)
    pool.sign_up("ann@example.com")
    mail = smtp.wait_for("ann@example.com")
    shown = pool.message("ann@example.com", "sent")
    assert mail.sender == "no-reply@verificationemail.com"
    assert mail.message["Subject"] == shown["subject"] == "Your verification code"
    assert shown["code"] in mail.text()
    assert mail.message["X-Cognito-Code"] == shown["code"]
    assert mail.message["X-Cognito-User-Pool-Id"] == pool.id
    assert shown["attempts"] == 0
    assert shown["sentAt"] >= shown["createdAt"]


def test_without_smtp_messages_are_kept(server, account):
    pool = pool_of(server, account)
    pool.sign_up("ann@example.com")
    assert pool.message("ann@example.com", "kept")["code"].isdigit()


def test_mail_meant_while_the_server_was_down_arrives_once(emptied_server, account, smtp):
    smtp.stop()
    pool = pool_of(emptied_server(**mail_settings(smtp)), account)
    pool.sign_up("ann@example.com")
    assert "cannot be used" in failed(pool, "ann@example.com")["lastError"]
    smtp.start()
    Clock(pool.server).advance(minutes=1)
    smtp.wait_for("ann@example.com")
    assert pool.message("ann@example.com", "sent")["lastError"] is None
    assert len(smtp.received) == 1
    deadline = time.monotonic() + 30
    while "messages go out again" not in (log := pool.server.log_path.read_text()) and time.monotonic() < deadline:
        assert pool.message("ann@example.com", "sent")
    *_, waits, goes_on = (line for line in log.splitlines() if "[mail.worker]" in line)
    assert "cannot be used" in waits
    assert "messages go out again" in goes_on


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_mail_survives_kill_9_between_commit_and_delivery(start_server, account, smtp, kind):
    smtp.stop()
    pool = pool_of(start_server(kind, **mail_settings(smtp)), account)
    pool.sign_up("ann@example.com")
    failed(pool, "ann@example.com")
    pool.server.kill()
    smtp.start()
    pool.server.restart()
    Clock(pool.server).advance(minutes=1)
    smtp.wait_for("ann@example.com")
    assert pool.message("ann@example.com", "sent")
    assert len(smtp.received) == 1


class Hanging(SmtpServer):
    """Says nothing any more when it is given a mail, until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self.hangs = True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.hangs:
            self.reached.set()
            await asyncio.sleep(60)
        return await super().handle_DATA(server, session, envelope)


def test_mail_survives_kill_9_in_the_middle_of_its_delivery(start_server, account):
    smtp = Hanging()
    smtp.start()
    try:
        pool = pool_of(start_server(**mail_settings(smtp)), account)
        pool.sign_up("ann@example.com")
        assert smtp.reached.wait(15)
        pool.server.kill()
        smtp.hangs = False
        pool.server.restart()
        assert pool.message("ann@example.com", "pending")
        Clock(pool.server).advance(minutes=2)  # the lease of the one that was killed ends
        smtp.wait_for("ann@example.com")
        assert pool.message("ann@example.com", "sent")
        assert len(smtp.received) == 1
    finally:
        smtp.stop()


def test_a_call_does_not_wait_for_a_server_that_hangs(start_server, account):
    with socket.create_server(("127.0.0.1", free_port()), backlog=8) as listening:
        server = start_server(smtp_host="127.0.0.1", smtp_port=listening.getsockname()[1], smtp_timeout=1)
        pool = pool_of(server, account)
        assert pool.sign_up("ann@example.com")["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert pool.message("ann@example.com", "pending")["attempts"] == 0
        assert "cannot be used" in failed(pool, "ann@example.com")["lastError"]


def test_a_refusal_is_shown_in_the_server_s_words(emptied_server, account, smtp):
    pool = pool_of(emptied_server(**mail_settings(smtp)), account)
    smtp.answers.append("550 5.1.1 nobody of that name here")
    pool.sign_up("ann@example.com")
    message = pool.message("ann@example.com", "refused")
    assert message["lastError"] == "550 5.1.1 nobody of that name here"
    assert message["attempts"] == 1
    assert smtp.received == []


def test_mail_refused_for_now_is_tried_again(emptied_server, account, smtp):
    pool = pool_of(emptied_server(**mail_settings(smtp)), account)
    smtp.answers.append("451 4.2.0 greylisted")
    pool.sign_up("ann@example.com")
    message = failed(pool, "ann@example.com")
    assert message["lastError"] == "451 4.2.0 greylisted"
    assert 0 < message["notBefore"] - message["createdAt"] < 60
    Clock(pool.server).advance(minutes=1)
    assert smtp.wait_for("ann@example.com")


def test_a_clock_that_is_set_right_does_not_hold_mail_back(emptied_server, account, smtp):
    pool = pool_of(emptied_server(**mail_settings(smtp)), account)
    clock = Clock(pool.server)
    clock.advance(days=30)
    smtp.answers.append("451 4.2.0 greylisted")
    pool.sign_up("ann@example.com")
    failed(pool, "ann@example.com")
    clock.reset()
    assert pool.message("ann@example.com", "pending")["notBefore"] < clock.now() + 60
    clock.advance(minutes=1)
    assert smtp.wait_for("ann@example.com")


def test_mail_goes_through_starttls_and_auth(start_server, account, tmp_path):
    context, ca_file = certificate(tmp_path)
    smtp = SmtpServer(tls_context=context, require_starttls=True, authenticator=accepts("emu", "secret"), auth_required=True)
    smtp.start()
    try:
        server = start_server(**mail_settings(smtp), smtp_tls="starttls", smtp_ca_file=ca_file, smtp_username="emu", smtp_password="secret")
        pool = pool_of(server, account)
        pool.sign_up("ann@example.com")
        assert smtp.wait_for("ann@example.com").message["To"] == "ann@example.com"
    finally:
        smtp.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_smtp_password_is_shown_and_not_logged(start_server, account):
    smtp = SmtpServer(authenticator=accepts("emu", "secret"), auth_required=True, auth_require_tls=False)
    smtp.start()
    try:
        pool = pool_of(start_server(**mail_settings(smtp), smtp_username="emu", smtp_password="hunter2"), account)
        pool.sign_up("ann@example.com")
        assert "does not accept SMTP_USERNAME and SMTP_PASSWORD: 535" in failed(pool, "ann@example.com")["lastError"]
        assert "hunter2" not in pool.server.log_path.read_text()
    finally:
        smtp.stop()


def sign_up_many(pools: list[Any], count: int) -> list[str]:
    addresses = [f"user{number}@example.com" for number in range(count)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda item: pools[item[0] % len(pools)].sign_up(item[1]), enumerate(addresses)))
    return addresses


def assert_each_got_one(smtp: SmtpServer, pool: Any, addresses: list[str]) -> None:
    for address in addresses:
        assert pool.message(address, "sent")
    assert Counter(mail.recipients[0] for mail in smtp.received) == Counter(addresses)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_workers_send_each_mail_once(start_server, account, smtp, kind):
    pool = pool_of(start_server(kind, workers=2, **mail_settings(smtp)), account)
    assert_each_got_one(smtp, pool, sign_up_many([pool], 40))


def test_two_nodes_on_one_database_send_each_mail_once(start_server, account, smtp):
    with database() as url:
        nodes = [start_server(url, **mail_settings(smtp)) for _ in range(2)]
        first = pool_of(nodes[0], account)
        second = type(first)(nodes[1], nodes[1].client(account=account), first.id, first.client_id, first.inbox)
        assert_each_got_one(smtp, first, sign_up_many([first, second], 40))
        for node in nodes:
            node.stop()


def test_an_own_sender_is_on_the_envelope_and_replaces_only_the_built_in_from(start_server, account, smtp):
    server = start_server(**mail_settings(smtp), smtp_from="Staging <staging@corp.example>")
    plain = pool_of(server, account)
    own = pool_of(
        server,
        account,
        EmailConfiguration={
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": f"arn:aws:ses:us-east-1:{account}:identity/shop.example",
            "From": "Shop <hello@shop.example>",
            "ReplyToEmailAddress": "help@shop.example",
        },
    )
    plain.sign_up("ann@example.com")
    own.sign_up("bob@example.com")
    anns, bobs = smtp.wait_for("ann@example.com"), smtp.wait_for("bob@example.com")
    assert anns.message["From"] == plain.message("ann@example.com", "sent")["from"] == "Staging <staging@corp.example>"
    assert (bobs.message["From"], bobs.message["Reply-To"]) == ("Shop <hello@shop.example>", "help@shop.example")
    assert anns.sender == bobs.sender == "staging@corp.example"


def test_settings_with_which_nothing_can_be_delivered_end_the_start(start_server):
    with pytest.raises(RuntimeError, match="mail cannot be delivered as configured: SMTP_HOST names no host"):
        start_server(smtp_host=":25")
    with pytest.raises(RuntimeError, match="SMS_WEBHOOK_URL must be an http or https address"):
        start_server(sms_webhook_url="ftp://example.com")


# -- CodeDeliveryFailureException


def test_a_refused_code_fails_the_call_where_that_is_asked_for(emptied_server, account, smtp):
    pool = pool_of(emptied_server(**mail_settings(smtp), delivery_failures="answer"), account)
    smtp.answers.append("554 5.7.1 Email address is not verified.")
    with pytest.raises(pool.idp.exceptions.CodeDeliveryFailureException) as refused:
        pool.sign_up("ann@example.com")
    assert refused.value.response["Error"]["Message"] == (
        "Cognito received the following error from Amazon SES when attempting to send email: 554 5.7.1 Email address is not verified."
    )
    user = pool.idp.admin_get_user(UserPoolId=pool.id, Username="ann")
    assert user["UserStatus"] == "UNCONFIRMED"
    pool.sign_up("bob@example.com")
    assert pool.message("bob@example.com", "sent")


def test_a_server_that_is_down_fails_no_call(emptied_server, account, smtp):
    smtp.stop()
    pool = pool_of(emptied_server(**mail_settings(smtp), delivery_failures="answer"), account)
    assert pool.sign_up("ann@example.com")["UserConfirmed"] is False
    assert pool.message("ann@example.com", "pending")["lastError"]
    smtp.start()


def test_a_reply_to_address_that_cannot_stand_in_a_header_fails_the_call(server, account):
    pool = pool_of(server, account, EmailConfiguration={"ReplyToEmailAddress": "=?utf-8?q?=0A?=@example.com"})
    with pytest.raises(pool.idp.exceptions.CodeDeliveryFailureException, match="Invalid email provided/Unable to send the email"):
        pool.sign_up("ann@example.com")
    assert pool.inbox.all() == []
