"""The paths to which providers send browsers."""

from __future__ import annotations

from cognito_emu.call import Parts
from cognito_emu.federation.oidc_endpoint import OidcAnswerHandler
from cognito_emu.federation.saml_endpoint import SamlAnswerHandler, SamlLogoutHandler, SamlMetadataHandler
from cognito_emu.federation.upstream import OIDC_PATH, SAML_PATH, Federation
from cognito_emu.oauth.routes import Route


def federation_routes(parts: Parts, federation: Federation) -> list[Route]:
    """Routes for Tornado's Application."""
    arguments = {"parts": parts, "federation": federation}
    routes: list[Route] = [
        (OIDC_PATH, OidcAnswerHandler, arguments),
        (SAML_PATH, SamlAnswerHandler, arguments),
        (r"/saml2/logout", SamlLogoutHandler, arguments),
        (r"(?:/([\w-]+_[0-9A-Za-z]+))?/saml2/metadata", SamlMetadataHandler, arguments),
    ]
    if parts.settings.rehearsal_provider:
        from cognito_emu.federation.rehearsal.routes import rehearsal_routes  # noqa: PLC0415 - loaded only when asked for

        routes += rehearsal_routes(parts)
    return routes
