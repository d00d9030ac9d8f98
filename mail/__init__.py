"""Messages to users: what they say, and how they get there.

Owns: the words (`render`), the outbox's promises (`Outbox`, `MemoryOutbox`), delivery (`DeliveryWorker`) by SMTP and by SMS
webhook, and rehearsed mishaps (`ChaosTransport`). Does not own: pools, users, codes, tables, HTTP routes. It takes plain values,
gives plain values back and never imports `cognito_emu`, so it can be read, tested and used alone.

A message's way: `render(MessageRequest)` → a row in the outbox, written in the transaction that made the code → `worker.notify()`
after the commit → `Transport` → `mark_sent`, `mark_retry` or `mark_refused`.
"""

from mail.addresses import InvalidAddressError
from mail.chaos import ChaosTransport, Mishap
from mail.kinds import Medium, MessageKind
from mail.messages import CustomMessage, MessageRequest, RenderedMessage, SignInDetails, confirmation_link, render
from mail.mime import email_message
from mail.outbox import DeliveryState, MemoryOutbox, Outbox, OutboxMessage
from mail.sender import DEFAULT_FROM, Sender
from mail.sms_webhook import SmsWebhookTransport
from mail.smtp import SmtpSettings, SmtpTransport, TlsMode
from mail.templates import EmailTemplate, PoolTemplates
from mail.transport import (
    Deliver,
    DeliveryError,
    DeliveryRefusedError,
    ServerUnavailableError,
    TemporaryDeliveryError,
    Transport,
)
from mail.worker import DeliveryReport, DeliveryWorker, RetryPolicy

__all__ = [
    "DEFAULT_FROM",
    "ChaosTransport",
    "CustomMessage",
    "Deliver",
    "DeliveryError",
    "DeliveryRefusedError",
    "DeliveryReport",
    "DeliveryState",
    "DeliveryWorker",
    "EmailTemplate",
    "InvalidAddressError",
    "Medium",
    "MemoryOutbox",
    "MessageKind",
    "MessageRequest",
    "Mishap",
    "Outbox",
    "OutboxMessage",
    "PoolTemplates",
    "RenderedMessage",
    "RetryPolicy",
    "Sender",
    "ServerUnavailableError",
    "SignInDetails",
    "SmsWebhookTransport",
    "SmtpSettings",
    "SmtpTransport",
    "TemporaryDeliveryError",
    "TlsMode",
    "Transport",
    "confirmation_link",
    "email_message",
    "render",
]
