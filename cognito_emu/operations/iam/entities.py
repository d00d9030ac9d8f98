"""What the operations of all kinds of entities share: their errors, how they are found, and how they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cognito_emu.call import Call
from cognito_emu.errors import AwsError
from cognito_emu.store import Tx
from cognito_emu.store.iam import IamEntity


class NoSuchEntityException(AwsError):  # noqa: N818 - AWS's name
    """There is none of that name or ARN."""


class EntityAlreadyExistsException(AwsError):  # noqa: N818 - AWS's name
    """There is one already."""


class InvalidInputException(AwsError):  # noqa: N818 - AWS's name
    """A member has a value that means nothing."""


class MalformedPolicyDocumentException(AwsError):  # noqa: N818 - AWS's name
    """A policy is none."""


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


def kept(request: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the request's members that are kept."""
    return {name: request[name] for name in names if name in request}
