"""Signing up, confirming it, having the code sent again."""

import base64
import collections
import hashlib
import hmac
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.people import PASSWORD, Pool, attributes, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE_MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
UNKNOWN_USER = ("UserNotFoundException", "Username/client id combination not found.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
EMAIL, PHONE = "ann@example.com", "+14155550123"
TO_EMAIL = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
TO_PHONE = {"Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox)


def secret_hash(pool: Pool, username: str) -> str:
    assert pool.secret
    return base64.b64encode(hmac.digest(pool.secret.encode(), (username + pool.client).encode(), hashlib.sha256)).decode()


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


def outcomes_of_32(pool: Pool, names: list[str]) -> dict[str, int]:
    """How often each thing happened when all sign up at once."""

    def attempt(name: str) -> str:
        try:
            pool.sign_up(name)
        except ClientError as error:
            return "{Code}: {Message}".format_map(error.response["Error"])
        return "signed up"

    with ThreadPoolExecutor(32) as threads:
        return dict(collections.Counter(threads.map(attempt, names)))


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

    def test_may_be_left_out_where_codes_sign_in(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
        assert pool.sign_up("ann", password=None, email=EMAIL)["CodeDeliveryDetails"] == TO_EMAIL


class TestAttributesOfANewUser:
    def test_a_required_one_must_be_there(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Schema=[{"Name": "name", "Required": True}])
        assert refusal(pool.sign_up, username="ann") == (
            "InvalidParameterException",
            "Attributes did not conform to the schema: name: The attribute is required\n",
        )

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
            f"Client {secretive.client} is configured for secret but secret was not received",
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


class TestResendConfirmationCode:
    def resend(self, pool: Pool, username: str) -> Any:
        return pool.idp.resend_confirmation_code(ClientId=pool.client, Username=username)["CodeDeliveryDetails"]

    def test_a_new_code_takes_the_old_ones_place(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        first = inbox.code(EMAIL)
        assert self.resend(pool, "ann") == TO_EMAIL
        message = inbox.next(EMAIL)
        assert message["kind"] == "ResendCode"
        if message["code"] != first:
            assert refusal(pool.confirm, username="ann", code=first) == CODE_MISMATCH
        pool.confirm("ann", message["code"])

    def test_a_new_code_is_good_for_a_day_from_then(self, pool: Pool, inbox: Inbox, clock: Clock) -> None:
        pool.sign_up("ann", email=EMAIL)
        inbox.next(EMAIL)
        clock.advance(hours=23)
        self.resend(pool, "ann")
        clock.advance(hours=23)
        pool.confirm("ann", inbox.code(EMAIL))

    def test_in_a_pool_that_verifies_nothing_it_is_refused(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AutoVerifiedAttributes=[])
        pool.sign_up("ann", email=EMAIL)
        assert refusal(self.resend, pool=pool, username="ann") == (
            "NotAuthorizedException",
            "Cannot resend codes. Auto verification not turned on.",
        )

    def test_a_confirmed_user_is_refused(self, pool: Pool) -> None:
        pool.enrol("ann", email=EMAIL)
        assert refusal(self.resend, pool=pool, username="ann") == ("InvalidParameterException", "User is already confirmed.")

    def test_an_unknown_user_is_refused(self, pool: Pool) -> None:
        assert refusal(self.resend, pool=pool, username="nobody") == UNKNOWN_USER

    def test_a_disabled_user_is_refused(self, pool: Pool) -> None:
        pool.sign_up("ann", email=EMAIL)
        pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
        assert refusal(self.resend, pool=pool, username="ann") == DISABLED


class TestResendConfirmationCodeWhereUsersAreHidden:
    @pytest.fixture
    def hiding(self, idp: Any, inbox: Inbox) -> Pool:
        return make_pool(idp, inbox, client=HIDES)

    def resend(self, pool: Pool, username: str) -> Any:
        return pool.idp.resend_confirmation_code(ClientId=pool.client, Username=username)["CodeDeliveryDetails"]

    def test_a_code_seems_to_go_to_the_typed_address(self, hiding: Pool, inbox: Inbox) -> None:
        assert self.resend(hiding, "zoe@sample.org") == TO_EMAIL | {"Destination": "z***@s***"}
        assert self.resend(hiding, PHONE) == TO_PHONE
        assert inbox.all() == []

    def test_a_code_seems_to_go_to_the_same_address_each_time(self, hiding: Pool) -> None:
        first = self.resend(hiding, "nobody")
        assert re.fullmatch(r"[a-z]\*\*\*@[a-z]\*\*\*", first["Destination"])
        assert self.resend(hiding, "nobody") == first

    @pytest.mark.parametrize("state", ["disabled", "confirmed"])
    def test_nothing_is_sent_to_one_who_needs_no_code(self, hiding: Pool, inbox: Inbox, state: str) -> None:
        hiding.sign_up("ann", email=EMAIL)
        if state == "disabled":
            hiding.idp.admin_disable_user(UserPoolId=hiding.id, Username="ann")
        else:
            hiding.idp.admin_confirm_sign_up(UserPoolId=hiding.id, Username="ann")
        assert self.resend(hiding, "ann")["DeliveryMedium"] == "EMAIL"
        assert len(inbox.all()) == 1
