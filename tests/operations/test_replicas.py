"""Replicas of a pool in other regions."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.people import PASSWORD
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

KEY = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"}
AWAY = "eu-west-1"


@pytest.fixture
def pool(idp: Any) -> str:
    """A pool that may be replicated."""
    made: str = idp.create_user_pool(PoolName="shop", KeyConfiguration=KEY)["UserPool"]["Id"]
    return made


@pytest.fixture
def away(server: Server, account: str) -> Any:
    """A client in the replica's region."""
    return server.client("cognito-idp", account=account, region=AWAY)


@pytest.fixture
def replica(idp: Any, pool: str, clock: Clock) -> str:
    """The pool, with an active replica."""
    idp.create_user_pool_replica(UserPoolId=pool, RegionName=AWAY, UserPoolTags={"where": "away"})
    clock.advance(seconds=3)
    idp.update_user_pool_replica(UserPoolId=pool, RegionName=AWAY, Status="ACTIVE")
    return pool


def statuses(idp: Any, pool: str) -> list[tuple[str, str, str]]:
    listed = idp.list_user_pool_replicas(UserPoolId=pool)["UserPoolReplicas"]
    return [(replica["RegionName"], replica["Role"], replica["Status"]) for replica in listed]


PRIMARY = ("us-east-1", "PRIMARY", "ACTIVE")


class TestStatus:
    def test_a_replica_is_created_activated_deactivated_and_deleted(self, idp: Any, pool: str, account: str, clock: Clock) -> None:
        assert statuses(idp, pool) == [PRIMARY]
        request = {"UserPoolId": pool, "RegionName": AWAY}
        assert idp.create_user_pool_replica(**request)["UserPoolReplica"] == {
            "RegionName": AWAY,
            "Status": "CREATING",
            "Role": "SECONDARY",
            "UserPoolArn": f"arn:aws:cognito-idp:{AWAY}:{account}:userpool/{pool}",
        }
        assert refusal(idp.update_user_pool_replica, **request, Status="ACTIVE") == (
            "InvalidParameterException",
            "The replica cannot be updated because its status is CREATING.",
        )
        clock.advance(seconds=3)
        assert statuses(idp, pool) == [PRIMARY, (AWAY, "SECONDARY", "INACTIVE")]
        assert idp.update_user_pool_replica(**request, Status="ACTIVE")["UserPoolReplica"]["Status"] == "ACTIVE"
        assert refusal(idp.delete_user_pool_replica, **request) == (
            "InvalidParameterException",
            "The replica cannot be deleted because its status is ACTIVE.",
        )
        idp.update_user_pool_replica(**request, Status="INACTIVE")
        assert idp.delete_user_pool_replica(**request)["UserPoolReplica"]["Status"] == "DELETING"
        assert statuses(idp, pool) == [PRIMARY, (AWAY, "SECONDARY", "DELETING")]
        clock.advance(seconds=3)
        assert statuses(idp, pool) == [PRIMARY]
        assert idp.create_user_pool_replica(**request)["UserPoolReplica"]["Status"] == "CREATING"

    def test_a_region_has_one(self, idp: Any, replica: str) -> None:
        for region in (AWAY, "us-east-1"):
            assert refusal(idp.create_user_pool_replica, UserPoolId=replica, RegionName=region) == (
                "InvalidParameterException",
                f"The user pool already has a replica in {region}.",
            )
        assert refusal(idp.create_user_pool_replica, UserPoolId=replica, RegionName="middle-earth") == (
            "InvalidParameterException",
            "middle-earth is not a supported Region.",
        )

    @pytest.mark.parametrize(
        "key", [None, {"KeyType": "AWS_OWNED_KEY"}, KEY | {"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1234"}]
    )
    def test_it_needs_a_multi_region_key(self, idp: Any, key: dict[str, str] | None) -> None:
        settings = {"KeyConfiguration": key} if key else {}
        pool = idp.create_user_pool(PoolName="shop", **settings)["UserPool"]["Id"]
        assert refusal(idp.create_user_pool_replica, UserPoolId=pool, RegionName=AWAY) == (
            "InvalidParameterException",
            "The user pool must be encrypted with a multi-Region customer managed key to create a replica.",
        )

    def test_the_lite_tier_has_none(self, idp: Any) -> None:
        pool = idp.create_user_pool(PoolName="shop", KeyConfiguration=KEY, UserPoolTier="LITE")["UserPool"]["Id"]
        assert refusal(idp.create_user_pool_replica, UserPoolId=pool, RegionName=AWAY) == (
            "FeatureUnavailableInTierException",
            "The following feature is not available for the LITE pricing tier configured: Multi-Region Replication",
        )

    def test_one_that_is_not_there_cannot_be_changed(self, idp: Any, pool: str) -> None:
        expected = ("ResourceNotFoundException", f"User pool {pool} has no replica in {AWAY}.")
        assert refusal(idp.update_user_pool_replica, UserPoolId=pool, RegionName=AWAY, Status="ACTIVE") == expected
        assert refusal(idp.delete_user_pool_replica, UserPoolId=pool, RegionName=AWAY) == expected
        bad = refusal(idp.list_user_pool_replicas, UserPoolId=pool, NextToken="bad")
        assert bad == ("InvalidParameterException", "Invalid pagination token.")


