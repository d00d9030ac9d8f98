"""Finding the identity pool and the identity that a request means, or AWS's error."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import ResourceNotFoundException
from cognito_emu.store import Tx
from cognito_emu.store.identities import Identity
from cognito_emu.store.identity_pools import IdentityPool


def require_identity_pool(call: Call, tx: Tx, pool_id: str) -> IdentityPool:
    """The caller's pool with this id; another tenant's pool does not exist for them.

    Raises:
        ResourceNotFoundException: There is none.
    """
    pool = tx.identity_pools.get(pool_id)
    if pool is None or (pool.account, pool.region) != (call.tenant.account, call.tenant.region):
        raise _no_pool(pool_id)
    return pool


def require_public_identity_pool(tx: Tx, pool_id: str) -> IdentityPool:
    """The pool of an unsigned request: its id alone tells whose it is.

    Raises:
        ResourceNotFoundException: There is none.
    """
    pool = tx.identity_pools.get(pool_id)
    if pool is None:
        raise _no_pool(pool_id)
    return pool


def require_identity(call: Call, tx: Tx, identity_id: str) -> Identity:
    """The identity, in one of the caller's pools, with this id.

    Raises:
        ResourceNotFoundException: There is none.
    """
    pool, identity = require_public_identity(tx, identity_id)
    if (pool.account, pool.region) != (call.tenant.account, call.tenant.region):
        raise _no_identity(identity_id)
    return identity


def require_identity_of(tx: Tx, pool: IdentityPool, identity_id: str) -> Identity:
    """The pool's identity with this id.

    Raises:
        ResourceNotFoundException: There is none, or it belongs to another pool.
    """
    identity = tx.identities.get(identity_id)
    if identity is None or identity.pool_id != pool.id:
        raise _no_identity(identity_id)
    return identity


def require_public_identity(tx: Tx, identity_id: str) -> tuple[IdentityPool, Identity]:
    """The identity of an unsigned request, and its pool.

    Raises:
        ResourceNotFoundException: There is none.
    """
    identity = tx.identities.get(identity_id)
    pool = tx.identity_pools.get(identity.pool_id) if identity else None
    if identity is None or pool is None:
        raise _no_identity(identity_id)
    return pool, identity


def _no_pool(pool_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"IdentityPool '{pool_id}' not found.")


def _no_identity(identity_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Identity '{identity_id}' not found.")
