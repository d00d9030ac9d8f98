"""What a PreTokenGeneration function may change in the tokens.

Source: developer guide, "Pre token generation Lambda trigger", its tables of claims and scopes. What a function must not touch is left
as it is, without an error. A change is given as `triggers` reads it; only its form is known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cognito_emu.domain.tokens import Claims

_UNTOUCHABLE = frozenset({
    "acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "device_key", "event_id", "exp", "iat", "identities", "iss",
    "jti", "nbf", "nonce", "origin_jti", "scope", "sub", "token_use", "username", "version",
})  # fmt: skip
_SIMPLE_ONLY = frozenset({"phone_number_verified", "email_verified", "updated_at", "address"})
_GROUP_CLAIMS = ("cognito:groups", "cognito:roles", "cognito:preferred_role")


class ClaimChanges(Protocol):
    """Claims to set and claims to leave out of one token."""

    @property
    def add_or_override(self) -> Mapping[str, Any]: ...
    @property
    def suppress(self) -> Sequence[str]: ...


class ScopeChanges(Protocol):
    """Scopes to put into the access token and to leave out of it."""

    @property
    def add(self) -> Sequence[str]: ...
    @property
    def suppress(self) -> Sequence[str]: ...


class GroupOverride(Protocol):
    """What replaces groups and roles, as a whole."""

    @property
    def groups(self) -> Sequence[str]: ...
    @property
    def iam_roles(self) -> Sequence[str]: ...
    @property
    def preferred_role(self) -> str | None: ...


class ClaimsOverride(Protocol):
    """A function's answer, of any version. `groups` is None where it leaves them alone."""

    @property
    def id_token(self) -> ClaimChanges: ...
    @property
    def access_token(self) -> ClaimChanges: ...
    @property
    def scopes(self) -> ScopeChanges: ...
    @property
    def groups(self) -> GroupOverride | None: ...


def override_id_token(claims: Claims, override: ClaimsOverride) -> Claims:
    """The ID token's claims as the function wants them."""
    if override.groups:
        roles = {"cognito:roles": list(override.groups.iam_roles), "cognito:preferred_role": override.groups.preferred_role}
        claims = _with_groups(claims, override.groups) | {name: value for name, value in roles.items() if value}
    return _changed(claims, override.id_token)


def override_access_token(claims: Claims, override: ClaimsOverride) -> Claims:
    """The access token's claims as the function wants them, its scopes among them."""
    if override.groups:
        claims = _with_groups(claims, override.groups)
    result = _changed(claims, override.access_token)
    # `aud` may be added here, but only to name the app client.
    if override.access_token.add_or_override.get("aud") == claims["client_id"] and "aud" not in override.access_token.suppress:
        result["aud"] = claims["client_id"]
    return result | {"scope": _scope(claims["scope"], override.scopes)}


def _with_groups(claims: Claims, groups: GroupOverride) -> Claims:
    replaced = {name: value for name, value in claims.items() if name not in _GROUP_CLAIMS}
    return replaced | ({"cognito:groups": list(groups.groups)} if groups.groups else {})


def _changed(claims: Claims, changes: ClaimChanges) -> Claims:
    """Additions, then suppressions, which win. Role claims go with `cognito:groups`, the only `cognito:` name to be suppressed."""
    suppressed = {name for name in changes.suppress if _touchable(name)}
    if "cognito:groups" in changes.suppress:
        suppressed.update(_GROUP_CLAIMS)
    added = {name: value for name, value in changes.add_or_override.items() if _addable(name, value)}
    return {name: value for name, value in (claims | added).items() if name not in suppressed}


def _touchable(name: str) -> bool:
    return name not in _UNTOUCHABLE and not name.startswith("cognito:")


def _addable(name: str, value: Any) -> bool:
    if name in _SIMPLE_ONLY and isinstance(value, (dict, list)):
        return False
    return _touchable(name) and not name.startswith("dev:")


def _scope(granted: str, changes: ScopeChanges) -> str:
    wanted = dict.fromkeys([*granted.split(), *(scope for scope in changes.add if scope and not any(map(str.isspace, scope)))])
    return " ".join(scope for scope in wanted if scope not in changes.suppress)
