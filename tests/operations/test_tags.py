"""Tags of a user pool, addressed by its ARN."""

from typing import Any

import pytest

from tests.operations.refusals import refusal


@pytest.fixture
def arn(idp: Any) -> str:
    arn: str = idp.create_user_pool(PoolName="pool", UserPoolTags={"stage": "test"})["UserPool"]["Arn"]
    return arn


def tags(idp: Any, arn: str) -> dict[str, str]:
    shown: dict[str, str] = idp.list_tags_for_resource(ResourceArn=arn)["Tags"]
    return shown


class TestTags:
    def test_tags_of_creation_are_listed_and_described(self, idp: Any, arn: str) -> None:
        assert tags(idp, arn) == {"stage": "test"}
        assert idp.describe_user_pool(UserPoolId=arn.rpartition("/")[2])["UserPool"]["UserPoolTags"] == {"stage": "test"}

    def test_a_pool_without_tags_has_an_empty_map(self, idp: Any) -> None:
        assert tags(idp, idp.create_user_pool(PoolName="pool")["UserPool"]["Arn"]) == {}

    def test_new_tags_join_and_replace(self, idp: Any, arn: str) -> None:
        idp.tag_resource(ResourceArn=arn, Tags={"stage": "live", "owner": "ann", "empty": ""})
        assert tags(idp, arn) == {"stage": "live", "owner": "ann", "empty": ""}

    def test_tags_are_taken_away_and_unknown_keys_are_no_error(self, idp: Any, arn: str) -> None:
        idp.tag_resource(ResourceArn=arn, Tags={"owner": "ann"})
        idp.untag_resource(ResourceArn=arn, TagKeys=["stage", "nobody"])
        assert tags(idp, arn) == {"owner": "ann"}

    def test_a_tag_is_no_change_of_the_pool(self, idp: Any, arn: str) -> None:
        pool_id = arn.rpartition("/")[2]
        before = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["LastModifiedDate"]
        idp.tag_resource(ResourceArn=arn, Tags={"owner": "ann"})
        assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["LastModifiedDate"] == before

    def test_fifty_tags_are_the_most(self, idp: Any, arn: str) -> None:
        idp.tag_resource(ResourceArn=arn, Tags={f"key-{number}": "x" for number in range(49)})
        assert refusal(idp.tag_resource, ResourceArn=arn, Tags={"one more": "x"}) == (
            "InvalidParameterException",
            "The number of tags cannot exceed 50.",
        )
        idp.tag_resource(ResourceArn=arn, Tags={"stage": "live"})
        assert len(tags(idp, arn)) == 50

    def test_keys_of_aws_are_refused(self, idp: Any, arn: str) -> None:
        for key in ("aws:mine", "AWS:mine"):
            assert refusal(idp.tag_resource, ResourceArn=arn, Tags={key: "x"}) == (
                "InvalidParameterException",
                "aws: prefixed tag key names are not allowed for external use.",
            )

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"aws:mine": "x"}, "aws: prefixed tag key names are not allowed for external use."),
            ({f"key-{number}": "x" for number in range(51)}, "The number of tags cannot exceed 50."),
        ],
    )
    def test_a_pools_settings_hold_no_other_tags(self, idp: Any, arn: str, given: dict[str, str], message: str) -> None:
        expected = ("UserPoolTaggingException", message)
        assert refusal(idp.create_user_pool, PoolName="tagged", UserPoolTags=given) == expected
        assert refusal(idp.update_user_pool, UserPoolId=arn.rpartition("/")[2], UserPoolTags=given) == expected
        assert tags(idp, arn) == {"stage": "test"}


class TestResources:
    @pytest.mark.parametrize(
        ("operation", "more"),
        [("tag_resource", {"Tags": {"a": "b"}}), ("untag_resource", {"TagKeys": ["a"]}), ("list_tags_for_resource", {})],
    )
    def test_a_pool_that_is_not_there_or_not_the_callers(
        self, server: Any, idp: Any, arn: str, operation: str, more: dict[str, Any]
    ) -> None:
        gone = arn.rpartition("/")[0] + "/us-east-1_AbCdEfGhI"
        assert refusal(getattr(idp, operation), ResourceArn=gone, **more) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )
        stranger = server.client(account="999999999999")
        assert refusal(getattr(stranger, operation), ResourceArn=arn, **more)[0] == "ResourceNotFoundException"

    def test_an_arn_of_something_else(self, idp: Any) -> None:
        arn = "arn:aws:s3:us-east-1:123456789012:bucket/mine"
        assert refusal(idp.list_tags_for_resource, ResourceArn=arn) == ("InvalidParameterException", f"Invalid ARN: {arn}")

    def test_another_accounts_number_in_the_arn(self, idp: Any, arn: str) -> None:
        parts = arn.split(":")
        parts[4] = "999999999999"
        assert refusal(idp.list_tags_for_resource, ResourceArn=":".join(parts))[0] == "ResourceNotFoundException"
