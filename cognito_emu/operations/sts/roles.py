"""The part of STS that identity pools, command lines and deployment tools need.

Any role's ARN can be assumed, in the account that it names. Where the role is known here, its trust policy decides on web identities.
https://docs.aws.amazon.com/STS/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

import jwt

from cognito_emu.call import Call
from cognito_emu.domain.assumed_roles import CallerIdentity, account_of, account_root, assumed_role
from cognito_emu.domain.identity_claims import SERVICE
from cognito_emu.domain.identity_pool_settings import openid_issuer_of, without_scheme
from cognito_emu.domain.identity_roles import claim_texts, role_name
from cognito_emu.domain.principal_tags import tags_in_claims
from cognito_emu.errors import (
    AwsError,
    ExpiredTokenException,
    IDPCommunicationErrorException,
    InvalidIdentityTokenException,
    ValidationError,
)
from cognito_emu.login_tokens import ExpiredLoginTokenError, LoginTokenError, ProviderUnreachableError
from cognito_emu.login_tokens.jwt_claims import client_of, peek
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.sts.temporary_credentials import IssuedCredentials, Session, caller_identity, issue_credentials
from cognito_emu.operations.sts.trusted_roles import FederatedPrincipal, is_trusted, of_identity_pool
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.iam import OPENID_PROVIDER, IamEntity

_ROLE_SECONDS = 3600
_SESSION_SECONDS = 43200


class AccessDenied(AwsError):  # noqa: N818 - AWS's name
    """The role's trust policy does not let the caller in."""

    status = 403


@operation("GetCallerIdentity", service="sts")
async def get_caller_identity(call: Call, _request: Request) -> Response:
    """Who the caller is: the role that his temporary credentials are for, or else the account's root."""
    caller = await _caller(call)
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}


@operation("AssumeRole", service="sts")
async def assume_role(call: Call, request: Request) -> Response:
    """Credentials of a role."""
    tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    issued = await issue_credentials(call.parts, replace(role_session(request), tags=tags))
    return {
        "Credentials": render_credentials(issued),
        "AssumedRoleUser": assumed_role_user(request),
        "SourceIdentity": request.get("SourceIdentity"),
    }


@operation("AssumeRoleWithWebIdentity", service="sts")
async def assume_role_with_web_identity(call: Call, request: Request) -> Response:
    """Credentials of a role for the bearer of a token: of an identity pool, or of an OpenID Connect provider."""
    session = role_session(request)
    claims, provider = await _web_identity(call, request["WebIdentityToken"], session.account)
    session = replace(session, tags=tags_in_claims(claims))
    if provider == SERVICE:
        session = replace(session, identity_id=claims["sub"], identity_pool_id=claims["aud"], amr=claims["amr"])
        principal = of_identity_pool(claims["aud"], claims["sub"], claims["amr"], session.tags)
    else:
        principal = _of_openid_provider(provider, claims, session.tags)
    if not await is_trusted(call, request["RoleArn"], principal):
        raise AccessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
    issued = await issue_credentials(call.parts, session)
    return {
        "Credentials": render_credentials(issued),
        "SubjectFromWebIdentityToken": str(claims["sub"]),
        "AssumedRoleUser": assumed_role_user(request),
        "Provider": provider,
        "Audience": client_of(claims),
    }


@operation("GetSessionToken", service="sts")
async def get_session_token(call: Call, request: Request) -> Response:
    """Temporary credentials of the caller's own account."""
    session = Session(account=call.tenant.account, lifetime=request.get("DurationSeconds", _SESSION_SECONDS))
    return {"Credentials": render_credentials(await issue_credentials(call.parts, session))}


def _of_openid_provider(arn: str, claims: dict[str, Any], tags: dict[str, str]) -> FederatedPrincipal:
    name = openid_issuer_of(arn)
    keys = {"aud": client_of(claims), "sub": claims["sub"], "amr": claims.get("amr")}
    return FederatedPrincipal(arn, {f"{name}:{key}": claim_texts(value) for key, value in keys.items() if value is not None}, tags)


async def _caller(call: Call) -> CallerIdentity:
    record = await call.store.read(lambda tx: tx.temporary_credentials.get(call.access_key))
    return caller_identity(record) if record else account_root(call.tenant.account)


def role_session(request: Request) -> Session:
    """The session that a request for a role asks for.

    Raises:
        ValidationError: It names no role.
    """
    role_arn = request["RoleArn"]
    if role_name(role_arn) is None:
        raise ValidationError(f"{role_arn} is invalid")
    return Session(
        account=account_of(role_arn),
        lifetime=request.get("DurationSeconds", _ROLE_SECONDS),
        role_arn=role_arn,
        role_session_name=request["RoleSessionName"],
    )


def assumed_role_user(request: Request) -> dict[str, str]:
    """AssumedRoleUser: who the caller is from now on."""
    assumed = assumed_role(request["RoleArn"], request["RoleSessionName"])
    return {"AssumedRoleId": assumed.user_id, "Arn": assumed.arn}


async def _web_identity(call: Call, token: str, account: str) -> tuple[dict[str, Any], str]:
    """The claims of a web identity token, and its provider's name."""
    try:
        header, unverified = peek(token)
    except LoginTokenError as error:
        # aws-amplify/amplify-js#9704
        sentence = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        raise InvalidIdentityTokenException(sentence) from error
    if await call.parts.identity_tokens.is_named_in(header):
        return await _identity_pool_token(call, token), SERVICE
    return await _openid_token(call, token, str(unverified.get("iss", "")), account)


async def _identity_pool_token(call: Call, token: str) -> dict[str, Any]:
    try:
        claims = await call.parts.identity_tokens.verify(token)
    except jwt.InvalidTokenError as error:
        raise InvalidIdentityTokenException("Couldn't retrieve verification key from your identity provider") from error
    if claims["exp"] <= call.env.now():
        raise _expired(claims["exp"], call.env.now())
    return claims


async def _openid_token(call: Call, token: str, issuer: str, account: str) -> tuple[dict[str, Any], str]:
    """Only providers that IAM or an identity pool of the account knows: whoever sends a token must not choose what is asked for keys."""
    name = without_scheme(issuer)

    def look_up(tx: Tx) -> tuple[IamEntity | None, set[str]]:
        return tx.iam.get(account, OPENID_PROVIDER, name), tx.identity_pools.openid_provider_arns(account)

    provider, trusted = await call.store.read(look_up)
    arn = provider.arn if provider else next((arn for arn in trusted if openid_issuer_of(arn) == name), None)
    if arn is None:
        raise InvalidIdentityTokenException(f"No OpenIDConnect provider found in your account for {issuer}")
    try:
        claims = await call.parts.login_tokens.openid.verify(token, issuers={name})
    except ExpiredLoginTokenError as error:
        raise ExpiredTokenException(str(error)) from error
    except LoginTokenError as error:
        raise InvalidIdentityTokenException(str(error)) from error
    except ProviderUnreachableError as error:
        raise IDPCommunicationErrorException(str(error)) from error
    if provider and client_of(claims) not in provider.document["ClientIDList"]:
        raise InvalidIdentityTokenException("Incorrect token audience")
    return claims, arn


def _expired(expires_at: float, now: float) -> ExpiredTokenException:
    return ExpiredTokenException(f"Token expired: current date/time {int(now)} must be before the expiration date/time {int(expires_at)}")


def render_credentials(issued: IssuedCredentials) -> dict[str, Any]:
    """Credentials as STS writes them, which has another name for the secret than identity pools."""
    return {
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_key,
        "SessionToken": issued.session_token,
        "Expiration": issued.expires_at,
    }
