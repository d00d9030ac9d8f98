"""What inline functions get by `import cfnresponse`, as on AWS: answers the request of a custom resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803 - AWS's names, by which handlers call it
    responseData: dict[str, Any],  # noqa: N803 - as above
    physicalResourceId: str | None = None,  # noqa: N803 - as above
    noEcho: bool = False,  # noqa: N803 - as above
    reason: str | None = None,
) -> None:
    """Put the answer at the request's ResponseURL."""
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""}, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request):  # noqa: S310 - the emulator's own address
        pass
