"""ListUsers: a pool's users, all or those that a filter finds."""

from __future__ import annotations

from collections.abc import Collection

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.user_filter import Operator, UserFilter, parse_user_filter
from cognito_emu.errors import InvalidParameterException
from cognito_emu.operations.lookup import require_pool
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.user_types import render_user
from cognito_emu.store import Tx
from cognito_emu.store.paging import Page, Position
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


@operation("ListUsers")
async def list_users(call: Call, request: Request) -> Response:
    """A page of a pool's users; with a filter, of those it finds."""
    user_filter = parse_user_filter(request.get("Filter"))
    names = request.get("AttributesToGet") or None  # "If the array is null, all attributes are returned"
    scope = ["ListUsers", request["UserPoolId"], user_filter.render() if user_filter else ""]
    after = read_token(call, scope, request.get("PaginationToken"))

    def look_up(tx: Tx) -> Page[User]:
        pool = require_pool(call, tx, request["UserPoolId"])
        page = _search(tx, pool, user_filter, limit=page_size(request.get("Limit")), after=after)
        if names is not None:
            _check_attributes_to_get(pool, names, page.items)
        return page

    page = await call.store.read(look_up)
    return {
        "Users": [render_user(user, names) for user in page.items],
        "PaginationToken": make_token(call, scope, page.next),
    }


def _search(tx: Tx, pool: UserPool, user_filter: UserFilter | None, *, limit: int, after: Position) -> Page[User]:
    """The users that a filter finds, by the index that holds what it asks for."""
    if user_filter is None:
        return tx.users.list_all(pool.id, limit=limit, after=after)
    value, prefix = user_filter.value, user_filter.operator is Operator.STARTS_WITH
    # Assumption: case counts as it does at sign-in, by the pool. The API reference calls `username` case-sensitive and says nothing of
    # attributes; the guide has called all searches case-insensitive.
    key = SignInNames.from_pool(pool.settings).key(value)
    match user_filter.attribute:
        case "username":
            return tx.users.list_by_username(pool.id, key, prefix=prefix, limit=limit, after=after)
        case "sub":
            return tx.users.list_by_sub(pool.id, value, prefix=prefix, limit=limit, after=after)
        case "cognito:user_status":  # documented as case-insensitive, whatever the pool
            return tx.users.list_by_status(pool.id, value.upper(), prefix=prefix, limit=limit, after=after)
        case "status":
            return _search_by_enabled(tx, pool, value, prefix=prefix, limit=limit, after=after)
        case attribute:
            return tx.users.list_by_attribute(pool.id, attribute, key, prefix=prefix, limit=limit, after=after)


def _search_by_enabled(tx: Tx, pool: UserPool, value: str, *, prefix: bool, limit: int, after: Position) -> Page[User]:
    """`status` is `Enabled` or `Disabled`, in this spelling."""
    states = {"Enabled": True, "Disabled": False}
    found = [enabled for name, enabled in states.items() if name == value or (prefix and name.startswith(value))]
    match found:
        case []:
            return Page([], None)
        case [enabled]:
            return tx.users.list_by_enabled(pool.id, enabled=enabled, limit=limit, after=after)
        case _:
            return tx.users.list_all(pool.id, limit=limit, after=after)


def _check_attributes_to_get(pool: UserPool, names: Collection[str], users: list[User]) -> None:
    """Let AttributesToGet pass.

    Raises:
        InvalidParameterException: The pool does not have one of the attributes, or a user found does not: "Amazon Cognito returns an
            error if not all users in the results have set a value for the attribute you request."
    """
    known = {attribute["Name"] for attribute in pool.settings["SchemaAttributes"]}
    wanted = set(names)
    if not wanted <= known or any(not wanted <= user.attributes.keys() | {"sub"} for user in users):
        raise InvalidParameterException("One or more requested attributes do not exist in user pool.")
