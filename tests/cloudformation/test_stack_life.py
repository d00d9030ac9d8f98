"""Stacks from their first to their last day, when things go well and when they don't."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

POOL_ONLY = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: one%s}
"""


def status(cfn: Any, stack: str) -> str:
    found: str = cfn.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    return found


def events(cfn: Any, stack: str) -> list[tuple[str, str]]:
    found = cfn.describe_stack_events(StackName=stack)["StackEvents"]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(found)]


def reasons(cfn: Any, stack: str) -> list[str]:
    return [event.get("ResourceStatusReason", "") for event in cfn.describe_stack_events(StackName=stack)["StackEvents"]]


class TestCreating:
    def test_the_waiters_find_it_done(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        cfn.get_waiter("stack_exists").wait(StackName="shop", WaiterConfig={"MaxAttempts": 1})
        cfn.get_waiter("stack_create_complete").wait(StackName="shop", WaiterConfig={"MaxAttempts": 1})

    def test_events_come_newest_first_and_never_at_the_same_time(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        found = cfn.describe_stack_events(StackName="shop")["StackEvents"]
        times = [event["Timestamp"] for event in found]
        assert times == sorted(set(times), reverse=True)
        assert len({event["EventId"] for event in found}) == len(found)
        assert (found[0]["LogicalResourceId"], found[0]["PhysicalResourceId"]) == ("shop", found[0]["StackId"])

    def test_what_a_resource_refers_to_is_made_before_it(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        done = [name for name, state in events(cfn, "shop") if state == "CREATE_COMPLETE"]
        assert done[0] == "Pool"
        assert done.index("AnnIsAdmin") > max(done.index("Ann"), done.index("Admins"))

    def test_a_failure_takes_back_all_that_was_made(self, cfn: Any, idp: Any) -> None:
        body = (
            POOL_ONLY % "" + "  Group:\n    Type: AWS::Cognito::UserPoolGroup\n    Properties: {UserPoolId: !Ref Pool, GroupName: 'a b'}\n"
        )
        cfn.create_stack(StackName="shop", TemplateBody=body)
        assert status(cfn, "shop") == "ROLLBACK_COMPLETE"
        assert idp.list_user_pools(MaxResults=10)["UserPools"] == []
        assert any("Service: CognitoIdentityProvider, Status Code: 400" in reason for reason in reasons(cfn, "shop"))
        assert "The following resource(s) failed to create: [Group]. " in reasons(cfn, "shop")
        with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
            cfn.update_stack(StackName="shop", TemplateBody=POOL_ONLY % "")

    def test_a_failure_keeps_what_was_made_where_asked_to(self, cfn: Any, idp: Any) -> None:
        body = (
            POOL_ONLY % "" + "  Group:\n    Type: AWS::Cognito::UserPoolGroup\n    Properties: {UserPoolId: !Ref Pool, GroupName: 'a b'}\n"
        )
        cfn.create_stack(StackName="shop", TemplateBody=body, OnFailure="DO_NOTHING")
        assert status(cfn, "shop") == "CREATE_FAILED"
        assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1
        cfn.update_stack(StackName="shop", TemplateBody=body.replace("a b", "ab"))
        assert status(cfn, "shop") == "UPDATE_COMPLETE"
        assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1

    def test_a_failure_deletes_the_stack_where_asked_to(self, cfn: Any) -> None:
        body = POOL_ONLY % ", Schema: [{Name: x, AttributeDataType: Stringy}]"
        stack_id = cfn.create_stack(StackName="shop", TemplateBody=body, OnFailure="DELETE")["StackId"]
        assert status(cfn, stack_id) == "DELETE_COMPLETE"

    def test_a_property_that_the_type_lacks_fails_the_resource(self, cfn: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % ", PoolName: x")
        assert any("extraneous key [PoolName] is not permitted" in reason for reason in reasons(cfn, "shop"))

    def test_an_unknown_type_is_refused_with_what_is_known(self, cfn: Any) -> None:
        with pytest.raises(ClientError) as refused:
            cfn.create_stack(StackName="shop", TemplateBody="Resources: {A: {Type: 'AWS::Made::Up'}}")
        assert "Unrecognized resource types: [AWS::Made::Up]" in str(refused.value)
        assert "AWS::Cognito::UserPool," in str(refused.value)

    def test_a_name_is_taken_once(self, cfn: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % "")
        with pytest.raises(cfn.exceptions.AlreadyExistsException, match=r"Stack \[shop\] already exists"):
            cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % "")


class TestUpdating:
    def test_no_change_is_refused_in_the_words_that_tools_know(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        with pytest.raises(ClientError) as refused:
            cfn.update_stack(StackName="shop", UsePreviousTemplate=True)
        assert refused.value.response["Error"] == {
            "Type": "Sender",
            "Code": "ValidationError",
            "Message": "No updates are to be performed.",
        }

    def test_a_create_only_property_makes_a_new_resource_and_then_deletes_the_old(
        self, cfn: Any, idp: Any, template: Callable[[str], str], outputs: Callable[[str], dict[str, str]]
    ) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        before = outputs("shop")
        changed = (
            template("pool.yaml").replace("GenerateSecret: 'true'", "GenerateSecret: false").replace("!GetAtt Client.ClientSecret", "x")
        )
        cfn.update_stack(StackName="shop", TemplateBody=changed)
        cfn.get_waiter("stack_update_complete").wait(StackName="shop", WaiterConfig={"MaxAttempts": 1})
        after = outputs("shop")
        clients = idp.list_user_pool_clients(UserPoolId=after["PoolId"])["UserPoolClients"]
        assert before["ClientId"] != after["ClientId"]
        assert [client["ClientId"] for client in clients] == [after["ClientId"]]
        said = [state for name, state in events(cfn, "shop") if name == "Client"]
        assert said[-5:] == ["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]

    def test_a_failure_restores_exactly_what_was_there(
        self, cfn: Any, idp: Any, template: Callable[[str], str], outputs: Callable[[str], dict[str, str]]
    ) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        shown = outputs("shop")
        before = everything(idp, shown)
        broken = (
            template("pool.yaml")
            .replace("MfaConfiguration: 'OPTIONAL'", "MfaConfiguration: 'OFF'\n      DeletionProtection: ACTIVE\n      UserPoolTier: PLUS")
            .replace("      EnabledMfas: [SOFTWARE_TOKEN_MFA]\n", "")
            .replace("RefreshTokenValidity: '60'", "RefreshTokenValidity: 10")
            .replace("GroupName: admins, Precedence: 1", "GroupName: owners")
            .replace("Username: ann\n", "Username: 'a n n'\n")
        )
        cfn.update_stack(StackName="shop", TemplateBody=broken)
        assert status(cfn, "shop") == "UPDATE_ROLLBACK_COMPLETE"
        assert everything(idp, shown) == before
        assert outputs("shop") == shown
        with pytest.raises(ClientError, match=r"No updates are to be performed\."):
            cfn.update_stack(StackName="shop", TemplateBody=template("pool.yaml"))

    def test_a_schema_only_grows(self, cfn: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % ", Schema: [{Name: team, AttributeDataType: String}]")
        grown = ", Schema: [{Name: team, AttributeDataType: String}, {Name: age, AttributeDataType: Number}]"
        cfn.update_stack(StackName="shop", TemplateBody=POOL_ONLY % grown)
        assert status(cfn, "shop") == "UPDATE_COMPLETE"
        cfn.update_stack(StackName="shop", TemplateBody=POOL_ONLY % "")
        assert status(cfn, "shop") == "UPDATE_ROLLBACK_COMPLETE"
        assert "Existing schema attributes cannot be modified or deleted." in reasons(cfn, "shop")

    def test_a_stacks_tags_are_its_pools_tags(self, cfn: Any, idp: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % "", Tags=[{"Key": "team", "Value": "a"}])
        cfn.update_stack(StackName="shop", UsePreviousTemplate=True, Tags=[{"Key": "team", "Value": "b"}])
        (pool,) = idp.list_user_pools(MaxResults=10)["UserPools"]
        assert idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["UserPoolTags"] == {"team": "b"}


def everything(idp: Any, shown: dict[str, str]) -> dict[str, Any]:
    pool_id = shown["PoolId"]
    pool = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    client = idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=shown["ClientId"])["UserPoolClient"]
    groups = idp.list_groups(UserPoolId=pool_id)["Groups"]
    mfa = idp.get_user_pool_mfa_config(UserPoolId=pool_id)
    mfa.pop("ResponseMetadata")
    users = idp.list_users(UserPoolId=pool_id)["Users"]
    for each in (pool, client, *groups):
        each.pop("LastModifiedDate")
    return {"pool": pool, "client": client, "groups": groups, "mfa": mfa, "users": users}


class TestDeleting:
    def test_a_stack_that_is_not_there_is_deleted(self, cfn: Any) -> None:
        cfn.delete_stack(StackName="nowhere")
        with pytest.raises(ClientError, match=r"ValidationError.*: Stack with id nowhere does not exist$"):
            cfn.describe_stacks(StackName="nowhere")

    def test_a_protected_pool_fails_the_deletion_until_it_is_retained(self, cfn: Any, idp: Any) -> None:
        stack_id = cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % ", DeletionProtection: ACTIVE")["StackId"]
        cfn.delete_stack(StackName="shop")
        assert status(cfn, "shop") == "DELETE_FAILED"
        assert any("deletion protection is activated" in reason for reason in reasons(cfn, "shop"))
        cfn.delete_stack(StackName="shop", RetainResources=["Pool"])
        assert status(cfn, stack_id) == "DELETE_COMPLETE"
        assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1

    def test_a_stack_can_be_made_to_go_without_what_does_not(self, cfn: Any, idp: Any) -> None:
        stack_id = cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % ", DeletionProtection: ACTIVE")["StackId"]
        with pytest.raises(ClientError, match="only when the stack is in the DELETE_FAILED state"):
            cfn.delete_stack(StackName="shop", DeletionMode="FORCE_DELETE_STACK")
        cfn.delete_stack(StackName="shop")
        assert status(cfn, "shop") == "DELETE_FAILED"
        cfn.delete_stack(StackName="shop", DeletionMode="FORCE_DELETE_STACK")
        assert status(cfn, stack_id) == "DELETE_COMPLETE"
        assert events(cfn, stack_id)[-2:] == [("Pool", "DELETE_SKIPPED"), ("shop", "DELETE_COMPLETE")]
        assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1

    def test_what_is_to_be_retained_stays(self, cfn: Any, idp: Any) -> None:
        body = POOL_ONLY.replace("    Properties", "    DeletionPolicy: Retain\n    Properties") % ""
        stack_id = cfn.create_stack(StackName="shop", TemplateBody=body)["StackId"]
        cfn.delete_stack(StackName="shop")
        assert ("Pool", "DELETE_SKIPPED") in events(cfn, stack_id)
        assert len(idp.list_user_pools(MaxResults=10)["UserPools"]) == 1

    def test_a_protected_stack_is_not_deleted(self, cfn: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % "", EnableTerminationProtection=True)
        with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
            cfn.delete_stack(StackName="shop")
        cfn.update_termination_protection(StackName="shop", EnableTerminationProtection=False)
        cfn.delete_stack(StackName="shop")
        cfn.get_waiter("stack_delete_complete").wait(StackName="shop", WaiterConfig={"MaxAttempts": 1})

    def test_an_export_in_use_holds_its_stack(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        parameters = [{"ParameterKey": "From", "ParameterValue": "shop"}]
        cfn.create_stack(StackName="till", TemplateBody=template("importer.yaml"), Parameters=parameters)
        assert status(cfn, "till") == "CREATE_COMPLETE"
        assert cfn.list_imports(ExportName="shop-pool")["Imports"] == ["till"]
        cfn.delete_stack(StackName="shop")
        assert status(cfn, "shop") == "DELETE_FAILED"
        cfn.delete_stack(StackName="till")
        cfn.delete_stack(StackName="shop")
        assert cfn.list_exports()["Exports"] == []


class TestChangeSets:
    def test_one_tells_what_would_change_and_does_it(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        changed = (
            template("pool.yaml").replace("GenerateSecret: 'true'", "GenerateSecret: 'false'").replace("!GetAtt Client.ClientSecret", "x")
        )
        parameters = [{"ParameterKey": "Stage", "ParameterValue": "prod"}]
        cfn.create_change_set(StackName="shop", ChangeSetName="next", TemplateBody=changed, Parameters=parameters)
        cfn.get_waiter("change_set_create_complete").wait(ChangeSetName="next", StackName="shop", WaiterConfig={"MaxAttempts": 1})
        changes = [each["ResourceChange"] for each in cfn.describe_change_set(ChangeSetName="next", StackName="shop")["Changes"]]
        assert {(each["Action"], each["LogicalResourceId"], each.get("Replacement")) for each in changes} == {
            ("Add", "Auditors", None),
            ("Modify", "Client", "True"),
            ("Modify", "Pool", "False"),
        }
        cfn.execute_change_set(ChangeSetName="next", StackName="shop")
        assert status(cfn, "shop") == "UPDATE_COMPLETE"

    def test_an_empty_one_fails_in_the_words_that_tools_know(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        cfn.create_change_set(StackName="shop", ChangeSetName="next", UsePreviousTemplate=True)
        found = cfn.describe_change_set(ChangeSetName="next", StackName="shop")
        assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
        assert found["StatusReason"].startswith("The submitted information didn't contain changes.")
        with pytest.raises(cfn.exceptions.InvalidChangeSetStatusException):
            cfn.execute_change_set(ChangeSetName="next", StackName="shop")

    def test_one_that_is_not_there_is_deleted_but_not_described(self, cfn: Any) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=POOL_ONLY % "")
        cfn.delete_change_set(ChangeSetName="cdk-deploy-change-set", StackName="shop")
        with pytest.raises(cfn.exceptions.ChangeSetNotFoundException):
            cfn.describe_change_set(ChangeSetName="cdk-deploy-change-set", StackName="shop")

    def test_the_first_one_makes_the_stack_in_name(self, cfn: Any) -> None:
        arguments = {"StackName": "shop", "TemplateBody": POOL_ONLY % "", "ChangeSetType": "CREATE"}
        cfn.create_change_set(ChangeSetName="first", **arguments)
        assert status(cfn, "shop") == "REVIEW_IN_PROGRESS"
        cfn.delete_change_set(ChangeSetName="first", StackName="shop")
        cfn.create_change_set(ChangeSetName="first", **arguments)
        cfn.execute_change_set(ChangeSetName="first", StackName="shop")
        assert status(cfn, "shop") == "CREATE_COMPLETE"


class TestTemplates:
    def test_the_submitted_text_comes_back_as_it_was(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        assert cfn.get_template(StackName="shop")["TemplateBody"] == template("pool.yaml")

    def test_a_summary_tells_parameters_and_types(self, cfn: Any, template: Callable[[str], str]) -> None:
        found = cfn.get_template_summary(TemplateBody=template("pool.yaml"))
        assert [each["ParameterKey"] for each in found["Parameters"]] == ["Stage", "Greeting"]
        assert "AWS::Cognito::UserPoolUser" in found["ResourceTypes"]

    def test_what_is_not_to_be_echoed_is_not(self, cfn: Any, template: Callable[[str], str]) -> None:
        cfn.create_stack(StackName="shop", TemplateBody=template("pool.yaml"))
        shown = cfn.describe_stacks(StackName="shop")["Stacks"][0]["Parameters"]
        assert {each["ParameterKey"]: each["ParameterValue"] for each in shown} == {"Stage": "dev", "Greeting": "****"}

    def test_a_role_must_be_acknowledged(self, cfn: Any) -> None:
        trust = "{Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}"
        body = f"Resources: {{R: {{Type: 'AWS::IAM::Role', Properties: {{AssumeRolePolicyDocument: {trust}}}}}}}"
        with pytest.raises(cfn.exceptions.InsufficientCapabilitiesException, match=r"Requires capabilities : \[CAPABILITY_IAM\]"):
            cfn.create_stack(StackName="shop", TemplateBody=body)
        cfn.create_stack(StackName="shop", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
        assert status(cfn, "shop") == "CREATE_COMPLETE"

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ("Resources: {}", "At least one Resources member must be defined."),
            (
                "Resources: {A: {Type: 'AWS::Cognito::UserPool', Properties: {UserPoolName: !Ref B}}}",
                r"Unresolved resource dependencies \[B\]",
            ),
            ("{", "not well-formed"),
            ("Parameters: {P: {Type: String}}\nResources: {A: {Type: 'AWS::Cognito::UserPool'}}", r"Parameters: \[P\] must have values"),
        ],
    )
    def test_a_wrong_template_is_refused(self, cfn: Any, body: str, sentence: str) -> None:
        with pytest.raises(ClientError, match=sentence):
            cfn.create_stack(StackName="shop", TemplateBody=body)
