"""OAuth scopes: which exist, and which of those a client asks for it is granted.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from cognito_emu.domain.tokens import SELF_SERVICE_SCOPE
from cognito_emu.errors import ScopeDoesNotExistException

OPENID = "openid"
OIDC_SCOPES = ("openid", "email", "phone", "profile")
REGISTRATION_SCOPE = "aws.cognito/dcr/register"
"""Opens authenticated dynamic client registration. The service's own: no resource server defines it."""

_BUILT_IN = frozenset({*OIDC_SCOPES, SELF_SERVICE_SCOPE, REGISTRATION_SCOPE})
_CLAIM_SCOPES = frozenset({"email", "phone", "profile"})
_ATTRIBUTES = {"email": {"email", "email_verified"}, "phone": {"phone_number", "phone_number_verified"}}


class ScopeNotGrantedError(Exception):
    """A scope that was asked for cannot be granted; the message says which and why."""


def check_scopes_exist(scopes: Iterable[str], custom: Collection[str]) -> None:
    """Let scopes pass that the service or one of the pool's resource servers defines.

    Raises:
        ScopeDoesNotExistException: One is defined nowhere.
    """
    for scope in scopes:
        if scope not in _BUILT_IN and scope not in custom:
            raise ScopeDoesNotExistException(f"Invalid scope requested: {scope}")


def grant_user_scopes(requested: Collection[str], client: Mapping[str, Any], custom: Collection[str]) -> list[str]:
    """The scopes that a user's tokens get.

    Args:
        requested: What the authorization request names; nothing means all of the client's.
        client: The app client's settings.
        custom: The scopes that the pool's resource servers define.

    Raises:
        ScopeNotGrantedError: One is not the client's, or needs `openid` beside it, or none remains.
    """
    allowed = [scope for scope in client.get("AllowedOAuthScopes", ()) if scope != REGISTRATION_SCOPE]
    _check_allowed(requested, allowed)
    if _CLAIM_SCOPES & set(requested) and OPENID not in requested:
        raise ScopeNotGrantedError("The scopes email, phone and profile can only be requested together with openid.")
    return _still_defined(requested or allowed, custom)


def grant_machine_scopes(requested: Collection[str], client: Mapping[str, Any], custom: Collection[str]) -> list[str]:
    """The scopes of a client's own token: custom ones, and the one that opens client registration.

    Raises:
        ScopeNotGrantedError: One is not the client's or speaks of a user, or none remains.
    """
    allowed = [scope for scope in client.get("AllowedOAuthScopes", ()) if scope == REGISTRATION_SCOPE or scope not in _BUILT_IN]
    _check_allowed(requested, allowed)
    return _still_defined(requested or allowed, custom)


def unreadable_scopes(scopes: Iterable[str], readable: Collection[str]) -> list[str]:
    """The scopes that speak of attributes which the client may not all read, such as `email` without `email_verified`."""
    return [scope for scope in scopes if not _ATTRIBUTES.get(scope, set()) <= set(readable)]


def _check_allowed(requested: Collection[str], allowed: Collection[str]) -> None:
    # The guide's parameter table says that a scope which is not the client's is ignored; its section on resource servers, that "if a
    # client requests a disallowed scope at runtime, an error is returned". Reports of users agree with the latter.
    for scope in requested:
        if scope not in allowed:
            raise ScopeNotGrantedError(f"The scope {scope} is not allowed for the client.")


def _still_defined(scopes: Iterable[str], custom: Collection[str]) -> list[str]:
    """Without scopes that a resource server no longer defines: clients keep them in their lists, "at runtime, the scope is ignored"."""
    defined = [scope for scope in dict.fromkeys(scopes) if scope in _BUILT_IN or scope in custom]
    if not defined:
        raise ScopeNotGrantedError("No scope is left that could be granted.")
    return defined
