"""Changing attributes, by users and by administrators, and verifying addresses."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.operations.people import Pool, attributes, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

EMAIL, OTHER_EMAIL, PHONE = "ann@example.com", "ann@other.example", "+14155550123"
CODE_MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
UNAUTHORIZED_WRITE = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
NO_SUCH_NAME = ("InvalidParameterException", "Invalid attribute name. Only phone_number and email can be verified.")
TO_OTHER_EMAIL = {"Destination": "a***@o***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
TO_PHONE = {"Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}
KEEP_OLD = {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}

Change = Callable[..., Any]
"""Changes Ann's attributes; a name is written `custom_tier` for `custom:tier`."""


class Ann:
    """A user with a verified address, and her token."""

    def __init__(self, pool: Pool, *, username: str = "ann", **values: str) -> None:
        self.pool, self.idp, self.username = pool, pool.idp, username
        pool.enrol(username, **({"email": EMAIL} | values))
        pool.verify(username, "email")
        if pool.inbox.all(to=EMAIL):
            pool.inbox.next(EMAIL)  # the code of the sign-up
        self.token = pool.sign_in(username)

    @property
    def attributes(self) -> dict[str, str]:
        return self.pool.attributes_of(self.username)

    def update(self, **values: str) -> Any:
        return self.idp.update_user_attributes(AccessToken=self.token, UserAttributes=named(values))

    def admin_update(self, **values: str) -> Any:
        return self.idp.admin_update_user_attributes(UserPoolId=self.pool.id, Username=self.username, UserAttributes=named(values))

    def delete(self, *names: str) -> Any:
        return self.idp.delete_user_attributes(AccessToken=self.token, UserAttributeNames=list(names))

    def admin_delete(self, *names: str) -> Any:
        return self.idp.admin_delete_user_attributes(UserPoolId=self.pool.id, Username=self.username, UserAttributeNames=list(names))

    def ask_for_code(self, name: str) -> Any:
        return self.idp.get_user_attribute_verification_code(AccessToken=self.token, AttributeName=name)["CodeDeliveryDetails"]

    def verify(self, name: str, code: str) -> Any:
        return self.idp.verify_user_attribute(AccessToken=self.token, AttributeName=name, Code=code)


def named(values: dict[str, str]) -> list[dict[str, str]]:
    return attributes({name.replace("custom_", "custom:"): value for name, value in values.items()})


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    schema = [
        {"Name": "tier", "AttributeDataType": "String", "Mutable": True, "StringAttributeConstraints": {"MaxLength": "5"}},
        {"Name": "badge", "AttributeDataType": "Number", "Mutable": False},
        {"Name": "given_name", "Required": True},
    ]
    return make_pool(idp, inbox, Schema=schema)


@pytest.fixture
def ann(pool: Pool) -> Ann:
    return Ann(pool, given_name="Ann")


class TestUpdating:
    @pytest.fixture(params=["update", "admin_update"], ids=["self", "admin"])
    def change(self, ann: Ann, request: pytest.FixtureRequest) -> Change:
        """By Ann herself and by an administrator."""
        change: Change = getattr(ann, request.param)
        return change

    def test_sets_and_deletes(self, ann: Ann, change: Change) -> None:
        change(name="Ann B", custom_tier="gold")
        assert ann.attributes == {
            "email": EMAIL,
            "email_verified": "true",
            "given_name": "Ann",
            "name": "Ann B",
            "custom:tier": "gold",
        }
        change(name="", custom_tier="lead")
        assert ann.attributes["custom:tier"] == "lead"
        assert "name" not in ann.attributes

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"custom_shoe": "42"}, "user.custom:shoe: Attribute does not exist in the schema.\n"),
            ({"custom_badge": "7"}, "user.custom:badge: Attribute cannot be updated.\n"),
            ({"email": "nowhere"}, "Invalid email address format."),
            ({"phone_number": "0815"}, "Invalid phone number format."),
            ({"custom_tier": "platinum"}, "Invalid user attributes: custom:tier: String must be no longer than 5 characters\n"),
            ({"given_name": ""}, "Invalid user attributes: user.given_name: The attribute is required\n"),
        ],
    )
    def test_what_does_not_conform_is_refused_and_nothing_is_changed(
        self, ann: Ann, change: Change, values: dict[str, str], message: str
    ) -> None:
        before = ann.attributes
        assert refusal(change, name="Changed", **values) == ("InvalidParameterException", message)
        assert ann.attributes == before

    def test_a_new_address_is_in_force_at_once_not_verified_and_gets_a_code(self, ann: Ann, change: Change, inbox: Inbox) -> None:
        change(email=OTHER_EMAIL)
        assert (ann.attributes["email"], ann.attributes["email_verified"]) == (OTHER_EMAIL, "false")
        message = inbox.next(OTHER_EMAIL)
        assert message["kind"] == "UpdateUserAttribute"
        ann.verify("email", message["code"])
        assert ann.attributes["email_verified"] == "true"

    def test_the_address_that_is_there_already_changes_nothing_and_gets_no_code(self, ann: Ann, change: Change, inbox: Inbox) -> None:
        before = inbox.all()
        change(email=EMAIL)
        assert ann.attributes["email_verified"] == "true"
        assert inbox.all() == before

    def test_an_address_of_a_kind_that_the_pool_does_not_verify_gets_no_code(self, ann: Ann, change: Change, inbox: Inbox) -> None:
        change(phone_number=PHONE)
        assert ann.attributes["phone_number_verified"] == "false"
        assert inbox.all(to=PHONE) == []

    def test_the_index_of_list_users_follows(self, ann: Ann, change: Change) -> None:
        change(email=OTHER_EMAIL)

        def found(email: str) -> list[str]:
            users = ann.idp.list_users(UserPoolId=ann.pool.id, Filter=f'email = "{email}"')["Users"]
            return [user["Username"] for user in users]

        assert (found(EMAIL), found(OTHER_EMAIL)) == ([], ["ann"])


