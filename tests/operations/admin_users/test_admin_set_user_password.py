"""Passwords that an administrator sets."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import PASSWORD, attributes, make_client, make_pool, sign_in
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox


class TestAdminSetUserPassword:
    @pytest.fixture
    def client_id(self, idp: Any, pool_id: str) -> str:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        return make_client(idp, pool_id)

    def test_a_permanent_password_confirms(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        clock.advance(hours=1)
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        user = idp.admin_get_user(UserPoolId=pool_id, Username="ann")
        assert user["UserStatus"] == "CONFIRMED"
        assert user["UserLastModifiedDate"] > user["UserCreateDate"]
        assert "AuthenticationResult" in sign_in(idp, pool_id, client_id, "ann", PASSWORD)

    def test_by_default_the_password_is_temporary(self, idp: Any, pool_id: str, client_id: str) -> None:
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password="First-Horse-1", Permanent=True)
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD)
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert sign_in(idp, pool_id, client_id, "ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_a_temporary_password_expires_and_a_permanent_one_does_not(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD)
        clock.advance(days=8)
        assert refusal(sign_in, idp=idp, pool_id=pool_id, client_id=client_id, username="ann", password=PASSWORD)[0] == (
            "NotAuthorizedException"
        )
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)
        clock.advance(days=8)
        assert "AuthenticationResult" in sign_in(idp, pool_id, client_id, "ann", PASSWORD)

    def test_nothing_is_sent(self, idp: Any, pool_id: str, inbox: Inbox) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="bob", UserAttributes=attributes(email="bob@example.com"))
        idp.admin_set_user_password(UserPoolId=pool_id, Username="bob", Password=PASSWORD)
        assert inbox.all() == []

    def test_the_policy_holds(self, idp: Any, pool_id: str, client_id: str) -> None:
        assert refusal(idp.admin_set_user_password, UserPoolId=pool_id, Username="ann", Password="short", Permanent=True) == (
            "InvalidPasswordException",
            "Password does not conform to policy: Password not long enough",
        )
        assert idp.admin_get_user(UserPoolId=pool_id, Username="ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_former_passwords_are_refused_as_many_as_the_policy_says(self, idp: Any) -> None:
        pool_id = make_pool(idp, Policies={"PasswordPolicy": {"PasswordHistorySize": 2}})
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        request = {"UserPoolId": pool_id, "Username": "ann", "Permanent": True}
        for number in (1, 2):
            idp.admin_set_user_password(**request, Password=f"Correct-Horse-{number}")
        for number in (2, 1):
            assert refusal(idp.admin_set_user_password, **request, Password=f"Correct-Horse-{number}") == (
                "PasswordHistoryPolicyViolationException",
                "Password has previously been used.",
            )
        idp.admin_set_user_password(**request, Password="Correct-Horse-3")
        idp.admin_set_user_password(**request, Password="Correct-Horse-1")
