"""What a role may do: policies of its own, and the managed ones that are attached to it. Kept and shown; nobody here acts on them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cognito_emu.call import Call
from cognito_emu.operations.iam.entities import NoSuchEntityException, change, check_policy, page
from cognito_emu.operations.iam.roles import role_by_name
from cognito_emu.operations.registry import Request, Response, operation
from cognito_emu.store import Tx
from cognito_emu.store.iam import POLICY, IamEntity

# AWS's own policies are in nobody's account, and not known here: each is taken for one that exists.
_OF_AWS = "arn:aws:iam::aws:policy/"


@operation("PutRolePolicy", service="iam")
async def put_role_policy(call: Call, request: Request) -> Response:
    """Give a role a policy of its own, or replace the one of that name."""
    check_policy(request["PolicyDocument"])
    policy = {request["PolicyName"]: request["PolicyDocument"]}

    def put(document: dict[str, Any]) -> None:
        document["InlinePolicies"] = document.get("InlinePolicies", {}) | policy

    await change(call, role_by_name(call, request["RoleName"]), put)
    return None


@operation("GetRolePolicy", service="iam")
async def get_role_policy(call: Call, request: Request) -> Response:
    """Show a policy of a role's own, URL-encoded as IAM sends policies."""
    role = await call.store.read(role_by_name(call, request["RoleName"]))
    policy = role.document.get("InlinePolicies", {}).get(request["PolicyName"])
    if policy is None:
        raise _no_such_policy(request)
    return {"RoleName": role.name, "PolicyName": request["PolicyName"], "PolicyDocument": quote(policy, safe="")}


@operation("DeleteRolePolicy", service="iam")
async def delete_role_policy(call: Call, request: Request) -> Response:
    """Take a policy of its own from a role."""

    def delete(document: dict[str, Any]) -> None:
        policies = dict(document.get("InlinePolicies", {}))
        if policies.pop(request["PolicyName"], None) is None:
            raise _no_such_policy(request)
        document["InlinePolicies"] = policies

    await change(call, role_by_name(call, request["RoleName"]), delete)
    return None


@operation("ListRolePolicies", service="iam")
async def list_role_policies(call: Call, request: Request) -> Response:
    """List the names of a role's own policies."""
    role = await call.store.read(role_by_name(call, request["RoleName"]))
    names = sorted(role.document.get("InlinePolicies", {}))
    shown, more = page(call, request, ["iam:ListRolePolicies", role.name], names, str)
    return {"PolicyNames": shown, **more}


@operation("AttachRolePolicy", service="iam")
async def attach_role_policy(call: Call, request: Request) -> Response:
    """Attach a managed policy, of the account or of AWS, to a role; one that is there already is no error."""
    arn = request["PolicyArn"]

    def find(tx: Tx) -> IamEntity:
        role = role_by_name(call, request["RoleName"])(tx)
        policy = tx.iam.by_arn(arn)
        if not arn.startswith(_OF_AWS) and (policy is None or (policy.account, policy.kind) != (call.tenant.account, POLICY)):
            raise NoSuchEntityException(f"Policy {arn} does not exist or is not attachable.")
        return role

    def attach(document: dict[str, Any]) -> None:
        document["AttachedPolicies"] = list(dict.fromkeys([*document.get("AttachedPolicies", ()), arn]))

    await change(call, find, attach)
    return None


@operation("DetachRolePolicy", service="iam")
async def detach_role_policy(call: Call, request: Request) -> Response:
    """Detach a managed policy from a role."""
    arn = request["PolicyArn"]

    def detach(document: dict[str, Any]) -> None:
        attached = document.get("AttachedPolicies", ())
        if arn not in attached:
            raise NoSuchEntityException(f"Policy {arn} was not found.")
        document["AttachedPolicies"] = [other for other in attached if other != arn]

    await change(call, role_by_name(call, request["RoleName"]), detach)
    return None


@operation("ListAttachedRolePolicies", service="iam")
async def list_attached_role_policies(call: Call, request: Request) -> Response:
    """List the managed policies that are attached to a role, by name."""
    role = await call.store.read(role_by_name(call, request["RoleName"]))
    prefix = request.get("PathPrefix", "/")
    attached = [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in role.document.get("AttachedPolicies", ())]
    attached = sorted((policy for policy in attached if _path(policy).startswith(prefix)), key=_key)
    shown, more = page(call, request, ["iam:ListAttachedRolePolicies", role.name, prefix], attached, _key)
    return {"AttachedPolicies": shown, **more}


def _path(policy: dict[str, str]) -> str:
    """`/service-role/` of `arn:aws:iam::aws:policy/service-role/Name`."""
    return policy["PolicyArn"].partition(":policy")[2].rpartition("/")[0] + "/"


def _key(policy: dict[str, str]) -> str:
    """Names are not unique: AWS's and the account's may be the same."""
    return f"{policy['PolicyName']} {policy['PolicyArn']}"


def _no_such_policy(request: Request) -> NoSuchEntityException:
    return NoSuchEntityException(f"The role policy with name {request['PolicyName']} cannot be found.")
