"""The password hash that came with an imported user: it counts until the first sign-in, which makes an SRP verifier of the password."""

from __future__ import annotations

import asyncio

from cognito_emu.call import Call
from cognito_emu.domain.password_hashes import fits_hash
from cognito_emu.operations.passwords import new_verifier
from cognito_emu.store import Tx
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


async def find_imported_password(call: Call, user: User) -> tuple[str, str] | None:
    """Algorithm and hash that came with a user, as long as they count.

    A password that was reset counts no more. Assumption: neither does a hash prove anything in SRP, which needs the verifier; so the first
    sign-in is one with the password itself.
    """
    if user.status != "CONFIRMED" or user.verifier is not None:
        return None
    return await call.store.read(lambda tx: tx.user_imports.password(user.id))


def has_password(tx: Tx, user: User) -> bool:
    """Whether the user has a password, be it only the hash that they were imported with."""
    if user.verifier is not None:
        return True
    return user.status == "CONFIRMED" and tx.user_imports.password(user.id) is not None


async def fits_imported_password(imported: tuple[str, str], password: str) -> bool:
    """Whether the password is the one that the hash was made of."""
    return await asyncio.get_running_loop().run_in_executor(None, fits_hash, *imported, password)


async def adopt_imported_password(call: Call, pool: UserPool, user: User, imported: tuple[str, str], password: str) -> bool:
    """Whether the password is the one that the hash was made of; from then on it is the user's like any other."""
    if not await fits_imported_password(imported, password):
        return False
    verifier = new_verifier(call, pool, user.username, password)

    def write(tx: Tx) -> None:
        present = tx.users.get(user.id)
        if present is not None and present.verifier is None and present.status == "CONFIRMED":
            tx.users.update(user.id, verifier=verifier)
        tx.user_imports.delete_password(user.id)

    await call.store.transact(write)
    return True
