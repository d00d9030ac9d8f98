"""Users of an OpenID Connect provider, through the real endpoints and a provider that really signs."""

import json
from typing import Any

import pytest

from tests.federation.conftest import Company, make_company
from tests.federation.openid_provider import ANN, OpenIdProvider
from tests.oauth.relying_party import Tenant, query_of
from tests.support.control import Clock
from tests.support.server import Server


class TestTheWayThere:
    def test_the_browser_is_sent_to_the_provider_with_a_request_of_our_own(self, company: Company) -> None:
        location = company.leave(company.browser())
        assert location.startswith(f"{company.provider.url}/authorize?")
        sent = query_of(location)
        assert len(sent.pop("state")) == 43
        assert len(sent.pop("nonce")) >= 32
        assert sent == {
            "client_id": "pool",
            "redirect_uri": f"{company.tenant.server.url}/oauth2/idpresponse",
            "response_type": "code",
            "scope": "openid email",
        }

    def test_the_applications_nonce_and_hints_go_along(self, company: Company) -> None:
        sent = query_of(company.leave(company.browser(), nonce="n", login_hint="ann@idp.example", prompt="login"))
        assert (sent["nonce"], sent["login_hint"], sent["prompt"]) == ("n", "ann@idp.example", "login")

    def test_an_identifier_leads_to_the_provider(self, company: Company) -> None:
        location = company.browser().location(company.app.authorize_url(idp_identifier="corp.example"))
        assert location.startswith(f"{company.provider.url}/authorize?")

    def test_a_client_with_no_other_provider_needs_no_login_page(self, company: Company) -> None:
        app = company.tenant.client(SupportedIdentityProviders=["Corp"])
        assert company.browser().location(app.authorize_url()).startswith(company.provider.url)

    def test_cognito_means_the_login_page(self, company: Company) -> None:
        assert company.browser().location(company.app.authorize_url(identity_provider="COGNITO")).startswith("/login?")

    def test_a_domain_of_the_pool_stays_the_browsers_address(self, company: Company) -> None:
        host = f"{company.tenant.domain()}.auth.localhost:{company.tenant.server.port}"
        location = company.browser().location(company.app.authorize_url(identity_provider="Corp"), Host=host)
        assert query_of(location)["redirect_uri"] == f"http://{host}/oauth2/idpresponse"


class TestWhoComes:
    def test_the_first_sign_in_makes_a_user(self, company: Company) -> None:
        claims = company.sign_in()
        group = f"{company.tenant.pool_id}_Corp"
        assert claims["cognito:username"] == "Corp_1234"
        assert claims["cognito:groups"] == [group]
        assert (claims["email"], claims["email_verified"], claims["name"]) == ("ann@idp.example", True, "Ann")
        (identity,) = claims["identities"]
        assert (identity["userId"], identity["providerName"], identity["providerType"]) == ("1234", "Corp", "OIDC")
        assert company.user()["UserStatus"] == "EXTERNAL_PROVIDER"

    def test_the_second_sign_in_is_the_same_user_brought_up_to_date(self, company: Company) -> None:
        first = company.sign_in()
        company.provider.who |= {"name": "Ann Other"}
        second = company.sign_in()
        assert second["sub"] == first["sub"]
        assert second["name"] == "Ann Other"

    def test_a_missing_claim_leaves_its_attribute_alone(self, company: Company) -> None:
        company.sign_in()
        del company.provider.who["name"]
        assert company.sign_in()["name"] == "Ann"

    def test_several_values_are_shown_as_a_list(self, company: Company) -> None:
        company.update(AttributeMapping={"email": "email", "nickname": "groups", "username": "sub"})
        company.sign_in()
        assert company.attributes()["nickname"] == "[a+b, c]"

    def test_an_unverified_flag_is_not_invented(self, company: Company) -> None:
        company.update(AttributeMapping={"email": "email", "username": "sub"})
        company.sign_in()
        assert company.attributes().get("email_verified", "false") == "false"

    def test_names_are_folded_where_cases_are_not_told_apart(self, server: Server, idp: Any, provider: OpenIdProvider) -> None:
        company = make_company(Tenant.make(server, idp, UsernameConfiguration={"CaseSensitive": False}), provider)
        assert company.sign_in()["cognito:username"] == "corp_1234"

    def test_an_address_that_a_local_user_has_makes_a_second_user(self, server: Server, idp: Any, provider: OpenIdProvider) -> None:
        tenant = Tenant.make(server, idp, UsernameAttributes=["email"])
        local = tenant.user("ann@idp.example", email="ann@idp.example")
        assert make_company(tenant, provider).sign_in()["sub"] != local

    def test_a_linked_user_signs_in_as_themselves(self, company: Company) -> None:
        sub = company.tenant.user("ann")
        link(company, "Cognito_Subject", "1234")
        claims = company.sign_in()
        assert (claims["sub"], claims["cognito:username"], claims["name"]) == (sub, "ann", "Ann")
        assert "cognito:groups" not in claims

    def test_a_link_by_an_attribute_waits_for_its_identity(self, company: Company) -> None:
        sub = company.tenant.user("ann")
        link(company, "email", "ann@idp.example")
        assert company.sign_in()["sub"] == sub
        company.provider.who |= {"email": "new@idp.example"}
        assert company.sign_in()["sub"] == sub
        (identity,) = json.loads(company.attributes("ann")["identities"])
        assert identity["userId"] == "1234"

    def test_a_disabled_user_stays_outside(self, company: Company) -> None:
        company.sign_in()
        company.tenant.idp.admin_disable_user(UserPoolId=company.tenant.pool_id, Username="Corp_1234")
        assert company.refused() == ("invalid_request", "User is not enabled")

    def test_required_attributes_must_come(self, server: Server, idp: Any, provider: OpenIdProvider) -> None:
        schema = [{"Name": "phone_number", "Required": True, "Mutable": True}]
        company = make_company(Tenant.make(server, idp, Schema=schema), provider)
        assert company.refused() == ("invalid_request", "attributes required: [phone_number]")

    def test_an_attribute_that_cannot_change_fails_at_the_second_sign_in(self, server: Server, idp: Any, provider: OpenIdProvider) -> None:
        company = make_company(Tenant.make(server, idp, Schema=[{"Name": "name", "Mutable": False}]), provider)
        company.sign_in()
        assert company.refused() == ("invalid_request", "user.name: Attribute cannot be updated.\n")

    def test_an_attribute_that_the_client_may_not_write_is_refused(self, company: Company) -> None:
        company.app = company.tenant.client(SupportedIdentityProviders=["Corp"], WriteAttributes=["email"])
        assert company.refused() == ("invalid_request", "A client attempted to write unauthorized attribute")

    def test_the_browser_is_remembered(self, company: Company) -> None:
        browser = company.browser()
        company.come_back(browser)
        assert "code" in query_of(company.leave(browser))


