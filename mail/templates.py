"""Which words a pool sends: its own templates, AWS's where it has none.

Built from AWS's own JSON (UserPoolType, EmailMfaConfigType, SmsMfaConfigType, NotifyConfigurationType), which is plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import msgspec

from mail.kinds import LINK_KINDS, MessageKind


class EmailTemplate(msgspec.Struct, frozen=True):
    """One e-mail's words. None means: take the default.

    Attributes:
        subject: One line; placeholders are not filled in it.
        html: The body. Verification, invitation and MFA templates are HTML even when they hold no tag.
        text: A text body of its own; only threat notifications have one.
    """

    subject: str | None = None
    html: str | None = None
    text: str | None = None

    def over(self, default: EmailTemplate) -> EmailTemplate:
        """This template, completed by `default`. A body of either sort keeps both of the default's away."""
        own_body = bool(self.html or self.text)
        return EmailTemplate(
            self.subject or default.subject,
            self.html if own_body else default.html,
            self.text if own_body else default.text,
        )


_CODE = EmailTemplate("Your verification code", "Your verification code is {####}")
_LINK = EmailTemplate("Your verification link", "Please click the link below to verify your email address. {##Verify Email##}")
_INVITATION = EmailTemplate("Your temporary password", "Your username is {username} and temporary password is {####}.")
# Assumption: AWS does not document what it writes to a user without password when the pool has no template.
_INVITATION_WITHOUT_PASSWORD = EmailTemplate("Your account", "Your username is {username}.")
# Assumption: the guide only speaks of "the default format"; the SMS default's words are taken.
_MFA = EmailTemplate("Your authentication code", "Your authentication code is {####}")

_SMS_CODE = "Your verification code is {####}."
_SMS_INVITATION = "Your username is {username} and temporary password is {####}."
_SMS_INVITATION_WITHOUT_PASSWORD = "Your username is {username}."  # noqa: S105 - a sentence, not a password
_SMS_MFA = "Your authentication code is {####}."


def _notification(subject: str, what_happened: str) -> EmailTemplate:
    # Assumption: AWS's own notification words are not documented; subjects are those of its API examples.
    facts = ("Time: {login-time}", "Device: {device-name}", "Location: {city}, {country}", "IP address: {ip-address}")
    text = "\n".join(
        (
            what_happened,
            *facts,
            "If this was not you, change your password and tell us so: {one-click-link-invalid}",
            "If this was you, tell us so: {one-click-link-valid}",
        )
    )
    html = (
        f"<p>{what_happened}</p><ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul>"
        '<p>If this was not you, change your password and <a href="{one-click-link-invalid}">tell us so</a>.</p>'
        '<p>If this was you, <a href="{one-click-link-valid}">tell us so</a>.</p>'
    )
    return EmailTemplate(subject, html, text)


_BLOCKED = _notification("Blocked sign-in attempt", "We blocked a sign-in to your account that we do not recognize.")
_NO_ACTION = _notification("New sign-in attempt", "Someone signed in to your account in a way that we do not recognize.")
_TAKEOVER_MFA = _notification("New sign-in attempt", "We asked for a second factor at a sign-in to your account.")


