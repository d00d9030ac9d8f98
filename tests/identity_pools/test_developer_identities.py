"""Developer identities: a backend vouches for its users."""

from typing import Any

import jwt
import pytest

from tests.identity_pools.pools import (
    INVALID,
    NO_MATCH,
    NOT_AUTHORIZED,
    NOT_FOUND,
    IdentityPool,
    make_identity_pool,
    provider_name,
    sign_in,
)
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool
from tests.operations.refusals import refusal
from tests.support.control import Clock
from tests.support.server import Server

SERVICE = "cognito-identity.amazonaws.com"


def register(pool: IdentityPool, user: str, logins: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """GetOpenIdTokenForDeveloperIdentity."""
    answer: dict[str, Any] = pool.identity.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool.id, Logins={"backend": user} | (logins or {}), **more
    )
    return answer


def lookup(pool: IdentityPool, **request: Any) -> tuple[str, list[str]]:
    """LookupDeveloperIdentity."""
    answer = pool.identity.lookup_developer_identity(IdentityPoolId=pool.id, **request)
    return answer["IdentityId"], answer["DeveloperUserIdentifierList"]


def merge(pool: IdentityPool, source: str, destination: str) -> str:
    """MergeDeveloperIdentities."""
    request = {"IdentityPoolId": pool.id, "DeveloperProviderName": "backend"}
    answer = pool.identity.merge_developer_identities(SourceUserIdentifier=source, DestinationUserIdentifier=destination, **request)
    identity_id: str = answer["IdentityId"]
    return identity_id


def unlink(pool: IdentityPool, identity_id: str, user: str, provider: str = "backend") -> None:
    """UnlinkDeveloperIdentity."""
    pool.identity.unlink_developer_identity(
        IdentityPoolId=pool.id, IdentityId=identity_id, DeveloperProviderName=provider, DeveloperUserIdentifier=user
    )


def test_the_same_user_is_the_same_identity(pool: IdentityPool) -> None:
    ann = register(pool, "ann")["IdentityId"]
    assert register(pool, "ann")["IdentityId"] == ann
    assert register(pool, "bob")["IdentityId"] != ann
    assert pool.logins(ann) == ["backend"]


def test_the_token_says_what_those_of_aws_say(server: Server, pool: IdentityPool, clock: Clock) -> None:
    registered = register(pool, "ann", PrincipalTags={"Team": "blue"}, TokenDuration=60)
    header, claims = jwt.get_unverified_header(registered["Token"]), verified(server, pool, registered["Token"])
    assert (header["alg"], header["typ"]) == ("RS512", "JWS")
    now = clock.now()
    assert 0 <= now - claims.pop("iat") < 10
    assert 50 < claims.pop("exp") - now <= 60
    assert claims == {
        "sub": registered["IdentityId"],
        "aud": pool.id,
        "iss": server.url,
        "amr": ["authenticated", "backend", f"backend:{pool.id}:ann"],
        "https://cognito-identity.amazonaws.com/identity-pool-arn": (
            f"arn:aws:cognito-identity:us-east-1:{pool.account}:identitypool/{pool.id}"
        ),
        "https://aws.amazon.com/tags": {"principal_tags": {"Team": ["blue"]}, "transitive_tag_keys": []},
    }


