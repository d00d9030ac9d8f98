"""CUSTOM_AUTH: what the pool's functions are asked, what becomes of their answers, and where password, MFA and devices come in."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from pycognito.aws_srp import AWSSRP

from tests.operations.factors import EMAIL, EMAIL_SENDER, PREFERRED, prefer, register_app, respond, set_mfa
from tests.operations.people import PASSWORD, Pool, make_pool
from tests.operations.refusals import refusal
from tests.operations.remembered_device import RememberedDevice, confirm
from tests.support.control import Clock, Inbox
from tests.support.server import Server, ServerFactory

HANDLERS = Path(__file__).parents[1] / "handlers" / "custom_auth"
DEFINING = ("two_rounds", "one_round", "password_first", "at_once", "never", "undecided", "raises")
USER = "ann"
FLOWS = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
ONCE = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
UNUSABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the functions write what they were asked."""
    return tmp_path_factory.mktemp("functions") / "events.jsonl"


def described(name: str, handler: str, record: Path, asks: str) -> str:
    """A function of functions.toml, run by the Python that runs the emulator."""
    runtime = "python{}.{}".format(*sys.version_info)
    environment = f'{{ RECORD = "{record}", ASKS = "{asks}" }}'
    lines = (f'code = "{HANDLERS}"', f'handler = "app.{handler}"', f'runtime = "{runtime}"', f"environment = {environment}")
    return "\n".join((f"[functions.{name}]", *lines))


@pytest.fixture(scope="module")
def functions_server(servers: ServerFactory, record: Path) -> Iterator[Server]:
    """A server whose triggers run."""
    handlers = {name: (name, "") for name in (*DEFINING, "create", "verify", "record")}
    handlers |= {f"asks_{name}": ("asks_in_vain", name) for name in ("PASSWORD_VERIFIER", "SMS_MFA")}
    functions = record.with_name("functions.toml")
    functions.write_text("\n".join(described(name, handler, record, asks) for name, (handler, asks) in handlers.items()))
    with servers(triggers="process", functions=functions) as server:
        yield server


@pytest.fixture
def pool_with(functions_server: Server, account: str, record: Path) -> Callable[..., Pool]:
    """A pool whose challenges a function of this name defines, with Ann in it."""

    def make(define: str, *, client: dict[str, Any] | None = None, **settings: Any) -> Pool:
        idp, inbox = functions_server.client(account=account), Inbox(functions_server, account)
        used = {"DefineAuthChallenge": define, "CreateAuthChallenge": "create", "VerifyAuthChallengeResponse": "verify"}
        used |= settings.pop("triggers", {})
        lambdas = {trigger: f"arn:aws:lambda:us-east-1:{account}:function:{name}" for trigger, name in used.items()}
        pool = make_pool(
            idp,
            inbox,
            client={"ExplicitAuthFlows": FLOWS} | (client or {}),
            LambdaConfig=lambdas,
            EmailConfiguration=EMAIL_SENDER,
            **settings,
        )
        pool.enrol(USER, email=EMAIL)
        record.write_text("")
        return pool

    return make


@pytest.fixture
def asked(record: Path) -> Callable[[str], list[dict[str, Any]]]:
    """The requests of the events of one trigger, oldest first."""

    def read(trigger: str) -> list[dict[str, Any]]:
        events = [json.loads(line) for line in record.read_text().splitlines()]
        return [event["request"] for event in events if event["triggerSource"].startswith(f"{trigger}_")]

    return read


@pytest.fixture
def functions_clock(functions_server: Server) -> Iterator[Clock]:
    clock = Clock(functions_server)
    yield clock
    clock.reset()


def begin(pool: Pool, username: str = USER, **parameters: str) -> Any:
    given = {"USERNAME": username} | parameters
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="CUSTOM_AUTH", AuthParameters=given)


def step(name: str, *, result: bool = True, metadata: str | None = None) -> dict[str, Any]:
    return {"challengeName": name, "challengeResult": result, "challengeMetadata": metadata}


# -- without the functions


