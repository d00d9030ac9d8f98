"""The trigger log: a function that refuses a sign-up is found, understood and run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.shop import Shop, Window, open_shop
from tests.console.test_pages import assert_well_made
from tests.support.machine import CHECKOUT

PRE_SIGN_UP = "arn:aws:lambda:us-east-1:{account}:function:{name}"


def functions_file(folder: Path) -> Path:
    """Two of the triggers' own handlers, under names."""
    code = CHECKOUT / "tests" / "handlers" / "python"
    path = folder / "functions.toml"
    path.write_text(
        "".join(
            f'[functions.{name}]\ncode = "{code}"\nruntime = "python3.12"\nhandler = "app.{handler}"\n'
            for name, handler in (("refuse", "raises"), ("confirm", "confirms"))
        )
    )
    return path


@pytest.fixture(scope="module")
def triggered(servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose PreSignUp refused Dora."""
    with servers(triggers="process", functions=str(functions_file(tmp_path_factory.mktemp("functions")))) as server:
        shop = open_shop(server, "123456789012")
        set_pre_sign_up(shop, "refuse")
        with pytest.raises(shop.idp.exceptions.UserLambdaValidationException):
            shop.sign_up("dora@example.com")
        yield shop


def set_pre_sign_up(shop: Shop, name: str) -> None:
    arn = PRE_SIGN_UP.format(account=shop.account, name=name)
    shop.idp.update_user_pool(UserPoolId=shop.pool_id, AutoVerifiedAttributes=["email"], LambdaConfig={"PreSignUp": arn})


def newest(shop: Shop) -> str:
    page = Window(shop.server).get("/_emu/ui/triggers").text
    return page.partition('data-key="')[2].partition('"')[0]


_PAGES: dict[str, Callable[[Shop], str]] = {
    "list": lambda shop: f"/_emu/ui/triggers?pool={shop.pool_id}",
    "nothing found": lambda _: "/_emu/ui/triggers?q=nothing",
    "invocation": lambda shop: f"/_emu/ui/triggers/{newest(shop)}",
    "forgotten": lambda _: "/_emu/ui/triggers/gone",
}


@pytest.mark.parametrize("name", _PAGES)
def test_its_pages_are_accessible_in_both_schemes_and_fit_a_phone(triggered: Shop, browser: Browser, name: str) -> None:
    assert_well_made(browser, triggered.server.url, _PAGES[name](triggered))


def test_an_invocation_is_found_looked_at_and_run_again(triggered: Shop, page: Page) -> None:
    page.goto(f"{triggered.server.url}/_emu/")
    page.get_by_role("link", name="Triggers").click()
    expect(page.locator("#invocations")).to_contain_text("RuntimeError: PreSignUp failed with error No entry for")
    page.get_by_role("link", name="PreSignUp_SignUp").last.click()
    main = page.locator("main")
    expect(main).to_contain_text('"triggerSource": "PreSignUp_SignUp"')
    expect(main).to_contain_text('"email": "dora@example.com"')
    first = page.url
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("status").first).to_contain_text("ran again")
    expect(page.get_by_text("Failed").first).to_be_visible()
    assert page.url != first


def test_invocations_appear_by_themselves(triggered: Shop, page: Page) -> None:
    page.goto(f"{triggered.server.url}/_emu/ui/triggers?q=confirm")
    expect(page.get_by_text("No such invocation")).to_be_visible()
    expect(page.locator("body.live")).to_be_attached()
    set_pre_sign_up(triggered, "confirm")
    triggered.sign_up("gus@example.com")
    expect(page.locator("#invocations li")).to_have_count(1)
    page.get_by_role("link", name="PreSignUp_SignUp").click()
    expect(page.locator("main")).to_contain_text('"autoConfirmUser": true')
    set_pre_sign_up(triggered, "refuse")


def test_errors_are_told_apart(triggered: Shop) -> None:
    window = Window(triggered.server)
    assert "No entry for" in window.get("/_emu/ui/triggers?errors=on&q=refuse").text
    assert "No entry for" not in window.get("/_emu/ui/triggers?errors=on&q=confirm").text


def test_without_triggers_the_page_says_how_to_have_them(server) -> None:
    assert "COGNITO_EMU_TRIGGERS=process" in Window(server).get("/_emu/ui/triggers").text


def test_with_triggers_off_nothing_runs_again(triggered: Shop) -> None:
    window = Window(triggered.server)
    path = f"/_emu/ui/triggers/{newest(triggered)}"
    form_from_before = window.get(path).text
    assert "Run again" in form_from_before
    triggered.server.restart(triggers="off")
    assert "Run again" not in window.get(path).text
    triggered.server.restart(triggers="process")
