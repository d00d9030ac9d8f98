"""The emulator's own endpoints, as a test uses them: its clock and its inbox."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.server import Server


@dataclass
class Clock:
    """The emulator's time. Whoever moves it sets it right at the end: the fixture does."""

    server: Server

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Move the time forward; returns the new time in seconds since the epoch."""
        return self._tell("POST", {"advance": seconds + 60 * minutes + 3600 * hours + 86400 * days})

    def now(self) -> float:
        """The emulator's time in seconds since the epoch."""
        return self._tell("GET")

    def reset(self) -> None:
        """Back to the real time."""
        self._tell("DELETE")

    def _tell(self, method: str, body: object = None) -> float:
        answer = self.server.http.request(method, f"{self.server.url}/_emu/clock", json=body, timeout=10)
        answer.raise_for_status()
        now: float = answer.json()["now"]
        return now


@dataclass
class Inbox:
    """What the emulator sent, or would have sent, for one account.

    `next` and `code` read on: each message is returned once, in the order of sending. Whoever asks twice gets the second code.
    """

    server: Server
    account: str
    _seen: set[str] = field(default_factory=set)

    def next(self, to: str, *, wait: float = 10) -> dict[str, Any]:
        """The first message to `to` (an address or a phone number) not returned yet, waiting up to `wait` seconds for one."""
        known = self.all(to=to)
        unread = [message for message in known if message["id"] not in self._seen]
        if not unread:
            after = {"after": known[0]["id"]} if known else {}
            unread = self.all(to=to, wait=wait, **after)
        if not unread:
            raise AssertionError(f"no message to {to} within {wait} s; the newest in the inbox: {self.all(limit=5)}")
        self._seen.add(unread[-1]["id"])
        return unread[-1]

    def code(self, to: str, *, wait: float = 10) -> str:
        """The code, or temporary password, in the next message to `to`."""
        message = self.next(to, wait=wait)
        code: str = message["code"]
        assert code, f"this message carries no code: {message}"
        return code

    def all(self, **filters: Any) -> list[dict[str, Any]]:
        """Messages of the account, newest first; filters of `GET /_emu/inbox`: `to`, `pool`, `after`, `limit`, `wait`."""
        parameters = {"account": self.account} | filters
        answer = self.server.http.get(f"{self.server.url}/_emu/inbox", params=parameters, timeout=filters.get("wait", 0) + 10)
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages
