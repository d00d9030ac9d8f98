"""The machine that brings an operation on a stack to its end, from wherever it stands.

Phases: `forward` (make and change), then `cleanup` (delete what is wanted no more) for an update; after a failure `rollback` and
`rollback_cleanup` for an update, `delete` for a create; `delete` for a deletion. The phase and each resource's state are stored before
and after every step, so a machine that finds a stack in progress goes on.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

from cognito_emu.call import Call, Tenant
from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.stacks.deployment import Deployment
from cognito_emu.cloudformation.stacks.facts import StackFacts
from cognito_emu.cloudformation.stacks.operation import cleanup_entry, end, made_by, resource_before, set_status
from cognito_emu.cloudformation.stacks.outputs import compute_outputs, write_exports
from cognito_emu.cloudformation.stacks.side_by_side import SideBySide
from cognito_emu.cloudformation.stacks.steps import Steps
from cognito_emu.cloudformation.stacks.wanted import Wanted, compute, type_of
from cognito_emu.cloudformation.template.structure import dependencies, wanted_resources
from cognito_emu.errors import AwsError, ValidationError
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack, StackResource


async def advance(call: Call, stack_id: str) -> None:
    """Do what is under way on a stack, phase by phase, until nothing is."""
    while True:
        stack = await call.store.read(lambda tx: tx.stacks.get(stack_id))
        if stack is None or not stack.operation:
            return
        await _PHASES[stack.operation["phase"]](call, stack)


# -- forward


async def _forward(call: Call, stack: Stack) -> None:
    target = Deployment.from_document(stack.operation["target"])
    steps = Steps(call, stack)
    try:
        needs = await call.store.read(lambda tx: _needs(call, tx, stack, target))
        making = SideBySide(
            needs,
            partial(_bring, call, stack, target, steps),
            failures=(ResourceFailure, AwsError),
            patient=lambda logical_id: type_of(_type_name(call, target, logical_id)).patient,
            stop=partial(_cancelled, call, stack),
            give_up=steps.give_up,
        )
        if await making.run():
            await call.store.transact(lambda tx: _arrive(call, tx, stack, target))
            return
    except (ResourceFailure, AwsError) as error:
        reason = str(error)
    else:
        verb = "create" if stack.operation["kind"] == "create" else "update"
        failed = ", ".join(making.failed)
        reason = f"The following resource(s) failed to {verb}: [{failed}]. " if failed else "User Initiated"
        if _late(call, stack):
            # Assumption: the sentence.
            reason = f"Stack creation time exceeded the specified timeout. {reason if failed else ''}".rstrip()
    await call.store.transact(lambda tx: _turn_back(call, tx, stack.id, reason))


async def _cancelled(call: Call, stack: Stack) -> bool:
    """Whether somebody cancelled the operation, its time is over, or the emulator was reset."""
    current = await call.store.read(lambda tx: tx.stacks.get(stack.id))
    return current is None or bool(current.operation.get("cancelled")) or _late(call, current)


def _late(call: Call, stack: Stack) -> bool:
    deadline = stack.operation.get("deadline")
    return deadline is not None and call.env.now() > deadline


async def _bring(call: Call, stack: Stack, target: Deployment, steps: Steps, logical_id: str) -> None:
    try:
        wanted, current = await call.store.read(partial(_compute, call, stack, target, logical_id))
    except (ResourceFailure, ValidationError) as error:
        await steps.refuse(logical_id, _type_name(call, target, logical_id), str(error))
        raise
    await steps.bring(wanted, current)


def _type_name(call: Call, target: Deployment, logical_id: str) -> str:
    name: str = target.processed(call.tenant.region)["Resources"][logical_id]["Type"]
    return name


def _wanted(call: Call, tx: Tx, stack: Stack, target: Deployment) -> dict[str, dict[str, Any]]:
    facts = StackFacts(tx, call.tenant, tx.stacks.resources(stack.id))
    return wanted_resources(target.evaluation(call.tenant, stack.id, stack.name, facts))


def _needs(call: Call, tx: Tx, stack: Stack, target: Deployment) -> dict[str, list[str]]:
    """The resources that are wanted, each with those that it needs."""
    facts = StackFacts(tx, call.tenant, tx.stacks.resources(stack.id))
    evaluation = target.evaluation(call.tenant, stack.id, stack.name, facts)
    resources = wanted_resources(evaluation)
    return {logical_id: dependencies(evaluation, resource, resources) for logical_id, resource in resources.items()}


def _compute(call: Call, stack: Stack, target: Deployment, logical_id: str, tx: Tx) -> tuple[Wanted, StackResource | None]:
    resources = tx.stacks.resources(stack.id)
    evaluation = target.evaluation(call.tenant, stack.id, stack.name, StackFacts(tx, call.tenant, resources))
    showing = target.evaluation(call.tenant, stack.id, stack.name, StackFacts(tx, call.tenant, resources, showing=True))
    wanted = compute(evaluation, logical_id, evaluation.template["Resources"][logical_id], target.tags, showing)
    return wanted, resources.get(logical_id)


def _arrive(call: Call, tx: Tx, stack: Stack, target: Deployment) -> None:
    """All resources are there: tell the outputs, and go on to the end or to what has to be cleaned up."""
    stack = _again(tx, stack.id)
    resources = tx.stacks.resources(stack.id)
    facts = StackFacts(tx, call.tenant, resources)
    evaluation = target.evaluation(call.tenant, stack.id, stack.name, facts)
    wanted = wanted_resources(evaluation)
    for logical_id, resource in wanted.items():
        compute(evaluation, logical_id, resource, target.tags)  # asks for every import once more, to have them all
    shown = StackFacts(tx, call.tenant, resources, showing=True)
    outputs = compute_outputs(target.evaluation(call.tenant, stack.id, stack.name, shown))
    write_exports(tx, stack, outputs)
    tx.stacks.replace_imports(stack.id, facts.imports | shown.imports)
    document = stack.document | {"deployment": target.to_document(), "outputs": outputs}
    stack = replace(stack, document=document)
    if stack.operation["kind"] == "create":
        end(call, tx, stack, "CREATE_COMPLETE")
        return
    removed = [cleanup_entry(each, each.document["deletion_policy"]) for name, each in resources.items() if name not in wanted]
    stack = replace(stack, operation=stack.operation | {"phase": "cleanup", "cleanup": [*removed, *stack.operation["cleanup"]]})
    set_status(call, tx, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


# -- after a failure


def _turn_back(call: Call, tx: Tx, stack_id: str, reason: str) -> None:
    stack = _again(tx, stack_id)
    kind, on_failure = stack.operation["kind"], stack.operation["on_failure"]
    stack = replace(stack, document=stack.document | {"failure": reason})
    if on_failure == "DO_NOTHING":
        # What was made stays, so what was asked for is what stands: outputs are none, but the next update compares with it.
        document = stack.document | {"deployment": stack.operation["target"]}
        end(call, tx, replace(stack, document=document), f"{kind.upper()}_FAILED", reason, unfinished=True)
    elif kind == "update":
        going_back = replace(stack, operation=stack.operation | {"phase": "rollback", "cleanup": made_by(tx, stack)})
        set_status(call, tx, going_back, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
    else:
        going_back = replace(stack, operation=stack.operation | {"phase": "delete"})
        set_status(call, tx, going_back, "DELETE_IN_PROGRESS" if on_failure == "DELETE" else "ROLLBACK_IN_PROGRESS", reason)


async def _rollback(call: Call, stack: Stack) -> None:
    """Make every resource what it was; what is new is deleted afterwards."""
    steps = Steps(call, stack)
    now = await call.store.read(lambda tx: tx.stacks.resources(stack.id))
    failed: list[str] = []
    target = Deployment.from_document(stack.operation["target"])
    for logical_id in _in_order({name: each["document"] for name, each in stack.operation["before"].items()}):
        before, current = resource_before(stack, logical_id), now.get(logical_id)
        if before is None or current is None:
            continue
        tried = current.document["status"] == "UPDATE_FAILED"  # by this rollback, when it failed and somebody goes on with it
        if current.document.get("operation") != stack.operation["id"] and not tried:
            continue
        if before.physical_id != current.physical_id:
            await steps.put_back(before)
        elif current.document["status"] in {"UPDATE_COMPLETE", "UPDATE_FAILED", "UPDATE_IN_PROGRESS"}:
            try:
                await steps.restore(before, await _attempted(call, stack, target, before, current))
            except ResourceFailure:
                failed.append(logical_id)

    def arrive(tx: Tx) -> None:
        current = _again(tx, stack.id)
        if failed:
            reason = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
            end(call, tx, current, "UPDATE_ROLLBACK_FAILED", reason, unfinished=True)
            return
        current = replace(current, operation=current.operation | {"phase": "rollback_cleanup"})
        set_status(call, tx, current, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")

    await call.store.transact(arrive)


async def _attempted(call: Call, stack: Stack, target: Deployment, before: StackResource, current: StackResource) -> dict[str, Any]:
    """The properties that the failed update gave, or may have given half-way, to a resource."""
    if current.document["status"] == "UPDATE_COMPLETE":
        attempted: dict[str, Any] = current.document["properties"]
        return attempted
    try:
        wanted, _ = await call.store.read(partial(_compute, call, stack, target, before.logical_id))
    except (ResourceFailure, ValidationError):
        properties: dict[str, Any] = before.document["properties"]
        return properties
    return wanted.properties


# -- deleting


async def _cleanup(call: Call, stack: Stack) -> None:
    """Delete what the operation left over. A failure is told by an event; the stack is complete nevertheless, as on AWS."""
    steps = Steps(call, stack)
    entries = {str(number): entry for number, entry in enumerate(stack.operation["cleanup"])}

    async def take(number: str) -> None:
        entry = entries[number]
        resource = StackResource(stack.id, entry["logical_id"], entry["physical_id"], entry["document"])
        with suppress(ResourceFailure):
            await steps.delete(resource, entry["policy"], forget=True)

    needs = {
        number: [other for other, each in entries.items() if entry["logical_id"] in each["document"]["depends_on"]]
        for number, entry in entries.items()
    }
    await SideBySide(needs, take, failures=(), patient=lambda number: type_of(entries[number]["document"]["type"]).patient).run()

    def arrive(tx: Tx) -> None:
        current = _again(tx, stack.id)
        back = current.operation["phase"] == "rollback_cleanup"
        keep = current.operation["before"].keys() if back else set(_wanted_names(call, tx, current))
        for name in tx.stacks.resources(stack.id):
            if name not in keep:
                tx.stacks.delete_resource(stack.id, name)
        end(call, tx, current, "UPDATE_ROLLBACK_COMPLETE" if back else "UPDATE_COMPLETE")

    await call.store.transact(arrive)


def _wanted_names(call: Call, tx: Tx, stack: Stack) -> list[str]:
    return list(_wanted(call, tx, stack, Deployment.from_document(stack.operation["target"])))


async def _delete(call: Call, stack: Stack) -> None:
    """Delete all resources, each after those that need it; what one needs that could not be deleted stays."""
    steps = Steps(call, stack)
    resources = await call.store.read(lambda tx: tx.stacks.resources(stack.id))

    async def take(logical_id: str) -> None:
        resource = resources[logical_id]
        if resource.document["status"] in {"DELETE_COMPLETE", "DELETE_SKIPPED"}:
            return
        try:
            await steps.delete(resource, _policy(stack, resource), forget=False)
        except ResourceFailure:
            if not stack.operation.get("force"):
                raise
            await steps.delete(resource, "Skip", forget=False)  # the stack goes, and leaves behind what does not

    needs = {name: [other for other, each in resources.items() if name in each.document["depends_on"]] for name in resources}
    deleting = SideBySide(
        needs, take, failures=(ResourceFailure,), patient=lambda name: type_of(resources[name].document["type"]).patient, go_on=True
    )
    await deleting.run()
    await call.store.transact(lambda tx: _end_deletion(call, tx, stack.id, list(deleting.failed)))


def _policy(stack: Stack, resource: StackResource) -> str:
    """`Skip` for what the caller wants retained after a failed deletion. What a failed create made goes, unless it is to be retained."""
    if resource.logical_id in stack.operation["retain"]:
        return "Skip"
    policy: str = resource.document["deletion_policy"]
    if policy == "RetainExceptOnCreate":
        return "Delete" if stack.operation["kind"] == "create" else "Retain"
    return policy


def _end_deletion(call: Call, tx: Tx, stack_id: str, failed: list[str]) -> None:
    stack = _again(tx, stack_id)
    rolling_back = stack.operation["kind"] == "create" and stack.operation["on_failure"] != "DELETE"
    try:
        write_exports(tx, stack, [])
        reason = f"The following resource(s) failed to delete: [{', '.join(sorted(failed))}]. " if failed else None
    except ResourceFailure as error:
        reason = str(error)
    if reason:
        status = "ROLLBACK_FAILED" if rolling_back else "DELETE_FAILED"
    else:
        status = "ROLLBACK_COMPLETE" if rolling_back else "DELETE_COMPLETE"
        tx.stacks.replace_imports(stack.id, ())
        document = {name: value for name, value in stack.document.items() if name != "outputs"}
        if not rolling_back:
            document["deleted_at"] = call.env.now()
            stack = replace(stack, live_name=None)
            for change_set in tx.stacks.change_sets_of(stack.id):
                tx.stacks.delete_change_set(change_set.id)
        stack = replace(stack, document=document)
    end(call, tx, stack, status, reason)


def _in_order(documents: dict[str, dict[str, Any]]) -> list[str]:
    """Names, each after those it depends on."""
    graph = {name: [each for each in document["depends_on"] if each in documents] for name, document in documents.items()}
    return list(TopologicalSorter(graph).static_order())


def _again(tx: Tx, stack_id: str) -> Stack:
    stack = tx.stacks.get(stack_id)
    if stack is None:
        raise ValidationError(f"Stack [{stack_id}] does not exist")
    return stack


def call_for(call: Call, stack: Stack) -> Call:
    """A call that acts in the stack's account and region, named by the operation."""
    tenant = Tenant(stack.account, stack.region)
    return replace(call, tenant=tenant, request_id=stack.operation.get("id", call.request_id), signed=True, access_key=stack.account)


_PHASES = {"forward": _forward, "cleanup": _cleanup, "rollback": _rollback, "rollback_cleanup": _cleanup, "delete": _delete}
