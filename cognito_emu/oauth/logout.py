"""`GET /logout`: sign out of a browser, then on to the client or back to the login page.

https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
"""

from __future__ import annotations

from urllib.parse import urlencode

from cognito_emu.call import Parts
from cognito_emu.oauth.authorize import Upstream
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.browser_sessions import sign_out
from cognito_emu.oauth.clients import OAuthClient, find_client, pool_of_domain
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.redirects import VerifiedRedirect

# What goes along to the login page; everything that the authorize endpoint knows.
_LOGIN_PARAMETERS = (
    "client_id",
    "response_type",
    "redirect_uri",
    "state",
    "scope",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "lang",
)


class LogoutHandler(BrowserEndpoint):
    """The endpoint. Whatever else is wrong with the request, the user is signed out."""

    upstream: Upstream | None

    def initialize(self, parts: Parts, upstream: Upstream | None = None) -> None:
        """Called by Tornado with the arguments of the route."""
        super().initialize(parts)
        self.upstream = upstream

    async def get(self) -> None:
        """Forget the session, then redirect."""
        parameters = self.query()
        client_id = parameters.get("client_id")
        client = await find_client(self.parts, self.arrival, client_id) if client_id else None
        by_way_of = await self._by_way_of(parameters, client)
        await self._sign_out(client)
        self.go(by_way_of or _destination(parameters, client))

    async def _by_way_of(self, parameters: Parameters, client: OAuthClient | None) -> str | None:
        """Where the browser goes first, while it still has the session that says who signs out: a provider that wants to know of it."""
        if client is None or self.upstream is None:
            return None
        try:
            destination = _destination(parameters, client)
        except ErrorPage:
            return None  # the user is signed out here before the error is shown
        return await self.upstream.end(self, client, destination)

    async def _sign_out(self, client: OAuthClient | None) -> None:
        pool = client.pool if client else await pool_of_domain(self.parts, self.arrival)
        if await sign_out(self.parts, self.session_cookie, pool.id if pool else None):
            self.drop_session_cookie()


def _destination(parameters: Parameters, client: OAuthClient | None) -> str:
    client_id = parameters.get("client_id")
    if client_id is None:
        raise ErrorPage("Required String parameter 'client_id' is not present")
    if client is None:
        # Assumption: the word, which is the authorization endpoint's.
        raise ErrorPage("invalid_request", client_id=client_id)
    if logout_uri := parameters.get("logout_uri"):
        return _registered(logout_uri, client, "LogoutURLs").uri
    redirect_uri = parameters.get("redirect_uri")
    if redirect_uri is None:
        # What post_logout_redirect_uri and id_token_hint of OpenID Connect get here: AWS does not know them.
        raise ErrorPage("Required String parameter 'redirect_uri' is not present", client_id=client_id)
    _registered(redirect_uri, client, "CallbackURLs")
    return "/login?" + urlencode({name: parameters.values[name] for name in _LOGIN_PARAMETERS if name in parameters.values})


def _registered(uri: str, client: OAuthClient, setting: str) -> VerifiedRedirect:
    """The exact URI of the client's list, or the error page: a sign-out must not become an open redirect."""
    redirect = VerifiedRedirect.verify(uri, client.app_client.settings.get(setting, ()))
    if redirect is None:
        raise ErrorPage("redirect_mismatch", client_id=client.client_id)
    return redirect