def test_without_a_function_the_flow_is_refused(idp: Any, inbox: Inbox) -> None:
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": FLOWS})
    pool.enrol(USER, email=EMAIL)
    missing = ("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.")
    assert refusal(lambda: begin(pool)) == missing
    flow = {"UserPoolId": pool.id, "ClientId": pool.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": USER}}
    assert refusal(idp.admin_initiate_auth, **flow) == missing


def test_with_triggers_off_a_configured_function_is_as_none(idp: Any, inbox: Inbox, account: str) -> None:
    lambdas = {"DefineAuthChallenge": f"arn:aws:lambda:us-east-1:{account}:function:define"}
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": FLOWS}, LambdaConfig=lambdas)
    assert refusal(lambda: begin(pool))[1] == "Custom auth lambda trigger is not configured for the user pool."


def test_the_flow_must_be_enabled_for_the_client(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round", client={"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
    assert refusal(lambda: begin(pool)) == ("InvalidParameterException", "CUSTOM_AUTH flow not enabled for this client")


# -- rounds of challenges


def test_a_challenge_shows_what_is_public_and_a_right_answer_signs_in(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round")
    first = begin(pool)
    assert first["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert first["ChallengeParameters"] == {"USERNAME": USER, "question": "number 1?", "kind": "arithmetic"}
    result = respond(pool, first, USER, ANSWER="1")["AuthenticationResult"]
    assert pool.idp.get_user(AccessToken=result["AccessToken"])["Username"] == USER
    assert refusal(lambda: respond(pool, first, USER, ANSWER="1")) == ONCE


def test_a_wrong_answer_is_the_functions_affair(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("two_rounds")
    second = respond(pool, begin(pool), USER, ANSWER="wrong")
    assert second["ChallengeParameters"]["question"] == "number 2?"
    third = respond(pool, second, USER, ANSWER="2")
    assert respond(pool, third, USER, ANSWER="3")["AuthenticationResult"]


def test_a_function_can_end_the_sign_in(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round")
    first = begin(pool)
    assert refusal(lambda: respond(pool, first, USER, ANSWER="wrong")) == WRONG
    assert refusal(lambda: respond(pool, first, USER, ANSWER="1")) == ONCE
    assert refusal(lambda: begin(pool_with("never"))) == WRONG


def test_a_function_can_issue_tokens_at_once(pool_with: Callable[..., Pool]) -> None:
    assert begin(pool_with("at_once"))["AuthenticationResult"]["IdToken"]


def test_the_administrators_twin_goes_the_same_way(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round")
    common = {"UserPoolId": pool.id, "ClientId": pool.client}
    first = pool.idp.admin_initiate_auth(AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": USER}, **common)
    answer = pool.idp.admin_respond_to_auth_challenge(
        ChallengeName="CUSTOM_CHALLENGE", ChallengeResponses={"USERNAME": USER, "ANSWER": "1"}, Session=first["Session"], **common
    )
    assert answer["AuthenticationResult"]


def test_each_function_is_told_the_whole_past(pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]) -> None:
    pool = pool_with("two_rounds")
    third = respond(pool, respond(pool, begin(pool), USER, ANSWER="wrong"), USER, ANSWER="2")
    respond(pool, third, USER, ANSWER="3")
    past = [
        step("CUSTOM_CHALLENGE", result=False, metadata="ROUND-1"),
        step("CUSTOM_CHALLENGE", metadata="ROUND-2"),
        step("CUSTOM_CHALLENGE", metadata="ROUND-3"),
    ]
    assert [request["session"] for request in asked("DefineAuthChallenge")] == [[], past[:1], past[:2], past]
    created = asked("CreateAuthChallenge")
    assert [request["session"] for request in created] == [[], past[:1], past[:2]]
    assert {request["challengeName"] for request in created} == {"CUSTOM_CHALLENGE"}
    verified = [(request["privateChallengeParameters"], request["challengeAnswer"]) for request in asked("VerifyAuthChallengeResponse")]
    assert verified == [({"answer": "1"}, "wrong"), ({"answer": "2"}, "2"), ({"answer": "3"}, "3")]
    assert all(request["userAttributes"]["email"] == EMAIL for request in asked("DefineAuthChallenge"))


def test_the_metadata_of_answers_goes_to_the_functions_and_that_of_the_beginning_does_not(
    pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]
) -> None:
    pool = pool_with("one_round")
    flow = {"ClientId": pool.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": USER}}
    first = pool.idp.initiate_auth(ClientMetadata={"said": "first"}, **flow)
    pool.idp.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=first["Session"],
        ChallengeResponses={"USERNAME": USER, "ANSWER": "1"},
        ClientMetadata={"said": "then"},
    )
    assert [request.get("clientMetadata") for request in asked("DefineAuthChallenge")] == [None, {"said": "then"}]
    assert [request.get("clientMetadata") for request in asked("VerifyAuthChallengeResponse")] == [{"said": "then"}]


# -- what cannot be used


@pytest.mark.parametrize("define", ["undecided", "asks_PASSWORD_VERIFIER", "asks_SMS_MFA"])
def test_an_answer_that_decides_nothing_that_can_be_done_is_refused(pool_with: Callable[..., Pool], define: str) -> None:
    pool = pool_with(define)
    assert refusal(lambda: begin(pool)) == UNUSABLE


def test_what_a_function_says_when_it_fails_is_told(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("raises")
    assert refusal(lambda: begin(pool)) == (
        "UserLambdaValidationException",
        "DefineAuthChallenge failed with error No challenge today.",
    )


def test_what_is_missing_is_said(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round")
    assert refusal(lambda: respond(pool, begin(pool), USER)) == ("InvalidParameterException", "Missing required parameter ANSWER")
    assert refusal(lambda: begin(pool, CHALLENGE_NAME="SRP_A")) == ("InvalidParameterException", "Missing required parameter SRP_A")


# -- users who are not there, or not ready


def test_where_existence_shows_an_unknown_user_is_refused_before_any_function(
    pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]
) -> None:
    pool = pool_with("one_round")
    assert refusal(lambda: begin(pool, "nobody")) == ("UserNotFoundException", "User does not exist.")
    assert asked("DefineAuthChallenge") == []


def test_where_it_is_hidden_the_functions_are_told_and_nobody_gets_in(
    pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]
) -> None:
    hiding = {"PreventUserExistenceErrors": "ENABLED"}
    pool = pool_with("one_round", client=hiding)
    first = begin(pool, "nobody")
    assert first["ChallengeParameters"] == {"USERNAME": "nobody", "question": "number 1?", "kind": "arithmetic"}
    assert refusal(lambda: respond(pool, first, "nobody", ANSWER="1")) == WRONG
    for trigger in ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"):
        assert all(request["userNotFound"] is True for request in asked(trigger))
    begin(pool)
    assert asked("CreateAuthChallenge")[-1]["userNotFound"] is False


def test_who_may_not_sign_in_may_not_begin(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("at_once")
    pool.sign_up("bob", email="bob@example.com")
    assert refusal(lambda: begin(pool, "bob")) == ("UserNotConfirmedException", "User is not confirmed.")
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username=USER)
    assert refusal(lambda: begin(pool)) == ("NotAuthorizedException", "User is disabled.")


# -- the password first


def with_password(pool: Pool, password: str = PASSWORD, device: RememberedDevice | None = None) -> Any:
    """Begin with SRP and prove the password; returns what follows."""
    client = device.srp() if device else AWSSRP(username=USER, password=password, pool_id=pool.id, client_id=pool.client, client=pool.idp)
    begun = begin(pool, CHALLENGE_NAME="SRP_A", **client.get_auth_params())
    assert begun["ChallengeName"] == "PASSWORD_VERIFIER"
    proof = client.process_challenge(begun["ChallengeParameters"], {"USERNAME": USER})
    return pool.idp.respond_to_auth_challenge(ClientId=pool.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof)


def test_the_password_comes_before_the_challenges(pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]) -> None:
    pool = pool_with("password_first")
    challenge = with_password(pool)
    assert challenge["ChallengeParameters"]["question"] == "number 3?"
    assert respond(pool, challenge, USER, ANSWER="3")["AuthenticationResult"]
    past = [step("SRP_A"), step("PASSWORD_VERIFIER"), step("CUSTOM_CHALLENGE", metadata="ROUND-3")]
    assert [request["session"] for request in asked("DefineAuthChallenge")] == [past[:1], past[:2], past]


def test_a_wrong_password_ends_it(pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]) -> None:
    pool = pool_with("password_first")
    assert refusal(lambda: with_password(pool, "Wrong-Horse-1")) == WRONG
    assert len(asked("DefineAuthChallenge")) == 1


def test_mfa_follows_the_password_and_then_the_challenges(
    pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]], functions_clock: Clock
) -> None:
    pool = pool_with("password_first")
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",))
    app = register_app(pool, functions_clock, pool.sign_in(USER))
    prefer(pool, USER, SoftwareTokenMfaSettings=PREFERRED)
    code = with_password(pool)
    assert code["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    challenge = respond(pool, code, USER, SOFTWARE_TOKEN_MFA_CODE=app.code())
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert respond(pool, challenge, USER, ANSWER="4")["AuthenticationResult"]
    assert asked("DefineAuthChallenge")[-1]["session"] == [
        step("SRP_A"),
        step("PASSWORD_VERIFIER"),
        step("SOFTWARE_TOKEN_MFA"),
        step("CUSTOM_CHALLENGE", metadata="ROUND-4"),
    ]


def test_challenges_alone_are_followed_by_no_mfa(pool_with: Callable[..., Pool], functions_clock: Clock) -> None:
    pool = pool_with("one_round")
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",))
    register_app(pool, functions_clock, pool.sign_in(USER))
    set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))
    assert respond(pool, begin(pool), USER, ANSWER="1")["AuthenticationResult"]


# -- devices


TRACKING = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


def test_a_new_device_gets_its_key_and_a_remembered_one_proves_itself_at_the_end(pool_with: Callable[..., Pool]) -> None:
    pool = pool_with("one_round", DeviceConfiguration=TRACKING)
    device = confirm(pool, USER, respond(pool, begin(pool), USER, ANSWER="1"))
    last = respond(pool, begin(pool, DEVICE_KEY=device.key), USER, ANSWER="1")
    assert last["ChallengeName"] == "DEVICE_SRP_AUTH"
    result = device.prove(last)["AuthenticationResult"]
    assert jwt.decode(result["AccessToken"], options={"verify_signature": False})["device_key"] == device.key


def test_with_the_password_first_a_remembered_device_replaces_mfa_at_the_end(
    pool_with: Callable[..., Pool], functions_clock: Clock
) -> None:
    pool = pool_with("password_first", DeviceConfiguration=TRACKING)
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",))
    device = confirm(pool, USER, respond(pool, with_password(pool), USER, ANSWER="3"))
    register_app(pool, functions_clock, pool.sign_in(USER))
    set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))
    challenge = with_password(pool, device=device)
    assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert device.prove(respond(pool, challenge, USER, ANSWER="3"))["AuthenticationResult"]


