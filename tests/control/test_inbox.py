"""The inbox of /_emu/: what a test reads its codes from."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.mail.product import pool_of
from tests.support.control import Clock


@pytest.fixture
def pool(server, account) -> Any:
    return pool_of(server, account)


def url(pool: Any, path: str = "") -> str:
    return f"{pool.server.url}/_emu/inbox{path}"


def test_a_code_is_one_line_away(pool):
    pool.sign_up("ann@example.com")
    answer = pool.server.http.get(url(pool), params={"to": "ann@example.com", "account": pool.inbox.account, "wait": 5}).json()
    message = answer["messages"][0]
    assert message["code"] in message["text"]
    assert (message["medium"], message["kind"], message["to"]) == ("EMAIL", "SignUp", "ann@example.com")
    assert (message["poolId"], message["clientId"], message["username"]) == (pool.id, pool.client_id, "ann")
    pool.idp.confirm_sign_up(ClientId=pool.client_id, Username="ann", ConfirmationCode=message["code"])


def test_the_inbox_is_filtered(pool):
    pool.sign_up("ann@example.com")
    pool.sign_up("bob@example.com")
    pool.idp.resend_confirmation_code(ClientId=pool.client_id, Username="ann")

    def shown(**filters: Any) -> list[tuple[str, str]]:
        return [(message["to"], message["kind"]) for message in pool.inbox.all(**filters)]

    everything = [("ann@example.com", "ResendCode"), ("bob@example.com", "SignUp"), ("ann@example.com", "SignUp")]
    assert shown() == shown(pool=pool.id) == shown(medium="email") == shown(state="kept") == everything
    assert shown(kind="SignUp") == shown(kind="signup") == everything[1:]
    assert shown(to="bob@example.com", kind="ResendCode") == shown(medium="SMS") == shown(pool="other") == []
    assert shown(limit=1) == everything[:1]
    assert shown(after=pool.inbox.all()[-1]["id"]) == everything[:2]
    assert shown(after=pool.inbox.all()[-1]["createdAt"]) == everything[:2]


def test_messages_stand_in_the_order_of_their_arrival_whatever_the_clock_does(emptied_server, account):
    pool = pool_of(emptied_server(), account)
    clock = Clock(pool.server)
    clock.advance(days=1)
    pool.sign_up("ann@example.com")
    clock.reset()
    pool.sign_up("bob@example.com")
    newest, oldest = pool.inbox.all()
    assert newest["to"] == "bob@example.com"
    assert pool.inbox.all(after=oldest["id"]) == [newest]


@pytest.mark.parametrize("query", [{"kind": "Spam"}, {"medium": "PIGEON"}, {"state": "lost"}, {"after": "yesterday"}, {"wait": "-1"}])
def test_a_senseless_filter_is_refused(server, query):
    answer = server.http.get(f"{server.url}/_emu/inbox", params=query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["message"]


def test_a_reader_is_woken_by_the_message_that_it_waits_for(pool):
    found: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: found.extend(pool.inbox.all(to="ann@example.com", wait=30)))
    reader.start()
    pool.sign_up("bob@example.com")
    pool.sign_up("ann@example.com")
    reader.join(15)
    assert [message["to"] for message in found] == ["ann@example.com"]


def test_a_wait_ends_with_an_empty_list(pool):
    assert pool.inbox.all(to="nobody@example.com", wait=0.1) == []


def test_one_message_is_shown_and_thrown_away(pool):
    pool.sign_up("ann@example.com")
    [message] = pool.inbox.all()
    http = pool.server.http
    assert http.get(url(pool, f"/{message['id']}")).json() == message
    assert http.delete(url(pool, f"/{message['id']}")).json() == {"deleted": 1}
    assert http.get(url(pool, f"/{message['id']}")).status_code == 404
    assert http.delete(url(pool, f"/{message['id']}")).status_code == 404
    assert pool.inbox.all() == []


def test_messages_are_thrown_away_by_the_same_filters(pool):
    for name in ("ann", "bob"):
        pool.sign_up(f"{name}@example.com")
    answer = pool.server.http.delete(url(pool), params={"account": pool.inbox.account, "to": "ann@example.com"})
    assert answer.json() == {"deleted": 1}
    assert [message["to"] for message in pool.inbox.all()] == ["bob@example.com"]


def test_the_html_of_a_mail_is_shown_in_a_sandbox(server, account):
    hostile = '<script>document.title = "owned"</script><b>Your code is {####}</b>'
    pool = pool_of(server, account, VerificationMessageTemplate={"EmailMessage": hostile, "EmailSubject": "Hello"})
    pool.sign_up("ann@example.com")
    [message] = pool.inbox.all()
    answer = server.http.get(url(pool, f"/{message['id']}/html"))
    assert f"<b>Your code is {message['code']}</b>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_message_without_html_has_no_html_view(server, account):
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
    pool = pool_of(server, account, AutoVerifiedAttributes=["phone_number"], SmsConfiguration=sms)
    pool.sign_up("ann@example.com", phone_number="+15550100")
    [message] = pool.inbox.all()
    assert (message["medium"], message["to"], message["html"]) == ("SMS", "+15550100", None)
    assert server.http.get(url(pool, f"/{message['id']}/html")).status_code == 404


def test_the_inbox_keeps_no_more_than_its_limit(start_server, account):
    pool = pool_of(start_server(inbox_limit=2), account)
    for name in ("ann", "bob", "cid"):
        pool.sign_up(f"{name}@example.com")
    pool.server.restart()
    deadline = time.monotonic() + 10
    while len(kept := pool.inbox.all()) == 3 and time.monotonic() < deadline:
        pass
    assert [message["to"] for message in kept] == ["cid@example.com", "bob@example.com"]
