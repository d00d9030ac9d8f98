"""`/_emu/inbox`: every message that was or would be sent, with its code as a member of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler
from cognito_emu.store.messages import Message

_LONGEST_WAIT = 60.0


class InboxHandler(ControlHandler):
    """The list of messages, newest first.

    `GET /_emu/inbox?to=&pool=&account=&after=&limit=&wait=`: `after` is a time in seconds since the epoch or the id of a message;
    `wait` blocks up to so many seconds until a message matches. `DELETE` empties it (`?account=`: of one account).
    """

    async def get(self) -> None:
        """List messages, waiting for one when asked to."""
        wait = min(self.number_argument("wait") or 0.0, _LONGEST_WAIT)
        limit = int(self.number_argument("limit", minimum=1) or 100)
        after = await self._after()

        async def search() -> Sequence[Message]:
            return await self.parts.store.read(
                lambda tx: tx.messages.search(
                    recipient=self.get_query_argument("to", None),
                    pool_id=self.get_query_argument("pool", None),
                    account=self.get_query_argument("account", None),
                    after=after,
                    limit=limit,
                )
            )

        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while not (found := await search()) and loop.time() < deadline:
            await self.parts.messenger.wait_for_message(deadline - loop.time())
        self.send_json({"messages": [render_message(message) for message in found]})

    async def delete(self) -> None:
        """Throw messages away."""
        account = self.get_query_argument("account", None)
        self.send_json({"deleted": await self.parts.store.transact(lambda tx: tx.messages.delete(account=account))})

    async def _after(self) -> float | None:
        text = self.get_query_argument("after", None)
        if text is None:
            return None
        try:
            return float(text)
        except ValueError:
            message = await self.parts.store.read(lambda tx: tx.messages.get(text))
            if message is None:
                raise HTTPError(400, reason="after is neither a time nor the id of a message") from None
            return message.created_at


class InboxMessageHandler(ControlHandler):
    """One message: `GET` or `DELETE /_emu/inbox/{id}`."""

    async def get(self, message_id: str) -> None:
        """Show one message."""
        message = await self.parts.store.read(lambda tx: tx.messages.get(message_id))
        if message is None:
            raise HTTPError(404, reason="No such message")
        self.send_json(render_message(message))

    async def delete(self, message_id: str) -> None:
        """Throw one message away."""
        if not await self.parts.store.transact(lambda tx: tx.messages.delete(message_id)):
            raise HTTPError(404, reason="No such message")
        self.send_json({"deleted": 1})


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
        "lastError": message.last_error,
        "sentAt": message.sent_at,
        **message.content,
    }
