"""Confirming who signed up, by code or by an administrator."""

from typing import Any

import pytest

from tests.operations.people import Pool, attributes, make_pool, other_than
from tests.operations.refusals import refusal
from tests.operations.sign_up.newcomers import CODE_MISMATCH, DISABLED, EMAIL, EXPIRED_CODE, HIDES, PHONE, UNKNOWN_USER
from tests.support.control import Clock, Inbox


class TestConfirmSignUp:
    def test_confirms_the_user_and_verifies_the_address(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL, phone_number=PHONE)
        answer = pool.confirm("ann", inbox.code(EMAIL))
        assert "Session" not in answer
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.attributes_of("ann") == {
            "email": EMAIL,
            "email_verified": "true",
            "phone_number": PHONE,
            "phone_number_verified": "false",
        }
        assert pool.sign_in("ann")

    def test_a_wrong_code_is_refused_and_the_right_one_still_works(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        code = inbox.code(EMAIL)
        assert refusal(pool.confirm, username="ann", code=other_than(code)) == CODE_MISMATCH
        pool.confirm("ann", code)

    def test_after_15_wrong_codes_even_the_right_one_is_refused_until_another_is_sent(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        code = inbox.code(EMAIL)
        for _ in range(15):
            assert refusal(pool.confirm, username="ann", code=other_than(code)) == CODE_MISMATCH
        assert refusal(pool.confirm, username="ann", code=code) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )
        pool.idp.resend_confirmation_code(ClientId=pool.client, Username="ann")
        pool.confirm("ann", inbox.code(EMAIL))

    def test_the_code_is_good_for_a_day(self, pool: Pool, inbox: Inbox, clock: Clock) -> None:
        pool.sign_up("ann", email=EMAIL)
        pool.sign_up("bob", email="bob@example.com")
        clock.advance(hours=23, minutes=59)
        pool.confirm("ann", inbox.code(EMAIL))
        clock.advance(minutes=1)
        assert refusal(pool.confirm, username="bob", code=inbox.code("bob@example.com")) == EXPIRED_CODE

    def test_without_a_code_sent_every_code_has_expired(self, pool: Pool) -> None:
        pool.sign_up("ann")
        assert refusal(pool.confirm, username="ann", code="123456") == EXPIRED_CODE

    def test_a_confirmed_user_cannot_be_confirmed_again_whatever_the_code(self, pool: Pool) -> None:
        pool.enrol("ann", email=EMAIL)
        told = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
        assert refusal(pool.confirm, username="ann", code="123456") == told
        assert refusal(pool.idp.admin_confirm_sign_up, UserPoolId=pool.id, Username="ann") == told

    def test_somebody_elses_code_does_not_fit(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        pool.sign_up("bob", email="bob@example.com")
        code = inbox.code(EMAIL)
        if code != inbox.code("bob@example.com"):
            assert refusal(pool.confirm, username="bob", code=code) == CODE_MISMATCH

    @pytest.mark.parametrize(("client", "message"), [({}, UNKNOWN_USER), (HIDES, EXPIRED_CODE)], ids=["LEGACY", "ENABLED"])
    def test_of_an_unknown_user(self, idp: Any, inbox: Inbox, client: Any, message: tuple[str, str]) -> None:
        pool = make_pool(idp, inbox, client=client)
        assert refusal(pool.confirm, username="nobody", code="123456") == message

    @pytest.mark.parametrize(("client", "message"), [({}, DISABLED), (HIDES, EXPIRED_CODE)], ids=["LEGACY", "ENABLED"])
    def test_of_a_disabled_user(self, idp: Any, inbox: Inbox, client: Any, message: tuple[str, str]) -> None:
        pool = make_pool(idp, inbox, client=client)
        pool.sign_up("ann", email=EMAIL)
        idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
        assert refusal(pool.confirm, username="ann", code=inbox.code(EMAIL)) == message

    def test_a_user_is_found_by_the_typed_address_where_that_is_the_name(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
        pool.sign_up(EMAIL)
        pool.confirm(EMAIL.upper(), inbox.code(EMAIL))
        assert pool.sign_in(EMAIL)

    def test_an_address_that_was_changed_meanwhile_is_not_verified_by_the_old_code(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        code = inbox.code(EMAIL)
        changed = attributes({"email": "ann@example.org"})
        pool.idp.admin_update_user_attributes(UserPoolId=pool.id, Username="ann", UserAttributes=changed)
        assert refusal(pool.confirm, username="ann", code=code) == EXPIRED_CODE


class TestAliases:
    """Pools in which a verified address, or a preferred user name, is another name."""

    @pytest.fixture
    def aliasing(self, idp: Any, inbox: Inbox) -> Pool:
        return make_pool(
            idp,
            inbox,
            AliasAttributes=["email", "preferred_username"],
            UsernameConfiguration={"CaseSensitive": False},
        )

    def test_an_address_becomes_a_name_when_it_is_verified(self, aliasing: Pool, inbox: Inbox) -> None:
        aliasing.sign_up("ann", email=EMAIL)
        assert refusal(aliasing.confirm, username=EMAIL, code="123456") == UNKNOWN_USER
        aliasing.confirm("ann", inbox.code(EMAIL))
        assert aliasing.sign_in(EMAIL.upper())

    def test_a_preferred_user_name_becomes_a_name_when_the_user_is_confirmed(self, aliasing: Pool) -> None:
        aliasing.sign_up("ann", preferred_username="Annie")
        assert refusal(aliasing.confirm, username="annie", code="123456") == UNKNOWN_USER
        aliasing.idp.admin_confirm_sign_up(UserPoolId=aliasing.id, Username="ann")
        assert aliasing.sign_in("annie")

    def test_a_name_that_is_somebodys_alias_is_taken(self, aliasing: Pool) -> None:
        aliasing.enrol("ann", preferred_username="annie")
        assert refusal(aliasing.sign_up, username="ANNIE") == ("UsernameExistsException", "User already exists")

    def test_an_address_that_is_somebodys_alias_cannot_be_confirmed(self, aliasing: Pool, inbox: Inbox) -> None:
        self.two_with_one_address(aliasing, inbox)
        code = inbox.code(EMAIL)
        told = ("AliasExistsException", "An account with the email already exists.")
        assert refusal(aliasing.confirm, username="bob", code=code) == told
        assert aliasing.user("bob")["UserStatus"] == "UNCONFIRMED"
        assert refusal(aliasing.confirm, username="bob", code=code) == told

    def test_force_alias_creation_moves_the_alias(self, aliasing: Pool, inbox: Inbox) -> None:
        self.two_with_one_address(aliasing, inbox)
        aliasing.confirm("bob", inbox.code(EMAIL), ForceAliasCreation=True)
        assert aliasing.user(EMAIL)["Username"] == "bob"
        assert aliasing.attributes_of("ann") == {"email": EMAIL, "email_verified": "false"}
        assert aliasing.sign_in("ann")

    def test_an_administrator_cannot_confirm_a_preferred_user_name_that_is_taken(self, aliasing: Pool) -> None:
        aliasing.enrol("ann", preferred_username="annie")
        aliasing.sign_up("bob", preferred_username="ANNIE")
        assert refusal(aliasing.idp.admin_confirm_sign_up, UserPoolId=aliasing.id, Username="bob") == (
            "InvalidParameterException",
            "An account with the given preferred_username already exists.",
        )
        assert aliasing.user("bob")["UserStatus"] == "UNCONFIRMED"

    def two_with_one_address(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        pool.confirm("ann", inbox.code(EMAIL))
        pool.sign_up("bob", email=EMAIL)


class TestAdminConfirmSignUp:
    def test_confirms_without_verifying(self, pool: Pool) -> None:
        pool.sign_up("ann", email=EMAIL)
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ann", ClientMetadata={"why": "test"})
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.attributes_of("ann")["email_verified"] == "false"
        assert pool.sign_in("ann")

    def test_an_unknown_user_is_refused(self, pool: Pool) -> None:
        assert refusal(pool.idp.admin_confirm_sign_up, UserPoolId=pool.id, Username="nobody") == (
            "UserNotFoundException",
            "User does not exist.",
        )

    def test_a_user_with_a_temporary_password_is_refused(self, pool: Pool) -> None:
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", MessageAction="SUPPRESS")
        assert refusal(pool.idp.admin_confirm_sign_up, UserPoolId=pool.id, Username="ann") == (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD",
        )

    def test_another_accounts_pool_does_not_exist(self, server: Any, pool: Pool) -> None:
        stranger = server.client(account="999999999999")
        assert refusal(stranger.admin_confirm_sign_up, UserPoolId=pool.id, Username="ann") == (
            "ResourceNotFoundException",
            f"User pool {pool.id} does not exist.",
        )
