"""What becomes of addresses and their verification when attributes change."""

from typing import Any

import pytest

from cognito_emu.domain.contact_attributes import AttributeUpdate, update_attributes, verify_attribute
from cognito_emu.errors import InvalidParameterException

OLD, NEW = "old@example.com", "new@example.com"
PRESENT = {"email": OLD, "email_verified": "true", "name": "Ann"}
OUTDATED = frozenset({"email"})


def update(given: dict[str, str], *, pending: dict[str, str] | None = None, **rules: Any) -> AttributeUpdate:
    return update_attributes(PRESENT, pending or {}, given, **{"auto_verified": ["email"], "before_update": []} | rules)


def test_other_attributes_are_set_and_deleted() -> None:
    assert update({"name": "", "nickname": "Annie"}) == AttributeUpdate(
        {"email": OLD, "email_verified": "true", "nickname": "Annie"}, {}, {}, frozenset()
    )


def test_a_new_address_is_in_force_at_once_and_to_be_verified() -> None:
    assert update({"email": NEW}) == AttributeUpdate(PRESENT | {"email": NEW, "email_verified": "false"}, {}, {"email": NEW}, OUTDATED)


def test_a_pool_that_does_not_verify_the_kind_sends_no_code() -> None:
    assert update({"email": NEW}, auto_verified=[]).to_verify == {}


def test_the_same_address_changes_nothing() -> None:
    assert update({"email": OLD}) == AttributeUpdate(PRESENT, {}, {}, frozenset())


def test_a_deleted_address_takes_its_verification_along() -> None:
    assert update({"email": ""}, pending={"email": NEW}) == AttributeUpdate({"name": "Ann"}, {}, {}, OUTDATED)


def test_a_first_address_is_to_be_verified() -> None:
    changed = update({"phone_number": "+14155550123"}, auto_verified=["phone_number"])
    assert changed.attributes == PRESENT | {"phone_number": "+14155550123", "phone_number_verified": "false"}
    assert changed.to_verify == {"phone_number": "+14155550123"}


@pytest.mark.parametrize("flag", [{}, {"email_verified": "false"}])
def test_where_verification_comes_first_the_old_address_stays(flag: dict[str, str]) -> None:
    changed = update({"email": NEW} | flag, before_update=["email"])
    assert changed == AttributeUpdate(PRESENT, {"email": NEW}, {"email": NEW}, OUTDATED)


def test_a_second_change_takes_the_place_of_the_first() -> None:
    changed = update({"email": "newer@example.com"}, pending={"email": NEW}, before_update=["email"])
    assert changed.pending == changed.to_verify == {"email": "newer@example.com"}


def test_the_old_address_takes_a_pending_change_back() -> None:
    assert update({"email": OLD}, pending={"email": NEW}, before_update=["email"]) == AttributeUpdate(PRESENT, {}, {}, OUTDATED)


@pytest.mark.parametrize("before_update", [[], ["email"]])
def test_an_address_that_is_vouched_for_is_in_force_and_verified_at_once(before_update: list[str]) -> None:
    changed = update({"email": NEW, "email_verified": "true"}, before_update=before_update)
    assert changed == AttributeUpdate(PRESENT | {"email": NEW}, {}, {}, OUTDATED)


def test_vouching_alone_puts_a_pending_address_in_force() -> None:
    changed = update({"email_verified": "true"}, pending={"email": NEW}, before_update=["email"])
    assert changed == AttributeUpdate(PRESENT | {"email": NEW}, {}, {}, OUTDATED)


def test_vouching_can_be_taken_back() -> None:
    assert update({"email_verified": "false"}).attributes == PRESENT | {"email_verified": "false"}


def test_nobody_vouches_for_an_address_that_is_not_there() -> None:
    with pytest.raises(InvalidParameterException, match="phone_number is required when phone_number_verified is true"):
        update({"phone_number_verified": "true"})


def test_the_right_code_puts_the_pending_address_in_force() -> None:
    others = {"phone_number": "+14155550123"}
    assert verify_attribute(PRESENT, {"email": NEW} | others, "email") == (PRESENT | {"email": NEW}, others)


def test_the_right_code_verifies_the_present_address_when_none_is_pending() -> None:
    assert verify_attribute({"email": OLD, "email_verified": "false"}, {}, "email") == ({"email": OLD, "email_verified": "true"}, {})
