"""Domains of user pools: the four operations, and what a domain does to the endpoints."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.oauth.relying_party import Application, Browser, Tenant, query_of
from tests.support.server import Server

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"


def unique(suffix: str = "") -> str:
    return f"d{uuid.uuid4().hex[:12]}{suffix}"


# -- the operations


def test_a_prefix_domain_is_described_as_active(tenant: Tenant, account: str) -> None:
    prefix = unique()
    assert tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=prefix)["ManagedLoginVersion"] == 1
    described = tenant.idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]
    expected = {"UserPoolId": tenant.pool_id, "AWSAccountId": account, "Domain": prefix, "Status": "ACTIVE", "ManagedLoginVersion": 1}
    assert described.items() >= expected.items()
    assert tenant.idp.describe_user_pool(UserPoolId=tenant.pool_id)["UserPool"]["Domain"] == prefix


def test_a_custom_domain_has_a_distribution(tenant: Tenant) -> None:
    name = unique(".example.com")
    made = tenant.idp.create_user_pool_domain(
        UserPoolId=tenant.pool_id, Domain=name, CustomDomainConfig={"CertificateArn": CERTIFICATE}, ManagedLoginVersion=2
    )
    assert made["CloudFrontDomain"].endswith(".cloudfront.net")
    described = tenant.idp.describe_user_pool_domain(Domain=name)["DomainDescription"]
    assert described["CloudFrontDistribution"] == made["CloudFrontDomain"]
    assert described["CustomDomainConfig"] == {"CertificateArn": CERTIFICATE}
    assert tenant.idp.describe_user_pool(UserPoolId=tenant.pool_id)["UserPool"]["CustomDomain"] == name


def test_an_unknown_domain_is_described_by_nothing(idp: Any) -> None:
    assert idp.describe_user_pool_domain(Domain=unique())["DomainDescription"] == {}


def test_another_accounts_domain_is_unknown(server: Server, tenant: Tenant) -> None:
    stranger = server.client(account="999999999999")
    assert stranger.describe_user_pool_domain(Domain=tenant.domain())["DomainDescription"] == {}


@pytest.mark.parametrize("word", ["aws", "amazon", "cognito"])
def test_reserved_words_are_refused(tenant: Tenant, word: str) -> None:
    with pytest.raises(ClientError, match=f"Domain cannot contain reserved word: {word}"):
        tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=f"my-{word}-shop")


def test_a_reserved_word_inside_of_a_longer_one_passes(tenant: Tenant) -> None:
    name = unique("-awsome")
    tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=name)
    assert tenant.idp.describe_user_pool_domain(Domain=name)["DomainDescription"]["Status"] == "ACTIVE"


@pytest.mark.parametrize("name", ["example.com", "nodots", "auth..example.com", "Auth.example.com"])
def test_a_custom_domain_is_below_a_domain_that_one_can_have(tenant: Tenant, name: str) -> None:
    message = (
        "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain "
        "or domain parent is a top-level domain."
    )
    with pytest.raises(ClientError, match=message):
        tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=name, CustomDomainConfig={"CertificateArn": CERTIFICATE})


def test_a_custom_domains_certificate_is_in_one_region(tenant: Tenant) -> None:
    elsewhere = {"CertificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}
    with pytest.raises(ClientError, match="The specified SSL certificate doesn't exist, isn't in us-east-1 region"):
        tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=unique(".example.com"), CustomDomainConfig=elsewhere)


@pytest.mark.parametrize("name", ["auth_1", "Shop", "-shop"])
def test_a_prefix_is_a_label_of_the_dns(tenant: Tenant, name: str) -> None:
    with pytest.raises(ClientError, match=r"The domain name contains an invalid character\. Domain names can only contain lower-case"):
        tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=name)


def test_a_name_with_dots_needs_a_certificate(tenant: Tenant) -> None:
    with pytest.raises(ClientError, match="The domain name contains an invalid character"):
        tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain="auth.example.com")


def test_a_prefix_is_unique_in_its_region_over_all_accounts(server: Server, tenant: Tenant) -> None:
    prefix = tenant.domain()
    here, elsewhere = server.client(account="999999999999"), server.client(account="999999999999", region="eu-west-1")
    pool = here.create_user_pool(PoolName="other")["UserPool"]["Id"]
    with pytest.raises(ClientError, match=r"Domain already associated with another user pool\."):
        here.create_user_pool_domain(UserPoolId=pool, Domain=prefix)
    pool = elsewhere.create_user_pool(PoolName="other")["UserPool"]["Id"]
    elsewhere.create_user_pool_domain(UserPoolId=pool, Domain=prefix)


def test_a_pool_has_one_prefix_and_one_custom_domain(tenant: Tenant) -> None:
    tenant.domain()
    with pytest.raises(ClientError, match="already has a domain"):
        tenant.domain()
    name = unique(".example.com")
    tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=name, CustomDomainConfig={"CertificateArn": CERTIFICATE})
    shown = tenant.idp.describe_user_pool(UserPoolId=tenant.pool_id)["UserPool"]
    assert {"Domain", "CustomDomain"} <= shown.keys()


def test_an_update_changes_the_version_and_keeps_the_name(tenant: Tenant) -> None:
    prefix = tenant.domain()
    tenant.idp.update_user_pool_domain(UserPoolId=tenant.pool_id, Domain=prefix, ManagedLoginVersion=2)
    assert tenant.idp.describe_user_pool_domain(Domain=prefix)["DomainDescription"]["ManagedLoginVersion"] == 2


def test_managed_login_is_not_in_the_lite_tier(server: Server, idp: Any) -> None:
    tenant = Tenant.make(server, idp, UserPoolTier="LITE")
    with pytest.raises(idp.exceptions.FeatureUnavailableInTierException):
        tenant.domain(ManagedLoginVersion=2)


def test_updating_or_deleting_a_domain_that_is_not_the_pools_fails(tenant: Tenant) -> None:
    for operation in (tenant.idp.update_user_pool_domain, tenant.idp.delete_user_pool_domain):
        with pytest.raises(tenant.idp.exceptions.ResourceNotFoundException):
            operation(UserPoolId=tenant.pool_id, Domain=unique())


def test_a_pool_cannot_be_deleted_before_its_domain(tenant: Tenant) -> None:
    prefix = tenant.domain()
    with pytest.raises(ClientError, match="It has a domain configured that should be deleted first"):
        tenant.idp.delete_user_pool(UserPoolId=tenant.pool_id)
    tenant.idp.delete_user_pool_domain(UserPoolId=tenant.pool_id, Domain=prefix)
    tenant.idp.delete_user_pool(UserPoolId=tenant.pool_id)


# -- the endpoints, by Host


def hosts(prefix: str, port: int) -> list[str]:
    return [
        f"{prefix}.auth.localhost:{port}",
        f"{prefix}.localhost:{port}",
        f"{prefix}.auth.us-east-1.amazoncognito.com",
        f"{prefix}.auth.us-east-1.amazoncognito.com:{port}",
    ]


def test_the_domain_leads_to_the_pool_by_each_of_its_names(app: Application, tenant: Tenant) -> None:
    for host in hosts(tenant.domain(), app.server.port):
        assert Browser(app.server).location(app.authorize_url(), Host=host).startswith("/login?")


def test_another_pools_client_is_refused_on_the_domain(server: Server, idp: Any, app: Application) -> None:
    other = Tenant.make(server, idp)
    browser = Browser(server)
    tokens = app.sign_in()
    for host in hosts(other.domain(), server.port):
        assert query_of(browser.location(app.authorize_url(), Host=host))["error"] == "invalid_request"
        app.headers = {"Host": host}
        assert app.refresh(tokens["refresh_token"]).json() == {"error": "invalid_client"}
        headers = {"Host": host, "Authorization": f"Bearer {tokens['access_token']}"}
        assert server.http.get(f"{server.url}/oauth2/userInfo", headers=headers, timeout=5).status_code == 401


def test_a_domain_of_another_region_is_another_domain(app: Application, tenant: Tenant) -> None:
    host = f"{tenant.domain()}.auth.eu-west-1.amazoncognito.com"
    assert query_of(Browser(app.server).location(app.authorize_url(), Host=host))["error"] == "invalid_request"


def test_a_domain_that_was_deleted_leads_nowhere(app: Application, tenant: Tenant) -> None:
    prefix = tenant.domain()
    tenant.idp.delete_user_pool_domain(UserPoolId=tenant.pool_id, Domain=prefix)
    host = f"{prefix}.auth.localhost:{app.server.port}"
    assert query_of(Browser(app.server).location(app.authorize_url(), Host=host))["error"] == "invalid_request"


def test_a_custom_domain_leads_to_its_pool(app: Application, tenant: Tenant) -> None:
    name = unique(".example.com")
    tenant.idp.create_user_pool_domain(UserPoolId=tenant.pool_id, Domain=name, CustomDomainConfig={"CertificateArn": CERTIFICATE})
    assert Browser(app.server).location(app.authorize_url(), Host=name).startswith("/login?")


def test_a_name_of_the_users_own_for_the_bare_address_is_no_domain(app: Application) -> None:
    for host in ("emulator", "my.tunnel.test:4566", "127.0.0.1:4566", "[::1]:4566", "tools.localhost:4566"):
        assert Browser(app.server).location(app.authorize_url(), Host=host).startswith("/login?")


def test_tokens_by_the_domain_name_the_same_issuer_as_by_the_api(app: Application, tenant: Tenant) -> None:
    host = f"{tenant.domain()}.auth.localhost:{app.server.port}"
    location = Browser(app.server).sign_in(app.authorize_url(), Host=host)
    app.headers = {"Host": host}
    tokens = app.redeem(query_of(location)["code"]).json()
    assert tenant.claims(tokens["id_token"], audience=app.client_id)["iss"] == tenant.issuer
    assert app.user_info(tokens["access_token"]).status_code == 200


def test_without_a_client_the_domain_says_whose_session_ends(app: Application, tenant: Tenant, surfer: Browser) -> None:
    surfer.sign_in(app.authorize_url())
    host = f"{tenant.domain()}.auth.localhost:{app.server.port}"
    surfer.location(f"{app.server.url}/logout", Host=host, Cookie=f"cognito={surfer.session.cookies['cognito']}")
    assert surfer.location(app.authorize_url()).startswith("/login?")
