"""Creation policies and SignalResource."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body, told, until_in_progress
from tests.support.control import Clock

WAIT = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "CreationPolicy": {"ResourceSignal": {"Count": {"Ref": "Count"}, "Timeout": "PT1H30M"}},
}
TEMPLATE = body(
    {"Wait": WAIT, "Pool": {"Type": "AWS::Cognito::UserPool", "DependsOn": "Wait"}},
    Parameters={"Count": {"Type": "Number", "Default": 2}},
)
Signal = Callable[..., None]


@pytest.fixture
def creating(cfn: Any) -> Iterator[threading.Thread]:
    """A stack that waits for signals."""
    thread = threading.Thread(target=lambda: cfn.create_stack(StackName="s", TemplateBody=TEMPLATE))
    thread.start()
    until_in_progress(cfn, "Wait", "Resource creation Initiated")
    yield thread
    thread.join()


@pytest.fixture
def signal(cfn: Any) -> Signal:
    """Signals the wait condition."""

    def send(sender: str, status: str = "SUCCESS") -> None:
        cfn.signal_resource(StackName="s", LogicalResourceId="Wait", UniqueId=sender, Status=status)

    return send


def test_the_resource_is_complete_when_all_have_signalled(cfn: Any, creating: threading.Thread, signal: Signal) -> None:
    """Each signal is an event of its own; a sender is counted once."""
    signal("a")
    with pytest.raises(ClientError, match="Signal with ID a for resource Wait already exists"):
        signal("a")
    signal("b")
    creating.join()
    assert_status(cfn, "s", "CREATE_COMPLETE")
    assert [(status, reason) for logical_id, status, reason in told(cfn, "s") if logical_id == "Wait"] == [
        ("CREATE_IN_PROGRESS", ""),
        ("CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("CREATE_IN_PROGRESS", "Received SUCCESS signal with UniqueId a"),
        ("CREATE_IN_PROGRESS", "Received SUCCESS signal with UniqueId b"),
        ("CREATE_COMPLETE", ""),
    ]


def test_a_failure_fails_the_resource_even_after_a_success(cfn: Any, creating: threading.Thread, signal: Signal) -> None:
    signal("a")
    signal("a", "FAILURE")
    creating.join()
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert ("Wait", "CREATE_FAILED", "Received FAILURE signal with UniqueId a") in told(cfn, "s")
    assert all(logical_id != "Pool" for logical_id, _, _ in told(cfn, "s"))


def test_the_time_is_what_the_policy_says(cfn: Any, creating: threading.Thread, signal: Signal, clock: Clock) -> None:
    signal("a")
    clock.advance(minutes=91)
    creating.join()
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert ("Wait", "CREATE_FAILED", "Failed to receive 1 resource signal(s) within the specified duration") in told(cfn, "s")


def test_only_a_resource_in_progress_can_be_signalled(cfn: Any, creating: threading.Thread, signal: Signal) -> None:
    with pytest.raises(ClientError, match="Resource Pool does not exist for stack s"):
        cfn.signal_resource(StackName="s", LogicalResourceId="Pool", UniqueId="a", Status="SUCCESS")
    signal("a")
    signal("b")
    creating.join()
    with pytest.raises(ClientError, match="is in CREATE_COMPLETE state and cannot be signaled"):
        signal("c")
    with pytest.raises(ClientError, match="Stack with id nothing does not exist"):
        cfn.signal_resource(StackName="nothing", LogicalResourceId="Wait", UniqueId="a", Status="SUCCESS")


def test_a_policy_on_another_type_is_ignored(cfn: Any) -> None:
    pool = {"Type": "AWS::Cognito::UserPool", "CreationPolicy": {"ResourceSignal": {"Count": 3}}}
    cfn.create_stack(StackName="s", TemplateBody=body({"Pool": pool}))
    assert_status(cfn, "s", "CREATE_COMPLETE")


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        ({"CreationPolicy": {"ResourceSignal": {"Timeout": "soon"}}}, "Invalid Timeout soon in the CreationPolicy"),
        ({"CreationPolicy": {"ResourceSignal": {"Count": 0}}}, "Invalid Count 0 in the CreationPolicy"),
        ({"Properties": {"Timeout": "5"}}, "#: required key [Handle] not found"),
    ],
)
def test_what_cannot_be_waited_for_fails_the_resource(cfn: Any, wait: dict[str, Any], reason: str) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body({"Wait": {"Type": "AWS::CloudFormation::WaitCondition", **wait}}))
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any(reason in said for _, _, said in told(cfn, "s"))