class TestTheProvidersAnswer:
    def test_the_client_authenticates_by_post_and_sends_no_pkce(self, company: Company) -> None:
        company.sign_in()
        (sent, headers) = next((parameters, headers) for path, parameters, headers in company.provider.requests if path == "/token")
        assert (sent["client_id"], sent["client_secret"]) == ("pool", "secret")
        assert "code_verifier" not in sent
        assert "Authorization" not in headers

    def test_attributes_may_be_asked_for_by_post(self, server: Server, idp: Any, provider: OpenIdProvider) -> None:
        company = make_company(Tenant.make(server, idp), provider, attributes_request_method="POST")
        provider.user_info = ANN | {"name": "By POST"}
        assert company.sign_in()["name"] == "By POST"

    def test_a_rotated_key_is_fetched(self, company: Company) -> None:
        company.sign_in()
        company.provider.rotate()
        assert company.sign_in()["cognito:username"] == "Corp_1234"

    def test_another_key_of_the_same_id_is_fetched(self, company: Company) -> None:
        company.provider.rotate("the-only-key")
        company.sign_in()
        company.provider.rotate("the-only-key")
        assert company.sign_in()["cognito:username"] == "Corp_1234"

    def test_a_shared_secret_may_sign(self, company: Company) -> None:
        company.provider.client_secret = "a-secret-of-at-least-thirty-two-bytes"
        company.update(
            ProviderDetails={
                "client_id": "pool",
                "client_secret": company.provider.client_secret,
                "authorize_scopes": "openid",
                "attributes_request_method": "GET",
                "oidc_issuer": company.provider.url,
            }
        )
        company.provider.algorithm = "HS256"
        assert company.sign_in()["cognito:username"] == "Corp_1234"

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"iss": "http://other"}, "the issuer is another"),
            ({"aud": "other"}, "the audience is another"),
            ({"aud": ["pool", "other"], "azp": "other"}, "the audience is another"),
            ({"exp": 1}, "it has expired"),
            ({"exp": None}, "it has expired"),
            ({"iat": 99999999999}, "it is from the future"),
            ({"nonce": "other"}, "the nonce is another"),
            ({"nonce": None}, "the nonce is another"),
        ],
    )
    def test_a_token_that_is_not_for_this_request_is_refused(self, company: Company, wrong: dict[str, Any], reason: str) -> None:
        company.provider.in_id_token = wrong
        assert company.refused() == ("invalid_request", f"Bad id_token response from Corp: {reason}")

    def test_a_forged_signature_is_refused(self, company: Company) -> None:
        published = company.provider.published
        company.provider.rotate()
        company.provider.published = published
        assert company.refused()[1] == "Bad id_token response from Corp: the signature is invalid"

    @pytest.mark.parametrize("algorithm", ["none"])
    def test_an_unsigned_token_is_refused(self, company: Company, algorithm: str) -> None:
        company.provider.algorithm = algorithm
        assert company.refused()[1] == "Bad id_token response from Corp: the algorithm is not supported"

    def test_user_info_of_somebody_else_is_refused(self, company: Company) -> None:
        company.provider.user_info = ANN | {"sub": "other"}
        assert company.refused()[1] == "Corp Error - the userInfo endpoint tells of another user"

    def test_the_providers_own_error_reaches_the_client(self, company: Company) -> None:
        company.provider.faults["/token"] = (400, {"error": "invalid_client", "error_description": "who are you"})
        assert company.refused() == ("invalid_request", "Corp Error - 400 invalid_client who are you")

    def test_a_user_who_refuses_comes_back_with_the_error(self, company: Company) -> None:
        browser = company.browser()
        state = query_of(company.leave(browser))["state"]
        url = f"{company.tenant.server.url}/oauth2/idpresponse?state={state}&error=access_denied"
        assert query_of(browser.location(url))["error_description"] == "Corp Error - 302 access_denied"

    def test_a_provider_that_never_answers_is_given_up(self, company: Company) -> None:
        company.provider.faults["/token"] = (200, None)
        assert company.refused() == ("invalid_request", "Corp Error - Timeout occurred in calling IdP token endpoint")

    def test_a_provider_that_is_away_is_an_error_at_the_client(self, company: Company) -> None:
        browser = company.browser()
        location = company.provider.authorize(company.leave(browser))
        company.provider.stop()
        assert query_of(browser.location(location))["error_description"] == "Corp Error - Unable to contact IdP token endpoint"


