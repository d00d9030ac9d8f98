"""Names of callers: ARNs and ids of assumed roles, as STS writes them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

import base64
import hashlib
import re

from cognito_emu.domain.identity_roles import role_name
from cognito_emu.records import Record

# The session name that identity pools give (seen in the error messages of every service that refused them something).
IDENTITY_POOL_SESSION = "CognitoIdentityCredentials"

_ID_LENGTH = 17
_ACCOUNT = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


class CallerIdentity(Record):
    """The members of GetCallerIdentity's answer."""

    user_id: str
    account: str
    arn: str


def assumed_role(role_arn: str, session_name: str) -> CallerIdentity:
    """Who somebody is that has assumed a role, by a role ARN that was checked before."""
    account = account_of(role_arn)
    name = role_name(role_arn)
    return CallerIdentity(
        user_id=f"{role_id(role_arn)}:{session_name}",
        account=account,
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}",
    )


def account_root(account: str) -> CallerIdentity:
    """Who somebody is that uses an account's own keys."""
    return CallerIdentity(user_id=account, account=account, arn=f"arn:aws:iam::{account}:root")


def account_of(role_arn: str) -> str:
    """The account in the ARN of an IAM resource; empty when there is none."""
    found = _ACCOUNT.match(role_arn)
    return found.group(1) if found else ""


def role_id(role_arn: str) -> str:
    """The unique id of a role. IAM draws it when the role is made; here roles need not exist, so it follows from the ARN."""
    return _unique_id("AROA", role_arn)


def policy_id(policy_arn: str) -> str:
    """The unique id of a managed policy, made like a role's."""
    return _unique_id("ANPA", policy_arn)


def _unique_id(prefix: str, arn: str) -> str:
    digest = base64.b32encode(hashlib.sha256(arn.encode()).digest()).decode()
    return prefix + digest[:_ID_LENGTH]
