"""Where functions come from besides the Lambda API, and that it does not matter which process or database serves."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.operations.refusals import refusal
from tests.support.server import ServerFactory
from tests.triggers.wiring import Functions, Triggered, arn_of, triggered

EMAIL = "ann@example.com"
CONFIRMS = "def handler(event, context):\n    event['response']['autoConfirmUser'] = True\n    return event\n"
TELLS = "import os\n\ndef handler(event, context):\n    raise Exception(os.environ['GREETING'])\n"
TOML = """
[functions.pre-sign-up]
code = "src"
runtime = "python3.11"
handler = "app.handler"
env_file = ".env"
"""
TEMPLATE = """
Resources:
  PreSignUp:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: pre-sign-up
      CodeUri: src
      Runtime: python3.11
      Handler: app.handler
      Environment: {Variables: {GREETING: !Sub "hello from ${AWS::Region}"}}
"""


def write(folder: Path, source: str) -> None:
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "app.py").write_text(source)


@pytest.mark.parametrize(("name", "content"), [("functions.toml", TOML), ("template.yaml", TEMPLATE)])
def test_a_file_names_folders_whose_edits_run_at_the_next_call(
    servers: ServerFactory, account: str, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    (tmp_path / ".env").write_text("GREETING='hello from us-east-1'\n")
    write(tmp_path, CONFIRMS)
    with servers(triggers="process", functions=tmp_path / name) as server:
        pool = Triggered.make(server, account, {"PreSignUp": arn_of(account, "pre-sign-up")}).pool
        assert pool.sign_up("ann", email=EMAIL)["UserConfirmed"] is True
        write(tmp_path, TELLS)
        expected = ("UserLambdaValidationException", "PreSignUp failed with error hello from us-east-1.")
        assert refusal(lambda: pool.sign_up("bob", email=EMAIL)) == expected
        # A function of the Lambda API by that name comes first.
        Functions(server, account).create("pre-sign-up")
        assert pool.sign_up("carl", email=EMAIL)["UserConfirmed"] is False


def test_a_file_that_cannot_be_used_is_an_error_of_the_calls(servers: ServerFactory, account: str, tmp_path: Path) -> None:
    file = tmp_path / "functions.toml"
    file.write_text("[functions.pre-sign-up]\ncode = 'src'\n")
    with servers(triggers="process", functions=file) as server:
        pool = Triggered.make(server, account, {"PreSignUp": arn_of(account, "pre-sign-up")}).pool
        code, sentence = refusal(lambda: pool.sign_up("ann", email=EMAIL))
        assert code == "UnexpectedLambdaException"
        assert "needs `runtime` and `handler`" in sentence
        write(tmp_path, CONFIRMS)
        file.write_text(TOML.replace('env_file = ".env"\n', ""))
        assert pool.sign_up("ann", email=EMAIL)["UserConfirmed"] is True


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_worker_knows_a_function_and_what_was_invoked(servers: ServerFactory, account: str, database: str) -> None:
    with servers(database, triggers="process", workers=2, lambda_limit=2) as server:
        functions = Functions(server, account)
        script = {
            "PreSignUp_SignUp": {"response": {"autoConfirmUser": True}},
            "PostConfirmation_ConfirmSignUp": {"call_back": "CONFIRMED"},
        }
        pool = triggered(functions, "PreSignUp", "PostConfirmation", script=script).pool
        with ThreadPoolExecutor(8) as threads:
            confirmed = threads.map(lambda number: pool.sign_up(f"user{number}", email=EMAIL)["UserConfirmed"], range(24))
            assert all(confirmed)
        assert sorted(functions.sources()) == ["PostConfirmation_ConfirmSignUp"] * 24 + ["PreSignUp_SignUp"] * 24
        functions.lambdas.update_function_configuration(FunctionName="f", Handler="app.raises")
        for number in range(8):
            assert refusal(lambda number=number: pool.sign_up(f"late{number}", email=EMAIL))[0] == "UserLambdaValidationException"
        functions.lambdas.publish_version(FunctionName="f")
        assert [version["Version"] for version in functions.lambdas.list_versions_by_function(FunctionName="f")["Versions"]] == [
            "$LATEST",
            "1",
        ]
