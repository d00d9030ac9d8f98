"""What the owner of a client sets in managed login's branding is what users see."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.pages.inspection import Inspector
from tests.pages.pictures import svg
from tests.pages.site import Site


def colors(light: dict[str, Any], dark: dict[str, Any]) -> dict[str, Any]:
    return {"lightMode": light, "darkMode": dark}


SETTINGS = {
    "categories": {
        "form": {"location": {"horizontal": "START", "vertical": "CENTER"}, "languageSelector": {"enabled": True}},
        "global": {
            "colorSchemeMode": "DYNAMIC",
            "pageHeader": {"enabled": True},
            "pageFooter": {"enabled": True},
            "spacingDensity": "COMPACT",
        },
    },
    "components": {
        "pageBackground": {"image": {"enabled": True}, **colors({"color": "fff4e0ff"}, {"color": "20140aff"})},
        "pageHeader": {
            "logo": {"enabled": True, "location": "END"},
            **colors(
                {"background": {"color": "7a2e0eff"}, "borderColor": "7a2e0eff"},
                {"background": {"color": "3b1606ff"}, "borderColor": "3b1606ff"},
            ),
        },
        "pageFooter": colors({"background": {"color": "ffe4c4ff"}}, {"background": {"color": "3b1606ff"}}),
        "pageText": colors({"headingColor": "7a2e0eff", "bodyColor": "40210fff"}, {"headingColor": "ffd9b0ff", "bodyColor": "f5e6d8ff"}),
        "form": {
            "borderRadius": 0,
            "logo": {"enabled": True, "location": "CENTER"},
            **colors({"backgroundColor": "fffdf8ff"}, {"backgroundColor": "2b1c10ff"}),
        },
        "primaryButton": colors(
            {
                "defaults": {"backgroundColor": "b3400dff", "textColor": "ffffffff"},
                "hover": {"backgroundColor": "7a2e0eff", "textColor": "ffffffff"},
            },
            {"defaults": {"backgroundColor": "ffb27aff", "textColor": "20140aff"}},
        ),
    },
    "componentClasses": {
        "buttons": {"borderRadius": 24},
        "input": {"borderRadius": 3, **colors({"defaults": {"borderColor": "8a5a3cff"}}, {"defaults": {"backgroundColor": "20140aff"}})},
        "inputLabel": colors({"textColor": "7a2e0eff"}, {"textColor": "ffd9b0ff"}),
        "link": colors({"defaults": {"textColor": "9a3412ff"}}, {"defaults": {"textColor": "ffb27aff"}}),
    },
}


def image(category: str, mode: str, color: str, *, size: tuple[int, int] = (220, 60), text: str = "") -> dict[str, Any]:
    return {"Category": category, "ColorMode": mode, "Extension": "SVG", "Bytes": svg(*size, color, text=text)}


ASSETS = [
    image("FORM_LOGO", "LIGHT", "#b3400d", text="Shop"),
    image("FORM_LOGO", "DARK", "#8a3a16", text="Shop by night"),
    image("PAGE_HEADER_LOGO", "DYNAMIC", "#40210f", size=(120, 32), text="shop.example"),
    image("PAGE_BACKGROUND", "LIGHT", "#fff4e0", size=(400, 300)),
    image("FAVICON_SVG", "DYNAMIC", "#b3400d", size=(32, 32)),
]


def brand(site: Site, **style: Any) -> str:
    made = site.idp.create_managed_login_branding(UserPoolId=site.pool_id, ClientId=site.client_id, **style)["ManagedLoginBranding"]
    identifier: str = made["ManagedLoginBrandingId"]
    return identifier


def look(page: Page, selector: str, name: str) -> str:
    """A style of an element, as the browser has come to it."""
    value: str = page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return value


@pytest.fixture
def branded(site: Site) -> Site:
    brand(site, Settings=SETTINGS, Assets=ASSETS)
    return site


def test_colours_shapes_and_places_are_the_owners(branded: Site, inspect: Inspector) -> None:
    branded.open()
    page = branded.page
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert look(page, ".primary", "backgroundColor") == "rgb(179, 64, 13)"
    assert look(page, ".primary", "borderRadius") == "24px"
    assert look(page, "body", "backgroundColor") == "rgb(255, 244, 224)"
    assert look(page, ".card", "backgroundColor") == "rgb(255, 253, 248)"
    assert look(page, ".card", "borderRadius") == "0px"
    assert look(page, "h1", "color") == "rgb(122, 46, 14)"
    assert look(page, "label", "color") == "rgb(122, 46, 14)"
    assert look(page, ".input", "borderRadius") == "3px"
    assert look(page, ".bar-header", "backgroundColor") == "rgb(122, 46, 14)"
    assert look(page, ".bar-header", "justifyContent") == "flex-end"
    assert look(page, ".more a", "color") == "rgb(154, 52, 18)"
    page.hover(".primary")
    assert look(page, ".primary", "backgroundColor") == "rgb(122, 46, 14)"
    assert page.locator(".card").bounding_box()["x"] < 200, "the form stands at the start of the page"
    inspect("branded-sign-in")
    branded.open("/signup")
    inspect("branded-sign-up")


def test_dark_pages_have_colours_and_pictures_of_their_own(branded: Site) -> None:
    branded.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    branded.open()
    assert look(branded.page, ".primary", "backgroundColor") == "rgb(255, 178, 122)"
    assert look(branded.page, "body", "backgroundColor") == "rgb(32, 20, 10)"
    branded.page.hover(".primary")
    assert look(branded.page, ".primary", "backgroundColor") == "rgb(255, 178, 122)", "no other colour was chosen for it"
    logo = branded.page.locator(".banner img")
    assert "FORM_LOGO.DARK" in logo.evaluate("image => image.currentSrc")
    branded.page.emulate_media(color_scheme="light")
    expect(logo).to_have_js_property("currentSrc", branded.server.url + logo.get_attribute("src"))


def test_the_pictures_are_shown(branded: Site) -> None:
    branded.open()
    page = branded.page
    expect(page.locator(".banner img")).to_have_attribute("alt", "Corner Shop")
    for picture in page.locator("img").all():
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert page.locator("img").count() == 2
    assert "PAGE_BACKGROUND.LIGHT" in look(page, "body", "backgroundImage")
    page.emulate_media(color_scheme="dark")
    assert "PAGE_BACKGROUND" not in look(page, "body", "backgroundImage"), "it is for light pages alone"
    assert "FAVICON_SVG" in page.locator("link[rel=icon]").get_attribute("href")


def test_a_style_may_insist_on_dark_pages(site: Site, inspect: Inspector) -> None:
    brand(site, Settings={"categories": {"global": {"colorSchemeMode": "DARK"}}})
    site.page.emulate_media(color_scheme="light")
    site.open()
    assert look(site.page, "html", "colorScheme") == "dark"
    inspect("branded-dark-only")


def test_a_change_is_seen_at_the_next_page(site: Site) -> None:
    style = brand(site, Settings={"componentClasses": {"buttons": {"borderRadius": 1}}})
    site.open()
    assert look(site.page, ".primary", "borderRadius") == "1px"
    site.idp.update_managed_login_branding(
        UserPoolId=site.pool_id, ManagedLoginBrandingId=style, Settings={"componentClasses": {"buttons": {"borderRadius": 2}}}
    )
    site.page.reload()
    assert look(site.page, ".primary", "borderRadius") == "2px"


def test_a_style_says_whether_users_may_choose_their_language(site: Site) -> None:
    site.open()
    expect(site.page.locator(".languages")).to_have_count(1)
    brand(site, Settings={"categories": {"form": {"languageSelector": {"enabled": False}}}})
    site.page.reload()
    expect(site.page.locator(".languages")).to_have_count(0)


@pytest.mark.parametrize(
    ("place", "inside", "first"),
    [
        ({"formInclusion": "IN", "position": "TOP"}, True, True),
        ({"formInclusion": "IN", "position": "BOTTOM"}, True, False),
        ({"formInclusion": "OUT", "position": "TOP"}, False, True),
        ({"formInclusion": "OUT", "position": "BOTTOM"}, False, False),
    ],
)
def test_the_logo_stands_where_its_owner_wants_it(site: Site, inspect: Inspector, place: dict[str, str], inside: bool, first: bool) -> None:
    brand(site, Settings={"components": {"form": {"logo": {"enabled": True, **place}}}}, Assets=ASSETS[:2])
    site.open()
    expect(site.page.locator(".card .banner")).to_have_count(1 if inside else 0)
    logo, heading = site.page.locator(".banner img").bounding_box(), site.page.locator("h1").bounding_box()
    assert (logo["y"] < heading["y"]) == first
    inspect(f"branded-logo-{place['formInclusion']}-{place['position']}".lower())


def test_a_style_may_do_without_graphics(site: Site) -> None:
    brand(site, Settings={"categories": {"form": {"displayGraphics": False}}})
    site.open()
    assert site.page.locator("body").get_attribute("data-graphics") == "off"
    site.page.evaluate("document.querySelector('main').innerHTML += '<button class=factor><svg class=icon></svg></button>'")
    assert look(site.page, ".factor .icon", "display") == "none"


def test_a_client_has_its_own_style(branded: Site) -> None:
    other = branded.through_client()
    other.open()
    assert look(other.page, ".primary", "borderRadius") == "10px"
    expect(other.page.locator(".bar-header")).to_have_count(0)
