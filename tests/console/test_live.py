"""Open pages stay up to date by themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.console.shop import PASSWORD, Shop


def test_a_message_appears_and_its_code_is_copied_by_a_click(shop: Shop, page: Page) -> None:
    # The window shows the mail of all accounts: an address that no other test of this server has.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{shop.server.url}/_emu/ui/inbox?to=live@example.com")
    expect(page.get_by_text("No such message")).to_be_visible()
    expect(page.locator("body.live")).to_be_attached()
    shop.sign_up("live@example.com")
    code = page.get_by_role("button", name=re.compile("Copy code [0-9]{6}"))
    code.click()
    expect(page.get_by_text("Copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == shop.inbox.code("live@example.com")


def test_the_newest_message_is_opened_by_itself(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.server.url}/_emu/ui/inbox?pool={shop.pool_id}")
    reader = page.locator("#reader")
    expect(reader).to_contain_text("ann@example.com")
    expect(page.locator("body.live")).to_be_attached()
    shop.sign_up("dora@example.com")
    expect(reader).to_contain_text("dora@example.com")
    code = shop.inbox.code("dora@example.com")
    expect(page.frame_locator("iframe").get_by_text(f"Your verification code is {code}")).to_be_visible()


def test_calls_and_their_errors_appear(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.server.url}/_emu/ui/calls?q={shop.client_id}")
    expect(page.locator("body.live")).to_be_attached()
    with pytest.raises(shop.idp.exceptions.NotAuthorizedException):
        shop.sign_in("ann@example.com", "wrong-password-1")
    failed = page.locator("li", has_text="InitiateAuth").first
    expect(failed).to_contain_text("NotAuthorizedException: Incorrect username or password.")
    expect(failed).to_contain_text("web")
    assert "wrong-password-1" not in page.content()


def test_a_user_who_signs_up_appears_in_the_list_and_on_the_overview(shop: Shop, page: Page) -> None:
    page.goto(shop.address())
    expect(page.locator("body.live")).to_be_attached()
    shop.sign_up("dora@example.com")
    expect(page.locator("#users")).to_contain_text("dora@example.com")


def test_a_form_that_is_being_filled_in_is_left_alone(shop: Shop, page: Page) -> None:
    page.goto(shop.address())
    page.locator("summary", has_text="New user").click()
    page.get_by_label("E-mail address", exact=True).fill("half-typed@")
    expect(page.locator("body.live")).to_be_attached()
    shop.sign_up("dora@example.com")
    expect(page.locator("#users")).to_contain_text("dora@example.com")
    expect(page.get_by_label("E-mail address", exact=True)).to_have_value("half-typed@")
    expect(page.get_by_label("E-mail address", exact=True)).to_be_focused()


def test_pages_open_on_a_server_do_not_keep_it_from_ending(start_server, page: Page) -> None:
    server = start_server()
    page.goto(f"{server.url}/_emu/")
    expect(page.locator("body.live")).to_be_attached()
    assert server.stop() == 0
    assert server.log_path.read_text().count("\n") == 1  # the line of its start: nothing went wrong
    server.restart()
    client = server.client(account="123456789012")
    client.create_user_pool(PoolName="after the restart")
    expect(page.get_by_text("after the restart").first).to_be_visible()  # the stream connects again by itself


@pytest.mark.databases("postgresql")
def test_what_another_node_does_appears_as_well(shop: Shop, start_server, page: Page, account: str) -> None:
    other = start_server(shop.server.settings["database"])
    page.goto(f"{other.url}/_emu/ui/inbox?pool={shop.pool_id}&to=dora@example.com")
    expect(page.locator("body.live")).to_be_attached()
    shop.sign_up("dora@example.com")
    expect(page.locator("#messages")).to_contain_text("dora@example.com", timeout=15_000)


def test_secrets_do_not_get_into_the_log_of_calls(shop: Shop) -> None:
    tokens = shop.sign_in("ann@example.com")
    shop.idp.change_password(AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword="Brand-new-horse-9")
    page = shop.server.http.get(f"{shop.server.url}/_emu/ui/calls?q=ChangePassword").text
    assert "ChangePassword" in page
    for secret in (PASSWORD, "Brand-new-horse-9", tokens["AccessToken"], tokens["RefreshToken"]):
        assert secret not in page


def test_files_that_a_hosted_page_loads_are_no_calls_but_a_missing_one_is(shop: Shop) -> None:
    http, url = shop.server.http, shop.server.url
    page = http.get(f"{url}/login?client_id={shop.client_id}").text
    [style, *_] = re.findall(r'"(/_pages/static/[^"]+\.css)"', page)
    missing = f"/_pages/static/none/{shop.client_id}.css"
    assert [http.get(url + path).status_code for path in (style, missing)] == [200, 404]
    calls = http.get(f"{url}/_emu/ui/calls?q=_pages").text
    assert missing in calls
    assert style not in calls


def test_the_link_of_a_mail_works_from_its_sandboxed_preview(shop: Shop, page: Page) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Please {##confirm your address##}"}
    shop.idp.update_user_pool(UserPoolId=shop.pool_id, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template)
    shop.sign_up("dora@example.com")
    page.goto(f"{shop.server.url}/_emu/ui/inbox?to=dora@example.com&pool={shop.pool_id}")
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="confirm your address").click()
    opened.value.wait_for_load_state()
    assert shop.status("dora@example.com") == "CONFIRMED"
