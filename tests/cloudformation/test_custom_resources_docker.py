"""Custom resources whose functions run in containers: they must reach the address at which they answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloudformation.stacks import assert_status, body, outputs_of, physical_ids
from tests.cloudformation.test_custom_resources import NODE, PYTHON, function, thing
from tests.support.server import Server, ServerFactory
from tests.triggers import images
from tests.triggers.wiring import Functions

pytestmark = pytest.mark.docker
SOURCES = {"python3.11": PYTHON, "nodejs20.x": NODE}
SHOWN = {"python3.11": "Got", "nodejs20.x": "Answer"}


@pytest.fixture(scope="module")
def containing(servers: ServerFactory, docker_engine: None) -> Iterator[Server]:
    """A server that needs no image registry."""
    wanted = f"python3.11={images.python_image()},nodejs20.x={images.node_image()}"
    with servers(triggers="docker", lambda_images=wanted) as server:
        yield server


@pytest.mark.parametrize("runtime", SOURCES)
def test_a_function_in_a_container_answers_from_creation_to_deletion(containing: Server, account: str, runtime: str) -> None:
    cfn = containing.client("cloudformation", account=account)

    def template(size: str) -> str:
        outputs: dict[str, Any] = {"Shown": {"Value": {"Fn::GetAtt": ["Thing", SHOWN[runtime]]}}}
        return body({"Function": function(SOURCES[runtime], runtime), "Thing": thing(Size=size)}, Outputs=outputs)

    stack = cfn.create_stack(StackName="s", TemplateBody=template("1"))["StackId"]
    cfn.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 100})
    assert physical_ids(cfn, "s")["Thing"] == "thing"
    cfn.update_stack(StackName="s", TemplateBody=template("2"))
    cfn.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 1, "MaxAttempts": 100})
    shown = outputs_of(cfn, "s")["Shown"]
    assert shown == "node" if runtime == "nodejs20.x" else json.loads(shown)["Size"] == "2"
    cfn.delete_stack(StackName="s")
    cfn.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 100})
    assert_status(cfn, stack, "DELETE_COMPLETE")
    invoked = Functions(containing, account).invocations(trigger="CustomResource")
    assert [each["event"]["RequestType"] for each in invoked] == ["Create", "Update", "Delete"]
    assert {each["executor"] for each in invoked} == {"container"}
    assert all("localhost" not in each["event"]["ResponseURL"] for each in invoked)
