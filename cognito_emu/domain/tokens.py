"""What the tokens say.

Source: developer guide, "Understanding user pool JSON web tokens (JWTs)", "The ID token", "The access token"; public captures for
what the guide leaves open. Plain values in, a dict of claims out; signing is another room's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Self

from cognito_emu.records import Record

Claims = dict[str, Any]

SELF_SERVICE_SCOPE = "aws.cognito.signin.user.admin"
"""The only scope of access tokens that the API issues, and the one that opens the operations with an AccessToken member."""

_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})
_SCOPED = {
    "email": frozenset({"email", "email_verified"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}


class Group(NamedTuple):
    """What tokens need of a group."""

    name: str
    role_arn: str | None = None
    precedence: int | None = None


class GroupClaims(Record):
    """A user's groups, their roles, and the role that applications should take; for the tokens and for PreTokenGeneration."""

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    preferred_role: str | None = None

    @classmethod
    def of(cls, groups: Iterable[Group]) -> Self:
        """Sum up groups, kept in their order.

        The preferred role is that of the group with the lowest Precedence, one without counting as last. Groups that share the
        lowest prefer their role only if it is the same (API reference, CreateGroup, member Precedence).
        """
        known = list(groups)
        with_role = [(group.precedence, group.role_arn) for group in known if group.role_arn]
        foremost = min((_rank(precedence) for precedence, _ in with_role), default=None)
        candidates = {role for precedence, role in with_role if _rank(precedence) == foremost}
        return cls(
            groups=tuple(group.name for group in known),
            roles=tuple(dict.fromkeys(role for _, role in with_role)),
            preferred_role=candidates.pop() if len(candidates) == 1 else None,
        )


class Issue(Record):
    """What the tokens of one sign-in, or of one refresh of it, have in common. Times are whole epoch seconds.

    Attributes:
        issuer: `iss`.
        client_id: The app client.
        event_id: The sign-in's id.
        origin_jti: The sign-in's other id, shared by all tokens that come of it; None where neither revocation nor rotation of
            tokens is enabled.
        auth_time: When the user signed in, also after a refresh.
        issued_at: Now.
    """

    issuer: str
    client_id: str
    event_id: str
    origin_jti: str | None
    auth_time: int
    issued_at: int


def id_token_claims(
    issue: Issue,
    *,
    username: str,
    attributes: Mapping[str, str],
    readable: Collection[str],
    groups: GroupClaims,
    jti: str,
    lifetime: int,
    scopes: Collection[str] | None = None,
    nonce: str | None = None,
) -> Claims:
    """The ID token of a user.

    Args:
        issue: The sign-in.
        username: The stored username.
        attributes: All of the user's, `sub` among them, as text.
        readable: The names of those that the app client may read.
        groups: The user's.
        jti: This token's id.
        lifetime: Seconds.
        scopes: What was granted by OAuth; None after an API sign-in, which knows no such filter.
        nonce: Of the authorization request.
    """
    visible = readable if scopes is None else in_scopes(readable, scopes)
    claims: Claims = {"sub": attributes["sub"]}
    if groups.groups:
        claims["cognito:groups"] = list(groups.groups)
    if groups.preferred_role:
        claims["cognito:preferred_role"] = groups.preferred_role
    claims |= {"iss": issue.issuer, "cognito:username": username}
    if groups.roles:
        claims["cognito:roles"] = list(groups.roles)
    if nonce is not None:
        claims["nonce"] = nonce
    if issue.origin_jti:
        claims |= {"origin_jti": issue.origin_jti, "jti": jti}
    claims |= {
        "aud": issue.client_id,
        "event_id": issue.event_id,
        "token_use": "id",
        "auth_time": issue.auth_time,
        "exp": issue.issued_at + lifetime,
        "iat": issue.issued_at,
    }
    # Assumption: a federated user's identities are in the token whatever the client may read.
    shown = {name: value for name, value in attributes.items() if value and (name in visible or name == "identities")}
    return {name: _claim(name, value) for name, value in shown.items()} | claims


