"""Which secrets a list shows, in which order, page by page.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.secret_versions import MANAGER
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.operations.secrets_manager.lookup import InvalidNextTokenException
from cognito_emu.store.secrets import Secret

_PAGE = 100
_ORDERS: dict[str, Callable[[Secret], Any]] = {
    "created-date": lambda secret: secret.created_at,
    "last-accessed-date": lambda secret: secret.accessed_at or 0.0,
    "last-changed-date": lambda secret: secret.changed_at,
    "name": lambda secret: secret.name,
}


def filtered(secrets: Sequence[Secret], filters: Sequence[Mapping[str, Any]], now: float) -> list[Secret]:
    """Those that pass every filter, without those that are gone."""
    there = [secret for secret in secrets if secret.deleted_at is None or secret.deleted_at > now]
    return [secret for secret in there if all(_passes(secret, each) for each in filters)]


def page(call: Call, request: Mapping[str, Any], secrets: Sequence[Secret]) -> tuple[list[Secret], str | None]:
    """A page of secrets, sorted as asked for (newest first, unless asked otherwise), and the token of the next."""
    order, direction = request.get("SortBy", "created-date"), request.get("SortOrder", "desc")
    whole = sorted(secrets, key=lambda secret: (_ORDERS[order](secret), secret.name), reverse=direction == "desc")
    scope = ["secretsmanager:list", order, direction, str(request.get("Filters")), str(request.get("IncludePlannedDeletion"))]
    try:
        after = read_token(call, scope, request.get("NextToken"))
    except InvalidParameterException as error:
        raise InvalidNextTokenException from error
    start = next((index + 1 for index, secret in enumerate(whole) if after is not None and secret.name == after[1]), 0)
    limit = request.get("MaxResults", _PAGE)
    shown = whole[start : start + limit]
    more = len(whole) > start + limit
    return shown, make_token(call, scope, (0.0, shown[-1].name)) if more else None


def _passes(secret: Secret, given: Mapping[str, Any]) -> bool:
    """One of a filter's values must fit; one that begins with `!` must not.

    Of a description "prefix match, not case-sensitive", of the others "prefix match, case-sensitive"; `all` "breaks the filter value string
    into words and then searches all attributes for matches" (API reference).
    """
    key, values = given.get("Key", "all"), given.get("Values", ())
    wanted, unwanted = [each for each in values if not each.startswith("!")], [each[1:] for each in values if each.startswith("!")]
    if any(_fits(secret, key, each) for each in unwanted):
        return False
    return not wanted or any(_fits(secret, key, each) for each in wanted)


def _fits(secret: Secret, key: str, value: str) -> bool:
    tags = secret.document.get("Tags", ())
    texts = {
        "description": [secret.document.get("Description", "")],
        "name": [secret.name],
        "tag-key": [tag["Key"] for tag in tags],
        "tag-value": [tag["Value"] for tag in tags],
        "primary-region": [secret.region],
        "owning-service": [MANAGER] if secret.client_id else [],
    }
    if key != "all":
        folded = key == "description"
        return any(_folded(text, folded=folded).startswith(_folded(value, folded=folded)) for text in texts[key])
    whole = " ".join(text for found in texts.values() for text in found).lower()
    return all(word in whole for word in value.lower().split())


def _folded(text: str, *, folded: bool) -> str:
    return text.lower() if folded else text
