"""Logins: genuine ones lead to an identity, all others are refused in AWS's words."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.identity_pools.pools import (
    NO_GUESTS,
    NOT_AUTHORIZED,
    UNSUPPORTED,
    IdentityPool,
    make_identity_pool,
    provider_entry,
    provider_name,
    sign_in,
)
from tests.identity_pools.providers import Provider
from tests.operations.people import Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox
from tests.support.server import Server, ServerFactory


def invalid(reason: str) -> tuple[str, str]:
    return NOT_AUTHORIZED, f"Invalid login token. {reason}"


def refused(pool: IdentityPool, logins: dict[str, str]) -> tuple[str, str]:
    return refusal(pool.identity.get_id, IdentityPoolId=pool.id, Logins=logins)


# -- guests


def test_each_guest_is_a_new_identity(pool: IdentityPool) -> None:
    assert pool.get_id() != pool.get_id()


def test_a_pool_without_guests_refuses_them(server: Server, identity: Any, account: str, people: Pool) -> None:
    pool = make_identity_pool(server, identity, account, guests=False, CognitoIdentityProviders=[provider_entry(people)])
    assert refused(pool, {}) == NO_GUESTS


# -- user pools


def test_the_same_user_is_the_same_identity_at_each_sign_in(pool: IdentityPool, people: Pool) -> None:
    first = pool.get_id(sign_in(people, "ann"))
    assert pool.get_id(sign_in(people, "ann")) == first
    assert pool.get_id(sign_in(people, "bob")) != first
    assert pool.logins(first) == [provider_name(people)]


def test_a_user_pool_may_be_named_by_the_emulators_own_address(server: Server, pool: IdentityPool, people: Pool) -> None:
    (token,) = sign_in(people, "ann").values()
    by_address = pool.get_id({f"localhost:{server.port}/{people.id}": token})
    assert by_address == pool.get_id(sign_in(people, "ann"))


def test_an_access_token_is_no_login(pool: IdentityPool, people: Pool) -> None:
    assert refused(pool, {provider_name(people): people.sign_in("ann")}) == invalid("Missing a required claim: aud")


def test_a_forged_token_is_refused(pool: IdentityPool, people: Pool) -> None:
    ((name, token),) = sign_in(people, "ann").items()
    header, payload, signature = token.split(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert refused(pool, {name: f"{header}.{payload}.{flipped}"}) == invalid("Couldn't verify signed token.")


def test_a_token_that_is_signed_with_a_shared_secret_is_refused(pool: IdentityPool, people: Pool) -> None:
    ((name, token),) = sign_in(people, "ann").items()
    claims = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(claims, "s" * 32, "HS256", {"kid": jwt.get_unverified_header(token)["kid"]})
    assert refused(pool, {name: forged}) == invalid("Couldn't verify signed token.")


def test_what_is_no_token_is_refused(pool: IdentityPool, people: Pool) -> None:
    assert refused(pool, {provider_name(people): "junk"}) == invalid("Not a valid OpenId Connect identity token.")


def test_an_expired_token_is_refused(pool: IdentityPool, people: Pool, clock: Clock) -> None:
    logins = sign_in(people, "ann")
    clock.advance(hours=2)
    code, message = refused(pool, logins)
    assert (code, message.split(":")[0]) == invalid("Token expired")


def test_a_token_of_another_user_pool_is_refused(pool: IdentityPool, people: Pool, idp: Any, inbox: Inbox) -> None:
    other = make_pool(idp, inbox)
    other.enrol("ann")
    (token,) = sign_in(other, "ann").values()
    assert refused(pool, {provider_name(people): token}) == invalid("Issuer doesn't match providerName")
    assert refused(pool, {provider_name(other): token}) == UNSUPPORTED


def test_a_token_for_another_client_is_refused(pool: IdentityPool, people: Pool) -> None:
    assert refused(pool, sign_in(people.client_with(), "ann")) == UNSUPPORTED


def test_each_client_that_the_pool_lists_will_do(server: Server, identity: Any, account: str, people: Pool) -> None:
    second = people.client_with()
    entries = [provider_entry(people), provider_entry(second)]
    pool = make_identity_pool(server, identity, account, CognitoIdentityProviders=entries)
    assert pool.get_id(sign_in(people, "ann")) == pool.get_id(sign_in(second, "ann"))


def test_a_pool_without_providers_takes_no_login(server: Server, identity: Any, account: str, people: Pool) -> None:
    pool = make_identity_pool(server, identity, account)
    expected = (NOT_AUTHORIZED, f"Identity pool - {pool.id} does not have identity providers configured.")
    assert refused(pool, sign_in(people, "ann")) == expected


def test_a_deleted_user_pool_vouches_for_nobody(pool: IdentityPool, people: Pool, idp: Any) -> None:
    logins = sign_in(people, "ann")
    idp.delete_user_pool(UserPoolId=people.id)
    assert refused(pool, logins) == invalid("Couldn't verify signed token.")


@pytest.mark.parametrize("end", ["sign out", "disable", "delete"])
def test_the_server_side_check_refuses_users_who_are_gone(
    server: Server, identity: Any, account: str, people: Pool, idp: Any, end: str
) -> None:
    entry = provider_entry(people, ServerSideTokenCheck=True)
    pool = make_identity_pool(server, identity, account, CognitoIdentityProviders=[entry])
    logins = sign_in(people, "ann")
    identity_id = pool.get_id(logins)
    pool.credentials(identity_id, logins)
    {"sign out": idp.admin_user_global_sign_out, "disable": idp.admin_disable_user, "delete": idp.admin_delete_user}[end](
        UserPoolId=people.id, Username="ann"
    )
    assert refusal(pool.credentials, identity_id=identity_id, logins=logins) == invalid("Token has been revoked.")
    assert refusal(identity.get_open_id_token, IdentityId=identity_id, Logins=logins) == invalid("Token has been revoked.")


def test_without_the_server_side_check_a_token_is_good_until_it_expires(pool: IdentityPool, people: Pool, idp: Any) -> None:
    logins = sign_in(people, "ann")
    idp.admin_user_global_sign_out(UserPoolId=people.id, Username="ann")
    assert pool.credentials(pool.get_id(logins), logins)["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_the_token_of_a_deleted_client_is_good_until_it_expires_unless_the_pool_looks(
    server: Server, identity: Any, account: str, people: Pool, idp: Any, clock: Clock
) -> None:
    """The identity pool's list is not changed by the deletion; its signature and audience are what they were."""
    trusting, looking = (
        make_identity_pool(
            server, identity, account, AllowClassicFlow=True, CognitoIdentityProviders=[provider_entry(people, ServerSideTokenCheck=looks)]
        )
        for looks in (False, True)
    )
    logins = sign_in(people, "ann")
    known = {pool.id: pool.get_id(logins) for pool in (trusting, looking)}
    idp.delete_user_pool_client(UserPoolId=people.id, ClientId=people.client)
    for pool in (trusting, looking):
        assert pool.get_id(logins) == known[pool.id]
    assert trusting.credentials(known[trusting.id], logins)["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert identity.get_open_id_token(IdentityId=known[trusting.id], Logins=logins)["Token"]
    revoked = invalid("Token has been revoked.")
    assert refusal(looking.credentials, identity_id=known[looking.id], logins=logins) == revoked
    assert refusal(identity.get_open_id_token, IdentityId=known[looking.id], Logins=logins) == revoked
    clock.advance(hours=2)
    code, message = refusal(trusting.credentials, identity_id=known[trusting.id], logins=logins)
    assert (code, message.startswith("Invalid login token. Token expired")) == (NOT_AUTHORIZED, True)


# -- OpenID Connect providers


def test_a_provider_is_found_by_discovery_and_its_keys_are_asked_for_once(pool: IdentityPool, provider: Provider) -> None:
    ann = pool.get_id({provider.name: provider.issue(sub="ann")})
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == ann
    assert pool.get_id({provider.issuer: provider.issue(sub="ann")}) == ann
    assert pool.get_id({provider.name: provider.issue(sub="bob")}) != ann
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_provider_may_change_its_keys(pool: IdentityPool, provider: Provider, algorithm: str) -> None:
    ann = pool.get_id({provider.name: provider.issue(sub="ann")})
    provider.rotate(algorithm=algorithm)
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == ann


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_provider_that_comes_back_with_another_key_of_the_same_id_is_trusted_at_once(
    pool: IdentityPool, provider: Provider, algorithm: str
) -> None:
    provider.rotate("the-only-key")
    ann = pool.get_id({provider.name: provider.issue(sub="ann")})
    provider.rotate("the-only-key", algorithm)
    assert pool.get_id({provider.name: provider.issue(sub="ann")}) == ann


def test_a_token_that_another_provider_signed_is_refused(pool: IdentityPool, provider: Provider) -> None:
    pool.get_id({provider.name: provider.issue(sub="ann")})
    with Provider() as stranger:
        forged = stranger.issue(sub="ann", iss=provider.issuer)
    assert refused(pool, {provider.name: forged}) == invalid("Couldn't verify signed token.")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "http://localhost:1"}, "Issuer doesn't match providerName"),
        ({"aud": None}, "Missing a required claim: aud"),
        ({"exp": "soon"}, "Not a valid OpenId Connect identity token."),
    ],
)
def test_a_providers_token_is_refused(pool: IdentityPool, provider: Provider, claims: dict[str, Any], reason: str) -> None:
    assert refused(pool, {provider.name: provider.issue(sub="ann", **claims)}) == invalid(reason)


