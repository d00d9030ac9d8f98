"""Every list of both services: its pages are stable while others add to it, and a token is good for its list alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore import xform_name

from cognito_emu.protocol.service_models import load_service_model
from tests.operations.authenticator import Authenticator
from tests.operations.people import Pool, make_pool
from tests.operations.refusals import refusal
from tests.operations.remembered_device import confirm
from tests.support.control import Inbox
from tests.support.server import Server

INVALID = ("InvalidParameterException", "Invalid pagination token.")
TOKENS = ("NextToken", "PaginationToken")
TERMS = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://example.com/terms"}}
OIDC = {
    "client_id": "1",
    "client_secret": "2",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "authorize_url": "https://idp.example.com/authorize",
    "token_url": "https://idp.example.com/token",
    "attributes_url": "https://idp.example.com/userinfo",
    "jwks_uri": "https://idp.example.com/keys",
}


class House:
    """Two pools of each kind, of which the second is a stranger's, and ways to put things into the first."""

    def __init__(self, server: Server, account: str) -> None:
        self.clients = {service: server.client(service, account=account) for service in ("cognito-idp", "cognito-identity")}
        self.idp, self.identity = self.clients.values()
        inbox = Inbox(server, account)
        self.pool, self.other = (self._user_pool(inbox) for _ in range(2))
        self.token, self.other_token = self.pool.sign_in("owner"), self.other.sign_in("owner")
        self.identity_pool, self.other_identity_pool = (self._identity_pool() for _ in range(2))
        self.developer = self.developer_identity(self.identity_pool, "owner")
        self.others_developer = self.developer_identity(self.other_identity_pool, "owner")
        self._numbers = iter(range(100))

    def number(self) -> str:
        """A name that nothing has yet, in no order: a later one may stand before an earlier one."""
        return f"{next(self._numbers) * 37 % 100:02}x"

    def _user_pool(self, inbox: Inbox) -> Pool:
        pool = make_pool(
            self.idp,
            inbox,
            UserPoolTier="PLUS",
            UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
            DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
        )
        self.idp.set_user_pool_mfa_config(UserPoolId=pool.id, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
        self.idp.set_user_pool_session_configuration(UserPoolId=pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20})
        pool.enrol("owner", email="owner@example.com")
        self.idp.create_group(UserPoolId=pool.id, GroupName="everybody")
        return pool

    def _identity_pool(self) -> str:
        made = self.identity.create_identity_pool(
            IdentityPoolName="app", AllowUnauthenticatedIdentities=True, DeveloperProviderName="backend"
        )
        pool_id: str = made["IdentityPoolId"]
        return pool_id

    def developer_identity(self, pool_id: str, name: str) -> str:
        """Register a backend's user."""
        answer = self.identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={"backend": name})
        made: str = answer["IdentityId"]
        return made

    # -- one more of a thing

    def user(self) -> str:
        name = self.number()
        self.pool.enrol(name, email=f"{name}@example.com")
        return name

    def member(self) -> None:
        self.idp.admin_add_user_to_group(UserPoolId=self.pool.id, Username=self.user(), GroupName="everybody")

    def group(self) -> str:
        name = self.number()
        self.idp.create_group(UserPoolId=self.pool.id, GroupName=name)
        return name

    def membership(self) -> None:
        self.idp.admin_add_user_to_group(UserPoolId=self.pool.id, Username="owner", GroupName=self.group())

    def client(self) -> str:
        return self.pool.client_with(ClientName=self.number()).client

    def terms(self) -> None:
        self.idp.create_terms(UserPoolId=self.pool.id, ClientId=self.client(), TermsName="terms-of-use", **TERMS)

    def policy(self) -> None:
        patterns = [f"https://{self.number()}.example.com/*"]
        self.idp.create_cimd_policy(UserPoolId=self.pool.id, ClientId=self.client(), PolicyName="tools", URLPatterns=patterns)

    def provider(self) -> None:
        name = f"Idp{self.number()}"
        details = OIDC | {"oidc_issuer": f"https://{name.lower()}.example.com"}
        self.idp.create_identity_provider(UserPoolId=self.pool.id, ProviderName=name, ProviderType="OIDC", ProviderDetails=details)

    def import_job(self) -> None:
        role = "arn:aws:iam::123456789012:role/logs"
        self.idp.create_user_import_job(UserPoolId=self.pool.id, JobName=self.number(), CloudWatchLogsRoleArn=role)

    def device(self) -> None:
        confirm(self.pool, "owner", self.pool.try_sign_in(username="owner"))

    def passkey(self) -> None:
        options = self.idp.start_web_authn_registration(AccessToken=self.token)["CredentialCreationOptions"]
        credential = Authenticator().register(options)
        self.idp.complete_web_authn_registration(AccessToken=self.token, Credential=credential)

    def resource_server(self) -> None:
        self.idp.create_resource_server(UserPoolId=self.pool.id, Identifier=self.number(), Name="api")

    def developer_user(self) -> None:
        """A further name of the same identity."""
        name = self.number()
        self.developer_identity(self.identity_pool, name)
        self.identity.merge_developer_identities(
            IdentityPoolId=self.identity_pool,
            DeveloperProviderName="backend",
            SourceUserIdentifier=name,
            DestinationUserIdentifier="owner",
        )


