"""ListUsers: the filter language against a model of it in Python, paging, AttributesToGet."""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.operations.refusals import refusal
from tests.support.control import Clock

SEARCHABLE = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")
STATUSES = ("FORCE_CHANGE_PASSWORD", "CONFIRMED")


@dataclass(frozen=True)
class Person:
    """What the model knows of a user."""

    username: str
    sub: str
    status: str
    enabled: bool
    attributes: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Crowd:
    """A pool and everybody in it."""

    idp: Any
    pool_id: str
    case_sensitive: bool
    people: list[Person]

    def find(self, filter_text: str, page_size: int) -> list[str]:
        """The names that the emulator finds, page by page."""
        pages = self.idp.get_paginator("list_users").paginate(
            UserPoolId=self.pool_id, Filter=filter_text, PaginationConfig={"PageSize": page_size}
        )
        return [user["Username"] for page in pages for user in page["Users"]]

    def expect(self, attribute: str, operator: str, value: str) -> set[str]:
        """The names that AWS documents to be found."""
        return {person.username for person in self.people if self._matches(person, attribute, operator, value)}

    def _matches(self, person: Person, attribute: str, operator: str, value: str) -> bool:
        own: str | None
        match attribute:
            case "username":
                own, folds = person.username, not self.case_sensitive
            case "sub":
                own, folds = person.sub, False
            case "cognito:user_status":
                own, folds = person.status, True
            case "status":
                own, folds = "Enabled" if person.enabled else "Disabled", False
            case _:
                own, folds = person.attributes.get(attribute), not self.case_sensitive
        if own is None:
            return False
        if folds:
            own, value = own.casefold(), value.casefold()
        return own == value if operator == "=" else own.startswith(value)


