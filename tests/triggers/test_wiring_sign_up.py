"""PreSignUp, PostConfirmation and UserMigration through the operations that cause them."""

from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, attributes
from tests.operations.refusals import refusal
from tests.triggers.wiring import RUNTIMES, Functions, triggered

EMAIL = "ann@example.com"
METADATA = {"ClientMetadata": {"from": "the app"}}
CONFIRM = {"PreSignUp_SignUp": {"response": {"autoConfirmUser": True, "autoVerifyEmail": True}}}
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
MIGRATES: dict[str, Any] = {
    "response": {
        "userAttributes": {"email": EMAIL, "email_verified": "true"},
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
    }
}


class TestPreSignUp:
    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_what_it_decides_is_done_before_the_user_is_written(self, functions: Functions, runtime: str) -> None:
        pool = triggered(functions, "PreSignUp", script=CONFIRM, runtime=runtime).pool
        answer = pool.sign_up("ann", email=EMAIL)
        assert answer["UserConfirmed"] is True
        assert "CodeDeliveryDetails" not in answer
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.attributes_of("ann") == {"email": EMAIL, "email_verified": "true"}
        assert pool.sign_in("ann")

    def test_its_event_is_cognitos(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp").pool
        pool.idp.sign_up(
            ClientId=pool.client,
            Username="ann",
            Password=PASSWORD,
            UserAttributes=attributes({"email": EMAIL}),
            ValidationData=attributes({"captcha": "7"}),
            **METADATA,
        )
        assert functions.event("PreSignUp_SignUp") == {
            "version": "1",
            "triggerSource": "PreSignUp_SignUp",
            "region": "us-east-1",
            "userPoolId": pool.id,
            "userName": "ann",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": pool.client},
            "request": {
                "userAttributes": {"email": EMAIL},
                "validationData": {"captcha": "7"},
                "clientMetadata": {"from": "the app"},
            },
            "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
        }

    def test_without_validation_data_and_metadata_one_is_null_and_the_other_absent(self, functions: Functions) -> None:
        triggered(functions, "PreSignUp").pool.sign_up("ann", email=EMAIL)
        assert functions.event("PreSignUp_SignUp")["request"] == {"userAttributes": {"email": EMAIL}, "validationData": None}

    def test_in_a_pool_of_addresses_the_user_name_is_the_sub(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", UsernameAttributes=["email"]).pool
        sub = pool.sign_up(EMAIL)["UserSub"]
        event = functions.event("PreSignUp_SignUp")
        assert event["userName"] == sub
        assert event["request"]["userAttributes"] == {"email": EMAIL}

    def test_an_administrators_new_user_can_be_refused_but_not_confirmed_by_it(self, functions: Functions) -> None:
        script = {"PreSignUp_AdminCreateUser": {"response": {"autoConfirmUser": True}}}
        pool = triggered(functions, "PreSignUp", script=script).pool
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", ValidationData=attributes({"a": "b"}), **METADATA)
        assert pool.user("ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        event = functions.event("PreSignUp_AdminCreateUser")
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"] == {"userAttributes": {}, "validationData": {"a": "b"}, "clientMetadata": {"from": "the app"}}

    def test_an_address_cannot_be_verified_of_a_user_who_is_not_confirmed(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"response": {"autoVerifyEmail": True}}}).pool
        code, _ = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert code == "InvalidLambdaResponseException"
        assert refusal(lambda: pool.user("ann"))[0] == "UserNotFoundException"


class TestPostConfirmation:
    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_it_sees_a_confirmed_user_when_it_calls_back(self, functions: Functions, runtime: str) -> None:
        script = CONFIRM | {"PostConfirmation_ConfirmSignUp": {"call_back": "CONFIRMED"}}
        triggered(functions, "PreSignUp", "PostConfirmation", script=script, runtime=runtime).pool.sign_up("ann", email=EMAIL)
        before, after = functions.invocations()
        assert (before["triggerSource"], after["triggerSource"]) == ("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp")
        assert "called back: CONFIRMED" in after["logs"]

    def test_confirm_sign_up_passes_its_own_metadata(self, functions: Functions) -> None:
        pool = triggered(functions, "PostConfirmation").pool
        sub = pool.sign_up("ann", email=EMAIL)["UserSub"]
        assert functions.sources() == []
        pool.confirm("ann", pool.inbox.code(EMAIL), **METADATA)
        assert functions.event("PostConfirmation_ConfirmSignUp")["request"] == {
            "userAttributes": {"sub": sub, "cognito:user_status": "CONFIRMED", "email": EMAIL, "email_verified": "true"},
            "clientMetadata": {"from": "the app"},
        }

    def test_an_administrators_confirmation_has_no_client(self, functions: Functions) -> None:
        pool = triggered(functions, "PostConfirmation").pool
        pool.sign_up("ann", email=EMAIL)
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ann", **METADATA)
        event = functions.event("PostConfirmation_ConfirmSignUp")
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"]["clientMetadata"] == {"from": "the app"}

    def test_a_forgotten_password_that_was_set_is_a_source_of_its_own(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", "PostConfirmation", script=CONFIRM).pool
        pool.sign_up("ann", email=EMAIL)
        pool.idp.forgot_password(ClientId=pool.client, Username="ann")
        code = pool.inbox.code(EMAIL)
        pool.idp.confirm_forgot_password(ClientId=pool.client, Username="ann", ConfirmationCode=code, Password=NEW_PASSWORD, **METADATA)
        event = functions.event("PostConfirmation_ConfirmForgotPassword")
        assert event["request"]["clientMetadata"] == {"from": "the app"}
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"

    def test_its_failure_is_told_but_the_user_stays_confirmed(self, functions: Functions) -> None:
        script = CONFIRM | {"PostConfirmation_ConfirmSignUp": {"raise": "no welcome today"}}
        pool = triggered(functions, "PreSignUp", "PostConfirmation", script=script).pool
        code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert (code, sentence) == ("UserLambdaValidationException", "PostConfirmation failed with error no welcome today.")
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"

    def test_alias_pools_show_the_alias(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", "PostConfirmation", script=CONFIRM, AliasAttributes=["email"]).pool
        pool.sign_up("ann", email=EMAIL)
        shown = functions.event("PostConfirmation_ConfirmSignUp")["request"]["userAttributes"]
        assert shown["cognito:email_alias"] == EMAIL


class TestUserMigration:
    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_a_user_known_elsewhere_signs_in_and_stays(self, functions: Functions, runtime: str) -> None:
        pool = triggered(functions, "UserMigration", script={"UserMigration_Authentication": MIGRATES}, runtime=runtime).pool
        assert pool.sign_in("ann", "weak")
        assert pool.attributes_of("ann") == {"email": EMAIL, "email_verified": "true"}
        assert pool.sign_in("ann", "weak")
        assert functions.sources() == ["UserMigration_Authentication"]

    def test_the_metadata_of_a_sign_in_is_validation_data(self, functions: Functions) -> None:
        pool = triggered(functions, "UserMigration", script={"UserMigration_Authentication": MIGRATES}).pool
        parameters = {"USERNAME": "ann", "PASSWORD": "weak"}
        pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters, **METADATA)
        event = functions.event("UserMigration_Authentication")
        assert event["userName"] == "ann"
        # The password that the handler got is not kept.
        assert event["request"] == {"password": "***", "validationData": {"from": "the app"}}

    def test_a_forgotten_password_moves_the_user_in_and_sends_the_code(self, functions: Functions) -> None:
        pool = triggered(functions, "UserMigration", script={"UserMigration_ForgotPassword": MIGRATES}).pool
        answer = pool.idp.forgot_password(ClientId=pool.client, Username="ann", **METADATA)
        assert answer["CodeDeliveryDetails"]["AttributeName"] == "email"
        assert functions.event("UserMigration_ForgotPassword")["request"] == {"clientMetadata": {"from": "the app"}}
        code = pool.inbox.code(EMAIL)
        pool.idp.confirm_forgot_password(ClientId=pool.client, Username="ann", ConfirmationCode=code, Password=NEW_PASSWORD)
        assert pool.sign_in("ann", NEW_PASSWORD)

    @pytest.mark.parametrize("todo", [{"raise": "Bad password"}, {}], ids=["raises", "finds nobody"])
    def test_nobody_is_created_when_it_does_not_find_the_user(self, functions: Functions, todo: Any) -> None:
        pool = triggered(functions, "UserMigration", script={"UserMigration_Authentication": todo}).pool
        expected = ("UserNotFoundException", f"Exception migrating user in app client {pool.client}")
        assert refusal(pool.try_sign_in, username="ann") == expected
        assert refusal(lambda: pool.user("ann"))[0] == "UserNotFoundException"

    def test_where_existence_is_hidden_the_refusal_is_that_of_a_wrong_password(self, functions: Functions) -> None:
        pool = triggered(functions, "UserMigration", client=HIDES).pool
        assert refusal(pool.try_sign_in, username="ann") == ("NotAuthorizedException", "Incorrect username or password.")

    def test_users_of_the_pool_are_not_asked_for(self, functions: Functions) -> None:
        pool = triggered(functions, "UserMigration").pool
        pool.enrol("ann", email=EMAIL)
        assert refusal(pool.try_sign_in, username="ann", password="Wrong-Horse-1")[0] == "NotAuthorizedException"
        assert functions.sources() == []
