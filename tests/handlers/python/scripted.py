"""Does for each trigger source what the variable SCRIPT says. `tests/handlers/node/scripted.js` is the same for Node.js."""

import json
import os
import time

script = json.loads(os.environ.get("SCRIPT", "{}"))


def handler(event, context):
    todo = script.get(event["triggerSource"], {})
    if "raise" in todo:
        raise RuntimeError(todo["raise"])
    if "hang" in todo:
        time.sleep(todo["hang"])
    if "call_back" in todo:
        import boto3

        user = boto3.client("cognito-idp").admin_get_user(UserPoolId=event["userPoolId"], Username=event["userName"])
        print("called back:", user["UserStatus"])
        if user["UserStatus"] != todo["call_back"]:
            raise RuntimeError("The user is " + user["UserStatus"])
    if "return" in todo:
        return todo["return"]
    event["response"].update(todo.get("response", {}))
    return event
