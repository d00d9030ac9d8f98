"""Rehearsed mishaps: the next messages fail, bounce or wait, because somebody asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mail.product import Pool, pool_of
from tests.support.control import Clock


@pytest.fixture
def pool(emptied_server, account, smtp) -> Pool:
    return pool_of(emptied_server(smtp_host=smtp.host, smtp_port=smtp.port), account)


def rehearse(pool: Pool, **messages: Any) -> Any:
    answer = pool.server.http.post(f"{pool.server.url}/_emu/chaos", json={"messages": messages})
    return answer.json()["messages" if answer.ok else "message"]


def test_what_is_planned_is_told_and_can_be_called_off(pool):
    assert rehearse(pool, fail=1, bounce=2, codeDeliveryFailure=3) == {"EMAIL": ["fail", "bounce", "bounce"], "codeDeliveryFailure": 3}
    chaos = f"{pool.server.url}/_emu/chaos"
    assert pool.server.http.get(chaos).json()["messages"]["codeDeliveryFailure"] == 3
    assert pool.server.http.delete(chaos).json() == {"messages": {"EMAIL": [], "codeDeliveryFailure": 0}}


def test_a_bounce_is_shown_as_a_refusal(pool, smtp):
    rehearse(pool, bounce=1, text="550 5.1.1 no such mailbox")
    pool.sign_up("ann@example.com")
    pool.sign_up("bob@example.com")
    smtp.wait_for("bob@example.com")
    assert pool.message("ann@example.com", "refused")["lastError"] == "550 5.1.1 no such mailbox"
    assert len(smtp.received) == 1


def test_a_failure_delays_the_mail(pool, smtp):
    rehearse(pool, fail=1)
    pool.sign_up("ann@example.com")
    pool.sign_up("bob@example.com")
    smtp.wait_for("bob@example.com")
    assert pool.message("ann@example.com", "pending")["lastError"] == "451 4.3.0 rehearsal: temporary failure"
    Clock(pool.server).advance(minutes=1)
    assert smtp.wait_for("ann@example.com")


def test_a_mail_waits_as_long_as_it_is_told_to(pool, smtp):
    rehearse(pool, wait=1, waitSeconds=3000)
    pool.sign_up("ann@example.com")
    pool.sign_up("bob@example.com")
    smtp.wait_for("bob@example.com")
    waiting = pool.message("ann@example.com", "pending")
    assert 2900 < waiting["notBefore"] - waiting["createdAt"] < 3100
    Clock(pool.server).advance(hours=1)
    assert smtp.wait_for("ann@example.com")


def test_a_call_fails_as_on_aws_when_its_code_cannot_be_delivered(server, account):
    """CodeDeliveryFailureException needs no SMTP server to be rehearsed; the user exists nevertheless, as on AWS."""
    pool = pool_of(server, account)
    assert rehearse(pool, codeDeliveryFailure=1) == {"codeDeliveryFailure": 1}
    with pytest.raises(pool.idp.exceptions.CodeDeliveryFailureException, match="received the following error from Amazon SES"):
        pool.sign_up("ann@example.com")
    assert pool.message("ann@example.com", "refused")["lastError"] == "rehearsal: the message was not accepted"
    pool.idp.resend_confirmation_code(ClientId=pool.client_id, Username="ann")
    assert pool.message("ann@example.com", "kept")["kind"] == "ResendCode"


def test_an_administrator_who_changes_an_address_is_not_told_that_its_code_was_refused(server, account):
    """AdminUpdateUserAttributes declares no CodeDeliveryFailureException."""
    pool = pool_of(server, account)
    pool.sign_up("ann@example.com")
    rehearse(pool, codeDeliveryFailure=1)
    change = [{"Name": "email", "Value": "ann@example.org"}]
    pool.idp.admin_update_user_attributes(UserPoolId=pool.id, Username="ann", UserAttributes=change)
    assert pool.message("ann@example.org", "refused")["kind"] == "UpdateUserAttribute"


def test_a_rehearsal_that_would_change_nothing_says_so(server, account):
    pool = pool_of(server, account)
    assert rehearse(pool, bounce=1) == "SMTP_HOST is not set: nothing is delivered that could go wrong"
    assert rehearse(pool, bounce=1, medium="SMS").startswith("SMS_WEBHOOK_URL is not set")


def test_a_rehearsal_lives_in_one_process(start_server, account, smtp):
    pool = pool_of(start_server(workers=2, smtp_host=smtp.host, smtp_port=smtp.port), account)
    assert "COGNITO_EMU_WORKERS=1" in rehearse(pool, bounce=1)


@pytest.mark.parametrize("body", [{}, {"messages": 3}, {"messages": {"fail": "twice"}}, {"messages": {"fail": -1}}])
def test_a_senseless_rehearsal_is_refused(server, body):
    assert server.http.post(f"{server.url}/_emu/chaos", json=body).status_code == 400


@pytest.mark.parametrize("messages", [{"fail": 1, "medium": "PIGEON"}, {"fail": 1, "text": 7}])
def test_senseless_details_are_refused(server, messages):
    assert server.http.post(f"{server.url}/_emu/chaos", json={"messages": messages}).status_code == 400


def test_a_reset_ends_the_rehearsal(pool):
    rehearse(pool, bounce=5)
    pool.server.http.post(f"{pool.server.url}/_emu/reset")
    assert pool.server.http.get(f"{pool.server.url}/_emu/chaos").json()["messages"]["EMAIL"] == []