def access_token_claims(
    issue: Issue,
    *,
    sub: str,
    username: str,
    groups: GroupClaims,
    jti: str,
    lifetime: int,
    scopes: Iterable[str] | None = None,
    device_key: str | None = None,
    resource: str | None = None,
) -> Claims:
    """The access token of a user.

    Args:
        issue: The sign-in.
        sub: The user's.
        username: The stored username.
        groups: The user's.
        jti: This token's id.
        lifetime: Seconds.
        scopes: What was granted by OAuth; None after an API sign-in, which grants `SELF_SERVICE_SCOPE`.
        device_key: Of the remembered device that took part.
        resource: The `resource` that the authorization request named, for `aud`.
    """
    claims: Claims = {"sub": sub}
    if device_key:
        claims["device_key"] = device_key
    if groups.groups:
        claims["cognito:groups"] = list(groups.groups)
    claims["iss"] = issue.issuer
    if scopes is not None:
        claims["version"] = 2
    claims["client_id"] = issue.client_id
    if resource:
        claims["aud"] = resource
    if issue.origin_jti:
        claims["origin_jti"] = issue.origin_jti
    return claims | {
        "event_id": issue.event_id,
        "token_use": "access",
        "scope": " ".join([SELF_SERVICE_SCOPE] if scopes is None else scopes),
        "auth_time": issue.auth_time,
        "exp": issue.issued_at + lifetime,
        "iat": issue.issued_at,
        "jti": jti,
        "username": username,
    }


def machine_token_claims(
    *, issuer: str, client_id: str, scopes: Iterable[str], jti: str, issued_at: int, lifetime: int, resource: str | None = None
) -> Claims:
    """The access token of an app client itself: client_credentials and GetClientToken. There is no user in it."""
    claims: Claims = {
        "sub": client_id,
        "token_use": "access",
        "scope": " ".join(scopes),
        "auth_time": issued_at,
        "iss": issuer,
        "exp": issued_at + lifetime,
        "iat": issued_at,
        "version": 2,
        "jti": jti,
        "client_id": client_id,
    }
    if resource:
        claims["aud"] = resource
    return claims


def user_info_claims(*, username: str, attributes: Mapping[str, str], readable: Collection[str], scopes: Collection[str]) -> dict[str, str]:
    """The body of GET /oauth2/userInfo: text throughout, also where the ID token has booleans and objects."""
    visible = in_scopes(readable, scopes, profile_is_all=False) | {"sub", "identities"}
    return {name: value for name, value in attributes.items() if value and name in visible} | {"username": username}


def in_scopes(readable: Iterable[str], scopes: Collection[str], *, profile_is_all: bool = True) -> frozenset[str]:
    """The attributes, out of those that the client may read, which OAuth scopes open.

    `openid` alone opens all. Beside it, `email` and `phone` open an address and its flag, and `profile` all readable attributes;
    userInfo (`profile_is_all=False`) keeps those of the other two scopes out of it.
    """
    names = frozenset(readable)
    asked = frozenset(scopes) & {"profile", "email", "phone"}
    if not asked or ("profile" in asked and profile_is_all):
        return names
    opened = frozenset[str]().union(*(_SCOPED[scope] for scope in asked - {"profile"}))
    if "profile" in asked:
        opened |= names - frozenset[str]().union(*_SCOPED.values())
    return (names & opened) | (names & {"sub"})


def at_hash(access_token: str) -> str:
    """The ID token's `at_hash`: OpenID Connect Core, section 3.1.3.6, for RS256."""
    digest = hashlib.sha256(access_token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _rank(precedence: int | None) -> float:
    return float("inf") if precedence is None else precedence


def _claim(name: str, value: str) -> Any:
    """An attribute as the ID token types it. Custom attributes are text whatever their data type."""
    if name in _BOOLEANS:
        return value.lower() == "true"
    if name == "address":
        return {"formatted": value}
    if name == "updated_at":
        return int(value) if value.isascii() and value.isdigit() else value
    if name == "identities":
        return [_identity(identity) for identity in json.loads(value)]
    return value


def _identity(identity: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of `identities`, in which tokens write as text what the attribute has as boolean and number."""
    return dict(identity) | {
        "primary": json.dumps(identity["primary"]).strip('"'),
        "dateCreated": str(identity["dateCreated"]),
    }
