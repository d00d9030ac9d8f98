"""The factors that a user has, and those that a sign-in proved."""

from typing import Any

import pytest
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from tests.operations.factors import (
    EMAIL,
    ENABLED,
    PHONE,
    PREFERRED,
    prefer,
    prove_password,
    proved,
    respond,
)
from tests.operations.mfa.ann import USER, newest_code, with_app
from tests.operations.people import PASSWORD
from tests.support.control import Clock, Inbox
from tests.support.server import REGION, Server


def test_factors_are_listed_to_the_user_and_to_administrators(idp: Any, inbox: Inbox, clock: Clock) -> None:
    pool, _ = with_app(idp, inbox, clock)
    token = pool.sign_in(USER)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED, SMSMfaSettings=ENABLED)
    pool.verify(USER, "email")
    for shown in (idp.get_user_auth_factors(AccessToken=token), idp.admin_get_user_auth_factors(UserPoolId=pool.id, Username=USER)):
        del shown["ResponseMetadata"]
        assert shown == {
            "Username": USER,
            "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
            "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
            "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN"],
        }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (None, ["pwd"]),
        ("SoftwareTokenMfaSettings", ["pwd", "otp", "mfa"]),
        ("SMSMfaSettings", ["pwd", "sms", "mfa"]),
        ("EmailMfaSettings", ["pwd", "email_otp", "mfa"]),
    ],
)
def test_what_was_proved_is_recorded(
    idp: Any, inbox: Inbox, clock: Clock, server: Server, settings: str | None, expected: list[str]
) -> None:
    pool, app = with_app(idp, inbox, clock)
    if settings:
        prefer(pool, USER, **{settings: PREFERRED})
    asked = prove_password(pool, USER)
    answers = {
        "SOFTWARE_TOKEN_MFA": lambda: {"SOFTWARE_TOKEN_MFA_CODE": app.code()},
        "SMS_MFA": lambda: {"SMS_MFA_CODE": newest_code(inbox, PHONE)},
        "EMAIL_OTP": lambda: {"EMAIL_OTP_CODE": newest_code(inbox, EMAIL)},
    }
    if "ChallengeName" in asked:
        asked = respond(pool, asked, USER, **answers[asked["ChallengeName"]]())
    assert asked["AuthenticationResult"]
    assert proved(server, pool) == expected


def test_pycognito_signs_in_with_an_app(idp: Any, inbox: Inbox, clock: Clock, server: Server, account: str) -> None:
    """A client library's own walk through SRP and SOFTWARE_TOKEN_MFA."""
    pool, app = with_app(idp, inbox, clock)
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    client = Cognito(
        pool.id,
        pool.client,
        user_pool_region=REGION,
        username=USER,
        access_key=account,
        secret_key="secret",
        boto3_client_kwargs={"endpoint_url": server.url},
    )
    with pytest.raises(SoftwareTokenMFAChallengeException) as asked:
        client.authenticate(password=PASSWORD)
    client.respond_to_software_token_mfa_challenge(app.code(), asked.value.get_tokens())
    assert client.access_token
