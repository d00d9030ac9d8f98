"""Setting a password: policy, history, and the SRP verifier that is all that is stored of it."""

from __future__ import annotations

import base64
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain import srp
from cognito_emu.domain.password_policy import PasswordPolicy, Wording
from cognito_emu.errors import PasswordHistoryPolicyViolationException
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


def policy_of(pool: UserPool) -> PasswordPolicy:
    """The pool's password policy."""
    return PasswordPolicy.from_model(pool.settings["Policies"]["PasswordPolicy"])


def new_verifier(call: Call, pool: UserPool, username: str, password: str) -> bytes:
    """What is stored of a password. `username` is the stored one, which is what clients hash (USER_ID_FOR_SRP)."""
    return srp.make_verifier(pool.short_id, username, password, call.env.random_bytes(srp.SALT_BYTES)).to_bytes()


def fits(pool: UserPool, username: str, verifier: bytes, password: str) -> bool:
    """Whether `password` is the one that `verifier` was made of."""
    return srp.check_password(srp.Verifier.from_bytes(verifier), pool.short_id, username, password)


def password_changes(call: Call, pool: UserPool, user: User, password: str, *, wording: Wording, temporary: bool = False) -> dict[str, Any]:
    """The columns of a user that a new password changes, beside the status, which is the operation's business.

    Raises:
        InvalidPasswordException: The pool's policy refuses it.
        PasswordHistoryPolicyViolationException: It is one of the last ones.
    """
    policy = policy_of(pool)
    policy.check(password, wording)
    history = list(user.password_history)
    if policy.password_history_size:
        former = ([user.verifier] if user.verifier else []) + [base64.b64decode(text) for text in history]
        if any(fits(pool, user.username, verifier, password) for verifier in former[: policy.password_history_size]):
            # Assumption: the sentence; the code and the rule are documented.
            raise PasswordHistoryPolicyViolationException("Password has previously been used.")
        history = [base64.b64encode(verifier).decode() for verifier in former[: policy.password_history_size]]
    now = call.env.now()
    return {
        "verifier": new_verifier(call, pool, user.username, password),
        "password_history": history,
        "temporary_password_expires_at": policy.temporary_password_expires_at(now) if temporary else None,
        "failed_sign_ins": 0,
        "last_failed_sign_in_at": None,
        "modified_at": now,
    }
