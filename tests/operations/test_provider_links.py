"""Links between users and identities at other providers, as administrators make and undo them."""

import json
from typing import Any

import pytest

from tests.operations.identity_provider_server import saml_metadata
from tests.operations.people import PASSWORD, Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox

INVALID = "InvalidParameterException"
LOCAL_SOURCE = "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser"
NO_USER = ("UserNotFoundException", "User does not exist.")


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    """A pool with Google, a SAML provider that has mapped `email`, and the user ann."""
    pool = make_pool(idp, inbox)
    google = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
    idp.create_identity_provider(UserPoolId=pool.id, ProviderName="Google", ProviderType="Google", ProviderDetails=google)
    idp.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": saml_metadata()},
        AttributeMapping={"email": "http://claims/mail"},
    )
    pool.enrol("ann", email="ann@example.com")
    return pool


def named(provider: str, value: str, attribute: str = "Cognito_Subject") -> dict[str, str]:
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def link(pool: Pool, source: dict[str, str], destination: str = "ann") -> Any:
    return pool.idp.admin_link_provider_for_user(UserPoolId=pool.id, DestinationUser=named("Cognito", destination), SourceUser=source)


def refused(pool: Pool, source: dict[str, str], destination: dict[str, str] | None = None) -> tuple[str, str]:
    destination = destination or named("Cognito", "ann")
    return refusal(pool.idp.admin_link_provider_for_user, UserPoolId=pool.id, DestinationUser=destination, SourceUser=source)


def identities(pool: Pool, username: str = "ann") -> list[dict[str, Any]]:
    text = pool.attributes_of(username).get("identities")
    return json.loads(text) if text else []


class TestLinking:
    def test_the_user_shows_the_identity(self, pool: Pool) -> None:
        link(pool, named("Google", "1234"))
        (shown,) = identities(pool)
        assert isinstance(shown.pop("dateCreated"), int)
        assert shown == {"userId": "1234", "providerName": "Google", "providerType": "Google", "issuer": None, "primary": False}

    def test_other_attributes_and_the_password_stay(self, pool: Pool) -> None:
        link(pool, named("Google", "1234"))
        assert pool.attributes_of("ann")["email"] == "ann@example.com"
        assert pool.sign_in("ann", PASSWORD)

    def test_a_saml_identity_names_its_issuer_and_can_be_known_by_a_mapped_attribute(self, pool: Pool) -> None:
        link(pool, named("Corp", "ann@corp.example", "email"))
        (shown,) = identities(pool)
        assert (shown["userId"], shown["issuer"], shown["providerType"]) == ("ann@corp.example", "https://idp.example.com", "SAML")

    def test_the_claims_own_name_is_understood_too(self, pool: Pool) -> None:
        link(pool, named("Corp", "ann@corp.example", "http://claims/mail"))
        assert refused(pool, named("Corp", "ann@corp.example", "email")) == (INVALID, "SourceUser is already linked to DestinationUser")

    def test_a_user_can_be_named_by_an_identity_that_is_linked_to_them(self, pool: Pool) -> None:
        link(pool, named("Google", "1234"))
        pool.idp.admin_link_provider_for_user(
            UserPoolId=pool.id,
            DestinationUser={"ProviderName": "Google", "ProviderAttributeValue": "1234"},
            SourceUser=named("Corp", "ann"),
        )
        assert [shown["providerName"] for shown in identities(pool)] == ["Google", "Corp"]

    def test_there_are_at_most_five(self, pool: Pool) -> None:
        for number in range(5):
            link(pool, named("Google", str(number)))
        assert refused(pool, named("Google", "5")) == (
            "LimitExceededException",
            "The number of linked identities cannot exceed the limit of 5.",
        )
        pool.idp.admin_disable_provider_for_user(UserPoolId=pool.id, User=named("Google", "0"))
        link(pool, named("Google", "5"))
        assert [shown["userId"] for shown in identities(pool)] == ["1", "2", "3", "4", "5"]

    def test_an_identity_is_linked_once(self, pool: Pool) -> None:
        pool.enrol("bob")
        link(pool, named("Google", "1234"))
        for destination in ("ann", "bob"):
            assert refused(pool, named("Google", "1234"), named("Cognito", destination)) == (
                INVALID,
                "SourceUser is already linked to DestinationUser",
            )

    def test_a_deleted_user_leaves_the_identity_free(self, pool: Pool) -> None:
        pool.enrol("bob")
        link(pool, named("Google", "1234"))
        pool.idp.admin_delete_user(UserPoolId=pool.id, Username="ann")
        link(pool, named("Google", "1234"), "bob")
        assert [shown["userId"] for shown in identities(pool, "bob")] == ["1234"]

    @pytest.mark.parametrize(
        ("source", "error"),
        [
            (
                named("Cognito", "bob"),
                (INVALID, LOCAL_SOURCE),
            ),
            (named("Google", "1", "email"), (INVALID, "Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for Google")),
            (named("Corp", "1", "phone_number"), (INVALID, "Invalid SourceUser: phone_number is not mapped for provider Corp")),
            ({"ProviderName": "Google"}, (INVALID, "SourceUser.ProviderAttributeName is required.")),
            (
                {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject"},
                (INVALID, "SourceUser.ProviderAttributeValue is required."),
            ),
        ],
    )
    def test_sources_that_cannot_be_linked(self, pool: Pool, source: dict[str, str], error: tuple[str, str]) -> None:
        assert refused(pool, source) == error

    def test_providers_users_and_pools_that_do_not_exist(self, pool: Pool) -> None:
        unknown = ("ResourceNotFoundException", f"Identity provider Nobody in User Pool {pool.id} does not exist.")
        assert refused(pool, named("Nobody", "1")) == unknown
        assert refused(pool, named("Google", "1"), named("Nobody", "1")) == unknown
        assert refused(pool, named("Google", "1"), named("Cognito", "bob")) == NO_USER
        assert refused(pool, named("Google", "1"), named("Google", "2")) == NO_USER
        assert refused(pool, named("Google", "1"), {"ProviderAttributeValue": "ann"}) == (
            INVALID,
            "DestinationUser.ProviderName is required.",
        )
        elsewhere = {"UserPoolId": "us-east-1_AbCdEfGhI", "DestinationUser": named("Cognito", "ann"), "SourceUser": named("Google", "1")}
        assert refusal(pool.idp.admin_link_provider_for_user, **elsewhere) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )


