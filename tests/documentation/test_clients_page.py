"""What docs/clients.md tells SDKs, word for word but for the port."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import AwsCli
from tests.support.machine import CHECKOUT, ensure, program
from tests.support.server import Server


@pytest.fixture
def pool(idp: Any) -> str:
    """The id that every snippet shall print."""
    made: str = idp.create_user_pool(PoolName="seen")["UserPool"]["Id"]
    return made


def snippet(server: Server, account: str, language: str) -> str:
    """The page's first block in a language, for this server and account."""
    page = (CHECKOUT / "docs" / "clients.md").read_text()
    block = re.search(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block, f"the page shows no {language}"
    return block[1].replace("http://localhost:4566", server.url).replace("123456789012", account)


def printed(aws: AwsCli, *command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, env=aws.environment, capture_output=True, text=True, timeout=60, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_environment_is_enough_for_the_cli(server: Server, account: str, aws: AwsCli, pool: str, tmp_path: Path) -> None:
    lines = f'PATH="{Path(program("aws")).parent}{os.pathsep}$PATH"\n{snippet(server, account, "sh")}'
    told = printed(aws, "bash", "-euo", "pipefail", "-c", lines, folder=tmp_path)
    assert [each["Id"] for each in json.loads(told)["UserPools"]] == [pool]


def test_boto3(server: Server, account: str, aws: AwsCli, pool: str, tmp_path: Path) -> None:
    assert pool in printed(aws, sys.executable, "-c", snippet(server, account, "python"), folder=tmp_path)


def test_the_sdk_for_javascript(server: Server, account: str, aws: AwsCli, pool: str) -> None:
    node = f"{ensure('clients')}/node"
    code = snippet(server, account, "js")
    assert pool in printed(aws, node, "--input-type=module", "--eval", code, folder=CHECKOUT / "tests" / "clients")
