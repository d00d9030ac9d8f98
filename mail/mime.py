"""A rendered message as a MIME message (RFC 5322): HTML as Cognito sends it, with a text alternative."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from mail.addresses import parse_mailbox
from mail.messages import RenderedMessage

# 7bit: not every catcher announces 8BITMIME. The body is then quoted-printable or base64, and a plain ASCII one stays readable.
_POLICY = SMTP.clone(cte_type="7bit")


def email_message(message: RenderedMessage, *, from_address: Address | None = None) -> EmailMessage:
    """The MIME message.

    Args:
        message: An e-mail.
        from_address: Stands in for the message's own From.

    Raises:
        ValueError: A header would not survive the way; InvalidAddressError is one.
    """
    mime = EmailMessage(policy=_POLICY)
    mime["From"] = from_address or parse_mailbox(message.from_address)
    mime["To"] = parse_mailbox(message.to)
    if message.reply_to:
        mime["Reply-To"] = parse_mailbox(message.reply_to)
    mime["Subject"] = message.subject
    for name, value in message.headers.items():
        mime[name] = value
    mime.set_content(message.text + "\n")
    if message.html is not None:
        mime.add_alternative(message.html, subtype="html")
    return mime


def wire_bytes(mime: EmailMessage) -> tuple[bytes, bool]:
    """The message's bytes, and whether they need SMTPUTF8 (RFC 6531) because a mailbox name is outside ASCII.

    Raises:
        ValueError: The bytes have other headers than the message. The values were checked long before; this is the last door.
    """
    needs_utf8 = any(
        not address.username.isascii() for name in ("From", "To", "Reply-To") for address in getattr(mime[name], "addresses", ())
    )
    content = mime.as_bytes(policy=SMTPUTF8 if needs_utf8 else _POLICY)
    head, _, _ = content.partition(b"\r\n\r\n")
    written = [line.partition(b":")[0].decode() for line in head.splitlines() if not line.startswith((b" ", b"\t"))]
    if written != mime.keys():
        raise ValueError("a value would have become a header of its own")
    return content, needs_utf8
