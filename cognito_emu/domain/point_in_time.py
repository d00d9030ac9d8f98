"""How far a recovery may reach back, how many there may be, and what its preview counts.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiatePointInTimeRecovery.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from cognito_emu.domain.tiers import tier_of
from cognito_emu.errors import ConcurrentModificationException, InvalidParameterException, LimitExceededException

_DAY = 24 * 3600.0
LONGEST_RECOVERY_SECONDS = 14 * _DAY
_LEAST_AGE_SECONDS = 15 * 60.0
_REACH_SECONDS = {"ESSENTIALS": _DAY, "PLUS": LONGEST_RECOVERY_SECONDS}

ACTIVE = frozenset({"PREVIEW_GENERATING", "PREVIEW_GENERATED", "RESTORING"})
_MOST_ACTIVE_OF_ACCOUNT = 5
_MOST_PREVIEWS_OF_POOL_A_DAY = 3
_MOST_PREVIEWS_OF_ACCOUNT_A_DAY = 10
_MOST_PREVIEWS_OF_POOL_A_MONTH = 10
LIMITS_LOOK_BACK_SECONDS = 30 * _DAY

# Entities as the model's RestorePreviewType names them.
USERS, GROUPS, USER_MFAS, PASSKEYS = ENTITIES = ("Users", "Groups", "User MFAs", "Passkeys")


def check_recovery_point(point: float, *, pool_created_at: float, pool_settings: Mapping[str, Any], now: float) -> None:
    """Let a RestoreTimestamp pass.

    AWS also wants the pool to have been on its feature plan at that point; former plans are not remembered here.

    Raises:
        InvalidParameterException: It is too near, too far, or before the pool. Assumption: the sentences.
    """
    if point > now - _LEAST_AGE_SECONDS:
        raise InvalidParameterException("RestoreTimestamp must be at least 15 minutes in the past.")
    if point < pool_created_at:
        raise InvalidParameterException("RestoreTimestamp can't be earlier than the creation time of the user pool.")
    tier = tier_of(pool_settings)
    reach = _REACH_SECONDS.get(tier, LONGEST_RECOVERY_SECONDS)  # a tier without the feature comes here only when tiers are lenient
    if point < now - reach:
        days = int(reach / _DAY)
        raise InvalidParameterException(f"RestoreTimestamp must be within the last {days} day{'s' if days > 1 else ''} in the {tier} tier.")


def check_recovery_limits(pool_id: str, recoveries: Iterable[tuple[str, str, float, float | None]], now: float) -> None:
    """Let one more recovery of the pool pass.

    Args:
        pool_id: The pool.
        recoveries: The account's of the last 30 days: pool, status, when it was initiated and when it was started.
        now: The present time.

    Raises:
        ConcurrentModificationException: The pool has an active recovery already. Assumption: the error and the sentences.
        LimitExceededException: There are as many as there may be.
    """
    known = list(recoveries)
    of_pool = [one for one in known if one[0] == pool_id]
    if any(status in ACTIVE for _, status, _, _ in of_pool):
        raise ConcurrentModificationException("The user pool already has an active point-in-time recovery.")
    if sum(status in ACTIVE for _, status, _, _ in known) >= _MOST_ACTIVE_OF_ACCOUNT:
        raise LimitExceededException(f"An account can have up to {_MOST_ACTIVE_OF_ACCOUNT} active point-in-time recoveries.")
    if any(started_at is not None and started_at > now - _DAY for _, _, _, started_at in of_pool):
        raise LimitExceededException("One point-in-time recovery of a user pool can be completed in a 24-hour period.")
    for found, most, whose, period in (
        ([one for one in of_pool if one[2] > now - _DAY], _MOST_PREVIEWS_OF_POOL_A_DAY, "a user pool", "24-hour"),
        ([one for one in known if one[2] > now - _DAY], _MOST_PREVIEWS_OF_ACCOUNT_A_DAY, "an account", "24-hour"),
        (of_pool, _MOST_PREVIEWS_OF_POOL_A_MONTH, "a user pool", "30-day"),
    ):
        if len(found) >= most:
            raise LimitExceededException(f"Up to {most} recovery previews of {whose} can be created in a {period} period.")


class PreviewCounts:
    """Counts what a recovery creates, updates and deletes of each entity.

    Assumption: a user's MFA settings are one entity, their preferences and their authenticator app together; they are created when the
    user has none now, and deleted when the user had none.
    """

    def __init__(self) -> None:
        self._counts = {entity: {"created": 0, "updated": 0, "deleted": 0} for entity in ENTITIES}
        self._mfa: dict[str, list[bool]] = {}  # whether a user had any, and has any

    def add(self, table: str, before: Mapping[str, Any] | None, now: Mapping[str, Any] | None, changed: Collection[str], kind: str) -> None:
        """Take in a row of user data that differs."""
        if table == "users":
            if kind != "updated" or set(changed) - {"mfa", "modified_at"}:
                self._counts[USERS][kind] += 1
            if "mfa" in changed:
                self._note_mfa(str((before or now or {})["id"]), bool(before and before["mfa"]), bool(now and now["mfa"]))
        elif table == "software_tokens":
            if "secret" in changed:
                self._note_mfa(str((before or now or {})["user_id"]), bool(before and before["secret"]), bool(now and now["secret"]))
        elif table in {"groups", "webauthn_credentials"}:
            self._counts[GROUPS if table == "groups" else PASSKEYS][kind] += 1

    def totals(self) -> dict[str, list[int]]:
        """Entity to how many of it are created, updated and deleted."""
        counts = {entity: dict(kinds) for entity, kinds in self._counts.items()}
        for had, has in self._mfa.values():
            if had or has:
                counts[USER_MFAS]["updated" if had and has else "created" if had else "deleted"] += 1
        return {entity: [kinds["created"], kinds["updated"], kinds["deleted"]] for entity, kinds in counts.items()}

    def _note_mfa(self, user_id: str, had: bool, has: bool) -> None:
        known = self._mfa.setdefault(user_id, [False, False])
        known[0] |= had
        known[1] |= has
