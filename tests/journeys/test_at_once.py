"""Of many who do the same thing at once one succeeds, and the others get AWS's error."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, attributes, make_pool
from tests.support.control import Inbox
from tests.support.server import Server

MANY = 32


@pytest.fixture
def crowd(server: Server, account: str) -> Any:
    """A client through which many may call at once."""
    return server.client("cognito-idp", account=account, config=Config(max_pool_connections=MANY, retries={"total_max_attempts": 1}))


@pytest.fixture
def people(crowd: Any, inbox: Inbox) -> Pool:
    return make_pool(crowd, inbox, AliasAttributes=["email"])


def at_once(act: Callable[[int], Any]) -> Counter[str]:
    """What came of it, by the code of the error; `done` where there was none."""

    def outcome(number: int) -> str:
        try:
            act(number)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "done"

    with ThreadPoolExecutor(MANY) as threads:
        return Counter(threads.map(outcome, range(MANY)))


def one_and(code: str) -> Counter[str]:
    return Counter({"done": 1, code: MANY - 1})


def test_a_refresh_token_without_grace_period_is_rotated_once(people: Pool) -> None:
    rotating = people.client_with(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], RefreshTokenRotation={"Feature": "ENABLED"})
    people.enrol("ann")
    token = rotating.try_sign_in(username="ann")["AuthenticationResult"]["RefreshToken"]
    outcomes = at_once(lambda _: people.idp.get_tokens_from_refresh_token(ClientId=rotating.client, RefreshToken=token))
    assert outcomes == one_and("RefreshTokenReuseException")


def test_within_the_grace_period_all_get_tokens(people: Pool) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    rotating = people.client_with(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], RefreshTokenRotation=rotation)
    people.enrol("ann")
    token = rotating.try_sign_in(username="ann")["AuthenticationResult"]["RefreshToken"]
    assert at_once(lambda _: people.idp.get_tokens_from_refresh_token(ClientId=rotating.client, RefreshToken=token)) == {"done": MANY}


def test_a_user_leaves_once(people: Pool) -> None:
    people.enrol("ann")
    token = people.sign_in("ann")
    assert at_once(lambda _: people.idp.delete_user(AccessToken=token)) == one_and("UserNotFoundException")


def test_guessing_at_once_gives_no_more_tries(people: Pool) -> None:
    people.enrol("ann")
    messages: list[str] = []

    def guess(number: int) -> None:
        try:
            people.try_sign_in(username="ann", password=f"Wrong-Horse-{number}")
        except ClientError as error:
            messages.append(error.response["Error"]["Message"])

    at_once(guess)
    judged = Counter(messages)
    assert set(judged) == {"Incorrect username or password.", "Password attempts exceeded"}
    # The fifth locks for a second, each further one for twice as long: where all of this takes so long, there is one more.
    assert 5 <= judged["Incorrect username or password."] <= 7


def test_a_group_is_made_once(people: Pool) -> None:
    outcomes = at_once(lambda _: people.idp.create_group(UserPoolId=people.id, GroupName="staff"))
    assert outcomes == one_and("GroupExistsException")


def test_an_alias_is_one_users(people: Pool) -> None:
    verified = attributes({"email": "ann@example.com", "email_verified": "true"})

    def create(number: int) -> Any:
        return people.idp.admin_create_user(
            UserPoolId=people.id, Username=f"ann{number}", UserAttributes=verified, MessageAction="SUPPRESS"
        )

    assert at_once(create) == one_and("UsernameExistsException")


def test_a_code_confirms_once(people: Pool, inbox: Inbox) -> None:
    people.sign_up("ann", email="ann@example.com")
    code = inbox.code(to="ann@example.com")
    outcomes = at_once(lambda _: people.confirm("ann", code))
    assert outcomes.pop("done") == 1
    # By whether the user was looked at before or after the first had confirmed them.
    assert outcomes.keys() <= {"NotAuthorizedException", "ExpiredCodeException"}


def test_a_code_gives_one_new_password(people: Pool, inbox: Inbox) -> None:
    people.enrol("ann", email="ann@example.com")
    inbox.next(to="ann@example.com")
    people.verify("ann", "email")
    people.idp.forgot_password(ClientId=people.client, Username="ann")
    code = inbox.code(to="ann@example.com")

    def choose(number: int) -> Any:
        return people.idp.confirm_forgot_password(
            ClientId=people.client, Username="ann", ConfirmationCode=code, Password=f"{NEW_PASSWORD}{number}"
        )

    assert at_once(choose) == one_and("ExpiredCodeException")


def test_a_challenge_is_answered_once(people: Pool) -> None:
    people.idp.admin_create_user(UserPoolId=people.id, Username="ann", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    session = people.try_sign_in(username="ann")["Session"]

    def answer(number: int) -> Any:
        return people.idp.respond_to_auth_challenge(
            ClientId=people.client,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "ann", "NEW_PASSWORD": f"{NEW_PASSWORD}{number}"},
        )

    assert at_once(answer) == one_and("NotAuthorizedException")
