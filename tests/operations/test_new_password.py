"""NEW_PASSWORD_REQUIRED: what is asked of somebody who was invited, and who may answer."""

import json
from typing import Any

import pytest

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, attributes, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    schema = [{"Name": "name", "Required": True}, {"Name": "plan", "AttributeDataType": "String", "Mutable": True}]
    return make_pool(idp, inbox, Schema=schema)


@pytest.fixture
def asked(pool: Pool) -> dict[str, Any]:
    """Ann was invited, and has signed in with the password of her invitation."""
    pool.idp.admin_create_user(
        UserPoolId=pool.id,
        Username="ann",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=attributes({"email": "ann@example.com"}),
    )
    answer: dict[str, Any] = pool.try_sign_in(username="ann")
    return answer


def answer(pool: Pool, asked: dict[str, Any], password: str = NEW_PASSWORD, **values: str) -> Any:
    """Answer the challenge; `custom_plan` for `custom:plan`."""
    responses = {"USERNAME": "ann", "NEW_PASSWORD": password}
    responses |= {f"userAttributes.{name.replace('custom_', 'custom:')}": value for name, value in values.items()}
    return pool.idp.respond_to_auth_challenge(
        ClientId=pool.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"], ChallengeResponses=responses
    )


def test_what_the_pool_requires_and_the_user_lacks_is_asked_for(pool: Pool, asked: dict[str, Any]) -> None:
    parameters = asked["ChallengeParameters"]
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
    assert json.loads(parameters["userAttributes"]) == {"email": "ann@example.com"}
    assert refusal(answer, pool=pool, asked=asked) == ("InvalidParameterException", "Invalid attributes given, name is missing")
    assert answer(pool, asked, name="Ann", custom_plan="gold")["AuthenticationResult"]["AccessToken"]
    assert pool.attributes_of("ann") == {"email": "ann@example.com", "name": "Ann", "custom:plan": "gold"}
    assert pool.user("ann")["UserStatus"] == "CONFIRMED"


def test_a_refused_password_leaves_the_session_good(pool: Pool, asked: dict[str, Any]) -> None:
    assert refusal(answer, pool=pool, asked=asked, password="short", name="Ann")[0] == "InvalidPasswordException"
    assert answer(pool, asked, name="Ann")["AuthenticationResult"]


def test_who_was_disabled_meanwhile_gets_no_tokens(pool: Pool, asked: dict[str, Any]) -> None:
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
    assert refusal(answer, pool=pool, asked=asked, name="Ann") == ("NotAuthorizedException", "User is disabled.")
    assert pool.user("ann")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_password_that_was_set_for_good_meanwhile_stays(pool: Pool, asked: dict[str, Any]) -> None:
    pool.idp.admin_set_user_password(UserPoolId=pool.id, Username="ann", Password="Set-By-An-Admin-3", Permanent=True)
    assert refusal(answer, pool=pool, asked=asked, name="Ann") == ("NotAuthorizedException", "Invalid session for the user.")
    assert pool.sign_in("ann", "Set-By-An-Admin-3")
