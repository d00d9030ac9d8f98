"""OpenID Connect and OAuth 2.0 providers: the request that a browser takes there, and the answer that it brings back.

OpenID Connect Core, section 3.1; RFC 6749, section 4.1.
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-flow.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tornado.httputil import url_concat

from cognito_emu.call import Parts
from cognito_emu.domain.authentication_levels import recognized_levels
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.apple import apple_client_secret
from cognito_emu.federation.departure import Departure
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.id_tokens import amr_of, bad_id_token, verify_id_token
from cognito_emu.federation.provider_endpoints import ProviderEndpoints, endpoints_of
from cognito_emu.federation.provider_http import ask
from cognito_emu.federation.provider_keys import ProviderKeys
from cognito_emu.oauth.authorization import Authorization, AuthorizationRequest
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.user_pools import UserPool


class OidcProviders:
    """Every provider that speaks OAuth."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._keys = ProviderKeys(parts.env)

    async def request(self, provider: IdentityProvider, authorization: Authorization, departure: Departure, state: str) -> str:
        """The address of the provider's authorization endpoint with the request for it.

        Raises:
            FederationError: The provider must be asked where that is, and does not answer.
        """
        endpoints = await endpoints_of(self._parts, provider, departure.own_address)
        scopes = provider.details.get("authorize_scopes", "")  # Apple asks for none then
        parameters = {
            "client_id": endpoints.client_id,
            "redirect_uri": departure.redirect_uri,
            "response_type": "code",
            # Facebook's are separated by commas as they are configured; the others' by spaces.
            "scope": scopes,
            "state": state,
        }
        if endpoints.has_id_token:
            parameters["nonce"] = departure.nonce
        if provider.type == "SignInWithApple":
            parameters["response_mode"] = "form_post"  # "required when requesting name or email" (Apple)
        return url_concat(endpoints.authorize_url, parameters | _hints(provider, authorization.client.pool, authorization.request))

    async def answer(self, provider: IdentityProvider, departure: Departure, code: str, told: Mapping[str, Any]) -> ProviderAnswer:
        """Whom the provider's code stands for.

        Args:
            provider: As it is now.
            departure: The request that the code answers.
            code: From the provider.
            told: Claims that came along with the code (Apple's `user`).

        Raises:
            FederationError: The provider does not answer, or not with what it must.
        """
        endpoints = await endpoints_of(self._parts, provider, departure.own_address)
        tokens = await self._redeem(endpoints, provider, departure, code)
        id_claims = await self._id_claims(endpoints, provider, departure, tokens)
        user_info = await self._user_info(endpoints, provider, tokens)
        if id_claims and user_info and user_info.get("sub", id_claims.get("sub")) != id_claims.get("sub"):
            # "The sub Claim in the UserInfo Response MUST be verified to exactly match" (OpenID Connect Core, section 5.3.2)
            raise FederationError(f"{provider.name} Error - the userInfo endpoint tells of another user")
        claims = {**told, **id_claims, **user_info}
        subject = claims.get(provider.attribute_mapping.get("username") or "sub")
        if not isinstance(subject, str | int) or subject == "":
            # AWS's sentence (aws-amplify/amplify-js 239).
            raise FederationError("username attribute mapping required")
        documents = {"tokenResponse": tokens, "idToken": id_claims, "userInfo": user_info}
        amr = amr_of(provider, id_claims)
        return ProviderAnswer(provider=provider, subject=str(subject), claims=claims, documents=documents, amr=amr)

    async def _redeem(self, endpoints: ProviderEndpoints, provider: IdentityProvider, departure: Departure, code: str) -> dict[str, Any]:
        """The token endpoint. "Cognito supports client_secret_post only" (developer guide), and sends no PKCE verifier."""
        parameters = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": departure.redirect_uri,
            "client_id": endpoints.client_id,
            "client_secret": self._client_secret(provider),
        }
        return await ask(endpoints.provider, endpoints.token_url, what="token", method=endpoints.token_method, parameters=parameters)

    async def _id_claims(
        self, endpoints: ProviderEndpoints, provider: IdentityProvider, departure: Departure, tokens: Mapping[str, Any]
    ) -> dict[str, Any]:
        if not endpoints.has_id_token:
            return {}
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise bad_id_token(provider.name, "there is none")
        secret = provider.details.get("client_secret", "")
        return await verify_id_token(self._keys, endpoints, token, client_secret=secret, nonce=departure.nonce, now=self._parts.env.now())

    async def _user_info(self, endpoints: ProviderEndpoints, provider: IdentityProvider, tokens: Mapping[str, Any]) -> dict[str, Any]:
        if not endpoints.attributes_url:
            return {}
        parameters = {}
        if endpoints.attribute_names_parameter:
            names = dict.fromkeys(["id", *provider.attribute_mapping.values()])
            parameters[endpoints.attribute_names_parameter] = ",".join(names)
        return await ask(
            endpoints.provider,
            endpoints.attributes_url.partition("?")[0] if parameters else endpoints.attributes_url,
            what="userInfo",
            method=endpoints.attributes_method,
            parameters=parameters,
            headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"},
        )

    def _client_secret(self, provider: IdentityProvider) -> str:
        if provider.type == "SignInWithApple":
            return apple_client_secret(provider.details, self._parts.env.now())
        return provider.details.get("client_secret", "")


def _hints(provider: IdentityProvider, pool: UserPool, request: AuthorizationRequest) -> dict[str, str]:
    """What of the application's own request is the provider's business.

    https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html on `login_hint`, `prompt` and `acr_values`
    """
    hints = {}
    if request.login_hint and provider.type in {"OIDC", "Google"}:
        hints["login_hint"] = request.login_hint
    if request.prompt and provider.type in {"OIDC", "Google"}:
        hints["prompt"] = " ".join(request.prompt)
    # Assumption: a level without a mapping is not asked for.
    wanted = recognized_levels(pool.settings, request.acr_values)
    levels = [acr for level in wanted if (acr := (provider.acr_mapping or {}).get(f"Level{level}"))]
    return hints | ({"acr_values": " ".join(levels)} if levels else {})
