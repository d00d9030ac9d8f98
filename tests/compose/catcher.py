"""A mail catcher in MailHog's place: SMTP on 1025, and `GET /api/v2/messages` of MailHog's on 8025, with the parts that tests read."""

import asyncio
import email
import email.policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tornado.web import Application, RequestHandler


class Messages(RequestHandler):
    def initialize(self, received: list[dict[str, Any]]) -> None:
        self._received = received

    def get(self) -> None:
        self.write({"items": self._received})


class Catcher:
    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        headers = {name: [str(value)] for name, value in message.items()}
        self.received.append({"Raw": {"From": envelope.mail_from, "To": envelope.rcpt_tos}, "Content": {"Headers": headers}})
        return "250 OK"


async def main() -> None:
    catcher = Catcher()
    Controller(catcher, hostname="0.0.0.0", port=1025).start()
    Application([("/api/v2/messages", Messages, {"received": catcher.received})]).listen(8025)
    await asyncio.Event().wait()


asyncio.run(main())
