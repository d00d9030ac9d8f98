"""GetCredentialsForIdentity (the enhanced flow) and GetOpenIdToken (the first half of the classic one)."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.assumed_roles import IDENTITY_POOL_SESSION
from cognito_emu.domain.identity_claims import SERVICE, identity_token_claims
from cognito_emu.domain.identity_roles import missing_role, resolve_role
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.identity_pools.access import gain_access
from cognito_emu.operations.identity_pools.logins import verify_logins
from cognito_emu.operations.identity_pools.lookup import require_public_identity
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.sts.temporary_credentials import Session, issue_credentials
from cognito_emu.operations.sts.trusted_roles import is_trusted, of_identity_pool, of_saml_provider
from cognito_emu.store.identity_pools import IdentityPool

_CREDENTIALS_SECONDS = 3600
_TOKEN_SECONDS = 600


@operation("GetCredentialsForIdentity", service="cognito-identity")
async def get_credentials_for_identity(call: Call, request: Request) -> Response:
    """Temporary credentials of the role that the identity pool chooses."""
    access = await gain_access(call, request["IdentityId"], request.get("Logins", {}))
    role = resolve_role(
        access.pool.roles.get("Roles", {}), access.pool.roles.get("RoleMappings", {}), access.logins, request.get("CustomRoleArn")
    )
    # Assumption: a role that a SAML provider names may trust this provider, as it would for STS, instead of the identity pool.
    by_saml = [of_saml_provider(login.mapping_names[0], login.claims, access.tags) for login in access.logins if role in login.roles]
    if not await is_trusted(call, role, of_identity_pool(access.pool.id, access.identity_id, access.amr, access.tags), *by_saml):
        raise missing_role()
    issued = await issue_credentials(
        call.parts,
        Session(
            account=access.pool.account,
            lifetime=_CREDENTIALS_SECONDS,
            role_arn=role,
            role_session_name=IDENTITY_POOL_SESSION,
            identity_id=access.identity_id,
            identity_pool_id=access.pool.id,
            amr=access.amr,
            tags=access.tags,
        ),
    )
    return {
        "IdentityId": access.identity_id,
        "Credentials": {
            "AccessKeyId": issued.access_key_id,
            "SecretKey": issued.secret_key,
            "SessionToken": issued.session_token,
            "Expiration": issued.expires_at,
        },
    }


@operation("GetOpenIdToken", service="cognito-identity")
async def get_open_id_token(call: Call, request: Request) -> Response:
    """A token of the identity pool, for sts:AssumeRoleWithWebIdentity with a role of the caller's choice."""
    logins = request.get("Logins", {})
    pool, _ = await call.store.read(lambda tx: require_public_identity(tx, request["IdentityId"]))
    _check_classic_flow(pool, logins)
    if SERVICE in logins:
        await verify_logins(call, pool, logins)  # which refuses it: such a token earns credentials, not another token
    access = await gain_access(call, request["IdentityId"], logins)
    token = await call.parts.identity_tokens.sign(
        identity_token_claims(
            issuer=call.parts.identity_tokens.issuer(call.origin.base_url),
            identity_id=access.identity_id,
            pool_id=pool.id,
            amr=access.amr,
            issued_at=int(call.env.now()),
            lifetime=_TOKEN_SECONDS,
            tags=access.tags,
        )
    )
    return {"IdentityId": access.identity_id, "Token": token}


def _check_classic_flow(pool: IdentityPool, logins: Mapping[str, str]) -> None:
    # A pool that never said anything about it has the classic flow (aws/aws-cli#7652).
    if pool.settings.get("AllowClassicFlow") is False:
        raise InvalidParameterException("Basic (classic) flow is not enabled, please use enhanced flow.")
    if pool.roles.get("RoleMappings"):
        raise InvalidParameterException("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")
    if not logins.keys().isdisjoint(pool.settings.get("SamlProviderARNs", ())):
        # "Only the enhanced flow is supported with SAML-based IdPs" (developer guide). Assumption: the sentence.
        raise InvalidParameterException("Basic (classic) flow is not supported with SAML providers, please use enhanced flow.")
