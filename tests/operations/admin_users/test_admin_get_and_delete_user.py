"""Users as an administrator shows and removes them."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import NO_USER, PASSWORD, attributes, make_pool, values
from tests.operations.refusals import refusal


class TestAdminGetUser:
    def test_it_shows_what_was_created(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(email="ann@example.com"))["User"]
        shown = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        shown.pop("ResponseMetadata")
        assert shown == {
            "Username": "ann",
            "UserAttributes": created["Attributes"],
            "UserCreateDate": created["UserCreateDate"],
            "UserLastModifiedDate": created["UserLastModifiedDate"],
            "Enabled": True,
            "UserStatus": "FORCE_CHANGE_PASSWORD",
        }

    def test_the_sub_names_a_user_too(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]
        assert idp.admin_get_user(UserPoolId=pool_id, Username=values(created["Attributes"])["sub"])["Username"] == "ann"

    def test_a_user_of_another_pool_is_not_found_by_sub(self, idp: Any, pool_id: str) -> None:
        created = idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]
        other = make_pool(idp)
        assert refusal(idp.admin_get_user, UserPoolId=other, Username=values(created["Attributes"])["sub"]) == NO_USER


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("admin_get_user", {}),
        ("admin_delete_user", {}),
        ("admin_enable_user", {}),
        ("admin_disable_user", {}),
        ("admin_user_global_sign_out", {}),
        ("admin_set_user_password", {"Password": PASSWORD}),
        ("admin_set_user_settings", {"MFAOptions": []}),
    ],
)
class TestWhoIsNotThere:
    def test_a_user_who_does_not_exist(self, idp: Any, pool_id: str, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(idp, operation), UserPoolId=pool_id, Username="nobody", **more) == NO_USER

    def test_a_pool_that_does_not_exist(self, idp: Any, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(idp, operation), UserPoolId="us-east-1_AbCdEfGhI", Username="ann", **more) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )


class TestAdminDeleteUser:
    def test_a_deleted_user_is_gone_and_the_name_is_free(self, idp: Any, pool_id: str) -> None:
        first = values(idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["Attributes"])["sub"]
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_get_user, UserPoolId=pool_id, Username="ann") == NO_USER
        assert values(idp.admin_create_user(UserPoolId=pool_id, Username="ann")["User"]["Attributes"])["sub"] != first

    def test_memberships_go_with_the_user(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName="crew")
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"] == []


class TestAdminSetUserSettings:
    SMS = ({"DeliveryMedium": "SMS", "AttributeName": "phone_number"},)

    def test_sms_mfa_goes_on_and_off(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes(phone_number="+14155550101"))
        idp.admin_set_user_settings(UserPoolId=pool_id, Username="ann", MFAOptions=list(self.SMS))
        user = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        assert (user["MFAOptions"], user["UserMFASettingList"]) == (list(self.SMS), ["SMS_MFA"])
        assert "PreferredMfaSetting" not in user
        assert idp.list_users(UserPoolId=pool_id)["Users"][0]["MFAOptions"] == list(self.SMS)
        idp.admin_set_user_settings(UserPoolId=pool_id, Username="ann", MFAOptions=[])
        assert not {"MFAOptions", "UserMFASettingList"} & idp.admin_get_user(UserPoolId=pool_id, Username="ann").keys()

    def test_sms_needs_a_phone_number(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        assert refusal(idp.admin_set_user_settings, UserPoolId=pool_id, Username="ann", MFAOptions=list(self.SMS)) == (
            "InvalidParameterException",
            "User does not have delivery config set to turn on SMS_MFA",
        )

    def test_email_is_no_option(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        option = {"DeliveryMedium": "EMAIL", "AttributeName": "email"}
        assert refusal(idp.admin_set_user_settings, UserPoolId=pool_id, Username="ann", MFAOptions=[option]) == (
            "InvalidParameterException",
            "MFAOptions can only set SMS as DeliveryMedium with phone_number as AttributeName.",
        )
