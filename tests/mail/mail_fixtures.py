"""Real servers, a clock that stands still until told, and messages, for the tests of this room."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mail import MemoryOutbox, MessageKind, MessageRequest, RenderedMessage, SmtpSettings, render
from mail.kinds import Medium

POOL_ID = "eu-central-1_AbCd12345"
CLIENT_ID = "1example23456789"


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs an async test to its end; a test that hangs fails after a minute instead of hanging the run."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), 60))

    return run


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += seconds


class WatchedOutbox(MemoryOutbox):
    """Tells a test when the worker has written something, so that no test needs to poll or to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Condition()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(condition)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def mark_sent(self, message_id: str, at: float) -> None:
        await super().mark_sent(message_id, at)
        await self._tell()

    async def mark_retry(self, message_id: str, at: float, not_before: float, error: str) -> None:
        await super().mark_retry(message_id, at, not_before, error)
        await self._tell()

    async def mark_refused(self, message_id: str, at: float, error: str) -> None:
        await super().mark_refused(message_id, at, error)
        await self._tell()

    async def release(self, message_ids: list[str], reason: str | None) -> None:
        await super().release(message_ids, reason)
        await self._tell()


_numbers: Iterator[int] = iter(range(1, 1_000_000))


def request(**values: Any) -> MessageRequest:
    """A sign-up code to jane@example.com, with `values` instead of what they name."""
    defaults: dict[str, Any] = {
        "message_id": f"m{next(_numbers)}",
        "created_at": 1_800_000_000.0,
        "medium": Medium.EMAIL,
        "kind": MessageKind.SIGN_UP,
        "to": "jane@example.com",
        "user_pool_id": POOL_ID,
        "client_id": CLIENT_ID,
        "username": "jane",
        "user_id": "7f1c0a5e-0000-4000-8000-000000000001",
        "code": "123456",
    }
    return MessageRequest(**defaults | values)


async def settled() -> None:
    """Lets whatever can go on without waiting go on; the tests' way of saying that nothing more happens by itself."""
    for _ in range(50):
        await asyncio.sleep(0)


def message(**values: Any) -> RenderedMessage:
    return render(request(**values))


class Mailbox:
    """An aiosmtpd handler that keeps what arrives and counts connections; answers can be set per command."""

    def __init__(self, *, rcpt: str | None = None, data: str | None = None, mail_from: str | None = None) -> None:
        self.envelopes: list[Envelope] = []
        self.sessions: set[int] = set()
        self.connections = 0
        self.rcpt, self.data, self.mail_from = rcpt, data, mail_from

    def mails(self) -> list[EmailMessage]:
        # A method: aiosmtpd looks at every attribute of its handler for each connection, and a property would parse all mails.
        return [message_from_bytes(envelope.original_content or b"", policy=default_policy) for envelope in self.envelopes]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail_from:
            return self.mail_from
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.data:
            return self.data
        self.envelopes.append(envelope)
        self.sessions.add(id(session))
        return "250 queued"


@asynccontextmanager
async def smtp_server(
    mailbox: Mailbox, *, port: int = 0, implicit_tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[SmtpSettings]:
    """A real SMTP server in this loop; yields settings that reach it in clear."""
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        mailbox.connections += 1
        return SMTP(mailbox, hostname="mx.test", loop=loop, **{"enable_SMTPUTF8": True, **options})

    server = await loop.create_server(connection, "127.0.0.1", port, ssl=implicit_tls)
    try:
        yield SmtpSettings("127.0.0.1", server.sockets[0].getsockname()[1], timeout_seconds=5)
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], *, timeout_seconds: float = 5
) -> AsyncIterator[SmtpSettings]:
    """A TCP server that says what `talk` says: for servers no library would give."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield SmtpSettings("127.0.0.1", server.sockets[0].getsockname()[1], timeout_seconds=timeout_seconds)
    finally:
        server.close()


async def free_port() -> int:
    """A port on which nothing listens."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


def accepts(username: str, password: str) -> Callable[..., AuthResult]:
    """An aiosmtpd authenticator for one account."""

    def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(username.encode(), password.encode())
        return AuthResult(success=right, handled=right, message=None if right else "535 5.7.8 bad credentials")

    return authenticator


def certificate(folder: Any) -> tuple[ssl.SSLContext, str]:
    """A certificate for 127.0.0.1 made on the spot: the server's context, and the file by which a client trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, str(public)
