"""The mail that tells a user of a sign-in which threat protection noticed, and the answer that they may give to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cognito_emu.call import Call
from cognito_emu.domain.risk import BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED, NO_ACTION, TAKEOVER
from cognito_emu.messaging import Draft
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.auth_events import AuthEvent
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from mail.kinds import Medium, MessageKind
from mail.messages import SignInDetails

_KINDS = {
    BLOCK: MessageKind.TAKEOVER_BLOCKED,
    NO_ACTION: MessageKind.TAKEOVER_NO_ACTION,
    MFA_IF_CONFIGURED: MessageKind.TAKEOVER_MFA,
    MFA_REQUIRED: MessageKind.TAKEOVER_MFA,
}
_TRIGGER_SOURCE = "AccountTakeOverNotification"

# Where the one-click links of the mail lead. Assumption: AWS's own are on the pool's domain, in a form that is not documented.
FEEDBACK_PATH = "/_emu/auth-event-feedback"


async def notify_user(
    call: Call, pool: UserPool, client: AppClient, user: User, event: AuthEvent, risks: Mapping[str, Any], action: str
) -> None:
    """Tell the user, if there is an e-mail address, what was noticed and what was done about it."""
    recipient = user.attributes.get("email")
    if not recipient:
        return
    to_sender = call.triggers.sender_event(
        call, pool, user, medium=Medium.EMAIL, source=_TRIGGER_SOURCE, client_id=client.id, code=None, client_metadata=None
    )
    if to_sender is not None:
        await call.store.transact(lambda tx: tx.function_events.add(to_sender))
        call.parts.functions.notify()
        return
    has_domain = bool(await call.store.read(lambda tx: tx.domains.of_pool(pool.id)))
    draft = Draft(
        medium=Medium.EMAIL,
        kind=_KINDS[action],
        recipient=recipient,
        client_id=client.id,
        code=None,
        sign_in=_details(call, event, with_links=has_domain),
        notify=risks.get(TAKEOVER, {}).get("NotifyConfiguration"),
    )
    message = call.messenger.compose(call, pool, user, draft)
    await call.store.transact(lambda tx: tx.messages.add(message))
    await call.messenger.dispatch(message)


def feedback_token(call: Call, event: AuthEvent) -> str:
    """What the mail about an event carries, so that who reads it may say whether it was them."""
    message = f"feedback of {event.user_id} in {event.pool_id} about {event.id}".encode()
    return base64.urlsafe_b64encode(hmac.new(call.parts.secret, message, hashlib.sha256).digest()).decode()


def _details(call: Call, event: AuthEvent, *, with_links: bool) -> SignInDetails:
    token = feedback_token(call, event)

    def link(value: str) -> str:
        query = {"pool": event.pool_id, "user": event.user_id, "event": event.id, "token": token, "value": value}
        return f"{call.origin.base_url}{FEEDBACK_PATH}?{urlencode(query)}"

    return SignInDetails(
        login_time=event.created_at,
        ip_address=event.ip,
        device_name=event.context.get("DeviceName", "Unknown"),
        event_id=event.id,
        feedback_token=token,
        one_click_link_valid=link("Valid") if with_links else None,
        one_click_link_invalid=link("Invalid") if with_links else None,
    )
