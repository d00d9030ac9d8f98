"""User pools as they are listed, extended, deleted, and given ids of choice."""

from typing import Any

import pytest

from tests.operations.refusals import refusal
from tests.operations.user_pools.expectations import LAMBDA, _ids, create, describe
from tests.support.control import Clock


class TestDelete:
    def test_a_deleted_pool_is_gone_with_all_that_is_in_it(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        client_id = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="client")["UserPoolClient"]["ClientId"]
        idp.delete_user_pool(UserPoolId=pool_id)
        gone = ("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
        assert refusal(idp.describe_user_pool, UserPoolId=pool_id) == gone
        assert refusal(idp.list_users, UserPoolId=pool_id) == gone
        assert refusal(idp.sign_up, ClientId=client_id, Username="ann", Password="Correct-Horse-7")[0] == "ResourceNotFoundException"
        assert refusal(idp.delete_user_pool, UserPoolId=pool_id) == gone

    def test_a_protected_pool_stays_until_its_protection_goes(self, idp: Any) -> None:
        pool_id = create(idp, DeletionProtection="ACTIVE")["Id"]
        assert refusal(idp.delete_user_pool, UserPoolId=pool_id) == (
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
        )
        idp.update_user_pool(UserPoolId=pool_id, DeletionProtection="INACTIVE")
        idp.delete_user_pool(UserPoolId=pool_id)


class TestList:
    @pytest.mark.parametrize("size", [1, 2, 5, 60])
    def test_pools_are_listed_page_by_page(self, idp: Any, clock: Clock, size: int) -> None:
        ids = []
        for number in range(5):
            ids.append(idp.create_user_pool(PoolName=f"pool-{number}")["UserPool"]["Id"])
            clock.advance(seconds=1)
        pages = list(idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": size}))
        assert [pool["Id"] for page in pages for pool in page["UserPools"]] == ids
        assert len(pages) == -(-5 // size)

    def test_an_entry_says_little(self, idp: Any) -> None:
        pool = create(idp, LambdaConfig={"PreSignUp": LAMBDA})
        (entry,) = idp.list_user_pools(MaxResults=60)["UserPools"]
        names = ("Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate")
        assert entry == {name: pool[name] for name in names}

    def test_accounts_do_not_see_each_other(self, server: Any, idp: Any) -> None:
        create(idp)
        assert server.client(account="999999999998").list_user_pools(MaxResults=60)["UserPools"] == []

    def test_a_strangers_token_is_worth_nothing(self, server: Any, idp: Any) -> None:
        create(idp)
        create(idp)
        token = idp.list_user_pools(MaxResults=1)["NextToken"]
        stranger = server.client(account="999999999998")
        bad = ("InvalidParameterException", "Invalid pagination token.")
        assert refusal(stranger.list_user_pools, MaxResults=1, NextToken=token) == bad
        assert refusal(idp.list_user_pools, MaxResults=1, NextToken="nonsense") == bad


class TestSchema:
    def attribute(self, pool: dict[str, Any], name: str) -> Any:
        return next((attribute for attribute in pool["SchemaAttributes"] if attribute["Name"] == name), None)

    def test_standard_attributes_can_be_required_and_immutable(self, idp: Any) -> None:
        pool = create(idp, Schema=[{"Name": "email", "Required": True, "Mutable": False}])
        assert self.attribute(pool, "email") == {
            "Name": "email",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": False,
            "Required": True,
            "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
        }

    def test_custom_attributes_are_prefixed(self, idp: Any) -> None:
        limits = {"MinValue": "1", "MaxValue": "9"}
        schema = [
            {"Name": "plan", "AttributeDataType": "String", "Mutable": True},
            {"Name": "score", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True, "NumberAttributeConstraints": limits},
        ]
        pool = create(idp, Schema=schema)
        assert self.attribute(pool, "custom:plan") == {
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": True,
            "Required": False,
            "StringAttributeConstraints": {},
        }
        assert self.attribute(pool, "dev:custom:score") == {
            "Name": "dev:custom:score",
            "AttributeDataType": "Number",
            "DeveloperOnlyAttribute": True,
            "Mutable": False,
            "Required": False,
            "NumberAttributeConstraints": limits,
        }

    def test_attributes_are_added_for_ever(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}])
        idp.update_user_pool(UserPoolId=pool_id)
        assert self.attribute(describe(idp, pool_id), "custom:plan")["AttributeDataType"] == "String"
        idp.admin_create_user(UserPoolId=pool_id, Username="ann", UserAttributes=[{"Name": "custom:plan", "Value": "gold"}])

    @pytest.mark.parametrize(
        ("attribute", "message"),
        [
            ({"Name": "plan", "AttributeDataType": "String"}, "custom:plan: Existing attribute already has name custom:plan."),
            ({"Name": "new", "AttributeDataType": "String", "Required": True}, "Required custom attributes are not supported currently."),
        ],
    )
    def test_attributes_that_cannot_be_added(self, idp: Any, attribute: dict[str, Any], message: str) -> None:
        pool = create(idp, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
        assert refusal(idp.add_custom_attributes, UserPoolId=pool["Id"], CustomAttributes=[attribute]) == (
            "InvalidParameterException",
            message,
        )
        assert describe(idp, pool["Id"]) == pool

    def test_fifty_custom_attributes_are_the_most(self, idp: Any) -> None:
        pool_id = create(idp)["Id"]
        attributes = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(51)]
        for first in (0, 25):
            idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=attributes[first : first + 25])
        assert refusal(idp.add_custom_attributes, UserPoolId=pool_id, CustomAttributes=attributes[50:]) == (
            "InvalidParameterException",
            "The number of custom attributes cannot exceed 50.",
        )

    def test_an_attribute_without_a_name_is_refused(self, idp: Any) -> None:
        nameless = [{"AttributeDataType": "String"}]
        expected = ("InvalidParameterException", "Invalid Name input, a schema attribute must have a name.")
        assert refusal(idp.add_custom_attributes, UserPoolId=create(idp)["Id"], CustomAttributes=nameless) == expected
        assert refusal(idp.create_user_pool, PoolName="pool", Schema=nameless) == expected


