"""`GET /_emu/health`, also under the paths that scripts for other emulators poll."""

from __future__ import annotations

from cognito_emu import __version__
from cognito_emu.control.handler import ControlHandler


class HealthHandler(ControlHandler):
    """Version, database, and what is switched on."""

    async def get(self) -> None:
        """Answer once the database does."""
        await self.parts.store.read(lambda tx: tx.emulator_state.get("clock_offset"))
        settings = self.parts.settings
        self.send_json(
            {
                "status": "ok",
                "version": __version__,
                "database": self.parts.store.kind,
                "triggers": settings.triggers,
                "mail": "smtp" if settings.smtp_host else "off",
                # LocalStack's and MiniStack's clients look for their services here.
                "services": {"cognito-idp": "running", "cognito-identity": "running", "sts": "running"},
            }
        )
