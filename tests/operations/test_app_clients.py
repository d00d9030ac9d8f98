"""App clients: what is created is what is described, an update replaces everything, secrets, lists, refusals."""

import re
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock

PINPOINT = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/mine"
ROLE = "arn:aws:iam::123456789012:role/analytics"
SECRET = "a_secret_of_my_own_that_is_long_enough"
DEFAULTS = {
    "ClientType": "REGULAR",
    "RefreshTokenValidity": 30,
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
EVERYTHING: dict[str, Any] = {
    "RefreshTokenValidity": 10,
    "AccessTokenValidity": 20,
    "IdTokenValidity": 30,
    "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes", "IdToken": "minutes"},
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["name"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://app.example.com/callback", "http://localhost:3000/callback", "http://127.0.0.1/", "myapp://callback"],
    "LogoutURLs": ["https://app.example.com/bye"],
    "DefaultRedirectURI": "https://app.example.com/callback",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {"ApplicationArn": PINPOINT, "UserDataShared": True},
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 15,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 20},
}

NO_ANALYTICS = "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid"


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return pool_id


def create(idp: Any, pool_id: str, **settings: Any) -> dict[str, Any]:
    client: dict[str, Any] = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="client", **settings)["UserPoolClient"]
    return client


def describe(idp: Any, client: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = idp.describe_user_pool_client(UserPoolId=client["UserPoolId"], ClientId=client["ClientId"])["UserPoolClient"]
    return shown


def key(client: dict[str, Any]) -> dict[str, str]:
    return {"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]}


class TestSettings:
    def test_a_client_that_is_told_nothing(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id)
        assert re.fullmatch(r"[0-9a-z]{26}", client["ClientId"])
        assert client["LastModifiedDate"] == client["CreationDate"]
        identity = {name: client[name] for name in ("ClientId", "CreationDate", "LastModifiedDate")}
        assert client == DEFAULTS | identity | {"UserPoolId": pool_id, "ClientName": "client"}
        assert describe(idp, client) == client

    def test_what_is_created_is_shown_and_described(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id, **EVERYTHING, GenerateSecret=True)
        assert {name: client[name] for name in EVERYTHING} == EVERYTHING
        assert describe(idp, client) == client

    def test_an_update_replaces_everything(self, idp: Any, pool_id: str, clock: Clock) -> None:
        before = create(idp, pool_id, **EVERYTHING, GenerateSecret=True)
        clock.advance(minutes=1)
        after = idp.update_user_pool_client(**key(before))["UserPoolClient"]
        kept = {name: before[name] for name in ("UserPoolId", "ClientId", "ClientName", "ClientSecret", "CreationDate")}
        assert after == DEFAULTS | kept | {"LastModifiedDate": after["LastModifiedDate"]}
        assert after["LastModifiedDate"] > before["LastModifiedDate"]
        assert describe(idp, before) == after

    def test_an_update_sets_everything_that_it_names(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id, GenerateSecret=True)
        after = idp.update_user_pool_client(**key(client), ClientName="renamed", **EVERYTHING)["UserPoolClient"]
        assert {name: after[name] for name in EVERYTHING} == EVERYTHING
        assert after["ClientName"] == "renamed"
        assert describe(idp, client) == after

    def test_refresh_tokens_of_zero_live_thirty_days(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id, RefreshTokenValidity=0, TokenValidityUnits={"RefreshToken": "minutes"})
        assert (client["RefreshTokenValidity"], client["TokenValidityUnits"]) == (30, {"RefreshToken": "days"})

    def test_rotation_without_grace_has_none(self, idp: Any, pool_id: str) -> None:
        rotation = create(idp, pool_id, RefreshTokenRotation={"Feature": "ENABLED"})["RefreshTokenRotation"]
        assert rotation == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "code", "message"),
        [
            ({"GenerateSecret": True, "ClientSecret": SECRET}, None, "GenerateSecret and ClientSecret cannot be used together."),
            (
                {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]},
                None,
                "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
            ),
            ({"AnalyticsConfiguration": {"ApplicationArn": PINPOINT, "RoleArn": ROLE}}, None, NO_ANALYTICS),
            ({"AnalyticsConfiguration": {"ApplicationId": "0" * 32, "ExternalId": "id"}}, None, NO_ANALYTICS),
            (
                {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}},
                None,
                "Refresh token rotation cannot be enabled with ALLOW_REFRESH_TOKEN_AUTH.",
            ),
            (
                {"AllowedOAuthFlowsUserPoolClient": True},
                None,
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
            ),
            (
                {"AllowedOAuthFlows": ["code", "client_credentials"]},
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            ),
            (
                {"AllowedOAuthFlows": ["implicit"]},
                "InvalidOAuthFlowException",
                "CallbackUrls can not be empty when code flow or implicit flow is selected",
            ),
            (
                {"AllowedOAuthFlows": ["client_credentials"]},
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client secret.",
            ),
            (
                {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["openid"], "GenerateSecret": True},
                "InvalidOAuthFlowException",
                "openid is not supported with client_credentials flow",
            ),
            ({"AllowedOAuthScopes": ["Cognito"]}, "ScopeDoesNotExistException", "Invalid scope requested: Cognito"),
            (
                {"DefaultRedirectURI": "https://app.example.com/", "CallbackURLs": ["https://app.example.com/other"]},
                None,
                "The default redirect URI https://app.example.com/ is not in the callback URIs list.",
            ),
            (
                {"CallbackURLs": ["http://app.example.com/"]},
                None,
                "http://app.example.com/ cannot use the HTTP protocol.",
            ),
            (
                {"LogoutURLs": ["https://app.example.com/#bye"]},
                None,
                "https://app.example.com/#bye cannot use fragment",
            ),
            (
                {"CallbackURLs": ["/callback"]},
                None,
                "/callback is not a valid redirect URI. It must be absolute.",
            ),
            (
                {"EnablePropagateAdditionalUserContextData": True},
                None,
                "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
            ),
        ],
    )
    def test_settings_that_contradict_each_other(
        self, idp: Any, pool_id: str, settings: dict[str, Any], code: str | None, message: str
    ) -> None:
        expected = (code or "InvalidParameterException", message)
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName="client", **settings) == expected
        assert idp.list_user_pool_clients(UserPoolId=pool_id)["UserPoolClients"] == []
        if "GenerateSecret" not in settings:
            client = create(idp, pool_id)
            assert refusal(idp.update_user_pool_client, **key(client), **settings) == expected
            assert describe(idp, client) == client

    @pytest.mark.parametrize(
        "settings",
        [
            {"ReadAttributes": ["email", "custom:plan"]},
            {"WriteAttributes": ["email", "custom:plan"]},
            {"WriteAttributes": ["name"]},  # without one that the pool requires
            *({"WriteAttributes": ["email", never]} for never in ("email_verified", "phone_number_verified", "sub")),
        ],
    )
    def test_attributes_that_cannot_be_permitted(self, idp: Any, settings: dict[str, Any]) -> None:
        schema = [{"Name": "email", "Required": True}]
        pool_id = idp.create_user_pool(PoolName="pool", Schema=schema)["UserPool"]["Id"]
        verb = next(iter(settings)).removesuffix("Attributes").lower()
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName="client", **settings) == (
            "InvalidParameterException",
            f"Invalid {verb} attributes specified while creating a client",
        )
        client = create(idp, pool_id, WriteAttributes=["email"], ReadAttributes=["sub", "email_verified"])
        assert refusal(idp.update_user_pool_client, **key(client), **settings) == (
            "InvalidParameterException",
            f"Invalid {verb} attributes specified while updating a client",
        )
        assert describe(idp, client) == client

    @pytest.mark.parametrize(
        "settings",
        [
            {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
            {"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}},
            {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
            {"RefreshTokenValidity": 36500},
        ],
    )
    def test_lifetimes_out_of_range(self, idp: Any, pool_id: str, settings: dict[str, Any]) -> None:
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName="client", **settings) == (
            "InvalidParameterException",
            "Invalid range for token validity.",
        )

    def test_a_token_cannot_outlive_its_refresh_token(self, idp: Any, pool_id: str) -> None:
        settings = {"RefreshTokenValidity": 2, "AccessTokenValidity": 3, "TokenValidityUnits": {"RefreshToken": "hours"}}
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName="client", **settings) == (
            "InvalidParameterException",
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        )

    def test_an_identity_provider_that_the_pool_does_not_have(self, idp: Any, pool_id: str) -> None:
        providers = ["COGNITO", "Google"]
        request = {"UserPoolId": pool_id, "ClientName": "client", "SupportedIdentityProviders": providers}
        code, message = refusal(idp.create_user_pool_client, **request)
        assert code == "InvalidParameterException"
        assert message.startswith(f"The provider Google does not exist for User Pool {pool_id}")

    def test_choice_based_sign_in_needs_its_tier(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="pool", UserPoolTier="LITE")["UserPool"]["Id"]
        flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName="client", ExplicitAuthFlows=flows) == (
            "FeatureUnavailableInTierException",
            "The following feature is not available for the LITE pricing tier configured: ALLOW_USER_AUTH",
        )

    @pytest.mark.parametrize(
        ("operation", "more"),
        [
            ("describe_user_pool_client", {}),
            ("update_user_pool_client", {}),
            ("delete_user_pool_client", {}),
            ("add_user_pool_client_secret", {}),
            ("list_user_pool_client_secrets", {}),
            ("delete_user_pool_client_secret", {"ClientSecretId": "mine--1"}),
        ],
    )
    def test_a_client_or_pool_that_does_not_exist(self, idp: Any, pool_id: str, operation: str, more: dict[str, Any]) -> None:
        missing = "User pool client 0123456789abcdefghijklmnop does not exist."
        request = {"ClientId": "0123456789abcdefghijklmnop"} | more
        assert refusal(getattr(idp, operation), UserPoolId=pool_id, **request) == ("ResourceNotFoundException", missing)
        assert refusal(getattr(idp, operation), UserPoolId="us-east-1_AbCdEfGhI", **request) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )

    def test_a_client_of_another_pool(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id)
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        assert refusal(idp.describe_user_pool_client, UserPoolId=other, ClientId=client["ClientId"])[0] == "ResourceNotFoundException"


