"""IAM's providers and roles, as deployment scripts make them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.federation.saml_provider import SamlProvider
from tests.operations.refusals import refusal
from tests.support.clients import AwsCli
from tests.support.server import Server

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
URL = "https://idp.example.com/tenant"


@pytest.fixture
def iam(server: Server, account: str) -> Any:
    return server.client("iam", account=account)


def make_role(iam: Any, name: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(POLICY), **more)["Role"]
    return made


def test_a_role_is_made_shown_changed_and_deleted(iam: Any, account: str) -> None:
    made = make_role(iam, "users", Path="/app/", Description="Who signed in", Tags=[{"Key": "team", "Value": "blue"}])
    assert made["Arn"] == f"arn:aws:iam::{account}:role/app/users"
    assert made["RoleId"].startswith("AROA")
    shown = iam.get_role(RoleName="users")["Role"]
    assert shown == made
    assert (shown["AssumeRolePolicyDocument"], shown["MaxSessionDuration"], shown["Path"]) == (POLICY, 3600, "/app/")

    changed = {"Version": "2012-10-17", "Statement": [{"Sid": "Mine", "Effect": "Allow", "Principal": "*", "Action": "sts:*"}]}
    iam.update_assume_role_policy(RoleName="users", PolicyDocument=json.dumps(changed))
    assert iam.get_role(RoleName="users")["Role"]["AssumeRolePolicyDocument"] == changed

    iam.delete_role(RoleName="users")
    assert refusal(iam.get_role, RoleName="users") == ("NoSuchEntity", "The role with name users cannot be found.")
    assert refusal(iam.delete_role, RoleName="users")[0] == "NoSuchEntity"


def test_a_roles_id_is_the_one_by_which_sts_names_its_sessions(server: Server, iam: Any, account: str) -> None:
    made = make_role(iam, "deploy")
    assumed = server.client("sts", account=account).assume_role(RoleArn=made["Arn"], RoleSessionName="me")
    assert assumed["AssumedRoleUser"]["AssumedRoleId"] == f"{made['RoleId']}:me"


def test_a_name_is_given_once_in_an_account(server: Server, iam: Any) -> None:
    make_role(iam, "users")
    refused = refusal(make_role, iam=iam, name="users", Path="/other/")
    assert refused == ("EntityAlreadyExists", "Role with name users already exists.")
    make_role(server.client("iam", account="999988887777"), "users")


def test_what_is_no_policy_is_refused(iam: Any) -> None:
    assert refusal(iam.create_role, RoleName="users", AssumeRolePolicyDocument="{")[0] == "MalformedPolicyDocument"
    make_role(iam, "users")
    assert refusal(iam.update_assume_role_policy, RoleName="users", PolicyDocument="{}")[0] == "MalformedPolicyDocument"


def test_roles_are_listed_by_pages(iam: Any) -> None:
    for name in ("c", "a", "b"):
        make_role(iam, name)
    make_role(iam, "d", Path="/app/")
    pages = [
        [role["RoleName"] for role in page["Roles"]] for page in iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2})
    ]
    assert pages == [["a", "b"], ["c", "d"]]
    assert [role["RoleName"] for role in iam.list_roles(PathPrefix="/app/")["Roles"]] == ["d"]


def test_an_openid_connect_provider_is_made_changed_and_deleted(iam: Any, account: str) -> None:
    thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"
    arn = iam.create_open_id_connect_provider(Url=URL, ClientIDList=["web"], ThumbprintList=[thumbprint])["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/idp.example.com/tenant"
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["Url"], shown["ClientIDList"], shown["ThumbprintList"]) == ("idp.example.com/tenant", ["web"], [thumbprint])
    assert [entry["Arn"] for entry in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]] == [arn]

    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="ios")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["0" * 40])
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["ClientIDList"], shown["ThumbprintList"]) == (["web", "ios"], ["0" * 40])
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="web")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["ios"]

    for _ in range(2):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    refused = refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)
    assert refused == ("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")


def test_providers_have_tags(iam: Any, tmp_path: Path) -> None:
    tags = [{"Key": "team", "Value": "shop"}, {"Key": "cost", "Value": "7"}]
    oidc = {"OpenIDConnectProviderArn": iam.create_open_id_connect_provider(Url=URL, Tags=tags)["OpenIDConnectProviderArn"]}
    metadata = SamlProvider(tmp_path / "one").metadata
    saml = {"SAMLProviderArn": iam.create_saml_provider(Name="corp", SAMLMetadataDocument=metadata, Tags=tags)["SAMLProviderArn"]}
    for kind, provider in (("open_id_connect", oidc), ("saml", saml)):
        listed, tag, untag = (getattr(iam, name.format(kind)) for name in ("list_{}_provider_tags", "tag_{}_provider", "untag_{}_provider"))
        whole = listed(**provider)
        assert (whole["Tags"], whole["IsTruncated"]) == ([tags[1], tags[0]], False)
        tag(**provider, Tags=[{"Key": "team", "Value": "till"}, {"Key": "new", "Value": ""}])
        untag(**provider, TagKeys=["cost", "unknown"])
        assert listed(**provider)["Tags"] == [{"Key": "new", "Value": ""}, {"Key": "team", "Value": "till"}]
        page = listed(**provider, MaxItems=1)
        assert page["IsTruncated"]
        assert listed(**provider, Marker=page["Marker"])["Tags"] == [{"Key": "team", "Value": "till"}]
    assert iam.get_open_id_connect_provider(**oidc)["Tags"][0] == {"Key": "team", "Value": "till"}
    iam.delete_saml_provider(**saml)
    assert refusal(iam.tag_saml_provider, **saml, Tags=tags)[0] == "NoSuchEntity"


def test_openid_connect_providers_are_refused(server: Server, iam: Any) -> None:
    iam.create_open_id_connect_provider(Url=URL)
    assert refusal(iam.create_open_id_connect_provider, Url=URL)[0] == "EntityAlreadyExists"
    assert refusal(iam.create_open_id_connect_provider, Url="idp.example.com")[0] == "InvalidInput"
    assert refusal(iam.create_open_id_connect_provider, Url="https://other.example.com", ThumbprintList=["z" * 40])[0] == "InvalidInput"
    assert refusal(iam.create_open_id_connect_provider, Url="https://other.example.com", ThumbprintList=["0" * 40] * 6)[0] == "InvalidInput"
    clients = [str(number) for number in range(101)]
    assert refusal(iam.create_open_id_connect_provider, Url="https://other.example.com", ClientIDList=clients)[0] == "LimitExceeded"
    other = server.client("iam", account="999988887777")
    mine = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"][0]["Arn"]
    assert refusal(other.get_open_id_connect_provider, OpenIDConnectProviderArn=mine)[0] == "NoSuchEntity"


def test_the_aws_cli_makes_roles_and_providers(aws: AwsCli, account: str) -> None:
    made = aws("iam", "create-role", "--role-name", "users", "--assume-role-policy-document", json.dumps(POLICY))
    assert made["Role"]["AssumeRolePolicyDocument"] == POLICY
    aws("iam", "create-open-id-connect-provider", "--url", URL, "--client-id-list", "web")
    listed = aws("iam", "list-open-id-connect-providers")["OpenIDConnectProviderList"]
    assert listed == [{"Arn": f"arn:aws:iam::{account}:oidc-provider/idp.example.com/tenant"}]


def test_a_reset_of_the_account_takes_them_away(server: Server, iam: Any, account: str) -> None:
    make_role(iam, "users")
    server.http.post(f"{server.url}/_emu/reset", params={"account": account}, timeout=10).raise_for_status()
    assert iam.list_roles()["Roles"] == []
