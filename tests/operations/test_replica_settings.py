"""What a replica has of its own: mail, SMS, functions, log destinations; and the second factor that it does not have."""

import json
from typing import Any

import pytest

from tests.operations.factors import EMAIL, EMAIL_SENDER, PREFERRED, App
from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server

AWAY = "eu-west-1"
KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"}
IDENTITY = "arn:aws:ses:eu-west-1:123456789012:identity/codes@example.eu"
OWN_MAIL = {"EmailSendingAccount": "DEVELOPER", "SourceArn": IDENTITY, "From": "Codes <codes@example.eu>"}
OWN_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/texts-away"}
FUNCTION = "arn:aws:lambda:{}:123456789012:function:check"
NOT_THERE = ("OperationNotEnabledException", "The operation is not supported in the secondary Region of a user pool.")


@pytest.fixture
def pool(idp: Any, clock: Clock) -> str:
    """A pool with an active replica, and Ann, who signs in with a password and a code by mail."""
    pool: str = idp.create_user_pool(
        PoolName="shop",
        KeyConfiguration=KEY,
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
        EmailConfiguration=EMAIL_SENDER | {"From": "Codes <codes@example.com>"},
        LambdaConfig={"PostConfirmation": FUNCTION.format("us-east-1")},
    )["UserPool"]["Id"]
    idp.set_user_pool_mfa_config(
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        EmailMfaConfiguration={},
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    idp.create_user_pool_replica(UserPoolId=pool, RegionName=AWAY)
    clock.advance(seconds=3)
    idp.update_user_pool_replica(UserPoolId=pool, RegionName=AWAY, Status="ACTIVE")
    attributes = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=pool, Username="ann", MessageAction="SUPPRESS", UserAttributes=attributes)
    idp.admin_set_user_password(UserPoolId=pool, Username="ann", Password=PASSWORD, Permanent=True)
    return pool


@pytest.fixture
def client(idp: Any, pool: str) -> str:
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made: str = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
    return made


@pytest.fixture
def away(server: Server, account: str) -> Any:
    """A client in the replica's region."""
    return server.client("cognito-idp", account=account, region=AWAY)


def sign_in(idp: Any, pool: str, client: str) -> Any:
    parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD}
    return idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters)


def ask_by_host(server: Server, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """A request without signature to the replica's region."""
    headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}", "Host": f"cognito-idp.{AWAY}.localhost"}
    answer: dict[str, Any] = server.http.post(server.url, json=request, headers=headers, timeout=10).json()
    return answer


class TestSettings:
    def test_a_replica_begins_with_none_of_the_primarys(self, away: Any, pool: str) -> None:
        shown = away.describe_user_pool(UserPoolId=pool)["UserPool"]
        assert (shown["EmailConfiguration"], shown["LambdaConfig"]) == ({"EmailSendingAccount": "COGNITO_DEFAULT"}, {})
        assert shown["Policies"]["PasswordPolicy"]["MinimumLength"] == 8

    def test_what_is_set_in_a_region_shows_in_that_region(self, idp: Any, away: Any, pool: str) -> None:
        functions = {"PostConfirmation": FUNCTION.format(AWAY)}
        away.update_user_pool(
            UserPoolId=pool, EmailConfiguration=OWN_MAIL, SmsConfiguration=OWN_SMS, LambdaConfig=functions, UserPoolTags={"where": "away"}
        )
        shown, primary = (each.describe_user_pool(UserPoolId=pool)["UserPool"] for each in (away, idp))
        assert (shown["EmailConfiguration"], shown["SmsConfiguration"], shown["LambdaConfig"]) == (OWN_MAIL, OWN_SMS, functions)
        assert shown["UserPoolTags"] == {"where": "away"}
        assert primary["EmailConfiguration"]["From"] == "Codes <codes@example.com>"
        assert primary["LambdaConfig"] == {"PostConfirmation": FUNCTION.format("us-east-1")}
        assert (primary.get("SmsConfiguration"), primary["UserPoolTags"]) == (None, {})

    def test_an_update_resets_the_functions_and_keeps_the_rest(self, away: Any, pool: str) -> None:
        away.update_user_pool(UserPoolId=pool, EmailConfiguration=OWN_MAIL, LambdaConfig={"PostConfirmation": FUNCTION.format(AWAY)})
        away.update_user_pool(UserPoolId=pool, SmsConfiguration=OWN_SMS)
        shown = away.describe_user_pool(UserPoolId=pool)["UserPool"]
        assert (shown["EmailConfiguration"], shown["SmsConfiguration"], shown["LambdaConfig"]) == (OWN_MAIL, OWN_SMS, {})

    def test_what_contradicts_itself_or_is_the_primarys_is_refused(self, away: Any, pool: str) -> None:
        assert refusal(away.update_user_pool, UserPoolId=pool, EmailConfiguration={"EmailSendingAccount": "DEVELOPER"}) == (
            "InvalidParameterException",
            "Source ARN is required to use DEVELOPER email sending owner",
        )
        assert refusal(away.update_user_pool, UserPoolId=pool, DeletionProtection="ACTIVE", LambdaConfig={}) == NOT_THERE


