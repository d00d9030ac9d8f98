"""SignUp: names, passwords and attributes of new users."""

import re
from typing import Any

import pytest

from tests.operations.people import PASSWORD, Pool, attributes, make_pool
from tests.operations.refusals import refusal
from tests.operations.sign_up.newcomers import EMAIL, HIDES, PHONE, TO_EMAIL, TO_PHONE, UUID, outcomes_of_32, secret_hash
from tests.support.control import Inbox


class TestSignUp:
    def test_tells_the_sub_and_where_the_code_went(self, pool: Pool) -> None:
        answer = pool.sign_up("ann", email=EMAIL)
        assert answer["UserConfirmed"] is False
        assert UUID.fullmatch(answer["UserSub"])
        assert answer["CodeDeliveryDetails"] == TO_EMAIL
        assert "Session" not in answer

    def test_the_user_is_unconfirmed_and_has_the_attributes_not_verified(self, pool: Pool) -> None:
        sub = pool.sign_up("ann", email=EMAIL, name="Ann")["UserSub"]
        user = pool.user("ann")
        assert (user["Username"], user["UserStatus"], user["Enabled"]) == ("ann", "UNCONFIRMED", True)
        assert pool.attributes_of(sub) == {"email": EMAIL, "email_verified": "false", "name": "Ann"}

    def test_an_unconfirmed_user_cannot_sign_in(self, pool: Pool) -> None:
        pool.sign_up("ann", email=EMAIL)
        assert refusal(pool.try_sign_in, username="ann") == ("UserNotConfirmedException", "User is not confirmed.")

    def test_the_message_carries_a_code_of_six_digits(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        message = inbox.next(EMAIL)
        assert re.fullmatch(r"\d{6}", message["code"])
        assert message["kind"] == "SignUp"
        assert message["code"] in message["text"]

    def test_without_an_address_no_code_is_sent(self, pool: Pool, inbox: Inbox) -> None:
        assert "CodeDeliveryDetails" not in pool.sign_up("ann")
        assert inbox.all() == []

    def test_in_a_pool_that_verifies_nothing_no_code_is_sent(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AutoVerifiedAttributes=[])
        assert "CodeDeliveryDetails" not in pool.sign_up("ann", email=EMAIL)
        assert inbox.all() == []

    def test_of_two_addresses_the_phone_gets_the_only_code(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AutoVerifiedAttributes=["email", "phone_number"])
        assert pool.sign_up("ann", email=EMAIL, phone_number=PHONE)["CodeDeliveryDetails"] == TO_PHONE
        assert [message["to"] for message in inbox.all()] == [PHONE]

    def test_an_unknown_client_is_refused(self, idp: Any) -> None:
        assert refusal(idp.sign_up, ClientId="nosuchclient", Username="ann", Password=PASSWORD) == (
            "ResourceNotFoundException",
            "User pool client nosuchclient does not exist.",
        )

    def test_in_a_pool_for_administrators_only_it_is_refused(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
        assert refusal(pool.sign_up, username="ann") == ("NotAuthorizedException", "SignUp is not permitted for this user pool")

    @pytest.mark.parametrize("client", [{}, HIDES], ids=["LEGACY", "ENABLED"])
    def test_a_taken_name_is_told_whatever_the_client_hides(self, idp: Any, inbox: Inbox, client: Any) -> None:
        pool = make_pool(idp, inbox, client=client)
        pool.sign_up("ann")
        assert refusal(pool.sign_up, username="ann") == ("UsernameExistsException", "User already exists")

    def test_of_32_who_want_one_name_at_once_one_gets_it(self, pool: Pool) -> None:
        assert outcomes_of_32(pool, ["ann"] * 32) == {"signed up": 1, "UsernameExistsException: User already exists": 31}

    def test_of_32_who_want_one_address_as_name_at_once_one_gets_it(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email"])
        told = "UsernameExistsException: An account with the given email already exists."
        assert outcomes_of_32(pool, [EMAIL] * 32) == {"signed up": 1, told: 31}

    def test_32_with_names_of_their_own_all_get_in(self, pool: Pool) -> None:
        assert outcomes_of_32(pool, [f"user-{number}" for number in range(32)]) == {"signed up": 32}


class TestPasswordOfANewUser:
    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("Sh0rt!", "Password not long enough"),
            ("lower-case-1", "Password must have uppercase characters"),
            ("UPPER-CASE-1", "Password must have lowercase characters"),
            ("Without-Number", "Password must have numeric characters"),
            ("WithoutSymbol1", "Password must have symbol characters"),
        ],
    )
    def test_must_conform_to_the_policy(self, pool: Pool, password: str, reason: str) -> None:
        assert refusal(pool.sign_up, username="ann", password=password) == (
            "InvalidPasswordException",
            f"Password did not conform with policy: {reason}",
        )

    def test_is_required_where_only_passwords_sign_in(self, pool: Pool) -> None:
        assert refusal(pool.sign_up, username="ann", password=None) == (
            "InvalidParameterException",
            "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
        )
        blank = refusal(pool.sign_up, username="ann", password="")
        assert blank[0] == "InvalidParameterException"
        assert blank[1].endswith(
            r"Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
        )

    def test_may_be_left_out_where_codes_sign_in(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
        assert pool.sign_up("ann", password=None, email=EMAIL)["CodeDeliveryDetails"] == TO_EMAIL


class TestAttributesOfANewUser:
    def test_a_required_one_must_be_there(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Schema=[{"Name": "name", "Required": True}])
        assert refusal(pool.sign_up, username="ann") == (
            "InvalidParameterException",
            "Attributes did not conform to the schema: name.formatted: The attribute name.formatted is required",
        )

    def test_one_without_a_value_is_refused(self, pool: Pool) -> None:
        request = {"ClientId": pool.client, "Username": "ann", "Password": "Passw0rd!", "UserAttributes": [{"Name": "picture"}]}
        assert refusal(pool.idp.sign_up, **request) == ("InvalidParameterException", "Attribute value for picture must not be null")

    def test_an_unknown_one_is_refused(self, pool: Pool) -> None:
        assert refusal(pool.sign_up, username="ann", custom_tier="gold") == (
            "InvalidParameterException",
            "Attributes did not conform to the schema: Type for attribute {custom:tier} could not be determined",
        )

    @pytest.mark.parametrize(
        ("given", "message"),
        [({"email": "not-an-address"}, "Invalid email address format."), ({"phone_number": "0123"}, "Invalid phone number format.")],
    )
    def test_an_address_must_look_like_one(self, pool: Pool, given: dict[str, str], message: str) -> None:
        assert refusal(pool.sign_up, username="ann", **given) == ("InvalidParameterException", message)

    def test_one_that_the_client_may_not_write_is_refused(self, pool: Pool) -> None:
        narrow = pool.client_with(WriteAttributes=["email"])
        narrow.sign_up("ann", email=EMAIL)
        assert refusal(narrow.sign_up, username="bob", name="Bob") == (
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        )

    def test_nobody_verifies_their_own_address(self, pool: Pool) -> None:
        assert refusal(pool.sign_up, username="ann", email=EMAIL, email_verified="true") == (
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        )

    def test_an_empty_one_counts_as_absent(self, pool: Pool) -> None:
        pool.sign_up("ann", email=EMAIL, nickname="")
        assert "nickname" not in pool.attributes_of("ann")


class TestNames:
    def test_where_addresses_are_names_the_user_name_is_the_sub_and_the_address_is_filled_in(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email", "phone_number"])
        sub = pool.sign_up(EMAIL)["UserSub"]
        assert pool.user(EMAIL)["Username"] == sub
        assert pool.attributes_of(EMAIL) == {"email": EMAIL, "email_verified": "false"}
        sub = pool.sign_up(PHONE)["UserSub"]
        assert pool.attributes_of(sub) == {"phone_number": PHONE, "phone_number_verified": "false"}

    @pytest.mark.parametrize(
        ("kinds", "message"),
        [
            (["email"], "Username should be an email."),
            (["phone_number"], "Username should be a phone number."),
            (["email", "phone_number"], "Username should be either an email or a phone number."),
        ],
    )
    def test_where_addresses_are_names_other_names_are_refused(self, idp: Any, inbox: Inbox, kinds: list[str], message: str) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=kinds)
        assert refusal(pool.sign_up, username="ann") == ("InvalidParameterException", message)

    def test_a_second_address_that_is_somebodys_name_is_refused(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, UsernameAttributes=["email", "phone_number"])
        pool.sign_up(PHONE)
        assert refusal(pool.sign_up, username=EMAIL, phone_number=PHONE) == (
            "UsernameExistsException",
            "An account with the given phone_number already exists.",
        )

    def test_where_addresses_are_aliases_a_name_must_not_look_like_one(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AliasAttributes=["email"])
        assert refusal(pool.sign_up, username=EMAIL) == (
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        )

    def test_an_address_in_force_as_alias_does_not_keep_others_from_signing_up_with_it(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AliasAttributes=["email"])
        pool.sign_up("ann", email=EMAIL)
        pool.confirm("ann", inbox.code(EMAIL))
        assert pool.sign_up("bob", email=EMAIL)["UserConfirmed"] is False

    @pytest.mark.parametrize(
        ("settings", "same"),
        [
            ({}, False),
            ({"UsernameConfiguration": {"CaseSensitive": True}}, False),
            ({"UsernameConfiguration": {"CaseSensitive": False}}, True),
        ],
        ids=["default", "case-sensitive", "case-insensitive"],
    )
    @pytest.mark.parametrize(
        ("kind", "first", "second"),
        [({}, "Ann", "aNN"), ({"UsernameAttributes": ["email"]}, "Ann@Example.com", "aNN@example.COM")],
        ids=["name", "address"],
    )
    def test_whether_case_makes_another_name(
        self, idp: Any, inbox: Inbox, settings: Any, same: bool, kind: Any, first: str, second: str
    ) -> None:
        pool = make_pool(idp, inbox, **settings, **kind)
        pool.sign_up(first)
        if same:
            assert refusal(pool.sign_up, username=second)[0] == "UsernameExistsException"
            assert pool.user(second)["Username"] == pool.user(first)["Username"]
        else:
            pool.sign_up(second)
            assert pool.user(second)["Username"] != pool.user(first)["Username"]


class TestSecretHash:
    @pytest.fixture
    def secretive(self, idp: Any, inbox: Inbox) -> Pool:
        return make_pool(idp, inbox, client={"GenerateSecret": True})

    def sign_up(self, pool: Pool, **given: str) -> Any:
        return pool.idp.sign_up(
            ClientId=pool.client, Username="ann", Password=PASSWORD, UserAttributes=attributes({"email": EMAIL}), **given
        )

    def test_the_right_one_passes_through_all_of_sign_up(self, secretive: Pool, inbox: Inbox) -> None:
        given = {"SecretHash": secret_hash(secretive, "ann")}
        self.sign_up(secretive, **given)
        inbox.next(EMAIL)
        secretive.idp.resend_confirmation_code(ClientId=secretive.client, Username="ann", **given)
        secretive.confirm("ann", inbox.code(EMAIL), **given)
        assert secretive.user("ann")["UserStatus"] == "CONFIRMED"

    def test_both_secrets_count_during_a_rotation(self, secretive: Pool) -> None:
        before = secret_hash(secretive, "ann")
        secretive.idp.add_user_pool_client_secret(UserPoolId=secretive.id, ClientId=secretive.client)
        assert self.sign_up(secretive, SecretHash=before)["UserSub"]

    def test_a_missing_one_is_refused(self, secretive: Pool) -> None:
        assert refusal(self.sign_up, pool=secretive) == (
            "NotAuthorizedException",
            f"Client {secretive.client} is configured with secret but SECRET_HASH was not received",
        )

    @pytest.mark.parametrize("operation", ["sign_up", "confirm_sign_up", "resend_confirmation_code"])
    def test_a_wrong_one_is_refused(self, secretive: Pool, operation: str) -> None:
        more = {"sign_up": {"Password": PASSWORD}, "confirm_sign_up": {"ConfirmationCode": "123456"}}.get(operation, {})
        wrong = secret_hash(secretive, "bob")
        call = getattr(secretive.idp, operation)
        assert refusal(call, ClientId=secretive.client, Username="ann", SecretHash=wrong, **more) == (
            "NotAuthorizedException",
            f"Unable to verify secret hash for client {secretive.client}",
        )

    def test_one_for_a_public_client_is_refused(self, pool: Pool) -> None:
        assert refusal(self.sign_up, pool=pool, SecretHash="c2VjcmV0") == (
            "NotAuthorizedException",
            f"Client {pool.client} is not configured for secret but secret was received",
        )
