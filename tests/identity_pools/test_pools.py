"""Identity pools as administrators keep them: settings, roles, tags, and what is refused."""

from typing import Any

import pytest

from tests.identity_pools.pools import INVALID, NOT_AUTHORIZED, NOT_FOUND, IdentityPool, make_identity_pool, provider_entry, provider_name
from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.server import Server

UNKNOWN = "us-east-1:00000000-0000-4000-8000-000000000000"
PROVIDER = {"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCd12345", "ClientId": "abc"}


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_pool_shows_what_it_was_given_and_nothing_else(identity: Any) -> None:
    given = {
        "IdentityPoolName": "app",
        "AllowUnauthenticatedIdentities": False,
        "AllowClassicFlow": True,
        "SupportedLoginProviders": {"graph.facebook.com": "7346241598935552"},
        "DeveloperProviderName": "login.my.app",
        "OpenIdConnectProviderARNs": ["arn:aws:iam::123456789012:oidc-provider/idp.example.com"],
        "CognitoIdentityProviders": [PROVIDER | {"ServerSideTokenCheck": True}],
        "SamlProviderARNs": ["arn:aws:iam::123456789012:saml-provider/okta"],
        "IdentityPoolTags": {"team": "blue"},
    }
    made = without_metadata(identity.create_identity_pool(**given))
    pool_id = made.pop("IdentityPoolId")
    assert made == given
    assert pool_id.startswith("us-east-1:")
    assert without_metadata(identity.describe_identity_pool(IdentityPoolId=pool_id)) == given | {"IdentityPoolId": pool_id}


def test_an_update_resets_what_it_leaves_out(identity: Any, pool: IdentityPool) -> None:
    updated = identity.update_identity_pool(IdentityPoolId=pool.id, IdentityPoolName="renamed", AllowUnauthenticatedIdentities=False)
    assert without_metadata(updated) == {
        "IdentityPoolId": pool.id,
        "IdentityPoolName": "renamed",
        "AllowUnauthenticatedIdentities": False,
        "DeveloperProviderName": "backend",
    }
    assert without_metadata(identity.describe_identity_pool(IdentityPoolId=pool.id)) == without_metadata(updated)


def test_a_developer_provider_keeps_its_name_for_ever(identity: Any, pool: IdentityPool) -> None:
    refused = refusal(
        identity.update_identity_pool,
        IdentityPoolId=pool.id,
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=True,
        DeveloperProviderName="other",
    )
    assert refused == (INVALID, "The developer provider name cannot be changed once it is set.")


def test_a_deleted_pool_is_gone_with_its_identities(identity: Any, pool: IdentityPool) -> None:
    guest = pool.get_id()
    identity.delete_identity_pool(IdentityPoolId=pool.id)
    gone = (NOT_FOUND, f"IdentityPool '{pool.id}' not found.")
    assert refusal(identity.describe_identity_pool, IdentityPoolId=pool.id) == gone
    assert refusal(identity.get_id, IdentityPoolId=pool.id) == gone
    assert refusal(identity.describe_identity, IdentityId=guest) == (NOT_FOUND, f"Identity '{guest}' not found.")


def test_pools_are_listed_page_by_page_oldest_first(server: Server, identity: Any, account: str) -> None:
    made = [make_identity_pool(server, identity, account, roles=False).id for _ in range(5)]
    pages = list(identity.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 2}))
    assert [[pool["IdentityPoolId"] for pool in page["IdentityPools"]] for page in pages] == [made[:2], made[2:4], made[4:]]


def test_a_paging_token_is_good_for_its_own_list_only(identity: Any, pool: IdentityPool) -> None:
    pool.get_id()
    pool.get_id()
    token = identity.list_identities(IdentityPoolId=pool.id, MaxResults=1)["NextToken"]
    assert refusal(identity.list_identity_pools, MaxResults=1, NextToken=token) == (INVALID, "Invalid pagination token.")


