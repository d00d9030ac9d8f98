"""What signed-in users do with their account: see it, change the password, sign out everywhere, leave."""

import base64
import json
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, attributes, make_pool, told
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

EMAIL, PHONE = "ann@example.com", "+14155550123"
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
NO_USER = ("UserNotFoundException", "User does not exist.")

# Every operation that an access token opens, with the rest of a valid request.
OPERATIONS: dict[str, dict[str, Any]] = {
    "get_user": {},
    "change_password": {"PreviousPassword": PASSWORD, "ProposedPassword": NEW_PASSWORD},
    "delete_user": {},
    "global_sign_out": {},
    "set_user_settings": {"MFAOptions": []},
    "update_user_attributes": {"UserAttributes": attributes({"name": "Ann"})},
    "delete_user_attributes": {"UserAttributeNames": ["name"]},
    "get_user_attribute_verification_code": {"AttributeName": "email"},
    "verify_user_attribute": {"AttributeName": "email", "Code": "123456"},
}
every_operation = pytest.mark.parametrize(("operation", "more"), OPERATIONS.items(), ids=OPERATIONS)


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox)


@pytest.fixture
def token(pool: Pool) -> str:
    """Ann's access token."""
    pool.enrol("ann", email=EMAIL)
    return pool.sign_in("ann")


class TestAccessToken:
    @every_operation
    def test_garbage_is_refused(self, pool: Pool, operation: str, more: dict[str, Any]) -> None:
        assert refusal(getattr(pool.idp, operation), AccessToken="garbage", **more) == ("NotAuthorizedException", "Invalid Access Token")

    @every_operation
    def test_an_expired_one_is_refused(self, pool: Pool, token: str, clock: Clock, operation: str, more: dict[str, Any]) -> None:
        clock.advance(hours=1)
        assert refusal(getattr(pool.idp, operation), AccessToken=token, **more) == (
            "NotAuthorizedException",
            "Access Token has expired",
        )

    @every_operation
    def test_a_revoked_one_is_refused(self, pool: Pool, token: str, operation: str, more: dict[str, Any]) -> None:
        pool.idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ann")
        assert refusal(getattr(pool.idp, operation), AccessToken=token, **more) == REVOKED

    @every_operation
    def test_one_of_a_deleted_user_is_refused(self, pool: Pool, token: str, operation: str, more: dict[str, Any]) -> None:
        pool.idp.admin_delete_user(UserPoolId=pool.id, Username="ann")
        expected = REVOKED if operation == "global_sign_out" else NO_USER
        assert refusal(getattr(pool.idp, operation), AccessToken=token, **more) == expected

    @every_operation
    def test_one_of_a_disabled_user_is_refused(self, pool: Pool, token: str, operation: str, more: dict[str, Any]) -> None:
        pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
        assert refusal(getattr(pool.idp, operation), AccessToken=token, **more) == REVOKED

    @every_operation
    def test_one_of_a_deleted_client_is_refused(self, pool: Pool, token: str, operation: str, more: dict[str, Any]) -> None:
        pool.idp.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client)
        assert refusal(getattr(pool.idp, operation), AccessToken=token, **more) == REVOKED

    def test_a_changed_one_is_refused(self, pool: Pool, token: str) -> None:
        header, payload, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"username": "bob"}
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        assert refusal(pool.idp.get_user, AccessToken=f"{header}.{forged}.{signature}") == (
            "NotAuthorizedException",
            "Invalid Access Token",
        )

    def test_an_id_token_is_none(self, pool: Pool, token: str) -> None:
        id_token = pool.try_sign_in(username="ann")["AuthenticationResult"]["IdToken"]
        assert refusal(pool.idp.get_user, AccessToken=id_token) == ("NotAuthorizedException", "Invalid Access Token")


