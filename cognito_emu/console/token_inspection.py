"""What a token says, and whether the emulator would take it: every check with its verdict, not only the first that fails.

Libraries that verify tokens say "invalid token" and leave the developer to guess. Here each reason stands by itself.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import jwt
import orjson

from cognito_emu.call import Parts
from cognito_emu.console.display import moment, relative
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.sign_ins import RefreshToken, SignIn, hash_refresh_token
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

_JWT_PARTS = 3
_NAMES = {"id": "ID token", "access": "Access token"}
_TIMES = ("exp", "iat", "nbf", "auth_time")


class Verdict(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOTED = "noted"


class Check(Record):
    """One question about the token, and the answer in a sentence."""

    question: str
    verdict: Verdict
    answer: str


class Inspection(Record):
    """Everything there is to tell about a token.

    Attributes:
        kind: What it is, in words.
        times: The claims that are times, each with the time in words.
        pool, user: Whose it is, where that can be told.
    """

    kind: str
    checks: list[Check]
    header: Mapping[str, Any] | None = None
    claims: Mapping[str, Any] | None = None
    times: Mapping[str, str] = {}
    pool: UserPool | None = None
    user: User | None = None

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against it."""
        return all(check.verdict is not Verdict.FAILED for check in self.checks)

    @property
    def reasons(self) -> list[Check]:
        """Why it is refused."""
        return [check for check in self.checks if check.verdict is Verdict.FAILED]


class _Facts(Record):
    """What the store knows about a token's claims."""

    pool: UserPool | None
    client: AppClient | None
    user: User | None
    sign_in: SignIn | None


async def inspect_token(parts: Parts, text: str, base_url: str) -> Inspection:
    """Look at a token in every way.

    Args:
        text: The token, with or without `Bearer`.
        base_url: The address by which applications reach the emulator, as far as one can tell.
    """
    token = "".join(text.removeprefix("Bearer ").split())
    refresh = await parts.store.read(lambda tx: tx.sign_ins.find_refresh_token(hash_refresh_token(token)))
    if refresh is not None:
        return await _inspect_refresh_token(parts, refresh)
    pieces = token.split(".")
    if len(pieces) != _JWT_PARTS:
        return Inspection("Unknown", [Check("Is it a token?", Verdict.FAILED, _unknown(pieces))])
    header, claims = _decoded(pieces[0]), _decoded(pieces[1])
    if header is None or claims is None:
        broken = "header" if header is None else "payload"
        answer = f"The {broken} is not base64url-encoded JSON: part of the token is missing, or it was changed on its way."
        return Inspection("Unknown", [Check("Can it be read?", Verdict.FAILED, answer)])
    return await _inspect_jwt(parts, token, header, claims, base_url)


async def _inspect_jwt(parts: Parts, token: str, header: dict[str, Any], claims: dict[str, Any], base_url: str) -> Inspection:
    facts = await parts.store.read(lambda tx: _look_up(tx, claims))
    now = parts.env.now()
    checks = [*_issuer_checks(parts, facts.pool, claims, base_url)]
    if facts.pool is not None:
        checks += await _signature_checks(parts, facts.pool, token, header)
    checks += [*_time_checks(claims, now), *_use_checks(claims), *_owner_checks(facts, claims)]
    return Inspection(
        kind=_NAMES.get(str(claims.get("token_use")), "JSON web token"),
        checks=checks,
        header=header,
        claims=claims,
        times={name: f"{moment(at)}, {relative(at, now)}" for name in _TIMES if (at := _time(claims.get(name))) is not None},
        pool=facts.pool,
        user=facts.user,
    )


def _look_up(tx: Tx, claims: Mapping[str, Any]) -> _Facts:
    pool = tx.user_pools.get(str(claims.get("iss", "")).rpartition("/")[2])
    client = tx.app_clients.get(str(claims.get("client_id") or claims.get("aud") or ""))
    user = tx.users.get(str(claims.get("sub", "")))
    sign_in = tx.sign_ins.get(str(claims.get("event_id", "")))
    return _Facts(
        pool=pool,
        client=client if client and pool and client.pool_id == pool.id else None,
        user=user if user and pool and user.pool_id == pool.id else None,
        sign_in=sign_in,
    )


def _issuer_checks(parts: Parts, pool: UserPool | None, claims: Mapping[str, Any], base_url: str) -> Iterator[Check]:
    issuer = claims.get("iss")
    if pool is None:
        yield Check("Who issued it?", Verdict.FAILED, f"{issuer or 'Nobody: iss is missing'}. No pool of this emulator issues such tokens.")
        return
    yield Check("Who issued it?", Verdict.PASSED, f"Pool {pool.name} ({pool.id}).")
    expected = parts.tokens.issuer(pool, base_url)
    if issuer == expected:
        yield Check("Does iss match the address?", Verdict.PASSED, f"Yes: {issuer}")
    else:
        # The emulator itself takes it: which address an application expects depends on how that reaches the emulator.
        answer = (
            f"The token says {issuer}. An application that reaches the emulator as this browser does expects {expected} and refuses it. "
            "COGNITO_EMU_PUBLIC_URL makes all addresses one."
        )
        yield Check("Does iss match the address?", Verdict.NOTED, answer)


