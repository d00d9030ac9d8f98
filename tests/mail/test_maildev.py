"""Mail as a person reads it: in a catcher's page, in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.mail.product import Pool, pool_of
from tests.support.maildev import Maildev, maildev
from tests.support.server import Server


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maildev]:
    with maildev(tmp_path_factory.mktemp("maildev")) as catcher:
        yield catcher


@pytest.fixture
def server_of_the_catcher(emptied_server, catcher) -> Server:
    """Host and port may stand in one variable."""
    return emptied_server(smtp_host=f"{catcher.host}:{catcher.smtp_port}")


@pytest.fixture
def mailed_pool(server_of_the_catcher: Server, account) -> Pool:
    html = "<h1>Grüß Gott!</h1><p>Your code is <strong>{####}</strong></p>"
    return pool_of(server_of_the_catcher, account, VerificationMessageTemplate={"EmailMessage": html, "EmailSubject": "Grüße von Ψ"})


def test_the_mail_is_read_in_a_browser(mailed_pool: Pool, catcher: Maildev, page: Page) -> None:
    mailed_pool.sign_up("ann@example.com")
    code = mailed_pool.message("ann@example.com", "sent")["code"]
    page.goto(catcher.url)
    page.get_by_text("Grüße von Ψ").first.click()
    mail = page.frame_locator("iframe.panel-html")
    expect(mail.get_by_role("heading", name="Grüß Gott!")).to_be_visible()
    expect(mail.get_by_text(f"Your code is {code}")).to_be_visible()
    mailed_pool.idp.confirm_sign_up(ClientId=mailed_pool.client_id, Username="ann", ConfirmationCode=code)


def test_the_link_in_a_mail_confirms_the_sign_up(server_of_the_catcher: Server, account, catcher: Maildev, page: Page) -> None:
    template = {
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "EmailSubjectByLink": f"Confirm {account}",
        "EmailMessageByLink": "Please {##confirm your address##}",
    }
    pool = pool_of(server_of_the_catcher, account, VerificationMessageTemplate=template)
    pool.sign_up("ann@example.com")
    assert pool.message("ann@example.com", "sent")
    page.goto(catcher.url)
    page.get_by_text(f"Confirm {account}").first.click()
    link = page.frame_locator("iframe.panel-html").get_by_role("link", name="confirm your address")
    with page.expect_response(f"{pool.server.url}/confirmUser?*") as answer:
        link.click()
    assert answer.value.ok
    assert pool.idp.admin_get_user(UserPoolId=pool.id, Username="ann")["UserStatus"] == "CONFIRMED"
