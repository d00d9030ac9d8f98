"""Where an OAuth provider's endpoints are: as configured, as discovered, or at a stand-in on the developer's own machine.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html and cognito-user-pools-social-idp.html
"""

from __future__ import annotations

from urllib.parse import urlsplit

from cognito_emu.call import Parts
from cognito_emu.config import Settings
from cognito_emu.federation.provider_keys import discovered
from cognito_emu.records import Record
from cognito_emu.store.identity_providers import IdentityProvider

REHEARSAL_PATH = "/_emu/rehearsal"

# Google's and Apple's answers hold an ID token; Facebook and Amazon are OAuth 2.0 alone, and must be asked who it was.
_WITH_ID_TOKEN = frozenset({"OIDC", "Google", "SignInWithApple"})
_GOOGLE_ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
_PEOPLE_API = "https://people.googleapis.com/"


class ProviderEndpoints(Record, kw_only=True):
    """A provider as a client of it sees it.

    Attributes:
        provider: Its name in the pool.
        attributes_url: Where attributes are asked for; None: they are all in the ID token.
        attribute_names_parameter: The parameter that lists the attributes which are wanted.
        issuers: What `iss` may be; empty: not known.
    """

    provider: str
    type: str
    client_id: str
    authorize_url: str
    token_url: str
    token_method: str = "POST"  # noqa: S105 - a method
    attributes_url: str | None = None
    attributes_method: str = "GET"
    attribute_names_parameter: str | None = None
    jwks_uri: str | None = None
    issuers: frozenset[str] = frozenset()

    @property
    def has_id_token(self) -> bool:
        """The provider speaks OpenID Connect."""
        return self.type in _WITH_ID_TOKEN


async def endpoints_of(parts: Parts, provider: IdentityProvider, own_address: str) -> ProviderEndpoints:
    """The endpoints to use for a provider.

    Args:
        parts: The emulator's.
        provider: Any type but SAML.
        own_address: Scheme and host by which the browser reached us, which is also where the rehearsal provider's pages are.

    Raises:
        FederationError: The provider must be asked, and does not answer.
    """
    stand_in = _stand_in(parts.settings, provider.type)
    if provider.type == "OIDC":
        return configured_endpoints(provider)
    if stand_in is None and parts.settings.rehearsal_provider:
        return _rehearsed(parts.settings, provider, own_address)
    if provider.type in _WITH_ID_TOKEN:
        return await _discovered(provider, stand_in)
    return _moved(configured_endpoints(provider), stand_in)


def loopback(settings: Settings, own_address: str) -> str:
    """Our own address as this very process can reach it: the browser's name for it may mean something else here (a container's)."""
    host = settings.host if settings.host not in {"", "0.0.0.0", "::", "localhost"} else "127.0.0.1"  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}" if settings.port else own_address


def _stand_in(settings: Settings, provider_type: str) -> str | None:
    stand_ins = {
        "Google": settings.google_url,
        "Facebook": settings.facebook_url,
        "LoginWithAmazon": settings.amazon_url,
        "SignInWithApple": settings.apple_url,
    }
    return stand_ins.get(provider_type, "").rstrip("/") or None


def configured_endpoints(provider: IdentityProvider) -> ProviderEndpoints:
    """The endpoints by the provider's own settings, which are the true ones of an OIDC provider."""
    issuer = provider.details.get("oidc_issuer")
    return ProviderEndpoints(
        provider=provider.name,
        type=provider.type,
        client_id=provider.details["client_id"],
        authorize_url=provider.setting("authorize_url") or "",
        token_url=provider.setting("token_url") or "",
        token_method=provider.details.get("token_request_method", "POST"),
        attributes_url=provider.setting("attributes_url"),
        attributes_method=provider.details.get("attributes_request_method", "GET"),
        attribute_names_parameter="fields" if provider.type == "Facebook" else None,
        jwks_uri=provider.setting("jwks_uri"),
        # Assumption: the issuer of a provider that is described by its endpoints alone is not compared.
        issuers=frozenset({issuer} if issuer else ()),
    )


async def _discovered(provider: IdentityProvider, stand_in: str | None) -> ProviderEndpoints:
    """Google and Apple. Their keys must be asked for; a stand-in's endpoints are wherever it says."""
    issuer = stand_in or provider.details["oidc_issuer"]
    found = await discovered(provider.name, issuer)
    details = {} if stand_in else provider.details
    attributes_url = details.get("attributes_url", "")
    if provider.type == "Google" and (not attributes_url or attributes_url.startswith(_PEOPLE_API)):
        # Assumption: how AWS flattens the People API's nested answers is not documented; Google's userinfo has the same under OIDC's names.
        attributes_url = found.get("userinfo_endpoint", "")
    return ProviderEndpoints(
        provider=provider.name,
        type=provider.type,
        client_id=provider.details["client_id"],
        authorize_url=details.get("authorize_url") or found["authorization_endpoint"],
        token_url=details.get("token_url") or found["token_endpoint"],
        attributes_url=attributes_url or None,
        jwks_uri=found["jwks_uri"],
        issuers=frozenset({issuer}) | (_GOOGLE_ISSUERS if issuer in _GOOGLE_ISSUERS else frozenset()),
    )


def _moved(endpoints: ProviderEndpoints, stand_in: str | None) -> ProviderEndpoints:
    """Facebook and Amazon, of whom a stand-in has the same paths under another origin."""
    if stand_in is None:
        return endpoints

    def move(url: str) -> str:
        split = urlsplit(url)
        return stand_in + split.path + (f"?{split.query}" if split.query else "")

    return ProviderEndpoints(
        provider=endpoints.provider,
        type=endpoints.type,
        client_id=endpoints.client_id,
        authorize_url=move(endpoints.authorize_url),
        token_url=move(endpoints.token_url),
        token_method=endpoints.token_method,
        attributes_url=move(endpoints.attributes_url) if endpoints.attributes_url else None,
        attribute_names_parameter=endpoints.attribute_names_parameter,
    )


def _rehearsed(settings: Settings, provider: IdentityProvider, own_address: str) -> ProviderEndpoints:
    """Browsers come by the address that they know; we come by one that works from here."""
    inside = loopback(settings, own_address) + REHEARSAL_PATH
    return ProviderEndpoints(
        provider=provider.name,
        type=provider.type,
        client_id=provider.details["client_id"],
        authorize_url=f"{own_address}{REHEARSAL_PATH}/authorize?provider={provider.name}",
        token_url=f"{inside}/token",
        token_method=provider.details.get("token_request_method", "POST"),
        attributes_url=None if provider.type == "SignInWithApple" else f"{inside}/userinfo",
        jwks_uri=f"{inside}/jwks",
        issuers=frozenset({inside}),
    )
