"""Delivery to real SMTP servers, good ones and bad ones."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from mail import (
    CustomMessage,
    DeliveryRefusedError,
    InvalidAddressError,
    RenderedMessage,
    Sender,
    ServerUnavailableError,
    SmtpSettings,
    SmtpTransport,
    TemporaryDeliveryError,
    TlsMode,
)
from tests.mail.mail_fixtures import Mailbox, accepts, certificate, free_port, in_loop, message, raw_server, smtp_server


async def deliver(settings: SmtpSettings, *messages: RenderedMessage) -> None:
    async with SmtpTransport(settings).session() as send:
        for each in messages:
            await send(each)


@in_loop
async def test_a_message_arrives_whole() -> None:
    mailbox = Mailbox()
    sent = message(
        sender=Sender("Größe & Söhne <shop@example.com>", "Help <help@example.com>"),
        custom=CustomMessage("Grüße", "<p>Größe {####}</p>"),
    )
    async with smtp_server(mailbox) as settings:
        await deliver(settings, sent)
    (mail,) = mailbox.mails()
    assert (mailbox.envelopes[0].mail_from, mailbox.envelopes[0].rcpt_tos) == ("shop@example.com", ["jane@example.com"])
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Größe & Söhne <shop@example.com>", "jane@example.com", "Grüße")
    assert (mail["Reply-To"], mail["X-Cognito-Code"], mail["Message-ID"]) == ("Help <help@example.com>", "123456", sent.message_id)


@in_loop
async def test_one_connection_carries_a_whole_session() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as settings:
        await deliver(settings, *(message() for _ in range(5)))
    assert (len(mailbox.mails()), mailbox.connections) == (5, 1)


@in_loop
async def test_an_address_outside_ascii_goes_by_smtputf8() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as settings:
        await deliver(settings, message(to="jürgen@bücher.example"))
    assert mailbox.envelopes[0].rcpt_tos == ["jürgen@xn--bcher-kva.example"]


@in_loop
async def test_a_server_without_smtputf8_cannot_take_such_an_address() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox, enable_SMTPUTF8=False) as settings:
        with pytest.raises(DeliveryRefusedError, match="cannot take this address"):
            await deliver(settings, message(to="jürgen@example.com"))
        await deliver(settings, message())
    assert len(mailbox.mails()) == 1


@in_loop
async def test_a_delivery_that_is_cut_off_leaves_no_connection_behind() -> None:
    begun, closed = asyncio.Event(), asyncio.Event()

    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"MAIL"):
                begun.set()
                await reader.read()
            else:
                writer.write(b"250 ok\r\n")
        closed.set()

    async with raw_server(stuck) as settings:
        delivery = asyncio.create_task(deliver(settings, message()))
        await begun.wait()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        await closed.wait()


@in_loop
async def test_smtp_from_is_the_envelope_and_replaces_only_cognitos_own_from() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as settings:
        own = replace(settings, from_address="Dev <dev@example.org>")
        await deliver(own, message(), message(sender=Sender("shop@example.com")))
    assert [envelope.mail_from for envelope in mailbox.envelopes] == ["dev@example.org"] * 2
    assert [mail["From"] for mail in mailbox.mails()] == ["Dev <dev@example.org>", "shop@example.com"]


@in_loop
async def test_starttls_and_auth(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    mailbox = Mailbox()
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True, "auth_required": True}
    async with smtp_server(mailbox, authenticator=accepts("emu", "s3cret!"), **options) as settings:
        secure = replace(settings, tls=TlsMode.STARTTLS, ca_file=ca_file, username="emu", password="s3cret!")
        await deliver(secure, message())
        with pytest.raises(ServerUnavailableError, match=r"SMTP_USERNAME and SMTP_PASSWORD: 535 5\.7\.8 bad credentials"):
            await deliver(replace(secure, password="wrong"), message())
        with pytest.raises(ServerUnavailableError, match="certificate"):
            await deliver(replace(secure, ca_file=None), message())
        with pytest.raises(ServerUnavailableError, match="530"):
            await deliver(settings, message())
    assert len(mailbox.mails()) == 1


@in_loop
async def test_implicit_tls(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    mailbox = Mailbox()
    async with smtp_server(mailbox, implicit_tls=context) as settings:
        await deliver(replace(settings, tls=TlsMode.TLS, ca_file=ca_file), message())
    assert len(mailbox.mails()) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@in_loop
async def test_auth_without_tls_works_for_local_catchers() -> None:
    mailbox = Mailbox()
    options: dict[str, Any] = {"auth_required": True, "auth_require_tls": False}
    async with smtp_server(mailbox, authenticator=accepts("emu", "pw"), **options) as settings:
        await deliver(replace(settings, username="emu", password="pw"), message())
    assert len(mailbox.mails()) == 1


@in_loop
async def test_off_means_no_starttls_even_when_offered(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    mailbox = Mailbox()
    async with smtp_server(mailbox, tls_context=context) as settings:
        await deliver(settings, message())
    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ({"rcpt": "550 5.1.1 no such user"}, DeliveryRefusedError, "550 5.1.1 no such user"),
        ({"data": "554 5.7.1 looks like spam"}, DeliveryRefusedError, "554 5.7.1 looks like spam"),
        ({"mail_from": "553 5.7.1 not your domain"}, DeliveryRefusedError, "553 5.7.1 not your domain"),
        ({"rcpt": "450 4.2.0 greylisted"}, TemporaryDeliveryError, "450 4.2.0 greylisted"),
        ({"data": "452 4.3.1 disk full"}, TemporaryDeliveryError, "452 4.3.1 disk full"),
        ({"mail_from": "421 4.3.2 shutting down"}, ServerUnavailableError, "421 4.3.2 shutting down"),
    ],
)
@in_loop
async def test_replies_are_told_apart(answers: dict[str, str], error: type[Exception], words: str) -> None:
    async with smtp_server(Mailbox(**answers)) as settings:
        with pytest.raises(error) as caught:
            await deliver(settings, message())
    assert type(caught.value) is error
    assert words in str(caught.value)


@in_loop
async def test_after_a_refusal_the_session_goes_on() -> None:
    mailbox = Mailbox(rcpt="550 no")
    async with smtp_server(mailbox) as settings, SmtpTransport(settings).session() as send:
        with pytest.raises(DeliveryRefusedError):
            await send(message())
        mailbox.rcpt = None
        await send(message())
    assert (len(mailbox.mails()), mailbox.connections) == (1, 1)


@in_loop
async def test_nobody_listens() -> None:
    port = await free_port()
    with pytest.raises(ServerUnavailableError, match=rf"SMTP server 127\.0\.0\.1:{port} cannot be used: .*onnect"):
        await deliver(SmtpSettings("127.0.0.1", port), message())


@in_loop
async def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(ServerUnavailableError, match=r"nowhere\.invalid:25"):
        await deliver(SmtpSettings("nowhere.invalid", 25), message())


@in_loop
async def test_a_server_that_never_greets() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(silent, timeout_seconds=0.1) as settings:
        with pytest.raises(ServerUnavailableError, match="cannot be used"):
            await deliver(settings, message())


@in_loop
async def test_a_server_that_hangs_in_the_middle() -> None:
    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"MAIL"):
                await reader.read()
            writer.write(b"250 ok\r\n")

    async with raw_server(stuck, timeout_seconds=0.1) as settings:
        with pytest.raises(ServerUnavailableError, match=r"did not answer within 0\.1 s"):
            await deliver(settings, message())


@in_loop
async def test_a_connection_dropped_in_the_middle_costs_only_that_message() -> None:
    connections = 0

    async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                if connections == 1:
                    return
                writer.write(b"354 go\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 ok\r\n")

    async with raw_server(dropping) as settings, SmtpTransport(settings).session() as send:
        with pytest.raises(TemporaryDeliveryError, match="dropped the connection") as caught:
            await send(message())
        assert not isinstance(caught.value, ServerUnavailableError)
        await send(message())
    assert connections == 2


@in_loop
async def test_a_server_that_does_not_speak_smtp() -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw_server(web) as settings:
        with pytest.raises(ServerUnavailableError):
            await deliver(settings, message())


@in_loop
async def test_what_cannot_be_written_as_mail_is_refused() -> None:
    broken = RenderedMessage.from_dict({**message().as_dict(), "to": "nobody"})
    with pytest.raises(DeliveryRefusedError, match="cannot be written"):
        await deliver(SmtpSettings("127.0.0.1", 1), broken)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@in_loop
async def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = Mailbox()
    options: dict[str, Any] = {"auth_required": True, "auth_require_tls": False}
    async with smtp_server(mailbox, authenticator=accepts("emu", "pa55word"), **options) as settings:
        await deliver(replace(settings, username="emu", password="pa55word"), message(code="918273"))
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.log")]
    assert not [text for text in ours if "pa55word" in text or "918273" in text]
    assert "pa55word" not in repr(replace(settings, password="pa55word"))


@pytest.mark.parametrize(
    ("host", "options", "address", "tls"),
    [
        ("mailhog", {}, "mailhog:25", TlsMode.OFF),
        ("mailhog:1025", {}, "mailhog:1025", TlsMode.OFF),
        ("mailhog:1025", {"port": 2525}, "mailhog:2525", TlsMode.OFF),
        ("mx.test", {"tls": "starttls"}, "mx.test:587", TlsMode.STARTTLS),
        ("mx.test", {"tls": "TLS"}, "mx.test:465", TlsMode.TLS),
        ("[::1]:1025", {}, "[::1]:1025", TlsMode.OFF),
        ("::1", {}, "[::1]:25", TlsMode.OFF),
    ],
)
def test_settings_are_read_as_people_write_them(host: str, options: dict[str, Any], address: str, tls: TlsMode) -> None:
    settings = SmtpSettings.parse(host, **options)
    assert (settings.address, settings.tls) == (address, tls)


@pytest.mark.parametrize(
    ("host", "options", "error"),
    [
        ("", {}, ValueError),
        ("mx:smtp", {}, ValueError),
        ("mx", {"tls": "maybe"}, ValueError),
        ("mx", {"from_address": "nobody"}, InvalidAddressError),
    ],
)
def test_settings_that_make_no_sense_are_refused(host: str, options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        SmtpSettings.parse(host, **options)
