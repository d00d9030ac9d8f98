"""InitiateAuth, RespondToAuthChallenge and their admin twins."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.operations.authentication.attempt import Attempt
from cognito_emu.operations.authentication.challenges import respond
from cognito_emu.operations.authentication.flows import begin
from cognito_emu.operations.authentication.tokens import finish_with_tokens
from cognito_emu.operations.lookup import require_client, require_pool, require_public_client
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool


@operation("InitiateAuth")
async def initiate_auth(call: Call, request: Request) -> Response:
    """Begin a sign-in for an application that the user holds in his hands."""
    return await begin(await _attempt(call, request, admin=False), request["AuthFlow"])


@operation("AdminInitiateAuth")
async def admin_initiate_auth(call: Call, request: Request) -> Response:
    """Begin a sign-in for a server that has AWS credentials."""
    return await begin(await _attempt(call, request, admin=True), request["AuthFlow"])


@operation("RespondToAuthChallenge")
async def respond_to_auth_challenge(call: Call, request: Request) -> Response:
    """Answer a challenge; the next one, or tokens."""
    return await respond(await _attempt(call, request, admin=False), request["ChallengeName"])


@operation("AdminRespondToAuthChallenge")
async def admin_respond_to_auth_challenge(call: Call, request: Request) -> Response:
    """Answer a challenge for a server that has AWS credentials."""
    return await respond(await _attempt(call, request, admin=True), request["ChallengeName"])


async def _attempt(call: Call, request: Request, *, admin: bool) -> Attempt:
    def look_up(tx: Tx) -> tuple[UserPool, AppClient, tuple[str, ...]]:
        if admin:
            pool = require_pool(call, tx, request["UserPoolId"])
            client = require_client(tx, pool, request["ClientId"])
        else:
            pool, client = require_public_client(call, tx, request["ClientId"])
        return pool, client, tuple(secret.value for secret in tx.app_clients.secrets(client.id))

    pool, client, secrets = await call.store.read(look_up)
    return Attempt(
        call=call,
        pool=pool,
        client=client,
        client_secrets=secrets,
        admin=admin,
        parameters=request.get("AuthParameters") or request.get("ChallengeResponses") or {},
        client_metadata=request.get("ClientMetadata"),
        context=request.get("ContextData") or request.get("UserContextData") or {},
        session=request.get("Session"),
        responds="ChallengeName" in request,
        finish=finish_with_tokens,
    )
