"""Ann, whose second factors the tests of MFA are about."""

import json
from typing import Any

from tests.operations.factors import (
    EMAIL,
    PHONE,
    App,
    mfa_pool,
    register_app,
    set_mfa,
)
from tests.operations.people import Pool
from tests.support.control import Clock, Inbox

USER = "ann"
ALL = ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")


def enrolled(pool: Pool, **values: str) -> str:
    """Ann, confirmed, with a password; returns her access token if MFA lets her have one."""
    pool.enrol(USER, **({"email": EMAIL, "phone_number": PHONE} | values))
    return pool.sign_in(USER)


def with_app(idp: Any, inbox: Inbox, clock: Clock, *, mode: str = "OPTIONAL", factors: tuple[str, ...] = ALL) -> tuple[Pool, App]:
    """A pool, and Ann with everything that a factor needs, none of it turned on."""
    pool = mfa_pool(idp, inbox, factors=factors)
    app = register_app(pool, clock, enrolled(pool), "Ann's phone")
    set_mfa(pool, mode, factors)
    return pool, app


def newest_code(inbox: Inbox, address: str) -> str:
    """The code of the latest message to an address."""
    code: str = inbox.all(to=address)[0]["code"]
    return code


def decided(asked: Any) -> tuple[str, ...]:
    """What a sign-in goes on with: the challenge and the factors to choose from or set up, or tokens."""
    if "AuthenticationResult" in asked:
        return ("tokens",)
    parameters = asked["ChallengeParameters"]
    listed = parameters.get("MFAS_CAN_CHOOSE") or parameters.get("MFAS_CAN_SETUP")
    return (asked["ChallengeName"], *(json.loads(listed) if listed else ()))