def test_a_device_that_is_forgotten_on_the_way_does_not_let_mfa_be_skipped(pool_with: Callable[..., Pool], functions_clock: Clock) -> None:
    pool = pool_with("password_first", DeviceConfiguration=TRACKING)
    set_mfa(pool, "OPTIONAL", ("SOFTWARE_TOKEN_MFA",))
    device = confirm(pool, USER, respond(pool, with_password(pool), USER, ANSWER="3"))
    register_app(pool, functions_clock, pool.sign_in(USER))
    set_mfa(pool, "ON", ("SOFTWARE_TOKEN_MFA",))
    challenge = with_password(pool, device=device)
    pool.idp.admin_forget_device(UserPoolId=pool.id, Username=USER, DeviceKey=device.key)
    assert respond(pool, challenge, USER, ANSWER="3")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_post_authentication_hears_whether_the_device_is_new(
    pool_with: Callable[..., Pool], asked: Callable[[str], list[dict[str, Any]]]
) -> None:
    hearing = {"PostAuthentication": "record", "PreTokenGeneration": "record"}
    pool = pool_with("one_round", DeviceConfiguration=TRACKING, triggers=hearing)
    device = confirm(pool, USER, respond(pool, begin(pool), USER, ANSWER="1"))
    device.prove(respond(pool, begin(pool, DEVICE_KEY=device.key), USER, ANSWER="1"))
    assert [request["newDeviceUsed"] for request in asked("PostAuthentication")] == [True, False]
    plain = pool_with("one_round", triggers=hearing)
    respond(plain, begin(plain), USER, ANSWER="1")
    assert "newDeviceUsed" not in asked("PostAuthentication")[-1] or asked("PostAuthentication")[-1]["newDeviceUsed"] is None


def test_tokens_that_a_device_earned_name_their_source(pool_with: Callable[..., Pool], record: Path) -> None:
    pool = pool_with("one_round", DeviceConfiguration=TRACKING, triggers={"PreTokenGeneration": "record"})
    device = confirm(pool, USER, respond(pool, begin(pool), USER, ANSWER="1"))
    device.prove(respond(pool, begin(pool, DEVICE_KEY=device.key), USER, ANSWER="1"))
    sources = [json.loads(line)["triggerSource"] for line in record.read_text().splitlines()]
    assert [source for source in sources if source.startswith("TokenGeneration")] == [
        "TokenGeneration_Authentication",
        "TokenGeneration_AuthenticateDevice",
    ]
