"""Turning back: cancelling an update, and going on with a rollback that failed or was not wanted at first."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.cloudformation.stacks.operation import made_by, resume
from cognito_emu.errors import ValidationError
from cognito_emu.operations.cloudformation.lookup import require_live
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack


@operation("CancelUpdateStack", service="cloudformation")
async def cancel_update_stack(call: Call, request: Request) -> Response:
    """Turn an update back that is under way."""

    def write(tx: Tx) -> None:
        stack = require_live(call, tx, request["StackName"])
        if stack.status != "UPDATE_IN_PROGRESS":
            raise ValidationError("CancelUpdateStack cannot be called from current stack status")
        tx.stacks.cancel(stack.id)

    await call.store.transact(write)
    call.parts.stacks.bell.ring()
    return None


@operation("ContinueUpdateRollback", service="cloudformation")
async def continue_update_rollback(call: Call, request: Request) -> Response:
    """Go on with a rollback that failed, trying again what failed or leaving it as it is."""

    def write(tx: Tx) -> Stack:
        stack = require_live(call, tx, request["StackName"])
        _check_status(stack, "UPDATE_ROLLBACK_FAILED")
        skipped = request.get("ResourcesToSkip", [])
        resources = tx.stacks.resources(stack.id)
        for name in skipped:
            # "You can specify only resources that are in the UPDATE_FAILED state because a rollback failed." Assumption: the sentence.
            if name not in resources or resources[name].document["status"] != "UPDATE_FAILED":
                raise ValidationError(f"ResourcesToSkip can name resources in the UPDATE_FAILED state only, and {name} is not.")
            document = resources[name].document | {"status": "UPDATE_COMPLETE", "operation": None}
            tx.stacks.put_resource(replace(resources[name], document=document))
        return resume(call, tx, stack, {"phase": "rollback"}, "UPDATE_ROLLBACK_IN_PROGRESS")

    await call.parts.stacks.run(call, await call.store.transact(write))
    return {}


@operation("RollbackStack", service="cloudformation")
async def rollback_stack(call: Call, request: Request) -> Response:
    """Roll back an operation that failed when rollback was disabled."""

    def write(tx: Tx) -> Stack:
        stack = require_live(call, tx, request["StackName"])
        _check_status(stack, "CREATE_FAILED", "UPDATE_FAILED")
        if stack.status == "CREATE_FAILED":
            return resume(call, tx, stack, {"phase": "delete", "on_failure": "ROLLBACK"}, "ROLLBACK_IN_PROGRESS")
        standing = stack.document["before_update"]["deployment"]
        stack = replace(stack, document=stack.document | {"deployment": standing})
        made = made_by(tx, replace(stack, operation=stack.document["unfinished"]))
        changes = {"phase": "rollback", "on_failure": "ROLLBACK", "cleanup": made}
        return resume(call, tx, stack, changes, "UPDATE_ROLLBACK_IN_PROGRESS")

    stack = await call.store.transact(write)
    await call.parts.stacks.run(call, stack)
    return {"StackId": stack.id}


def _check_status(stack: Stack, *allowed: str) -> None:
    """Assumption: the sentence."""
    if stack.status not in allowed or "unfinished" not in stack.document:
        raise ValidationError(f"Stack:{stack.id} is in {stack.status} state and can not be rolled back.")
