"""PreSignUp: colleagues need no code."""


def handler(event, context):
    event["response"]["autoConfirmUser"] = event["request"]["userAttributes"]["email"].endswith("@example.com")
    return event
