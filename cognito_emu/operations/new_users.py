"""Inserting a user under a name that nobody else has."""

from __future__ import annotations

from cognito_emu.domain.aliases import SignInNames
from cognito_emu.errors import UsernameExistsException
from cognito_emu.operations.aliases import insert_with_aliases
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


def add_user(tx: Tx, pool: UserPool, user: User, *, force: bool, message: str = "") -> None:
    """Insert a new user with their aliases. Of many who ask for one name at once, one gets it.

    Args:
        tx: The transaction.
        pool: The user's pool, as it is now.
        user: The new user.
        force: Take an alias from its owner instead of failing. A user name proper is nobody's to take.
        message: What is said of a name that is taken, where it is not SignUp's sentence.

    Raises:
        UsernameExistsException: Somebody has the name, or one of the aliases.
    """
    # Assumption: a name that signs somebody else in as an alias is taken as well.
    aliases = SignInNames.from_pool(pool.settings).exclusive_attributes()
    if tx.users.find_by_username_key(pool.id, user.username_key) or (aliases and tx.users.find_by_alias(pool.id, user.username_key)):
        raise UsernameExistsException(message)
    insert_with_aliases(tx, pool, user, force=force, error=UsernameExistsException)
