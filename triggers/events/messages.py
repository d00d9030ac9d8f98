"""CustomMessage, CustomEmailSender and CustomSMSSender: what users are told, and who tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from triggers.events.envelope import Attributes, Envelope, Event, given

CustomMessageSource = Literal[
    "CustomMessage_SignUp",
    "CustomMessage_AdminCreateUser",
    "CustomMessage_ResendCode",
    "CustomMessage_ForgotPassword",
    "CustomMessage_UpdateUserAttribute",
    "CustomMessage_VerifyUserAttribute",
    "CustomMessage_Authentication",
]
CustomEmailSenderSource = Literal[
    "CustomEmailSender_SignUp",
    "CustomEmailSender_AdminCreateUser",
    "CustomEmailSender_ResendCode",
    "CustomEmailSender_ForgotPassword",
    "CustomEmailSender_UpdateUserAttribute",
    "CustomEmailSender_VerifyUserAttribute",
    "CustomEmailSender_Authentication",
    "CustomEmailSender_AccountTakeOverNotification",
]
CustomSMSSenderSource = Literal[
    "CustomSMSSender_SignUp",
    "CustomSMSSender_AdminCreateUser",
    "CustomSMSSender_ResendCode",
    "CustomSMSSender_ForgotPassword",
    "CustomSMSSender_UpdateUserAttribute",
    "CustomSMSSender_VerifyUserAttribute",
    "CustomSMSSender_Authentication",
]

CODE_PLACEHOLDER = "{####}"
USERNAME_PLACEHOLDER = "{username}"
LINK_PLACEHOLDER = "{##Click Here##}"


def custom_message(
    envelope: Envelope,
    source: CustomMessageSource,
    *,
    user_attributes: Attributes,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """Before a message is sent. The code itself is never shown: the function places a placeholder, Cognito fills it in.

    Only an invitation has a placeholder for the user name.
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "codeParameter": CODE_PLACEHOLDER,
        "linkParameter": LINK_PLACEHOLDER,
        "usernameParameter": USERNAME_PLACEHOLDER if source == "CustomMessage_AdminCreateUser" else None,
        **given(clientMetadata=client_metadata),
    }
    return envelope.event(source, request, {"smsMessage": None, "emailMessage": None, "emailSubject": None})


def custom_email_sender(
    envelope: Envelope,
    source: CustomEmailSenderSource,
    *,
    encrypted_code: str | None,
    user_attributes: Attributes,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """Instead of an e-mail. `encrypted_code` is base64 of an AWS Encryption SDK message; see `triggers.sender_encryption`.

    Assumption: a take-over notification has no code, and says so with null.
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-email-sender.html
    """
    request = _sender_request("customEmailSenderRequestV1", encrypted_code, user_attributes, client_metadata)
    return envelope.event(source, request, {})


def custom_sms_sender(
    envelope: Envelope,
    source: CustomSMSSenderSource,
    *,
    encrypted_code: str | None,
    user_attributes: Attributes,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """Instead of a text message.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sms-sender.html
    """
    request = _sender_request("customSMSSenderRequestV1", encrypted_code, user_attributes, client_metadata)
    return envelope.event(source, request, {})


def _sender_request(
    request_type: str, encrypted_code: str | None, user_attributes: Attributes, client_metadata: Mapping[str, str] | None
) -> Event:
    return {
        "type": request_type,
        "code": encrypted_code,
        "userAttributes": dict(user_attributes),
        **given(clientMetadata=client_metadata),
    }
