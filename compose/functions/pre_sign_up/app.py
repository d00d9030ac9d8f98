"""PreSignUp: turn away throw-away addresses before Cognito keeps the user.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
"""

from typing import Any

THROW_AWAY = {"mailinator.com", "throwaway.example"}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Refuse by raising: the message reaches the user as `PreSignUp failed with error …`."""
    address = event["request"]["userAttributes"].get("email", "")
    domain = address.rpartition("@")[2].lower()
    print(f"{event['userName']} signs up from {domain}")
    if domain in THROW_AWAY:
        raise ValueError(f"{domain} is not accepted, please use another address")
    return event