def _quote(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _people() -> list[dict[str, Any]]:
    """Fifty people whose names begin alike, differ in case, need quoting, or lie outside ASCII."""
    firsts = ["Ann", "ann", "Anna", "ÄNNE", "änne", 'A"nn', "A\\nn", "A%n", "A_n", "İrem"]
    lasts = ["Lee", "lee", "Leeds", "O'Neil", "Straße"]
    people = []
    for number, (first, last) in enumerate(itertools.product(firsts, lasts)):
        attributes = {"given_name": first, "family_name": last, "name": f"{first} {last}"}
        if number % 2:
            attributes["email"] = f"{'USER' if number % 4 == 1 else 'user'}{number:02}@Example.com"
        if number % 3 == 0:
            attributes["phone_number"] = f"+1415555{number:04}"
        if number % 5 == 0:
            attributes["preferred_username"] = f"nick{number}"
        people.append({"username": f"{'U' if number % 4 else 'u'}ser-{number:02}", "attributes": attributes, "number": number})
    return people


@pytest.fixture(scope="module", params=[True, False], ids=["case-sensitive", "case-insensitive"])
def crowd(request: pytest.FixtureRequest, server: Any) -> Crowd:
    idp = server.client("cognito-idp", account=f"77700000000{int(request.param)}")
    pool_id = idp.create_user_pool(PoolName="crowd", UsernameConfiguration={"CaseSensitive": request.param})["UserPool"]["Id"]
    people = []
    for person in _people():
        given_attributes = [{"Name": name, "Value": value} for name, value in person["attributes"].items()]
        user = idp.admin_create_user(UserPoolId=pool_id, Username=person["username"], UserAttributes=given_attributes)["User"]
        confirmed, disabled = person["number"] % 7 == 0, person["number"] % 6 == 0
        if confirmed:
            idp.admin_set_user_password(UserPoolId=pool_id, Username=person["username"], Password="Correct-Horse-7", Permanent=True)
        if disabled:
            idp.admin_disable_user(UserPoolId=pool_id, Username=person["username"])
        status = STATUSES[confirmed]
        people.append(Person(person["username"], user["Attributes"][0]["Value"], status, not disabled, person["attributes"]))
    return Crowd(idp, pool_id, request.param, people)


def _values(people: list[Person], attribute: str) -> list[str]:
    match attribute:
        case "username":
            return [person.username for person in people]
        case "sub":
            return [person.sub for person in people]
        case "cognito:user_status":
            return [*STATUSES, "Confirmed", "unconfirmed"]
        case "status":
            return ["Enabled", "Disabled", "enabled"]
        case _:
            return [person.attributes[attribute] for person in people if attribute in person.attributes]


@st.composite
def filters(draw: Callable[[Any], Any], people: list[Person]) -> tuple[str, str, str]:
    """An attribute, an operator, and a value that is somebody's, the beginning of somebody's, or nobody's."""
    attribute = draw(st.sampled_from([*SEARCHABLE, "username", "sub", "cognito:user_status", "status"]))
    operator = draw(st.sampled_from(["=", "^="]))
    value = draw(st.sampled_from(_values(people, attribute)))
    value = draw(st.sampled_from([value, value.upper(), value.lower(), value + "x"]))
    return attribute, operator, value[: draw(st.integers(0, len(value)))] if operator == "^=" else value


class TestFilter:
    @settings(max_examples=200, deadline=None)
    @given(data=st.data())
    def test_it_finds_whom_the_documented_language_finds(self, crowd: Crowd, data: st.DataObject) -> None:
        attribute, operator, value = data.draw(filters(crowd.people))
        page_size = data.draw(st.sampled_from([1, 3, 60])) if value else 60
        found = crowd.find(f'{attribute} {operator} "{_quote(value)}"', page_size)
        assert len(found) == len(set(found))
        assert set(found) == crowd.expect(attribute, operator, value)

    @pytest.mark.parametrize("filter_text", ['family_name="Lee"', 'family_name  =   "Lee" ', '"family_name" = "Lee"'])
    def test_blanks_and_quotes_around_the_name_do_not_matter(self, crowd: Crowd, filter_text: str) -> None:
        assert set(crowd.find(filter_text, 60)) == crowd.expect("family_name", "=", "Lee")

    @pytest.mark.parametrize("filter_text", ["", " "])
    def test_an_empty_filter_finds_everybody(self, crowd: Crowd, filter_text: str) -> None:
        assert len(crowd.find(filter_text, 60)) == 50

    @pytest.mark.parametrize(
        "filter_text", ["email", 'email "x"', "email = x", 'email = "x', 'email != "x"', 'email = "x" and name = "y"', '= "x"']
    )
    def test_what_is_no_filter(self, crowd: Crowd, filter_text: str) -> None:
        assert refusal(crowd.idp.list_users, UserPoolId=crowd.pool_id, Filter=filter_text) == (
            "InvalidParameterException",
            "Error while parsing filter.",
        )

    @pytest.mark.parametrize("attribute", ["custom:plan", "gender", "email_verified", "Username"])
    def test_attributes_that_cannot_be_searched(self, crowd: Crowd, attribute: str) -> None:
        assert refusal(crowd.idp.list_users, UserPoolId=crowd.pool_id, Filter=f'{attribute} = "x"') == (
            "InvalidParameterException",
            "Input fails to satisfy the constraints.",
        )

    def test_the_username_of_an_email_pool_is_the_sub(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="emails", UsernameAttributes=["email"])["UserPool"]["Id"]
        user = idp.admin_create_user(UserPoolId=pool_id, Username="ann@example.com")["User"]
        for filter_text in (f'username = "{user["Username"]}"', f'sub ^= "{user["Username"][:9]}"', 'email = "ann@example.com"'):
            assert idp.list_users(UserPoolId=pool_id, Filter=filter_text)["Users"] == [user]
        assert idp.list_users(UserPoolId=pool_id, Filter='username = "ann@example.com"')["Users"] == []


class TestChanges:
    def test_a_search_follows_what_changes(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "name", "Value": "Ann"}])

        def found(filter_text: str) -> list[str]:
            return [user["Username"] for user in idp.list_users(UserPoolId=pool_id, Filter=filter_text)["Users"]]

        assert found('cognito:user_status = "force_change_password"') == ["ann"]
        idp.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password="Correct-Horse-7", Permanent=True)
        assert found('cognito:user_status = "force_change_password"') == []
        assert found('cognito:user_status ^= "conf"') == ["ann"]
        idp.admin_disable_user(UserPoolId=pool_id, Username="ann")
        assert (found('status = "Enabled"'), found('status = "Disabled"')) == ([], ["ann"])
        idp.admin_delete_user(UserPoolId=pool_id, Username="ann")
        assert found('name = "Ann"') == []


