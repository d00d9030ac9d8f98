"""Cancelled updates, rollbacks that fail and go on, requests that come twice, creations that take too long."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloudformation.stacks import assert_status, body, outputs_of, physical_ids, status, told, until_in_progress
from tests.cloudformation.test_custom_resources import function, thing
from tests.support.control import Clock
from tests.support.server import Server, ServerFactory

POOL = {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "one"}}
RENAMED = {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "two"}}
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
WAIT = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "DependsOn": "Pool",
    "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "36000"},
}
WRONG = {"Type": "AWS::Cognito::UserPoolGroup", "DependsOn": "Pool", "Properties": {"UserPoolId": {"Ref": "Pool"}, "GroupName": "a b"}}


def pool_name(idp: Any) -> list[str]:
    return [pool["Name"] for pool in idp.list_user_pools(MaxResults=10)["UserPools"]]


def test_a_cancelled_update_goes_back_to_what_was(cfn: Any, idp: Any) -> None:
    cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}))
    changed = body({"Pool": RENAMED, "Handle": HANDLE, "Wait": WAIT})
    updating = threading.Thread(target=lambda: cfn.update_stack(StackName="s", TemplateBody=changed))
    updating.start()
    until_in_progress(cfn, "Wait")
    assert pool_name(idp) == ["two"]
    cfn.cancel_update_stack(StackName="s")
    updating.join()
    assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
    assert pool_name(idp) == ["one"]
    assert set(physical_ids(cfn, "s")) == {"Pool"}
    with pytest.raises(ClientError, match="CancelUpdateStack cannot be called from current stack status"):
        cfn.cancel_update_stack(StackName="s")


def test_a_creation_that_takes_too_long_is_rolled_back(cfn: Any, idp: Any, clock: Clock) -> None:
    text = body({"Pool": POOL, "Handle": HANDLE, "Wait": WAIT})
    creating = threading.Thread(target=lambda: cfn.create_stack(StackName="s", TemplateBody=text, TimeoutInMinutes=5))
    creating.start()
    until_in_progress(cfn, "Wait")
    clock.advance(minutes=6)
    creating.join()
    assert_status(cfn, "s", "ROLLBACK_COMPLETE")
    assert any("Stack creation time exceeded the specified timeout." in reason for _, _, reason in told(cfn, "s"))
    assert pool_name(idp) == []


class TestRollbackStack:
    def test_an_update_that_was_left_half_done_is_taken_back(self, cfn: Any, idp: Any) -> None:
        before = body({"Pool": POOL}, Outputs={"Id": {"Value": {"Ref": "Pool"}}})
        cfn.create_stack(StackName="s", TemplateBody=before)
        shown = outputs_of(cfn, "s")
        cfn.update_stack(StackName="s", TemplateBody=body({"Pool": RENAMED, "Group": WRONG}), DisableRollback=True)
        assert_status(cfn, "s", "UPDATE_FAILED")
        assert pool_name(idp) == ["two"]
        cfn.rollback_stack(StackName="s")
        assert_status(cfn, "s", "UPDATE_ROLLBACK_COMPLETE")
        assert pool_name(idp) == ["one"]
        assert outputs_of(cfn, "s") == shown
        with pytest.raises(ClientError, match=r"No updates are to be performed\."):
            cfn.update_stack(StackName="s", TemplateBody=before)

    def test_a_creation_that_was_left_half_done_is_taken_back(self, cfn: Any, idp: Any) -> None:
        cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL, "Group": WRONG}), DisableRollback=True)
        assert_status(cfn, "s", "CREATE_FAILED")
        cfn.rollback_stack(StackName="s")
        assert_status(cfn, "s", "ROLLBACK_COMPLETE")
        assert pool_name(idp) == []
        with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be rolled back"):
            cfn.rollback_stack(StackName="s")


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


class TestContinueUpdateRollback:
    """A custom resource that cannot be changed back, since its old properties tell its function to fail updates."""

    @pytest.fixture
    def stuck(self, running: Server, account: str) -> Any:
        cfn = running.client("cloudformation", account=account)
        resources = {"Function": function(), "Thing": thing(Fail="Update", Value="a"), "Pool": POOL}
        cfn.create_stack(StackName="s", TemplateBody=body(resources))
        assert_status(cfn, "s", "CREATE_COMPLETE")
        wrong = {**WRONG, "DependsOn": ["Pool", "Thing"]}
        cfn.update_stack(StackName="s", TemplateBody=body({**resources, "Thing": thing(Value="b"), "Pool": RENAMED, "Group": wrong}))
        assert_status(cfn, "s", "UPDATE_ROLLBACK_FAILED")
        return cfn

    def test_what_failed_is_tried_again_and_can_be_left_out(self, stuck: Any, running: Server, account: str) -> None:
        stuck.continue_update_rollback(StackName="s")
        assert_status(stuck, "s", "UPDATE_ROLLBACK_FAILED")
        with pytest.raises(ClientError, match="ResourcesToSkip can name resources in the UPDATE_FAILED state only, and Pool is not"):
            stuck.continue_update_rollback(StackName="s", ResourcesToSkip=["Pool"])
        with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
            stuck.update_stack(StackName="s", TemplateBody=body({"Pool": POOL}))
        stuck.continue_update_rollback(StackName="s", ResourcesToSkip=["Thing"])
        assert_status(stuck, "s", "UPDATE_ROLLBACK_COMPLETE")
        assert pool_name(running.client("cognito-idp", account=account)) == ["one"]
        assert set(physical_ids(stuck, "s")) == {"Function", "Thing", "Pool"}
        with pytest.raises(ClientError, match="is in UPDATE_ROLLBACK_COMPLETE state and can not be rolled back"):
            stuck.continue_update_rollback(StackName="s")


class TestTokens:
    def test_a_request_that_comes_twice_is_done_once(self, cfn: Any) -> None:
        first = cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}), ClientRequestToken="create")
        again = cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}), ClientRequestToken="create")
        assert first["StackId"] == again["StackId"]
        for _ in range(2):
            cfn.update_stack(StackName="s", TemplateBody=body({"Pool": RENAMED}), ClientRequestToken="update")
        said = [state for name, state, _ in told(cfn, "s") if name == "s"]
        assert said.count("CREATE_IN_PROGRESS") == said.count("UPDATE_IN_PROGRESS") == 1
        assert {each["ClientRequestToken"] for each in cfn.describe_stack_events(StackName="s")["StackEvents"]} == {"create", "update"}

    def test_a_change_set_that_is_executed_twice_is_done_once(self, cfn: Any) -> None:
        cfn.create_change_set(StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body({"Pool": POOL}))
        for _ in range(2):
            cfn.execute_change_set(StackName="s", ChangeSetName="c", ClientRequestToken="go")
        with pytest.raises(cfn.exceptions.InvalidChangeSetStatusException):
            cfn.execute_change_set(StackName="s", ChangeSetName="c", ClientRequestToken="other")

    def test_the_token_of_another_operation_is_refused(self, cfn: Any) -> None:
        cfn.create_stack(StackName="s", TemplateBody=body({"Pool": POOL}), ClientRequestToken="mine")
        with pytest.raises(cfn.exceptions.TokenAlreadyExistsException):
            cfn.update_stack(StackName="s", TemplateBody=body({"Pool": RENAMED}), ClientRequestToken="mine")
        assert status(cfn, "s") == "CREATE_COMPLETE"


def test_what_needs_nothing_of_each_other_is_made_at_the_same_time(cfn: Any, server: Server) -> None:
    """The condition waits for a signal, and the pools beside it are made meanwhile: only then is it sent."""
    wait = {**WAIT, "DependsOn": []}
    text = body({"Handle": HANDLE, "Wait": wait, **{f"Pool{number}": POOL for number in range(6)}})
    creating = threading.Thread(target=lambda: cfn.create_stack(StackName="s", TemplateBody=text))
    creating.start()
    until_in_progress(cfn, "Wait")
    while sum(state == "CREATE_COMPLETE" for _, state, _ in told(cfn, "s")) < 7:
        pass
    server.http.put(physical_ids(cfn, "s")["Handle"], data=json.dumps({"Status": "SUCCESS", "UniqueId": "a"}), timeout=10)
    creating.join()
    assert_status(cfn, "s", "CREATE_COMPLETE")
