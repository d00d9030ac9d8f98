"""A pool whose users choose how to sign in."""

from typing import Any

from tests.operations.factors import (
    EMAIL_SENDER,
    FLOWS,
)
from tests.operations.people import Pool, make_pool
from tests.support.control import Inbox

USER = "ann"


ALL = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")


MISMATCH = ("CodeMismatchException", "Invalid code or auth state for the user.")


ONCE = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def choice_pool(idp: Any, inbox: Inbox, *factors: str, client: dict[str, Any] | None = None, **settings: Any) -> Pool:
    """A pool with these first factors, and a client that may begin every flow, unless `client` says otherwise."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors or ALL)}}
    return make_pool(
        idp, inbox, client={"ExplicitAuthFlows": FLOWS, **(client or {})}, Policies=policy, EmailConfiguration=EMAIL_SENDER, **settings
    )


def newest(inbox: Inbox, address: str) -> str:
    code: str = inbox.all(to=address)[0]["code"]
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 100_000_000:08}"
