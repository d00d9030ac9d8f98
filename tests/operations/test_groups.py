"""Groups, and who is in them."""

from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock

ROLE = "arn:aws:iam::123456789012:role/captain"
NO_USER = ("UserNotFoundException", "User does not exist.")
NO_GROUP = ("ResourceNotFoundException", "Group not found.")
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return pool_id


def names(groups: list[dict[str, Any]]) -> list[str]:
    return [group["GroupName"] for group in groups]


class TestOneGroup:
    def test_it_shows_all_it_was_given(self, idp: Any, pool_id: str) -> None:
        given = {"GroupName": "crew", "Description": "All hands", "RoleArn": ROLE, "Precedence": 0}
        group = idp.create_group(UserPoolId=pool_id, **given)["Group"]
        assert group == given | {
            "UserPoolId": pool_id,
            "CreationDate": group["CreationDate"],
            "LastModifiedDate": group["CreationDate"],
        }
        assert idp.get_group(UserPoolId=pool_id, GroupName="crew")["Group"] == group

    def test_what_it_was_not_given_is_not_shown(self, idp: Any, pool_id: str) -> None:
        group = idp.create_group(UserPoolId=pool_id, GroupName="crew")["Group"]
        assert group.keys() == {"GroupName", "UserPoolId", "CreationDate", "LastModifiedDate"}

    def test_a_name_exists_once_in_a_pool(self, idp: Any, pool_id: str) -> None:
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        assert refusal(idp.create_group, UserPoolId=pool_id, GroupName="crew") == (
            "GroupExistsException",
            "A group with the name already exists.",
        )
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        assert idp.create_group(UserPoolId=other, GroupName="crew")["Group"]["UserPoolId"] == other

    def test_case_tells_groups_apart(self, idp: Any, pool_id: str) -> None:
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        idp.create_group(UserPoolId=pool_id, GroupName="Crew")
        assert set(names(idp.list_groups(UserPoolId=pool_id)["Groups"])) == {"crew", "Crew"}

    def test_an_update_changes_what_it_names_and_keeps_the_rest(self, idp: Any, pool_id: str, clock: Clock) -> None:
        before = idp.create_group(UserPoolId=pool_id, GroupName="crew", Description="All hands", RoleArn=ROLE, Precedence=7)["Group"]
        clock.advance(minutes=1)
        after = idp.update_group(UserPoolId=pool_id, GroupName="crew", Precedence=0, Description="")["Group"]
        assert after == before | {"Precedence": 0, "Description": "", "LastModifiedDate": after["LastModifiedDate"]}
        assert after["LastModifiedDate"] > before["LastModifiedDate"]
        assert idp.get_group(UserPoolId=pool_id, GroupName="crew")["Group"] == after

    def test_a_deleted_group_is_gone_and_its_members_stay(self, idp: Any, pool_id: str) -> None:
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName="crew")
        idp.delete_group(UserPoolId=pool_id, GroupName="crew")
        assert refusal(idp.get_group, UserPoolId=pool_id, GroupName="crew") == NO_GROUP
        assert idp.admin_list_groups_for_user(UserPoolId=pool_id, Username="ann")["Groups"] == []
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        assert idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"] == []

    @pytest.mark.parametrize("operation", ["get_group", "update_group", "delete_group", "list_users_in_group"])
    def test_a_group_or_pool_that_does_not_exist(self, idp: Any, pool_id: str, operation: str) -> None:
        assert refusal(getattr(idp, operation), UserPoolId=pool_id, GroupName="nobody") == NO_GROUP
        assert refusal(getattr(idp, operation), UserPoolId="us-east-1_AbCdEfGhI", GroupName="crew") == NO_POOL

    def test_no_group_in_a_pool_that_does_not_exist(self, idp: Any) -> None:
        assert refusal(idp.create_group, UserPoolId="us-east-1_AbCdEfGhI", GroupName="crew") == NO_POOL
        assert refusal(idp.list_groups, UserPoolId="us-east-1_AbCdEfGhI") == NO_POOL


