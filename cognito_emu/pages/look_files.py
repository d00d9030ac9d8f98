"""What the owners of pools and clients uploaded for their pages: style sheets and images."""

from __future__ import annotations

import base64
import binascii

from tornado.web import HTTPError, RequestHandler

from cognito_emu.call import Parts
from cognito_emu.pages.branding_style import branding_style
from cognito_emu.pages.look import Branding
from cognito_emu.pages.static_files import send
from cognito_emu.store import Tx

_TYPES = {"ICO": "image/x-icon", "JPEG": "image/jpeg", "PNG": "image/png", "SVG": "image/svg+xml", "WEBP": "image/webp"}


class _LookHandler(RequestHandler):
    parts: Parts

    def initialize(self, parts: Parts) -> None:
        """Called by Tornado with the arguments of the route."""
        self.parts = parts

    async def branding(self, client_id: str) -> Branding:
        """The managed login style of a client."""
        found = await self.parts.store.read(lambda tx: tx.brandings.find_by_client(client_id))
        if found is None:
            raise HTTPError(404)
        return Branding(found)


class BrandingStyleHandler(_LookHandler):
    """`/_pages/branding/<client id>.css`."""

    async def get(self, client_id: str) -> None:
        """Serve what the settings document comes to."""
        send(self, branding_style(await self.branding(client_id)).encode(), "text/css; charset=utf-8")


class BrandingImageHandler(_LookHandler):
    """`/_pages/branding/<client id>/<category>.<mode>`."""

    async def get(self, client_id: str, category: str, mode: str) -> None:
        """Serve an asset."""
        asset = (await self.branding(client_id)).asset(category, mode)
        if asset is None:
            raise HTTPError(404)
        try:
            content = base64.b64decode(asset["Bytes"])
        except binascii.Error as error:
            raise HTTPError(404) from error
        send(self, content, _TYPES.get(asset["Extension"], "application/octet-stream"))


class ClassicStyleHandler(_LookHandler):
    """`/_pages/classic/<client id>.css`."""

    async def get(self, client_id: str) -> None:
        """Serve the style sheet of SetUICustomization, as it was given."""

        def look_up(tx: Tx) -> str | None:
            client = tx.app_clients.get(client_id)
            custom = tx.ui_customizations.in_force(client.pool_id, client.id) if client else None
            return custom.css if custom else None

        css = await self.parts.store.read(look_up)
        if css is None:
            raise HTTPError(404)
        send(self, css.encode(), "text/css; charset=utf-8")
