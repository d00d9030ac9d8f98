"""What an account may have."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.operations.registry import Request, Response, operation

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html; the last as the AWS CLI's reference shows it.
_LIMITS = {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}


@operation("DescribeAccountLimits", service="cloudformation")
async def describe_account_limits(_call: Call, _request: Request) -> Response:
    """Show an account's limits, which are AWS's and are not enforced here."""
    return {"AccountLimits": [{"Name": name, "Value": value} for name, value in _LIMITS.items()]}
