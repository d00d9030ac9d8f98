"""Who one may be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.records import Record

_SUBJECT_DIGITS = 21  # as many as Google's have


class UnreadablePersonError(Exception):
    """What was typed makes no person; the text says why."""


class Person(Record):
    """Somebody to pick."""

    email: str
    name: str

    @property
    def initial(self) -> str:
        """For the page."""
        return self.name[:1]


PEOPLE = (
    Person("ann.archer@example.com", "Ann Archer"),
    Person("ben.baker@example.com", "Ben Baker"),
    Person("cleo.carter@example.com", "Cleo Carter"),
)


def read_person(form: Mapping[str, str]) -> dict[str, Any]:
    """The claims of whoever was picked (`person`) or typed (`email`, `name`, `subject`, `claims`).

    Raises:
        UnreadablePersonError: Nobody was, or the claims are no JSON object.
    """
    picked = next((person for person in PEOPLE if person.email == form.get("person")), None)
    email = picked.email if picked else form.get("email", "").strip()
    name = picked.name if picked else form.get("name", "").strip() or email.partition("@")[0]
    subject = "" if picked else form.get("subject", "").strip()
    if not email and not subject:
        raise UnreadablePersonError("Pick somebody, or type an email address.")
    given, _, family = name.partition(" ")
    # The same address is the same person next time, at each provider.
    claims: dict[str, Any] = {"sub": subject or _subject(email), "email": email, "email_verified": True, "name": name}
    claims |= {"given_name": given, "family_name": family}
    return {claim: value for claim, value in (claims | _more(form.get("claims", ""))).items() if value != ""}


def _subject(email: str) -> str:
    return str(int(hashlib.sha256(email.lower().encode()).hexdigest(), 16))[:_SUBJECT_DIGITS]


def _more(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        claims = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadablePersonError(f"More claims: {error}") from error
    if not isinstance(claims, dict):
        raise UnreadablePersonError('More claims must be a JSON object, such as {"department": "R&D"}.')
    return claims
