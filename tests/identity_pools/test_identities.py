"""Identities: linked, merged, unlinked, listed, deleted."""

from typing import Any

import pytest

from tests.identity_pools.pools import (
    NO_GUESTS,
    NO_MATCH,
    NOT_AUTHORIZED,
    NOT_FOUND,
    IdentityPool,
    provider_name,
    sign_in,
)
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool
from tests.operations.refusals import refusal

UNKNOWN = "us-east-1:00000000-0000-4000-8000-000000000000"


def forbidden(identity_id: str) -> tuple[str, str]:
    return NOT_AUTHORIZED, f"Access to Identity '{identity_id}' is forbidden."


def listed(pool: IdentityPool, *, hide_disabled: bool = True) -> list[str]:
    page = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=60, HideDisabled=hide_disabled)
    return [identity["IdentityId"] for identity in page["Identities"]]


def test_several_logins_in_one_call_lead_to_one_identity(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    both = sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")}
    ann = pool.get_id(both)
    assert pool.get_id(sign_in(people, "ann")) == ann
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == ann
    assert pool.logins(ann) == sorted(both)


def test_a_login_that_comes_along_is_linked(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    both = sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")}
    assert pool.credentials(ann, both)["IdentityId"] == ann
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == ann


def test_a_guest_keeps_his_id_when_he_signs_in_for_the_first_time(pool: IdentityPool, people: Pool) -> None:
    guest = pool.get_id()
    assert pool.credentials(guest, sign_in(people, "ann"))["IdentityId"] == guest
    assert pool.get_id(sign_in(people, "ann")) == guest
    assert refusal(pool.credentials, identity_id=guest) == forbidden(guest)


def test_a_guest_becomes_the_identity_that_his_login_already_has(pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    guest = pool.get_id()
    assert pool.credentials(guest, sign_in(people, "ann"))["IdentityId"] == ann
    assert refusal(pool.credentials, identity_id=guest) == forbidden(guest)
    assert refusal(pool.credentials, identity_id=guest, logins=sign_in(people, "ann")) == forbidden(guest)
    assert listed(pool) == [ann]
    assert listed(pool, hide_disabled=False) == [ann, guest]


def test_two_identities_become_one_when_both_logins_are_proved_at_once(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    older = pool.get_id(sign_in(people, "ann"))
    younger = pool.get_id({provider.name: provider.issue(sub="ann")})
    both = sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")}
    assert pool.get_id(both) == older
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == older
    assert listed(pool) == [older]
    assert refusal(pool.credentials, identity_id=younger, logins=both) == forbidden(younger)


def test_two_users_of_one_provider_never_become_one(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    pool.get_id(sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")})
    bob = sign_in(people, "bob") | {provider.name: provider.issue(sub="ann")}
    assert refusal(pool.identity.get_id, IdentityPoolId=pool.id, Logins=bob)[0] == "ResourceConflictException"
    pool.get_id(sign_in(people, "bob"))
    assert refusal(pool.identity.get_id, IdentityPoolId=pool.id, Logins=bob)[0] == "ResourceConflictException"
    assert len(listed(pool)) == 2


def test_an_identity_is_nobodys_without_one_of_its_logins(pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    assert refusal(pool.credentials, identity_id=ann) == forbidden(ann)
    assert refusal(pool.credentials, identity_id=ann, logins=sign_in(people, "bob")) == NO_MATCH
    assert refusal(pool.identity.get_open_id_token, IdentityId=ann) == forbidden(ann)


def test_guests_are_shut_out_when_the_pool_no_longer_has_any(pool: IdentityPool) -> None:
    guest = pool.get_id()
    pool.identity.update_identity_pool(IdentityPoolId=pool.id, IdentityPoolName="app", AllowUnauthenticatedIdentities=False)
    assert refusal(pool.credentials, identity_id=guest) == NO_GUESTS


def test_an_unlinked_login_is_a_new_identity_when_it_is_next_seen(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    both = sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")}
    ann = pool.get_id(both)
    pool.identity.unlink_identity(IdentityId=ann, Logins=sign_in(people, "ann"), LoginsToRemove=[provider.name])
    assert pool.logins(ann) == [provider_name(people)]
    assert pool.get_id(sign_in(people, "ann")) == ann
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) != ann


def test_an_identity_without_any_login_left_is_inaccessible(pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    pool.identity.unlink_identity(IdentityId=ann, Logins=sign_in(people, "ann"), LoginsToRemove=[provider_name(people)])
    assert pool.logins(ann) == []
    assert refusal(pool.credentials, identity_id=ann) == forbidden(ann)
    assert refusal(pool.credentials, identity_id=ann, logins=sign_in(people, "ann")) == NO_MATCH
    assert pool.get_id(sign_in(people, "ann")) != ann


def test_only_the_owner_unlinks(pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    pool.get_id(sign_in(people, "bob"))
    refused = refusal(pool.identity.unlink_identity, IdentityId=ann, Logins=sign_in(people, "bob"), LoginsToRemove=[provider_name(people)])
    assert refused == NO_MATCH
    junk = {provider_name(people): "junk"}
    refused = refusal(pool.identity.unlink_identity, IdentityId=ann, Logins=junk, LoginsToRemove=[provider_name(people)])
    assert refused == (NOT_AUTHORIZED, "Invalid login token. Not a valid OpenId Connect identity token.")


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("describe_identity", {}),
        ("get_credentials_for_identity", {}),
        ("get_open_id_token", {}),
        ("unlink_identity", {"Logins": {"a": "b"}, "LoginsToRemove": ["a"]}),
    ],
)
def test_an_unknown_identity_is_not_found(identity: Any, operation: str, request_: dict[str, Any]) -> None:
    assert refusal(getattr(identity, operation), IdentityId=UNKNOWN, **request_) == (NOT_FOUND, f"Identity '{UNKNOWN}' not found.")


def test_an_identity_shows_when_it_was_made_and_changed(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    made = pool.identity.describe_identity(IdentityId=ann)
    pool.get_id(sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")})
    changed = pool.identity.describe_identity(IdentityId=ann)
    assert changed["CreationDate"] == made["CreationDate"] <= made["LastModifiedDate"] < changed["LastModifiedDate"]


def test_identities_are_listed_page_by_page_while_others_come_and_go(pool: IdentityPool) -> None:
    guests = [pool.get_id() for _ in range(5)]
    first = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=2)
    pool.identity.delete_identities(IdentityIdsToDelete=[guests[0], guests[3]])
    second = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=2, NextToken=first["NextToken"])
    pages = [[identity["IdentityId"] for identity in page["Identities"]] for page in (first, second)]
    assert pages == [guests[:2], [guests[2], guests[4]]]
    assert "NextToken" not in second


def test_deleted_identities_are_gone_and_unknown_ones_named(pool: IdentityPool) -> None:
    guest, other = pool.get_id(), pool.get_id()
    answer = pool.identity.delete_identities(IdentityIdsToDelete=[guest, UNKNOWN, guest])
    assert answer["UnprocessedIdentityIds"] == [{"IdentityId": UNKNOWN, "ErrorCode": "AccessDenied"}]
    assert listed(pool) == [other]


def test_a_deleted_identitys_login_is_new_again(pool: IdentityPool, people: Pool) -> None:
    ann = pool.get_id(sign_in(people, "ann"))
    pool.identity.delete_identities(IdentityIdsToDelete=[ann])
    assert pool.get_id(sign_in(people, "ann")) != ann
