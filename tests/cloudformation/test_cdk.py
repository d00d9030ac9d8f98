"""The AWS CDK as it is: `cdk bootstrap`, `cdk deploy`, a change, `cdk destroy`."""

import base64
import hmac
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cloudformation.stacks import outputs_of
from tests.support.clients import AwsCli
from tests.support.machine import CHECKOUT, ensure
from tests.support.server import REGION, Server, ServerFactory

CLIENTS = CHECKOUT / "tests" / "clients"
USER = {"Username": "ann@example.com", "Password": "Correct-horse-1"}


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    """A server that runs functions."""
    with servers(triggers="process") as server:
        yield server


@pytest.mark.timeout(600)  # four starts of a large program, two of which load the whole library
def test_an_app_is_bootstrapped_deployed_changed_and_destroyed(running: Server, account: str, tmp_path: Path) -> None:
    idp, cfn, s3 = (running.client(service, account=account) for service in ("cognito-idp", "cloudformation", "s3"))
    app = f"node {CLIENTS / 'cdk' / 'shop.cjs'}"
    cdk(running, account, tmp_path, "bootstrap", f"aws://{account}/{REGION}")
    assert outputs_of(cfn, "CDKToolkit")["BucketName"] == f"cdk-hnb659fds-assets-{account}-{REGION}"

    cdk(running, account, tmp_path, "deploy", "--app", app, "--require-approval", "never", "--outputs-file", "outputs.json")
    shop = json.loads((tmp_path / "outputs.json").read_text())["Shop"]
    named = {"UserPoolId": shop["PoolId"], "ClientId": shop["ClientId"]}
    # The secret comes through CDK's own custom resource.
    assert shop["ClientSecret"] == idp.describe_user_pool_client(**named)["UserPoolClient"]["ClientSecret"]
    assert idp.describe_user_pool_domain(Domain=shop["Domain"])["DomainDescription"]["UserPoolId"] == shop["PoolId"]
    proof = base64.b64encode(hmac.digest(shop["ClientSecret"].encode(), f"{USER['Username']}{shop['ClientId']}".encode(), "sha256"))
    assert idp.sign_up(ClientId=shop["ClientId"], SecretHash=proof.decode(), **USER)["UserConfirmed"] is True
    assert s3.list_objects_v2(Bucket=f"cdk-hnb659fds-assets-{account}-{REGION}")["KeyCount"] >= 2

    cdk(running, account, tmp_path, "deploy", "--app", app, "--require-approval", "never", "--context", "minLength=12")
    assert minimum_length(idp, shop["PoolId"]) == 12
    assert idp.admin_get_user(UserPoolId=shop["PoolId"], Username=USER["Username"])["UserStatus"] == "CONFIRMED"

    cdk(running, account, tmp_path, "destroy", "--app", "cdk.out", "--force")
    assert idp.list_user_pools(MaxResults=10)["UserPools"] == []
    assert [stack["StackName"] for stack in cfn.describe_stacks()["Stacks"]] == ["CDKToolkit"]


def minimum_length(idp: Any, pool_id: str) -> int:
    policies: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Policies"]
    return int(policies["PasswordPolicy"]["MinimumLength"])


def cdk(server: Server, account: str, folder: Path, *arguments: str) -> None:
    """Run the CDK's CLI in a folder that is no project: its output and caches stay there."""
    node = ensure("clients")
    environment = AwsCli(server, account).environment
    environment |= {
        "PATH": f"{node}:{environment['PATH']}",
        "AWS_REGION": REGION,
        "CDK_HOME": str(folder / "home"),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
    }
    command = [f"{node}/node", str(CLIENTS / "node_modules" / "aws-cdk" / "bin" / "cdk"), *arguments, "--no-notices", "--ci"]
    done = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, f"cdk {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