class PoolTemplates(msgspec.Struct, frozen=True):
    """A pool's words for everything it sends.

    Attributes:
        confirm_with_link: VerificationMessageTemplate.DefaultEmailOption is CONFIRM_WITH_LINK.
    """

    confirm_with_link: bool = False
    verification: EmailTemplate = EmailTemplate()
    verification_by_link: EmailTemplate = EmailTemplate()
    verification_sms: str | None = None
    invitation: EmailTemplate = EmailTemplate()
    invitation_sms: str | None = None
    mfa: EmailTemplate = EmailTemplate()
    mfa_sms: str | None = None
    notifications: Mapping[MessageKind, EmailTemplate] = {}

    @classmethod
    def from_aws(
        cls,
        user_pool: Mapping[str, Any],
        *,
        email_mfa: Mapping[str, Any] | None = None,
        sms_mfa: Mapping[str, Any] | None = None,
        notify: Mapping[str, Any] | None = None,
    ) -> Self:
        """From AWS's shapes.

        Args:
            user_pool: UserPoolType, as DescribeUserPool returns it.
            email_mfa: EmailMfaConfigType (SetUserPoolMfaConfig).
            sms_mfa: SmsMfaConfigType; its message comes before the pool's SmsAuthenticationMessage.
            notify: NotifyConfigurationType (SetRiskConfiguration).
        """
        verification = user_pool.get("VerificationMessageTemplate") or {}
        invitation = (user_pool.get("AdminCreateUserConfig") or {}).get("InviteMessageTemplate") or {}
        notify = notify or {}
        email_mfa = email_mfa or {}
        return cls(
            confirm_with_link=verification.get("DefaultEmailOption") == "CONFIRM_WITH_LINK",
            verification=EmailTemplate(
                verification.get("EmailSubject") or user_pool.get("EmailVerificationSubject"),
                verification.get("EmailMessage") or user_pool.get("EmailVerificationMessage"),
            ),
            verification_by_link=EmailTemplate(verification.get("EmailSubjectByLink"), verification.get("EmailMessageByLink")),
            verification_sms=verification.get("SmsMessage") or user_pool.get("SmsVerificationMessage"),
            invitation=EmailTemplate(invitation.get("EmailSubject"), invitation.get("EmailMessage")),
            invitation_sms=invitation.get("SMSMessage"),
            mfa=EmailTemplate(email_mfa.get("Subject"), email_mfa.get("Message")),
            mfa_sms=(sms_mfa or {}).get("SmsAuthenticationMessage") or user_pool.get("SmsAuthenticationMessage"),
            notifications={
                kind: EmailTemplate(template.get("Subject"), template.get("HtmlBody"), template.get("TextBody"))
                for kind, member in _NOTIFY_MEMBERS.items()
                if (template := notify.get(member))
            },
        )

    def by_link(self, kind: MessageKind) -> bool:
        """Whether the pool sends `kind` as a link."""
        return self.confirm_with_link and kind in LINK_KINDS

    def email(self, kind: MessageKind, *, has_code: bool) -> EmailTemplate:
        """The words of an e-mail; complete."""
        match kind:
            case MessageKind.INVITATION:
                return self.invitation.over(_INVITATION if has_code else _INVITATION_WITHOUT_PASSWORD)
            case MessageKind.MFA | MessageKind.ONE_TIME_PASSWORD:
                return self.mfa.over(_MFA)
            case MessageKind.TAKEOVER_BLOCKED | MessageKind.TAKEOVER_NO_ACTION | MessageKind.TAKEOVER_MFA:
                return self.notifications.get(kind, EmailTemplate()).over(_NOTIFY_DEFAULTS[kind])
            case _ if self.by_link(kind):
                return self.verification_by_link.over(_LINK)
            case _:
                return self.verification.over(_CODE)

    def sms(self, kind: MessageKind, *, has_code: bool) -> str:
        """The words of an SMS. SMS never carries a link."""
        match kind:
            case MessageKind.INVITATION:
                return self.invitation_sms or (_SMS_INVITATION if has_code else _SMS_INVITATION_WITHOUT_PASSWORD)
            case MessageKind.MFA | MessageKind.ONE_TIME_PASSWORD:
                return self.mfa_sms or _SMS_MFA
            case _:
                return self.verification_sms or _SMS_CODE


_NOTIFY_MEMBERS = {
    MessageKind.TAKEOVER_BLOCKED: "BlockEmail",
    MessageKind.TAKEOVER_NO_ACTION: "NoActionEmail",
    MessageKind.TAKEOVER_MFA: "MfaEmail",
}
_NOTIFY_DEFAULTS = {
    MessageKind.TAKEOVER_BLOCKED: _BLOCKED,
    MessageKind.TAKEOVER_NO_ACTION: _NO_ACTION,
    MessageKind.TAKEOVER_MFA: _TAKEOVER_MFA,
}
