"""`GET /_emu/auth-event-feedback`: where the one-click links in the mails of threat protection lead."""

from __future__ import annotations

from tornado.web import HTTPError

from cognito_emu.control.handler import ControlHandler
from cognito_emu.errors import AwsError
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.operations.threat_protection.auth_events import update_auth_event_feedback

_THANKS = "<!DOCTYPE html><title>Thank you</title><p>Thank you for your feedback.</p>"
_VALUES = ("Valid", "Invalid")


class AuthEventFeedbackHandler(ControlHandler):
    """Takes the feedback that a link carries."""

    async def get(self) -> None:
        """Note it, and say thanks."""
        pool_id, value = self.get_query_argument("pool"), self.get_query_argument("value")
        pool = await self.parts.store.read(lambda tx: tx.user_pools.get(pool_id))
        if pool is None or value not in _VALUES:
            raise HTTPError(400, reason="The link is not complete")
        request = {
            "UserPoolId": pool_id,
            "Username": self.get_query_argument("user"),
            "EventId": self.get_query_argument("event"),
            "FeedbackToken": self.get_query_argument("token"),
            "FeedbackValue": value,
        }
        try:
            await update_auth_event_feedback(Arrival.of(self.request, self.parts.env.uuid()).call(self.parts, pool), request)
        except AwsError as error:
            raise HTTPError(error.status, reason=error.message) from error
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_THANKS)
