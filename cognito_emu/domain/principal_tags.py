"""Principal tags: attributes for access control, from an identity provider's claims to session tags.

https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognito_emu.domain.identity_roles import ProviderClaims, claim_texts, find_by_name

DEFAULT_PRINCIPAL_TAGS = {"client": "aud", "username": "sub"}

# The claim by which a web identity token carries session tags into STS.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
TAGS_CLAIM = "https://aws.amazon.com/tags"

_LONGEST_VALUE = 256


def session_tags(principal_tags: Mapping[str, Mapping[str, Any]], logins: Sequence[ProviderClaims]) -> dict[str, str]:
    """The tags of a session, by name.

    Args:
        principal_tags: By provider name, `UseDefaults` and `PrincipalTags` (tag to claim).
    """
    tags: dict[str, str] = {}
    for login in logins:
        attribute_map = find_by_name(principal_tags, login)
        if attribute_map is None:
            continue
        claim_by_tag = DEFAULT_PRINCIPAL_TAGS if attribute_map.get("UseDefaults") else attribute_map.get("PrincipalTags", {})
        for tag, claim in claim_by_tag.items():
            texts = claim_texts(login.claims.get(claim))
            if texts:
                # Assumption: an array's elements are joined, and what is too long for a tag is cut; AWS documents neither.
                tags[tag] = ",".join(texts)[:_LONGEST_VALUE]
    return tags


def tags_claim(tags: Mapping[str, str]) -> dict[str, Any]:
    """The claim that carries session tags, nothing when there are none."""
    if not tags:
        return {}
    return {TAGS_CLAIM: {"principal_tags": {name: [value] for name, value in tags.items()}, "transitive_tag_keys": []}}


def tags_in_claims(claims: Mapping[str, Any]) -> dict[str, str]:
    """The session tags that a web identity token carries; malformed ones are none."""
    claim = claims.get(TAGS_CLAIM)
    tags = claim.get("principal_tags") if isinstance(claim, dict) else None
    if not isinstance(tags, dict):
        return {}
    return {name: texts[0] for name, value in tags.items() if (texts := claim_texts(value))}
