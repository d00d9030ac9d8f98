"""SAML providers that IAM knows: pysaml2 makes the assertions, identity pools and STS take them."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.federation.saml_provider import ENTITY, SamlProvider, key_pair
from tests.identity_pools.pools import INVALID, NO_ROLE, NOT_AUTHORIZED, UNSUPPORTED, IdentityPool, make_identity_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

AWS, ADDRESS = "urn:amazon:webservices", "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
NOT_BELIEVED = "Invalid login token. Invalid SAML response received: "
BAD_SIGNATURE = (NOT_AUTHORIZED, f"{NOT_BELIEVED}SAML Assertion signature is invalid.")
DENIED = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")


def sp_metadata(entity_id: str, address: str, certificate: str) -> str:
    """A service provider's metadata."""
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 entityID="{entity_id}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
 <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
 </ds:KeyInfo></md:KeyDescriptor>
 <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{address}" index="1"/>
 </md:SPSSODescriptor></md:EntityDescriptor>"""


@dataclass
class Corporation:
    """A SAML provider that IAM knows under the name `Corp`."""

    provider: SamlProvider
    iam: Any
    sts: Any
    account: str
    arn: str
    key_file: str
    certificate: str

    def respond(self, *, audience: str = AWS, address: str = ADDRESS, **more: Any) -> str:
        """A response for AWS."""
        return self.provider.respond(audience, address, None, **more)

    def gives(self, *roles: str, **attributes: str) -> None:
        """Say which roles the provider's user may have, and AWS's other attributes."""
        pairs = [f"arn:aws:iam::{self.account}:role/{role},{self.arn}" for role in roles]
        self.provider.identity |= {f"{ATTRIBUTES}Role": pairs} if pairs else {}
        self.provider.identity |= {f"{ATTRIBUTES}{name}": [value] for name, value in attributes.items()}

    def assume(self, role: str = "admin", **more: Any) -> dict[str, Any]:
        """AssumeRoleWithSAML."""
        request = {"RoleArn": f"arn:aws:iam::{self.account}:role/{role}", "PrincipalArn": self.arn, "SAMLAssertion": self.respond()}
        answer: dict[str, Any] = self.sts.assume_role_with_saml(**(request | more))
        return answer


@pytest.fixture
def corp(server: Server, account: str, tmp_path: Path) -> Corporation:
    provider = SamlProvider(tmp_path)
    key_file, certificate_file = key_pair(tmp_path / "aws")
    certificate = "".join(Path(certificate_file).read_text().strip().splitlines()[1:-1])
    for audience, address in ((AWS, ADDRESS), ("urn:another", ADDRESS)):
        provider.know(sp_metadata(audience, address, certificate))
    iam = server.client("iam", account=account)
    arn = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=provider.metadata)["SAMLProviderArn"]
    return Corporation(provider, iam, server.client("sts", account=account), account, arn, key_file, certificate)


@pytest.fixture
def saml_pool(server: Server, identity: Any, account: str, corp: Corporation) -> IdentityPool:
    return make_identity_pool(server, identity, account, SamlProviderARNs=[corp.arn])


# -- IAM's side


def test_a_saml_provider_is_made_shown_changed_and_deleted(corp: Corporation, tmp_path: Path) -> None:
    assert corp.arn == f"arn:aws:iam::{corp.account}:saml-provider/Corp"
    shown = corp.iam.get_saml_provider(SAMLProviderArn=corp.arn)
    assert shown["SAMLMetadataDocument"] == corp.provider.metadata
    assert shown["ValidUntil"] > shown["CreateDate"]
    assert [entry["Arn"] for entry in corp.iam.list_saml_providers()["SAMLProviderList"]] == [corp.arn]
    another = SamlProvider(tmp_path / "another").metadata
    corp.iam.update_saml_provider(SAMLProviderArn=corp.arn, SAMLMetadataDocument=another)
    assert corp.iam.get_saml_provider(SAMLProviderArn=corp.arn)["SAMLMetadataDocument"] == another
    corp.iam.delete_saml_provider(SAMLProviderArn=corp.arn)
    refused = refusal(corp.iam.get_saml_provider, SAMLProviderArn=corp.arn)
    assert refused == ("NoSuchEntity", f"SAMLProvider not found for arn {corp.arn}")


def test_saml_providers_are_refused(corp: Corporation) -> None:
    unreadable = refusal(corp.iam.create_saml_provider, Name="Other", SAMLMetadataDocument="<x>" * 400)
    assert unreadable == ("InvalidInput", "Could not parse metadata")
    again = refusal(corp.iam.create_saml_provider, Name="Corp", SAMLMetadataDocument=corp.provider.metadata)
    assert again == ("EntityAlreadyExists", "SAMLProvider with name Corp already exists.")
    assert refusal(corp.iam.update_saml_provider, SAMLProviderArn=corp.arn, AddPrivateKey="junk")[0] == "InvalidInput"


# -- identity pools


def test_a_subject_is_one_identity(saml_pool: IdentityPool, corp: Corporation) -> None:
    ann = saml_pool.get_id({corp.arn: corp.respond()})
    assert saml_pool.get_id({corp.arn: corp.respond(sign="response")}) == ann
    assert saml_pool.logins(ann) == [corp.arn]
    corp.provider.subject = "bob"
    assert saml_pool.get_id({corp.arn: corp.respond()}) != ann


def test_an_assertion_leads_to_credentials(saml_pool: IdentityPool, corp: Corporation, server: Server) -> None:
    logins = {corp.arn: corp.respond()}
    issued = saml_pool.credentials(saml_pool.get_id(logins), logins)["Credentials"]
    assert saml_pool.caller(issued) == saml_pool.assumed("users")
    record = server.http.get(f"{server.url}/_emu/credentials/{issued['AccessKeyId']}", timeout=10).json()
    assert record["amr"][:2] == ["authenticated", corp.arn]


def test_the_provider_may_give_the_role_itself(saml_pool: IdentityPool, corp: Corporation) -> None:
    corp.gives("admin")
    assert saml_pool.role_of({corp.arn: corp.respond()}) == "admin"
    corp.gives("admin", "auditor")
    logins = {corp.arn: corp.respond()}
    assert saml_pool.role_of(logins) == "users"
    assert saml_pool.role_of(logins, CustomRoleArn=saml_pool.role("auditor")) == "auditor"
    refused = refusal(saml_pool.role_of, logins=logins, CustomRoleArn=saml_pool.role("owner"))
    assert refused == (NOT_AUTHORIZED, f"Access to Role '{saml_pool.role('owner')}' is forbidden.")


def test_an_attribute_may_choose_the_role(saml_pool: IdentityPool, corp: Corporation) -> None:
    rule = {"Claim": "department", "MatchType": "Equals", "Value": "sales", "RoleARN": saml_pool.role("sales")}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "AuthenticatedRole", "RulesConfiguration": {"Rules": [rule]}}
    roles = {"authenticated": saml_pool.role("users")}
    saml_pool.identity.set_identity_pool_roles(IdentityPoolId=saml_pool.id, Roles=roles, RoleMappings={corp.arn: mapping})
    corp.provider.identity |= {"department": ["sales"]}
    assert saml_pool.role_of({corp.arn: corp.respond()}) == "sales"


def test_a_role_that_trusts_the_provider_will_do(saml_pool: IdentityPool, corp: Corporation) -> None:
    trust(corp, "admin", {"SAML:aud": ADDRESS})
    corp.gives("admin")
    assert saml_pool.role_of({corp.arn: corp.respond()}) == "admin"
    corp.iam.delete_role(RoleName="admin")
    trust(corp, "admin", {"SAML:sub": "somebody else"})
    assert refusal(saml_pool.role_of, logins={corp.arn: corp.respond()}) == NO_ROLE


def test_assertions_are_refused(saml_pool: IdentityPool, corp: Corporation) -> None:
    def refused(response: str) -> tuple[str, str]:
        return refusal(saml_pool.get_id, logins={corp.arn: response})

    assert refused(corp.respond(sign="nothing")) == BAD_SIGNATURE
    text = base64.b64decode(corp.respond()).replace(b"Ann@corp", b"Bob@corp")
    assert refused(base64.b64encode(text).decode()) == BAD_SIGNATURE
    assert refused(corp.respond(audience="urn:another")) == (NOT_AUTHORIZED, f"{NOT_BELIEVED}Audience restriction is not valid.")
    assert refused("junk")[1].startswith(NOT_BELIEVED)


def test_another_providers_assertion_is_refused(saml_pool: IdentityPool, corp: Corporation, tmp_path: Path) -> None:
    stranger = SamlProvider(tmp_path / "stranger")
    stranger.know(sp_metadata(AWS, ADDRESS, corp.certificate))
    response = stranger.respond(AWS, ADDRESS, None)
    assert refusal(saml_pool.get_id, logins={corp.arn: response}) == BAD_SIGNATURE
    assert refusal(saml_pool.get_id, logins={corp.arn.replace("Corp", "Other"): response}) == UNSUPPORTED


def test_an_assertion_is_good_for_five_minutes(saml_pool: IdentityPool, corp: Corporation, clock: Clock) -> None:
    response = corp.respond()
    clock.advance(minutes=7)
    expired = "Invalid login token. Token must be redeemed within 5 minutes of issuance"
    assert refusal(saml_pool.get_id, logins={corp.arn: response}) == (NOT_AUTHORIZED, expired)


def test_a_provider_that_iam_does_not_know_is_not_supported(saml_pool: IdentityPool, corp: Corporation) -> None:
    corp.iam.delete_saml_provider(SAMLProviderArn=corp.arn)
    assert refusal(saml_pool.get_id, logins={corp.arn: corp.respond()}) == UNSUPPORTED


def test_the_classic_flow_is_not_for_saml(saml_pool: IdentityPool, corp: Corporation) -> None:
    logins = {corp.arn: corp.respond()}
    refused = refusal(saml_pool.identity.get_open_id_token, IdentityId=saml_pool.get_id(logins), Logins=logins)
    assert refused == (INVALID, "Basic (classic) flow is not supported with SAML providers, please use enhanced flow.")


def test_assertions_may_be_encrypted(saml_pool: IdentityPool, corp: Corporation) -> None:
    encrypted = corp.respond(encrypt_to=corp.certificate)
    refused = refusal(saml_pool.get_id, logins={corp.arn: encrypted})
    assert refused == (NOT_AUTHORIZED, f"{NOT_BELIEVED}SAML Assertion cannot be decrypted.")
    corp.iam.update_saml_provider(
        SAMLProviderArn=corp.arn, AddPrivateKey=Path(corp.key_file).read_text(), AssertionEncryptionMode="Required"
    )
    ann = saml_pool.get_id({corp.arn: encrypted})
    assert saml_pool.logins(ann) == [corp.arn]
    refused = refusal(saml_pool.get_id, logins={corp.arn: corp.respond()})
    assert refused == (NOT_AUTHORIZED, f"{NOT_BELIEVED}SAML Assertion is not encrypted.")
    (key,) = corp.iam.get_saml_provider(SAMLProviderArn=corp.arn)["PrivateKeyList"]
    assert key.keys() == {"KeyId", "Timestamp"}
    corp.iam.update_saml_provider(SAMLProviderArn=corp.arn, RemovePrivateKey=key["KeyId"])
    assert corp.iam.get_saml_provider(SAMLProviderArn=corp.arn)["PrivateKeyList"] == []


# -- STS


def trust(corp: Corporation, role: str, equals: dict[str, str]) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": corp.arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": equals},
    }
    corp.iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Statement": [statement]}))


def test_a_role_is_assumed_by_an_assertion_that_names_it(saml_pool: IdentityPool, corp: Corporation, server: Server) -> None:
    corp.gives("admin", RoleSessionName="ann@corp", **{"PrincipalTag:Team": "blue"})
    assumed = corp.assume()
    assert saml_pool.caller(assumed["Credentials"]) == f"arn:aws:sts::{corp.account}:assumed-role/admin/ann@corp"
    assert (assumed["Subject"], assumed["SubjectType"]) == ("Ann@corp.example", "persistent")
    assert (assumed["Issuer"], assumed["Audience"]) == (ENTITY, ADDRESS)
    assert assumed["NameQualifier"]
    key = assumed["Credentials"]["AccessKeyId"]
    assert server.http.get(f"{server.url}/_emu/credentials/{key}", timeout=10).json()["tags"] == {"Team": "blue"}


def test_sts_refuses_assertions(corp: Corporation) -> None:
    corp.gives("admin")
    assert refusal(corp.assume) == ("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse")
    corp.gives(RoleSessionName="not a name")
    wanted = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
    assert refusal(corp.assume) == ("InvalidIdentityToken", wanted)
    corp.gives(RoleSessionName="ann")
    assert refusal(corp.assume, role="owner") == DENIED
    unsigned = refusal(corp.assume, SAMLAssertion=corp.respond(sign="nothing"))
    assert unsigned == ("InvalidIdentityToken", "Response signature invalid")
    unknown = refusal(corp.assume, PrincipalArn=corp.arn.replace("Corp", "Other"))
    assert unknown == ("InvalidIdentityToken", "Specified provider doesn't exist")


def test_sts_asks_the_roles_trust_policy(corp: Corporation) -> None:
    corp.gives("admin", RoleSessionName="ann")
    trust(corp, "admin", {"SAML:aud": "https://elsewhere.example"})
    assert refusal(corp.assume) == DENIED
    corp.iam.delete_role(RoleName="admin")
    trust(corp, "admin", {"SAML:aud": ADDRESS, "SAML:iss": ENTITY, "SAML:sub_type": "persistent"})
    assert corp.assume()["Subject"] == "Ann@corp.example"


def test_an_old_assertion_has_expired(corp: Corporation, clock: Clock) -> None:
    corp.gives("admin", RoleSessionName="ann")
    response = corp.respond()
    clock.advance(minutes=7)
    refused = refusal(corp.assume, SAMLAssertion=response)
    assert refused == ("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
