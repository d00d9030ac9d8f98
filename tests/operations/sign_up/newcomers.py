"""What those who sign up are told."""

import base64
import collections
import hashlib
import hmac
import re
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from tests.operations.people import Pool

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


CODE_MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")


EXPIRED_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")


UNKNOWN_USER = ("UserNotFoundException", "Username/client id combination not found.")


DISABLED = ("NotAuthorizedException", "User is disabled.")


HIDES = {"PreventUserExistenceErrors": "ENABLED"}


EMAIL, PHONE = "ann@example.com", "+14155550123"


TO_EMAIL = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


TO_PHONE = {"Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}


def secret_hash(pool: Pool, username: str) -> str:
    assert pool.secret
    return base64.b64encode(hmac.digest(pool.secret.encode(), (username + pool.client).encode(), hashlib.sha256)).decode()


def outcomes_of_32(pool: Pool, names: list[str]) -> dict[str, int]:
    """How often each thing happened when all sign up at once."""

    def attempt(name: str) -> str:
        try:
            pool.sign_up(name)
        except ClientError as error:
            return "{Code}: {Message}".format_map(error.response["Error"])
        return "signed up"

    with ThreadPoolExecutor(32) as threads:
        return dict(collections.Counter(threads.map(attempt, names)))
