"""Running operations for the window exactly as the API runs them: checked by AWS's model, as a caller of the pool's own account."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.console.call_log import CallLog, shown_members
from cognito_emu.errors import AwsError
from cognito_emu.operations import find_operation, not_there_yet
from cognito_emu.protocol.service_models import load_service_model
from cognito_emu.protocol.validation import compile_validator

_SERVICE = "cognito-idp"
# What only reads is not worth a line in the log: pages do it all the time.
_READING = ("Describe", "List", "Get", "AdminGet", "AdminList")


class Operator:
    """Runs operations and keeps what it changed in the log of calls."""

    def __init__(self, calls: CallLog) -> None:
        self._calls = calls
        self._validators: dict[str, Callable[[Any], dict[str, Any]]] = {}

    async def run(self, call: Call, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Run an operation; members of `request` that are None are left out.

        Raises:
            AwsError: As the API would answer it.
        """
        given = {member: value for member, value in request.items() if value is not None}
        started = time.perf_counter()
        error: AwsError | None = None
        try:
            function = find_operation(_SERVICE, name) or not_there_yet(_SERVICE, name)
            return dict(await function(call, self._validator(name)(given)) or {})
        except AwsError as refused:
            error = refused
            raise
        finally:
            if not name.startswith(_READING):
                self._record(call, name, given, started, error)

    def _validator(self, name: str) -> Callable[[Any], dict[str, Any]]:
        if name not in self._validators:
            self._validators[name] = compile_validator(load_service_model(_SERVICE).operation_model(name).input_shape)
        return self._validators[name]

    def _record(self, call: Call, name: str, request: dict[str, Any], started: float, error: AwsError | None) -> None:
        self._calls.record(
            "console",
            name,
            account=call.tenant.account,
            subject=shown_members(request),
            started=started,
            status=error.status if error else 200,
            error=error.code if error else None,
            message=error.message if error else None,
        )