class TestDisabling:
    def test_an_unlinked_identity_is_gone_and_can_be_linked_again(self, pool: Pool) -> None:
        link(pool, named("Google", "1234"))
        link(pool, named("Corp", "ann@corp.example", "email"))
        pool.idp.admin_disable_provider_for_user(UserPoolId=pool.id, User=named("Google", "1234"))
        assert [shown["providerName"] for shown in identities(pool)] == ["Corp"]
        pool.idp.admin_disable_provider_for_user(UserPoolId=pool.id, User=named("Corp", "ann@corp.example", "email"))
        assert "identities" not in pool.attributes_of("ann")
        link(pool, named("Google", "1234"))

    def test_a_link_is_named_as_it_was_made(self, pool: Pool) -> None:
        link(pool, named("Corp", "ann@corp.example", "email"))
        request = {"UserPoolId": pool.id, "User": named("Corp", "ann@corp.example")}
        assert refusal(pool.idp.admin_disable_provider_for_user, **request) == NO_USER

    def test_a_local_user_can_no_longer_use_or_recover_the_password(self, pool: Pool) -> None:
        pool.verify("ann", "email")
        pool.idp.admin_disable_provider_for_user(UserPoolId=pool.id, User=named("Cognito", "ann"))
        assert refusal(pool.try_sign_in, username="ann") == ("NotAuthorizedException", "Incorrect username or password.")
        assert refusal(pool.idp.forgot_password, ClientId=pool.client, Username="ann") == (
            "NotAuthorizedException",
            "User password cannot be reset in the current state.",
        )
        assert pool.user("ann")["UserStatus"] == "EXTERNAL_PROVIDER"

    def test_what_does_not_exist(self, pool: Pool) -> None:
        disable = pool.idp.admin_disable_provider_for_user
        assert refusal(disable, UserPoolId=pool.id, User=named("Google", "1234")) == NO_USER
        assert refusal(disable, UserPoolId=pool.id, User=named("Cognito", "bob")) == NO_USER
        assert refusal(disable, UserPoolId=pool.id, User=named("Nobody", "1")) == (
            "ResourceNotFoundException",
            f"Identity provider Nobody in User Pool {pool.id} does not exist.",
        )
        assert refusal(disable, UserPoolId=pool.id, User={"ProviderName": "Google"}) == (
            INVALID,
            "User.ProviderAttributeName is required.",
        )
        assert refusal(disable, UserPoolId="us-east-1_AbCdEfGhI", User=named("Google", "1")) == (
            "ResourceNotFoundException",
            "User pool us-east-1_AbCdEfGhI does not exist.",
        )
