"""Social providers and OIDC: their details, some of which are discovered."""

import json
from typing import Any

import pytest

from tests.operations.identity_provider_server import ProviderServer
from tests.operations.identity_providers.registration import GOOGLE, INVALID, create, describe, oidc, refused
from tests.support.server import Server


class TestSocialProviders:
    @pytest.mark.parametrize(
        ("provider_type", "given", "added", "claim"),
        [
            (
                "Google",
                GOOGLE,
                {
                    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                    "attributes_url_add_attributes": "true",
                    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                    "oidc_issuer": "https://accounts.google.com",
                    "token_request_method": "POST",
                    "token_url": "https://www.googleapis.com/oauth2/v4/token",
                },
                "sub",
            ),
            (
                "Facebook",
                GOOGLE | {"api_version": "v20.0"},
                {
                    "attributes_url": "https://graph.facebook.com/v20.0/me?fields=",
                    "attributes_url_add_attributes": "true",
                    "authorize_url": "https://www.facebook.com/v20.0/dialog/oauth",
                    "token_request_method": "GET",
                    "token_url": "https://graph.facebook.com/v20.0/oauth/access_token",
                },
                "id",
            ),
            (
                "LoginWithAmazon",
                GOOGLE,
                {
                    "attributes_url": "https://api.amazon.com/user/profile",
                    "attributes_url_add_attributes": "false",
                    "authorize_url": "https://www.amazon.com/ap/oa",
                    "token_request_method": "POST",
                    "token_url": "https://api.amazon.com/auth/o2/token",
                },
                "user_id",
            ),
            (
                "SignInWithApple",
                {"client_id": "id", "team_id": "team", "key_id": "key", "private_key": "pem", "authorize_scopes": "email name"},
                {
                    "attributes_url_add_attributes": "false",
                    "authorize_url": "https://appleid.apple.com/auth/authorize",
                    "oidc_issuer": "https://appleid.apple.com",
                    "token_request_method": "POST",
                    "token_url": "https://appleid.apple.com/auth/token",
                },
                "sub",
            ),
        ],
    )
    def test_cognito_adds_what_it_knows_of_them(
        self, idp: Any, pool_id: str, provider_type: str, given: dict[str, str], added: dict[str, str], claim: str
    ) -> None:
        created = create(idp, pool_id, provider_type, provider_type, given)
        described = describe(idp, pool_id, provider_type)
        assert created["ProviderDetails"] == described["ProviderDetails"] == given | added
        assert described["AttributeMapping"] == {"username": claim}

    def test_their_urls_can_lead_to_a_stand_in_on_the_own_machine(self, idp: Any, pool_id: str) -> None:
        created = create(idp, pool_id, "Google", "Google", GOOGLE | {"token_url": "http://localhost:9999/token"})
        assert created["ProviderDetails"]["token_url"] == "http://localhost:9999/token"

    def test_what_terraform_sends_back_of_what_was_described_changes_nothing(self, idp: Any, pool_id: str) -> None:
        described = create(idp, pool_id, "Google", "Google", GOOGLE)["ProviderDetails"]
        assert described["attributes_url_add_attributes"] == "true"
        again = described | {"attributes_url_add_attributes": "false"}
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="Google", ProviderDetails=again)
        assert describe(idp, pool_id, "Google")["ProviderDetails"] == described

    @pytest.mark.parametrize(
        ("name", "provider_type"),
        [("NameOfGP", "Google"), ("GOOGLE", "Google"), ("Google", "OIDC"), ("Facebook", "SAML"), ("COGNITO", "OIDC")],
    )
    def test_they_alone_have_their_types_name(self, idp: Any, pool_id: str, name: str, provider_type: str) -> None:
        assert refused(idp, pool_id, name, provider_type, GOOGLE) == (INVALID, f"Provider {name} cannot be of type {provider_type}.")

    @pytest.mark.parametrize("provider_type", ["Google", "Facebook", "LoginWithAmazon"])
    @pytest.mark.parametrize("missing", sorted(GOOGLE))
    def test_all_credentials_must_be_given(self, idp: Any, pool_id: str, provider_type: str, missing: str) -> None:
        details = {name: value for name, value in GOOGLE.items() if name != missing}
        assert refused(idp, pool_id, provider_type, provider_type, details) == (
            INVALID,
            "clientId, clientSecret and authorizeScopes are all required idp details.",
        )

    def test_apple_wants_a_key_instead_of_a_secret(self, idp: Any, pool_id: str) -> None:
        assert refused(idp, pool_id, "SignInWithApple", "SignInWithApple", GOOGLE) == (
            INVALID,
            "clientId, privateKey, teamId, and keyId are all required idp details.",
        )


