"""What the endpoints share to which browsers come back from a provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from cognito_emu.call import Call, Parts
from cognito_emu.errors import AwsError, UserLambdaValidationException
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.arrival import describe_refusal, receive
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.upstream import Federation
from cognito_emu.oauth.authorization import Authorization, supported_providers
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.errors import ErrorPage, RedirectError
from cognito_emu.store.identity_providers import IdentityProvider

_log = structlog.get_logger(__name__)

Ask = Callable[[Call, IdentityProvider], Awaitable[ProviderAnswer]]


class AnswerEndpoint(BrowserEndpoint):
    """A handler that ends at the client, signed in or with an error."""

    federation: Federation

    def initialize(self, parts: Parts, federation: Federation | None = None) -> None:
        """Called by Tornado with the arguments of the route."""
        super().initialize(parts)
        assert federation is not None
        self.federation = federation

    async def conclude(self, authorization: Authorization, provider_name: str, ask: Ask) -> None:
        """Ask for the provider's answer, sign in whom it is for, and go to the client.

        Args:
            authorization: What they sign in for.
            provider_name: The provider.
            ask: Checks the answer.

        Raises:
            RedirectError: It did not work out.
        """
        call = authorization.client.call(self.parts, self.arrival)
        provider = None
        try:
            provider = await self._provider(authorization, provider_name)
            answer = await ask(call, provider)
            completion = await receive(call, authorization, answer, cookie=self.session_cookie)
        except (RedirectError, ErrorPage):
            raise
        except FederationError as error:
            raise authorization.refusal(error.error, error.description) from error
        except AwsError as error:
            # A function's refusal ends in ". " here, as applications quote it: "PreSignUp+failed+with+error+Invalid+email+domain.+".
            ending = " " if isinstance(error, UserLambdaValidationException) else ""
            refusal = describe_refusal(provider.type if provider else "", error.message + ending)
            raise authorization.refusal(refusal.error, refusal.description) from error
        except Exception as error:
            # "It should not be the HTTP 500 error displayed to the end user in the browser." (developer guide)
            _log.exception("failed", path=self.request.path)
            raise authorization.refusal("server_error") from error
        self.go_signed_in(completion)

    async def _provider(self, authorization: Authorization, name: str) -> IdentityProvider:
        """The provider as it is now; it may have gone while the browser was there."""
        pool_id = authorization.client.pool.id
        provider = await self.parts.store.read(lambda tx: tx.identity_providers.get(pool_id, name))
        if provider is None or name not in supported_providers(authorization.client):
            # Assumption: the sentence.
            raise FederationError(f"Identity provider {name} does not exist.")
        return provider
