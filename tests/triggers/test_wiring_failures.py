"""What clients are told when a function is gone, not permitted, late or talks nonsense, and that nothing half-done is left."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import RUNTIMES, Functions, Triggered, arn_of, triggered

EMAIL = "ann@example.com"
INVALID_JSON = ("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")
UNRECOGNIZABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")


@pytest.mark.parametrize("runtime", RUNTIMES)
class TestNonsense:
    @pytest.mark.parametrize(
        ("returned", "expected"),
        [(None, INVALID_JSON), ("fine", INVALID_JSON), ({}, UNRECOGNIZABLE), ({"response": {"autoConfirmUser": "yes"}}, UNRECOGNIZABLE)],
    )
    def test_an_answer_that_is_no_event_leaves_nothing(
        self, functions: Functions, runtime: str, returned: Any, expected: tuple[str, str]
    ) -> None:
        pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"return": returned}}, runtime=runtime).pool
        assert refusal(lambda: pool.sign_up("ann", email=EMAIL)) == expected
        assert refusal(lambda: pool.user("ann"))[0] == "UserNotFoundException"
        assert pool.inbox.all() == []

    def test_a_function_that_raises_says_so_in_its_own_words(self, functions: Functions, runtime: str) -> None:
        pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"raise": "Members only"}}, runtime=runtime).pool
        expected = ("UserLambdaValidationException", "PreSignUp failed with error Members only.")
        assert refusal(lambda: pool.sign_up("ann", email=EMAIL)) == expected
        assert refusal(lambda: pool.user("ann"))[0] == "UserNotFoundException"
        record = functions.invocations()[-1]
        assert (record["error"], record["response"]["errorMessage"]) == (expected[1], "Members only")
        line = next(line for line in functions.server.log_path.read_text().splitlines() if record["requestId"] in line)
        assert "a trigger failed; `cognito-emu triggers show` tells more" in line
        assert expected[1] in line

    def test_a_function_that_overruns_its_own_time_failed(self, functions: Functions, runtime: str) -> None:
        arn = functions.create(runtime=runtime, script={"PreSignUp_SignUp": {"hang": 60}}, Timeout=1)
        pool = Triggered.make(functions.server, functions.account, {"PreSignUp": arn}).pool
        code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert code == "UserLambdaValidationException"
        assert sentence.startswith("PreSignUp failed with error ")
        assert sentence.endswith("Task timed out after 1.00 seconds.")


def test_no_answer_in_five_seconds_is_asked_for_thrice(functions: Functions) -> None:
    pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"hang": 30}}).pool
    assert refusal(lambda: pool.sign_up("ann", email=EMAIL)) == (
        "UnexpectedLambdaException",
        "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    )
    assert [record["attempt"] for record in functions.invocations()] == [1, 2, 3]
    assert refusal(lambda: pool.user("ann"))[0] == "UserNotFoundException"


def test_an_unknown_function_says_what_to_do(functions: Functions) -> None:
    arn = arn_of(functions.account, "gone")
    pool = Triggered.make(functions.server, functions.account, {"PreSignUp": arn}).pool
    code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
    assert code == "UnexpectedLambdaException"
    assert sentence.startswith("PreSignUp invocation failed due to error AccessDeniedException.")
    assert arn in sentence
    assert "create it through the Lambda API" in sentence


def test_a_function_that_is_deleted_and_made_again_is_found_again(functions: Functions) -> None:
    made = triggered(functions, "PreSignUp")
    functions.lambdas.delete_function(FunctionName="f")
    assert refusal(lambda: made.pool.sign_up("ann", email=EMAIL))[0] == "UnexpectedLambdaException"
    functions.create()
    assert made.pool.sign_up("ann", email=EMAIL)["UserConfirmed"] is False


def test_new_code_runs_at_the_next_call(functions: Functions) -> None:
    pool = triggered(functions, "PreSignUp").pool
    pool.sign_up("ann", email=EMAIL)
    functions.lambdas.update_function_configuration(FunctionName="f", Handler="app.confirms")
    assert pool.sign_up("bob", email=EMAIL)["UserConfirmed"] is True


@pytest.fixture(scope="module")
def strict(servers: ServerFactory) -> Iterator[Server]:
    """A server on which a missing permission is an error."""
    with servers(triggers="process", lambda_permissions="enforce") as server:
        yield server


class TestPermissions:
    def test_a_missing_one_is_as_on_aws_when_enforced(self, strict: Server, account: str) -> None:
        functions = Functions(strict, account)
        pool = triggered(functions, "PreSignUp").pool
        code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert code == "UnexpectedLambdaException"
        assert sentence.startswith("PreSignUp invocation failed due to error AccessDeniedException.")
        assert "AddPermission" in sentence

    def test_one_for_this_pool_lets_it_invoke_and_no_other(self, strict: Server, account: str) -> None:
        functions = Functions(strict, account)
        mine = triggered(functions, "PreSignUp").pool
        permit(functions, "f", f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{mine.id}")
        assert mine.sign_up("ann", email=EMAIL)["UserSub"]
        other = Triggered.make(strict, account, {"PreSignUp": arn_of(account, "f")}).pool
        assert refusal(lambda: other.sign_up("ann", email=EMAIL))[0] == "UnexpectedLambdaException"
        functions.lambdas.remove_permission(FunctionName="f", StatementId="cognito")
        assert refusal(lambda: mine.sign_up("bob", email=EMAIL))[0] == "UnexpectedLambdaException"

    def test_an_alias_needs_one_of_its_own(self, strict: Server, account: str) -> None:
        functions = Functions(strict, account)
        functions.create(Publish=True)
        functions.lambdas.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        pool = Triggered.make(strict, account, {"PreSignUp": arn_of(account, "f:live")}).pool
        source = f"arn:aws:cognito-idp:us-east-1:{account}:userpool/*"
        permit(functions, "f", source)
        assert refusal(lambda: pool.sign_up("ann", email=EMAIL))[0] == "UnexpectedLambdaException"
        permit(functions, "f", source, Qualifier="live")
        assert pool.sign_up("ann", email=EMAIL)["UserSub"]

    def test_a_missing_one_is_a_line_in_the_log_otherwise(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp").pool
        assert pool.sign_up("ann", email=EMAIL)["UserSub"]
        log = functions.server.log_path.read_text()
        assert any("AWS would refuse this: no permission" in line and functions.account in line for line in log.splitlines())


def permit(functions: Functions, name: str, source_arn: str, **more: Any) -> None:
    functions.lambdas.add_permission(
        FunctionName=name,
        StatementId="cognito",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn=source_arn,
        **more,
    )


class TestOff:
    def test_nothing_is_invoked_and_the_functions_can_be_described(self, server: Server, account: str) -> None:
        functions = Functions(server, account)
        pool = triggered(functions, "PreSignUp", "UserMigration", script={"PreSignUp_SignUp": {"raise": "never"}}).pool
        assert pool.sign_up("ann", email=EMAIL)["UserConfirmed"] is False
        assert refusal(pool.try_sign_in, username="nobody", password=PASSWORD)[0] == "UserNotFoundException"
        assert functions.invocations() == []
        assert functions.lambdas.get_function(FunctionName="f")["Configuration"]["State"] == "Active"

    def test_invoke_says_how_to_turn_it_on(self, server: Server, account: str) -> None:
        functions = Functions(server, account)
        functions.create()
        code, sentence = refusal(functions.lambdas.invoke, FunctionName="f")
        assert code == "InvalidParameterValueException"
        assert "COGNITO_EMU_TRIGGERS" in sentence


def test_the_log_says_once_that_functions_are_not_run(start_server: ServerFactory, account: str) -> None:
    server = start_server()
    pool = Triggered.make(server, account, {"PreSignUp": arn_of(account, "f")}).pool
    for name in ("ann", "bob"):
        assert pool.sign_up(name)["UserConfirmed"] is False
    lines = [line for line in server.log_path.read_text().splitlines() if "triggers are off" in line]
    assert len(lines) == 1
    assert pool.id in lines[0]