@dataclass(frozen=True)
class Listed:
    """A list: what adds to it, what tells its items apart, and requests for it and for another list of its kind."""

    add: Callable[[House], Any]
    key: str
    request: Callable[[House], dict[str, Any]]
    elsewhere: Callable[[House], dict[str, Any]] | None = None


def of_pool(house: House) -> dict[str, Any]:
    return {"UserPoolId": house.pool.id}


def of_other(house: House) -> dict[str, Any]:
    return {"UserPoolId": house.other.id}


def of_owner(house: House) -> dict[str, Any]:
    return {"UserPoolId": house.pool.id, "Username": "owner"}


def of_others_owner(house: House) -> dict[str, Any]:
    return {"UserPoolId": house.other.id, "Username": "owner"}


def by_token(house: House) -> dict[str, Any]:
    return {"AccessToken": house.token}


def by_others_token(house: House) -> dict[str, Any]:
    return {"AccessToken": house.other_token}


def everybody(pool: Callable[[House], dict[str, Any]]) -> Callable[[House], dict[str, Any]]:
    return lambda house: pool(house) | {"GroupName": "everybody"}


LISTS = {
    "AdminListDevices": Listed(House.device, "DeviceKey", of_owner, of_others_owner),
    "AdminListGroupsForUser": Listed(House.membership, "GroupName", of_owner, of_others_owner),
    "AdminListUserAuthEvents": Listed(lambda house: house.pool.sign_in("owner"), "EventId", of_owner, of_others_owner),
    "ListCIMDPolicies": Listed(House.policy, "CIMDPolicyId", of_pool, of_other),
    "ListDevices": Listed(House.device, "DeviceKey", by_token, by_others_token),
    "ListGroups": Listed(House.group, "GroupName", of_pool, of_other),
    "ListIdentities": Listed(
        lambda house: house.identity.get_id(IdentityPoolId=house.identity_pool),
        "IdentityId",
        lambda house: {"IdentityPoolId": house.identity_pool},
        lambda house: {"IdentityPoolId": house.other_identity_pool},
    ),
    "ListIdentityPools": Listed(House._identity_pool, "IdentityPoolId", lambda _: {}),
    "ListIdentityProviders": Listed(House.provider, "ProviderName", of_pool, of_other),
    "ListResourceServers": Listed(House.resource_server, "Identifier", of_pool, of_other),
    "ListTerms": Listed(House.terms, "TermsId", of_pool, of_other),
    "ListUserImportJobs": Listed(House.import_job, "JobId", of_pool, of_other),
    "ListUserPoolClients": Listed(House.client, "ClientId", of_pool, of_other),
    "ListUserPools": Listed(lambda house: house.idp.create_user_pool(PoolName="more"), "Id", lambda _: {}),
    "ListUsers": Listed(House.user, "Username", of_pool, of_other),
    "ListUsersInGroup": Listed(House.member, "Username", everybody(of_pool), everybody(of_other)),
    "ListWebAuthnCredentials": Listed(House.passkey, "CredentialId", by_token, by_others_token),
    "LookupDeveloperIdentity": Listed(
        House.developer_user,
        "",
        lambda house: {"IdentityPoolId": house.identity_pool, "IdentityId": house.developer},
        lambda house: {"IdentityPoolId": house.other_identity_pool, "IdentityId": house.others_developer},
    ),
}
# Lists whose page size cannot be chosen, and that are shorter than their one page here: a token that is none is refused.
WITHOUT_SIZE: dict[str, Callable[[House], dict[str, Any]]] = {
    "AdminListUserSessions": of_owner,
    "ListUserPoolClientSecrets": lambda house: {"UserPoolId": house.pool.id, "ClientId": house.pool.client},
    "ListUserPoolReplicas": of_pool,
    "ListUserSessions": by_token,
}
# Lists whose items take more to make than fits here, and where their pages are proved.
ELSEWHERE = {"ListClientMetadataURLs": "test_cimd", "ListPointInTimeRecoveries": "test_point_in_time_recovery"}


