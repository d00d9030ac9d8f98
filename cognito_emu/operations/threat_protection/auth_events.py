"""What threat protection saw of a user, and what administrators and users say about it."""

from __future__ import annotations

import hmac
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import NotAuthorizedException, ResourceNotFoundException
from cognito_emu.operations.lookup import require_pool, require_user
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.threat_protection.assessment import require_add_on
from cognito_emu.operations.threat_protection.notifications import feedback_token
from cognito_emu.store import Tx
from cognito_emu.store.auth_events import AuthEvent
from cognito_emu.store.paging import Page
from cognito_emu.store.user_pools import UserPool


@operation("AdminListUserAuthEvents")
async def admin_list_user_auth_events(call: Call, request: Request) -> Response:
    """List a user's events, the newest first."""
    scope = ["AdminListUserAuthEvents", request["UserPoolId"], request["Username"]]
    after = read_token(call, scope, request.get("NextToken"))

    def look_up(tx: Tx) -> Page[AuthEvent]:
        pool = require_pool(call, tx, request["UserPoolId"])
        require_add_on(pool)
        user = require_user(tx, pool, request["Username"])
        return tx.auth_events.page(user.id, limit=page_size(request.get("MaxResults")), after=after)

    page = await call.store.read(look_up)
    return {"AuthEvents": [_render(event) for event in page.items], "NextToken": make_token(call, scope, page.next)}


@operation("AdminUpdateAuthEventFeedback")
async def admin_update_auth_event_feedback(call: Call, request: Request) -> Response:
    """Say, as an administrator, whether an event was the user's own doing."""

    def write(tx: Tx) -> None:
        event = _require(tx, require_pool(call, tx, request["UserPoolId"]), request)
        _give_feedback(call, tx, event, request["FeedbackValue"], "Admin")

    await call.store.transact(write)
    return {}


@operation("UpdateAuthEventFeedback")
async def update_auth_event_feedback(call: Call, request: Request) -> Response:
    """Say it as the user, with the token from the mail that told of the event."""

    def write(tx: Tx) -> None:
        # The request is unsigned, so that the pool's id alone tells whose it is, and the token who may speak.
        pool = tx.user_pools.get(request["UserPoolId"])
        if pool is None:
            raise ResourceNotFoundException(f"User pool {request['UserPoolId']} does not exist.")
        event = _require(tx, pool, request)
        if not hmac.compare_digest(feedback_token(call, event).encode(), request["FeedbackToken"].encode()):
            # Assumption: code and sentence.
            raise NotAuthorizedException("Invalid feedback token.")
        _give_feedback(call, tx, event, request["FeedbackValue"], "User")

    await call.store.transact(write)
    return {}


def _require(tx: Tx, pool: UserPool, request: Request) -> AuthEvent:
    require_add_on(pool)
    user = require_user(tx, pool, request["Username"])
    event = tx.auth_events.get(user.id, request["EventId"])
    if event is None:
        # Assumption: the sentence.
        raise ResourceNotFoundException(f"Auth event {request['EventId']} does not exist.")
    return event


def _give_feedback(call: Call, tx: Tx, event: AuthEvent, value: str, provider: str) -> None:
    feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": call.env.now()}
    tx.auth_events.update(event.id, {"feedback": feedback})


def _render(event: AuthEvent) -> dict[str, Any]:
    """The model's AuthEventType."""
    return {
        "EventId": event.id,
        "EventType": event.type,
        "CreationDate": event.created_at,
        "EventResponse": event.response,
        "EventRisk": event.risk,
        "ChallengeResponses": event.challenges,
        "EventContextData": event.context,
        "EventFeedback": event.feedback,
    }
