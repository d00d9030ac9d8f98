"""The names of users whom an administrator made."""

from typing import Any

import pytest

from tests.operations.admin_users.administration import NO_USER, attributes, make_pool, values
from tests.operations.refusals import refusal
from tests.support.control import Inbox


class TestUsernameAttributes:
    @pytest.fixture
    def email_pool(self, idp: Any) -> str:
        return make_pool(idp, UsernameAttributes=["email"])

    def test_the_username_is_the_sub_and_the_address_an_attribute(self, idp: Any, email_pool: str) -> None:
        user = idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")["User"]
        shown = values(user["Attributes"])
        assert user["Username"] == shown["sub"]
        assert shown["email"] == "ann@example.com"
        assert "email_verified" not in shown

    def test_the_address_finds_the_user(self, idp: Any, email_pool: str) -> None:
        sub = idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")["User"]["Username"]
        assert idp.admin_get_user(UserPoolId=email_pool, Username="ann@example.com")["Username"] == sub
        assert idp.admin_get_user(UserPoolId=email_pool, Username=sub)["Username"] == sub

    def test_an_address_exists_once(self, idp: Any, email_pool: str) -> None:
        idp.admin_create_user(UserPoolId=email_pool, Username="ann@example.com")
        taken = ("UsernameExistsException", "An account with the given email already exists.")
        request = {"UserPoolId": email_pool, "Username": "ann@example.com"}
        assert refusal(idp.admin_create_user, **request) == taken
        verified = attributes(email="ann@example.com", email_verified="true")
        assert refusal(idp.admin_create_user, **request, UserAttributes=verified, ForceAliasCreation=True) == taken

    def test_resend_finds_the_user_by_the_address(self, idp: Any, email_pool: str, inbox: Inbox) -> None:
        request = {"UserPoolId": email_pool, "Username": "ann@example.com", "DesiredDeliveryMediums": ["EMAIL"]}
        sub = idp.admin_create_user(**request)["User"]["Username"]
        message = inbox.next("ann@example.com")
        assert f"Your username is {sub} and temporary password is" in message["text"]
        assert idp.admin_create_user(**request, MessageAction="RESEND")["User"]["Username"] == sub
        assert inbox.code("ann@example.com") != message["code"]

    @pytest.mark.parametrize(
        ("username_attributes", "message"),
        [
            (["email"], "Username should be an email."),
            (["phone_number"], "Username should be a phone number."),
            (["email", "phone_number"], "Username should be either an email or a phone number."),
        ],
    )
    def test_a_plain_name_is_refused(self, idp: Any, username_attributes: list[str], message: str) -> None:
        pool_id = make_pool(idp, UsernameAttributes=username_attributes)
        assert refusal(idp.admin_create_user, UserPoolId=pool_id, Username="ann") == ("InvalidParameterException", message)

    def test_a_phone_number_fills_its_attribute(self, idp: Any) -> None:
        pool_id = make_pool(idp, UsernameAttributes=["email", "phone_number"])
        user = idp.admin_create_user(UserPoolId=pool_id, Username="+14155550101")["User"]
        assert values(user["Attributes"])["phone_number"] == "+14155550101"


class TestAliases:
    @pytest.fixture
    def alias_pool(self, idp: Any) -> str:
        return make_pool(idp, AliasAttributes=["email", "preferred_username"])

    def create(self, idp: Any, pool_id: str, username: str, **values: str) -> Any:
        return idp.admin_create_user(UserPoolId=pool_id, Username=username, UserAttributes=attributes(**values))

    def test_a_verified_address_finds_the_user(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "ann"

    def test_an_unverified_address_finds_nobody(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com")
        assert refusal(idp.admin_get_user, UserPoolId=alias_pool, Username="ann@example.com") == NO_USER

    def test_a_name_that_looks_like_an_alias_is_refused(self, idp: Any, alias_pool: str) -> None:
        assert refusal(idp.admin_create_user, UserPoolId=alias_pool, Username="ann@example.com") == (
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        )

    def test_a_taken_alias_is_refused_and_nobody_is_created(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        verified = attributes(email="ann@example.com", email_verified="true")
        assert refusal(idp.admin_create_user, UserPoolId=alias_pool, Username="bob", UserAttributes=verified) == (
            "UsernameExistsException",
            "An account with the given email already exists.",
        )
        assert refusal(idp.admin_get_user, UserPoolId=alias_pool, Username="bob") == NO_USER

    def test_force_moves_the_alias_and_unverifies_its_former_owner(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        idp.admin_create_user(
            UserPoolId=alias_pool,
            Username="bob",
            UserAttributes=attributes(email="ann@example.com", email_verified="true"),
            ForceAliasCreation=True,
        )
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "bob"
        ann = values(idp.admin_get_user(UserPoolId=alias_pool, Username="ann")["UserAttributes"])
        assert (ann["email"], ann["email_verified"]) == ("ann@example.com", "false")

    def test_force_does_not_take_a_preferred_username(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", preferred_username="captain")
        request = {"UserPoolId": alias_pool, "Username": "bob", "UserAttributes": attributes(preferred_username="captain")}
        assert refusal(idp.admin_create_user, **request, ForceAliasCreation=True) == (
            "UsernameExistsException",
            "An account with the given preferred_username already exists.",
        )
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="captain")["Username"] == "ann"

    def test_two_aliases_of_one_user_may_say_the_same(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true", preferred_username="ann@example.com")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "ann"

    def test_a_deleted_users_alias_is_free(self, idp: Any, alias_pool: str) -> None:
        self.create(idp, alias_pool, "ann", email="ann@example.com", email_verified="true")
        idp.admin_delete_user(UserPoolId=alias_pool, Username="ann@example.com")
        self.create(idp, alias_pool, "bob", email="ann@example.com", email_verified="true")
        assert idp.admin_get_user(UserPoolId=alias_pool, Username="ann@example.com")["Username"] == "bob"
