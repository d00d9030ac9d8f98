"""Resource policies: who may invoke a function. What they say is heeded when Cognito invokes it; see `triggers.permissions`.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException, ResourceConflictException, ResourceNotFoundException
from cognito_emu.operations.lambda_functions.lookup import check_revision, function_key, require_function, require_version
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.functions import FunctionKey

_ACCOUNT = re.compile(r"\d{12}")


@operation("AddPermission", service="lambda")
async def add_permission(call: Call, request: Request) -> Response:
    """Let a service or an account invoke the function, or one version or alias of it."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))
    statement = _statement(key, qualifier, request)

    def write(tx: Tx) -> None:
        policy = _policy(tx, key, qualifier)
        check_revision(request.get("RevisionId"), policy.get("RevisionId"))
        statements: list[dict[str, Any]] = policy.get("Statement", [])
        if any(present["Sid"] == statement["Sid"] for present in statements):
            raise ResourceConflictException(
                f"The statement id ({statement['Sid']}) provided already exists. Please provide a new statement id, or remove the existing "
                "statement."
            )
        _put(call, tx, key, qualifier, [*statements, statement])

    await call.store.transact(write)
    return {"Statement": orjson.dumps(statement).decode()}


@operation("RemovePermission", service="lambda")
async def remove_permission(call: Call, request: Request) -> Response:
    """Take a statement of the policy away."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))

    def write(tx: Tx) -> None:
        policy = _require_policy(tx, key, qualifier)
        check_revision(request.get("RevisionId"), policy["RevisionId"])
        left = [statement for statement in policy["Statement"] if statement.get("Sid") != request["StatementId"]]
        if len(left) == len(policy["Statement"]):
            raise ResourceNotFoundException(f"Statement {request['StatementId']} is not found in resource policy.")
        _put(call, tx, key, qualifier, left)

    await call.store.transact(write)
    return None


@operation("GetPolicy", service="lambda")
async def get_policy(call: Call, request: Request) -> Response:
    """Show the policy."""
    key, qualifier = function_key(call, request["FunctionName"], request.get("Qualifier"))
    policy = await call.store.read(lambda tx: _require_policy(tx, key, qualifier))
    document = {"Version": "2012-10-17", "Id": "default", "Statement": policy["Statement"]}
    return {"Policy": orjson.dumps(document).decode(), "RevisionId": policy["RevisionId"]}


@operation("GetResourcePolicy", service="lambda")
async def get_resource_policy(call: Call, request: Request) -> Response:
    """Show the policy, by ARN."""
    return await get_policy(call, {"FunctionName": request["ResourceArn"]})


@operation("PutResourcePolicy", service="lambda")
async def put_resource_policy(call: Call, request: Request) -> Response:
    """Replace the policy as a whole."""
    key, qualifier = function_key(call, request["ResourceArn"])
    statements = _statements_of(request["Policy"])

    def write(tx: Tx) -> None:
        check_revision(request.get("RevisionId"), _policy(tx, key, qualifier).get("RevisionId"))
        _put(call, tx, key, qualifier, statements)

    await call.store.transact(write)
    return await get_policy(call, {"FunctionName": request["ResourceArn"]})


@operation("DeleteResourcePolicy", service="lambda")
async def delete_resource_policy(call: Call, request: Request) -> Response:
    """Delete the policy as a whole."""
    key, qualifier = function_key(call, request["ResourceArn"])

    def write(tx: Tx) -> None:
        check_revision(request.get("RevisionId"), _require_policy(tx, key, qualifier)["RevisionId"])
        _put(call, tx, key, qualifier, [])

    await call.store.transact(write)
    return None


def _statement(key: FunctionKey, qualifier: str | None, request: Request) -> dict[str, Any]:
    """The statement that AddPermission's members stand for."""
    principal = request["Principal"]
    who: Any = {"Service": principal}
    if principal == "*":
        who = "*"
    elif _ACCOUNT.fullmatch(principal):
        who = {"AWS": f"arn:aws:iam::{principal}:root"}
    elif principal.startswith("arn:"):
        who = {"AWS": principal}
    conditions: dict[str, Any] = {}
    if "SourceAccount" in request:
        conditions["StringEquals"] = {"AWS:SourceAccount": request["SourceAccount"]}
    if "PrincipalOrgID" in request:
        conditions.setdefault("StringEquals", {})["aws:PrincipalOrgID"] = request["PrincipalOrgID"]
    if "SourceArn" in request:
        conditions["ArnLike"] = {"AWS:SourceArn": request["SourceArn"]}
    statement = {
        "Sid": request["StatementId"],
        "Effect": "Allow",
        "Principal": who,
        "Action": request["Action"],
        "Resource": f"{key.arn}:{qualifier}" if qualifier else key.arn,
    }
    return statement | ({"Condition": conditions} if conditions else {})


def _statements_of(text: str) -> list[dict[str, Any]]:
    try:
        document = orjson.loads(text)
        statements = document["Statement"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise InvalidParameterValueException("The policy is not a JSON document with statements.") from error
    statements = statements if isinstance(statements, list) else [statements]
    if not all(isinstance(statement, dict) for statement in statements):
        raise InvalidParameterValueException("The policy is not a JSON document with statements.")
    return statements


def _policy(tx: Tx, key: FunctionKey, qualifier: str | None) -> dict[str, Any]:
    function = require_function(tx, key)
    require_version(tx, key, qualifier)
    policy: dict[str, Any] = function.policies.get(qualifier or "", {})
    return policy


def _require_policy(tx: Tx, key: FunctionKey, qualifier: str | None) -> dict[str, Any]:
    policy = _policy(tx, key, qualifier)
    if not policy:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return policy


def _put(call: Call, tx: Tx, key: FunctionKey, qualifier: str | None, statements: list[dict[str, Any]]) -> None:
    others = {name: policy for name, policy in require_function(tx, key).policies.items() if name != (qualifier or "")}
    present = {qualifier or "": {"RevisionId": call.env.uuid(), "Statement": statements}} if statements else {}
    tx.functions.update(key, policies=others | present)
