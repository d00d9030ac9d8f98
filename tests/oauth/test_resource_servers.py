"""Resource servers, and what app clients may name of their pool."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.oauth.relying_party import API, Tenant


def scope(name: str) -> dict[str, str]:
    return {"ScopeName": name, "ScopeDescription": f"may {name}"}


@pytest.fixture
def pool_id(idp: Any) -> str:
    created: str = idp.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    return created


def test_a_resource_server_is_made_shown_changed_and_deleted(idp: Any, pool_id: str) -> None:
    key = {"UserPoolId": pool_id, "Identifier": "photos"}
    made = idp.create_resource_server(**key, Name="Photos", Scopes=[scope("read"), scope("write")])["ResourceServer"]
    assert made == {**key, "Name": "Photos", "Scopes": [scope("read"), scope("write")]}
    assert idp.describe_resource_server(**key)["ResourceServer"] == made
    changed = idp.update_resource_server(**key, Name="Pictures")["ResourceServer"]
    assert changed == {**key, "Name": "Pictures", "Scopes": []}
    idp.delete_resource_server(**key)
    with pytest.raises(idp.exceptions.ResourceNotFoundException, match=r"Resource server photos does not exist\."):
        idp.describe_resource_server(**key)


def test_an_identifier_is_taken_once(idp: Any, pool_id: str) -> None:
    idp.create_resource_server(UserPoolId=pool_id, Identifier="photos", Name="a")
    with pytest.raises(idp.exceptions.InvalidParameterException, match=f"photos already exists in user pool {pool_id}."):
        idp.create_resource_server(UserPoolId=pool_id, Identifier="photos", Name="b")


def test_update_and_delete_of_an_unknown_one_fail(idp: Any, pool_id: str) -> None:
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        idp.update_resource_server(UserPoolId=pool_id, Identifier="photos", Name="a")
    with pytest.raises(idp.exceptions.ResourceNotFoundException):
        idp.delete_resource_server(UserPoolId=pool_id, Identifier="photos")


def test_a_scope_name_is_there_once(idp: Any, pool_id: str) -> None:
    with pytest.raises(idp.exceptions.InvalidParameterException):
        idp.create_resource_server(UserPoolId=pool_id, Identifier="photos", Name="a", Scopes=[scope("read"), scope("read")])


def test_a_pool_has_at_most_25_and_lists_them_by_pages(idp: Any, pool_id: str) -> None:
    for number in range(25):
        idp.create_resource_server(UserPoolId=pool_id, Identifier=f"api-{number:02}", Name="a")
    with pytest.raises(idp.exceptions.LimitExceededException):
        idp.create_resource_server(UserPoolId=pool_id, Identifier="one-more", Name="a")
    pages = idp.get_paginator("list_resource_servers").paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": 10})
    listed = [[server["Identifier"] for server in page["ResourceServers"]] for page in pages]
    assert [len(page) for page in listed] == [10, 10, 5]
    assert [name for page in listed for name in page] == [f"api-{number:02}" for number in range(25)]


# -- what clients name


def test_a_client_cannot_have_a_scope_that_nobody_defines(idp: Any, tenant: Tenant) -> None:
    for name in (f"{API}/delete", "Cognito"):
        with pytest.raises(idp.exceptions.ScopeDoesNotExistException, match=f"Invalid scope requested: {name}"):
            tenant.client(AllowedOAuthScopes=["openid", name])


def test_a_client_cannot_have_a_provider_that_the_pool_does_not_have(tenant: Tenant) -> None:
    with pytest.raises(ClientError, match=f"The provider Google does not exist for User Pool {tenant.pool_id}."):
        tenant.client(SupportedIdentityProviders=["COGNITO", "Google"])


def test_client_credentials_need_a_secret(idp: Any, tenant: Tenant) -> None:
    with pytest.raises(idp.exceptions.InvalidOAuthFlowException):
        tenant.machine(GenerateSecret=False)
