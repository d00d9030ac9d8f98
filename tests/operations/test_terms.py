"""Terms documents: links to terms of use and privacy policies."""

import uuid
from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.support.control import Clock

INVALID = "InvalidParameterException"
NO_TERMS = ("ResourceNotFoundException", "Terms does not exist.")
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")
LINKS = {"cognito:default": "https://example.com/terms", "cognito:french": "https://example.com/fr"}


@pytest.fixture
def pool_id(idp: Any) -> str:
    pool_id: str = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    return pool_id


@pytest.fixture
def client_id(idp: Any, pool_id: str) -> str:
    return make_client(idp, pool_id)


def make_client(idp: Any, pool_id: str) -> str:
    client_id: str = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]["ClientId"]
    return client_id


def new(pool_id: str, client_id: str, name: str = "terms-of-use", **more: Any) -> dict[str, Any]:
    request = {"UserPoolId": pool_id, "ClientId": client_id, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE"}
    return request | {"Links": LINKS} | more


class TestOneDocument:
    def test_it_shows_all_it_was_given(self, idp: Any, pool_id: str, client_id: str) -> None:
        terms = idp.create_terms(**new(pool_id, client_id))["Terms"]
        assert uuid.UUID(terms["TermsId"]).version == 4
        assert terms["CreationDate"] == terms["LastModifiedDate"]
        assert terms.items() >= new(pool_id, client_id).items()
        assert idp.describe_terms(UserPoolId=pool_id, TermsId=terms["TermsId"])["Terms"] == terms
        found = idp.describe_terms_by_client(UserPoolId=pool_id, ClientId=client_id, TermsName="terms-of-use")["Terms"]
        assert found == terms

    def test_a_name_exists_once_for_a_client(self, idp: Any, pool_id: str, client_id: str) -> None:
        idp.create_terms(**new(pool_id, client_id))
        assert refusal(idp.create_terms, **new(pool_id, client_id)) == (
            "TermsExistsException",
            f"Terms with name terms-of-use already exists for client {client_id}.",
        )
        idp.create_terms(**new(pool_id, make_client(idp, pool_id)))

    def test_it_needs_links(self, idp: Any, pool_id: str, client_id: str) -> None:
        request = new(pool_id, client_id)
        del request["Links"]
        assert refusal(idp.create_terms, **request) == (INVALID, "Links is required.")

    def test_an_update_keeps_what_it_leaves_out(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        before = idp.create_terms(**new(pool_id, client_id))["Terms"]
        named = {"UserPoolId": pool_id, "TermsId": before["TermsId"]}
        clock.advance(minutes=1)
        links = {"cognito:default": "https://example.com/new"}
        after = idp.update_terms(**named, Links=links)["Terms"]
        assert after == before | {"Links": links, "LastModifiedDate": after["LastModifiedDate"]}
        assert after["LastModifiedDate"] > before["LastModifiedDate"]
        renamed = idp.update_terms(**named, TermsName="privacy-policy", TermsSource="LINK", Enforcement="NONE")["Terms"]
        assert (renamed["TermsName"], renamed["Links"]) == ("privacy-policy", links)
        assert idp.describe_terms(**named)["Terms"] == renamed

    def test_an_update_cannot_take_a_name_that_is_there(self, idp: Any, pool_id: str, client_id: str) -> None:
        terms = idp.create_terms(**new(pool_id, client_id))["Terms"]
        idp.create_terms(**new(pool_id, client_id, "privacy-policy"))
        named = {"UserPoolId": pool_id, "TermsId": terms["TermsId"]}
        assert refusal(idp.update_terms, **named, TermsName="privacy-policy") == (
            "TermsExistsException",
            f"Terms with name privacy-policy already exists for client {client_id}.",
        )
        idp.update_terms(**named, TermsName="terms-of-use")

    def test_a_deleted_document_is_gone(self, idp: Any, pool_id: str, client_id: str) -> None:
        named = {"UserPoolId": pool_id, "TermsId": idp.create_terms(**new(pool_id, client_id))["Terms"]["TermsId"]}
        idp.delete_terms(**named)
        for operation in (idp.describe_terms, idp.update_terms, idp.delete_terms):
            assert refusal(operation, **named) == NO_TERMS
        by_client = {"UserPoolId": pool_id, "ClientId": client_id, "TermsName": "terms-of-use"}
        assert refusal(idp.describe_terms_by_client, **by_client) == NO_TERMS
        idp.create_terms(**new(pool_id, client_id))


class TestListing:
    def test_a_pools_documents_page_by_page_without_links(self, idp: Any, pool_id: str, client_id: str, clock: Clock) -> None:
        ids = []
        for name in ("terms-of-use", "privacy-policy"):
            for client in (client_id, make_client(idp, pool_id)):
                ids.append(idp.create_terms(**new(pool_id, client, name))["Terms"]["TermsId"])
                clock.advance(1)
        listed: list[dict[str, Any]] = []
        request: dict[str, Any] = {"UserPoolId": pool_id, "MaxResults": 3}
        while True:
            page = idp.list_terms(**request)
            listed += page["Terms"]
            if "NextToken" not in page:
                break
            request["NextToken"] = page["NextToken"]
        assert [terms["TermsId"] for terms in listed] == ids
        assert listed[0].keys() == {"TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate"}

    def test_a_token_of_another_list_is_none(self, idp: Any, pool_id: str) -> None:
        assert refusal(idp.list_terms, UserPoolId=pool_id, NextToken="rubbish") == (INVALID, "Invalid pagination token.")

    def test_clients_and_pools_that_do_not_exist(self, idp: Any, pool_id: str) -> None:
        nobody = ("ResourceNotFoundException", "User pool client nobody does not exist.")
        assert refusal(idp.create_terms, **new(pool_id, "nobody")) == nobody
        by_client = {"ClientId": "nobody", "TermsName": "terms-of-use"}
        assert refusal(idp.describe_terms_by_client, UserPoolId=pool_id, **by_client) == nobody
        nowhere = "us-east-1_AbCdEfGhI"
        assert refusal(idp.create_terms, **new(nowhere, "nobody")) == NO_POOL
        assert refusal(idp.list_terms, UserPoolId=nowhere) == NO_POOL
        assert refusal(idp.describe_terms_by_client, UserPoolId=nowhere, **by_client) == NO_POOL
        for operation in (idp.describe_terms, idp.update_terms, idp.delete_terms):
            assert refusal(operation, UserPoolId=nowhere, TermsId=str(uuid.uuid4())) == NO_POOL
