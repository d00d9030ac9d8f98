"""Where a sign-in, a sign-up or a password reset stands between two requests of a browser."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from cognito_emu.records import Hidden, Record, asdict, field


class Step(StrEnum):
    """The pages, each under its path.

    Assumption: the paths with a slash inside, and of `/changePassword` and `/mfa`; AWS documents the others only.
    """

    SIGN_IN = "/login"
    CHOOSE_FACTOR = "/login/choose"
    PASSWORD = "/login/password"  # noqa: S105 - a path
    FIRST_CODE = "/login/code"
    PASSKEY = "/login/passkey"
    NEW_PASSWORD = "/changePassword"  # noqa: S105 - a path
    MFA_CODE = "/mfa"
    CHOOSE_MFA = "/mfa/choose"
    MFA_SETUP = "/mfa/setup"
    MFA_APP = "/mfa/setup/app"
    MFA_ADDRESS = "/mfa/setup/address"
    SIGN_UP = "/signup"
    CONFIRM = "/confirm"
    FORGOT_PASSWORD = "/forgotPassword"  # noqa: S105 - a path
    RESET_PASSWORD = "/confirmForgotPassword"  # noqa: S105 - a path
    # Nothing is left to do. Whoever comes back here is signed in, or begins anew.
    DONE = "/oauth2/authorize"


class Flow(Record, kw_only=True):
    """A point on the way, JSON in the store. It holds no password and no code.

    Attributes:
        browser: Hash of the cookie of the browser that it belongs to. The address of a page, in anybody else's hands, opens nothing.
        step: The page at which it stands.
        username: As it was typed.
        session: The session of the challenge that waits. The API does not take it: it came in by another door.
        challenge: The challenge that waits.
        parameters: Its ChallengeParameters.
        available: The first factors to choose from.
        delivery: Where a code went: the model's CodeDeliveryDetailsType.
        typed: What was typed into the last form, to be shown again; no secrets.
        proved: What the user proved before the sign-in stopped because they were not confirmed, in RFC 8176's words.
        error: The sentence that the page shows as error.
        notice: The sentence that it shows as news.
    """

    browser: str
    step: Step = Step.SIGN_IN
    username: str = ""
    session: Hidden[str] = ""
    challenge: str = ""
    parameters: Hidden[dict[str, str]] = field(default_factory=dict)
    available: list[str] = field(default_factory=list)
    delivery: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    proved: list[str] = field(default_factory=list)
    error: str = ""
    notice: str = ""

    def to_state(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Read what `to_state` wrote."""
        return cls(**{**state, "step": Step(state["step"])})