def test_a_token_lasts_fifteen_minutes_unless_told_otherwise(pool: IdentityPool) -> None:
    claims = jwt.decode(register(pool, "ann")["Token"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 900


def test_a_guests_token_is_verified_by_the_services_own_discovery(server: Server, pool: IdentityPool) -> None:
    guest = pool.get_id()
    token = pool.identity.get_open_id_token(IdentityId=guest)["Token"]
    claims = verified(server, pool, token)
    assert (claims["sub"], claims["amr"], claims["exp"] - claims["iat"]) == (guest, ["unauthenticated"], 600)


def verified(server: Server, pool: IdentityPool, token: str) -> dict[str, Any]:
    """The claims, as a relying party finds keys: from the issuer to its document to its key set."""
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    document = server.http.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert document["issuer"] == issuer
    keys = jwt.PyJWKSet.from_dict(server.http.get(document["jwks_uri"], timeout=10).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS512"], audience=pool.id, issuer=issuer)
    return claims


def test_the_issuer_can_be_that_of_aws(emptied_server: Any, account: str) -> None:
    server = emptied_server(issuer="aws")
    pool = make_identity_pool(server, server.client("cognito-identity", account=account), account)
    token = pool.identity.get_open_id_token(IdentityId=pool.get_id())["Token"]
    issuer = "https://cognito-identity.amazonaws.com"
    assert jwt.decode(token, options={"verify_signature": False})["iss"] == issuer
    assert server.http.get(f"{server.url}/.well-known/openid-configuration", timeout=10).json()["issuer"] == issuer


# -- from the token to credentials


def test_the_token_earns_credentials_with_its_tags(server: Server, pool: IdentityPool) -> None:
    registered = register(pool, "ann", PrincipalTags={"Team": "blue"})
    ann = registered["IdentityId"]
    credentials = pool.credentials(ann, {SERVICE: registered["Token"]})["Credentials"]
    assert pool.caller(credentials) == pool.assumed("users")
    record = server.http.get(f"{server.url}/_emu/credentials/{credentials['AccessKeyId']}", timeout=10).json()
    assert (record["identity_id"], record["tags"]) == (ann, {"Team": "blue"})
    assert record["amr"] == ["authenticated", "backend", f"backend:{pool.id}:ann"]


def test_the_token_is_good_for_its_identity_alone_and_for_its_time(pool: IdentityPool, clock: Clock) -> None:
    ann, bob = register(pool, "ann"), register(pool, "bob")
    logins = {SERVICE: ann["Token"]}
    refused = refusal(pool.credentials, identity_id=bob["IdentityId"], logins=logins)
    assert refused == (NOT_AUTHORIZED, f"Access to Identity '{bob['IdentityId']}' is forbidden.")
    refused = refusal(pool.credentials, identity_id=ann["IdentityId"], logins={SERVICE: ann["Token"][:-4] + "AAAA"})
    assert refused == (NOT_AUTHORIZED, "Invalid login token. Couldn't verify signed token.")
    clock.advance(minutes=16)
    refused = refusal(pool.credentials, identity_id=ann["IdentityId"], logins=logins)
    assert refused[1].startswith("Invalid login token. Token expired: ")


def test_a_backends_users_have_no_role_mapping(pool: IdentityPool) -> None:
    mapping = {"backend": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    refused = refusal(pool.identity.set_identity_pool_roles, IdentityPoolId=pool.id, Roles={}, RoleMappings=mapping)
    message = "(backend) is not a valid RoleMapping ProviderName or is not a configured provider."
    assert refused == ("InvalidParameterException", message)


def test_a_backends_name_is_no_login_of_an_application(pool: IdentityPool) -> None:
    refused = refusal(pool.identity.get_id, IdentityPoolId=pool.id, Logins={"backend": "ann"})
    assert refused == (NOT_AUTHORIZED, "Token is not from a supported provider of this identity pool.")


# -- linking


def test_public_logins_come_along(pool: IdentityPool, people: Pool, provider: Provider) -> None:
    ann = register(pool, "ann", sign_in(people, "ann") | {provider.name: provider.issue(sub="ann")})["IdentityId"]
    assert pool.get_id(sign_in(people, "ann")) == ann
    assert pool.logins(ann) == sorted(["backend", provider.name, provider_name(people)])


def test_a_forged_public_login_is_refused(pool: IdentityPool, people: Pool) -> None:
    refused = refusal(register, pool=pool, user="ann", logins={provider_name(people): "junk"})
    assert refused == (NOT_AUTHORIZED, "Invalid login token. Not a valid OpenId Connect identity token.")


def test_a_provider_that_does_not_answer_is_no_error_of_its_own_here(server: Server, identity: Any, account: str) -> None:
    """The operation declares no ExternalServiceException."""
    with Provider() as gone:
        token = gone.issue(sub="ann")
    pool = make_identity_pool(server, identity, account, OpenIdConnectProviderARNs=[gone.arn(account)], DeveloperProviderName="backend")
    assert refusal(register, pool=pool, user="ann", logins={gone.name: token})[0] == NOT_AUTHORIZED


def test_a_guest_becomes_a_backends_user_under_his_id(pool: IdentityPool) -> None:
    guest = pool.get_id()
    assert register(pool, "ann", IdentityId=guest)["IdentityId"] == guest
    assert lookup(pool, IdentityId=guest) == (guest, ["ann"])


def test_several_users_of_the_backend_may_be_one_identity(pool: IdentityPool) -> None:
    ann = register(pool, "ann")["IdentityId"]
    token = {"logins": None, "IdentityId": ann}
    assert refusal(register, pool=pool, user="annie", **token) == NO_MATCH
    register(pool, "annie")
    assert merge(pool, "annie", "ann") == ann
    assert lookup(pool, DeveloperUserIdentifier="annie") == (ann, ["ann", "annie"])


def test_a_signed_in_identity_is_linked_with_one_of_its_logins(pool: IdentityPool, people: Pool) -> None:
    """Without one AWS refuses, although a backend asks (aws/aws-sdk-js#2327)."""
    ann = pool.get_id(sign_in(people, "ann"))
    assert refusal(register, pool=pool, user="ann", IdentityId=ann) == NO_MATCH
    assert register(pool, "ann", sign_in(people, "ann"), IdentityId=ann)["IdentityId"] == ann


def test_a_user_who_is_registered_elsewhere_is_refused(pool: IdentityPool) -> None:
    register(pool, "ann")
    refused = refusal(register, pool=pool, user="ann", IdentityId=pool.get_id())
    expected = "This developer user identifier is already registered with Cognito."
    assert refused == ("DeveloperUserAlreadyRegisteredException", expected)


def test_an_unknown_identity_cannot_be_linked(pool: IdentityPool) -> None:
    unknown = "us-east-1:00000000-0000-4000-8000-000000000000"
    assert refusal(register, pool=pool, user="ann", IdentityId=unknown)[0] == NOT_FOUND


@pytest.mark.parametrize("logins", [{"other": "ann"}, {"graph.facebook.com": "token"}])
def test_the_backends_own_name_must_be_among_the_logins(pool: IdentityPool, logins: dict[str, str]) -> None:
    refused = refusal(pool.identity.get_open_id_token_for_developer_identity, IdentityPoolId=pool.id, Logins=logins)
    assert refused == (INVALID, "This identity pool does not support the specified developer provider")


# -- lookup, merge, unlink


def test_users_are_looked_up_from_either_side(pool: IdentityPool) -> None:
    ann = register(pool, "ann")["IdentityId"]
    register(pool, "bob")
    assert lookup(pool, DeveloperUserIdentifier="ann") == (ann, ["ann"])
    assert lookup(pool, IdentityId=ann) == (ann, ["ann"])
    assert lookup(pool, IdentityId=ann, DeveloperUserIdentifier="ann") == (ann, ["ann"])
    refused = refusal(lookup, pool=pool, IdentityId=ann, DeveloperUserIdentifier="bob")
    assert refused[0] == "ResourceConflictException"
    assert refusal(lookup, pool=pool, DeveloperUserIdentifier="carl")[0] == NOT_FOUND
    assert refusal(lookup, pool=pool)[0] == INVALID


def test_users_of_an_identity_are_listed_page_by_page(pool: IdentityPool) -> None:
    ann = register(pool, "user-0")["IdentityId"]
    for number in range(1, 5):
        register(pool, f"user-{number}")
        merge(pool, f"user-{number}", "user-0")
    pages, token = [], {}
    while True:
        page = pool.identity.lookup_developer_identity(IdentityPoolId=pool.id, IdentityId=ann, MaxResults=2, **token)
        pages.append(page["DeveloperUserIdentifierList"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [["user-0", "user-1"], ["user-2", "user-3"], ["user-4"]]


def test_merged_users_are_one_identity_and_the_source_is_disabled(pool: IdentityPool, people: Pool) -> None:
    source = register(pool, "old", sign_in(people, "ann"))["IdentityId"]
    destination = register(pool, "new")["IdentityId"]
    assert merge(pool, "old", "new") == destination
    assert merge(pool, "old", "new") == destination
    assert register(pool, "old")["IdentityId"] == destination
    assert pool.get_id(sign_in(people, "ann")) == destination
    visible = pool.identity.list_identities(IdentityPoolId=pool.id, MaxResults=60, HideDisabled=True)["Identities"]
    assert [identity["IdentityId"] for identity in visible] == [destination]
    assert pool.logins(source) == []


def test_users_with_different_logins_of_one_public_provider_are_not_merged(pool: IdentityPool, people: Pool) -> None:
    register(pool, "ann", sign_in(people, "ann"))
    register(pool, "bob", sign_in(people, "bob"))
    assert refusal(merge, pool=pool, source="ann", destination="bob")[0] == "ResourceConflictException"


def test_no_more_than_twenty_logins_are_merged(pool: IdentityPool) -> None:
    for number in range(21):
        register(pool, f"user-{number}")
    for number in range(1, 20):
        merge(pool, f"user-{number}", "user-0")
    refused = refusal(merge, pool=pool, source="user-20", destination="user-0")
    assert refused == ("ResourceConflictException", "The number of linked logins is limited to 20.")


def test_an_unlinked_user_is_new_when_he_is_next_seen(pool: IdentityPool) -> None:
    ann = register(pool, "ann")["IdentityId"]
    unlink(pool, ann, "ann")
    assert pool.logins(ann) == []
    assert register(pool, "ann")["IdentityId"] != ann


def test_what_is_not_there_is_neither_merged_nor_unlinked(pool: IdentityPool) -> None:
    ann = register(pool, "ann")["IdentityId"]
    expected = (NOT_FOUND, "Developer user identifier 'carl' not found.")
    assert refusal(merge, pool=pool, source="carl", destination="ann") == expected
    assert refusal(merge, pool=pool, source="ann", destination="carl") == expected
    assert refusal(unlink, pool=pool, identity_id=ann, user="carl") == expected
    unsupported = (INVALID, "This identity pool does not support the specified developer provider")
    assert refusal(unlink, pool=pool, identity_id=ann, user="ann", provider="other") == unsupported
