"""Does for each trigger source what the variable SCRIPT says. `tests/handlers/node/scripted.js` is the same for Node.js."""

import json
import os
import time

script = json.loads(os.environ.get("SCRIPT", "{}"))


def link_by_email(event):
    """Have who comes from a provider be the local user with the same address, as many do in PreSignUp."""
    import boto3

    client = boto3.client("cognito-idp")
    wanted = 'email = "%s"' % event["request"]["userAttributes"]["email"]
    for user in client.list_users(UserPoolId=event["userPoolId"], Filter=wanted)["Users"]:
        provider, _, subject = event["userName"].partition("_")
        client.admin_link_provider_for_user(
            UserPoolId=event["userPoolId"],
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": user["Username"]},
            SourceUser={"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": subject},
        )


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
    if "link_by_email" in todo:
        link_by_email(event)
    if "return" in todo:
        return todo["return"]
    event["response"].update(todo.get("response", {}))
    return event
