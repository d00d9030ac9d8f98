"""`sam deploy`, and `aws cloudformation package`: the AWS CLIs that carry a project's code to S3 first."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError as Refusal

from tests.cloudformation.stacks import outputs_of
from tests.support.clients import AwsCli
from tests.support.machine import ensure, program
from tests.support.server import Server, ServerFactory

PROJECT = Path(__file__).parent / "projects" / "sam"
PASSWORD = "Correct-horse-1"

pytestmark = pytest.mark.timeout(400)  # three or four starts of a large program


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    """A server that runs functions."""
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder that may be written into."""
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    (folder / ".sam").mkdir()
    # The SAM CLI asks PyPI each week whether there is a newer one.
    (folder / ".sam" / "metadata.json").write_text(json.dumps({"lastVersionCheck": time.time()}))
    return folder


def test_a_project_is_deployed_changed_and_deleted_with_its_function_really_invoked(running: Server, account: str, project: Path) -> None:
    idp, cfn, s3 = (running.client(service, account=account) for service in ("cognito-idp", "cloudformation", "s3"))
    deploying = ("deploy", "--stack-name", "shop", "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-progressbar")
    assert "Successfully created/updated stack - shop" in sam(running, account, project, *deploying)
    managed = outputs_of(cfn, "aws-sam-cli-managed-default")["SourceBucket"]
    assert s3.list_objects_v2(Bucket=managed)["KeyCount"] == 2  # the function's code, and the template
    shop = outputs_of(cfn, "shop")
    assert signed_up(idp, shop, "ann@example.com") is True
    assert signed_up(idp, shop, "bob@elsewhere.test") is False

    (project / "sign_up" / "app.py").write_text('def handler(event, context):\n    raise ValueError("closed today")\n')
    assert "Successfully created/updated stack - shop" in sam(running, account, project, *deploying)
    assert outputs_of(cfn, "shop") == shop
    with pytest.raises(Refusal, match="PreSignUp failed with error closed today"):
        signed_up(idp, shop, "cid@example.com")

    sam(running, account, project, "delete", "--stack-name", "shop", "--no-prompts", "--region", "us-east-1")
    assert idp.list_user_pools(MaxResults=10)["UserPools"] == []
    assert running.client("lambda", account=account).list_functions()["Functions"] == []


def test_a_packaged_template_is_deployed_by_the_aws_cli(running: Server, account: str, project: Path) -> None:
    idp, cfn, s3 = (running.client(service, account=account) for service in ("cognito-idp", "cloudformation", "s3"))
    environment = AwsCli(running, account).environment
    run([program("aws"), "s3", "mb", "s3://artifacts"], environment, project)
    uploading = ("--s3-bucket", "artifacts", "--s3-prefix", "shop")
    aws(running, account, project, "package", "--template-file", "template.yaml", "--output-template-file", "packaged.yaml", *uploading)
    assert "s3://artifacts/shop/" in (project / "packaged.yaml").read_text()
    deploying = ("--template-file", "packaged.yaml", "--stack-name", "shop", "--capabilities", "CAPABILITY_IAM")
    assert "Successfully created/updated stack - shop" in aws(running, account, project, "deploy", *deploying, *uploading)
    assert signed_up(idp, outputs_of(cfn, "shop"), "ann@example.com") is True
    assert s3.list_objects_v2(Bucket="artifacts")["KeyCount"] == 2


def signed_up(idp: Any, shop: dict[str, str], email: str) -> bool:
    """Sign up; whether the function confirmed it."""
    confirmed: bool = idp.sign_up(ClientId=shop["ClientId"], Username=email, Password=PASSWORD)["UserConfirmed"]
    return confirmed


def sam(server: Server, account: str, folder: Path, *arguments: str) -> str:
    """What the SAM CLI prints."""
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.5", "__SAM_CLI_APP_DIR": str(folder / ".sam")}
    quiet["TMPDIR"] = str(folder.parent)  # it leaves folders there
    return run([ensure("sam"), *arguments], AwsCli(server, account).environment | quiet, folder)


def aws(server: Server, account: str, folder: Path, *arguments: str) -> str:
    """What `aws cloudformation` prints, which is no JSON."""
    return run([program("aws"), "cloudformation", *arguments], AwsCli(server, account).environment, folder)


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
