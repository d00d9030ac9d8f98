"""Writing messages: what a pool sends becomes a row that is inbox and outbox in one.

Owns the way from a pool, a user and a code to a stored message. Does not own wording or delivery (`mail/`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from cognito_emu.call import Call
from cognito_emu.config import Settings
from cognito_emu.environment import Environment
from cognito_emu.oauth.addresses import oauth_base_url
from cognito_emu.store import Store
from cognito_emu.store.messages import Message
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls import CustomMessage
from mail.kinds import Medium, MessageKind
from mail.messages import CustomMessage as MailCustomMessage
from mail.messages import MessageRequest, confirmation_link, render
from mail.sender import Sender
from mail.templates import PoolTemplates


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message is to be made of.

    Attributes:
        medium: EMAIL or SMS.
        recipient: The e-mail address or phone number.
        code: The code, or an invitation's temporary password; None when there is none to tell.
        custom: What the CustomMessage trigger answered.
    """

    medium: str
    kind: MessageKind
    recipient: str
    client_id: str | None
    code: str | None
    custom: CustomMessage | None = None


class Messenger:
    """Turns drafts into stored messages, and tells those who wait that there is a new one."""

    def __init__(self, settings: Settings, env: Environment, store: Store) -> None:
        self._settings = settings
        self._env = env
        self._store = store
        self._new_message = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def compose(self, call: Call, pool: UserPool, user: User, draft: Draft) -> Message:
        """The message as it will be stored and sent. The caller stores it in the transaction that stores the code."""
        message_id = self._env.uuid()
        rendered = render(
            MessageRequest(
                message_id=message_id,
                created_at=self._env.now(),
                medium=Medium(draft.medium),
                kind=draft.kind,
                to=draft.recipient,
                user_pool_id=pool.id,
                client_id=draft.client_id,
                username=user.username,
                user_id=user.id,
                code=draft.code,
                link=self._link(call, pool, user, draft),
                templates=PoolTemplates.from_aws(
                    pool.settings,
                    email_mfa=pool.settings.get("EmailMfaConfiguration"),
                    sms_mfa=pool.settings.get("SmsMfaConfiguration"),
                ),
                sender=self._sender(pool),
                custom=_mail_custom(draft.custom),
            )
        )
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
            content={
                "from": rendered.from_address,
                "replyTo": rendered.reply_to,
                "subject": rendered.subject,
                "text": rendered.text,
                "html": rendered.html,
                "link": rendered.link,
                "headers": dict(rendered.headers),
            },
            created_at=self._env.now(),
            state="pending" if self._delivers(draft.medium) else "kept",
        )

    def on_new_message(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after a message was committed."""
        self._listeners.append(listener)

    def notify(self) -> None:
        """A message was committed: wake whoever waits for one."""
        self._new_message.set()
        self._new_message = asyncio.Event()
        for listener in self._listeners:
            listener()

    async def wait_for_message(self, timeout: float) -> None:  # noqa: ASYNC109 - a bound on the wait, not on the work
        """Return at the next message, or after `timeout` seconds, or half a second: another process may have written one."""
        try:
            await asyncio.wait_for(self._new_message.wait(), min(timeout, 0.5))
        except TimeoutError:
            return

    def _delivers(self, medium: str) -> bool:
        return bool(self._settings.smtp_host if medium == Medium.EMAIL else self._settings.sms_webhook_url)

    def _sender(self, pool: UserPool) -> Sender:
        if self._settings.smtp_from:
            return Sender(from_address=self._settings.smtp_from)
        return Sender.from_email_configuration(pool.settings.get("EmailConfiguration"))

    def _link(self, call: Call, pool: UserPool, user: User, draft: Draft) -> str | None:
        if draft.code is None or draft.client_id is None:
            return None
        base_url = oauth_base_url(pool, call.origin.base_url)
        return confirmation_link(base_url, client_id=draft.client_id, username=user.username, code=draft.code)


def _mail_custom(custom: CustomMessage | None) -> MailCustomMessage | None:
    if custom is None:
        return None
    return MailCustomMessage(email_subject=custom.email_subject, email_message=custom.email_message, sms_message=custom.sms_message)
