"""CustomMessage and the custom senders through all operations that send something."""

import re
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, SMS, Pool, attributes
from tests.operations.refusals import refusal
from tests.operations.threat_protection.guarded import CAFE, guard
from tests.support.control import Inbox
from tests.support.machine import CHECKOUT
from tests.triggers.wiring import KEY_ARN, RUNTIMES, Functions, Triggered, triggered, zipped

EMAIL, PHONE = "ann@example.com", "+14155550123"
FROM_APP = {"from": "the app"}
CODE = {"emailMessage": "Your code: {####}", "emailSubject": "Hello", "smsMessage": "Code {####}"}
SENDER = CHECKOUT / "tests" / "handlers" / "python" / "sender.py"


def everywhere(response: Any) -> dict[str, Any]:
    """The same answer at every source of CustomMessage but the invitation."""
    names = ("SignUp", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute", "Authentication")
    return {f"CustomMessage_{name}": {"response": response} for name in names}


def cause(pool: Pool, source: str) -> None:
    """Do what has a message of this source sent to Ann's e-mail address."""
    idp, client = pool.idp, pool.client
    match source:
        case "SignUp":
            idp.sign_up(
                ClientId=client,
                Username="ann",
                Password=PASSWORD,
                UserAttributes=attributes({"email": EMAIL}),
                ClientMetadata=FROM_APP,
            )
        case "AdminCreateUser":
            idp.admin_create_user(
                UserPoolId=pool.id,
                Username="ann",
                UserAttributes=attributes({"email": EMAIL}),
                DesiredDeliveryMediums=["EMAIL"],
                TemporaryPassword=PASSWORD,
                ClientMetadata=FROM_APP,
            )
        case "ResendCode":
            pool.sign_up("ann", email=EMAIL)
            idp.resend_confirmation_code(ClientId=client, Username="ann", ClientMetadata=FROM_APP)
        case "ForgotPassword":
            pool.enrol("ann", email=EMAIL)
            pool.verify("ann", "email")
            idp.forgot_password(ClientId=client, Username="ann", ClientMetadata=FROM_APP)
        case "UpdateUserAttribute":
            pool.enrol("ann", email="old@example.com")
            token = pool.sign_in("ann")
            idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"email": EMAIL}), ClientMetadata=FROM_APP)
        case "VerifyUserAttribute":
            pool.enrol("ann", email=EMAIL)
            token = pool.sign_in("ann")
            idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email", ClientMetadata=FROM_APP)
        case "Authentication":
            pool.enrol("ann", email=EMAIL)
            pool.verify("ann", "email")
            parameters = {"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}
            idp.initiate_auth(ClientId=client, AuthFlow="USER_AUTH", AuthParameters=parameters)


SOURCES = ("SignUp", "AdminCreateUser", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute", "Authentication")
OTP: dict[str, Any] = {
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    "UserPoolTier": "ESSENTIALS",
    "client": {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
}


class TestCustomMessage:
    @pytest.mark.parametrize("source", SOURCES)
    def test_its_text_is_sent_with_the_code_filled_in(self, functions: Functions, source: str) -> None:
        invitation = {"emailMessage": "{username}: {####}", "emailSubject": "Hello"}
        script = everywhere(CODE) | {"CustomMessage_AdminCreateUser": {"response": invitation}}
        pool = triggered(functions, "CustomMessage", script=script, **OTP).pool
        cause(pool, source)
        message = pool.inbox.all(to=EMAIL)[0]
        assert message["subject"] == "Hello"
        text = f"ann: {message['code']}" if source == "AdminCreateUser" else f"Your code: {message['code']}"
        assert text in message["text"]
        event = functions.event(f"CustomMessage_{source}")
        assert event["request"]["codeParameter"] == "{####}"
        assert event["request"]["usernameParameter"] == ("{username}" if source == "AdminCreateUser" else None)
        # A sign-in's own metadata does not come here.
        assert event["request"].get("clientMetadata") == (None if source == "Authentication" else FROM_APP)

    def test_an_administrators_reset_is_a_forgotten_password(self, functions: Functions) -> None:
        pool = triggered(functions, "CustomMessage", script=everywhere(CODE)).pool
        pool.enrol("ann", email=EMAIL)
        pool.verify("ann", "email")
        pool.idp.admin_reset_user_password(UserPoolId=pool.id, Username="ann", ClientMetadata=FROM_APP)
        event = functions.event("CustomMessage_ForgotPassword")
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"]["userAttributes"]["cognito:user_status"] == "RESET_REQUIRED"

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_untouched_it_leaves_the_pools_text(self, functions: Functions, runtime: str) -> None:
        pool = triggered(functions, "CustomMessage", runtime=runtime).pool
        pool.sign_up("ann", email=EMAIL)
        assert "verification code" in pool.inbox.next(EMAIL)["text"]

    def test_a_text_that_would_not_tell_the_code_is_refused(self, functions: Functions) -> None:
        script = {"CustomMessage_SignUp": {"response": {"emailMessage": "Welcome!"}}}
        pool = triggered(functions, "CustomMessage", script=script).pool
        assert refusal(lambda: pool.sign_up("ann", email=EMAIL))[0] == "InvalidLambdaResponseException"
        assert pool.inbox.all(to=EMAIL) == []

    def test_a_link_may_stand_for_the_code(self, functions: Functions) -> None:
        script = {"CustomMessage_SignUp": {"response": {"emailMessage": "Please {##click here##}."}}}
        link = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
        pool = triggered(functions, "CustomMessage", script=script, VerificationMessageTemplate=link).pool
        pool.idp.create_user_pool_domain(UserPoolId=pool.id, Domain=f"a{functions.account}")
        pool.sign_up("ann", email=EMAIL)
        assert "click here" in pool.inbox.next(EMAIL)["html"]

    def test_a_failure_ends_the_call_before_a_code_is_written(self, functions: Functions) -> None:
        pool = triggered(functions, "CustomMessage", script={"CustomMessage_ForgotPassword": {"raise": "no paper"}}).pool
        pool.enrol("ann", email=EMAIL)
        pool.verify("ann", "email")
        code, sentence = refusal(pool.idp.forgot_password, ClientId=pool.client, Username="ann")
        assert (code, sentence) == ("UserLambdaValidationException", "CustomMessage failed with error no paper.")
        confirm = {"ClientId": pool.client, "Username": "ann", "ConfirmationCode": "123456", "Password": NEW_PASSWORD}
        assert refusal(pool.idp.confirm_forgot_password, **confirm)[0] == "ExpiredCodeException"


def with_sms_sender(functions: Functions, runtime: str = "python3.11") -> Pool:
    arn = functions.create("sms", runtime=runtime)
    config = {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": arn}, "KMSKeyID": KEY_ARN}
    made = Triggered.make(functions.server, functions.account, config, AutoVerifiedAttributes=["phone_number"])
    made.pool.idp.set_user_pool_mfa_config(
        UserPoolId=made.pool.id, MfaConfiguration="OPTIONAL", SmsMfaConfiguration={"SmsConfiguration": SMS}
    )
    return made.pool


class TestCustomSenders:
    def with_senders(self, functions: Functions, **settings: Any) -> Triggered:
        """A pool whose codes go to the handler of AWS's guide, which decrypts them with the AWS Encryption SDK and prints them."""
        arn = functions.create("sender", handler="sender.handler", variables={"KEY_ARN": KEY_ARN})
        sender = {"LambdaVersion": "V1_0", "LambdaArn": arn}
        config = {"CustomEmailSender": sender, "KMSKeyID": KEY_ARN}
        return Triggered.make(functions.server, functions.account, config, **settings)

    def test_the_handler_decrypts_the_code_that_then_confirms(self, functions: Functions) -> None:
        pool = self.with_senders(functions).pool
        cause(pool, "SignUp")
        sent = functions.wait_for("CustomEmailSender_SignUp")
        found = re.search(rf"sending (\d{{6}}) to {EMAIL}", sent["logs"])
        assert found, sent["logs"]
        assert pool.inbox.all(to=EMAIL) == []
        assert sent["event"]["request"]["type"] == "customEmailSenderRequestV1"
        assert sent["event"]["request"]["clientMetadata"] == FROM_APP
        pool.confirm("ann", found[1])

    @pytest.mark.parametrize("source", SOURCES[1:])
    def test_every_message_goes_to_it(self, functions: Functions, source: str) -> None:
        pool = self.with_senders(functions, **OTP).pool
        cause(pool, source)
        sent = functions.wait_for(f"CustomEmailSender_{source}")
        assert re.search(rf"sending \S+ to {EMAIL}", sent["logs"]), sent["logs"]
        assert pool.inbox.all(to=EMAIL) == []

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_sms_has_a_sender_of_its_own(self, functions: Functions, runtime: str) -> None:
        pool = with_sms_sender(functions, runtime)
        pool.sign_up("ann", phone_number=PHONE)
        sent = functions.wait_for("CustomSMSSender_SignUp")
        assert sent["event"]["request"]["type"] == "customSMSSenderRequestV1"
        assert pool.inbox.all(to=PHONE) == []

    def test_it_gets_every_sms(self, functions: Functions) -> None:
        pool = with_sms_sender(functions)
        idp, client = pool.idp, pool.client
        number = attributes({"phone_number": PHONE})
        pool.sign_up("ann", phone_number=PHONE)
        idp.resend_confirmation_code(ClientId=client, Username="ann")
        idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ann")
        pool.verify("ann", "phone_number")
        idp.forgot_password(ClientId=client, Username="ann")
        token = pool.sign_in("ann")
        idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="phone_number")
        idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"phone_number": "+14155550199"}))
        idp.admin_create_user(UserPoolId=pool.id, Username="bob", UserAttributes=number, TemporaryPassword=PASSWORD)
        pool.verify("ann", "phone_number")
        idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings={"Enabled": True})
        assert pool.try_sign_in(username="ann")["ChallengeName"] == "SMS_MFA"
        sources = [f"CustomSMSSender_{name}" for name in SOURCES]
        for source in sources:
            functions.wait_for(source)
        assert set(functions.sources()) == set(sources)

    def test_a_warning_of_threat_protection_goes_to_it_without_a_code(self, functions: Functions) -> None:
        arn = functions.create()
        config = {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn}, "KMSKeyID": KEY_ARN}
        idp = functions.server.client("cognito-idp", account=functions.account)
        pool = guard(idp, Inbox(functions.server, functions.account), LambdaConfig=config)
        pool.enrol("ann", email=EMAIL)
        pool.react(low="NO_ACTION", notify=True)
        pool.come()
        pool.come(ip=CAFE)
        sent = functions.wait_for("CustomEmailSender_AccountTakeOverNotification")
        assert sent["event"]["request"]["code"] is None
        assert pool.inbox.all(to=EMAIL) == []

    def test_its_failure_is_nobodys_but_the_logs(self, functions: Functions) -> None:
        arn = functions.create(script={"CustomEmailSender_SignUp": {"raise": "no paper"}})
        config = {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn}, "KMSKeyID": KEY_ARN}
        pool = Triggered.make(functions.server, functions.account, config).pool
        assert pool.sign_up("ann", email=EMAIL)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert functions.wait_for("CustomEmailSender_SignUp")["error"] == "CustomEmailSender failed with error no paper."

    def test_a_changed_address_is_what_it_is_told(self, functions: Functions) -> None:
        """Also while the old one stays in force until the new one is verified."""
        keeps = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
        pool = self.with_senders(functions, UserAttributeUpdateSettings=keeps).pool
        cause(pool, "UpdateUserAttribute")
        sent = functions.wait_for("CustomEmailSender_UpdateUserAttribute")
        assert sent["event"]["request"]["userAttributes"]["email"] == EMAIL
        assert pool.attributes_of("ann")["email"] == "old@example.com"

    def test_another_key_does_not_decrypt(self, functions: Functions) -> None:
        kms = functions.server.client("kms", account=functions.account)
        sealed = kms.encrypt(KeyId=KEY_ARN, Plaintext=b"secret", EncryptionContext={"a": "b"})["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})["Plaintext"] == b"secret"
        assert refusal(kms.decrypt, CiphertextBlob=sealed)[0] == "InvalidCiphertextException"
        other = KEY_ARN.replace("1111", "9999")
        assert refusal(kms.decrypt, CiphertextBlob=sealed, EncryptionContext={"a": "b"}, KeyId=other)[0] == "IncorrectKeyException"
        assert len(kms.generate_data_key(KeyId=KEY_ARN, KeySpec="AES_256")["Plaintext"]) == 32


def test_the_package_of_the_sender_holds_it(functions: Functions) -> None:
    """GetFunction says where the code can be had."""
    functions.create("sender", handler="sender.handler")
    location = functions.lambdas.get_function(FunctionName="sender")["Code"]["Location"]
    assert functions.server.http.get(location, timeout=10).content[:2] == zipped(SENDER)[:2]
