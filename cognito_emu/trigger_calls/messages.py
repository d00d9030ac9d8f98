"""What users are told, and who tells them: CustomMessage, CustomEmailSender, CustomSMSSender."""

from __future__ import annotations

from typing import get_args

from cognito_emu.call import Call
from cognito_emu.errors import InvalidLambdaResponseException
from cognito_emu.store.function_events import FunctionEvent
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls.pool_triggers import Metadata, PoolTriggers, attributes_of, envelope, function_of
from cognito_emu.trigger_calls.sources import source_of
from cognito_emu.trigger_calls.verdicts import CustomMessage
from triggers import events, responses

_CUSTOM_MESSAGE: tuple[events.CustomMessageSource, ...] = get_args(events.CustomMessageSource)
_EMAIL_SENDER: tuple[events.CustomEmailSenderSource, ...] = get_args(events.CustomEmailSenderSource)
_SMS_SENDER: tuple[events.CustomSMSSenderSource, ...] = get_args(events.CustomSMSSenderSource)

_INVITATION = "CustomMessage_AdminCreateUser"
_LINK = "{##"  # any link text may stand between the double numbers


class MessageTriggers(PoolTriggers):
    """Triggers around messages."""

    async def custom_message(
        self,
        call: Call,
        pool: UserPool,
        user: User,
        *,
        source: str,
        client_id: str | None,
        client_metadata: Metadata,
    ) -> CustomMessage | None:
        """CustomMessage_*; None: the pool's own text is used.

        Assumption: it is asked also where a custom sender will deliver, which has no use for the texts.
        """
        if not self.has(pool, "CustomMessage"):
            return None
        event_source = source_of(_CUSTOM_MESSAGE, source)
        event = events.custom_message(
            envelope(call, pool, user.username, client_id),
            event_source,
            user_attributes=attributes_of(pool, user),
            client_metadata=client_metadata,
        )
        result = await self._invoke(pool, "CustomMessage", event, responses.custom_message)
        _check_placeholders(event_source, result)
        return CustomMessage(result.sms_message, result.email_message, result.email_subject)

    def sender_event(
        self,
        call: Call,
        pool: UserPool,
        user: User,
        *,
        medium: str,
        source: str,
        client_id: str | None,
        code: str | None,
        client_metadata: Metadata,
    ) -> FunctionEvent | None:
        """CustomEmailSender_* or CustomSMSSender_*, which is not waited for; None: no function delivers messages of this medium.

        The function delivers it, and nothing else shall. The caller stores it in the transaction that stores the code, and then
        notifies `functions`.
        """
        trigger = _sender_of(medium)
        if not self.has(pool, trigger):
            return None
        function_arn = function_of(pool, trigger)
        assert function_arn is not None  # `has` said so
        frame = envelope(call, pool, user.username, client_id)
        attributes = attributes_of(pool, user)
        encrypted = self._encrypted(pool, code, temporary_password=source == "AdminCreateUser")
        if medium == "EMAIL":
            event = events.custom_email_sender(
                frame,
                source_of(_EMAIL_SENDER, source),
                encrypted_code=encrypted,
                user_attributes=attributes,
                client_metadata=client_metadata,
            )
        else:
            event = events.custom_sms_sender(
                frame,
                source_of(_SMS_SENDER, source),
                encrypted_code=encrypted,
                user_attributes=attributes,
                client_metadata=client_metadata,
            )
        now = call.env.now()
        return FunctionEvent(
            call.env.uuid(), pool.account, function_arn, event, sent_at=now, due_at=now, trigger=trigger, source_arn=pool.arn
        )

    def _encrypted(self, pool: UserPool, code: str | None, *, temporary_password: bool) -> str | None:
        if code is None:
            return None
        senders = self._functions.senders
        assert senders is not None  # triggers are on
        key_arn = pool.settings["LambdaConfig"]["KMSKeyID"]
        return senders.encrypt(code, key_arn=key_arn, user_pool_id=pool.id, temporary_password=temporary_password)


def _sender_of(medium: str) -> str:
    return "CustomEmailSender" if medium == "EMAIL" else "CustomSMSSender"


def _check_placeholders(source: str, result: responses.CustomMessageResult) -> None:
    """Refuse a text that would not tell the code, which a function cannot know.

    "The message must contain codeParameter", and for an invitation usernameParameter, too (developer guide, "Custom message Lambda
    trigger"). Assumption: the sentences.
    """
    for name, text in (("emailMessage", result.email_message), ("smsMessage", result.sms_message)):
        if text is None:
            continue
        if events.CODE_PLACEHOLDER not in text and not (name == "emailMessage" and _LINK in text):
            raise InvalidLambdaResponseException(f"The {name} of CustomMessage does not contain {events.CODE_PLACEHOLDER}")
        if source == _INVITATION and events.USERNAME_PLACEHOLDER not in text:
            raise InvalidLambdaResponseException(f"The {name} of CustomMessage does not contain {events.USERNAME_PLACEHOLDER}")
