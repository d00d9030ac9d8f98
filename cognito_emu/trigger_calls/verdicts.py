"""What functions decided, as plain values."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.records import Record


class PreSignUpVerdict(Record):
    """What PreSignUp decided about a new user."""

    auto_confirm: bool = False
    auto_verify_email: bool = False
    auto_verify_phone: bool = False


class CustomMessage(Record):
    """What CustomMessage answered; None keeps the pool's own text."""

    sms_message: str | None = None
    email_message: str | None = None
    email_subject: str | None = None


class MigratedUser(Record):
    """A user whom UserMigration found elsewhere."""

    attributes: Mapping[str, str]
    final_status: str | None
    message_action: str | None
    delivery_mediums: tuple[str, ...]
    force_alias_creation: bool
    enable_sms_mfa: bool
