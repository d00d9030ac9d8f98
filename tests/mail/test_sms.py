"""SMS through the whole product: kept in the inbox, and on request posted to a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest

from tests.mail.product import BY_SMS, Pool, pool_of
from tests.support.control import Clock
from tests.support.third_parties import serve

Received = tuple[dict[str, str], dict[str, Any]]


class Webhook(ThreadingHTTPServer):
    """Keeps what is posted to it; answers with `statuses` first, then 204."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: Queue[Received] = Queue()
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sms?token=secret"


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.put((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    """One for all tests, so that they share the server that posts to it; each waits for all that it causes."""
    with Webhook() as webhook:
        serve(webhook)
        yield webhook
        webhook.shutdown()


def phone_pool(server: Any, account: str) -> Pool:
    return pool_of(server, account, **BY_SMS, SmsVerificationMessage="Dein Code: {####}, danke")


def test_an_sms_is_posted_to_the_webhook(emptied_server, account, webhook):
    pool = phone_pool(emptied_server(sms_webhook_url=webhook.url), account)
    pool.sign_up("ann@example.com", phone_number="+15550100")
    headers, body = webhook.received.get(timeout=15)
    message = pool.message("+15550100", "sent")
    assert body == {
        "messageId": message["headers"]["Message-ID"],
        "to": "+15550100",
        "text": f"Dein Code: {message['code']}, danke",
        "kind": "SignUp",
        "code": message["code"],
        "userPoolId": pool.id,
        "clientId": pool.client_id,
    }
    assert headers["Idempotency-Key"] == body["messageId"]
    assert (message["medium"], message["subject"], message["html"]) == ("SMS", "", None)


def test_a_webhook_that_is_busy_is_asked_again(emptied_server, account, webhook):
    webhook.statuses.append(503)
    pool = phone_pool(emptied_server(sms_webhook_url=webhook.url), account)
    pool.sign_up("ann@example.com", phone_number="+15550100")
    first = webhook.received.get(timeout=15)
    while not pool.message("+15550100", "pending")["lastError"]:
        pool.inbox.all(to="nobody", wait=0.2)
    Clock(pool.server).advance(minutes=1)
    assert webhook.received.get(timeout=15)[1] == first[1]
    assert pool.message("+15550100", "sent")


def test_without_smtp_e_mail_is_kept_while_sms_goes_out(emptied_server, account, webhook):
    server = emptied_server(sms_webhook_url=webhook.url)
    pool_of(server, account).sign_up("ann@example.com")
    phones = phone_pool(server, account)
    phones.sign_up("bob@example.com", phone_number="+15550100")
    assert phones.message("+15550100", "sent")
    assert webhook.received.get(timeout=15)[1]["to"] == "+15550100"
    assert phones.message("ann@example.com", "kept")
