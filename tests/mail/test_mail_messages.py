"""What users read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mail import (
    CustomMessage,
    InvalidAddressError,
    MessageKind,
    PoolTemplates,
    RenderedMessage,
    Sender,
    SignInDetails,
    confirmation_link,
    render,
)
from mail.kinds import Medium
from tests.mail.mail_fixtures import CLIENT_ID, POOL_ID, message, request

LINK = confirmation_link("https://shop.auth.test", client_id=CLIENT_ID, username="jane&co", code="123456")
CODE_KINDS = [
    MessageKind.SIGN_UP,
    MessageKind.RESEND_CODE,
    MessageKind.FORGOT_PASSWORD,
    MessageKind.ADMIN_RESET_PASSWORD,
    MessageKind.UPDATE_USER_ATTRIBUTE,
    MessageKind.VERIFY_USER_ATTRIBUTE,
]
OTP_KINDS = [MessageKind.MFA, MessageKind.ONE_TIME_PASSWORD]

DEFAULT_EMAILS = [
    *((kind, "Your verification code", "Your verification code is 123456") for kind in CODE_KINDS),
    *((kind, "Your authentication code", "Your authentication code is 123456") for kind in OTP_KINDS),
    (MessageKind.INVITATION, "Your temporary password", "Your username is jane and temporary password is 123456."),
]

OWN_TEMPLATES = PoolTemplates.from_aws(
    {
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailSubject": "Willkommen, größter Kunde",
            "EmailMessage": "<h1>Hallo</h1><p>Code: <b>{####}</b></p>",
            "SmsMessage": "Code {####}",
        },
        "AdminCreateUserConfig": {
            "InviteMessageTemplate": {
                "EmailSubject": "Come in",
                "EmailMessage": "<p>{username}: {####}</p>",
                "SMSMessage": "{username} {####}",
            }
        },
        "SmsAuthenticationMessage": "MFA {####}",
    },
    email_mfa={"Subject": "Second factor", "Message": "OTP {####}"},
)


@pytest.mark.parametrize(("kind", "subject", "body"), DEFAULT_EMAILS)
def test_a_pool_without_templates_sends_awss_own_words(kind: MessageKind, subject: str, body: str) -> None:
    sent = message(kind=kind)
    assert (sent.subject, sent.html, sent.text) == (subject, body, body)
    assert (sent.from_address, sent.to, sent.code, sent.link) == (
        "no-reply@verificationemail.com",
        "jane@example.com",
        "123456",
        None,
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, "Your verification code is 123456.") for kind in CODE_KINDS),
        *((kind, "Your authentication code is 123456.") for kind in OTP_KINDS),
        (MessageKind.INVITATION, "Your username is jane and temporary password is 123456."),
    ],
)
def test_sms_has_its_own_default_words(kind: MessageKind, text: str) -> None:
    sent = message(kind=kind, medium=Medium.SMS, to="+15551234567")
    assert (sent.medium, sent.to, sent.text, sent.html, sent.subject) == (Medium.SMS, "+15551234567", text, None, "")


@pytest.mark.parametrize(
    ("kind", "subject", "html", "text"),
    [
        (MessageKind.SIGN_UP, "Willkommen, größter Kunde", "<h1>Hallo</h1><p>Code: <b>123456</b></p>", "Hallo\n\nCode: 123456"),
        (
            MessageKind.FORGOT_PASSWORD,
            "Willkommen, größter Kunde",
            "<h1>Hallo</h1><p>Code: <b>123456</b></p>",
            "Hallo\n\nCode: 123456",
        ),
        (MessageKind.INVITATION, "Come in", "<p>jane: 123456</p>", "jane: 123456"),
        (MessageKind.MFA, "Second factor", "OTP 123456", "OTP 123456"),
        (MessageKind.ONE_TIME_PASSWORD, "Second factor", "OTP 123456", "OTP 123456"),
    ],
)
def test_a_pools_own_templates_win(kind: MessageKind, subject: str, html: str, text: str) -> None:
    sent = message(kind=kind, templates=OWN_TEMPLATES)
    assert (sent.subject, sent.html, sent.text) == (subject, html, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(MessageKind.SIGN_UP, "Code 123456"), (MessageKind.INVITATION, "jane 123456"), (MessageKind.MFA, "MFA 123456")],
)
def test_a_pools_own_sms_templates_win(kind: MessageKind, text: str) -> None:
    assert message(kind=kind, medium=Medium.SMS, to="+15551234567", templates=OWN_TEMPLATES).text == text


@pytest.mark.parametrize(
    ("pool", "sms_mfa", "expected"),
    [
        ({"EmailVerificationSubject": "Old", "EmailVerificationMessage": "old {####}"}, None, ("Old", "old 123456")),
        (
            {"EmailVerificationSubject": "Old", "VerificationMessageTemplate": {"EmailSubject": "New"}},
            None,
            ("New", "Your verification code is 123456"),
        ),
    ],
)
def test_the_older_members_count_where_the_template_is_silent(pool: Any, sms_mfa: Any, expected: tuple[str, str]) -> None:
    sent = message(templates=PoolTemplates.from_aws(pool, sms_mfa=sms_mfa))
    assert (sent.subject, sent.html) == expected


def test_the_mfa_configurations_sms_comes_before_the_pools() -> None:
    templates = PoolTemplates.from_aws({"SmsAuthenticationMessage": "pool {####}"}, sms_mfa={"SmsAuthenticationMessage": "mfa {####}"})
    assert message(kind=MessageKind.MFA, medium=Medium.SMS, to="+1555", templates=templates).text == "mfa 123456"


@pytest.mark.parametrize("kind", CODE_KINDS)
def test_only_sign_up_and_resend_go_by_link(kind: MessageKind) -> None:
    """Developer guide: attribute updates and password resets use the code template."""
    templates = PoolTemplates.from_aws(
        {
            "VerificationMessageTemplate": {
                "DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailMessageByLink": "Hi, {##press <b>here</b>##}!",
                "EmailSubjectByLink": "Press",
            }
        }
    )
    sent = message(kind=kind, link=LINK, templates=templates)
    if kind in {MessageKind.SIGN_UP, MessageKind.RESEND_CODE}:
        assert sent.subject == "Press"
        assert sent.html is not None
        assert sent.html.startswith('Hi, <a href="https://shop.auth.test/confirmUser?client_id=1example23456789&amp;user_name=jane%26co')
        assert sent.html.endswith(">press <b>here</b></a>!")
        assert sent.text == f"Hi, press here ({LINK})!"
        assert sent.link == LINK
    else:
        assert (sent.subject, sent.text, sent.link) == ("Your verification code", "Your verification code is 123456", None)


def test_awss_own_link_mail() -> None:
    templates = PoolTemplates.from_aws({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}})
    sent = message(link=LINK, templates=templates)
    assert sent.subject == "Your verification link"
    assert sent.text == f"Please click the link below to verify your email address. Verify Email ({LINK})"


def test_a_custom_message_replaces_what_it_names_and_keeps_the_rest() -> None:
    custom = CustomMessage(email_message='<a href="https://app/confirm?code={####}">go</a>')
    sent = message(custom=custom, templates=OWN_TEMPLATES)
    assert (sent.subject, sent.html) == ("Willkommen, größter Kunde", '<a href="https://app/confirm?code=123456">go</a>')
    assert message(custom=CustomMessage(email_subject="Only this")).html == "Your verification code is 123456"
    assert message(custom=CustomMessage(email_subject="Only this")).subject == "Only this"
    assert message(medium=Medium.SMS, to="+1555", custom=CustomMessage(sms_message="c={####}")).text == "c=123456"
    assert message(medium=Medium.SMS, to="+1555", custom=CustomMessage(email_message="x {####}")).text.startswith("Your verification")


def test_a_custom_message_can_place_the_link() -> None:
    templates = PoolTemplates(confirm_with_link=True)
    sent = message(custom=CustomMessage(email_message="{##Click Here##} or {####}"), link=LINK, templates=templates)
    assert sent.html is not None
    assert sent.html.endswith(">Click Here</a> or 123456")


def test_the_username_stays_a_placeholder_in_verification_mail() -> None:
    """Developer guide: "You can't use the {username} placeholder in verification email messages"."""
    assert message(custom=CustomMessage(email_message="{username} {####}")).text == "{username} 123456"


def test_values_cannot_write_html_nor_further_placeholders() -> None:
    sent = message(kind=MessageKind.INVITATION, username="<img src=x>{####}", code="a<b&c")
    assert sent.html == "Your username is &lt;img src=x&gt;{####} and temporary password is a&lt;b&amp;c."
    assert sent.text == "Your username is <img src=x>{####} and temporary password is a<b&c."


def test_an_invitation_without_password_names_none() -> None:
    assert message(kind=MessageKind.INVITATION, code=None).text == "Your username is jane."
    assert message(kind=MessageKind.INVITATION, code=None, medium=Medium.SMS, to="+1555").text == "Your username is jane."


SIGN_IN = SignInDetails(
    login_time=1_800_000_000.0,
    ip_address="192.0.2.1",
    city="Berlin",
    country="Germany",
    device_name="Firefox",
    event_id="e-1",
    feedback_token="t-1",
    one_click_link_valid="https://a.test/?v=1&t=2",
    one_click_link_invalid="https://a.test/?v=0&t=2",
)


@pytest.mark.parametrize(
    ("kind", "member", "subject"),
    [
        (MessageKind.TAKEOVER_BLOCKED, "BlockEmail", "Blocked sign-in attempt"),
        (MessageKind.TAKEOVER_NO_ACTION, "NoActionEmail", "New sign-in attempt"),
        (MessageKind.TAKEOVER_MFA, "MfaEmail", "New sign-in attempt"),
    ],
)
def test_threat_notifications(kind: MessageKind, member: str, subject: str) -> None:
    default = message(kind=kind, code=None, sign_in=SIGN_IN)
    assert default.subject == subject
    for fact in ("Fri Jan 15 08:00:00 UTC 2027", "192.0.2.1", "Berlin, Germany", "Firefox", "https://a.test/?v=0&t=2"):
        assert fact in default.text
    assert default.html is not None
    assert 'href="https://a.test/?v=1&amp;t=2"' in default.html

    own = PoolTemplates.from_aws({}, notify={member: {"Subject": "Hm", "TextBody": "{username} {event-id} {feedback-token} {city} <"}})
    sent = message(kind=kind, code=None, sign_in=SIGN_IN, templates=own)
    assert (sent.subject, sent.text, sent.html) == ("Hm", "jane e-1 t-1 Berlin <", None)

    html_only = PoolTemplates.from_aws({}, notify={member: {"Subject": "Hm", "HtmlBody": "<a href={one-click-link-valid}>yes</a>"}})
    assert message(kind=kind, code=None, sign_in=SIGN_IN, templates=html_only).text == "yes (https://a.test/?v=1&t=2)"


SES_ARN = "arn:aws:ses:eu-central-1:123456789012:identity/"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (None, Sender()),
        ({"EmailSendingAccount": "COGNITO_DEFAULT", "From": "ignored@example.com"}, Sender()),
        (
            {
                "EmailSendingAccount": "COGNITO_DEFAULT",
                "SourceArn": f"{SES_ARN}shop@example.com",
                "ReplyToEmailAddress": "r@example.com",
            },
            Sender("shop@example.com", "r@example.com", f"{SES_ARN}shop@example.com"),
        ),
        (
            {
                "EmailSendingAccount": "DEVELOPER",
                "SourceArn": f"{SES_ARN}example.com",
                "From": "Shop <shop@example.com>",
                "ConfigurationSet": "track",
            },
            Sender("Shop <shop@example.com>", None, f"{SES_ARN}example.com", "track"),
        ),
        (
            {"EmailSendingAccount": "DEVELOPER", "SourceArn": f"{SES_ARN}example.com"},
            Sender("no-reply@example.com", None, f"{SES_ARN}example.com"),
        ),
    ],
)
def test_the_sender_follows_the_email_configuration(configuration: Any, expected: Sender) -> None:
    assert Sender.from_email_configuration(configuration) == expected


def test_threat_mail_has_its_own_sender() -> None:
    sender = Sender.from_notify_configuration({"From": "sec@example.com", "ReplyTo": "Sec <r@example.com>", "SourceArn": SES_ARN + "x.com"})
    assert sender == Sender("sec@example.com", "Sec <r@example.com>", SES_ARN + "x.com")


def test_headers_let_clients_thread_and_filter() -> None:
    sender = Sender("Shop <shop@example.com>", "help@example.com", SES_ARN + "example.com", "track")
    first, again = message(sender=sender), message(kind=MessageKind.RESEND_CODE, sender=sender)
    assert first.headers["X-Cognito-User-Pool-Id"] == POOL_ID
    assert first.headers["X-Cognito-Client-Id"] == CLIENT_ID
    assert first.headers["X-Cognito-Message-Kind"] == "SignUp"
    assert first.headers["X-Cognito-Code"] == "123456"
    assert first.headers["X-SES-CONFIGURATION-SET"] == "track"
    assert first.headers["X-SES-SOURCE-ARN"] == SES_ARN + "example.com"
    assert first.headers["Date"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert first.message_id.endswith("@example.com>")
    assert first.message_id != again.message_id
    assert first.headers["In-Reply-To"] == first.headers["References"] == again.headers["In-Reply-To"]
    for other in (message(sender=sender, user_id="another"), message(sender=sender, kind=MessageKind.INVITATION)):
        assert other.headers["In-Reply-To"] != first.headers["In-Reply-To"]
    assert "In-Reply-To" not in message(user_id=None).headers


def test_the_same_request_gives_the_same_message() -> None:
    asked = request()
    assert render(asked) == render(asked)


def test_a_message_survives_a_json_column() -> None:
    for sent in (message(), message(medium=Medium.SMS, to="+1555")):
        assert RenderedMessage.from_dict(json.loads(json.dumps(sent.as_dict()))) == sent


def test_no_code_shows_in_repr() -> None:
    templates = PoolTemplates(confirm_with_link=True)
    for secret in ("123456", "confirmation_code"):
        assert secret not in repr(request(link=LINK, custom=CustomMessage("123456"), templates=templates))
        assert secret not in repr(message(link=LINK, templates=templates))
    asked = repr(request(kind=MessageKind.TAKEOVER_BLOCKED, code=None, sign_in=SIGN_IN))
    assert not [secret for secret in ("t-1", "t=2") if secret in asked + repr(SIGN_IN)]


@pytest.mark.parametrize(
    "values",
    [
        {"to": "jane@example.com\r\nBcc: all@example.com"},
        {"to": "jane@example.com\u2028"},
        {"to": "jane"},
        {"to": f"jane@{'ü' * 70}.example"},
        {"to": "=?utf-8?q?x=0d=0aBcc:_y?=@example.com"},
        {"sender": Sender("=?utf-8?q?x=0d=0aBcc:_y?= <shop@example.com>")},
        {"to": "a@b, c@d"},
        {"to": "<jane@example.com"},
        {"to": ""},
        {"sender": Sender("Shop\nBcc: x@y <shop@example.com>")},
        {"sender": Sender("shop@example.com", "r@example.com\nX-Evil: 1")},
        {"sender": Sender(configuration_set="a\r\nb")},
        {"user_pool_id": "a\nb"},
        {"client_id": "a\rb"},
        {"medium": Medium.SMS, "to": "+1\n555"},
    ],
)
def test_what_could_become_a_header_of_its_own_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidAddressError):
        message(**values)