class TestUpdatingOneself:
    def test_tells_where_codes_went(self, idp: Any, inbox: Inbox) -> None:
        ann = Ann(make_pool(idp, inbox, AutoVerifiedAttributes=["email", "phone_number"]))
        answer = ann.update(email=OTHER_EMAIL, phone_number=PHONE, name="Ann")
        assert answer["CodeDeliveryDetailsList"] == [TO_OTHER_EMAIL, TO_PHONE]
        ann.verify("phone_number", inbox.code(PHONE))
        ann.verify("email", inbox.code(OTHER_EMAIL))
        assert (ann.attributes["phone_number_verified"], ann.attributes["email_verified"]) == ("true", "true")

    def test_tells_of_no_codes_when_none_went(self, ann: Ann) -> None:
        assert "CodeDeliveryDetailsList" not in ann.update(name="Ann")

    @pytest.mark.parametrize("values", [{"name": "Ann"}, {"email_verified": "true"}, {"email": EMAIL, "phone_number": PHONE}])
    def test_what_the_client_may_not_write_is_refused(self, ann: Ann, values: dict[str, str]) -> None:
        ann.token = ann.pool.client_with(WriteAttributes=["email", "given_name"]).sign_in("ann")
        assert refusal(ann.update, **values) == UNAUTHORIZED_WRITE

    def test_nobody_changes_the_sub(self, ann: Ann) -> None:
        assert refusal(ann.update, sub="another") == UNAUTHORIZED_WRITE


class TestUpdatingAsAdministrator:
    def test_an_address_that_is_vouched_for_is_verified_and_gets_no_code(self, ann: Ann, inbox: Inbox) -> None:
        ann.admin_update(email=OTHER_EMAIL, email_verified="true")
        assert (ann.attributes["email"], ann.attributes["email_verified"]) == (OTHER_EMAIL, "true")
        assert inbox.all(to=OTHER_EMAIL) == []

    def test_nobody_changes_the_sub(self, ann: Ann) -> None:
        assert refusal(ann.admin_update, sub="another") == ("InvalidParameterException", "user.sub: Attribute cannot be updated.\n")

    def test_an_unknown_user_is_refused(self, ann: Ann) -> None:
        ann.username = "nobody"
        no_user = ("UserNotFoundException", "User does not exist.")
        assert refusal(ann.admin_update, name="Nobody") == no_user
        assert refusal(lambda: ann.admin_delete("name")) == no_user


