"""SAML 2.0 providers: the request that a browser takes there, the response that it brings back, and the sign-out.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-saml-idp.html
"""

from __future__ import annotations

import hashlib
import hmac

from cognito_emu.call import Call, Parts
from cognito_emu.domain.saml_metadata import REDIRECT
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.departure import Departure
from cognito_emu.federation.errors import FederationError, refused_response, saml_refusals
from cognito_emu.federation.saml_logout import check_logout_response
from cognito_emu.federation.saml_metadata import sp_metadata
from cognito_emu.federation.saml_requests import authn_request, logout_request, redirect_url
from cognito_emu.federation.saml_settings import entity_id, is_on, metadata_of
from cognito_emu.oauth.authorization import Authorization
from cognito_emu.operations.identity_providers.signing_certificate import certificate_text, current_certificate
from cognito_emu.saml.assertion import Assertion
from cognito_emu.saml.response import Expectation, check_response
from cognito_emu.saml.xml import read_message
from cognito_emu.store import Tx
from cognito_emu.store.authorizations import StoredRequest
from cognito_emu.store.identity_providers import IdentityProvider
from cognito_emu.store.saml_certificates import ENCRYPTION, SIGNING
from cognito_emu.store.user_pools import UserPool


class SamlProviders:
    """Every provider that speaks SAML."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def request(self, call: Call, provider: IdentityProvider, authorization: Authorization, departure: Departure, state: str) -> str:
        """The address of the provider's SingleSignOnService with a request for it, signed where RequestSigningAlgorithm says so.

        Raises:
            FederationError: The provider takes requests by POST alone, which Cognito does not send.
        """
        location = metadata_of(provider).sso_urls.get(REDIRECT)
        if location is None:
            # Assumption: the sentence.
            raise FederationError(f"{provider.name} Error - the IdP has no SingleSignOnService for HTTP-Redirect")
        pool, request = authorization.client.pool, authorization.request
        message = authn_request(
            request_id=departure.request_id,
            now=call.env.now(),
            destination=location,
            entity_id=entity_id(pool),
            answer_at=departure.redirect_uri,
            force="login" in request.prompt,
            login_hint=request.login_hint,
        )
        certificate = await current_certificate(call, pool, SIGNING) if provider.details.get("RequestSigningAlgorithm") else None
        return redirect_url(location, message, state, certificate)

    async def answer(
        self, call: Call, authorization: Authorization, provider: IdentityProvider, response: str, *, address: str, request_id: str | None
    ) -> ProviderAnswer:
        """Whom a response stands for.

        Args:
            call: The browser's request.
            authorization: What they sign in for.
            provider: As it is now.
            response: SAMLResponse, as it came.
            address: Where it came.
            request_id: Of the request that it must answer; None: it is unsolicited.

        Raises:
            FederationError: It must not be believed, or was believed before.
        """
        pool = authorization.client.pool
        own = await call.store.read(lambda tx: tx.saml_certificates.of_pool(pool.id, ENCRYPTION))
        expected = Expectation(
            metadata=metadata_of(provider),
            audiences=frozenset({entity_id(pool)}),
            addresses=frozenset({address}),
            request_id=request_id,
            now=call.env.now(),
            encrypted=is_on(provider, "EncryptedResponses"),
            certificates=own,
        )
        with saml_refusals():
            assertion = check_response(read_message(response), expected)
        await self._take(authorization, provider, assertion)
        return ProviderAnswer(
            provider=provider,
            subject=assertion.name_id,
            claims=assertion.attributes,
            issuer=expected.metadata.entity_id,
            documents={"samlResponse": assertion.attributes},
        )

    async def metadata(self, call: Call, pool: UserPool, own_address: str) -> bytes:
        """The pool as a service provider.

        Args:
            call: The request.
            pool: The pool.
            own_address: Scheme and host by which browsers come.
        """
        signing, encryption = [certificate_text(await current_certificate(call, pool, use)) for use in (SIGNING, ENCRYPTION)]
        return sp_metadata(entity_id(pool), own_address, signing=signing, encryption=encryption)

    async def sign_out(
        self, call: Call, pool: UserPool, provider: IdentityProvider, name_id: str, *, request_id: str, relay_state: str
    ) -> str | None:
        """Where the browser goes to sign out of a provider with IDPSignout; None: nowhere. The request is always signed."""
        location = metadata_of(provider).slo_urls.get(REDIRECT)
        if location is None or not is_on(provider, "IDPSignout"):
            return None
        message = logout_request(
            request_id=request_id, now=call.env.now(), destination=location, entity_id=entity_id(pool), name_id=name_id
        )
        return redirect_url(location, message, relay_state, await current_certificate(call, pool, SIGNING))

    @staticmethod
    def check_sign_out(provider: IdentityProvider, response: str, *, request_id: str, address: str) -> None:
        """A LogoutResponse, as it came.

        Raises:
            FederationError: It must not be believed, or the provider did not sign the user out.
        """
        with saml_refusals():
            check_logout_response(read_message(response), metadata_of(provider), request_id=request_id, address=address)

    async def _take(self, authorization: Authorization, provider: IdentityProvider, assertion: Assertion) -> None:
        """Believe an assertion once (Profiles, section 4.1.4.5): remembered among the stored requests for as long as it is valid.

        The row's id is keyed, so no handle that a browser could make up leads to it.
        """
        text = f"saml assertion {provider.pool_id} {provider.name} {assertion.id}"
        row = StoredRequest(
            id=hmac.digest(self._parts.secret, text.encode(), hashlib.sha256),
            pool_id=provider.pool_id,
            client_id=authorization.client.app_client.id,
            request={},
            flow={},
            expires_at=assertion.valid_until,
        )

        def write(tx: Tx) -> bool:
            if tx.authorizations.get_request(row.id) is not None:
                return False
            tx.authorizations.add_request(row)
            return True

        if not await self._parts.store.transact(write):
            raise refused_response("SAML Assertion was used before.")