class TestOidc:
    def test_the_issuer_is_asked_for_its_endpoints(self, idp: Any, pool_id: str, web: ProviderServer, issuer: str) -> None:
        web.asked.clear()
        created = create(idp, pool_id, "MyOidc", "OIDC", oidc(issuer))
        assert web.asked == ["/.well-known/openid-configuration"]
        assert created["ProviderDetails"] == oidc(issuer) | {"attributes_url_add_attributes": "false"}
        assert created["AttributeMapping"] == {"username": "sub"}

    def test_a_slash_at_the_issuers_end_is_no_other_issuer(self, idp: Any, pool_id: str, issuer: str) -> None:
        assert create(idp, pool_id, "MyOidc", "OIDC", oidc(f"{issuer}/"))["ProviderDetails"]["oidc_issuer"] == f"{issuer}/"

    def test_nobody_is_asked_when_all_endpoints_are_given(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        web.asked.clear()
        names = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
        details = oidc("http://127.0.0.1:9") | {name: f"http://127.0.0.1:9/{name}" for name in names}
        created = create(idp, pool_id, "MyOidc", "OIDC", details)
        assert created["ProviderDetails"].items() >= details.items()
        assert web.asked == []

    def test_an_issuer_that_does_not_answer(self, server: Server, idp: Any, pool_id: str, web: ProviderServer) -> None:
        """AWS's sentence has no address; the log has."""
        unreachable = (INVALID, "Unable to contact well-known endpoint")
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc("http://127.0.0.1:9")) == unreachable
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/elsewhere")) == unreachable
        assert f"{web.url}/elsewhere/.well-known/openid-configuration" in server.log_path.read_text()
        assert idp.list_identity_providers(UserPoolId=pool_id)["Providers"] == []

    def test_an_issuer_that_answers_something_else(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        web.put("/html/.well-known/openid-configuration", "<html>")
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/html")) == (
            INVALID,
            "The well-known endpoint returned no valid JSON",
        )
        web.put("/half/.well-known/openid-configuration", json.dumps({"token_endpoint": f"{web.url}/token", "jwks_uri": 7}))
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(f"{web.url}/half")) == (
            INVALID,
            "The well-known endpoint returned no valid authorization_endpoint, userinfo_endpoint, jwks_uri",
        )

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"authorize_scopes": "email"}, "authorize_scopes must include openid for OIDC identity providers."),
            (
                {"attributes_request_method": "PUT"},
                (
                    "1 validation error detected: Value 'PUT' at 'providerConfiguration.oidcConfig.attributesRequestMethod' "
                    "failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]"
                ),
            ),
            ({"oidc_issuer": ""}, "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details."),
            ({"oidc_issuer": "issuer.example.com"}, "oidc_issuer is not a valid URL."),
            ({"jwks_uri": "ftp://example.com/jwks"}, "jwks_uri is not a valid URL."),
            (
                {"attributes_request_method": ""},
                "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
            ),
        ],
    )
    def test_details_that_cannot_be(self, idp: Any, pool_id: str, issuer: str, changes: dict[str, str], message: str) -> None:
        assert refused(idp, pool_id, "MyOidc", "OIDC", oidc(issuer) | changes) == (INVALID, message)

    def test_acr_levels_are_mapped_for_oidc_alone(self, idp: Any, pool_id: str, issuer: str) -> None:
        mapping = {"Level2": "urn:example:silver"}
        assert create(idp, pool_id, "MyOidc", "OIDC", oidc(issuer), AcrMapping=mapping)["AcrMapping"] == mapping
        assert refused(idp, pool_id, "Google", "Google", GOOGLE, AcrMapping=mapping) == (
            INVALID,
            "AcrMapping is only supported for OIDC identity providers.",
        )
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="MyOidc", AcrMapping={})
        assert "AcrMapping" not in describe(idp, pool_id, "MyOidc")
