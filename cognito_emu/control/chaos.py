"""`/_emu/chaos`: rehearse what goes wrong with messages."""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler
from cognito_emu.messaging import RehearsalError
from mail.chaos import Mishap
from mail.kinds import Medium

# More than anybody rehearses by hand; each is an entry in a list.
_MOST = 10_000


class ChaosHandler(ControlHandler):
    """GET tells what is planned, POST plans more, DELETE ends it.

    `POST {"messages": {"fail": 2, "bounce": 1, "wait": 1}}`: the next two deliveries fail and are tried again, the one after bounces for
    good, the next waits a minute. Beside the counts: `"medium"` (EMAIL), `"text"` (the server's words), `"waitSeconds"` (60), and
    `"codeDeliveryFailure": n`: the next n calls that send a code answer CodeDeliveryFailureException.
    """

    def get(self) -> None:
        """Tell what is planned."""
        self._tell()

    async def post(self) -> None:
        """Plan mishaps, after those already planned."""
        wanted = self.json_body().get("messages")
        if not isinstance(wanted, dict):
            raise HTTPError(400, reason='Expected {"messages": {"fail" | "bounce" | "wait" | "codeDeliveryFailure": count}}')
        delivery = self.parts.messenger.delivery
        mishaps = {mishap: count for mishap in Mishap if (count := _count(wanted, mishap.value))}
        failures = _count(wanted, "codeDeliveryFailure")
        try:
            if mishaps:
                delivery.rehearse(_medium(wanted), mishaps, text=_text(wanted), wait_seconds=_count(wanted, "waitSeconds") or 60)
            if failures:
                delivery.rehearse_code_delivery_failure(failures)
        except RehearsalError as error:
            raise HTTPError(409, reason=str(error)) from error
        self._tell()

    async def delete(self) -> None:
        """End the rehearsal. A message that waits already keeps waiting."""
        self.parts.messenger.delivery.end_rehearsal()
        self._tell()

    def _tell(self) -> None:
        self.send_json({"messages": self.parts.messenger.delivery.planned()})


def _count(wanted: dict[str, Any], name: str) -> int:
    value = wanted.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise HTTPError(400, reason=f"{name} is not a count up to {_MOST}")
    return value


def _medium(wanted: dict[str, Any]) -> Medium:
    try:
        return Medium(wanted.get("medium", Medium.EMAIL))
    except ValueError as error:
        raise HTTPError(400, reason="medium is neither EMAIL nor SMS") from error


def _text(wanted: dict[str, Any]) -> str | None:
    text = wanted.get("text")
    if text is not None and not isinstance(text, str):
        raise HTTPError(400, reason="text is not a text")
    return text
