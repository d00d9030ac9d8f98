"""Request quotas, applied on request: COGNITO_EMU_RATE_LIMITS."""

import asyncio
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cognito_emu.call import Tenant
from cognito_emu.config import Settings
from cognito_emu.domain.hourly_counts import HourlyCounts
from cognito_emu.domain.request_quotas import CATEGORY_OF, HOURLY_QUOTAS_OF_USER, IDENTITY_POOL_QUOTAS, QUOTAS
from cognito_emu.domain.token_bucket import TokenBucket
from cognito_emu.environment import Environment
from cognito_emu.protocol.service_models import load_service_model
from cognito_emu.rate_limits import RateLimits
from cognito_emu.store import open_store
from tests.oauth.relying_party import Tenant as OAuthTenant
from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server, ServerFactory

TOO_MANY = ("TooManyRequestsException", "Rate exceeded")
HOME = Tenant("000000000001", "us-east-1")


def test_every_operation_of_user_pools_but_those_of_limits_has_a_category() -> None:
    uncounted = {"GetProvisionedLimit", "UpdateProvisionedLimit"}
    assert set(load_service_model("cognito-idp").operation_names) == CATEGORY_OF.keys() | uncounted
    assert QUOTAS.keys() - CATEGORY_OF.values() == {"UserFederation"}
    assert IDENTITY_POOL_QUOTAS.keys() <= set(load_service_model("cognito-identity").operation_names)


# -- the arithmetic, with a clock that stands


def test_a_bucket_gives_its_rate_and_no_more_than_a_second_of_it_at_once() -> None:
    bucket = TokenBucket(2.0, 100.0)
    assert [bucket.take(2.0, 100.0) for _ in range(3)] == [True, True, False]
    assert [bucket.take(2.0, 100.5) for _ in range(2)] == [True, False]
    assert [bucket.take(2.0, 90.0), bucket.take(2.0, 90.5)] == [False, True]  # the clock was set back
    assert [bucket.take(2.0, 1000.0) for _ in range(3)] == [True, True, False]
    assert [bucket.take(0.1, 2000.0) for _ in range(2)] == [True, False]  # never less than one


