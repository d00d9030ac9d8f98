"""Handlers of the conformance suite. `tests/handlers/node/app.js` holds the same ones for Node.js."""

import json
import os
import subprocess
import sys
import time
import urllib.request

calls = 0


def unchanged(event, context):
    return event


def confirms(event, context):
    event["response"]["autoConfirmUser"] = True
    return event


def raises(event, context):
    raise RuntimeError("No entry for " + event["userName"])


def hangs(event, context):
    print("hanging", flush=True)
    time.sleep(60)
    return event


def hangs_with_child(event, context):
    """Leaves a child behind that outlives a parent killed alone."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print("child", child.pid, flush=True)
    time.sleep(60)


def dies(event, context):
    print("last words", flush=True)
    os._exit(3)


def counts(event, context):
    global calls
    calls += 1
    event["response"]["calls"] = calls
    return event


def answers_null(event, context):
    return None


def answers_text(event, context):
    return "fine"


def forgets_response(event, context):
    del event["response"]
    return event


def answers_wrong_type(event, context):
    event["response"]["autoConfirmUser"] = "true"
    return event


def prints(event, context):
    print("to stdout: größer")
    print("to stderr", file=sys.stderr)
    return event


def describes(event, context):
    event["response"]["seen"] = {
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "version": context.function_version,
        "memory": str(context.memory_limit_in_mb),
        "remaining": context.get_remaining_time_in_millis(),
        "environment": dict(os.environ),
    }
    return event


def calls_back(event, context):
    """Calls the emulator in the midst of its own invocation."""
    url = os.environ["AWS_ENDPOINT_URL"] + "/called-back"
    with urllib.request.urlopen(url, json.dumps(event).encode()) as answer:
        event["response"]["answer"] = answer.read().decode()
    return event


def meets(event, context):
    """Ends only when another call of it runs at the same time."""
    url = os.environ["AWS_ENDPOINT_URL"] + "/meet"
    with urllib.request.urlopen(url, b"{}") as answer:
        event["response"]["met"] = answer.read().decode()
    return event


def lists_pools(event, context):
    """Calls the emulator by AWS's own SDK, configured by nothing but its environment."""
    import boto3

    pools = boto3.client("cognito-idp").list_user_pools(MaxResults=1)
    event["response"]["pools"] = [pool["Id"] for pool in pools["UserPools"]]
    return event


def uses_layers(event, context):
    import layered
    import versioned

    tool = subprocess.run(["layered-tool"], capture_output=True, text=True, check=True).stdout
    event["response"]["found"] = [layered.NAME, versioned.NAME, tool]
    return event
