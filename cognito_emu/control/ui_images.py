"""`GET /_emu/ui-images/<id>`: the logo of a classic hosted page, whose address SetUICustomization tells."""

from __future__ import annotations

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler


class UiImageHandler(ControlHandler):
    """Serves a logo. A new one has a new address, so this one may be remembered for good."""

    async def get(self, image_id: str) -> None:
        """Answer with the image."""
        found = await self.parts.store.read(lambda tx: tx.ui_customizations.find_by_image(image_id))
        if found is None or found.image is None or found.image_type is None:
            raise HTTPError(404, reason="There is no such image")
        self.set_header("Content-Type", found.image_type)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(found.image)
