"""What a function may have on AWS, and none has here: Terraform asks for it whenever it looks at a function."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.operations.lambda_functions.lookup import function_key, require_function
from cognito_emu.operations.registry import Request, Response, operation


@operation("GetFunctionCodeSigningConfig", service="lambda")
async def get_function_code_signing_config(call: Call, request: Request) -> Response:
    """Tell that a function's code need not be signed, as Lambda does: by leaving the configuration's ARN out."""
    return {"FunctionName": await _name_of(call, request)}


@operation("GetFunctionConcurrency", service="lambda")
async def get_function_concurrency(call: Call, request: Request) -> Response:
    """Tell that no concurrency is reserved for a function, as Lambda does: by saying nothing."""
    await _name_of(call, request)
    return {}


async def _name_of(call: Call, request: Request) -> str:
    key, _ = function_key(call, request["FunctionName"])
    function = await call.store.read(lambda tx: require_function(tx, key))
    return function.key.name
