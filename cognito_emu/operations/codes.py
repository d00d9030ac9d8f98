"""Sending codes and taking them back.

A code is random, is stored hashed, expires, and works once. Its message is written in the same transaction, so there is never a code
without a message or a message with a dead code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from cognito_emu.call import Call
from cognito_emu.domain.recovery import Delivery
from cognito_emu.errors import AwsError, CodeMismatchException, ExpiredCodeException, LimitExceededException, UserNotFoundException
from cognito_emu.messaging import Draft
from cognito_emu.operations.message_quotas import check_daily_quota
from cognito_emu.store import Tx
from cognito_emu.store.codes import Code, hash_code
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from mail.kinds import MessageKind

T = TypeVar("T")

HOUR = 3600
DAY = 86400

# "In a given hour, we allow between 5 and 20 attempts for a user to request or enter a password reset code. The exact value depends on the
# risk parameters associated with the requests." (developer guide, "Recovering user accounts") Assumption: without a risk the most holds,
# and it holds for these codes alike, whose operations declare LimitExceededException.
_MOST_REQUESTS = 20
_COUNTED_REQUESTS = frozenset({MessageKind.FORGOT_PASSWORD, MessageKind.RESEND_CODE, MessageKind.VERIFY_USER_ATTRIBUTE})

# "If a user's attempts exceed ... per hour": the developer guide's quotas give 5 to 20 tries by operation; one bound serves all.
_MOST_ATTEMPTS = 15

SIGN_UP = "sign_up"
FORGOT_PASSWORD = "forgot_password"  # noqa: S105 - a purpose, not a password


def verification_of(attribute: str) -> str:
    """The purpose of a code that verifies an attribute."""
    return f"verify:{attribute}"


# The trigger source of a message where it is not the kind's own name.
_TRIGGER_SOURCES = {
    MessageKind.ADMIN_RESET_PASSWORD: "ForgotPassword",  # "has no source of its own"
    MessageKind.ONE_TIME_PASSWORD: "Authentication",
    MessageKind.MFA: "Authentication",
}


async def send_code(
    call: Call,
    pool: UserPool,
    user: User,
    *,
    kind: MessageKind,
    purpose: str,
    delivery: Delivery,
    lifetime: float,
    client_id: str | None,
    client_metadata: Mapping[str, str] | None,
    digits: int = 6,
) -> None:
    """Make a code, valid for `lifetime` seconds, and have it sent.

    CustomMessage (or a custom sender) is asked before anything is written.

    Raises:
        LimitExceededException: It was asked for too often, or (with COGNITO_EMU_RATE_LIMITS) the day's e-mails have been sent.
        UserNotFoundException: The user was deleted meanwhile.
    """
    code = call.env.code(digits)
    now = call.env.now()

    def write_code(tx: Tx) -> None:
        if tx.users.get(user.id) is None:
            raise UserNotFoundException  # deleted while a trigger was asked
        requests, since = _requests(tx.codes.get(user.id, purpose), now)
        if kind in _COUNTED_REQUESTS and requests > _MOST_REQUESTS:
            raise LimitExceededException
        tx.codes.put(
            Code(
                user_id=user.id,
                purpose=purpose,
                code_hash=hash_code(user.id, code),
                attribute=delivery.attribute_name,
                created_at=now,
                expires_at=now + lifetime,
                attempts=0,
                requests=requests,
                requests_since=since,
            )
        )

    await send_message(
        call,
        pool,
        user,
        kind=kind,
        delivery=delivery,
        code=code,
        client_id=client_id,
        client_metadata=client_metadata,
        together_with=write_code,
    )


async def send_message(
    call: Call,
    pool: UserPool,
    user: User,
    *,
    kind: MessageKind,
    delivery: Delivery,
    code: str | None,
    client_id: str | None,
    client_metadata: Mapping[str, str] | None,
    together_with: Callable[[Tx], None] | None = None,
) -> None:
    """Have a message sent, in one transaction with what `together_with` writes."""
    source = _TRIGGER_SOURCES.get(kind, kind.value)
    custom = await call.triggers.custom_message(call, pool, user, source=source, client_id=client_id, client_metadata=client_metadata)
    event = call.triggers.sender_event(
        call,
        pool,
        user,
        medium=delivery.medium,
        source=source,
        client_id=client_id,
        code=code,
        client_metadata=client_metadata,
    )
    draft = Draft(medium=delivery.medium, kind=kind, recipient=delivery.destination, client_id=client_id, code=code, custom=custom)
    message = call.messenger.compose(call, pool, user, draft) if event is None else None

    def write(tx: Tx) -> None:
        if together_with is not None:
            together_with(tx)
        if message is not None:
            check_daily_quota(call, tx, pool, message)
            tx.messages.add(message)
        if event is not None:
            tx.function_events.add(event)

    await call.store.transact(write)
    if message is not None:
        await call.messenger.dispatch(message)
    else:
        call.parts.functions.notify()


def _requests(former: Code | None, now: float) -> tuple[int, float]:
    """How often a code has been asked for within the hour, this time included, and when that hour began."""
    if former is None or former.requests is None or former.requests_since is None or now - former.requests_since >= HOUR:
        return 1, now
    return former.requests + 1, former.requests_since


async def redeem_code(call: Call, user: User, purpose: str, code: str, then: Callable[[Tx, Code], T]) -> T:
    """Check a code and, when it is right, use it up and do what it was for, in one transaction.

    Raises:
        CodeMismatchException: It is wrong. The try is counted.
        ExpiredCodeException: It is too old, or none is outstanding.
        LimitExceededException: There were too many wrong tries.
    """

    def check(tx: Tx) -> T | AwsError:
        stored = tx.codes.get(user.id, purpose)
        if stored is None or stored.expires_at <= call.env.now():
            return ExpiredCodeException()
        if stored.attempts >= _MOST_ATTEMPTS:
            return LimitExceededException()
        if stored.code_hash != hash_code(user.id, code):
            tx.codes.count_attempt(user.id, purpose)
            return CodeMismatchException()
        tx.codes.delete(user.id, purpose)
        return then(tx, stored)

    outcome = await call.store.transact(check)
    if isinstance(outcome, AwsError):
        raise outcome  # only now, so that the count of tries was committed
    return outcome