async def _signature_checks(parts: Parts, pool: UserPool, token: str, header: Mapping[str, Any]) -> list[Check]:
    keys = await parts.tokens.keys_of(pool)
    pair = keys.by_kid(header.get("kid"))
    if pair is None:
        answer = f"kid {header.get('kid')} is none of the pool's. Was the pool made again since, or the data folder thrown away?"
        return [Check("Is it signed with the pool's key?", Verdict.FAILED, answer)]
    if header.get("alg") != "RS256":
        return [Check("Is the signature right?", Verdict.FAILED, f"alg is {header.get('alg')}; Cognito signs with RS256 only.")]
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    try:
        jwt.decode(token, pair.public_key, algorithms=["RS256"], options=options)
    except jwt.InvalidTokenError:
        return [Check("Is the signature right?", Verdict.FAILED, "No: header or claims were changed after signing, or the end is missing.")]
    use = "ID" if pair.kid == keys.id.kid else "access"
    return [Check("Is the signature right?", Verdict.PASSED, f"Yes, by the pool's key for {use} tokens.")]


def _time_checks(claims: Mapping[str, Any], now: float) -> Iterator[Check]:
    expires, issued = _time(claims.get("exp")), _time(claims.get("iat"))
    if expires is None:
        yield Check("Has it expired?", Verdict.FAILED, "It has no exp.")
    elif expires <= now:
        yield Check("Has it expired?", Verdict.FAILED, f"Yes, {relative(expires, now)}.")
    else:
        yield Check("Has it expired?", Verdict.PASSED, f"No; it will, {relative(expires, now)}.")
    if issued is not None and issued > now + 1:
        answer = f"It was issued {relative(issued, now)}: the clock was moved back since. Libraries may refuse it."
        yield Check("Is its time right?", Verdict.NOTED, answer)


def _use_checks(claims: Mapping[str, Any]) -> Iterator[Check]:
    match claims.get("token_use"):
        case "access":
            yield Check("What is it for?", Verdict.PASSED, f"For calling APIs; scopes: {claims.get('scope') or 'none'}.")
        case "id":
            yield Check(
                "What is it for?", Verdict.PASSED, "For the application itself, to know the user. Cognito's own API refuses ID tokens."
            )
        case other:
            yield Check("What is it for?", Verdict.FAILED, f"token_use is {other!r}, neither id nor access.")


def _owner_checks(facts: _Facts, claims: Mapping[str, Any]) -> Iterator[Check]:
    if facts.pool is None:
        return
    client_id = claims.get("client_id") or claims.get("aud")
    if facts.client is None:
        yield Check("Which app client?", Verdict.FAILED, f"{client_id}, which the pool does not have (any more).")
    else:
        yield Check("Which app client?", Verdict.PASSED, f"{facts.client.name} ({facts.client.id}).")
    if "username" not in claims and "cognito:username" not in claims:
        yield Check("Which user?", Verdict.NOTED, "None: it stands for the application itself (client_credentials).")
        return
    if facts.user is None:
        yield Check("Which user?", Verdict.FAILED, f"{claims.get('sub')}, who was deleted.")
    elif not facts.user.enabled:
        yield Check("Which user?", Verdict.FAILED, f"{facts.user.username}, who is disabled.")
    else:
        yield Check("Which user?", Verdict.PASSED, f"{facts.user.username}, {facts.user.status}.")
    yield _revocation(facts.sign_in)


def _revocation(sign_in: SignIn | None) -> Check:
    question = "Was it revoked?"
    if sign_in is None:
        return Check(question, Verdict.FAILED, "Nothing is known of its sign-in: it expired long ago, or the user was deleted.")
    if sign_in.revoked_at is not None:
        return Check(question, Verdict.FAILED, f"Yes, at {moment(sign_in.revoked_at)}. Who checks only the signature will not notice.")
    return Check(question, Verdict.PASSED, "No.")


async def _inspect_refresh_token(parts: Parts, token: RefreshToken) -> Inspection:
    def look_up(tx: Tx) -> tuple[SignIn | None, UserPool | None, User | None]:
        sign_in = tx.sign_ins.get(token.sign_in_id)
        return sign_in, tx.user_pools.get(sign_in.pool_id) if sign_in else None, tx.users.get(sign_in.user_id) if sign_in else None

    sign_in, pool, user = await parts.store.read(look_up)
    now = parts.env.now()
    expired = token.expires_at <= now
    answer = f"{'Yes' if expired else 'No; it will'}, {relative(token.expires_at, now)}."
    checks = [
        Check("Who issued it?", Verdict.PASSED, f"Pool {pool.name} ({pool.id})." if pool else "This emulator."),
        Check("Has it expired?", Verdict.FAILED if expired else Verdict.PASSED, answer),
        _revocation(sign_in),
    ]
    if token.replaced_at is not None:
        answer = f"Yes, {relative(token.replaced_at, now)}: refresh token rotation gave another in its place."
        checks.append(Check("Was it used up?", Verdict.NOTED, answer))
    if user is not None:
        checks.append(Check("Which user?", Verdict.PASSED if user.enabled else Verdict.FAILED, f"{user.username}, {user.status}."))
    return Inspection("Refresh token", checks, pool=pool, user=user)


def _decoded(piece: str) -> dict[str, Any] | None:
    try:
        document = orjson.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except ValueError:  # neither base64 nor JSON: both errors are ValueErrors
        return None
    return document if isinstance(document, dict) else None


def _time(value: Any) -> float | None:
    """The time that a claim is; None for what is none, or lies beyond the year 5138."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 1e11 else None  # noqa: PLR2004 - see above


def _unknown(pieces: list[str]) -> str:
    if len(pieces) == 5:  # noqa: PLR2004 - RFC 7516: an encrypted token has five parts
        return "It looks like a refresh token, but this emulator did not issue it, or has forgotten it since it expired."
    return f"A JSON web token has three parts between dots; this has {len(pieces)}."
