"""The twelve languages of managed login: chosen by `lang`, by the menu, or by what the browser asks for."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import cognito_emu.pages
from tests.oauth.relying_party import Browser, Tenant
from tests.pages.inspection import Inspector
from tests.pages.site import PASSWORD, Site
from tests.support.server import Server

FOLDER = Path(cognito_emu.pages.__file__).parent / "strings"
STRINGS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.iterdir()}
# "Managed login localization" in the developer guide.
LANGUAGES = ("de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW")


def test_there_are_twelve_and_each_says_everything() -> None:
    assert tuple(sorted(STRINGS)) == LANGUAGES
    for code, document in STRINGS.items():
        for part in ("phrases", "attributes"):
            assert document[part].keys() == STRINGS["en"][part].keys(), (code, part)
        if code != "en":
            assert document["messages"].keys() == STRINGS["de"]["messages"].keys(), code


def test_every_language_fits_on_a_phone(site: Site, inspect: Inspector) -> None:
    for code in LANGUAGES:
        site.open("/signup", lang=code)
        expect(site.page.locator("html")).to_have_attribute("lang", code)
        site.expect_heading(STRINGS[code]["phrases"]["sign_up_title"])
        inspect.on_a_phone(f"language-{code}")


@pytest.mark.parametrize("code", ["de", "ja"])
def test_everything_is_in_the_language_that_lang_named_once(site: Site, inspect: Inspector, code: str) -> None:
    phrases, messages = STRINGS[code]["phrases"], STRINGS[code]["messages"]
    site.open(lang=code)
    site.expect_heading(phrases["sign_in"])
    inspect(f"language-{code}-sign-in")
    site.page.fill("#signInFormUsername", "ann")
    site.page.fill("#signInFormPassword", "wrong")
    site.press(phrases["sign_in"])
    site.expect_error(messages["Incorrect username or password."])
    site.open("/forgotPassword")  # `lang` is remembered
    site.expect_heading(phrases["forgot_password"])
    site.open()
    site.page.fill("#signInFormUsername", "ann")
    site.page.fill("#signInFormPassword", PASSWORD)
    site.press(phrases["sign_in"])
    site.expect_signed_in("ann")


def test_the_menu_changes_the_language_and_works_by_keyboard(site: Site, inspect: Inspector) -> None:
    site.open()
    menu = site.page.locator(".languages")
    menu.locator("summary").focus()
    site.page.keyboard.press("Enter")
    expect(menu.get_by_role("link")).to_have_count(len(LANGUAGES))
    inspect("language-menu")
    menu.get_by_role("link", name="Français").focus()
    site.page.keyboard.press("Enter")
    site.expect_heading(STRINGS["fr"]["phrases"]["sign_in"])
    site.open()
    site.expect_heading(STRINGS["fr"]["phrases"]["sign_in"])


ACCEPTED = {
    "pt-PT,pt;q=0.9,en;q=0.8": "pt-BR",
    "zh-HK": "zh-TW",
    "zh": "zh-CN",
    "sv,nl;q=0.5,en;q=0.7": "en",
    "de;q=0,it;q=0.1": "it",
    "de-AT": "de",
    "sv": "en",
    "*": "en",
    "nonsense;;q=": "en",
}


def test_without_lang_the_browsers_wishes_count(server: Server, idp: Any) -> None:
    url = Tenant.make(server, idp).client().url("/login", response_type="code")
    spoken = {accepted: Browser(server).visit(url, **{"Accept-Language": accepted}) for accepted in ACCEPTED}
    assert {accepted: answer.headers["Content-Language"] for accepted, answer in spoken.items()} == ACCEPTED
    assert '<html lang="pt-BR"' in spoken["pt-PT,pt;q=0.9,en;q=0.8"].text


@pytest.mark.parametrize(("lang", "spoken"), [("ko", "ko"), ("zh_TW", "zh-TW"), ("tlh", "es")])
def test_lang_counts_before_the_browsers_wishes_and_an_unknown_one_does_not_count(server: Server, idp: Any, lang: str, spoken: str) -> None:
    url = Tenant.make(server, idp).client().url("/login", response_type="code", lang=lang)
    assert Browser(server).visit(url, **{"Accept-Language": "es"}).headers["Content-Language"] == spoken
