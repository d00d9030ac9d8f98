"""Tokens of a pool's providers that come without a browser, to be exchanged for the pool's own.

Source: API reference, GetDerivedToken: a token "from a SAML or OIDC provider that you registered with your user pool, so that Amazon
Cognito can validate it against that provider's configuration".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cognito_emu.domain.authentication_levels import LOWEST, vouched_for
from cognito_emu.environment import Environment
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException, ResourceNotFoundException
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.id_tokens import amr_of, verify_access_token, verify_id_token
from cognito_emu.federation.provider_endpoints import configured_endpoints
from cognito_emu.federation.provider_keys import ProviderKeys
from cognito_emu.federation.saml_settings import entity_id, is_on, metadata_of
from cognito_emu.records import Hidden, Record
from cognito_emu.store import Store
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.saml_certificates import ENCRYPTION
from cognito_emu.store.user_pools import UserPool

_KINDS = {"OIDC": frozenset({"ID_TOKEN", "ACCESS_TOKEN"}), "SAML": frozenset({"SAML2"})}


class ProviderSubject(Record, kw_only=True):
    """Whom a provider's token stands for.

    Attributes:
        subject: The provider's own id of them.
        issuer: The provider: its issuer, or a SAML provider's entity id.
        amr: What the provider vouches for, as proved factors.
    """

    provider: str
    subject: Hidden[str]
    issuer: str
    amr: Sequence[str]


class ProviderTokens:
    """Verifies tokens by what a pool knows of its providers."""

    def __init__(self, env: Environment, store: Store) -> None:
        self._env = env
        self._store = store
        self._keys = ProviderKeys(env)

    async def verify(self, pool: UserPool, name: str, token: str, kind: str) -> ProviderSubject:
        """Whom a token stands for.

        Args:
            pool: The pool.
            name: Of its provider.
            token: The token.
            kind: `ID_TOKEN` or `ACCESS_TOKEN` of an OIDC provider, `SAML2` of a SAML provider.

        Raises:
            ResourceNotFoundException: The pool has no such provider.
            InvalidParameterException: The provider does not issue such tokens.
            NotAuthorizedException: The token is not genuine, not for the pool, or has expired.
        """
        provider = await self._store.read(lambda tx: tx.identity_providers.get(pool.id, name))
        if provider is None:
            raise ResourceNotFoundException(f"Identity provider {name} in User Pool {pool.id} does not exist.")
        if kind not in _KINDS.get(provider.type, ()):
            # Assumption: the sentence, and that social providers are none of the documented "SAML or OIDC provider".
            raise InvalidParameterException(f"{kind} is not a token type of an identity provider of type {provider.type}.")
        try:
            return await (self._assertion(pool, provider, token) if kind == "SAML2" else self._jwt(provider, token, kind))
        except FederationError as error:
            # Assumption: the sentences, which are those of a sign-in.
            raise NotAuthorizedException(error.description) from error

    async def _jwt(self, provider: IdentityProvider, token: str, kind: str) -> ProviderSubject:
        endpoints, secret, now = configured_endpoints(provider), provider.details.get("client_secret", ""), self._env.now()
        if kind == "ID_TOKEN":
            claims = await verify_id_token(self._keys, endpoints, token, client_secret=secret, nonce=None, now=now)
        else:
            claims = await verify_access_token(self._keys, endpoints, token, client_secret=secret, now=now)
        return ProviderSubject(
            provider=provider.name, subject=_subject(provider, claims), issuer=str(claims.get("iss", "")), amr=amr_of(provider, claims)
        )

    async def _assertion(self, pool: UserPool, provider: IdentityProvider, token: str) -> ProviderSubject:
        # XML signatures take a while to load, and few servers need them.
        from cognito_emu.saml.assertion import check_assertion  # noqa: PLC0415
        from cognito_emu.saml.errors import SamlError  # noqa: PLC0415
        from cognito_emu.saml.xml import read_encoded  # noqa: PLC0415

        own = await self._store.read(lambda tx: tx.saml_certificates.of_pool(pool.id, ENCRYPTION))
        metadata = metadata_of(provider)
        try:
            assertion = check_assertion(
                read_encoded(token),
                metadata,
                audiences={entity_id(pool)},
                now=self._env.now(),
                encrypted=is_on(provider, "EncryptedResponses"),
                certificates=own,
            )
        except SamlError as error:
            raise FederationError(error.description) from error
        return ProviderSubject(provider=provider.name, subject=assertion.name_id, issuer=metadata.entity_id, amr=vouched_for(LOWEST, ()))


def _subject(provider: IdentityProvider, claims: dict[str, Any]) -> str:
    """The claim by which the provider's users are called in the pool."""
    subject = claims.get(provider.attribute_mapping.get("username") or "sub")
    if not isinstance(subject, str | int) or subject == "":
        raise FederationError("username attribute mapping required")
    return str(subject)
