"""The rehearsal provider's paths."""

from __future__ import annotations

from cognito_emu.call import Parts
from cognito_emu.federation.provider_endpoints import REHEARSAL_PATH
from cognito_emu.federation.rehearsal import openid, saml
from cognito_emu.federation.rehearsal.pages import StaticHandler
from cognito_emu.oauth.routes import Route


def rehearsal_routes(parts: Parts) -> list[Route]:
    """Routes for Tornado's Application."""
    arguments = {"parts": parts}
    return [
        (rf"{REHEARSAL_PATH}/(choose\.css|post\.js|icon\.svg)", StaticHandler, arguments),
        (rf"{REHEARSAL_PATH}/\.well-known/openid-configuration", openid.DiscoveryHandler, arguments),
        (rf"{REHEARSAL_PATH}/jwks", openid.KeysHandler, arguments),
        (rf"{REHEARSAL_PATH}/authorize", openid.AuthorizeHandler, arguments),
        (rf"{REHEARSAL_PATH}/token", openid.TokenHandler, arguments),
        (rf"{REHEARSAL_PATH}/userinfo", openid.UserInfoHandler, arguments),
        (rf"{REHEARSAL_PATH}/saml/metadata", saml.MetadataHandler, arguments),
        (rf"{REHEARSAL_PATH}/saml/sso", saml.SingleSignOnHandler, arguments),
        (rf"{REHEARSAL_PATH}/saml/logout", saml.SingleLogoutHandler, arguments),
    ]
