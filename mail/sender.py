"""Who a pool's mail comes from: EmailConfiguration and NotifyConfiguration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import msgspec

#: "The default FROM address is no-reply@verificationemail.com." (EmailConfigurationType)
DEFAULT_FROM = "no-reply@verificationemail.com"


class Sender(msgspec.Struct, frozen=True):
    """The sender's side of a message.

    Attributes:
        from_address: `jane@example.com` or `Jane <jane@example.com>`.
        reply_to: ReplyToEmailAddress, or None.
        source_arn: The SES identity whose permission is used, or None.
        configuration_set: The SES configuration set, or None.
    """

    from_address: str = DEFAULT_FROM
    reply_to: str | None = None
    source_arn: str | None = None
    configuration_set: str | None = None

    @classmethod
    def from_email_configuration(cls, configuration: Mapping[str, Any] | None) -> Self:
        """From EmailConfigurationType.

        Assumption: with COGNITO_DEFAULT and no SourceArn a From is not used, since the guide makes the custom FROM address of the
        built-in account depend on SourceArn. ConfigurationSet belongs to SES and so to DEVELOPER only.
        """
        configuration = configuration or {}
        source_arn = configuration.get("SourceArn")
        developer = configuration.get("EmailSendingAccount") == "DEVELOPER"
        own_address = configuration.get("From") if developer or source_arn else None
        return cls(
            from_address=own_address or _address_of_identity(source_arn) or DEFAULT_FROM,
            reply_to=configuration.get("ReplyToEmailAddress"),
            source_arn=source_arn,
            configuration_set=configuration.get("ConfigurationSet") if developer else None,
        )

    @classmethod
    def from_notify_configuration(cls, notify: Mapping[str, Any] | None) -> Self:
        """From NotifyConfigurationType, the sender of threat-protection mails."""
        notify = notify or {}
        source_arn = notify.get("SourceArn")
        return cls(
            from_address=notify.get("From") or _address_of_identity(source_arn) or DEFAULT_FROM,
            reply_to=notify.get("ReplyTo"),
            source_arn=source_arn,
        )

    def ses_headers(self) -> dict[str, str]:
        """The headers by which SES itself is told these two things (SES guide, "Using the SMTP interface")."""
        headers = {"X-SES-SOURCE-ARN": self.source_arn, "X-SES-CONFIGURATION-SET": self.configuration_set}
        return {name: value for name, value in headers.items() if value}


def _address_of_identity(source_arn: str | None) -> str | None:
    """`arn:aws:ses:us-east-1:123456789012:identity/jane@example.com` names jane@example.com."""
    if not source_arn:
        return None
    identity = source_arn.rpartition("identity/")[2]
    if "@" in identity:
        return identity
    # Assumption: AWS wants a From beside a domain identity; without one a mailbox of that domain is better than another domain's.
    return f"no-reply@{identity}" if "." in identity and ":" not in identity else None