class TestSecondaryRegion:
    def test_without_a_replica_the_pool_is_not_there(self, away: Any, pool: str) -> None:
        expected = ("ResourceNotFoundException", f"User pool {pool} does not exist.")
        assert refusal(away.describe_user_pool, UserPoolId=pool) == expected

    def test_another_account_sees_no_replica(self, server: Server, replica: str) -> None:
        stranger = server.client("cognito-idp", account="999999999999", region=AWAY)
        expected = ("ResourceNotFoundException", f"User pool {replica} does not exist.")
        assert refusal(stranger.describe_user_pool, UserPoolId=replica) == expected
        assert refusal(stranger.list_user_pool_replicas, UserPoolId=replica) == expected

    def test_the_replica_shows_the_pool_with_its_own_arn_and_tags(self, away: Any, replica: str, account: str) -> None:
        shown = away.describe_user_pool(UserPoolId=replica)["UserPool"]
        assert shown["Arn"] == f"arn:aws:cognito-idp:{AWAY}:{account}:userpool/{replica}"
        assert (shown["Name"], shown["UserPoolTags"]) == ("shop", {"where": "away"})
        assert statuses(away, replica) == [PRIMARY, (AWAY, "SECONDARY", "ACTIVE")]

    def test_users_are_read_there_and_sign_in_there(self, idp: Any, away: Any, replica: str) -> None:
        idp.admin_create_user(UserPoolId=replica, Username="ann", MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=replica, Username="ann", Password=PASSWORD, Permanent=True)
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = idp.create_user_pool_client(UserPoolId=replica, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
        assert away.admin_get_user(UserPoolId=replica, Username="ann")["UserStatus"] == "CONFIRMED"
        assert [user["Username"] for user in away.list_users(UserPoolId=replica)["Users"]] == ["ann"]
        answer = away.admin_initiate_auth(
            UserPoolId=replica,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )
        assert answer["AuthenticationResult"]["AccessToken"]

    @pytest.mark.parametrize(
        ("operation", "request_of"),
        [
            ("admin_create_user", {"Username": "bob"}),
            ("admin_delete_user", {"Username": "ann"}),
            ("create_group", {"GroupName": "staff"}),
            ("delete_user_pool", {}),
            ("create_user_pool_client", {"ClientName": "web"}),
            ("create_user_pool_replica", {"RegionName": "ap-south-1"}),
            ("delete_user_pool_replica", {"RegionName": AWAY}),
        ],
    )
    def test_nothing_is_written_there(self, away: Any, replica: str, operation: str, request_of: dict[str, str]) -> None:
        assert refusal(getattr(away, operation), UserPoolId=replica, **request_of) == (
            "OperationNotEnabledException",
            "The operation is not supported in the secondary Region of a user pool.",
        )

    @pytest.mark.parametrize("operation", ["sign_up", "forgot_password", "resend_confirmation_code"])
    def test_users_neither_sign_up_nor_change_passwords_there(self, server: Server, idp: Any, replica: str, operation: str) -> None:
        """Requests without signature; the host tells the region, as AWS's does."""
        client = idp.create_user_pool_client(UserPoolId=replica, ClientName="web")["UserPoolClient"]["ClientId"]
        target = "".join(word.capitalize() for word in operation.split("_"))
        for host, refused in ((f"cognito-idp.{AWAY}.localhost", True), ("localhost", False)):
            answer = server.http.post(
                server.url,
                json={"ClientId": client, "Username": "bob", "Password": PASSWORD},
                headers={"X-Amz-Target": f"AWSCognitoIdentityProviderService.{target}", "Host": host},
            ).json()
            assert (answer.get("__type") == "OperationNotEnabledException") is refused

    @pytest.mark.parametrize(
        ("operation", "request_of"),
        [
            ("change_password", {"PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD}),
            ("update_user_attributes", {"UserAttributes": [{"Name": "name", "Value": "Ann"}]}),
            ("delete_user", {}),
        ],
    )
    def test_users_are_shown_there_and_not_changed(
        self, server: Server, idp: Any, replica: str, operation: str, request_of: dict[str, Any]
    ) -> None:
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = idp.create_user_pool_client(UserPoolId=replica, ClientName="web", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
        idp.admin_create_user(UserPoolId=replica, Username="ann", MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=replica, Username="ann", Password=PASSWORD, Permanent=True)
        proof = {"USERNAME": "ann", "PASSWORD": PASSWORD}
        token = idp.admin_initiate_auth(UserPoolId=replica, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=proof)[
            "AuthenticationResult"
        ]["AccessToken"]

        def there(name: str, **members: Any) -> Any:
            target = "".join(word.capitalize() for word in name.split("_"))
            headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{target}", "Host": f"cognito-idp.{AWAY}.localhost"}
            return server.http.post(server.url, json={"AccessToken": token} | members, headers=headers).json()

        assert there("get_user")["Username"] == "ann"
        assert there(operation, **request_of)["__type"] == "OperationNotEnabledException"

    def test_the_pool_is_listed_there(self, idp: Any, away: Any, replica: str) -> None:
        own = away.create_user_pool(PoolName="own")["UserPool"]["Id"]
        pages = [away.list_user_pools(MaxResults=1)]
        pages.append(away.list_user_pools(MaxResults=1, NextToken=pages[0]["NextToken"]))
        assert [pool["Id"] for page in pages for pool in page["UserPools"]] == [replica, own]
        assert [pool["Id"] for pool in idp.list_user_pools(MaxResults=5)["UserPools"]] == [replica]

    def test_a_list_of_pools_says_where_their_replicas_are(self, idp: Any, away: Any, replica: str) -> None:
        alone = idp.create_user_pool(PoolName="alone")["UserPool"]["Id"]
        listed = idp.list_user_pools(MaxResults=5)["UserPools"]
        assert {pool["Id"]: pool.get("ReplicaRegions") for pool in listed} == {replica: [AWAY], alone: None}
        assert [pool["ReplicaRegions"] for pool in away.list_user_pools(MaxResults=5)["UserPools"]] == [[AWAY]]

    def test_a_pool_has_one_replica(self, idp: Any, replica: str) -> None:
        assert refusal(idp.create_user_pool_replica, UserPoolId=replica, RegionName="ap-south-1")[0] == "LimitExceededException"

    def test_a_replica_can_be_activated_from_its_own_region(self, away: Any, replica: str) -> None:
        for status in ("INACTIVE", "ACTIVE"):
            away.update_user_pool_replica(UserPoolId=replica, RegionName=AWAY, Status=status)
            assert statuses(away, replica)[1] == (AWAY, "SECONDARY", status)

    def test_a_deleted_replica_shows_nothing(self, idp: Any, away: Any, replica: str) -> None:
        idp.update_user_pool_replica(UserPoolId=replica, RegionName=AWAY, Status="INACTIVE")
        idp.delete_user_pool_replica(UserPoolId=replica, RegionName=AWAY)
        with pytest.raises(ClientError, match="does not exist"):
            away.describe_user_pool(UserPoolId=replica)