class TestGetUser:
    def test_shows_name_and_attributes(self, pool: Pool, token: str) -> None:
        shown = pool.idp.get_user(AccessToken=token)
        assert shown["Username"] == "ann"
        assert told(shown["UserAttributes"]) == told(pool.user("ann")["UserAttributes"])
        assert not {"MFAOptions", "UserMFASettingList", "PreferredMfaSetting"} & shown.keys()

    def test_shows_only_what_the_client_may_read(self, pool: Pool) -> None:
        sub = pool.enrol("ann", email=EMAIL, name="Ann")
        narrow = pool.client_with(ReadAttributes=["name"])
        shown = pool.idp.get_user(AccessToken=narrow.sign_in("ann"))
        assert told(shown["UserAttributes"]) == {"sub": sub, "name": "Ann"}

    def test_where_addresses_are_names_the_user_name_is_the_sub(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"])
        sub = pool.enrol(EMAIL)
        assert idp.get_user(AccessToken=pool.sign_in(EMAIL))["Username"] == sub


class TestChangePassword:
    def change(self, pool: Pool, token: str, previous: str | None = PASSWORD, proposed: str = NEW_PASSWORD) -> None:
        given = {} if previous is None else {"PreviousPassword": previous}
        pool.idp.change_password(AccessToken=token, ProposedPassword=proposed, **given)

    def test_the_new_password_signs_in_and_the_tokens_stay_good(self, pool: Pool, token: str) -> None:
        self.change(pool, token)
        assert refusal(pool.try_sign_in, username="ann") == WRONG_PASSWORD
        assert pool.sign_in("ann", NEW_PASSWORD)
        assert pool.idp.get_user(AccessToken=token)["Username"] == "ann"

    def test_a_wrong_previous_password_is_refused(self, pool: Pool, token: str) -> None:
        assert refusal(self.change, pool=pool, token=token, previous="Wrong-Horse-1") == WRONG_PASSWORD
        assert pool.sign_in("ann")

    def test_a_missing_previous_password_is_refused(self, pool: Pool, token: str) -> None:
        assert refusal(self.change, pool=pool, token=token, previous=None) == (
            "InvalidParameterException",
            "Missing required parameter PreviousPassword",
        )

    def test_too_many_wrong_ones_lock_for_a_while(self, pool: Pool, token: str, clock: Clock) -> None:
        for _ in range(5):
            assert refusal(self.change, pool=pool, token=token, previous="Wrong-Horse-1") == WRONG_PASSWORD
        assert refusal(self.change, pool=pool, token=token) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )
        clock.advance(seconds=2)
        self.change(pool, token)

    def test_the_policy_is_enforced(self, pool: Pool, token: str) -> None:
        assert refusal(self.change, pool=pool, token=token, proposed="Without-Number") == (
            "InvalidPasswordException",
            "Password does not conform to policy: Password must have numeric characters",
        )

    def test_a_former_password_is_refused_as_long_as_the_pool_remembers(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Policies={"PasswordPolicy": {"PasswordHistorySize": 2}})
        pool.enrol("ann")
        token = pool.sign_in("ann")
        reused = ("PasswordHistoryPolicyViolationException", "Password has previously been used.")
        assert refusal(self.change, pool=pool, token=token, proposed=PASSWORD) == reused
        self.change(pool, token)
        assert refusal(self.change, pool=pool, token=token, previous=NEW_PASSWORD, proposed=PASSWORD) == reused
        self.change(pool, token, previous=NEW_PASSWORD, proposed="Third-Thing-3")
        self.change(pool, token, previous="Third-Thing-3", proposed=PASSWORD)


class TestLeaving:
    def test_a_deleted_user_is_gone_and_the_name_is_free(self, pool: Pool, token: str) -> None:
        pool.idp.delete_user(AccessToken=token)
        assert refusal(pool.user, username="ann") == NO_USER
        assert pool.sign_up("ann")["UserSub"]

    def test_signing_out_everywhere_revokes_all_tokens_of_the_user_and_no_others(self, pool: Pool, token: str) -> None:
        pool.enrol("bob")
        others = pool.sign_in("bob")
        elsewhere = pool.try_sign_in(username="ann")["AuthenticationResult"]
        pool.idp.global_sign_out(AccessToken=token)
        for revoked in (token, elsewhere["AccessToken"]):
            assert refusal(pool.idp.get_user, AccessToken=revoked) == REVOKED
        refresh = {"REFRESH_TOKEN": elsewhere["RefreshToken"]}
        assert refusal(pool.idp.initiate_auth, ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=refresh) == (
            "NotAuthorizedException",
            "Refresh Token has been revoked",
        )
        assert pool.idp.get_user(AccessToken=others)["Username"] == "bob"
        assert pool.sign_in("ann")


class TestSetUserSettings:
    SMS = ({"DeliveryMedium": "SMS", "AttributeName": "phone_number"},)

    def test_turns_sms_on_and_off(self, pool: Pool) -> None:
        pool.enrol("ann", phone_number=PHONE)
        token = pool.sign_in("ann")
        pool.idp.set_user_settings(AccessToken=token, MFAOptions=list(self.SMS))
        shown = pool.idp.get_user(AccessToken=token)
        assert shown["MFAOptions"] == list(self.SMS)
        assert shown["UserMFASettingList"] == ["SMS_MFA"]
        pool.idp.set_user_settings(AccessToken=token, MFAOptions=[])
        assert "MFAOptions" not in pool.idp.get_user(AccessToken=token)

    def test_without_a_phone_number_it_is_refused(self, pool: Pool, token: str) -> None:
        assert refusal(pool.idp.set_user_settings, AccessToken=token, MFAOptions=list(self.SMS)) == (
            "InvalidParameterException",
            "User does not have delivery config set to turn on SMS_MFA",
        )