class TestChosenIds:
    @pytest.mark.parametrize("tag", ["_custom_id_", "floci:override-id"])
    def test_a_tag_chooses_the_id(self, idp: Any, account: str, tag: str) -> None:
        chosen = f"us-east-1_c{account}{next(_ids)}"
        assert create(idp, UserPoolTags={tag: chosen})["Id"] == chosen
        assert describe(idp, chosen)["UserPoolTags"] == {tag: chosen}

    def test_an_id_without_region_gets_the_callers(self, idp: Any, account: str) -> None:
        assert create(idp, UserPoolTags={"_custom_id_": f"d{account}"})["Id"] == f"us-east-1_d{account}"

    def test_an_id_exists_once(self, idp: Any, account: str) -> None:
        chosen = f"us-east-1_e{account}"
        create(idp, UserPoolTags={"_custom_id_": chosen})
        assert refusal(idp.create_user_pool, PoolName="pool", UserPoolTags={"_custom_id_": chosen}) == (
            "InvalidParameterException",
            f"User pool {chosen} already exists.",
        )

    @pytest.mark.parametrize("chosen", ["us-east-1_not-mine", "ü_Mine"])
    def test_an_id_that_no_request_could_name_is_refused(self, idp: Any, chosen: str) -> None:
        assert refusal(idp.create_user_pool, PoolName="pool", UserPoolTags={"_custom_id_": chosen}) == (
            "InvalidParameterException",
            f"The id {chosen}, chosen by a tag, does not match the pattern [\\w-]+_[0-9a-zA-Z]+ of at most 55 characters.",
        )
