"""Writing a user's attributes together with the aliases that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.aliases import SignInNames, alias_taken
from cognito_emu.errors import AliasExistsException, AwsError
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


def write_attributes(
    tx: Tx,
    pool: UserPool,
    user: User,
    attributes: Mapping[str, str],
    *,
    now: float,
    confirmed: bool | None = None,
    force: bool = False,
    error: type[AwsError] = AliasExistsException,
    message: str | None = None,
    **changes: Any,
) -> None:
    """Replace a user's attributes and claim the aliases that they put in force.

    Args:
        tx: The transaction.
        pool: The user's pool.
        user: As it is now stored (it must have been added before).
        attributes: All attributes, without `sub`.
        now: The time of the change.
        confirmed: Whether the user counts as confirmed (preferred_username); None: by the stored status.
        force: ForceAliasCreation: take an alias from its owner, whose attribute becomes unverified, instead of failing.
        error: What is raised when somebody else has an alias.
        message: Its sentence, where it is not AWS's usual one.
        changes: Other columns of the user that change with them.

    Raises:
        AliasExistsException: An alias belongs to somebody else (or `error`).
    """
    names = SignInNames.from_pool(pool.settings)
    claimed = names.aliases(attributes, confirmed=user.status != "UNCONFIRMED" if confirmed is None else confirmed)
    _claim(tx, pool, user, claimed, now=now, force=force, error=error, message=message)
    tx.users.set_attributes(user, attributes, modified_at=now, fold=not names.case_sensitive, **changes)
    if names.exclusive_attributes():
        tx.users.set_aliases(user, claimed)


def insert_with_aliases(tx: Tx, pool: UserPool, user: User, *, force: bool, error: type[AwsError]) -> None:
    """Insert a new user together with the aliases that their attributes put in force. That the name is free is the caller's check.

    Args:
        tx: The transaction.
        pool: The user's pool.
        user: The new user, with attributes and status.
        force: ForceAliasCreation, as for `write_attributes`.
        error: What is raised when somebody else has an alias.

    Raises:
        AliasExistsException: An alias belongs to somebody else (or `error`).
    """
    names = SignInNames.from_pool(pool.settings)
    claimed = names.aliases(user.attributes, confirmed=user.status != "UNCONFIRMED")
    _claim(tx, pool, user, claimed, now=user.modified_at, force=force, error=error)
    tx.users.add(user, fold=not names.case_sensitive)
    if claimed:
        tx.users.set_aliases(user, claimed)


def _claim(
    tx: Tx,
    pool: UserPool,
    user: User,
    claimed: Mapping[str, str],
    *,
    now: float,
    force: bool,
    error: type[AwsError],
    message: str | None = None,
) -> None:
    """Make sure that nobody else has one of the aliases, by force or by failing."""
    # Only an alias that was verified can be taken away. An address that is the user name itself stays its owner's.
    takeable = set(pool.settings.get("AliasAttributes", ())) - {"preferred_username"} if force else set()
    for attribute, key in claimed.items():
        owner = tx.users.find_by_alias(pool.id, key)
        if owner is None or owner.id == user.id:
            continue
        if attribute not in takeable:
            raise error(message or alias_taken(attribute))
        _dispossess(tx, pool, owner, attribute, now)


def _dispossess(tx: Tx, pool: UserPool, owner: User, attribute: str, now: float) -> None:
    """The former owner of an alias keeps the attribute, no longer verified, and cannot sign in with it any more."""
    names = SignInNames.from_pool(pool.settings)
    attributes = dict(owner.attributes) | {f"{attribute}_verified": "false"}
    tx.users.set_attributes(owner, attributes, modified_at=now, fold=not names.case_sensitive)
    remaining = names.aliases(attributes, confirmed=owner.status != "UNCONFIRMED")
    remaining.pop(attribute, None)
    tx.users.set_aliases(owner, remaining)
