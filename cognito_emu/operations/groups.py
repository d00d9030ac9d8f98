"""Groups, and who is in them."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import GroupExistsException, InvalidParameterException, LimitExceededException
from cognito_emu.operations.lookup import require_group, require_pool, require_user
from cognito_emu.operations.pagination import make_token, page_size, read_token
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.operations.user_types import render_user
from cognito_emu.store import Tx
from cognito_emu.store.groups import Group
from cognito_emu.store.paging import Page
from cognito_emu.store.users import User

# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
_MOST_GROUPS_IN_POOL = 10_000
_MOST_GROUPS_OF_USER = 100

_COLUMNS = {"Description": "description", "RoleArn": "role_arn", "Precedence": "precedence"}


@operation("CreateGroup")
async def create_group(call: Call, request: Request) -> Response:
    """Create a group."""
    now = call.env.now()
    group = Group(
        pool_id=request["UserPoolId"],
        name=request["GroupName"],
        description=request.get("Description"),
        role_arn=request.get("RoleArn"),
        precedence=request.get("Precedence"),
        created_at=now,
        modified_at=now,
    )

    def write(tx: Tx) -> None:
        pool = require_pool(call, tx, group.pool_id)
        if tx.groups.get(pool.id, group.name) is not None:
            raise GroupExistsException
        if tx.groups.count(pool.id) >= _MOST_GROUPS_IN_POOL:
            # Assumption: the sentence; the quota is documented.
            raise LimitExceededException("The maximum number of groups in the user pool has been reached.")
        tx.groups.add(group)

    await call.store.transact(write)
    return {"Group": render_group(group)}


@operation("GetGroup")
async def get_group(call: Call, request: Request) -> Response:
    """Show a group."""
    return {"Group": render_group(await call.store.read(lambda tx: _group_of(call, tx, request)))}


@operation("UpdateGroup")
async def update_group(call: Call, request: Request) -> Response:
    """Change what a group says of itself."""
    # Assumption: what the request leaves out stays; the API reference says only "updates any of the properties".
    changes = {column: request[member] for member, column in _COLUMNS.items() if member in request}

    def write(tx: Tx) -> Group:
        group = _group_of(call, tx, request)
        tx.groups.update(group.pool_id, group.name, changes | {"modified_at": call.env.now()})
        return _group_of(call, tx, request)

    return {"Group": render_group(await call.store.transact(write))}


@operation("DeleteGroup")
async def delete_group(call: Call, request: Request) -> Response:
    """Delete a group; its members stay users of the pool."""

    def write(tx: Tx) -> None:
        group = _group_of(call, tx, request)
        tx.groups.delete(group.pool_id, group.name)

    await call.store.transact(write)
    return None


@operation("ListGroups")
async def list_groups(call: Call, request: Request) -> Response:
    """List a pool's groups."""
    scope = ["ListGroups", request["UserPoolId"]]
    after = read_token(call, scope, request.get("NextToken"))
    limit = page_size(request.get("Limit"))
    page = await call.store.read(lambda tx: tx.groups.page(require_pool(call, tx, request["UserPoolId"]).id, limit=limit, after=after))
    return {"Groups": [render_group(group) for group in page.items], "NextToken": make_token(call, scope, page.next)}


@operation("ListUsersInGroup")
async def list_users_in_group(call: Call, request: Request) -> Response:
    """List the users in a group."""
    scope = ["ListUsersInGroup", request["UserPoolId"], request["GroupName"]]
    after = read_token(call, scope, request.get("NextToken"))

    def look_up(tx: Tx) -> Page[User]:
        group = _group_of(call, tx, request)
        return tx.groups.members(group.pool_id, group.name, limit=page_size(request.get("Limit")), after=after)

    page = await call.store.read(look_up)
    return {"Users": [render_user(user) for user in page.items], "NextToken": make_token(call, scope, page.next)}


@operation("AdminAddUserToGroup")
async def admin_add_user_to_group(call: Call, request: Request) -> Response:
    """Put a user into a group; once more is no error."""

    def write(tx: Tx) -> None:
        user, group = _user_of(call, tx, request), _group_of(call, tx, request)
        names = {present.name for present in tx.groups.of_user(user.id)}
        if group.name not in names and len(names) >= _MOST_GROUPS_OF_USER:
            # Assumption: code and sentence; the quota is documented, and the operation declares no LimitExceededException.
            raise InvalidParameterException(f"A user cannot be in more than {_MOST_GROUPS_OF_USER} groups.")
        tx.groups.add_member(group.pool_id, group.name, user.id, call.env.now())

    await call.store.transact(write)
    return None


@operation("AdminRemoveUserFromGroup")
async def admin_remove_user_from_group(call: Call, request: Request) -> Response:
    """Take a user out of a group; one who is not in it is no error."""

    def write(tx: Tx) -> None:
        user, group = _user_of(call, tx, request), _group_of(call, tx, request)
        tx.groups.remove_member(group.pool_id, group.name, user.id)

    await call.store.transact(write)
    return None


@operation("AdminListGroupsForUser")
async def admin_list_groups_for_user(call: Call, request: Request) -> Response:
    """List the groups that a user is in, those that take precedence first."""

    def look_up(tx: Tx) -> tuple[User, list[Group]]:
        user = _user_of(call, tx, request)
        return user, tx.groups.of_user(user.id)

    user, groups = await call.store.read(look_up)
    scope = ["AdminListGroupsForUser", user.pool_id, user.id]
    after = read_token(call, scope, request.get("NextToken"))
    # A user is in a hundred groups at most, so the page is cut from the whole list.
    ranked = sorted((_rank(group), group) for group in groups)
    page = Page.of([(rank, group) for rank, group in ranked if after is None or rank > list(after)], page_size(request.get("Limit")))
    return {"Groups": [render_group(group) for group in page.items], "NextToken": make_token(call, scope, page.next)}


def render_group(group: Group) -> dict[str, Any]:
    """The model's GroupType."""
    return {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        "Description": group.description,
        "RoleArn": group.role_arn,
        "Precedence": group.precedence,
        "CreationDate": group.created_at,
        "LastModifiedDate": group.modified_at,
    }


def _rank(group: Group) -> list[Any]:
    """Where a group stands among a user's: by precedence, none last, then by name."""
    return [group.precedence is None, group.precedence or 0, group.name]


def _user_of(call: Call, tx: Tx, request: Request) -> User:
    return require_user(tx, require_pool(call, tx, request["UserPoolId"]), request["Username"])


def _group_of(call: Call, tx: Tx, request: Request) -> Group:
    return require_group(tx, require_pool(call, tx, request["UserPoolId"]), request["GroupName"])
