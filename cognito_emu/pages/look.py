"""How the pages of a client look: classic or managed login, and what its owner made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from cognito_emu.domain.managed_login import merged
from cognito_emu.domain.managed_login_defaults import default_settings
from cognito_emu.domain.tiers import tier_of
from cognito_emu.oauth.addresses import Arrival, domain_in_host
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.pages.static_files import PREFIX
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.branding import ManagedLoginBranding, UiCustomization

_MANAGED = 2
_SCHEMES = {"LIGHT": "light", "DARK": "dark"}
# Whether the logo is part of the form, and where: formInclusion and position.
_BANNERS = {("IN", "BOTTOM"): "bottom", ("OUT", "TOP"): "above", ("OUT", "BOTTOM"): "below"}


class Picture(Record):
    """An image for light and, where there is another, for dark pages."""

    light: str
    dark: str | None = None


class Look(Record, kw_only=True):
    """What a template needs to know of the look.

    Attributes:
        managed: Managed login; else the classic hosted UI.
        name: The client's name, which stands where there is no logo.
        scheme: `light`, `dark`, or `auto` for what the browser prefers.
        stylesheet: The address of what the owner set.
        logo: In the form, or beside it.
        banner: Where it stands: at the form's `top` or `bottom`, `above` or `below` it.
        header, footer: Logos of the page's header and footer; None: there is no such bar. An empty Picture: a bar without logo.
        placement: `data-` attributes of the body: where form and logos stand, how dense it is, whether it is decorated.
        providers_first: Identity providers stand above name and password.
        icons: The buttons of identity providers have icons.
        language_menu: Users may choose the language on the page.
    """

    managed: bool
    name: str
    scheme: str = "auto"
    stylesheet: str | None = None
    logo: Picture | None = None
    banner: str = "top"
    favicon: str | None = None
    header: Picture | None = None
    footer: Picture | None = None
    placement: Mapping[str, str] = {}
    providers_first: bool = False
    icons: bool = True
    language_menu: bool = True

    @classmethod
    def of_nobody(cls) -> Self:
        """Pages that belong to no client, such as the error page for an unknown one."""
        return cls(managed=True, name="")

    @classmethod
    def read(cls, tx: Tx, arrival: Arrival, client: OAuthClient) -> Self:
        """The look of a client's pages."""
        if _is_managed(tx, arrival, client):
            return cls._managed_login(client, tx.brandings.find_by_client(client.app_client.id))
        return cls._classic(client, tx.ui_customizations.in_force(client.pool.id, client.app_client.id))

    @classmethod
    def _classic(cls, client: OAuthClient, custom: UiCustomization | None) -> Self:
        # Light only, as on AWS: style sheets that were written for it say nothing of dark.
        look = {"managed": False, "name": client.app_client.name, "scheme": "light", "providers_first": True, "language_menu": False}
        if custom is None:
            return cls(**look)  # type: ignore[arg-type] # the values have the types of the fields
        style = f"{PREFIX}/classic/{client.app_client.id}.css?v={int(custom.modified_at * 1000)}" if custom.css else None
        logo = Picture(f"/_emu/ui-images/{custom.image_id}") if custom.image_id else None
        return cls(**look, stylesheet=style, logo=logo)  # type: ignore[arg-type] # as above

    @classmethod
    def _managed_login(cls, client: OAuthClient, branding: ManagedLoginBranding | None) -> Self:
        # Deliberate: without a style AWS shows no page at all; here the default look stands in, so that trying things out needs less.
        settings = Branding(branding)
        return cls(
            managed=True,
            name=client.app_client.name,
            scheme=_SCHEMES.get(settings.text("categories.global.colorSchemeMode"), "auto"),
            stylesheet=settings.url(".css"),
            logo=settings.picture("FORM_LOGO") if settings.flag("components.form.logo.enabled") else None,
            banner=settings.banner(),
            favicon=settings.favicon(),
            header=settings.bar("pageHeader", "PAGE_HEADER_LOGO"),
            footer=settings.bar("pageFooter", "PAGE_FOOTER_LOGO"),
            placement={
                "horizontal": settings.text("categories.form.location.horizontal").lower() or "center",
                "vertical": settings.text("categories.form.location.vertical").lower() or "center",
                "density": settings.text("categories.global.spacingDensity").lower() or "regular",
                "logo": settings.text("components.form.logo.location").lower() or "center",
                # Assumption: displayGraphics is about what only decorates, the icons of the ways to sign in.
                "graphics": "on" if settings.flag("categories.form.displayGraphics", default=True) else "off",
                "header": settings.text("components.pageHeader.logo.location").lower() or "start",
                "footer": settings.text("components.pageFooter.logo.location").lower() or "start",
            },
            providers_first=settings.providers_first(),
            icons=settings.flag("componentClasses.idpButtons.icons.enabled", default=True),
            # A style that says nothing of it has no menu, as AWS's own; pages without a style are easier to try out with one.
            language_menu=branding is None or settings.flag("categories.form.languageSelector.enabled"),
        )


