"""What the operations of all kinds of entities share: their errors, and how they are found, kept and listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from cognito_emu.call import Call
from cognito_emu.errors import AwsError
from cognito_emu.operations.pagination import make_token, read_token
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.iam import IamEntity

_PAGE = 100
T = TypeVar("T")


class NoSuchEntityException(AwsError):  # noqa: N818 - AWS's name
    """There is none of that name or ARN."""


class EntityAlreadyExistsException(AwsError):  # noqa: N818 - AWS's name
    """There is one already."""


class InvalidInputException(AwsError):  # noqa: N818 - AWS's name
    """A member has a value that means nothing."""


class MalformedPolicyDocumentException(AwsError):  # noqa: N818 - AWS's name
    """A policy is none."""


class DeleteConflictException(AwsError):  # noqa: N818 - AWS's name
    """Something else hangs on it."""

    status = 409


async def create(call: Call, kind: str, name: str, document: Mapping[str, Any], *, path: str = "/", exists: str) -> IamEntity:
    """Keep a new entity.

    Args:
        exists: What to say when the name is taken.

    Raises:
        EntityAlreadyExistsException: It is.
    """
    account = call.tenant.account
    entity = IamEntity(account, kind, name, f"arn:aws:iam::{account}:{kind}{path}{name}", call.env.now(), dict(document))

    def write(tx: Tx) -> None:
        if tx.iam.get(account, kind, name) is not None:
            raise EntityAlreadyExistsException(exists)
        tx.iam.put(entity)

    await call.store.transact(write)
    return entity


async def change(call: Call, find: Callable[[Tx], IamEntity], edit: Callable[[dict[str, Any]], Any]) -> IamEntity:
    """Keep an entity with another document. `edit` changes a copy in place; it may run again, and what it raises changes nothing."""

    def write(tx: Tx) -> IamEntity:
        entity = find(tx)
        document = dict(entity.document)
        edit(document)
        changed = replace(entity, document=document)
        tx.iam.put(changed)
        return changed

    return await call.store.transact(write)


def provider_by_arn(call: Call, kind: str, label: str) -> Callable[[str], Callable[[Tx], IamEntity]]:
    """Finds a provider of the caller's account.

    Args:
        label: What AWS's errors call the kind.
    """

    def by_arn(arn: str) -> Callable[[Tx], IamEntity]:
        def find(tx: Tx) -> IamEntity:
            entity = tx.iam.by_arn(arn)
            if entity is None or (entity.account, entity.kind) != (call.tenant.account, kind):
                raise NoSuchEntityException(f"{label} not found for arn {arn}")
            return entity

        return find

    return by_arn


def check_policy(policy: str) -> None:
    """Let a policy pass.

    Raises:
        MalformedPolicyDocumentException: It is no JSON, or has no statement.
    """
    # Assumption: the sentences; AWS looks into a policy further than this.
    try:
        document = json.loads(policy)
    except ValueError as error:
        raise MalformedPolicyDocumentException("This policy contains invalid Json") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise MalformedPolicyDocumentException("Syntax errors in policy.")


def page(
    call: Call, request: Mapping[str, Any], scope: Sequence[str], items: Sequence[T], name: Callable[[T], str]
) -> tuple[list[T], dict[str, Any]]:
    """A page of what has been read, and the members that tell of the next.

    Args:
        call: The call.
        request: Its `MaxItems` and `Marker`.
        scope: What is listed, beside the account: a marker is good for that alone.
        items: All that there is, by name.
        name: The name of one.
    """
    limit = request.get("MaxItems", _PAGE)
    whole_scope = [*scope, call.tenant.account]
    after = read_token(call, whole_scope, request.get("Marker"))
    left = [item for item in items if after is None or name(item) > after[1]]
    if len(left) <= limit:
        return left, {"IsTruncated": False}
    return left[:limit], {"IsTruncated": True, "Marker": make_token(call, whole_scope, (0.0, name(left[limit - 1])))}


def kept(request: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the request's members that are kept."""
    return {name: request[name] for name in names if name in request}
