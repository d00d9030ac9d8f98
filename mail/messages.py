"""From facts to the message that a user reads.

`render` is a pure function: the same request always gives the same message, Message-ID included, so a delivery that is tried
twice can be recognised as one by whoever receives it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import urlencode

import msgspec
from msgspec.structs import asdict

from mail import html_text
from mail.addresses import one_line, parse_mailbox, refuse_unsafe, storable
from mail.kinds import Medium, MessageKind
from mail.placeholders import CODE, LINK, fill_html, fill_text, has_link
from mail.sender import Sender
from mail.templates import EmailTemplate, PoolTemplates


class CustomMessage(msgspec.Struct, frozen=True):
    """What a CustomMessage trigger answered. None (or "") keeps the pool's template for that part."""

    email_subject: str | None = None
    email_message: str | None = None
    sms_message: str | None = None


class SignInDetails(msgspec.Struct, frozen=True):
    """The sign-in that a threat notification tells about. Link members are None when the pool has no domain.

    Attributes:
        login_time: Seconds since the epoch.
    """

    login_time: float
    ip_address: str = "Unknown"
    city: str = "Unknown"
    country: str = "Unknown"
    device_name: str = "Unknown"
    event_id: str | None = None
    feedback_token: str | None = None
    one_click_link_valid: str | None = None
    one_click_link_invalid: str | None = None

    def __repr__(self) -> str:
        # Whoever has the token, by itself or in a link, may give feedback.
        return f"SignInDetails(event_id={self.event_id!r}, ip_address={self.ip_address!r})"

    def placeholders(self) -> dict[str, str | None]:
        """Values by the names of the developer guide's "Advanced security template placeholders"."""
        at = datetime.fromtimestamp(self.login_time, UTC)
        return {
            "ip-address": self.ip_address,
            "city": self.city,
            "country": self.country,
            # Assumption: the form is not documented; this is how Cognito writes times elsewhere (SRP's TIMESTAMP).
            "login-time": f"{at:%a %b} {at.day} {at:%H:%M:%S} UTC {at:%Y}",
            "device-name": self.device_name,
            "event-id": self.event_id,
            "feedback-token": self.feedback_token,
            "one-click-link-valid": self.one_click_link_valid,
            "one-click-link-invalid": self.one_click_link_invalid,
        }


class MessageRequest(msgspec.Struct, frozen=True):
    """Everything that a message is made of.

    Attributes:
        message_id: Unique and unguessable enough to be one; becomes the left half of Message-ID.
        created_at: Seconds since the epoch; becomes Date.
        to: An e-mail address or an E.164 number.
        user_id: The user's sub. Messages to one user about one topic form a thread; None makes no thread.
        code: The code, or the temporary password of an invitation; None for notifications and users without password.
        link: The confirmation link; used where the template asks for one.
        sign_in: Facts for a threat notification.
    """

    message_id: str
    created_at: float
    medium: Medium
    kind: MessageKind
    to: str
    user_pool_id: str
    client_id: str | None = None
    username: str | None = None
    user_id: str | None = None
    code: str | None = None
    link: str | None = None
    templates: PoolTemplates = PoolTemplates()
    sender: Sender = Sender()
    custom: CustomMessage | None = None
    sign_in: SignInDetails | None = None

    def __repr__(self) -> str:
        return f"MessageRequest({self.message_id}: {self.kind} by {self.medium} to {self.to})"


