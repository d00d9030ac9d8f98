"""Asking for the code of a sign-up once more."""

import re
from typing import Any

import pytest

from tests.operations.people import Pool, make_pool
from tests.operations.refusals import refusal
from tests.operations.sign_up.newcomers import CODE_MISMATCH, DISABLED, EMAIL, HIDES, PHONE, TO_EMAIL, TO_PHONE, UNKNOWN_USER
from tests.support.control import Clock, Inbox


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