@pytest.fixture
def house(server: Server, account: str) -> House:
    return House(server, account)


@pytest.fixture(scope="module")
def shared_house(server: Server) -> House:
    """For tests that only add to its lists."""
    return House(server, "999000000002")


@dataclass
class Reader:
    """Reads a list page by page."""

    house: House
    name: str

    def __post_init__(self) -> None:
        service = next(service for service in self.house.clients if self.name in load_service_model(service).operation_names)
        model = load_service_model(service).operation_model(self.name)
        self.operation = getattr(self.house.clients[service], xform_name(self.name))
        self.token_member = next(member for member in TOKENS if member in model.input_shape.members)
        self._size_member = next(member for member in ("MaxResults", "Limit") if member in model.input_shape.members)
        self._items = next(member for member, shape in model.output_shape.members.items() if shape.type_name == "list")

    def request(self, named: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """For two items."""
        return named | {self._size_member: 2} | ({self.token_member: token} if token else {})

    def pages(self, named: dict[str, Any]) -> Iterator[list[str]]:
        """The keys of each page's items."""
        key, token = LISTS[self.name].key, None
        while True:
            answer = self.operation(**self.request(named, token))
            yield [item[key] if key else item for item in answer[self._items]]
            token = answer.get(self.token_member)
            if token is None:
                return


def test_every_list_of_both_models_is_walked_here_or_somewhere() -> None:
    with_tokens = {
        name
        for service in ("cognito-idp", "cognito-identity")
        for name in load_service_model(service).operation_names
        if set(TOKENS) & load_service_model(service).operation_model(name).input_shape.members.keys()
    }
    assert with_tokens == LISTS.keys() | WITHOUT_SIZE.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_stable_while_the_list_grows(house: House, name: str) -> None:
    listed, reader = LISTS[name], Reader(house, name)
    for _ in range(5):
        listed.add(house)
    named = listed.request(house)
    before = [key for page in reader.pages(named) for key in page]
    assert len(before) >= 5
    seen: list[str] = []
    for page in reader.pages(named):
        assert len(page) <= 2
        seen += page
        if len(seen) < len(before):
            listed.add(house)
    assert len(seen) == len(set(seen))
    assert [key for key in seen if key in before] == before


@pytest.mark.parametrize("name", LISTS)
def test_a_token_is_good_for_its_own_list_and_as_it_was_given(shared_house: House, name: str) -> None:
    house = shared_house
    listed, reader = LISTS[name], Reader(house, name)
    for _ in range(3):
        listed.add(house)
    named = listed.request(house)
    token = reader.operation(**reader.request(named))[reader.token_member]
    for place in (0, len(token) // 2):
        other = "A" if token[place] != "A" else "B"
        assert refusal(reader.operation, **reader.request(named, token[:place] + other + token[place + 1 :])) == INVALID
    for spoiled in (token[:-4], token + "AAAA", token + "=", f"{token[:4]}.{token[4:]}", "no-token"):
        assert refusal(reader.operation, **reader.request(named, spoiled)) == INVALID
    if listed.elsewhere is not None:
        assert refusal(reader.operation, **reader.request(listed.elsewhere(house), token)) == INVALID
    foreign = Reader(house, "ListGroups" if name != "ListGroups" else "ListUsers")
    assert refusal(foreign.operation, **foreign.request({"UserPoolId": house.pool.id}, token)) == INVALID
    assert reader.operation(**reader.request(named, token))


@pytest.mark.parametrize("name", WITHOUT_SIZE)
def test_a_list_of_one_page_takes_no_token(shared_house: House, name: str) -> None:
    operation = getattr(shared_house.idp, xform_name(name))
    assert refusal(operation, **WITHOUT_SIZE[name](shared_house), NextToken="AAAA") == INVALID
