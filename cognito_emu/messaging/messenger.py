"""From a pool, a user and a code to a stored message, and what is to be done once it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.config import Settings
from cognito_emu.environment import Environment
from cognito_emu.errors import CodeDeliveryFailureException, InvalidParameterException
from cognito_emu.messaging.delivery import Delivery
from cognito_emu.messaging.outbox import content_of
from cognito_emu.oauth.addresses import oauth_base_url
from cognito_emu.records import Hidden, Record, replace
from cognito_emu.store.messages import Message
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls import CustomMessage
from mail.addresses import InvalidAddressError, parse_mailbox
from mail.kinds import Medium, MessageKind
from mail.messages import CustomMessage as MailCustomMessage
from mail.messages import MessageRequest, RenderedMessage, SignInDetails, confirmation_link, render
from mail.sender import DEFAULT_FROM, Sender
from mail.templates import PoolTemplates

# The messages of the operations that declare CodeDeliveryFailureException: SignUp, ResendConfirmationCode, ForgotPassword,
# AdminCreateUser, UpdateUserAttributes, GetUserAttributeVerificationCode. InitiateAuth, for one, has no such error.
_CAN_FAIL = frozenset(
    {
        MessageKind.SIGN_UP,
        MessageKind.RESEND_CODE,
        MessageKind.FORGOT_PASSWORD,
        MessageKind.INVITATION,
        MessageKind.UPDATE_USER_ATTRIBUTE,
        MessageKind.VERIFY_USER_ATTRIBUTE,
    }
)
_THREATS = frozenset({MessageKind.TAKEOVER_BLOCKED, MessageKind.TAKEOVER_NO_ACTION, MessageKind.TAKEOVER_MFA})

# Quoted in https://dev.classmethod.jp/articles/cognito-sandbox-ses-codedeliveryfailureexception.
# Assumption: the sentence for SMS is that for e-mail with its words changed.
_REFUSALS = {
    Medium.EMAIL: "Cognito received the following error from Amazon SES when attempting to send email",
    Medium.SMS: "Cognito received the following error from Amazon SNS when attempting to send SMS",
}
_REHEARSED = "rehearsal: the message was not accepted"


class Draft(Record):
    """What a message is to be made of.

    Attributes:
        medium: EMAIL or SMS.
        recipient: The e-mail address or phone number.
        code: The code, or an invitation's temporary password; None when there is none to tell.
        custom: What the CustomMessage trigger answered.
        sign_in: The sign-in that a threat notification tells about.
        notify: The NotifyConfigurationType that such a notification follows.
    """

    medium: str
    kind: MessageKind
    recipient: str
    client_id: str | None
    code: Hidden[str | None]
    custom: Hidden[CustomMessage | None] = None
    sign_in: SignInDetails | None = None
    notify: Mapping[str, Any] | None = None


class Messenger:
    """Turns drafts into stored messages, and sees to them once they are committed."""

    def __init__(self, settings: Settings, env: Environment, delivery: Delivery) -> None:
        self._settings = settings
        self._env = env
        self.delivery = delivery

    def compose(self, call: Call, pool: UserPool, user: User, draft: Draft) -> Message:
        """The message as it will be stored and sent. The caller stores it in the transaction that stores the code.

        Raises:
            InvalidParameterException: It cannot be addressed.
            CodeDeliveryFailureException: The pool's sender or reply-to address cannot stand in a header.
        """
        message_id, now = self._env.uuid(), self._env.now()
        content = content_of(self._render(call, pool, user, draft, message_id, now))
        state, error = "pending" if self.delivery.delivers(Medium(draft.medium)) else "kept", None
        if draft.kind in _CAN_FAIL and self.delivery.take_code_delivery_failure():
            state, error = "refused", _REHEARSED
        return Message(
            id=message_id,
            account=pool.account,
            region=pool.region,
            pool_id=pool.id,
            client_id=draft.client_id,
            username=user.username,
            medium=draft.medium,
            kind=draft.kind.value,
            recipient=draft.recipient,
            code=draft.code,
            content=content,
            created_at=now,
            state=state,
            not_before=now if state == "pending" else None,
            last_error=error,
        )

    async def dispatch(self, message: Message) -> None:
        """The message was committed: have it delivered, and wake whoever waits for one.

        Does not wait for the delivery unless COGNITO_EMU_DELIVERY_FAILURES=answer says so.

        Raises:
            CodeDeliveryFailureException: The message was refused, by request or, if it was waited for, by the server. As on AWS, what
                the call has written stays: a user who signs up exists.
        """
        self.delivery.notify()
        tried: Message | None = message
        if message.state == "pending" and self._settings.delivery_failures == "answer" and MessageKind(message.kind) in _CAN_FAIL:
            tried = await self.delivery.first_try(message.id, self._settings.smtp_timeout)
        if tried is not None and tried.state == "refused":
            raise CodeDeliveryFailureException(f"{_REFUSALS[Medium(tried.medium)]}: {tried.last_error}")

    def _render(self, call: Call, pool: UserPool, user: User, draft: Draft, message_id: str, now: float) -> RenderedMessage:
        request = MessageRequest(
            message_id=message_id,
            created_at=now,
            medium=Medium(draft.medium),
            kind=draft.kind,
            to=draft.recipient,
            user_pool_id=pool.id,
            client_id=draft.client_id,
            username=user.username,
            user_id=user.id,
            code=draft.code,
            link=_link(call, pool, user, draft),
            templates=PoolTemplates.from_aws(
                pool.settings,
                email_mfa=pool.settings.get("EmailMfaConfiguration"),
                sms_mfa=pool.settings.get("SmsMfaConfiguration"),
                notify=draft.notify,
            ),
            sender=self._sender(pool, draft),
            custom=_mail_custom(draft.custom),
            sign_in=draft.sign_in,
        )
        try:
            if request.medium is Medium.EMAIL:
                parse_mailbox(draft.recipient)
        except InvalidAddressError as error:
            raise InvalidParameterException("Invalid email address format.") from error
        try:
            return render(request)
        except InvalidAddressError as error:
            # A bad reply-to address: amazon-archives/amazon-cognito-identity-js issue 307.
            failure = CodeDeliveryFailureException if draft.kind in _CAN_FAIL else InvalidParameterException
            raise failure("Invalid email provided/Unable to send the email") from error

    def _sender(self, pool: UserPool, draft: Draft) -> Sender:
        if draft.kind in _THREATS:
            sender = Sender.from_notify_configuration(draft.notify)
        else:
            sender = Sender.from_email_configuration(pool.settings.get("EmailConfiguration"))
        if sender.from_address == DEFAULT_FROM and self._settings.smtp_from:
            return replace(sender, from_address=self._settings.smtp_from)
        return sender


def _link(call: Call, pool: UserPool, user: User, draft: Draft) -> str | None:
    if draft.code is None or draft.client_id is None:
        return None
    base_url = oauth_base_url(pool, call.origin.base_url)
    return confirmation_link(base_url, client_id=draft.client_id, username=user.username, code=draft.code)


def _mail_custom(custom: CustomMessage | None) -> MailCustomMessage | None:
    if custom is None:
        return None
    return MailCustomMessage(email_subject=custom.email_subject, email_message=custom.email_message, sms_message=custom.sms_message)
