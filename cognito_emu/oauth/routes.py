"""The paths of the endpoints that a browser visits."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

from cognito_emu.call import Parts
from cognito_emu.oauth.addresses import ELSEWHERE
from cognito_emu.oauth.authorize import AuthorizeHandler, Upstream
from cognito_emu.oauth.elsewhere import ElsewhereHandler
from cognito_emu.oauth.logout import LogoutHandler

Route = tuple[str, type[RequestHandler], dict[str, Any]]


def browser_routes(parts: Parts, *, upstream: Upstream | None = None) -> list[Route]:
    """Routes for Tornado's Application. The pages that users see are mounted by `pages/routes.py`.

    Args:
        upstream: Identity providers behind the pools.
    """
    arguments = {"parts": parts}
    return [
        # Both work, says AWS in amazon-archives/amazon-cognito-auth-js issue 50; awslabs/cognito-at-edge asks the shorter.
        (r"(?:/oauth2)?/authorize", AuthorizeHandler, arguments | {"upstream": upstream}),
        (r"/logout", LogoutHandler, arguments | {"upstream": upstream}),
        (rf"{ELSEWHERE}(/.*)", ElsewhereHandler, {}),
    ]
