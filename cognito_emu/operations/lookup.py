"""Finding the pool, the client and the user that a request means, or AWS's error."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.regional_settings import settings_in_replica
from cognito_emu.errors import AwsError, OperationNotEnabledException, ResourceNotFoundException, UserNotFoundException
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.groups import Group
from cognito_emu.store.replicas import Replica, present_replica
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

# Assumption: the sentence.
_NOT_IN_REPLICA = "The operation is not supported in the secondary Region of a user pool."


def require_pool(call: Call, tx: Tx, pool_id: str, *, in_replica: type[AwsError] = OperationNotEnabledException) -> UserPool:
    """The caller's pool with this id; another tenant's pool does not exist for them. In the region of a replica it can be read.

    Args:
        call: The request.
        tx: The transaction.
        pool_id: As sent.
        in_replica: What an operation raises in the place of an OperationNotEnabledException that it does not declare.

    Raises:
        ResourceNotFoundException: There is none.
        OperationNotEnabledException: It would be written in the region of a replica.
    """
    pool = tx.user_pools.get(pool_id)
    if pool is None or pool.account != call.tenant.account:
        raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
    return pool if pool.region == call.tenant.region else _replica(call, tx, pool, in_replica)


def _replica(call: Call, tx: Tx, pool: UserPool, refusal: type[AwsError]) -> UserPool:
    """The pool as its replica in the caller's region shows it: the primary's settings, with the replica's own in their places.

    Assumption: an INACTIVE replica can be read as well ("Administrator configuration operations are supported", API reference).
    """
    replica = _replica_here(call, tx, pool)
    if replica is None:
        raise ResourceNotFoundException(f"User pool {pool.id} does not exist.")
    if tx.writes:
        raise refusal(_NOT_IN_REPLICA)
    return _as_replica(pool, replica)


def find_replica(call: Call, tx: Tx, pool_id: str) -> Replica | None:
    """The replica of the caller's pool whose own settings an operation means that was sent to its region; None in the primary's region."""
    pool = tx.user_pools.get(pool_id)
    if pool is None or pool.account != call.tenant.account or pool.region == call.tenant.region:
        return None
    return _replica_here(call, tx, pool)


def not_in_replica(error: type[AwsError] = OperationNotEnabledException) -> AwsError:
    """What cannot be changed in the region of a replica."""
    return error(_NOT_IN_REPLICA)


def _replica_here(call: Call, tx: Tx, pool: UserPool) -> Replica | None:
    replica = present_replica(tx.replicas.get(pool.id, call.tenant.region), call.env.now())
    return replica if replica is not None and replica.status in {"ACTIVE", "INACTIVE"} else None


def _as_replica(pool: UserPool, replica: Replica) -> UserPool:
    return replace(pool, settings=settings_in_replica(pool.settings, replica.settings, replica.tags))


def as_in_region(call: Call, tx: Tx, pool: UserPool) -> UserPool | None:
    """A pool that a client id or a token told, as it is where the request was sent to, with the settings that a replica has of its own.

    None where the request names a region that has neither the pool nor a replica. Most clients name none for a call that is not signed.
    """
    if not call.names_region or call.tenant.region == pool.region:
        return pool
    replica = _replica_here(call, tx, pool)
    return None if replica is None else _as_replica(pool, replica)


def refuse_in_replica(call: Call, pool: UserPool) -> None:
    """Refuse what an application's user may do in the primary region only: signing up, passwords, the profile.

    "Secondary user pools can't create users ... Users can't reset passwords or modify their profile in the secondary user pool" (developer
    guide, "Multi-Region replication"). A request without signature is in another region when the host that it was sent to says so.

    Raises:
        OperationNotEnabledException: The request was sent to another region than the pool's.
    """
    if call.names_region and call.tenant.region != pool.region:
        raise OperationNotEnabledException(_NOT_IN_REPLICA)


def require_client(tx: Tx, pool: UserPool, client_id: str) -> AppClient:
    """The pool's client with this id.

    Raises:
        ResourceNotFoundException: There is none, or it belongs to another pool.
    """
    client = tx.app_clients.get(client_id)
    if client is None or client.pool_id != pool.id:
        raise ResourceNotFoundException(f"User pool client {client_id} does not exist.")
    return client


def require_public_client(call: Call, tx: Tx, client_id: str) -> tuple[UserPool, AppClient]:
    """The client of an unsigned request and its pool: the client id alone tells whose they are.

    Raises:
        ResourceNotFoundException: There is none, in the region that the request names.
    """
    client = tx.app_clients.get(client_id)
    pool = tx.user_pools.get(client.pool_id) if client else None
    here = as_in_region(call, tx, pool) if pool else None
    if client is None or here is None:
        raise ResourceNotFoundException(f"User pool client {client_id} does not exist.")
    return here, client


def find_user(tx: Tx, pool: UserPool, typed: str) -> User | None:
    """The user meant by a user name, an active alias, or the `sub`."""
    key = username_key(pool, typed)
    return tx.users.find_by_username_key(pool.id, key) or tx.users.find_by_alias(pool.id, key) or tx.users.find_by_sub(pool.id, typed)


def require_user(tx: Tx, pool: UserPool, typed: str) -> User:
    """`find_user`, insisting.

    Raises:
        UserNotFoundException: There is none.
    """
    user = find_user(tx, pool, typed)
    if user is None:
        raise UserNotFoundException
    return user


def require_group(tx: Tx, pool: UserPool, name: str) -> Group:
    """The pool's group of this name.

    Raises:
        ResourceNotFoundException: There is none.
    """
    group = tx.groups.get(pool.id, name)
    if group is None:
        raise ResourceNotFoundException("Group not found.")
    return group


def username_key(pool: UserPool, typed: str) -> str:
    """A user name or alias as it is compared: as it is, or folded when the pool is not case-sensitive."""
    return SignInNames.from_pool(pool.settings).key(typed)