class TestMembers:
    @pytest.fixture
    def crew(self, idp: Any, pool_id: str) -> dict[str, str]:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "name", "Value": "Ann"}])
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        return {"UserPoolId": pool_id, "Username": "ann", "GroupName": "crew"}

    def test_a_member_is_shown_as_a_user(self, idp: Any, pool_id: str, crew: dict[str, str]) -> None:
        idp.admin_add_user_to_group(**crew)
        assert idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"] == idp.list_users(UserPoolId=pool_id)["Users"]

    def test_joining_twice_is_no_error(self, idp: Any, pool_id: str, crew: dict[str, str]) -> None:
        idp.admin_add_user_to_group(**crew)
        idp.admin_add_user_to_group(**crew)
        assert len(idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"]) == 1

    def test_leaving_twice_is_no_error(self, idp: Any, pool_id: str, crew: dict[str, str]) -> None:
        idp.admin_add_user_to_group(**crew)
        idp.admin_remove_user_from_group(**crew)
        idp.admin_remove_user_from_group(**crew)
        assert idp.list_users_in_group(UserPoolId=pool_id, GroupName="crew")["Users"] == []

    @pytest.mark.parametrize("operation", ["admin_add_user_to_group", "admin_remove_user_from_group"])
    def test_who_or_what_does_not_exist(self, idp: Any, crew: dict[str, str], operation: str) -> None:
        assert refusal(getattr(idp, operation), **crew | {"Username": "nobody"}) == NO_USER
        assert refusal(getattr(idp, operation), **crew | {"GroupName": "nobody"}) == NO_GROUP
        assert refusal(getattr(idp, operation), **crew | {"UserPoolId": "us-east-1_AbCdEfGhI"}) == NO_POOL

    def test_the_groups_of_nobody(self, idp: Any, pool_id: str) -> None:
        assert refusal(idp.admin_list_groups_for_user, UserPoolId=pool_id, Username="nobody") == NO_USER

    def test_a_user_is_in_a_hundred_groups_at_most(self, idp: Any, pool_id: str, crew: dict[str, str]) -> None:
        for number in range(100):
            idp.create_group(UserPoolId=pool_id, GroupName=f"group-{number:03}")
            idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName=f"group-{number:03}")
        assert refusal(idp.admin_add_user_to_group, **crew) == (
            "InvalidParameterException",
            "A user cannot be in more than 100 groups.",
        )
        idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName="group-000")
        shown = idp.get_paginator("admin_list_groups_for_user").paginate(UserPoolId=pool_id, Username="ann").build_full_result()
        assert names(shown["Groups"]) == [f"group-{number:03}" for number in range(100)]


class TestLists:
    def test_groups_of_a_user_come_by_precedence(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="ann")
        for name, precedence in (("none-b", None), ("ten", 10), ("zero", 0), ("also-ten", 10), ("none-a", None)):
            idp.create_group(UserPoolId=pool_id, GroupName=name, **({} if precedence is None else {"Precedence": precedence}))
            idp.admin_add_user_to_group(UserPoolId=pool_id, Username="ann", GroupName=name)
        expected = ["zero", "also-ten", "ten", "none-a", "none-b"]
        assert names(idp.admin_list_groups_for_user(UserPoolId=pool_id, Username="ann")["Groups"]) == expected
        pages = idp.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=pool_id, Username="ann", PaginationConfig={"PageSize": 2}
        )
        assert [names(page["Groups"]) for page in pages] == [expected[:2], expected[2:4], expected[4:]]

    @pytest.mark.parametrize("size", [1, 3, 7, 60])
    def test_groups_are_listed_page_by_page(self, idp: Any, pool_id: str, size: int) -> None:
        expected = {f"group-{number}" for number in range(7)}
        for name in expected:
            idp.create_group(UserPoolId=pool_id, GroupName=name)
        pages = list(idp.get_paginator("list_groups").paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": size}))
        shown = [name for page in pages for name in names(page["Groups"])]
        assert len(pages) == -(-7 // size)
        assert len(shown) == 7
        assert set(shown) == expected

    @pytest.mark.parametrize("size", [1, 3, 7, 60])
    def test_members_are_listed_page_by_page(self, idp: Any, pool_id: str, size: int) -> None:
        idp.create_group(UserPoolId=pool_id, GroupName="crew")
        expected = {f"user-{number}" for number in range(7)}
        for name in expected:
            idp.admin_create_user(UserPoolId=pool_id, Username=name)
            idp.admin_add_user_to_group(UserPoolId=pool_id, Username=name, GroupName="crew")
        pages = list(
            idp.get_paginator("list_users_in_group").paginate(UserPoolId=pool_id, GroupName="crew", PaginationConfig={"PageSize": size})
        )
        shown = [user["Username"] for page in pages for user in page["Users"]]
        assert len(pages) == -(-7 // size)
        assert len(shown) == 7
        assert set(shown) == expected

    def test_limit_zero_is_the_largest_page(self, idp: Any, pool_id: str) -> None:
        for number in range(3):
            idp.create_group(UserPoolId=pool_id, GroupName=f"group-{number}")
        assert len(idp.list_groups(UserPoolId=pool_id, Limit=0)["Groups"]) == 3

    def test_a_token_works_for_its_own_list_only(self, idp: Any, pool_id: str) -> None:
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        for number in range(2):
            idp.create_group(UserPoolId=pool_id, GroupName=f"group-{number}")
        token = idp.list_groups(UserPoolId=pool_id, Limit=1)["NextToken"]
        bad = ("InvalidParameterException", "Invalid pagination token.")
        assert refusal(idp.list_groups, UserPoolId=other, NextToken=token) == bad
        assert refusal(idp.list_users_in_group, UserPoolId=pool_id, GroupName="group-0", NextToken=token) == bad
        assert refusal(idp.list_groups, UserPoolId=pool_id, NextToken="nonsense") == bad
        assert refusal(idp.list_groups, UserPoolId=pool_id, NextToken=token[:-4] + "AAAA") == bad
