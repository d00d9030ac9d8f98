"""The authorization request: what it may ask, checked in one order for `/oauth2/authorize`, `/login` and every page between.

RFC 6749, section 4.1.1; OpenID Connect Core, section 3.1.2.1; RFC 7636, section 4.3; RFC 8707, section 2.
https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from cognito_emu.call import Parts
from cognito_emu.domain.oauth_scopes import ScopeNotGrantedError, grant_user_scopes
from cognito_emu.domain.tiers import tier_of
from cognito_emu.oauth.addresses import Arrival
from cognito_emu.oauth.clients import OAuthClient, find_client
from cognito_emu.oauth.errors import ErrorPage, RedirectError
from cognito_emu.oauth.parameters import Parameters
from cognito_emu.oauth.redirects import VerifiedRedirect
from cognito_emu.records import Record, asdict, field

_FLOW_OF_RESPONSE_TYPE = {"code": "code", "token": "implicit"}
_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
# The unpadded base64url form of SHA-256 (RFC 7636, section 4.2).
_CODE_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class AuthorizationRequest(Record, kw_only=True):
    """A request that passed every check; JSON in the store while its user is on the pages.

    Attributes:
        client_id: As the request spells it.
        redirect_uri_given: The request named the URI, so the token request must name it too (RFC 6749, section 4.1.3).
        scopes: What will be granted.
        max_age: Seconds since the last fresh authentication.
    """

    client_id: str
    response_type: str
    redirect_uri: str
    redirect_uri_given: bool = True
    scopes: list[str]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    resource: str | None = None
    prompt: list[str] = field(default_factory=list)
    max_age: int | None = None
    acr_values: list[str] = field(default_factory=list)
    identity_provider: str | None = None
    idp_identifier: str | None = None
    login_hint: str | None = None

    def to_state(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Read what `to_state` wrote."""
        return cls(**state)


class Authorization(Record):
    """A checked request with its client and the one place that answers go to."""

    request: AuthorizationRequest
    client: OAuthClient
    redirect: VerifiedRedirect

    def refusal(self, error: str, description: str | None = None) -> RedirectError:
        """An error for the client, by way of the browser."""
        return RedirectError(self.redirect, error, description, state=self.request.state)


class _Asked(Record):
    """A request whose client and redirect URI are known, so that whatever else is wrong can be told to the client."""

    parameters: Parameters
    client: OAuthClient
    redirect: VerifiedRedirect

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.client.app_client.settings

    def refusal(self, error: str, description: str | None = None) -> RedirectError:
        return RedirectError(self.redirect, error, description, state=self.parameters.get("state"))


async def check_authorization(parts: Parts, arrival: Arrival, parameters: Parameters) -> Authorization:
    """Check a request from the outside in: first what decides where errors may go, then everything else.

    Raises:
        ErrorPage: The client or its redirect URI is not certain.
        RedirectError: Anything else is wrong.
    """
    client = await _identify_client(parts, arrival, parameters)
    asked = _Asked(parameters, client, _verify_redirect(client, parameters))
    for check in _CHECKS:
        check(asked)
    return Authorization(_read(asked, _grant_scopes(asked), lenient=parts.settings.tiers == "lenient"), client, asked.redirect)


async def _identify_client(parts: Parts, arrival: Arrival, parameters: Parameters) -> OAuthClient:
    """The two words were seen at a user pool's domain in July 2026."""
    client_id = parameters.get("client_id")
    if not client_id or "client_id" in parameters.repeated:
        raise ErrorPage("Required parameters missing")
    client = await find_client(parts, arrival, client_id)
    if client is None:
        raise ErrorPage("invalid_request", client_id=client_id)
    return client


def _verify_redirect(client: OAuthClient, parameters: Parameters) -> VerifiedRedirect:
    settings = client.app_client.settings
    uri = parameters.get("redirect_uri") or _default_redirect_uri(settings)
    if uri is None or "redirect_uri" in parameters.repeated:
        raise ErrorPage("Required String parameter 'redirect_uri' is not present", client_id=client.client_id)
    redirect = VerifiedRedirect.verify(uri, settings.get("CallbackURLs", ()))
    if redirect is None:
        raise ErrorPage("redirect_mismatch", client_id=client.client_id)
    return redirect


def _default_redirect_uri(settings: Mapping[str, Any]) -> str | None:
    """DefaultRedirectURI stands in for a missing `redirect_uri` at a client with a single identity provider (API reference)."""
    uri: str | None = settings.get("DefaultRedirectURI")
    return uri if len(settings.get("SupportedIdentityProviders", ())) <= 1 else None


