"""`/oauth2/authorize`: RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.

Decides between three ways: straight back to the client, to an identity provider, or to the login page.
"""

from __future__ import annotations

from typing import Protocol

import structlog

from cognito_emu.call import Call, Parts
from cognito_emu.errors import AwsError
from cognito_emu.oauth.authorization import Authorization, check_authorization
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.browser_sessions import find_session, reuse, satisfies
from cognito_emu.oauth.clients import OAuthClient
from cognito_emu.oauth.errors import ErrorPage, RedirectError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.responses import respond

_log = structlog.get_logger(__name__)


class Upstream(Protocol):
    """Identity providers behind the pool."""

    async def begin(self, endpoint: BrowserEndpoint, call: Call, authorization: Authorization) -> str | None:
        """Where the browser goes for the provider that the request names by `identity_provider` or `idp_identifier`.

        None: it names none, or `COGNITO`, and the login page is next.

        Args:
            endpoint: The browser's request, whose answer may take cookies along.
            call: The same, for operations.
            authorization: What the user signs in for.

        Raises:
            RedirectError: The provider is not there, or is in trouble.
        """

    async def end(self, endpoint: BrowserEndpoint, client: OAuthClient, destination: str) -> str | None:
        """Where a browser that signs out goes before it goes on to the destination; None: straight on."""


class AuthorizeHandler(BrowserEndpoint):
    """The endpoint. POST is the same with the parameters in a form (OpenID Connect Core, section 3.1.2.1)."""

    upstream: Upstream | None

    def initialize(self, parts: Parts, upstream: Upstream | None = None) -> None:
        """Called by Tornado with the arguments of the route."""
        super().initialize(parts)
        self.upstream = upstream

    async def get(self) -> None:
        """Answer a request in the query."""
        await self._authorize(self.query(), self.request.query)

    async def post(self) -> None:
        """Answer a request in a form."""
        form = self.request.body.decode(errors="replace")
        await self._authorize(self.parse(form), form)

    async def _authorize(self, parameters: Parameters, encoded: str) -> None:
        authorization = await check_authorization(self.parts, self.arrival, parameters)
        try:
            self.go(await self._next(authorization) or f"/login?{encoded}")
        except (RedirectError, ErrorPage):
            raise
        except AwsError as error:
            # A trigger failed. Assumption: the code is that of federated sign-ins, whose errors are documented.
            raise authorization.refusal("invalid_request", error.message) from error
        except Exception as error:
            # "It should not be the HTTP 500 error displayed to the end user in the browser." (developer guide)
            _log.exception("failed", path=self.request.path)
            raise authorization.refusal("server_error") from error

    async def _next(self, authorization: Authorization) -> str | None:
        """Where the browser goes; None: to the login page, with the same parameters."""
        call = authorization.client.call(self.parts, self.arrival)
        found = await find_session(self.parts, authorization.client, self.session_cookie)
        if found is not None and satisfies(found[0], authorization, self.parts.env.now()):
            session, user = found
            return await respond(call, authorization, user, await reuse(call, session))
        if "none" in authorization.request.prompt:
            raise authorization.refusal("login_required")
        return await self.upstream.begin(self, call, authorization) if self.upstream else None