class TestDeleteAndList:
    def test_a_deleted_client_is_gone(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id)
        idp.delete_user_pool_client(**key(client))
        assert refusal(idp.describe_user_pool_client, **key(client))[0] == "ResourceNotFoundException"
        assert refusal(idp.delete_user_pool_client, **key(client))[0] == "ResourceNotFoundException"

    def test_an_entry_says_little(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id, GenerateSecret=True)
        (entry,) = idp.list_user_pool_clients(UserPoolId=pool_id)["UserPoolClients"]
        assert entry == {name: client[name] for name in ("ClientId", "UserPoolId", "ClientName")}

    @pytest.mark.parametrize("size", [1, 2, 5, 60])
    def test_clients_are_listed_page_by_page(self, idp: Any, pool_id: str, clock: Clock, size: int) -> None:
        ids = []
        for _ in range(5):
            ids.append(create(idp, pool_id)["ClientId"])
            clock.advance(seconds=1)
        pages = list(idp.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool_id, PaginationConfig={"PageSize": size}))
        assert [client["ClientId"] for page in pages for client in page["UserPoolClients"]] == ids
        assert len(pages) == -(-5 // size)

    def test_a_token_works_for_its_own_pool_only(self, idp: Any, pool_id: str) -> None:
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        for _ in range(2):
            create(idp, pool_id)
        token = idp.list_user_pool_clients(UserPoolId=pool_id, MaxResults=1)["NextToken"]
        assert refusal(idp.list_user_pool_clients, UserPoolId=other, NextToken=token) == (
            "InvalidParameterException",
            "Invalid pagination token.",
        )


class TestSecrets:
    @pytest.fixture
    def client(self, idp: Any, pool_id: str) -> dict[str, Any]:
        return create(idp, pool_id, GenerateSecret=True)

    def ids(self, idp: Any, client: dict[str, Any]) -> list[str]:
        return [secret["ClientSecretId"] for secret in idp.list_user_pool_client_secrets(**key(client))["ClientSecrets"]]

    def test_a_generated_secret_is_shown(self, idp: Any, client: dict[str, Any]) -> None:
        assert re.fullmatch(r"[0-9a-z]{51}", client["ClientSecret"])
        assert describe(idp, client)["ClientSecret"] == client["ClientSecret"]

    def test_a_secret_can_be_brought(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id, ClientSecret=SECRET)
        assert client["ClientSecret"] == SECRET
        assert describe(idp, client)["ClientSecret"] == SECRET

    def test_a_second_secret_is_shown_once(self, idp: Any, client: dict[str, Any]) -> None:
        added = idp.add_user_pool_client_secret(**key(client))["ClientSecretDescriptor"]
        assert re.fullmatch(rf"{client['ClientId']}--\d+", added["ClientSecretId"])
        assert re.fullmatch(r"[0-9a-z]{51}", added["ClientSecretValue"])
        listed = idp.list_user_pool_client_secrets(**key(client))["ClientSecrets"]
        assert [secret["ClientSecretId"] for secret in listed][1] == added["ClientSecretId"]
        assert all("ClientSecretValue" not in secret for secret in listed)
        assert describe(idp, client)["ClientSecret"] == client["ClientSecret"]

    def test_a_second_secret_that_was_brought_is_not_shown(self, idp: Any, client: dict[str, Any]) -> None:
        added = idp.add_user_pool_client_secret(**key(client), ClientSecret=SECRET)["ClientSecretDescriptor"]
        assert added.keys() == {"ClientSecretId", "ClientSecretCreateDate"}

    def test_two_secrets_are_the_most(self, idp: Any, client: dict[str, Any]) -> None:
        idp.add_user_pool_client_secret(**key(client))
        assert refusal(idp.add_user_pool_client_secret, **key(client)) == (
            "LimitExceededException",
            "Client secrets cannot exceed limit of 2 secrets.",
        )

    def test_the_old_secret_goes_and_the_new_one_is_not_promoted(self, idp: Any, client: dict[str, Any]) -> None:
        added = idp.add_user_pool_client_secret(**key(client))["ClientSecretDescriptor"]
        first, second = self.ids(idp, client)
        idp.delete_user_pool_client_secret(**key(client), ClientSecretId=first)
        assert self.ids(idp, client) == [second] == [added["ClientSecretId"]]
        assert "ClientSecret" not in describe(idp, client)

    def test_the_last_secret_stays(self, idp: Any, client: dict[str, Any]) -> None:
        (only,) = self.ids(idp, client)
        assert refusal(idp.delete_user_pool_client_secret, **key(client), ClientSecretId=only) == (
            "InvalidParameterException",
            "The last client secret cannot be deleted.",
        )

    def test_a_secret_that_is_not_there(self, idp: Any, client: dict[str, Any]) -> None:
        assert refusal(idp.delete_user_pool_client_secret, **key(client), ClientSecretId="mine--1") == (
            "ResourceNotFoundException",
            "Client secret mine--1 does not exist.",
        )

    def test_a_public_client_stays_public(self, idp: Any, pool_id: str) -> None:
        client = create(idp, pool_id)
        assert self.ids(idp, client) == []
        assert refusal(idp.add_user_pool_client_secret, **key(client)) == (
            "InvalidParameterException",
            f"Client {client['ClientId']} is not configured for secret.",
        )


class TestChosenIds:
    def test_a_name_chooses_the_id(self, idp: Any, pool_id: str, account: str) -> None:
        chosen = f"client{account}"
        client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName=f"_custom_id_:{chosen}")["UserPoolClient"]
        assert client["ClientId"] == chosen
        assert describe(idp, client) == client

    def test_an_id_exists_once(self, idp: Any, pool_id: str, account: str) -> None:
        name = f"_custom_id_:other{account}"
        idp.create_user_pool_client(UserPoolId=pool_id, ClientName=name)
        assert refusal(idp.create_user_pool_client, UserPoolId=pool_id, ClientName=name) == (
            "InvalidParameterException",
            f"User pool client other{account} already exists.",
        )
