"""From an identity pool's `Logins` to verified logins: each provider's token by that provider's rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.config import Settings
from cognito_emu.domain.identity_pool_settings import openid_issuer_of, user_pool_of, without_scheme
from cognito_emu.domain.identity_roles import ProviderClaims
from cognito_emu.environment import Environment
from cognito_emu.login_tokens.errors import UnsupportedProviderError
from cognito_emu.login_tokens.jwt_claims import client_of
from cognito_emu.login_tokens.openid import OpenIdTokens
from cognito_emu.login_tokens.social import SocialTokens
from cognito_emu.store import Store
from cognito_emu.store.iam import SAML_PROVIDER
from cognito_emu.store.identity_pools import IdentityPool
from cognito_emu.tokens import Tokens


class VerifiedLogin(ProviderClaims, kw_only=True):
    """A login that its provider stands by.

    Attributes:
        provider: The provider's name as the pool has it.
        subject: The provider's own id of the user.
        amr: What the `amr` claim says of it beside the provider's name.
    """

    provider: str
    subject: str
    amr: str


class LoginTokens:
    """Verifies logins. No transaction is open while a provider is asked."""

    def __init__(self, settings: Settings, env: Environment, store: Store, tokens: Tokens) -> None:
        self._env = env
        self._store = store
        self.openid = OpenIdTokens(env, store, tokens)
        self._social = SocialTokens(env, self.openid, settings.login_providers)

    async def verify(self, pool: IdentityPool, name: str, token: str, *, server_side_check: bool) -> VerifiedLogin:
        """One entry of `Logins`.

        Args:
            server_side_check: Apply ServerSideTokenCheck where the pool has it on.

        Raises:
            LoginTokenError: The token is not genuine, not valid, or not of this provider.
            UnsupportedProviderError: The pool has no such provider, or has it for other clients.
            ProviderUnreachableError: The provider does not answer.
        """
        settings = pool.settings
        user_pool_entries = _user_pool_entries(settings, name)
        if user_pool_entries:
            return await self._user_pool_login(user_pool_entries, token, server_side_check=server_side_check)
        app_ids = settings.get("SupportedLoginProviders", {}).get(name)
        if app_ids is not None:
            claims = await self._social.verify(name, token, app_ids)
            return _login(pool, name, claims, mapping_names=(name,))
        for arn in settings.get("OpenIdConnectProviderARNs", ()):
            if openid_issuer_of(arn) in {without_scheme(name), openid_issuer_of(name)}:
                return await self._openid_login(pool, arn, token)
        if name in settings.get("SamlProviderARNs", ()):
            return await self._saml_login(pool, name, token)
        raise UnsupportedProviderError

    async def _user_pool_login(self, entries: list[dict[str, Any]], token: str, *, server_side_check: bool) -> VerifiedLogin:
        provider = entries[0]["ProviderName"]
        user_pool_id = user_pool_of(provider)
        assert user_pool_id is not None, "the settings were checked when they were stored"
        claims = await self.openid.verify_user_pool_token(token, user_pool_id)
        entry = next((entry for entry in entries if entry["ClientId"] == claims["aud"]), None)
        if entry is None:
            raise UnsupportedProviderError
        # Assumption: that the client is still there is not looked at: the entry names it, and without ServerSideTokenCheck nobody asks the
        # user pool. With it, the sign-ins of a deleted client are over, as those of a user who was signed out.
        if server_side_check and entry.get("ServerSideTokenCheck"):
            await self.openid.check_still_signed_in(claims)
        return VerifiedLogin(
            mapping_names=(f"{provider}:{claims['aud']}", provider),
            claims=claims,
            provider=provider,
            subject=str(claims["sub"]),
            # The form in which API Gateway shows it (context.identity.cognitoAuthenticationProvider).
            amr=f"{provider}:CognitoSignIn:{claims['sub']}",
        )

    async def _openid_login(self, pool: IdentityPool, arn: str, token: str) -> VerifiedLogin:
        issuer = openid_issuer_of(arn)
        assert issuer is not None, "the settings were checked when they were stored"
        claims = await self.openid.verify(token, issuers={issuer})
        known = await self._store.read(lambda tx: tx.iam.by_arn(arn))
        # A provider that nobody registered with IAM here is taken by its ARN alone, and so are tokens for any of its clients.
        if known is not None and client_of(claims) not in known.document["ClientIDList"]:
            raise UnsupportedProviderError
        return _login(pool, issuer, claims, mapping_names=(arn, issuer))

    async def _saml_login(self, pool: IdentityPool, arn: str, response: str) -> VerifiedLogin:
        # XML signatures take a while to load, and few servers need them.
        from cognito_emu.login_tokens.saml import verify_assertion  # noqa: PLC0415

        provider = await self._store.read(lambda tx: tx.iam.by_arn(arn))
        if provider is None or provider.kind != SAML_PROVIDER:
            raise UnsupportedProviderError
        identity = verify_assertion(provider, response, region=pool.region, now=self._env.now())
        return VerifiedLogin(
            mapping_names=(arn,),
            claims={**identity.attributes, "sub": identity.subject, "aud": identity.recipient, "iss": identity.issuer},
            roles=tuple(role for role, named_provider in identity.roles if named_provider == arn),
            provider=arn,
            subject=identity.subject,
            amr=f"{arn}:{pool.id}:{identity.subject}",
        )


def _login(pool: IdentityPool, provider: str, claims: Mapping[str, Any], *, mapping_names: tuple[str, ...]) -> VerifiedLogin:
    # Assumption: outside of user pools the form is that of developer providers, which is the one on record (aws/aws-sdk-net#420).
    subject = str(claims["sub"])
    claims = {**claims, "aud": client_of(dict(claims))}
    return VerifiedLogin(
        mapping_names=mapping_names, claims=claims, provider=provider, subject=subject, amr=f"{provider}:{pool.id}:{subject}"
    )


def _user_pool_entries(settings: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    user_pool_id = user_pool_of(name)
    if user_pool_id is None:
        return []
    return [entry for entry in settings.get("CognitoIdentityProviders", ()) if user_pool_of(entry["ProviderName"]) == user_pool_id]
