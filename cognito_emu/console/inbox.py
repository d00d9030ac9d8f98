"""The inbox for people: a list that stays up to date, a message beside it, and rehearsed mishaps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from cognito_emu.console.display import pretty_json
from cognito_emu.console.handler import Done, PageError, PageHandler
from cognito_emu.control.inbox import delete_messages
from cognito_emu.messaging import RehearsalError
from cognito_emu.store import Tx
from cognito_emu.store.messages import Message, MessageFilter
from cognito_emu.store.user_pools import UserPool
from mail.chaos import Mishap
from mail.kinds import Medium

_ROWS = 100
_VIEWS = ("html", "text", "source")


class InboxPageHandler(PageHandler):
    """`/_emu/ui/inbox?to=&pool=&message=&view=`: without a choice the newest message is shown, whichever that is by then."""

    section = "inbox"

    async def show(self) -> None:
        """Render the list, and the message that was chosen."""
        to, pool_id = self.get_query_argument("to", ""), self.get_query_argument("pool", "")
        chosen = self.get_query_argument("message", "")
        wanted = MessageFilter(recipient=to or None, pool_id=pool_id or None)

        def look_up(tx: Tx) -> tuple[list[Message], Message | None, UserPool | None]:
            found = list(tx.messages.search(wanted, limit=_ROWS))
            message = tx.messages.get(chosen) if chosen else next(iter(found), None)
            return found, message, tx.user_pools.get(message.pool_id) if message else None

        messages, message, pool = await self.parts.store.read(look_up)
        filters = {name: value for name, value in (("to", to), ("pool", pool_id)) if value}

        def address(**changes: str) -> str:
            return f"?{urlencode(filters | changes)}"

        await self.render_page(
            "inbox.html",
            "Inbox",
            messages=messages,
            message=message,
            pool=pool,
            reading=bool(chosen),
            view=self._view(message),
            source=pretty_json(message.content["headers"]) if message else "",
            filters=filters,
            address=address,
            planned=self.parts.messenger.delivery.planned(),
            media=[medium.value for medium in Medium if self.parts.messenger.delivery.delivers(medium)],
        )

    async def do_delete(self) -> Done:
        """Throw one message away."""
        await delete_messages(self.parts, message_id=self.typed("message"))
        return Done("The message was thrown away.")

    async def do_clear(self) -> Done:
        """Throw all messages away."""
        deleted = await delete_messages(self.parts)
        return Done(f"{deleted} {'message was' if deleted == 1 else 'messages were'} thrown away.")

    async def do_rehearse(self) -> Done:
        """Let something go wrong with the next message or call."""
        what, delivery = self.typed("what"), self.parts.messenger.delivery
        try:
            if what == "codeDeliveryFailure":
                delivery.rehearse_code_delivery_failure(1)
                return Done("The next call that sends a code will answer CodeDeliveryFailureException.")
            delivery.rehearse(Medium(self.typed("medium")), {Mishap(what): 1})
        except RehearsalError as error:
            raise PageError(409, str(error)) from error
        except ValueError as error:
            raise PageError(400, "Nothing of that name can be rehearsed") from error
        return Done(f"The next message will {what}.")

    async def do_end_rehearsal(self) -> Done:
        """Call off what was planned."""
        self.parts.messenger.delivery.end_rehearsal()
        return Done("Messages go their usual way again.")

    def _view(self, message: Message | None) -> str:
        views: dict[str, Any] = {"html": message and message.content["html"], "text": True, "source": True}
        asked = self.get_query_argument("view", "html")
        return asked if asked in _VIEWS and views[asked] else "text"
