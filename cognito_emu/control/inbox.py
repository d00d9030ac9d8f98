"""`/_emu/inbox`: every message that was or would be sent, with its code as a member of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tornado.web import HTTPError

from cognito_emu.call import Parts
from cognito_emu.control.handler import ControlHandler
from cognito_emu.records import replace
from cognito_emu.store.messages import EVERY_MESSAGE, STATES, Message, MessageFilter
from mail.kinds import Medium, MessageKind

_LONGEST_WAIT = 60.0

# A mail is somebody else's HTML on the emulator's own address. The sandbox gives it an origin of its own and takes its scripts and forms;
# pictures are let in, because a template with the logo missing is not what the user will see. Links open outside, in a new tab.
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; "
    "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class InboxHandler(ControlHandler):
    """The list of messages, the last to arrive first.

    `GET /_emu/inbox?to=&pool=&account=&kind=&medium=&state=&after=&limit=&wait=`: `after` is a time in seconds since the epoch or the id
    of a message; `wait` blocks up to so many seconds until a message matches. `DELETE` with the same filters throws messages away.
    """

    async def get(self) -> None:
        """List messages, waiting for one when asked to."""
        wait = min(self.number_argument("wait") or 0.0, _LONGEST_WAIT)
        limit = int(self.number_argument("limit", minimum=1) or 100)
        wanted = await self._filter()

        async def search() -> Sequence[Message]:
            return await self.parts.store.read(lambda tx: tx.messages.search(wanted, limit=limit))

        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while not (found := await search()) and loop.time() < deadline:
            await self.parts.messenger.delivery.changed.wait(deadline - loop.time())
        self.send_json({"messages": [render_message(message) for message in found]})

    async def delete(self) -> None:
        """Throw messages away."""
        self.send_json({"deleted": await delete_messages(self.parts, await self._filter())})

    async def _filter(self) -> MessageFilter:
        wanted = MessageFilter(
            recipient=self.get_query_argument("to", None),
            pool_id=self.get_query_argument("pool", None),
            account=self.get_query_argument("account", None),
            medium=self._one_of([medium.value for medium in Medium], "medium"),
            kind=self._one_of([kind.value for kind in MessageKind], "kind"),
            state=self._one_of(STATES, "state"),
        )
        after = self.get_query_argument("after", None)
        if after is None:
            return wanted
        try:
            return replace(wanted, created_after=float(after))
        except ValueError:
            message = await self.parts.store.read(lambda tx: tx.messages.get(after))
            if message is None:
                raise HTTPError(400, reason="after is neither a time nor the id of a message") from None
            return replace(wanted, after_number=message.number)

    def _one_of(self, values: Sequence[str], name: str) -> str | None:
        """A filter's value as it is stored, however it is capitalised."""
        text = self.get_query_argument(name, None)
        if text is None:
            return None
        for value in values:
            if value.casefold() == text.casefold():
                return value
        raise HTTPError(400, reason=f"{name} is none of {', '.join(values)}")


class _OneMessage(ControlHandler):
    async def message(self, message_id: str) -> Message:
        """The message, or 404."""
        message = await self.parts.store.read(lambda tx: tx.messages.get(message_id))
        if message is None:
            raise HTTPError(404, reason="No such message")
        return message


class InboxMessageHandler(_OneMessage):
    """One message: `GET` or `DELETE /_emu/inbox/{id}`."""

    async def get(self, message_id: str) -> None:
        """Show one message."""
        self.send_json(render_message(await self.message(message_id)))

    async def delete(self, message_id: str) -> None:
        """Throw one message away."""
        if not await delete_messages(self.parts, message_id=message_id):
            raise HTTPError(404, reason="No such message")
        self.send_json({"deleted": 1})


class InboxHtmlHandler(_OneMessage):
    """`GET /_emu/inbox/{id}/html`: a mail's own HTML as a browser shows it, kept from doing anything."""

    async def get(self, message_id: str) -> None:
        """Show one mail."""
        html = (await self.message(message_id)).content["html"]
        if html is None:
            raise HTTPError(404, reason="This message has no HTML")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", _MAIL_POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        await self.finish(f'<!doctype html><meta charset="utf-8"><base target="_blank">\n{html}')


async def delete_messages(parts: Parts, wanted: MessageFilter = EVERY_MESSAGE, *, message_id: str | None = None) -> int:
    """Throw messages away, and tell those who look at them. Returns how many went."""
    deleted = await parts.store.transact(lambda tx: tx.messages.delete(wanted, message_id=message_id))
    parts.messenger.delivery.changed.ring()
    return deleted


def render_message(message: Message) -> dict[str, Any]:
    """A message as JSON."""
    return {
        "id": message.id,
        "medium": message.medium,
        "kind": message.kind,
        "to": message.recipient,
        "code": message.code,
        "username": message.username,
        "poolId": message.pool_id,
        "clientId": message.client_id,
        "account": message.account,
        "region": message.region,
        "createdAt": message.created_at,
        "state": message.state,
        "attempts": message.attempts,
        "notBefore": message.not_before if message.state == "pending" else None,
        "lastError": message.last_error,
        "sentAt": message.sent_at,
        **message.content,
    }
