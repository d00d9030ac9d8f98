"""The messages that Cognito sends, and the two ways they go."""

from __future__ import annotations

from enum import StrEnum


class Medium(StrEnum):
    """DeliveryMedium, as AWS spells it."""

    EMAIL = "EMAIL"
    SMS = "SMS"


class MessageKind(StrEnum):
    """Why a message is sent. Values are the suffix of the CustomMessage trigger source where AWS has one."""

    SIGN_UP = "SignUp"
    RESEND_CODE = "ResendCode"
    FORGOT_PASSWORD = "ForgotPassword"  # noqa: S105 - a kind of message, not a password
    ADMIN_RESET_PASSWORD = "AdminResetUserPassword"  # noqa: S105 - as above
    UPDATE_USER_ATTRIBUTE = "UpdateUserAttribute"
    VERIFY_USER_ATTRIBUTE = "VerifyUserAttribute"
    INVITATION = "AdminCreateUser"
    MFA = "Authentication"
    ONE_TIME_PASSWORD = "OneTimePassword"  # noqa: S105 - as above
    TAKEOVER_BLOCKED = "AccountTakeOverBlocked"
    TAKEOVER_NO_ACTION = "AccountTakeOverNoAction"
    TAKEOVER_MFA = "AccountTakeOverMfa"

    @property
    def topic(self) -> str:
        """What a mail client should show as one conversation: a resent code belongs to the sign-up it repeats."""
        return _TOPICS[self]


_TOPICS = {
    MessageKind.SIGN_UP: "verification",
    MessageKind.RESEND_CODE: "verification",
    MessageKind.UPDATE_USER_ATTRIBUTE: "verification",
    MessageKind.VERIFY_USER_ATTRIBUTE: "verification",
    MessageKind.FORGOT_PASSWORD: "password-reset",
    MessageKind.ADMIN_RESET_PASSWORD: "password-reset",
    MessageKind.INVITATION: "invitation",
    MessageKind.MFA: "sign-in",
    MessageKind.ONE_TIME_PASSWORD: "sign-in",
    MessageKind.TAKEOVER_BLOCKED: "security",
    MessageKind.TAKEOVER_NO_ACTION: "security",
    MessageKind.TAKEOVER_MFA: "security",
}

#: Messages for which CONFIRM_WITH_LINK sends the link. "Emails from attribute-update and password-reset operations use the code
#: template." (developer guide, "Configuring verification and invitation messages")
LINK_KINDS = frozenset({MessageKind.SIGN_UP, MessageKind.RESEND_CODE})