def test_a_pool_has_the_id_that_its_tag_chooses(identity: Any, account: str) -> None:
    chosen = f"us-east-1:{int(account):08x}-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    request = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True, "IdentityPoolTags": {"_custom_id_": chosen}}
    assert identity.create_identity_pool(**request)["IdentityPoolId"] == chosen
    assert refusal(identity.create_identity_pool, **request)[0] == "ResourceConflictException"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"CognitoIdentityProviders": [{"ClientId": "abc"}]}, "Invalid Cognito Identity Provider"),
        ({"CognitoIdentityProviders": [{"ProviderName": PROVIDER["ProviderName"]}]}, "Invalid Cognito Identity Provider"),
        ({"CognitoIdentityProviders": [PROVIDER | {"ProviderName": "somewhere"}]}, "Invalid Cognito Identity Provider"),
        (
            {"OpenIdConnectProviderARNs": ["arn:aws:iam::123456789012:role/none"]},
            "Invalid OpenID Connect provider ARN: arn:aws:iam::123456789012:role/none",
        ),
        ({"SamlProviderARNs": ["arn:aws:iam::123456789012:role/none"]}, "Invalid SAML provider ARN: arn:aws:iam::123456789012:role/none"),
        ({"IdentityPoolTags": {"aws:team": "blue"}}, "aws: prefixed tag key names are not allowed for external use."),
        ({"IdentityPoolTags": {str(number): "" for number in range(51)}}, "The number of tags cannot exceed 50."),
    ],
)
def test_a_pool_is_refused(identity: Any, settings: dict[str, Any], message: str) -> None:
    refused = refusal(identity.create_identity_pool, IdentityPoolName="app", AllowUnauthenticatedIdentities=True, **settings)
    assert refused == (INVALID, message)


def test_what_the_model_forbids_is_a_validation_exception(identity: Any) -> None:
    refused = refusal(identity.create_identity_pool, IdentityPoolName="app!", AllowUnauthenticatedIdentities=True)
    assert refused == (
        "ValidationException",
        (
            "1 validation error detected: Value 'app!' at 'identityPoolName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+"
        ),
    )


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("describe_identity_pool", {}),
        ("update_identity_pool", {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}),
        ("delete_identity_pool", {}),
        ("get_identity_pool_roles", {}),
        ("set_identity_pool_roles", {"Roles": {}}),
        ("get_principal_tag_attribute_map", {"IdentityProviderName": "x"}),
        ("set_principal_tag_attribute_map", {"IdentityProviderName": "x"}),
        ("get_id", {}),
        ("list_identities", {"MaxResults": 1}),
        ("get_open_id_token_for_developer_identity", {"Logins": {"backend": "ann"}}),
        ("lookup_developer_identity", {"DeveloperUserIdentifier": "ann"}),
        (
            "merge_developer_identities",
            {"SourceUserIdentifier": "a", "DestinationUserIdentifier": "b", "DeveloperProviderName": "backend"},
        ),
        ("unlink_developer_identity", {"IdentityId": UNKNOWN, "DeveloperProviderName": "backend", "DeveloperUserIdentifier": "ann"}),
    ],
)
def test_an_unknown_pool_is_not_found(identity: Any, operation: str, request_: dict[str, Any]) -> None:
    refused = refusal(getattr(identity, operation), IdentityPoolId=UNKNOWN, **request_)
    assert refused == (NOT_FOUND, f"IdentityPool '{UNKNOWN}' not found.")


def test_another_accounts_pool_and_identities_do_not_exist(server: Server, pool: IdentityPool) -> None:
    guest = pool.get_id()
    stranger = server.client("cognito-identity", account="999999999999")
    assert refusal(stranger.describe_identity_pool, IdentityPoolId=pool.id)[0] == NOT_FOUND
    assert refusal(stranger.describe_identity, IdentityId=guest)[0] == NOT_FOUND
    unprocessed = stranger.delete_identities(IdentityIdsToDelete=[guest])["UnprocessedIdentityIds"]
    assert unprocessed == [{"IdentityId": guest, "ErrorCode": "AccessDenied"}]
    assert pool.logins(guest) == []


def test_tags_are_added_replaced_and_taken_away(identity: Any, pool: IdentityPool) -> None:
    arn = f"arn:aws:cognito-identity:us-east-1:{pool.account}:identitypool/{pool.id}"
    identity.tag_resource(ResourceArn=arn, Tags={"team": "blue", "stage": "test"})
    identity.tag_resource(ResourceArn=arn, Tags={"team": "red"})
    identity.untag_resource(ResourceArn=arn, TagKeys=["stage", "none"])
    assert identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "red"}
    assert identity.describe_identity_pool(IdentityPoolId=pool.id)["IdentityPoolTags"] == {"team": "red"}


