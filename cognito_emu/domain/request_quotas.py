"""Categories of user pool operations and the rates that AWS includes, in requests a second, by account and region.

https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """A category's rate.

    Attributes:
        free: What every account has.
        adjustable: AWS sells more of it.
    """

    free: int
    adjustable: bool = False


QUOTAS = {
    "UserAuthentication": Quota(120, adjustable=True),
    "UserCreation": Quota(50, adjustable=True),
    "UserFederation": Quota(25, adjustable=True),
    "UserAccountRecovery": Quota(30),
    "UserRead": Quota(120, adjustable=True),
    "UserUpdate": Quota(25),
    "UserToken": Quota(120, adjustable=True),
    "UserResourceRead": Quota(50, adjustable=True),
    "UserResourceUpdate": Quota(25),
    "UserList": Quota(30),
    "UserPoolRead": Quota(15),
    "UserPoolUpdate": Quota(15),
    "UserPoolResourceRead": Quota(20),
    "UserPoolResourceUpdate": Quota(15),
    "UserPoolClientRead": Quota(15),
    "UserPoolClientUpdate": Quota(15),
    "ClientAuthentication": Quota(150, adjustable=True),
}

# Assumption: what Service Quotas grants an account at most is this many times what is free; the true maximum is each account's own.
MOST_TIMES_FREE = 100