class TestKeepingTheOldAddressUntilTheNewOneIsVerified:
    @pytest.fixture
    def keeping(self, idp: Any, inbox: Inbox) -> Ann:
        return Ann(make_pool(idp, inbox, AliasAttributes=["email"], **KEEP_OLD))

    def test_the_code_went_to_the_new_address_and_puts_it_in_force(self, keeping: Ann, inbox: Inbox) -> None:
        assert keeping.update(email=OTHER_EMAIL)["CodeDeliveryDetailsList"] == [TO_OTHER_EMAIL]
        assert keeping.attributes == {"email": EMAIL, "email_verified": "true"}
        assert keeping.pool.sign_in(EMAIL)
        keeping.verify("email", inbox.code(OTHER_EMAIL))
        assert keeping.attributes == {"email": OTHER_EMAIL, "email_verified": "true"}
        assert keeping.pool.sign_in(OTHER_EMAIL)
        assert refusal(keeping.pool.try_sign_in, username=EMAIL)[0] == "UserNotFoundException"

    def test_an_administrators_change_waits_too(self, keeping: Ann, inbox: Inbox) -> None:
        keeping.admin_update(email=OTHER_EMAIL)
        assert keeping.attributes == {"email": EMAIL, "email_verified": "true"}
        keeping.verify("email", inbox.code(OTHER_EMAIL))
        assert keeping.attributes["email"] == OTHER_EMAIL

    def test_an_administrator_can_put_it_in_force(self, keeping: Ann) -> None:
        keeping.update(email=OTHER_EMAIL)
        keeping.admin_update(email_verified="true")
        assert keeping.attributes == {"email": OTHER_EMAIL, "email_verified": "true"}

    def test_another_code_goes_to_the_new_address_as_well(self, keeping: Ann, inbox: Inbox) -> None:
        keeping.update(email=OTHER_EMAIL)
        inbox.next(OTHER_EMAIL)
        assert keeping.ask_for_code("email") == TO_OTHER_EMAIL
        keeping.verify("email", inbox.code(OTHER_EMAIL))
        assert keeping.attributes["email"] == OTHER_EMAIL

    def test_a_later_change_makes_the_earlier_code_worthless(self, keeping: Ann, inbox: Inbox) -> None:
        keeping.update(email=OTHER_EMAIL)
        code = inbox.code(OTHER_EMAIL)
        keeping.update(email=EMAIL)  # taken back
        assert refusal(keeping.verify, name="email", code=code) == EXPIRED_CODE
        assert keeping.attributes == {"email": EMAIL, "email_verified": "true"}

    def test_an_address_that_became_somebodys_alias_meanwhile_is_refused(self, keeping: Ann, inbox: Inbox) -> None:
        keeping.update(email=OTHER_EMAIL)
        code = inbox.code(OTHER_EMAIL)
        keeping.pool.enrol("bob", email=OTHER_EMAIL)
        keeping.pool.verify("bob", "email")
        taken = ("AliasExistsException", "An account with the given email already exists.")
        assert refusal(keeping.verify, name="email", code=code) == taken
        assert keeping.attributes == {"email": EMAIL, "email_verified": "true"}
        assert refusal(keeping.verify, name="email", code=code) == taken

    def test_where_addresses_are_names_somebodys_is_refused_at_once(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"], **KEEP_OLD)
        pool.enrol(OTHER_EMAIL)
        ann = Ann(pool, username=EMAIL)
        assert refusal(ann.update, email=OTHER_EMAIL) == ("AliasExistsException", "An account with the given email already exists.")


class TestAliases:
    def test_where_addresses_are_names_a_change_moves_the_name(self, idp: Any, inbox: Inbox) -> None:
        ann = Ann(make_pool(idp, inbox, UsernameAttributes=["email"]), username=EMAIL)
        ann.update(email=OTHER_EMAIL)
        assert ann.pool.sign_in(OTHER_EMAIL)
        assert refusal(ann.pool.try_sign_in, username=EMAIL)[0] == "UserNotFoundException"

    def test_where_addresses_are_names_somebodys_is_refused(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"])
        pool.enrol(OTHER_EMAIL)
        ann = Ann(pool, username=EMAIL)
        taken = ("AliasExistsException", "An account with the given email already exists.")
        assert refusal(ann.update, email=OTHER_EMAIL) == taken
        assert refusal(ann.admin_update, email=OTHER_EMAIL) == taken
        assert pool.sign_in(EMAIL)

    def test_a_changed_address_is_no_alias_until_it_is_verified(self, idp: Any, inbox: Inbox) -> None:
        ann = Ann(make_pool(idp, inbox, AliasAttributes=["email"]))
        ann.update(email=OTHER_EMAIL)
        for name in (EMAIL, OTHER_EMAIL):
            assert refusal(ann.pool.try_sign_in, username=name)[0] == "UserNotFoundException"
        ann.verify("email", inbox.code(OTHER_EMAIL))
        assert ann.pool.sign_in(OTHER_EMAIL)

    def test_a_preferred_user_name_is_unique_and_moves_at_once(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AliasAttributes=["preferred_username"])
        pool.enrol("bob", preferred_username="robert")
        ann = Ann(pool, preferred_username="annie")
        assert refusal(ann.update, preferred_username="robert") == (
            "AliasExistsException",
            "An account with the given preferred_username already exists.",
        )
        ann.update(preferred_username="anna")
        assert pool.sign_in("anna")
        assert refusal(pool.try_sign_in, username="annie")[0] == "UserNotFoundException"


class TestDeleting:
    @pytest.fixture(params=["delete", "admin_delete"], ids=["self", "admin"])
    def delete(self, ann: Ann, request: pytest.FixtureRequest) -> Change:
        """By Ann herself and by an administrator."""
        delete: Change = getattr(ann, request.param)
        return delete

    def test_an_address_goes_with_its_verification(self, ann: Ann, delete: Change) -> None:
        ann.admin_update(name="Ann")
        delete("email", "name")
        assert ann.attributes == {"given_name": "Ann"}

    def test_what_is_not_there_can_be_deleted(self, ann: Ann, delete: Change) -> None:
        before = ann.attributes
        delete("nickname")
        assert ann.attributes == before

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("custom:shoe", "Attribute does not exist in the schema."),
            ("custom:badge", "Attribute cannot be updated."),
            ("given_name", "The attribute is required"),
        ],
    )
    def test_what_cannot_be_deleted_is_refused(self, delete: Change, name: str, message: str) -> None:
        told = ("InvalidParameterException", f"Invalid user attributes: user.{name}: {message}\n")
        assert refusal(lambda: delete(name)) == told

    def test_a_code_for_a_deleted_address_is_worthless(self, ann: Ann, inbox: Inbox, delete: Change) -> None:
        ann.ask_for_code("email")
        code = inbox.code(EMAIL)
        delete("email")
        assert refusal(ann.verify, name="email", code=code) == EXPIRED_CODE

    def test_what_the_client_may_not_write_it_may_not_delete(self, ann: Ann) -> None:
        ann.token = ann.pool.client_with(WriteAttributes=["email", "given_name"]).sign_in("ann")
        assert refusal(lambda: ann.delete("name")) == UNAUTHORIZED_WRITE


