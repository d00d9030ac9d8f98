"""Forgotten and reset passwords."""

import re
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, make_pool, other_than
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

CODE_MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
UNKNOWN_USER = ("UserNotFoundException", "Username/client id combination not found.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
WRONG_STATE = ("NotAuthorizedException", "User password cannot be reset in the current state.")
NO_ADDRESS = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
EMAIL, PHONE = "ann@example.com", "+14155550123"
TO_EMAIL = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
TO_PHONE = {"Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}


def enrol(pool: Pool) -> str:
    """Ann, confirmed, with a verified e-mail address."""
    sub = pool.enrol("ann", email=EMAIL)
    pool.verify("ann", "email")
    pool.inbox.next(EMAIL)  # the code of the sign-up
    return sub


def forget(pool: Pool, username: str) -> Any:
    return pool.idp.forgot_password(ClientId=pool.client, Username=username)["CodeDeliveryDetails"]


def choose(pool: Pool, username: str, code: str, password: str = NEW_PASSWORD) -> Any:
    return pool.idp.confirm_forgot_password(ClientId=pool.client, Username=username, ConfirmationCode=code, Password=password)


def mechanisms(*names: str) -> dict[str, Any]:
    ranked = [{"Name": name, "Priority": priority} for priority, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": ranked}}


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox)


@pytest.fixture
def hiding(idp: Any, inbox: Inbox) -> Pool:
    return make_pool(idp, inbox, client=HIDES)


class TestForgotPassword:
    def test_the_code_lets_the_user_choose_a_new_password(self, pool: Pool, inbox: Inbox) -> None:
        enrol(pool)
        assert forget(pool, "ann") == TO_EMAIL
        message = inbox.next(EMAIL)
        assert message["kind"] == "ForgotPassword"
        choose(pool, "ann", message["code"])
        assert pool.sign_in("ann", NEW_PASSWORD)
        assert refusal(pool.try_sign_in, username="ann") == WRONG_PASSWORD

    def test_until_then_the_old_password_works(self, pool: Pool) -> None:
        enrol(pool)
        forget(pool, "ann")
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.sign_in("ann")

    def test_a_new_code_takes_the_old_ones_place(self, pool: Pool, inbox: Inbox) -> None:
        enrol(pool)
        forget(pool, "ann")
        forget(pool, "ann")
        first, second = inbox.code(EMAIL), inbox.code(EMAIL)
        if first != second:
            assert refusal(choose, pool=pool, username="ann", code=first) == CODE_MISMATCH
        choose(pool, "ann", second)

    def test_without_a_setting_the_verified_phone_comes_first(self, pool: Pool, inbox: Inbox) -> None:
        pool.enrol("ann", email=EMAIL, phone_number=PHONE)
        pool.verify("ann", "email", "phone_number")
        assert forget(pool, "ann") == TO_PHONE
        assert inbox.next(PHONE)["kind"] == "ForgotPassword"

    def test_the_pools_setting_ranks_the_ways(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, **mechanisms("verified_email", "verified_phone_number"))
        pool.enrol("ann", email=EMAIL, phone_number=PHONE)
        pool.verify("ann", "phone_number")
        assert forget(pool, "ann") == TO_PHONE
        pool.verify("ann", "email")
        assert forget(pool, "ann") == TO_EMAIL

    def test_a_user_is_found_by_alias(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, AliasAttributes=["email"])
        enrol(pool)
        assert forget(pool, EMAIL) == TO_EMAIL
        choose(pool, EMAIL, inbox.code(EMAIL))
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_an_invited_user_cannot_reset_a_temporary_password(self, pool: Pool) -> None:
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", MessageAction="SUPPRESS")
        assert refusal(forget, pool=pool, username="ann") == WRONG_STATE

    @pytest.mark.parametrize("client", [{}, HIDES], ids=["LEGACY", "ENABLED"])
    @pytest.mark.parametrize("username", ["ann", "nobody"])
    def test_where_only_administrators_reset_passwords_everybody_hears_so(self, idp: Any, inbox: Inbox, client: Any, username: str) -> None:
        pool = make_pool(idp, inbox, client=client, **mechanisms("admin_only"))
        enrol(pool)
        told = ("NotAuthorizedException", "Contact administrator to reset password.")
        assert refusal(forget, pool=pool, username=username) == (UNKNOWN_USER if (client, username) == ({}, "nobody") else told)

    def test_an_unknown_user_is_refused(self, pool: Pool) -> None:
        assert refusal(forget, pool=pool, username="nobody") == UNKNOWN_USER

    def test_a_disabled_user_is_refused(self, pool: Pool) -> None:
        enrol(pool)
        pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
        assert refusal(forget, pool=pool, username="ann") == DISABLED

    @pytest.mark.parametrize("values", [{}, {"email": EMAIL}], ids=["no address", "not verified"])
    def test_a_user_without_verified_address_is_refused(self, pool: Pool, values: dict[str, str]) -> None:
        pool.enrol("ann", **values)
        assert refusal(forget, pool=pool, username="ann") == NO_ADDRESS

    def test_an_unknown_client_is_refused(self, idp: Any) -> None:
        assert refusal(idp.forgot_password, ClientId="nosuchclient", Username="ann") == (
            "ResourceNotFoundException",
            "User pool client nosuchclient does not exist.",
        )

    @pytest.mark.parametrize(
        ("operation", "more"),
        [("forgot_password", {}), ("confirm_forgot_password", {"ConfirmationCode": "123456", "Password": NEW_PASSWORD})],
    )
    def test_a_secret_must_be_known(self, pool: Pool, operation: str, more: dict[str, str]) -> None:
        secretive = pool.client_with(GenerateSecret=True)
        call = getattr(pool.idp, operation)
        assert refusal(call, ClientId=secretive.client, Username="ann", **more) == (
            "NotAuthorizedException",
            f"Client {secretive.client} is configured with secret but SECRET_HASH was not received",
        )
        assert refusal(call, ClientId=secretive.client, Username="ann", SecretHash="d3Jvbmc=", **more) == (
            "NotAuthorizedException",
            f"Unable to verify secret hash for client {secretive.client}",
        )


class TestForgotPasswordWhereUsersAreHidden:
    def test_an_existing_user_gets_a_code(self, hiding: Pool, inbox: Inbox) -> None:
        enrol(hiding)
        assert forget(hiding, "ann") == TO_EMAIL
        choose(hiding, "ann", inbox.code(EMAIL))
        assert hiding.sign_in("ann", NEW_PASSWORD)

    @pytest.mark.parametrize(("typed", "details"), [("zoe@sample.org", TO_EMAIL | {"Destination": "z***@s***"}), (PHONE, TO_PHONE)])
    def test_a_code_seems_to_go_to_the_typed_address(self, hiding: Pool, inbox: Inbox, typed: str, details: dict[str, str]) -> None:
        assert forget(hiding, typed) == details
        assert inbox.all() == []

    def test_a_code_seems_to_go_to_an_address_of_the_pools_preferred_kind(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, client=HIDES, **mechanisms("verified_phone_number", "verified_email"))
        details = forget(pool, "nobody")
        assert re.fullmatch(r"\+\*{7}\d{4}", details["Destination"])
        assert (details["DeliveryMedium"], details["AttributeName"]) == ("SMS", "phone_number")
        assert forget(pool, "nobody") == details

    @pytest.mark.parametrize("state", ["disabled", "not verified", "unconfirmed"])
    def test_a_user_who_gets_no_code_is_answered_like_an_unknown_one(self, hiding: Pool, inbox: Inbox, state: str) -> None:
        if state == "unconfirmed":
            hiding.sign_up("ann")
        elif state == "not verified":
            hiding.enrol("ann")
        else:
            hiding.enrol("ann")
            hiding.idp.admin_disable_user(UserPoolId=hiding.id, Username="ann")
        before = forget(hiding, "ann")
        hiding.idp.admin_delete_user(UserPoolId=hiding.id, Username="ann")
        assert forget(hiding, "ann") == before
        assert inbox.all() == []

    @pytest.mark.parametrize("state", ["unknown", "disabled"])
    def test_any_code_of_an_unknown_or_disabled_user_is_wrong(self, hiding: Pool, inbox: Inbox, state: str) -> None:
        code = "123456"
        if state == "disabled":
            enrol(hiding)
            forget(hiding, "ann")
            code = inbox.code(EMAIL)
            hiding.idp.admin_disable_user(UserPoolId=hiding.id, Username="ann")
        assert refusal(choose, pool=hiding, username="ann", code=code) == CODE_MISMATCH

    def test_an_existing_user_who_asked_for_no_code_is_told_that_it_expired(self, hiding: Pool) -> None:
        enrol(hiding)
        assert refusal(choose, pool=hiding, username="ann", code="123456") == EXPIRED_CODE


class TestConfirmForgotPassword:
    @pytest.fixture
    def code(self, pool: Pool, inbox: Inbox) -> str:
        """Ann's."""
        enrol(pool)
        forget(pool, "ann")
        return inbox.code(EMAIL)

    def test_a_wrong_code_changes_nothing_and_the_right_one_still_works(self, pool: Pool, code: str) -> None:
        assert refusal(choose, pool=pool, username="ann", code=other_than(code)) == CODE_MISMATCH
        assert pool.sign_in("ann")
        choose(pool, "ann", code)
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_a_code_works_once(self, pool: Pool, code: str) -> None:
        choose(pool, "ann", code)
        assert refusal(choose, pool=pool, username="ann", code=code) == EXPIRED_CODE

    def test_a_code_is_good_for_an_hour(self, pool: Pool, code: str, clock: Clock) -> None:
        clock.advance(minutes=60)
        assert refusal(choose, pool=pool, username="ann", code=code) == EXPIRED_CODE
        assert pool.sign_in("ann")

    def test_a_code_is_good_for_nearly_an_hour(self, pool: Pool, code: str, clock: Clock) -> None:
        clock.advance(minutes=59)
        choose(pool, "ann", code)

    def test_after_15_wrong_codes_the_right_one_is_refused(self, pool: Pool, code: str) -> None:
        for _ in range(15):
            assert refusal(choose, pool=pool, username="ann", code=other_than(code)) == CODE_MISMATCH
        assert refusal(choose, pool=pool, username="ann", code=code) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )

    def test_the_policy_is_enforced_and_the_code_stays_good(self, pool: Pool, code: str) -> None:
        assert refusal(choose, pool=pool, username="ann", code=code, password="too-simple") == (
            "InvalidPasswordException",
            "Password does not conform to policy: Password must have uppercase characters",
        )
        choose(pool, "ann", code)

    @pytest.mark.parametrize("username", ["ann", "nobody"])
    def test_the_policy_tells_nothing_of_who_exists(self, hiding: Pool, username: str) -> None:
        enrol(hiding)
        refused = refusal(choose, pool=hiding, username=username, code="123456", password="too-simple")
        assert refused[0] == "InvalidPasswordException"

    def test_a_former_password_is_refused_but_only_told_to_who_has_the_code(self, idp: Any, inbox: Inbox) -> None:
        pool = make_pool(idp, inbox, Policies={"PasswordPolicy": {"PasswordHistorySize": 2}})
        enrol(pool)
        forget(pool, "ann")
        code = inbox.code(EMAIL)
        assert refusal(choose, pool=pool, username="ann", code=other_than(code), password=PASSWORD) == CODE_MISMATCH
        assert refusal(choose, pool=pool, username="ann", code=code, password=PASSWORD) == (
            "PasswordHistoryPolicyViolationException",
            "Password has previously been used.",
        )
        choose(pool, "ann", code)
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_an_unconfirmed_user_with_a_verified_address_is_confirmed(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        inbox.next(EMAIL)
        pool.verify("ann", "email")
        forget(pool, "ann")
        choose(pool, "ann", inbox.code(EMAIL))
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"

    def test_the_sign_up_code_is_no_reset_code(self, pool: Pool, inbox: Inbox) -> None:
        pool.sign_up("ann", email=EMAIL)
        assert refusal(choose, pool=pool, username="ann", code=inbox.code(EMAIL)) == EXPIRED_CODE

    def test_a_lock_by_wrong_passwords_ends(self, pool: Pool, code: str) -> None:
        for _ in range(5):
            assert refusal(pool.try_sign_in, username="ann", password="Wrong-Horse-1") == WRONG_PASSWORD
        assert refusal(pool.try_sign_in, username="ann") == ("NotAuthorizedException", "Password attempts exceeded")
        choose(pool, "ann", code)
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_of_an_unknown_user(self, pool: Pool) -> None:
        assert refusal(choose, pool=pool, username="nobody", code="123456") == UNKNOWN_USER

    def test_of_a_disabled_user(self, pool: Pool, code: str) -> None:
        pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
        assert refusal(choose, pool=pool, username="ann", code=code) == DISABLED


class TestAdminResetUserPassword:
    def reset(self, pool: Pool, username: str = "ann") -> None:
        pool.idp.admin_reset_user_password(UserPoolId=pool.id, Username=username)

    def test_the_password_must_be_chosen_anew_by_the_code(self, pool: Pool, inbox: Inbox) -> None:
        enrol(pool)
        self.reset(pool)
        assert pool.user("ann")["UserStatus"] == "RESET_REQUIRED"
        assert refusal(pool.try_sign_in, username="ann") == (
            "PasswordResetRequiredException",
            "Password reset required for the user",
        )
        message = inbox.next(EMAIL)
        assert message["kind"] == "AdminResetUserPassword"
        choose(pool, "ann", message["code"])
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.sign_in("ann", NEW_PASSWORD)

    def test_the_code_is_good_for_an_hour_and_forgot_password_sends_another(self, pool: Pool, inbox: Inbox, clock: Clock) -> None:
        enrol(pool)
        self.reset(pool)
        clock.advance(hours=1)
        assert refusal(choose, pool=pool, username="ann", code=inbox.code(EMAIL)) == EXPIRED_CODE
        forget(pool, "ann")
        choose(pool, "ann", inbox.code(EMAIL))

    def test_a_signed_in_user_can_do_nothing_until_then(self, pool: Pool) -> None:
        enrol(pool)
        token = pool.sign_in("ann")
        self.reset(pool)
        assert refusal(pool.idp.get_user, AccessToken=token) == (
            "PasswordResetRequiredException",
            "Password reset required for the user",
        )

    def test_it_can_be_done_again(self, pool: Pool, inbox: Inbox) -> None:
        enrol(pool)
        self.reset(pool)
        self.reset(pool)
        inbox.next(EMAIL)
        choose(pool, "ann", inbox.code(EMAIL))

    def test_without_an_address_it_is_refused_and_the_password_stays(self, pool: Pool) -> None:
        pool.enrol("ann")
        assert refusal(self.reset, pool=pool) == NO_ADDRESS
        assert pool.user("ann")["UserStatus"] == "CONFIRMED"
        assert pool.sign_in("ann")

    @pytest.mark.parametrize("state", ["UNCONFIRMED", "FORCE_CHANGE_PASSWORD"])
    def test_a_user_who_has_no_password_in_force_is_refused(self, pool: Pool, state: str) -> None:
        if state == "UNCONFIRMED":
            pool.sign_up("ann", email=EMAIL)
        else:
            pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", MessageAction="SUPPRESS")
        assert refusal(self.reset, pool=pool) == WRONG_STATE
        assert pool.user("ann")["UserStatus"] == state

    def test_an_unknown_user_is_refused(self, pool: Pool) -> None:
        assert refusal(self.reset, pool=pool) == ("UserNotFoundException", "User does not exist.")
