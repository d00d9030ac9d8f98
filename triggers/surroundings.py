"""What a function finds around itself: Lambda's variables, the emulator as its AWS endpoint, credentials.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from triggers.functions import FunctionReference, FunctionSpec


def account_as_access_key(account: str | None) -> str:
    """The access key that the function signs with: its account's number, so that its calls reach the tenant that invoked it."""
    return account or "test"


class Surroundings(msgspec.Struct, frozen=True):
    """What is the same for all functions.

    Attributes:
        endpoint_url: The emulator as seen from this machine; None leaves AWS clients with AWS's own endpoints.
        region: For functions whose ARN names none.
        access_key_id: The access key for an account.
    """

    endpoint_url: str | None = None
    region: str = "us-east-1"
    access_key_id: Callable[[str | None], str] = account_as_access_key

    def variables(
        self, function: FunctionSpec, *, runtime_api: str, task_root: str, endpoint_url: str | None, log_stream: str
    ) -> dict[str, str]:
        """A sandbox's environment. The function's own variables come on top, as they do on AWS.

        `endpoint_url` is the emulator as seen from the sandbox, `runtime_api` its Runtime API's `host:port`.
        """
        reference = FunctionReference.parse(function.arn)
        region = reference.region or self.region
        variables = {
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "LAMBDA_TASK_ROOT": task_root,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": self.access_key_id(reference.account),
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SESSION_TOKEN": "test",
            "TZ": ":UTC",
            "LANG": "en_US.UTF-8",
        }
        if function.handler:
            variables["_HANDLER"] = function.handler
        if function.runtime:
            variables["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{function.runtime}"
        if endpoint_url:
            variables["AWS_ENDPOINT_URL"] = endpoint_url
        return {**variables, **function.environment}
