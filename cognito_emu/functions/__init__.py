"""What runs Lambda functions, put together from `triggers` and the store.

Owns the wiring: which executor the settings ask for, where functions come from, where invocations are recorded. Does not own events
(`triggers`), what operations ask of functions (`trigger_calls`), or the Lambda API (`operations/lambda_functions`).
"""

from cognito_emu.functions.invocation_log import StoredInvocations
from cognito_emu.functions.runtime import FunctionRuntime

__all__ = ["FunctionRuntime", "StoredInvocations"]