def _check_no_repetition(asked: _Asked) -> None:
    if asked.parameters.repeated:
        raise asked.refusal("invalid_request")


def _check_response_type(asked: _Asked) -> None:
    if asked.parameters.get("response_type") not in _FLOW_OF_RESPONSE_TYPE:
        raise asked.refusal("invalid_request")


def _check_flow(asked: _Asked) -> None:
    flow = _FLOW_OF_RESPONSE_TYPE[asked.parameters.values["response_type"]]
    if not asked.settings.get("AllowedOAuthFlowsUserPoolClient") or flow not in asked.settings.get("AllowedOAuthFlows", ()):
        raise asked.refusal("unauthorized_client")


def _check_pkce(asked: _Asked) -> None:
    """S256 only, and neither half without the other."""
    challenge, method = asked.parameters.get("code_challenge"), asked.parameters.get("code_challenge_method")
    if challenge is None and method is None:
        return
    if challenge is None or method != "S256" or not _CODE_CHALLENGE.fullmatch(challenge):
        raise asked.refusal("invalid_request")


def _check_prompt(asked: _Asked) -> None:
    """OpenID Connect Core, section 3.1.2.1: `none` beside anything else is an error."""
    prompts = asked.parameters.words("prompt")
    if not _PROMPTS.issuperset(prompts) or ("none" in prompts and len(prompts) > 1):
        raise asked.refusal("invalid_request")


def _check_max_age(asked: _Asked) -> None:
    max_age = asked.parameters.get("max_age")
    if max_age is not None and not re.fullmatch(r"[0-9]{1,9}", max_age):
        raise asked.refusal("invalid_request")


def _check_resource(asked: _Asked) -> None:
    """An absolute URI without fragment (RFC 8707, section 2); https, or http on the own machine, or a scheme of an application's own."""
    resource = asked.parameters.get("resource")
    if resource is None:
        return
    parts = urlsplit(resource)
    insecure = parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}
    if not parts.scheme or insecure or "#" in resource:
        # Assumption: the error is RFC 8707's.
        raise asked.refusal("invalid_target")


def _check_provider(asked: _Asked) -> None:
    """A provider that is named must be one of the client's."""
    provider = asked.parameters.get("identity_provider")
    if provider is not None and provider not in supported_providers(asked.client):
        # Assumption: the error. The guide says only that the client must support the provider.
        raise asked.refusal("invalid_request")


_CHECKS: tuple[Callable[[_Asked], None], ...] = (
    _check_no_repetition,
    _check_response_type,
    _check_flow,
    _check_pkce,
    _check_prompt,
    _check_max_age,
    _check_resource,
    _check_provider,
)


def supported_providers(client: OAuthClient) -> list[str]:
    """The identity providers that the client offers; local users' `COGNITO` where its settings say nothing."""
    # Assumption: AWS shows no usable login page for a client that names no provider; here local users can sign in.
    return client.app_client.settings.get("SupportedIdentityProviders") or ["COGNITO"]


def _grant_scopes(asked: _Asked) -> list[str]:
    try:
        return grant_user_scopes(asked.parameters.words("scope"), asked.settings, asked.client.custom_scopes)
    except ScopeNotGrantedError as error:
        raise asked.refusal("invalid_scope") from error


def _read(asked: _Asked, scopes: list[str], *, lenient: bool) -> AuthorizationRequest:
    parameters = asked.parameters
    # Assumption: in the Lite tier `resource`, `max_age` and `acr_values`, which it does not include, are ignored.
    extended = lenient or tier_of(asked.client.pool.settings) != "LITE"
    max_age = parameters.get("max_age") if extended else None
    return AuthorizationRequest(
        client_id=asked.client.client_id,
        response_type=parameters.values["response_type"],
        redirect_uri=asked.redirect.uri,
        redirect_uri_given="redirect_uri" in parameters.values,
        scopes=scopes,
        state=parameters.get("state"),
        nonce=parameters.get("nonce"),
        code_challenge=parameters.get("code_challenge"),
        resource=parameters.get("resource") if extended else None,
        prompt=parameters.words("prompt"),
        max_age=int(max_age) if max_age is not None else None,
        acr_values=parameters.words("acr_values") if extended else [],
        identity_provider=parameters.get("identity_provider"),
        idp_identifier=parameters.get("idp_identifier"),
        login_hint=parameters.get("login_hint"),
    )
