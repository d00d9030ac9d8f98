"""Tokens of app clients themselves, without a user: GetClientToken, and what the client_credentials grant does as well."""

from __future__ import annotations

from collections.abc import Mapping

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import auth_flows
from cognito_emu.domain.claims_override import override_access_token
from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError, grant_machine_scopes
from cognito_emu.domain.secret_hash import check_client_secret
from cognito_emu.domain.token_validity import TokenLifetimes
from cognito_emu.domain.tokens import GroupClaims, machine_token_claims
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.lookup import require_public_client
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool

_FLOW = "ALLOW_CLIENT_TOKEN_AUTH"
_SOURCE = "TokenGeneration_ClientCredentials"


class MachineToken(Record):
    """An app client's own access token; `expires_in` in seconds."""

    access_token: Hidden[str]
    expires_in: int


@operation("GetClientToken")
async def get_client_token(call: Call, request: Request) -> Response:
    """Do by API what the client_credentials grant does at the token endpoint; the pool needs no domain."""

    def look_up(tx: Tx) -> tuple[UserPool, AppClient, frozenset[str]]:
        pool, client = require_public_client(call, tx, request["ClientId"])
        check_client_secret(client.id, [secret.value for secret in tx.app_clients.secrets(client.id)], request["Secret"])
        return pool, client, tx.resource_servers.scope_names(pool.id)

    pool, client, custom = await call.store.read(look_up)
    if list(auth_flows(client.settings)) != [_FLOW]:
        # "It must be the only authentication flow that you configure for the app client." (API reference) Assumption: the error.
        raise NotAuthorizedException("Client is not enabled for the client token auth flow.")
    try:
        scopes = grant_machine_scopes(request.get("Scopes", ()), client.settings, custom)
    except ScopeNotGrantedError as error:
        # Assumption: the code; it is the only one of the model's list that fits.
        raise InvalidParameterException(str(error)) from error
    token = await issue_machine_token(call, pool, client, scopes, client_metadata=request.get("ClientMetadata"))
    return {"ClientAuthenticationResult": {"AccessToken": token.access_token, "ExpiresIn": token.expires_in, "TokenType": "Bearer"}}


async def issue_machine_token(
    call: Call, pool: UserPool, client: AppClient, scopes: list[str], *, client_metadata: Mapping[str, str] | None
) -> MachineToken:
    """An access token for the client itself, after PreTokenGeneration, which version V3_0 alone hears of machines."""
    lifetime = TokenLifetimes.of_client(client.settings).access_token
    claims = machine_token_claims(
        issuer=call.tokens.issuer(pool, call.origin.base_url),
        client_id=client.id,
        scopes=scopes,
        jti=call.env.uuid(),
        issued_at=int(call.env.now()),
        lifetime=lifetime,
    )
    if _trigger_version(pool) == "V3_0":
        override = await call.triggers.pre_token_generation(
            call,
            pool,
            None,
            source=_SOURCE,
            client_id=client.id,
            groups=GroupClaims(),
            scopes=scopes,
            client_metadata=client_metadata,
        )
        if override is not None:
            claims = override_access_token(claims, override)
    _, access_token = await call.tokens.sign(pool, id_claims=None, access_claims=claims)
    assert access_token is not None
    return MachineToken(access_token, lifetime)


def _trigger_version(pool: UserPool) -> str | None:
    version: str | None = pool.settings["LambdaConfig"].get("PreTokenGenerationConfig", {}).get("LambdaVersion")
    return version