class TestVerifying:
    @pytest.fixture
    def code(self, ann: Ann, inbox: Inbox) -> str:
        """A code that was sent to Ann's phone."""
        ann.admin_update(phone_number=PHONE)
        assert ann.ask_for_code("phone_number") == TO_PHONE
        message = inbox.next(PHONE)
        assert message["kind"] == "VerifyUserAttribute"
        code: str = message["code"]
        return code

    def test_the_code_verifies_the_address(self, ann: Ann, code: str) -> None:
        ann.verify("phone_number", code)
        assert ann.attributes["phone_number_verified"] == "true"

    def test_a_wrong_code_does_not(self, ann: Ann, code: str) -> None:
        assert refusal(ann.verify, name="phone_number", code=other_than(code)) == CODE_MISMATCH
        assert ann.attributes["phone_number_verified"] == "false"
        ann.verify("phone_number", code)

    def test_a_code_works_once(self, ann: Ann, code: str) -> None:
        ann.verify("phone_number", code)
        assert refusal(ann.verify, name="phone_number", code=code) == EXPIRED_CODE

    def test_a_code_for_one_address_does_not_verify_the_other(self, ann: Ann, code: str) -> None:
        assert refusal(ann.verify, name="email", code=code) == EXPIRED_CODE

    def test_a_code_is_good_for_a_day(self, ann: Ann, code: str, clock: Clock) -> None:
        clock.advance(days=1)
        ann.token = ann.pool.sign_in("ann")
        assert refusal(ann.verify, name="phone_number", code=code) == EXPIRED_CODE

    def test_after_15_wrong_codes_the_right_one_is_refused(self, ann: Ann, code: str) -> None:
        for _ in range(15):
            assert refusal(ann.verify, name="phone_number", code=other_than(code)) == CODE_MISMATCH
        assert refusal(ann.verify, name="phone_number", code=code) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )

    @pytest.mark.parametrize("name", ["name", "sub", "custom:shoe"])
    def test_only_addresses_can_be_verified(self, ann: Ann, name: str) -> None:
        assert refusal(ann.ask_for_code, name=name) == NO_SUCH_NAME
        assert refusal(ann.verify, name=name, code="123456") == NO_SUCH_NAME

    def test_an_address_that_is_not_there_gets_no_code(self, ann: Ann) -> None:
        assert refusal(ann.ask_for_code, name="phone_number") == (
            "InvalidParameterException",
            "User does not have a value for the attribute phone_number.",
        )
