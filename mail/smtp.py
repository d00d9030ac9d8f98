"""Delivery by SMTP (RFC 5321) through aiosmtplib."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.headerregistry import Address
from enum import StrEnum
from functools import cached_property
from typing import Self

import aiosmtplib
import msgspec

from mail.addresses import parse_mailbox
from mail.messages import RenderedMessage
from mail.mime import email_message, wire_bytes
from mail.sender import DEFAULT_FROM
from mail.transport import Deliver, DeliveryError, DeliveryRefusedError, ServerUnavailableError, TemporaryDeliveryError

# Replies that look permanent but speak of our credentials (RFC 4954): the developer mends his settings, and the mail still goes.
_AUTHENTICATION_REPLIES = frozenset({530, 534, 535, 538})
_SERVICE_CLOSING = 421
_PERMANENT = 500
_QUIT_SECONDS = 1.0


class TlsMode(StrEnum):
    """SMTP_TLS."""

    OFF = "off"
    STARTTLS = "starttls"
    TLS = "tls"


_DEFAULT_PORTS = {TlsMode.OFF: 25, TlsMode.STARTTLS: 587, TlsMode.TLS: 465}


class SmtpSettings(msgspec.Struct, frozen=True):
    """Where mail goes.

    Attributes:
        from_address: The envelope's sender, for servers that accept no other. It also replaces Cognito's built-in From; a From
            that the pool configured itself stays.
        timeout_seconds: For connecting and for each command.
        ca_file: PEM certificates to trust instead of the system's.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: TlsMode = TlsMode.OFF
    from_address: str | None = None
    timeout_seconds: float = 10.0
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"SmtpSettings({self.host}:{self.port}, tls={self.tls}, username={self.username!r})"

    @classmethod
    def parse(
        cls,
        host: str,
        *,
        port: int | None = None,
        username: str | None = None,
        password: str | None = None,
        tls: str = "off",
        from_address: str | None = None,
        timeout_seconds: float = 10.0,
        ca_file: str | None = None,
    ) -> Self:
        """From the values of SMTP_HOST and its companions.

        Args:
            host: `mailhog`, `mailhog:1025`, `[::1]:1025`.
            port: Wins over the port in `host`; without either it is 25, 587 (starttls) or 465 (tls).
            username: None for a server without AUTH.
            password: Its password.
            tls: `off`, `starttls` or `tls`.
            from_address: See the class.
            timeout_seconds: See the class.
            ca_file: See the class.

        Raises:
            ValueError: Says which value cannot be used and why.
        """
        mode = TlsMode(tls.strip().lower())
        name, host_port = _host_and_port(host.strip())
        if not name:
            raise ValueError("SMTP_HOST names no host")
        if from_address is not None:
            parse_mailbox(from_address)
        number = port or host_port or _DEFAULT_PORTS[mode]
        return cls(name, number, username, password, mode, from_address, timeout_seconds, ca_file)

    @property
    def address(self) -> str:
        """`host:port`, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _host_and_port(value: str) -> tuple[str, int | None]:
    if value.startswith("["):
        host, _, rest = value[1:].partition("]")
        return host, int(rest[1:]) if rest.startswith(":") else None
    if value.count(":") == 1:
        host, _, port = value.partition(":")
        return host, int(port)
    return value, None  # a name, or a bare IPv6 address


class SmtpTransport:
    """A Transport to one SMTP server; one connection for each session."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._own_sender = parse_mailbox(settings.from_address) if settings.from_address else None

    @cached_property
    def _tls_context(self) -> ssl.SSLContext | None:
        # Reading the system's certificates takes milliseconds, so it is done once; at the first message, where its errors belong.
        settings = self._settings
        return None if settings.tls is TlsMode.OFF else ssl.create_default_context(cafile=settings.ca_file)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Deliver]:
        """Connects at the first message, and again if the server hung up in between."""
        connection = _Connection(self._settings, self._own_sender, lambda: self._tls_context)
        try:
            yield connection.deliver
            await connection.quit()
        finally:
            connection.close()


class _Connection:
    def __init__(self, settings: SmtpSettings, own_sender: Address | None, tls_context: Callable[[], ssl.SSLContext | None]) -> None:
        self._settings = settings
        self._tls_context = tls_context
        self._own_sender = own_sender
        self._client: aiosmtplib.SMTP | None = None

    async def deliver(self, message: RenderedMessage) -> None:
        try:
            own_from = self._own_sender if message.from_address == DEFAULT_FROM else None
            mime = email_message(message, from_address=own_from)
            content, needs_utf8 = wire_bytes(mime)
            sender = self._own_sender or parse_mailbox(message.from_address)
            recipient = parse_mailbox(message.to)
        except ValueError as error:
            raise DeliveryRefusedError(f"the message cannot be written as e-mail: {error}") from error
        client = await self._connected()
        try:
            await client.sendmail(
                sender.addr_spec, [recipient.addr_spec], content, mail_options=["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else []
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise self._classified(error) from error
        except asyncio.CancelledError:
            self.close()  # in the middle of a command: nothing more can be said on this connection
            raise

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        try:
            client = aiosmtplib.SMTP(
                hostname=settings.host,
                port=settings.port,
                username=settings.username,
                password=settings.password,
                timeout=settings.timeout_seconds,
                use_tls=settings.tls is TlsMode.TLS,
                # Off is off: aiosmtplib would otherwise upgrade by itself and stumble over a catcher's self-made certificate.
                start_tls=settings.tls is TlsMode.STARTTLS,
                tls_context=self._tls_context(),
            )
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            text = f"SMTP server {settings.address} does not accept SMTP_USERNAME and SMTP_PASSWORD: {_words(error)}"
            raise ServerUnavailableError(text) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise ServerUnavailableError(f"SMTP server {settings.address} cannot be used: {_words(error)}") from error
        self._client = client
        return client

    def _classified(self, error: Exception) -> DeliveryError:
        """What an error in the middle of a message means for the message and for the server."""
        address = self._settings.address
        match error:
            case aiosmtplib.SMTPRecipientsRefused():
                return self._of_reply(error.recipients[0])  # there is only ever one
            case aiosmtplib.SMTPResponseException() if error.code > 0:  # -1: a reply that is none
                return self._of_reply(error)
            case aiosmtplib.SMTPNotSupported() | ValueError():
                return DeliveryRefusedError(f"SMTP server {address} cannot take this address: {_words(error)}")
            case TimeoutError():
                self.close()
                text = f"SMTP server {address} did not answer within {self._settings.timeout_seconds:g} s"
                return ServerUnavailableError(text)
            case _:
                # Only this message: a server that falls over it must not hold up all the others.
                self.close()
                return TemporaryDeliveryError(f"SMTP server {address} dropped the connection: {_words(error)}")

    def _of_reply(self, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        if error.code == _SERVICE_CLOSING or error.code in _AUTHENTICATION_REPLIES:
            self.close()
            return ServerUnavailableError(f"SMTP server {self._settings.address} takes no mail now: {_words(error)}")
        return DeliveryRefusedError(_words(error)) if error.code >= _PERMANENT else TemporaryDeliveryError(_words(error))

    async def quit(self) -> None:
        """Says good-bye where somebody listens. The messages are delivered, so nothing that goes wrong here matters."""
        if self._client is not None and self._client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit(timeout=_QUIT_SECONDS)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _words(error: Exception) -> str:
    """The server's words as it said them, code first; otherwise the system's."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
