"""Messages on the wire: what goes in comes out, and nothing else does."""

from __future__ import annotations

from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mail import CustomMessage, InvalidAddressError, MessageKind, Sender
from mail.addresses import one_line, parse_mailbox
from mail.mime import email_message, wire_bytes
from tests.mail.mail_fixtures import message

ANY_TEXT = st.text(max_size=300)
HEADERS = {
    *("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "X-Cognito-User-Pool-Id", "X-Cognito-Client-Id"),
    *("X-Cognito-Message-Kind", "X-Cognito-Code", "In-Reply-To", "References", "MIME-Version", "Content-Type"),
}


def body(parsed: EmailMessage, subtype: str) -> str:
    part = parsed.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).rstrip("\r\n")


def test_html_has_a_text_alternative() -> None:
    mime = email_message(message(custom=CustomMessage("Grüße 🎉", "<p>Größe {####} 🎉</p>")))
    parsed = message_from_bytes(mime.as_bytes(), policy=default_policy)
    assert parsed.get_content_type() == "multipart/alternative"
    assert parsed["Subject"] == "Grüße 🎉"
    assert body(parsed, "html") == "<p>Größe 123456 🎉</p>"
    assert body(parsed, "plain") == "Größe 123456 🎉"
    assert mime.as_bytes().isascii(), "every server takes it, with 8BITMIME or without"


def test_a_plain_message_can_be_read_raw() -> None:
    assert b"\r\nYour verification code is 123456\r\n" in email_message(message()).as_bytes()


@settings(deadline=None)  # the machine may be busy
@given(subject=ANY_TEXT, text=ANY_TEXT)
def test_any_subject_and_body_survive_and_add_no_header(subject: str, text: str) -> None:
    sent = message(custom=CustomMessage(subject, f"{text}<br>{{####}}"))
    content, needs_utf8 = wire_bytes(email_message(sent))
    parsed = message_from_bytes(content, policy=default_policy)
    assert not needs_utf8
    assert set(parsed.keys()) - {"Content-Transfer-Encoding"} == HEADERS
    assert " ".join(parsed["Subject"].split()) == (one_line(subject) if subject else "Your verification code")
    assert "123456" in body(parsed, "plain")


@settings(deadline=None)  # the machine may be busy
@given(
    name=st.text(max_size=60),
    local=st.text(min_size=1, max_size=30),
    domain=st.from_regex(r"[a-z0-9]{1,20}\.test", fullmatch=True),
)
def test_any_name_and_address_are_refused_or_arrive_whole(name: str, local: str, domain: str) -> None:
    try:
        sent = message(to=f"{local}@{domain}", sender=Sender(f"{name} <shop@example.com>"))
    except InvalidAddressError:
        return
    content, _ = wire_bytes(email_message(sent))
    parsed = message_from_bytes(content, policy=default_policy)
    assert set(parsed.keys()) - {"Content-Transfer-Encoding"} == HEADERS
    assert [address.addr_spec for address in parsed["From"].addresses] == ["shop@example.com"]
    assert [address.domain for address in parsed["To"].addresses] == [domain]


@settings(deadline=None)  # the machine may be busy
@given(
    local=st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[A-Za-z0-9-]{1,10})?", fullmatch=True),
    name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)
def test_ordinary_addresses_are_never_refused(local: str, name: str) -> None:
    assume("=?" not in name + local)  # what begins an encoded word is refused
    assume('"' not in name and "\\" not in name and "<" not in name and ">" not in name)
    mailbox = parse_mailbox(f"{name} <{local}@example.com>")
    assert (mailbox.display_name, mailbox.addr_spec) == (name, f"{local}@example.com")


@pytest.mark.parametrize(
    ("written", "name", "addr_spec"),
    [
        ("jane@example.com", "", "jane@example.com"),
        ("Jane Doe <jane@example.com>", "Jane Doe", "jane@example.com"),
        ('"Doe, Jane" <jane@example.com>', "Doe, Jane", "jane@example.com"),
        ('"Jane \\"J\\" Doe" <jane@example.com>', 'Jane "J" Doe', "jane@example.com"),
        ("Größe <jane@bücher.example>", "Größe", "jane@xn--bcher-kva.example"),
        ('"a@b"@example.com', "", '"a@b"@example.com'),
    ],
)
def test_mailboxes_are_read_as_people_write_them(written: str, name: str, addr_spec: str) -> None:
    if addr_spec.startswith('"'):
        with pytest.raises(InvalidAddressError):  # an @ in a quoted local part: legal, and never a Cognito attribute
            parse_mailbox(written)
        return
    mailbox = parse_mailbox(written)
    assert (mailbox.display_name, mailbox.addr_spec) == (name, addr_spec)
    assert parse_mailbox(str(mailbox)) == mailbox


def test_a_local_part_outside_ascii_asks_for_smtputf8() -> None:
    content, needs_utf8 = wire_bytes(email_message(message(to="jürgen@example.com")))
    assert needs_utf8
    assert "To: jürgen@example.com".encode() in content


def test_a_long_temporary_password_arrives_whole() -> None:
    password = "Aa1!" * 64
    parsed = message_from_bytes(email_message(message(kind=MessageKind.INVITATION, code=password)).as_bytes(), policy=default_policy)
    assert parsed["X-Cognito-Code"] == password
    assert password in body(parsed, "plain")


ENCODED_WORDS = [
    ("=?utf-8?q?x=0d=0aBcc:_all@example.com?=", "x Bcc: all@example.com"),
    ("=?utf-8?b?eA0KQmNjOiBhQGIuYw==?=", "x Bcc: a@b.c"),
    ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= dich", "Grüße dich"),
    ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0d=3D0aBcc:_y=3F=3D?=", "= ?utf-8?q?x=0d=0aBcc: y?="),
    ("=?no-such-charset?q?x=0d=0aBcc:_y?=", "= ?no-such-charset?q?x=0d=0aBcc:_y?="),
    ("=?utf-8?b?A?=", "= ?utf-8?b?A?="),
]


@pytest.mark.parametrize(("subject", "shown"), ENCODED_WORDS)
def test_an_encoded_word_in_a_subject_hides_no_line_break(subject: str, shown: str) -> None:
    """RFC 2047 words are decoded by the e-mail package while it writes; what comes out must still be one line."""
    content, _ = wire_bytes(email_message(message(custom=CustomMessage(subject))))
    parsed = message_from_bytes(content, policy=default_policy)
    assert set(parsed.keys()) - {"Content-Transfer-Encoding"} == HEADERS
    assert parsed["Subject"] == shown


def test_a_password_that_looks_like_an_encoded_word_stays_in_the_body_only() -> None:
    sent = message(kind=MessageKind.INVITATION, code="=?utf-8?q?x=0d=0aBcc:_y?=")
    assert "X-Cognito-Code" not in sent.headers
    assert "=?utf-8?q?x=0d=0aBcc:_y?=" in sent.text


def test_the_last_door_holds_when_a_header_slips_through() -> None:
    sent = replace(message(), headers={"X-Any": "=?utf-8?q?x=0d=0aBcc:_all@example.com?="})
    wire = b""
    with suppress(ValueError):  # some of Python's versions fold the line so that it is harmless
        wire, _ = wire_bytes(email_message(sent))
    assert "Bcc" not in message_from_bytes(wire)
