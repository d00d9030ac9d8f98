"""The gate before tokens and credentials: an identity, proved by the request's logins, and how it was proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jwt

from cognito_emu.call import Call
from cognito_emu.domain.identity_claims import SERVICE, amr_of
from cognito_emu.domain.identity_roles import ProviderClaims
from cognito_emu.domain.principal_tags import session_tags, tags_in_claims
from cognito_emu.errors import NotAuthorizedException
from cognito_emu.operations.identity_pools.linking import forbidden, guest, identity_with_logins
from cognito_emu.operations.identity_pools.logins import verify_logins
from cognito_emu.operations.identity_pools.lookup import require_public_identity, require_public_identity_pool
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.identities import Identity
from cognito_emu.store.identity_pools import IdentityPool


class Access(Record):
    """An identity that somebody has proved to be his.

    Attributes:
        identity_id: Not always the one that was asked for: identities merge.
        logins: What the logins say, for the choice of a role.
        amr: How it was proved.
        tags: The session's principal tags.
    """

    pool: IdentityPool
    identity_id: str
    logins: Sequence[ProviderClaims]
    amr: list[str]
    tags: dict[str, str]


async def gain_access(call: Call, identity_id: str, logins: Mapping[str, str]) -> Access:
    """Access by the providers' logins, by a token of the service itself, or as a guest.

    Raises:
        ResourceNotFoundException: There is no such identity.
        NotAuthorizedException: The logins are not genuine, or not this identity's.
        ResourceConflictException: The logins belong to identities that cannot become one.
        ExternalServiceException: A provider does not answer.
    """
    pool, _ = await call.store.read(lambda tx: require_public_identity(tx, identity_id))
    if SERVICE in logins:
        return await _by_service_token(call, pool, identity_id, logins[SERVICE])
    verified = await verify_logins(call, pool, logins, server_side_check=True)

    def write(tx: Tx) -> Identity:
        present = require_public_identity_pool(tx, pool.id)
        if verified:
            return identity_with_logins(call, tx, present, identity_id, verified)
        return guest(tx, present, identity_id)

    identity = await call.store.transact(write)
    return Access(pool, identity.id, verified, amr_of(verified), session_tags(pool.principal_tags, verified))


async def _by_service_token(call: Call, pool: IdentityPool, identity_id: str, token: str) -> Access:
    """The way of developer identities: the token that their backend got, handed on to STS as it is."""
    try:
        claims = await call.parts.identity_tokens.verify(token)
    except jwt.InvalidTokenError as error:
        raise NotAuthorizedException("Invalid login token. Couldn't verify signed token.") from error
    if claims["exp"] <= call.env.now():
        raise NotAuthorizedException(f"Invalid login token. Token expired: {claims['exp']} >= {int(call.env.now())}")
    _, identity = await call.store.read(lambda tx: require_public_identity(tx, identity_id))
    if claims["sub"] != identity_id or claims["aud"] != pool.id or not identity.enabled:
        raise forbidden(identity_id)
    amr = list(claims["amr"])
    logins = [ProviderClaims(mapping_names=amr[1:], claims=claims)] if "authenticated" in amr else []
    return Access(pool, identity_id, logins, amr, tags_in_claims(claims))
