"""Users as an administrator makes them."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import NO_USER, PASSWORD, UUID, attributes, make_client, make_pool, sign_in, values
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


class TestAdminCreateUser:
    def test_a_new_user_must_change_the_password(self, idp: Any, pool_id: str, clock: Clock) -> None:
        before = clock.now()
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com"))["User"]
        shown = values(user["Attributes"])
        assert user["Username"] == "ann"
        assert UUID.fullmatch(shown.pop("sub"))
        assert shown == {"email": "ann@example.com"}
        assert user["Enabled"] is True
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert before - 1 <= user["UserCreateDate"].timestamp() <= clock.now() + 1
        assert user["UserLastModifiedDate"] == user["UserCreateDate"]
        assert "MFAOptions" not in user

    def test_sub_comes_first_among_the_attributes(self, idp: Any, pool_id: str) -> None:
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com", name="Ann"))
        assert [attribute["Name"] for attribute in user["User"]["Attributes"]] == ["sub", "email", "name"]

    def test_the_temporary_password_signs_in_and_must_be_changed(self, idp: Any, pool_id: str) -> None:
        client_id = make_client(idp, pool_id)
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", TemporaryPassword=PASSWORD)
        assert sign_in(idp, pool_id, client_id, "ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_a_pool_that_does_not_exist(self, idp: Any) -> None:
        assert refusal(idp.admin_create_user, UserPoolId="us-east-1_AbCdEfGhI", Username="ann") == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )

    def test_another_accounts_pool_does_not_exist(self, server: Any, pool_id: str) -> None:
        stranger = server.client(account="999999999999")
        assert refusal(stranger.admin_create_user, UserPoolId=pool_id, Username="ann")[0] == "ResourceNotFoundException"

    def test_a_name_exists_once(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann") == (
            "UsernameExistsException",
            "User account already exists",
        )

    def test_case_tells_names_apart_by_default(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.admin_create_user(UserPoolId=pool_id, Username="Ann")
        assert idp.admin_get_user(UserPoolId=pool_id, Username="Ann")["Username"] == "Ann"
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ANN") == NO_USER

    def test_case_tells_nothing_apart_in_a_case_insensitive_pool(self, idp: Any) -> None:
        pool_id = make_pool(idp, UsernameConfiguration={"CaseSensitive": False})
        idp.admin_create_user(UserPoolId=pool_id, Username="Ann")
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="aNN")[0] == "UsernameExistsException"
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ANN")["Username"] == "Ann"

    def test_required_attributes_may_be_left_out(self, idp: Any) -> None:
        pool_id = make_pool(idp, Schema=[{"Name": "family_name", "Required": True}])
        assert idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    @pytest.mark.parametrize(
        ("attribute", "message"),
        [
            (
                {"Name": "custom:unknown", "Value": "1"},
                "Attributes did not conform to the schema: Type for attribute {custom:unknown} could not be determined",
            ),
            ({"Name": "email", "Value": "nonsense"}, "Invalid email address format."),
            ({"Name": "phone_number", "Value": "0123"}, "Invalid phone number format."),
            ({"Name": "sub", "Value": "1"}, "Attributes did not conform to the schema: sub: Attribute cannot be updated.\n"),
            ({"Name": "email_verified", "Value": "true"}, "email is required when email_verified is true."),
            ({"Name": "phone_number_verified", "Value": "true"}, "phone_number is required when phone_number_verified is true."),
        ],
    )
    def test_attributes_that_nobody_can_have(self, idp: Any, pool_id: str, attribute: dict[str, str], message: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", UserAttributes=[attribute]) == (
            "InvalidParameterException",
            message,
        )
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER

    def test_an_administrator_sets_custom_and_developer_attributes(self, idp: Any) -> None:
        schema = [
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "score", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True},
        ]
        pool_id = make_pool(idp, Schema=schema)
        given = {"custom:plan": "gold", "dev:custom:score": "7"}
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(**given))
        shown = values(idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserAttributes"])
        assert shown == given | {"sub": shown["sub"]}

    def test_an_attribute_must_have_a_value(self, idp: Any, pool_id: str) -> None:
        refused = refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "name"}])
        assert refused == ("InvalidParameterException", "Attribute value for name must not be null")

    def test_an_empty_attribute_is_not_stored(self, idp: Any, pool_id: str) -> None:
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "gender", "Value": ""}])
        assert [attribute["Name"] for attribute in user["User"]["Attributes"]] == ["sub"]

    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("Aa1!", "Password not long enough"),
            ("correct-horse-7", "Password must have uppercase characters"),
            ("CORRECT-HORSE-7", "Password must have lowercase characters"),
            ("Correct-Horse-X", "Password must have numeric characters"),
            ("CorrectHorse7", "Password must have symbol characters"),
        ],
    )
    def test_the_temporary_password_must_fit_the_policy(self, idp: Any, pool_id: str, password: str, reason: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann", TemporaryPassword=password) == (
            "InvalidPasswordException",
            f"Password did not conform with password policy: {reason}",
        )
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER


class TestPasswordless:
    @pytest.fixture
    def otp_pool(self, idp: Any) -> str:
        return make_pool(idp, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})

    @pytest.mark.parametrize("none", [{}, {"TemporaryPassword": ""}], ids=["absent", "blank"])
    def test_without_a_password_a_user_is_confirmed(self, idp: Any, otp_pool: str, inbox: Inbox, none: dict[str, str]) -> None:
        user = idp.admin_create_user(
            **none,
            UserPoolId=otp_pool,
            Username="ann",
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=attributes(email="ann@example.com"),
        )["User"]
        assert user["UserStatus"] == "CONFIRMED"
        message = inbox.next("ann@example.com")
        assert message["code"] is None
        assert "Your username is ann." in message["text"]

    def test_with_a_password_a_user_must_change_it(self, idp: Any, otp_pool: str) -> None:
        user = idp.admin_create_user(UserPoolId=otp_pool, Username="ann", TemporaryPassword=PASSWORD)["User"]
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_without_password_and_address_nobody_could_sign_in(self, idp: Any, otp_pool: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=otp_pool, Username="ann") == (
            "InvalidParameterException",
            "User without a password must have at least one of email.",
        )
