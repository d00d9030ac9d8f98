"""Outputs and exports."""

from __future__ import annotations

from typing import Any

from cognito_emu.cloudformation.errors import ResourceFailure
from cognito_emu.cloudformation.template.evaluation import NO_VALUE, Evaluation
from cognito_emu.cloudformation.template.functions import as_text
from cognito_emu.store import Tx
from cognito_emu.store.stacks import Stack


def compute_outputs(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The model's Outputs."""
    outputs = []
    for key, declared in (evaluation.template.get("Outputs") or {}).items():
        if "Condition" in declared and not evaluation.condition(declared["Condition"]):
            continue
        value = evaluation.value(declared["Value"])
        if value is NO_VALUE:
            continue
        output = {"OutputKey": key, "OutputValue": as_text(value)}
        if "Description" in declared:
            output["Description"] = declared["Description"]
        if "Export" in declared:
            output["ExportName"] = as_text(evaluation.value(declared["Export"]["Name"]))
        outputs.append(output)
    return outputs


def write_exports(tx: Tx, stack: Stack, outputs: list[dict[str, Any]]) -> None:
    """Let the stack export what its outputs say.

    Raises:
        ResourceFailure: Another stack has the name, or one imports what would change or go.
    """
    exports = {output["ExportName"]: output["OutputValue"] for output in outputs if "ExportName" in output}
    for name in exports:
        taken = tx.stacks.export(stack.account, stack.region, name)
        if taken is not None and taken[0] != stack.id:
            raise ResourceFailure(f"Export with name {name} is already exported by stack {taken[0].split('/')[1]}. Rolling back.")
    for name, value in tx.stacks.exports_of(stack.id).items():
        if exports.get(name) != value and (importers := tx.stacks.importers(stack.account, stack.region, name)):
            verb = "updated" if name in exports else "deleted"
            raise ResourceFailure(f"Export {name} cannot be {verb} as it is in use by {' and '.join(importers)}")
    tx.stacks.replace_exports(stack, exports)