def test_a_providers_clock_may_be_five_minutes_off(pool: IdentityPool, provider: Provider) -> None:
    assert pool.get_id({provider.name: provider.issue(sub="ann", lifetime=-240)})
    code, message = refused(pool, {provider.name: provider.issue(sub="ann", lifetime=-360)})
    assert (code, message.split(":")[0]) == invalid("Token expired")


def test_a_provider_that_the_pool_does_not_trust_is_never_asked(pool: IdentityPool) -> None:
    with Provider() as stranger:
        assert refused(pool, {stranger.name: stranger.issue(sub="ann")}) == UNSUPPORTED
        assert stranger.asked == []


def test_a_provider_that_does_not_answer_is_an_external_service(server: Server, identity: Any, account: str) -> None:
    with Provider() as gone:
        token = gone.issue(sub="ann")
    pool = make_identity_pool(server, identity, account, OpenIdConnectProviderARNs=[gone.arn(account)])
    code, message = refused(pool, {gone.name: token})
    assert code == "ExternalServiceException"
    assert gone.name in message


def test_one_of_the_emulators_user_pools_may_be_an_openid_connect_provider(
    server: Server, identity: Any, account: str, people: Pool
) -> None:
    issuer = f"localhost:{server.port}/{people.id}"
    pool = make_identity_pool(server, identity, account, OpenIdConnectProviderARNs=[f"arn:aws:iam::{account}:oidc-provider/{issuer}"])
    (token,) = sign_in(people, "ann").values()
    assert pool.logins(pool.get_id({issuer: token})) == [issuer]


