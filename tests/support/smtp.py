"""A real SMTP server that keeps what it receives and can be told to misbehave."""

import email
import email.policy
import threading
from collections import deque
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.machine import free_port


@dataclass(frozen=True)
class ReceivedMail:
    """One delivery: the envelope as the client stated it, and the message parsed."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    def text(self, subtype: str = "plain") -> str:
        """The body's text alternative, or its `html` one; empty when there is none."""
        part = self.message.get_body((subtype,))
        return part.get_content().replace("\r\n", "\n") if part else ""


class SmtpServer:
    """Listens on 127.0.0.1. `stop` and `start` keep the port, so that a server can be down for a while.

    Attributes:
        received: All deliveries it accepted, in order.
        answers: What to answer to the next deliveries instead of accepting them, such as `"451 try later"`; used from the left.
    """

    def __init__(self, **options: Any) -> None:
        """Make one that does not listen yet; `options` are aiosmtpd's: `authenticator`, `auth_required`, `tls_context` …."""
        self.host = "127.0.0.1"
        self.port = free_port()
        self.received: list[ReceivedMail] = []
        self.answers: deque[str] = deque()
        self._options = options
        self._arrival = threading.Condition()
        self._controller: Controller | None = None

    def start(self) -> "SmtpServer":
        """Listen, unless it does already."""
        if self._controller is not None:
            return self
        self._controller = Controller(self, hostname=self.host, port=self.port, **self._options)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Close the port."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def forget(self) -> None:
        """Have received nothing, and refuse nothing."""
        with self._arrival:
            self.received.clear()
            self.answers.clear()

    def wait_for(self, to: str, *, count: int = 1, within: float = 15) -> ReceivedMail:
        """The `count`-th mail to `to`, waiting for it."""

        def arrived() -> list[ReceivedMail]:
            return [mail for mail in self.received if to in mail.recipients]

        with self._arrival:
            if not self._arrival.wait_for(lambda: len(arrived()) >= count, within):
                seen = [mail.recipients for mail in self.received]
                raise AssertionError(f"{len(arrived())} of {count} mails to {to} within {within} s; received for: {seen}")
            return arrived()[count - 1]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take or refuse one delivery; aiosmtpd calls this on a thread of its own."""
        with self._arrival:
            if self.answers:
                return self.answers.popleft()
            message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
            self.received.append(ReceivedMail(envelope.mail_from, list(envelope.rcpt_tos), message))
            self._arrival.notify_all()
        return "250 OK"