class TestLevels:
    """Authentication levels, which the provider calls by names of its own."""

    @pytest.fixture
    def strong(self, company: Company) -> Company:
        company.update(AcrMapping={"Level2": "silver", "Level3": "gold"})
        return company

    def test_a_level_is_asked_for_by_the_providers_name(self, strong: Company) -> None:
        wanted = "urn:cognito:loa:3 urn:cognito:loa:4 urn:cognito:loa:2"
        assert query_of(strong.leave(strong.browser(), acr_values=wanted))["acr_values"] == "gold silver"

    def test_what_the_provider_vouches_for_is_told(self, strong: Company) -> None:
        strong.provider.in_id_token = {"acr": "gold", "amr": ["face", "pin"]}
        claims = strong.sign_in(acr_values="urn:cognito:loa:3")
        assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:3", ["face", "pin"])

    @pytest.mark.parametrize("acr", ["platinum", None])
    def test_an_unmapped_or_missing_value_is_the_lowest_level(self, strong: Company, acr: str | None) -> None:
        strong.provider.in_id_token = {"acr": acr}
        claims = strong.sign_in(acr_values="urn:cognito:loa:3")
        assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:1", ["fed"])

    def test_a_session_that_is_not_strong_enough_leads_to_the_provider_again(self, strong: Company) -> None:
        browser = strong.browser()
        strong.provider.in_id_token = {"acr": "silver"}
        strong.come_back(browser)
        assert "code" in query_of(strong.leave(browser, acr_values="urn:cognito:loa:2"))
        assert strong.leave(browser, acr_values="urn:cognito:loa:3").startswith(strong.provider.url)


class TestTheWayBack:
    def test_another_browser_gets_nothing(self, company: Company) -> None:
        location = company.provider.authorize(company.leave(company.browser()))
        assert company.browser().location(location).startswith("/error?")

    def test_an_answer_is_taken_once(self, company: Company) -> None:
        browser = company.browser()
        location = company.provider.authorize(company.leave(browser))
        browser.location(location)
        assert browser.location(location).startswith("/error?")

    def test_a_made_up_state_leads_to_the_error_page(self, company: Company) -> None:
        url = f"{company.tenant.server.url}/oauth2/idpresponse"
        assert company.browser().location(f"{url}?state=made-up&code=1").startswith("/error?")
        assert company.browser().location(f"{url}?code=1").startswith("/error?")

    def test_five_minutes_are_enough(self, company: Company, clock: Clock) -> None:
        browser = company.browser()
        location = company.provider.authorize(company.leave(browser))
        clock.advance(seconds=301)
        assert query_of(browser.location(location))["error_description"] == "The sign-in with the identity provider took too long"

    def test_a_provider_that_was_deleted_meanwhile_lets_nobody_in(self, company: Company) -> None:
        browser = company.browser()
        location = company.provider.authorize(company.leave(browser))
        company.tenant.idp.delete_identity_provider(UserPoolId=company.tenant.pool_id, ProviderName="Corp")
        assert query_of(browser.location(location))["error"] == "invalid_request"


def link(company: Company, attribute: str, value: str) -> None:
    company.tenant.idp.admin_link_provider_for_user(
        UserPoolId=company.tenant.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "ann"},
        SourceUser={"ProviderName": "Corp", "ProviderAttributeName": attribute, "ProviderAttributeValue": value},
    )
