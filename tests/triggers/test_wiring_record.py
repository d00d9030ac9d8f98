"""What was invoked, seen and done again: `/_emu/triggers` and the command line."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.machine import clean_environment, program
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import Functions, Triggered, triggered

EMAIL = "ann@example.com"


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line, as a developer has it."""
    return subprocess.run(
        [program("cognito-emu"), "triggers", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=clean_environment(),
        **options,
    )


class TestReplay:
    def test_the_present_code_runs_on_the_recorded_event(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", script={"PreSignUp_SignUp": {"raise": "a bug"}}).pool
        with pytest.raises(Exception, match="a bug"):
            pool.sign_up("ann", email=EMAIL)
        (recorded,) = functions.invocations()
        functions.lambdas.update_function_configuration(FunctionName="f", Environment={"Variables": {"SCRIPT": "{}"}})
        answer = functions.server.http.post(f"{functions.server.url}/_emu/triggers/{recorded['requestId']}/replay", timeout=30)
        replayed = answer.json()
        assert replayed["event"] == recorded["event"]
        assert replayed["error"] is None
        assert replayed["response"]["response"]["autoConfirmUser"] is False
        assert [record["requestId"] for record in functions.invocations()] == [recorded["requestId"], replayed["requestId"]]

    def test_another_event_can_be_sent_instead(self, functions: Functions) -> None:
        triggered(functions, "PreSignUp").pool.sign_up("ann", email=EMAIL)
        (recorded,) = functions.invocations()
        event = recorded["event"] | {"userName": "bob"}
        url = f"{functions.server.url}/_emu/triggers/{recorded['requestId']}/replay"
        assert functions.server.http.post(url, json={"event": event}, timeout=30).json()["response"]["userName"] == "bob"

    def test_a_password_that_was_not_kept_is_asked_for(self, functions: Functions) -> None:
        pool = triggered(functions, "UserMigration").pool
        with pytest.raises(Exception, match="Exception migrating user"):
            pool.sign_in("ann", "secret-word")
        (recorded,) = functions.invocations()
        assert "secret-word" not in json.dumps(recorded)
        answer = functions.server.http.post(f"{functions.server.url}/_emu/triggers/{recorded['requestId']}/replay", timeout=30)
        assert (answer.status_code, answer.json()["message"]) == (409, "Passwords are not kept; send the event with one as event")


class TestList:
    def test_filters_narrow_it(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp", "PostAuthentication", script={"PostAuthentication_Authentication": {"raise": "no"}}).pool
        pool.enrol("ann", email=EMAIL)
        with pytest.raises(Exception, match="PostAuthentication failed"):
            pool.sign_in("ann")
        assert functions.sources(pool=pool.id) == ["PreSignUp_SignUp", "PostAuthentication_Authentication"]
        assert functions.sources(failed="true") == ["PostAuthentication_Authentication"]
        assert functions.sources(trigger="PreSignUp") == functions.sources(failed="no") == ["PreSignUp_SignUp"]
        assert functions.sources(function=":function:g") == functions.sources(pool="other") == []
        first = functions.invocations()[0]["requestId"]
        assert functions.sources(after=first) == ["PostAuthentication_Authentication"]

    def test_an_unknown_one_is_not_found(self, functions: Functions) -> None:
        url = f"{functions.server.url}/_emu/triggers/nothing"
        assert functions.server.http.get(url, timeout=5).status_code == 404

    def test_it_keeps_no_more_than_it_should(self, servers: ServerFactory, account: str) -> None:
        with servers(triggers="process", invocation_limit=20) as server:
            functions = Functions(server, account)
            functions.create()
            for _ in range(100):
                functions.lambdas.invoke(FunctionName="f", Payload=b'{"triggerSource":"-","response":{}}')
            assert len(functions.invocations(limit=1000)) == 20

    def test_it_outlives_a_restart(self, servers: ServerFactory, account: str) -> None:
        with servers(triggers="process") as server:
            functions = Functions(server, account)
            triggered(functions, "PreSignUp").pool.sign_up("ann", email=EMAIL)
            recorded = functions.invocations()
            server.restart()
            assert functions.invocations() == recorded


class TestStream:
    def test_it_follows(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp").pool
        url = f"{functions.server.url}/_emu/triggers/stream"
        with requests.get(url, params={"account": functions.account}, stream=True, timeout=30) as stream:
            lines = stream.iter_lines(chunk_size=1)
            assert next(lines) == b":"  # it listens
            pool.sign_up("ann", email=EMAIL)
            (recorded,) = functions.invocations()
            assert next(line for line in lines if line.startswith(b"id: ")) == f"id: {recorded['requestId']}".encode()
            assert json.loads(next(lines).removeprefix(b"data: ")) == recorded

    def test_it_goes_on_where_a_client_left_off(self, functions: Functions) -> None:
        pool = triggered(functions, "PreSignUp").pool
        pool.sign_up("ann", email=EMAIL)
        pool.sign_up("bob", email=EMAIL)
        first, second = (record["requestId"] for record in functions.invocations())
        url = f"{functions.server.url}/_emu/triggers/stream"
        headers = {"Last-Event-ID": first}
        with requests.get(url, params={"account": functions.account}, headers=headers, stream=True, timeout=30) as stream:
            assert next(line for line in stream.iter_lines(chunk_size=1) if line.startswith(b"id: ")) == f"id: {second}".encode()


class TestCommandLine:
    @pytest.fixture
    def own(self, servers: ServerFactory, account: str) -> Iterator[Triggered]:
        with servers(triggers="process") as server:
            yield triggered(Functions(server, account), "PreSignUp", script={"PreSignUp_SignUp": {}})

    def test_show_and_replay_take_the_last_one(self, own: Triggered) -> None:
        server = own.functions.server
        assert "nothing was invoked yet" in run("show", "--endpoint", server.url).stderr
        own.pool.sign_up("ann", email=EMAIL)
        (recorded,) = own.functions.invocations()
        shown = run("show", "--endpoint", server.url)
        assert shown.returncode == 0
        assert recorded["requestId"] in shown.stdout
        assert "PreSignUp_SignUp ann -> f:" in shown.stdout
        assert "START RequestId" in shown.stdout
        assert run("replay", "--endpoint", server.url).returncode == 0
        own.functions.lambdas.update_function_configuration(FunctionName="f", Handler="app.raises")
        failed = run("replay", recorded["requestId"], "--endpoint", server.url)
        assert (failed.returncode, "No entry for ann" in failed.stdout) == (1, True)
        other = json.dumps(recorded["event"] | {"userName": "bob"})
        assert "No entry for bob" in run("replay", "--event", "-", "--endpoint", server.url, input=other).stdout

    def test_tail_prints_a_line_an_invocation(self, own: Triggered) -> None:
        command = [program("cognito-emu"), "triggers", "tail", "--logs", "--endpoint", own.functions.server.url]
        environment = clean_environment() | {"PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout
            assert process.stderr
            try:
                assert process.stderr.readline().startswith("following ")
                own.pool.sign_up("ann", email=EMAIL)
                assert "PreSignUp_SignUp ann -> f:" in process.stdout.readline()
                assert process.stdout.readline().startswith("START RequestId")
            finally:
                process.kill()

    def test_a_server_that_is_not_there_is_said_plainly(self) -> None:
        done = run("show", "--endpoint", "http://localhost:9")
        assert done.returncode == 1
        assert "no emulator answers at http://localhost:9" in done.stderr

    def test_sample_events(self) -> None:
        assert "PreSignUp_SignUp" in run("event").stdout.splitlines()
        assert json.loads(run("event", "PreSignUp").stdout)["triggerSource"] == "PreSignUp_SignUp"
        assert json.loads(run("event", "TokenGeneration_HostedAuth", "--version", "V2_0").stdout)["version"] == "2"
        unknown = run("event", "PreSignOut")
        assert (unknown.returncode, "there are" in unknown.stderr) == (2, True)


def test_it_is_empty_for_an_account_that_was_reset(server: Server, account: str) -> None:
    assert Functions(server, account).invocations() == []