# -- social logins, at stand-ins


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Provider]:
    with Provider() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def social_server(servers: ServerFactory, stand_in: Provider) -> Iterator[Server]:
    names = ("accounts.google.com", "graph.facebook.com", "www.amazon.com")
    with servers(login_providers=",".join(f"{name}={stand_in.issuer}" for name in names)) as server:
        yield server


@pytest.fixture
def social_pool(social_server: Server, account: str) -> IdentityPool:
    providers = {"accounts.google.com": "web;ios", "graph.facebook.com": "app", "www.amazon.com": "app", "api.twitter.com": "key;secret"}
    client = social_server.client("cognito-identity", account=account)
    return make_identity_pool(social_server, client, account, SupportedLoginProviders=providers)


@pytest.mark.parametrize("provider", ["graph.facebook.com", "www.amazon.com"])
def test_an_access_token_is_asked_about_at_its_provider(social_pool: IdentityPool, stand_in: Provider, provider: str) -> None:
    stand_in.access_tokens = {"right": {"id": "1", "app": "app"}, "foreign": {"id": "1", "app": "another"}}
    ann = social_pool.get_id({provider: "right"})
    assert social_pool.get_id({provider: "right"}) == ann
    assert refused(social_pool, {provider: "wrong"}) == invalid("Couldn't verify signed token.")
    assert refused(social_pool, {provider: "foreign"}) == UNSUPPORTED


def test_a_google_id_token_is_verified_for_each_of_the_apps(social_pool: IdentityPool, stand_in: Provider) -> None:
    google = "accounts.google.com"
    ann = social_pool.get_id({google: stand_in.issue(sub="ann", aud="web")})
    assert social_pool.get_id({google: stand_in.issue(sub="ann", aud="ios", iss="https://accounts.google.com")}) == ann
    assert refused(social_pool, {google: stand_in.issue(sub="ann", aud="another")}) == UNSUPPORTED


def test_a_provider_that_nobody_uses_any_more_is_not_supported(social_pool: IdentityPool) -> None:
    assert refused(social_pool, {"api.twitter.com": "token;secret"}) == UNSUPPORTED
