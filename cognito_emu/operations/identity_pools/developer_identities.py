"""Developer identities: users that a backend of one's own has signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.identity_claims import amr_of, identity_token_claims
from cognito_emu.domain.principal_tags import session_tags
from cognito_emu.errors import (
    DeveloperUserAlreadyRegisteredException,
    ExternalServiceException,
    InvalidParameterException,
    NotAuthorizedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from cognito_emu.login_tokens import VerifiedLogin
from cognito_emu.operations.identity_pools.linking import identity_of_logins, identity_with_logins, merge
from cognito_emu.operations.identity_pools.logins import verify_logins
from cognito_emu.operations.identity_pools.lookup import require_identity_of, require_identity_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.identities import Identity
from cognito_emu.store.identity_pools import IdentityPool

_TOKEN_SECONDS = 900
_MOST_LOGINS = 20


@operation("GetOpenIdTokenForDeveloperIdentity", service="cognito-identity")
async def get_open_id_token_for_developer_identity(call: Call, request: Request) -> Response:
    """Register or find the identity of a backend's user, and issue a token for it."""
    pool = await call.store.read(lambda tx: require_identity_pool(call, tx, request["IdentityPoolId"]))
    developer_login = _developer_login(pool, request["Logins"])
    logins = [developer_login, *await _public_logins(call, pool, request["Logins"])]

    def write(tx: Tx) -> Identity:
        present = require_identity_pool(call, tx, pool.id)
        if "IdentityId" not in request:
            return identity_of_logins(call, tx, present, logins)
        _check_not_registered(tx, developer_login, require_identity_of(tx, present, request["IdentityId"]))
        return identity_with_logins(call, tx, present, request["IdentityId"], logins)

    identity = await call.store.transact(write)
    token = await call.parts.identity_tokens.sign(
        identity_token_claims(
            issuer=call.parts.identity_tokens.issuer(call.origin.base_url),
            identity_id=identity.id,
            pool_id=pool.id,
            amr=amr_of(logins),
            issued_at=int(call.env.now()),
            lifetime=request.get("TokenDuration", _TOKEN_SECONDS),
            tags=session_tags(pool.principal_tags, logins) | request.get("PrincipalTags", {}),
            pool_arn=pool.arn,
        )
    )
    return {"IdentityId": identity.id, "Token": token}


@operation("LookupDeveloperIdentity", service="cognito-identity")
async def lookup_developer_identity(call: Call, request: Request) -> Response:
    """From an identity to its developer users, or the other way."""
    identity_id, user = request.get("IdentityId"), request.get("DeveloperUserIdentifier")
    if identity_id is None and user is None:
        # Assumption: the sentence; the model's documentation says that either must not be null.
        raise InvalidParameterException("Either IdentityId or DeveloperUserIdentifier must be provided.")
    scope = ["LookupDeveloperIdentity", request["IdentityPoolId"], identity_id or "", user or ""]
    after = read_token(call, scope, request.get("NextToken"))

    def look_up(tx: Tx) -> dict[str, Any]:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        provider = pool.settings.get("DeveloperProviderName", "")
        identity = require_identity_of(tx, pool, identity_id) if identity_id else _owner(tx, pool, provider, user or "")
        if identity_id and user:
            if tx.identities.find_by_login(pool.id, provider, user) != identity:
                # Assumption: the sentence.
                raise ResourceConflictException("The developer user identifier does not belong to the identity.")
            return {"IdentityId": identity.id, "DeveloperUserIdentifierList": [user]}
        page = tx.identities.page_subjects(identity.id, provider, limit=page_size(request.get("MaxResults")), after=after)
        return {
            "IdentityId": identity.id,
            "DeveloperUserIdentifierList": page.items,
            "NextToken": make_token(call, scope, page.next),
        }

    return await call.store.read(look_up)


@operation("MergeDeveloperIdentities", service="cognito-identity")
async def merge_developer_identities(call: Call, request: Request) -> Response:
    """Make one identity of the identities of two developer users; the source's is disabled."""
    provider = request["DeveloperProviderName"]

    def write(tx: Tx) -> Identity:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        _check_provider(pool, provider)
        source = _owner(tx, pool, provider, request["SourceUserIdentifier"])
        destination = _owner(tx, pool, provider, request["DestinationUserIdentifier"])
        if source.id != destination.id:
            if len(tx.identities.logins(source.id)) + len(tx.identities.logins(destination.id)) > _MOST_LOGINS:
                # Assumption: code and sentence; the model's documentation says "an exception".
                raise ResourceConflictException(f"The number of linked logins is limited to {_MOST_LOGINS}.")
            merge(call, tx, pool, source, destination)
        return destination

    return {"IdentityId": (await call.store.transact(write)).id}


@operation("UnlinkDeveloperIdentity", service="cognito-identity")
async def unlink_developer_identity(call: Call, request: Request) -> Response:
    """Take a developer user away from an identity; without any login left it is inaccessible."""
    provider, user = request["DeveloperProviderName"], request["DeveloperUserIdentifier"]

    def write(tx: Tx) -> None:
        pool = require_identity_pool(call, tx, request["IdentityPoolId"])
        _check_provider(pool, provider)
        identity = require_identity_of(tx, pool, request["IdentityId"])
        login = next((login for login in tx.identities.logins(identity.id) if (login.provider, login.subject) == (provider, user)), None)
        if login is None:
            raise _no_user(user)
        tx.identities.unlink(login)
        tx.identities.update(identity.id, modified_at=call.env.now())

    await call.store.transact(write)
    return None


def _developer_login(pool: IdentityPool, logins: dict[str, str]) -> VerifiedLogin:
    """The login of the pool's developer provider: the backend vouches for it by its signature.

    Raises:
        InvalidParameterException: The logins have none.
    """
    provider = pool.settings.get("DeveloperProviderName")
    if provider is None or provider not in logins:
        raise _not_supported()
    user = logins[provider]
    return VerifiedLogin(
        mapping_names=(provider,),
        claims={"sub": user, "aud": pool.id},
        provider=provider,
        subject=user,
        amr=f"{provider}:{pool.id}:{user}",
    )


async def _public_logins(call: Call, pool: IdentityPool, logins: dict[str, str]) -> Sequence[VerifiedLogin]:
    public = {name: token for name, token in logins.items() if name != pool.settings["DeveloperProviderName"]}
    try:
        return await verify_logins(call, pool, public, server_side_check=True)
    except ExternalServiceException as error:
        # This operation does not declare it.
        raise NotAuthorizedException(f"Invalid login token. {error}") from error


def _check_not_registered(tx: Tx, login: VerifiedLogin, identity: Identity) -> None:
    owner = tx.identities.find_by_login(identity.pool_id, login.provider, login.subject)
    if owner is not None and owner.id != identity.id:
        raise DeveloperUserAlreadyRegisteredException


def _check_provider(pool: IdentityPool, provider: str) -> None:
    if pool.settings.get("DeveloperProviderName") != provider:
        raise _not_supported()


def _owner(tx: Tx, pool: IdentityPool, provider: str, user: str) -> Identity:
    owner = tx.identities.find_by_login(pool.id, provider, user)
    if owner is None:
        raise _no_user(user)
    return owner


def _no_user(user: str) -> ResourceNotFoundException:
    # Assumption: the sentence.
    return ResourceNotFoundException(f"Developer user identifier '{user}' not found.")


def _not_supported() -> InvalidParameterException:
    # The sentence: danilop/LambdAuth#32. Assumption: the code.
    return InvalidParameterException("This identity pool does not support the specified developer provider")