class Branding:
    """The settings document of a managed login style, in which anything may be missing, and its images."""

    def __init__(self, branding: ManagedLoginBranding | None) -> None:
        self._branding = branding
        own = branding.settings if branding and not branding.use_cognito_values else None
        # What AWS's own style arranges, a style that says nothing of it arranges too; colours that nobody chose are ours.
        arranged = {"categories": default_settings()["categories"]} if branding else {}
        self._settings: Mapping[str, Any] = merged(arranged, own or {})
        assets = branding.assets if branding and not branding.use_cognito_values else []
        self._assets = {(asset["Category"], asset["ColorMode"]): asset for asset in assets}

    def find(self, path: str) -> Any:
        """What stands at `components.form.borderRadius`; None when nothing does."""
        value: Any = self._settings
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, path: str) -> str:
        """A setting that is a word; empty when it is none."""
        value = self.find(path)
        return value if isinstance(value, str) else ""

    def flag(self, path: str, *, default: bool = False) -> bool:
        """A setting that is a switch."""
        value = self.find(path)
        return value if isinstance(value, bool) else default

    def asset(self, category: str, mode: str) -> Mapping[str, Any] | None:
        """The image for a place in light (`LIGHT`) or dark (`DARK`) pages; one for both stands in."""
        found = self._assets.get((category, mode)) or self._assets.get((category, "DYNAMIC"))
        return found if found and "Bytes" in found else None

    def url(self, suffix: str) -> str | None:
        """The address of something of this style."""
        if self._branding is None or self._branding.use_cognito_values:
            return None
        return f"{PREFIX}/branding/{self._branding.client_id}{suffix}?v={int(self._branding.modified_at * 1000)}"

    def image_url(self, category: str, mode: str) -> str | None:
        """The address of an image."""
        return self.url(f"/{category}.{mode}") if self.asset(category, mode) else None

    def picture(self, category: str) -> Picture | None:
        """An image for light and dark pages."""
        light, dark = self.image_url(category, "LIGHT"), self.image_url(category, "DARK")
        return Picture(light or dark or "", dark if light else None) if light or dark else None

    def bar(self, component: str, category: str) -> Picture | None:
        """The header or the footer of the page, where it is turned on."""
        if not self.flag(f"categories.global.{component}.enabled"):
            return None
        logo = self.picture(category) if self.flag(f"components.{component}.logo.enabled") else None
        return logo or Picture("")

    def banner(self) -> str:
        """Where the logo stands, as in `Look.banner`."""
        logo = "components.form.logo"
        place = (self.text(f"{logo}.formInclusion") or "IN", self.text(f"{logo}.position") or "TOP")
        return _BANNERS.get(place, "top")

    def favicon(self) -> str | None:
        """The page's icon, as SVG if there is one."""
        return self.image_url("FAVICON_SVG", "DYNAMIC") or self.image_url("FAVICON_ICO", "DYNAMIC")

    def providers_first(self) -> bool:
        """Whether authMethodOrder begins with federation."""
        order = self.find("categories.auth.authMethodOrder")
        try:
            return bool(order[0][0]["type"] == "FEDERATED")
        except (TypeError, LookupError):
            return False


def _is_managed(tx: Tx, arrival: Arrival, client: OAuthClient) -> bool:
    """Managed login, by the domain that the request came by, else by the pool's first."""
    domains = tx.domains.of_pool(client.pool.id)
    named = domain_in_host(arrival.host)
    versions = [domain.settings["ManagedLoginVersion"] for domain in domains if named and domain.domain == named.name]
    versions += [domain.settings["ManagedLoginVersion"] for domain in domains]
    if not versions:
        # Deliberate: on AWS a pool without domain has no pages. Here it has the ones that its tier includes.
        return tier_of(client.pool.settings) != "LITE"
    return bool(versions[0] == _MANAGED)
