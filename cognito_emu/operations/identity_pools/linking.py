"""Which identity logins lead to, and how identities become one. Everything here runs inside a transaction.

https://docs.aws.amazon.com/cognito/latest/developerguide/switching-identities.html and the operations' documentation. A user of a provider
belongs to one identity of a pool. An identity has one user at most of each provider, but any number of the developer provider.
"""

from __future__ import annotations

from collections.abc import Sequence

from cognito_emu.call import Call
from cognito_emu.errors import NotAuthorizedException, ResourceConflictException
from cognito_emu.login_tokens import VerifiedLogin
from cognito_emu.operations.identity_pools.lookup import require_identity_of
from cognito_emu.store import Tx
from cognito_emu.store.identities import Identity, IdentityLogin
from cognito_emu.store.identity_pools import IdentityPool

NO_GUESTS = "Unauthenticated access is not supported for this identity pool."
_NO_MATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."


def new_identity(call: Call, tx: Tx, pool: IdentityPool, *, authenticated: bool) -> Identity:
    """A new identity of the pool."""
    now = call.env.now()
    identity = Identity(f"{pool.region}:{call.env.uuid()}", pool.id, now, now, enabled=True, authenticated=authenticated)
    tx.identities.add(identity)
    return identity


def guest(tx: Tx, pool: IdentityPool, identity_id: str) -> Identity:
    """The identity for a request without logins.

    Raises:
        NotAuthorizedException: It is nobody's to have without a login, or the pool has no guests.
    """
    identity = require_identity_of(tx, pool, identity_id)
    if identity.authenticated or not identity.enabled:
        raise forbidden(identity_id)
    if not pool.settings["AllowUnauthenticatedIdentities"]:
        raise NotAuthorizedException(NO_GUESTS)
    return identity


def identity_of_logins(call: Call, tx: Tx, pool: IdentityPool, logins: Sequence[VerifiedLogin]) -> Identity:
    """The identity that the logins lead to, a new one when they lead to none. All of them are linked to it.

    Raises:
        ResourceConflictException: They lead to identities that cannot become one.
    """
    owners = _owners(tx, pool, logins)
    target = owners[0] if owners else new_identity(call, tx, pool, authenticated=True)
    return _unite(call, tx, pool, target, owners, logins)


def identity_with_logins(call: Call, tx: Tx, pool: IdentityPool, identity_id: str, logins: Sequence[VerifiedLogin]) -> Identity:
    """The identity that a request names and proves by logins; others among the logins are linked to it.

    A guest keeps its id when its first login is new. When that login has an identity already, this one is the result, and the guest
    is disabled.

    Raises:
        NotAuthorizedException: None of the logins is the identity's, or it was merged into another.
        ResourceConflictException: The logins lead to identities that cannot become one.
    """
    identity = require_identity_of(tx, pool, identity_id)
    owners = _owners(tx, pool, logins)
    if not identity.enabled:
        raise forbidden(identity_id)
    if identity.authenticated:
        if identity not in owners:
            raise NotAuthorizedException(_NO_MATCH)
        return _unite(call, tx, pool, identity, owners, logins)
    if not owners:
        tx.identities.update(identity.id, authenticated=True)
        return _unite(call, tx, pool, identity, [], logins)
    disable(call, tx, identity)
    return _unite(call, tx, pool, owners[0], owners, logins)


def prove(tx: Tx, pool: IdentityPool, identity: Identity, logins: Sequence[VerifiedLogin]) -> None:
    """Insist that one of the logins is the identity's.

    Raises:
        NotAuthorizedException: None is.
    """
    if not identity.enabled:
        raise forbidden(identity.id)
    if identity not in _owners(tx, pool, logins):
        raise NotAuthorizedException(_NO_MATCH)


def merge(call: Call, tx: Tx, pool: IdentityPool, source: Identity, destination: Identity) -> None:
    """Move all logins of one identity to another, and disable the first.

    Raises:
        ResourceConflictException: Both have a user of the same public provider.
    """
    both = _public_providers(pool, tx.identities.logins(source.id)) & _public_providers(pool, tx.identities.logins(destination.id))
    if both:
        raise _conflict()
    tx.identities.move_logins(source.id, destination.id)
    disable(call, tx, source)
    tx.identities.update(destination.id, modified_at=call.env.now())


def disable(call: Call, tx: Tx, identity: Identity) -> None:
    """Note that an identity was merged into another."""
    tx.identities.update(identity.id, enabled=False, modified_at=call.env.now())


def forbidden(identity_id: str) -> NotAuthorizedException:
    """AWS's answer to whoever may not have an identity."""
    return NotAuthorizedException(f"Access to Identity '{identity_id}' is forbidden.")


def _owners(tx: Tx, pool: IdentityPool, logins: Sequence[VerifiedLogin]) -> list[Identity]:
    """The identities that the logins lead to, the oldest first."""
    found = {identity.id: identity for login in logins if (identity := tx.identities.find_by_login(pool.id, login.provider, login.subject))}
    return sorted(found.values(), key=lambda identity: (identity.created_at, identity.id))


def _unite(
    call: Call, tx: Tx, pool: IdentityPool, target: Identity, owners: Sequence[Identity], logins: Sequence[VerifiedLogin]
) -> Identity:
    """Merge every owner into the target and link to it what has no owner.

    Assumption: whoever proves logins of two identities in one request makes them one; the older survives unless the request names one.
    """
    for owner in owners:
        if owner.id != target.id:
            merge(call, tx, pool, owner, target)
    for login in logins:
        if tx.identities.find_by_login(pool.id, login.provider, login.subject) is None:
            _link(call, tx, pool, target, login)
    return target


def _link(call: Call, tx: Tx, pool: IdentityPool, target: Identity, login: VerifiedLogin) -> None:
    if login.provider in _public_providers(pool, tx.identities.logins(target.id)):
        raise _conflict()
    now = call.env.now()
    tx.identities.link(IdentityLogin(pool.id, login.provider, login.subject, target.id, now))
    tx.identities.update(target.id, modified_at=now)


def _public_providers(pool: IdentityPool, logins: Sequence[IdentityLogin]) -> set[str]:
    return {login.provider for login in logins} - {pool.settings.get("DeveloperProviderName")}


def _conflict() -> ResourceConflictException:
    # Assumption: the sentence; the model's is "a login which is already linked to another account".
    return ResourceConflictException("Logins are already linked to another account.")