class Counter:
    """Quotas and a clock that moves when it is told to."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.now = 1_000_000.0
        self.store = open_store(f"sqlite:///{folder}/store.db")
        self.limits = RateLimits(Settings(**settings), Environment(time_source=lambda: self.now), self.store)

    def admitted(self, category: str, tenant: Tenant = HOME, operation: str = "", pool_id: str | None = None) -> int:
        """How many requests are admitted in a row."""

        async def count() -> int:
            number = 0
            while await self.limits.admit(category, tenant, operation, pool_id):
                number += 1
            return number

        return asyncio.run(count())


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path)
    yield counter
    counter.store.close()


def test_a_category_has_its_rate_in_each_account_and_region(counter: Counter) -> None:
    assert counter.admitted("UserCreation") == 50
    assert counter.admitted("UserAccountRecovery") == 30
    assert counter.admitted("UserCreation", Tenant("000000000002", HOME.region)) == 50
    assert counter.admitted("UserCreation", Tenant(HOME.account, "eu-west-1")) == 50
    counter.now += 0.5
    assert counter.admitted("UserCreation") == 25


def test_a_provisioned_rate_counts_from_the_next_request_on(counter: Counter) -> None:
    assert counter.admitted("UserCreation") == 50
    asyncio.run(counter.store.transact(lambda tx: tx.provisioned_limits.put(HOME.account, HOME.region, "UserCreation", 200)))
    counter.now += 1
    assert counter.admitted("UserCreation") == 200


def test_answers_to_challenges_have_three_times_the_rate_and_then_take_from_the_category(counter: Counter) -> None:
    assert counter.admitted("UserAuthentication", operation="RespondToAuthChallenge") == 3 * 120 + 120
    assert counter.admitted("UserAuthentication", operation="InitiateAuth") == 0


def test_an_operation_on_one_pool_has_five_a_second_within_its_category(counter: Counter) -> None:
    assert [counter.admitted("UserPoolResourceRead", operation="GetGroup", pool_id=pool) for pool in ("a", "b")] == [5, 5]
    assert counter.admitted("UserPoolResourceRead", operation="ListGroups", pool_id="a") == 5
    assert counter.admitted("UserPoolResourceRead", operation="ListTagsForResource") == 5


def test_processes_share_the_rate_and_a_percentage_makes_it_small(tmp_path: Path) -> None:
    counter = Counter(tmp_path, workers=2, rate_limit_percent=20)
    assert counter.admitted("UserCreation") == 5
    counter.store.close()


# -- at the doors, with a hundredth of AWS's quotas


@pytest.fixture(scope="module")
def limited(servers: ServerFactory) -> Iterator[Server]:
    """A server where an account may change its pools once in seven seconds, and tag an identity pool once in a hundred."""
    with servers(rate_limits=True, rate_limit_percent=1) as server:
        yield server


@pytest.fixture
def pool(limited: Server, account: str) -> Pool:
    return make_pool(limited.client("cognito-idp", account=account), Inbox(limited, account))


def is_refused_at_last(operation: Any, **request: Any) -> bool:
    """Whether one of the next calls is refused: on a slow machine the quota grows between two."""
    for _ in range(15):
        try:
            operation(**request)
        except ClientError as error:
            answer = error.response["Error"]
            if (answer["Code"], answer["Message"]) == TOO_MANY:
                return True
    return False


def test_a_used_up_category_is_refused_until_time_has_passed(limited: Server, pool: Pool) -> None:
    assert is_refused_at_last(pool.idp.update_user_pool, UserPoolId=pool.id)
    pool.idp.list_groups(UserPoolId=pool.id)  # another category
    Clock(limited).advance(minutes=1)
    pool.idp.update_user_pool(UserPoolId=pool.id)


def test_an_unsigned_request_counts_in_the_account_of_the_pool(limited: Server, pool: Pool, account: str) -> None:
    assert is_refused_at_last(pool.idp.forgot_password, ClientId=pool.client, Username="nobody")
    elsewhere = make_pool(limited.client("cognito-idp", account=f"8{account[1:]}"), pool.inbox)
    assert refusal(elsewhere.idp.forgot_password, ClientId=elsewhere.client, Username="nobody")[0] == "UserNotFoundException"


def test_identity_pools_have_a_rate_for_each_operation(limited: Server, account: str) -> None:
    identity = limited.client("cognito-identity", account=account)
    made = identity.create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=True)
    arn = f"arn:aws:cognito-identity:us-east-1:{account}:identitypool/{made['IdentityPoolId']}"
    identity.tag_resource(ResourceArn=arn, Tags={"a": "b"})
    assert refusal(identity.tag_resource, ResourceArn=arn, Tags={"a": "b"}) == TOO_MANY
    identity.untag_resource(ResourceArn=arn, TagKeys=["a"])


def test_machines_that_ask_for_tokens_too_often_are_refused_with_status_429(limited: Server, account: str) -> None:
    tenant = OAuthTenant.make(limited, limited.client("cognito-idp", account=account))
    machine = tenant.machine()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: machine.token(grant_type="client_credentials"), range(64)))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert [(answer.status_code, answer.json()) for answer in refused] == [(429, {"error": "Rate exceeded"})] * len(refused)
    assert refused


def test_without_the_setting_nothing_is_refused(idp: Any) -> None:
    pool_id = idp.create_user_pool(PoolName="busy")["UserPool"]["Id"]
    for _ in range(40):
        idp.describe_user_pool(UserPoolId=pool_id)


# -- by user


def test_the_quotas_of_users_are_of_operations_that_can_say_so() -> None:
    model = load_service_model("cognito-idp")
    for name in HOURLY_QUOTAS_OF_USER:
        assert "LimitExceededException" in {error.name for error in model.operation_model(name).error_shapes}


def test_an_hour_has_so_many_tries_and_begins_with_the_first() -> None:
    counts = HourlyCounts()
    assert [counts.take("ann", 2, now) for now in (100.0, 200.0, 300.0)] == [True, True, False]
    assert counts.take("bob", 2, 300.0)
    assert [counts.take("ann", 2, now) for now in (3699.0, 3700.0)] == [False, True]
    assert counts.take("ann", 1, 50.0), "a clock that was set back begins anew"


def test_a_user_tries_so_often_an_hour_and_others_go_on(servers: ServerFactory, account: str) -> None:
    with servers(rate_limits=True) as server:
        pool, clock = make_pool(server.client("cognito-idp", account=account), Inbox(server, account)), Clock(server)
        for name in ("ann", "bob"):
            pool.enrol(name)
        passwords = itertools.cycle((PASSWORD, NEW_PASSWORD))
        tokens = {name: pool.sign_in(name) for name in ("ann", "bob")}

        def change(name: str, *, wrong: bool = False) -> None:
            present = next(passwords) if not wrong else "Wrong-Horse-1"
            proposed = NEW_PASSWORD if present == PASSWORD else PASSWORD
            pool.idp.change_password(PreviousPassword=present, ProposedPassword=proposed, AccessToken=tokens[name])

        for _ in range(4):
            change("ann")
        with pytest.raises(ClientError, match="Incorrect username or password"):
            change("ann", wrong=True)  # counts as well
        exceeded = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
        assert refusal(lambda: change("ann", wrong=True)) == exceeded
        change("bob")
        for _ in range(15):
            code, _ = refusal(pool.idp.confirm_sign_up, ClientId=pool.client, Username="ann", ConfirmationCode="123456")
            assert code != "LimitExceededException"
        assert refusal(pool.idp.confirm_sign_up, ClientId=pool.client, Username="ann", ConfirmationCode="123456") == exceeded
        clock.advance(hours=1)
        code, _ = refusal(pool.idp.confirm_sign_up, ClientId=pool.client, Username="ann", ConfirmationCode="123456")
        assert code != "LimitExceededException"


# -- messages


def test_the_days_emails_of_an_account_come_to_an_end(servers: ServerFactory, account: str) -> None:
    with servers(rate_limits=True, rate_limit_percent=4) as server:
        pool = make_pool(server.client("cognito-idp", account=account), Inbox(server, account))
        clock = Clock(server)
        clock.advance(86400 - clock.now() % 86400)  # midnight
        for name in ("ann", "bob"):
            pool.sign_up(name, email=f"{name}@example.com")
            clock.advance(minutes=1)
        code, sentence = refusal(pool.sign_up, username="cid", email="cid@example.com")
        assert code == "LimitExceededException"
        assert sentence.startswith("Exceeded daily email limit for the operation or the account.")
        clock.advance(days=1)
        pool.sign_up("dan", email="dan@example.com")


@pytest.mark.parametrize("name", ["ForgotPassword", "ResendConfirmationCode", "GetUserAttributeVerificationCode"])
def test_a_code_can_be_asked_for_twenty_times_an_hour(server: Server, account: str, name: str, clock: Clock) -> None:
    """Whatever the settings: "between 5 and 20 attempts for a user to request or enter a password reset code"."""
    pool = make_pool(server.client("cognito-idp", account=account), Inbox(server, account))
    pool.sign_up("ann", email="ann@example.com")
    named = {"ClientId": pool.client, "Username": "ann"}
    operation: Any = pool.idp.resend_confirmation_code
    if name != "ResendConfirmationCode":
        pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ann")
        pool.verify("ann", "email")
        operation = pool.idp.forgot_password
    if name == "GetUserAttributeVerificationCode":
        operation, named = pool.idp.get_user_attribute_verification_code, {"AttributeName": "email", "AccessToken": pool.sign_in("ann")}
    for _ in range(20 - (name == "ResendConfirmationCode")):  # SignUp sent the first
        operation(**named)
    assert refusal(operation, **named) == ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    clock.advance(minutes=59, seconds=59)
    if name != "GetUserAttributeVerificationCode":  # the access token has expired by then
        clock.advance(hours=1)
        operation(**named)