class TestEffect:
    def test_mail_comes_from_the_sender_of_the_region(
        self, server: Server, idp: Any, away: Any, pool: str, client: str, inbox: Inbox
    ) -> None:
        idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="ann", EmailMfaSettings=PREFERRED)
        away.update_user_pool(UserPoolId=pool, EmailConfiguration=OWN_MAIL)
        senders = []
        for ask in (
            lambda: sign_in(idp, pool, client),
            lambda: sign_in(away, pool, client),
            lambda: ask_by_host(
                server,
                "InitiateAuth",
                {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}},
            ),
        ):
            assert ask()["ChallengeName"] == "EMAIL_OTP"
            senders.append(inbox.all(to=EMAIL)[0]["from"])
        assert senders == ["Codes <codes@example.com>", "Codes <codes@example.eu>", "Codes <codes@example.eu>"]

    def test_sign_ins_are_logged_where_the_region_wants_it(
        self, server: Server, idp: Any, away: Any, pool: str, client: str, account: str
    ) -> None:
        def destination(region: str) -> list[dict[str, Any]]:
            stream = {"StreamArn": f"arn:aws:firehose:{region}:{account}:deliverystream/events"}
            return [{"EventSource": "userAuthEvents", "LogLevel": "INFO", "FirehoseConfiguration": stream}]

        def logged(region: str) -> list[str]:
            path = server.folder / "data" / "logs" / "firehose" / region / account / "events.jsonl"
            return [json.loads(line)["message"]["userName"] for line in path.read_text().splitlines()] if path.exists() else []

        idp.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=destination("us-east-1"))
        assert away.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"] == []
        answer = away.set_log_delivery_configuration(UserPoolId=pool, LogConfigurations=destination(AWAY))
        assert answer["LogDeliveryConfiguration"]["LogConfigurations"] == destination(AWAY)
        for each, region in ((idp, "us-east-1"), (away, AWAY)):
            shown = each.get_log_delivery_configuration(UserPoolId=pool)["LogDeliveryConfiguration"]["LogConfigurations"]
            assert shown == destination(region)
        sign_in(away, pool, client)
        there = logged(AWAY)
        assert (logged("us-east-1"), set(there)) == ([], {"ann"})
        sign_in(idp, pool, client)
        assert (set(logged("us-east-1")), logged(AWAY)) == ({"ann"}, there)

    def test_who_owns_the_pool_exchanges_tokens_there_without_the_clients_secret(self, idp: Any, away: Any, pool: str, client: str) -> None:
        token = sign_in(idp, pool, client)["AuthenticationResult"]["AccessToken"]
        flows = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = idp.create_user_pool_client(UserPoolId=pool, ClientName="service", ExplicitAuthFlows=flows, GenerateSecret=True)
        request = {"ClientId": made["UserPoolClient"]["ClientId"], "SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN"}
        assert away.get_derived_token(**request)["IssuedToken"]

    def test_an_app_is_no_second_factor_there(self, server: Server, idp: Any, away: Any, pool: str, client: str, clock: Clock) -> None:
        token = sign_in(idp, pool, client)["AuthenticationResult"]["AccessToken"]
        app = App(clock, idp.associate_software_token(AccessToken=token)["SecretCode"])
        code = {"AccessToken": token, "UserCode": app.shown()}
        for operation, request in (("AssociateSoftwareToken", {"AccessToken": token}), ("VerifySoftwareToken", code)):
            assert ask_by_host(server, operation, request)["__type"] == "OperationNotEnabledException"
        idp.verify_software_token(**code)
        idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="ann", SoftwareTokenMfaSettings=PREFERRED)
        assert refusal(lambda: sign_in(away, pool, client)) == NOT_THERE
        asked = sign_in(idp, pool, client)
        answer = {
            "UserPoolId": pool,
            "ClientId": client,
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": app.code()},
        }
        assert refusal(away.admin_respond_to_auth_challenge, **answer) == NOT_THERE
        assert idp.admin_respond_to_auth_challenge(**answer)["AuthenticationResult"]["AccessToken"]