class TestPaging:
    @pytest.fixture
    def pool_id(self, idp: Any, clock: Clock) -> str:
        pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        for number in range(5):
            idp.admin_create_user(UserPoolId=pool_id, Username=f"user-{number}")
            clock.advance(seconds=1)
        return pool_id

    def test_pages_end_without_a_token_and_nobody_comes_twice(self, idp: Any, pool_id: str) -> None:
        pages = list(idp.get_paginator("list_users").paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": 2}))
        assert [[user["Username"] for user in page["Users"]] for page in pages] == [
            ["user-0", "user-1"],
            ["user-2", "user-3"],
            ["user-4"],
        ]
        assert "PaginationToken" not in pages[-1]

    def test_a_full_last_page_needs_no_further_one(self, idp: Any, pool_id: str) -> None:
        page = idp.list_users(UserPoolId=pool_id, Limit=5)
        assert len(page["Users"]) == 5
        assert "PaginationToken" not in page

    def test_pages_go_on_although_users_come_and_go(self, idp: Any, pool_id: str) -> None:
        token = idp.list_users(UserPoolId=pool_id, Limit=2)["PaginationToken"]
        idp.admin_delete_user(UserPoolId=pool_id, Username="user-1")
        idp.admin_delete_user(UserPoolId=pool_id, Username="user-2")
        idp.admin_create_user(UserPoolId=pool_id, Username="user-5")
        rest = idp.list_users(UserPoolId=pool_id, PaginationToken=token)["Users"]
        assert [user["Username"] for user in rest] == ["user-3", "user-4", "user-5"]

    def test_a_token_works_with_the_same_filter_only(self, idp: Any, pool_id: str) -> None:
        token = idp.list_users(UserPoolId=pool_id, Filter='username ^= "user"', Limit=2)["PaginationToken"]
        bad = ("InvalidParameterException", "Invalid pagination token.")
        assert refusal(idp.list_users, UserPoolId=pool_id, PaginationToken=token) == bad
        assert refusal(idp.list_users, UserPoolId=pool_id, Filter='username ^= "use"', PaginationToken=token) == bad
        assert refusal(idp.list_users, UserPoolId=pool_id, PaginationToken="bad") == bad
        assert len(idp.list_users(UserPoolId=pool_id, Filter='username ^= "user"', PaginationToken=token)["Users"]) == 3

    def test_without_a_limit_a_page_holds_sixty(self, idp: Any, pool_id: str) -> None:
        for number in range(5, 61):
            idp.admin_create_user(UserPoolId=pool_id, Username=f"user-{number}")
        for request in ({}, {"Limit": 0}, {"Limit": 60}):
            page = idp.list_users(UserPoolId=pool_id, **request)
            assert len(page["Users"]) == 60
            assert "PaginationToken" in page

    def test_a_pool_that_does_not_exist(self, idp: Any) -> None:
        assert refusal(idp.list_users, UserPoolId="us-east-1_AbCdEfGhI") == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )

    def test_nobody_is_listed_of_an_empty_pool(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="empty")["UserPool"]["Id"]
        page = idp.list_users(UserPoolId=pool_id)
        assert page["Users"] == []
        assert "PaginationToken" not in page


class TestAttributesToGet:
    MISSING = ("InvalidParameterException", "One or more requested attributes do not exist in user pool.")

    @pytest.fixture
    def pool_id(self, idp: Any) -> str:
        pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        attributes = [{"Name": "email", "Value": "ann@example.com"}, {"Name": "name", "Value": "Ann"}]
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=attributes)
        return pool_id

    def test_only_these_are_shown(self, idp: Any, pool_id: str) -> None:
        (user,) = idp.list_users(UserPoolId=pool_id, AttributesToGet=["email"])["Users"]
        assert user["Attributes"] == [{"Name": "email", "Value": "ann@example.com"}]
        assert {"Username", "UserStatus", "Enabled", "UserCreateDate", "UserLastModifiedDate"} <= user.keys()

    def test_sub_is_an_attribute_like_another(self, idp: Any, pool_id: str) -> None:
        (user,) = idp.list_users(UserPoolId=pool_id, AttributesToGet=["sub"])["Users"]
        assert [attribute["Name"] for attribute in user["Attributes"]] == ["sub"]
        assert re.fullmatch(r"[0-9a-f-]{36}", user["Attributes"][0]["Value"])

    def test_an_empty_list_means_all(self, idp: Any, pool_id: str) -> None:
        (user,) = idp.list_users(UserPoolId=pool_id, AttributesToGet=[])["Users"]
        assert [attribute["Name"] for attribute in user["Attributes"]] == ["sub", "email", "name"]

    def test_an_attribute_that_the_pool_does_not_have(self, idp: Any, pool_id: str) -> None:
        assert refusal(idp.list_users, UserPoolId=pool_id, AttributesToGet=["custom:plan"]) == self.MISSING

    def test_an_attribute_that_somebody_found_does_not_have(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="bob")
        assert refusal(idp.list_users, UserPoolId=pool_id, AttributesToGet=["email"]) == self.MISSING
        assert len(idp.list_users(UserPoolId=pool_id, AttributesToGet=["email"], Filter='email ^= "a"')["Users"]) == 1
