"""What is loaded behind the first answer: not before it, and in any case; whoever needs it earlier has it."""

import subprocess
import sys
import time
from pathlib import Path

IMPORTED = "import asyncio, sys; from cognito_emu import behind; behind.promise(); import cognito_emu.app, cognito_emu.operations as ops; "


def output_of(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", IMPORTED + program], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_the_server_starts_without_it_and_loads_it_by_itself() -> None:
    loaded = "[name for name in behind.MODULES if sys.modules[name].__spec__]"
    program = f"ops.register('cognito-idp'); print({loaded}); asyncio.run(behind.keep()); print({loaded} == list(behind.MODULES))"
    assert output_of(program).split("\n") == ["[]", "True"]


def test_who_needs_it_earlier_has_it() -> None:
    program = "ops.register_all(); from cognito_emu.domain import passkeys; print(passkeys.MOST_PASSKEYS, 'webauthn' in sys.modules)"
    assert output_of(program) == "20 True"


def test_several_threads_that_need_it_get_the_same() -> None:
    program = (
        "from concurrent.futures import ThreadPoolExecutor as E; from cognito_emu.domain import passkeys; "
        "print({id(passkey) for passkey in E(8).map(lambda _: passkeys.Known, range(8))} == {id(sys.modules[passkeys.__name__].Known)})"
    )
    assert output_of(program) == "True"


def test_what_is_loaded_already_stays_as_it_is() -> None:
    program = "asyncio.run(behind.keep()); before = dict(sys.modules); behind.promise(); print(before == dict(sys.modules))"
    assert output_of(program) == "True"


def test_what_does_not_load_is_said_and_keeps_nobody_from_the_rest(start_server, account: str, tmp_path: Path) -> None:
    (tmp_path / "segno.py").write_text("raise RuntimeError('half an installation')")
    server = start_server(environment={"PYTHONPATH": str(tmp_path)})
    deadline = time.monotonic() + 30
    while "half an installation" not in (log := server.log_path.read_text()) and time.monotonic() < deadline:
        assert server.http.get(f"{server.url}/_emu/health").status_code == 200
    assert "something does not load" in log
    assert server.client(account=account).list_user_pools(MaxResults=1)["UserPools"] == []


def test_an_operation_is_found_whose_modules_are_not_loaded() -> None:
    module = "cognito_emu.operations.iam.roles"
    program = f"ops.register('cognito-idp'); print('{module}' in sys.modules, ops.find_operation('iam', 'ListRoles').__module__)"
    assert output_of(program) == f"False {module}"


def test_the_first_request_may_be_for_what_comes_behind(start_server, account) -> None:
    server = start_server(loaded=False)
    template = '{"Resources": {"Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "users"}}}}'
    server.client("cloudformation", account=account).create_stack(StackName="users", TemplateBody=template)
    assert [pool["Name"] for pool in server.client("cognito-idp", account=account).list_user_pools(MaxResults=5)["UserPools"]] == ["users"]