class RenderedMessage(msgspec.Struct, frozen=True):
    """A message ready to go and ready to be shown. Only plain values: `as_dict` is JSON and `from_dict` its inverse.

    What is secret stays out of `repr`, so that a message in a log line or a traceback gives no code away.

    Attributes:
        from_address: Empty for SMS.
        subject: Empty for SMS.
        html: None for SMS and for text-only notifications.
        link: The confirmation link, when the message carries it.
        headers: Beyond From, To, Reply-To and Subject: Message-ID, Date, threading, SES's and `X-Cognito-*` ones.
    """

    medium: Medium
    kind: MessageKind
    to: str
    from_address: str = ""
    reply_to: str | None = None
    subject: str = ""
    text: str = ""
    html: str | None = None
    code: str | None = None
    link: str | None = None
    headers: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"RenderedMessage({self.message_id}: {self.kind} by {self.medium} to {self.to})"

    @property
    def message_id(self) -> str:
        """The Message-ID, angle brackets included; the same at every attempt."""
        return self.headers.get("Message-ID", "")

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {**asdict(self), "medium": self.medium.value, "kind": self.kind.value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The message that `as_dict` wrote."""
        return cls(**{**values, "medium": Medium(values["medium"]), "kind": MessageKind(values["kind"])})


def confirmation_link(base_url: str, *, client_id: str, username: str, code: str) -> str:
    """The link of CONFIRM_WITH_LINK, in the form that AWS's domains answer (`/confirmUser`).

    Args:
        base_url: The pool's domain with scheme.
        client_id: The app client that the user signed up with.
        username: The user's name, as ConfirmSignUp takes it.
        code: The confirmation code.
    """
    query = urlencode({"client_id": client_id, "user_name": username, "confirmation_code": code})
    return f"{base_url.rstrip('/')}/confirmUser?{query}"


def render(request: MessageRequest) -> RenderedMessage:
    """The message, as AWS would send it.

    Raises:
        InvalidAddressError: An address (or an id that becomes a header) cannot be written safely.
    """
    return _render_sms(request) if request.medium is Medium.SMS else _render_email(request)


def _render_sms(request: MessageRequest) -> RenderedMessage:
    own = request.custom.sms_message if request.custom else None
    template = own or request.templates.sms(request.kind, has_code=request.code is not None)
    return RenderedMessage(
        medium=Medium.SMS,
        kind=request.kind,
        to=refuse_unsafe(request.to),
        text=storable(fill_text(template, _values(request))),
        code=request.code,
        headers=_headers(request, "sms.invalid"),
    )


def _render_email(request: MessageRequest) -> RenderedMessage:
    custom = request.custom or CustomMessage()
    template = EmailTemplate(custom.email_subject, custom.email_message).over(
        request.templates.email(request.kind, has_code=request.code is not None)
    )
    values = _values(request)
    html = storable(fill_html(template.html, values)) if template.html else None
    text = storable(fill_text(template.text, values)) if template.text else html_text.text_of_html(html or "")
    sender = parse_mailbox(request.sender.from_address)
    return RenderedMessage(
        medium=Medium.EMAIL,
        kind=request.kind,
        to=str(parse_mailbox(request.to)),
        from_address=str(sender),
        reply_to=str(parse_mailbox(request.sender.reply_to)) if request.sender.reply_to else None,
        subject=one_line(template.subject or ""),
        text=text,
        html=html,
        code=request.code,
        link=values[LINK] if template.html and has_link(template.html) else None,
        headers=_headers(request, sender.domain),
    )


#: "You can't use the {username} placeholder in verification email messages." (developer guide, "Message templates")
_NAMING_KINDS = frozenset({MessageKind.INVITATION, MessageKind.TAKEOVER_BLOCKED, MessageKind.TAKEOVER_NO_ACTION, MessageKind.TAKEOVER_MFA})


def _values(request: MessageRequest) -> dict[str, str | None]:
    values: dict[str, str | None] = {
        CODE: request.code,
        LINK: request.link if request.templates.by_link(request.kind) else None,
        "username": request.username if request.kind in _NAMING_KINDS else None,
    }
    return values | request.sign_in.placeholders() if request.sign_in else values


def _headers(request: MessageRequest, domain: str) -> dict[str, str]:
    """Everything a client threads by, a filter matches and a test reads."""
    headers = {
        "Message-ID": f"<{request.message_id}@{domain}>",
        "Date": format_datetime(datetime.fromtimestamp(request.created_at, UTC)),
        # RFC 3834: keeps vacation responders quiet.
        "Auto-Submitted": "auto-generated",
        "X-Cognito-User-Pool-Id": request.user_pool_id,
        "X-Cognito-Client-Id": request.client_id,
        "X-Cognito-Message-Kind": request.kind.value,
        "X-Cognito-Code": request.code if request.code and "=?" not in request.code else None,  # a password may look like that
        **request.sender.ses_headers(),
    }
    if request.user_id is not None:
        # The thread hangs on a message that was never sent: clients keep an empty place for a missing parent (RFC 5256,
        # REFERENCES), and nobody has to remember which message was the first.
        key = f"{request.user_pool_id}\0{request.user_id}\0{request.kind.topic}"
        thread = hashlib.sha256(key.encode()).hexdigest()[:32]
        headers["In-Reply-To"] = headers["References"] = f"<thread.{thread}@{domain}>"
    return {name: refuse_unsafe(value) for name, value in headers.items() if value is not None}