def test_tags_are_refused_for_what_is_no_identity_pool(identity: Any, pool: IdentityPool) -> None:
    other = f"arn:aws:cognito-identity:us-east-1:999999999999:identitypool/{pool.id}"
    assert refusal(identity.list_tags_for_resource, ResourceArn=other)[0] == NOT_FOUND
    assert refusal(identity.tag_resource, ResourceArn="arn:aws:s3:::bucket-name", Tags={"a": "b"})[0] == INVALID
    assert refusal(identity.untag_resource, ResourceArn="arn:aws:s3:::bucket-name", TagKeys=["a"])[0] == INVALID


def test_roles_are_absent_until_they_are_set_and_then_shown(server: Server, identity: Any, account: str, people: Pool) -> None:
    pool = make_identity_pool(server, identity, account, roles=False, CognitoIdentityProviders=[provider_entry(people)])
    assert without_metadata(identity.get_identity_pool_roles(IdentityPoolId=pool.id)) == {"IdentityPoolId": pool.id}
    given = {
        "Roles": {"authenticated": pool.role("users")},
        "RoleMappings": {f"{provider_name(people)}:{people.client}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
    }
    identity.set_identity_pool_roles(IdentityPoolId=pool.id, **given)
    assert without_metadata(identity.get_identity_pool_roles(IdentityPoolId=pool.id)) == {"IdentityPoolId": pool.id, **given}


RULE = {"Claim": "custom:tier", "MatchType": "Equals", "Value": "gold", "RoleARN": "arn:aws:iam::123456789012:role/gold"}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"Type": "Token"}, "AmbiguousRoleResolution is required for the role mapping of graph.facebook.com."),
        (
            {"Type": "Rules", "AmbiguousRoleResolution": "Deny"},
            "RulesConfiguration is required for the role mapping of graph.facebook.com.",
        ),
        (
            {"Type": "Token", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE]}},
            "RulesConfiguration is not allowed for the role mapping of graph.facebook.com, whose type is Token.",
        ),
        (
            {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE] * 26}},
            "The number of rules in the request exceeded 25.",
        ),
    ],
)
def test_an_incomplete_role_mapping_is_refused(server: Server, identity: Any, account: str, mapping: dict[str, Any], message: str) -> None:
    facebook = "graph.facebook.com"
    pool = make_identity_pool(server, identity, account, roles=False, SupportedLoginProviders={facebook: "1"})
    refused = refusal(identity.set_identity_pool_roles, IdentityPoolId=pool.id, Roles={}, RoleMappings={facebook: mapping})
    assert refused == (INVALID, message)


def test_rules_are_counted_before_anything_else_of_a_mapping(identity: Any, pool: IdentityPool) -> None:
    mapping = {"bogus": {"Type": "Rules", "RulesConfiguration": {"Rules": [RULE] * 26}}}
    refused = refusal(identity.set_identity_pool_roles, IdentityPoolId=pool.id, Roles={}, RoleMappings=mapping)
    assert refused == (INVALID, "The number of rules in the request exceeded 25.")


def test_a_role_mapping_is_refused_for_a_provider_that_the_pool_has_not(identity: Any, pool: IdentityPool) -> None:
    name = "cognito-idp.us-east-1.amazonaws.com/us-east-1_none:client"
    mapping = {name: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    refused = refusal(identity.set_identity_pool_roles, IdentityPoolId=pool.id, Roles={}, RoleMappings=mapping)
    assert refused == (INVALID, f"({name}) is not a valid RoleMapping ProviderName or is not a configured provider.")


@pytest.mark.parametrize("arn", ["my-stack-SomeRole-KBKHTR8P6UC2", "arn:aws:iam::123456789012:user/ann"])
def test_what_is_no_roles_arn_is_forbidden(identity: Any, pool: IdentityPool, arn: str) -> None:
    refused = refusal(identity.set_identity_pool_roles, IdentityPoolId=pool.id, Roles={"authenticated": arn})
    assert refused == (NOT_AUTHORIZED, f"Access to Role '{arn}' is forbidden.")
