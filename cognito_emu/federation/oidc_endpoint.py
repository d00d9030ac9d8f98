"""`/oauth2/idpresponse`: where OAuth providers send browsers back to (RFC 6749, section 4.1.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson

from cognito_emu.call import Call
from cognito_emu.federation.answer import ProviderAnswer
from cognito_emu.federation.answer_endpoint import AnswerEndpoint
from cognito_emu.federation.departure import check_departure, find_departure
from cognito_emu.federation.errors import FederationError
from cognito_emu.federation.provider_http import provider_error
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.store.identity_providers import IdentityProvider

_FORM_MEMBERS = ("state", "code", "error", "error_description", "user")
_REDIRECTED = 302  # what a provider's error has come by


class OidcAnswerHandler(AnswerEndpoint):
    """The endpoint."""

    async def get(self) -> None:
        """Take a code, or an error, from a browser that shows its cookie."""
        parameters = self.query()
        handle = parameters.get("state")
        if handle is None or parameters.repeated:
            raise ErrorPage("Invalid state or the session has expired. Please sign in again.")
        authorization, departure = await find_departure(self, handle)

        async def ask(_call: Call, provider: IdentityProvider) -> ProviderAnswer:
            await check_departure(self, handle, departure)
            code = _code(provider.name, parameters)
            return await self.federation.oidc.answer(provider, departure, code, _apple_user(provider, parameters))

        await self.conclude(authorization, departure.provider, ask)

    async def post(self) -> None:
        """`response_mode=form_post`, which Apple insists on (OAuth 2.0 Form Post Response Mode).

        Browsers send no Lax cookie with another site's POST. They do when we redirect them to the GET.
        """
        form = self.parse(self.request.body.decode(errors="replace"))
        self.set_status(303)
        members = {name: form.values[name] for name in _FORM_MEMBERS if name in form.values}
        self.set_header("Location", f"{self.request.path}?{urlencode(members)}")
        self.finish()


def _code(provider: str, parameters: Parameters) -> str:
    if error := parameters.get("error"):
        raise provider_error(provider, _REDIRECTED, {"error": error, "error_description": parameters.get("error_description")})
    code = parameters.get("code")
    if code is None:
        # Assumption: the sentence.
        raise FederationError(f"{provider} Error - the IdP returned no authorization code")
    return code


def _apple_user(provider: IdentityProvider, parameters: Parameters) -> dict[str, Any]:
    """Apple tells a user's name beside the code, at the first sign-in alone, and unsigned, so it can be no more than a name.

    https://developer.apple.com/documentation/signinwithapple/configuring-your-webpage-for-sign-in-with-apple
    """
    text = parameters.get("user")
    if provider.type != "SignInWithApple" or text is None:
        return {}
    try:
        name = orjson.loads(text)["name"]
        return {member: str(name[member]) for member in ("firstName", "lastName") if name.get(member)}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return {}
