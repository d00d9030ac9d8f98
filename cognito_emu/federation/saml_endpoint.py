"""`/saml2/idpresponse`, the assertion consumer service; `/saml2/logout`, to which sign-outs return; `/saml2/metadata`.

SAML 2.0 Bindings, section 3.5; https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-SAML-session-initiation.html
"""

from __future__ import annotations

from urllib.parse import urlencode

from tornado.web import HTTPError

from cognito_emu.call import Call
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.answer_endpoint import AnswerEndpoint
from cognito_emu.federation.departure import address_of, check_departure, find_departure, keep_answer
from cognito_emu.federation.errors import FederationError, refused_response
from cognito_emu.federation.saml_settings import takes_unsolicited
from cognito_emu.federation.sign_out import read_sign_out
from cognito_emu.oauth.authorization import check_authorization, supported_providers
from cognito_emu.oauth.clients import pool_of_domain
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.store.identity_providers import IdentityProvider


class SamlAnswerHandler(AnswerEndpoint):
    """The assertion consumer service."""

    async def post(self) -> None:
        """Take a response.

        An answer to a request of ours is put aside, and the browser redirected to the GET: with another site's POST it sends no Lax cookie.
        An unsolicited one brings the authorization request along in RelayState.
        """
        form = self.parse(self.request.body.decode(errors="replace"))
        response, relay_state = form.get("SAMLResponse"), form.get("RelayState") or ""
        if response is None:
            raise ErrorPage("Required String parameter 'SAMLResponse' is not present")
        if "=" in relay_state:
            await self._take_unsolicited(response, self.parse(relay_state))
            return
        _, departure = await find_departure(self, relay_state)
        await keep_answer(self.parts, relay_state, departure, response)
        self.set_status(303)
        self.set_header("Location", f"{self.request.path}?{urlencode({'RelayState': relay_state})}")
        self.finish()

    async def get(self) -> None:
        """Go on with an answer that was put aside, now that the browser shows its cookie."""
        handle = self.query().get("RelayState") or ""
        authorization, departure = await find_departure(self, handle)

        async def ask(call: Call, provider: IdentityProvider) -> ProviderAnswer:
            await check_departure(self, handle, departure)
            return await self.federation.saml.answer(
                call, authorization, provider, departure.answer, address=departure.redirect_uri, request_id=departure.request_id
            )

        await self.conclude(authorization, departure.provider, ask)

    async def _take_unsolicited(self, response: str, parameters: Parameters) -> None:
        authorization = await check_authorization(self.parts, self.arrival, parameters)
        address = address_of(self, by_domain=authorization.client.by_domain) + self.request.path

        async def ask(call: Call, provider: IdentityProvider) -> ProviderAnswer:
            if not takes_unsolicited(provider) or not await self._all_saml(authorization.client.pool.id, supported):
                raise refused_response("IdP-initiated sign-in is not enabled.")
            return await self.federation.saml.answer(call, authorization, provider, response, address=address, request_id=None)

        supported = supported_providers(authorization.client)
        await self.conclude(authorization, await self._named(authorization.client.pool.id, parameters), ask)

    async def _named(self, pool_id: str, parameters: Parameters) -> str:
        identifier = parameters.get("idp_identifier")
        if identifier is None:
            return parameters.get("identity_provider") or ""
        found = await self.parts.store.read(lambda tx: tx.identity_providers.find_by_identifier(pool_id, identifier))
        return found.name if found else ""

    async def _all_saml(self, pool_id: str, names: list[str]) -> bool:
        """A client that takes unsolicited responses may have SAML providers only (developer guide)."""
        found = await self.parts.store.read(lambda tx: [tx.identity_providers.get(pool_id, name) for name in names])
        return all(provider is not None and provider.type == "SAML" for provider in found)


class SamlLogoutHandler(AnswerEndpoint):
    """Where a provider sends browsers after a sign-out.

    "Your IdP must send the LogoutResponse in an HTTP POST request." (developer guide)
    """

    async def post(self) -> None:
        """Check the answer and go on. Whatever it says, the user was signed out here before the browser left."""
        form = self.parse(self.request.body.decode(errors="replace"))
        going = read_sign_out(self.parts, form.get("RelayState") or "")
        if going is None:
            raise ErrorPage("Invalid state or the session has expired. Please sign in again.")
        response = form.get("SAMLResponse")
        if response is None:
            raise ErrorPage("Required String parameter 'SAMLResponse' is not present")
        provider = await self.parts.store.read(lambda tx: tx.identity_providers.get(going.pool_id, going.provider))
        if provider is not None and provider.type == "SAML":
            address = f"{going.own_address}{self.request.path}"
            try:
                self.federation.saml.check_sign_out(provider, response, request_id=going.request_id, address=address)
            except FederationError as error:
                raise ErrorPage(error.description) from error
        self.go(going.destination)


class SamlMetadataHandler(AnswerEndpoint):
    """`/saml2/metadata` on a pool's domain: the pool as a service provider, for whoever sets up the provider.

    On the emulator's bare address the pool's id stands before it, since nothing else tells the pool there.
    """

    async def get(self, pool_id: str | None = None) -> None:
        """Describe the pool."""
        if pool_id is None:
            pool = await pool_of_domain(self.parts, self.arrival)
        else:
            pool = await self.parts.store.read(lambda tx: tx.user_pools.get(pool_id))
        if pool is None:
            raise HTTPError(404)
        document = await self.federation.saml.metadata(
            self.arrival.call(self.parts, pool), pool, address_of(self, by_domain=pool_id is None)
        )
        self.set_header("Content-Type", "application/samlmetadata+xml")
        self.finish(document)
