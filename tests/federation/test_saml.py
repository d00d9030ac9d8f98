"""Users of a SAML 2.0 provider: pysaml2 speaks, the real endpoints listen."""

import base64
import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from tests.federation.saml_provider import ENTITY, SLO, SSO, SamlProvider, encrypt_assertion, read_request
from tests.oauth.relying_party import CALLBACK, SIGNED_OUT, Application, Browser, Tenant, query_of
from tests.support.control import Clock
from tests.support.server import Server

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
LDAP = "urn:mace:dir:attribute-def:"  # what pysaml2 calls attributes
INVALID = "Invalid SAML response received: "


@dataclass
class Corporation:
    """A pool with the SAML provider `Corp`."""

    tenant: Tenant
    app: Application
    provider: SamlProvider
    address: str
    entity_id: str

    @property
    def details(self) -> dict[str, str]:
        found = self.tenant.idp.describe_identity_provider(UserPoolId=self.tenant.pool_id, ProviderName="Corp")
        details: dict[str, str] = found["IdentityProvider"]["ProviderDetails"]
        return details

    @property
    def metadata(self) -> str:
        """The pool's, as an administrator hands it to the provider."""
        return self.tenant.server.http.get(f"{self.tenant.issuer}/saml2/metadata", timeout=10).text

    def update(self, **details: str) -> None:
        self.tenant.idp.update_identity_provider(
            UserPoolId=self.tenant.pool_id, ProviderName="Corp", ProviderDetails={"MetadataFile": self.provider.metadata, **details}
        )

    def browser(self) -> Browser:
        return Browser(self.tenant.server)

    def leave(self, browser: Browser, **parameters: str) -> str:
        return browser.location(
            self.app.authorize_url(**{"identity_provider": "Corp", "state": "xyz", "scope": "openid email"} | parameters)
        )

    def post(self, browser: Browser, response: str, relay_state: str) -> Any:
        """Post as from another site, then follow to the end as browsers do."""
        form = {"SAMLResponse": response, "RelayState": relay_state}
        url = f"{self.tenant.server.url}/saml2/idpresponse"
        answer = browser.session.post(url, data=form, allow_redirects=False, timeout=10)
        if answer.status_code == 303:
            answer = browser.visit(self.tenant.server.url + answer.headers["Location"])
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def come_back(self, browser: Browser | None = None, *, change: Any = None, **how: str) -> dict[str, str]:
        """The whole way; `change` alters the response after it was signed."""
        browser = browser or self.browser()
        request, parameters = read_request(self.leave(browser))
        response = self.provider.respond(self.entity_id, self.address, request.get("ID"), **how)
        if change is not None:
            root = etree.fromstring(base64.b64decode(response))
            change(root)
            response = base64.b64encode(etree.tostring(root)).decode()
        return query_of(self.post(browser, response, parameters["RelayState"]))

    def sign_in(self, **how: str) -> dict[str, Any]:
        arrived = self.come_back(**how)
        assert "code" in arrived, arrived
        return self.tenant.claims(self.app.redeem(arrived["code"]).json()["id_token"], self.app.client_id)

    def refused(self, **how: Any) -> str:
        arrived = self.come_back(**how)
        assert (arrived["error"], arrived["state"]) == ("server_error", "xyz"), arrived
        return arrived["error_description"].removeprefix(INVALID)


@pytest.fixture
def corp(server: Server, idp: Any, tmp_path: Path) -> Corporation:
    tenant = Tenant.make(server, idp)
    provider = SamlProvider(tmp_path)
    idp.create_identity_provider(
        UserPoolId=tenant.pool_id,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": provider.metadata},
        AttributeMapping={"email": f"{LDAP}mail", "name": f"{LDAP}displayName"},
    )
    app = tenant.client(SupportedIdentityProviders=["Corp"])
    corp = Corporation(tenant, app, provider, f"{server.url}/saml2/idpresponse", f"urn:amazon:cognito:sp:{tenant.pool_id}")
    provider.know(corp.metadata)
    return corp


class TestTheRequest:
    def test_it_names_the_pool_and_where_to_answer(self, corp: Corporation) -> None:
        location = corp.leave(corp.browser())
        request, parameters = read_request(location)
        assert location.startswith(f"{SSO}?SAMLRequest=")
        assert request.findtext(f"{SAML}Issuer") == corp.entity_id
        assert request.get("AssertionConsumerServiceURL") == corp.address
        assert request.get("ForceAuthn") is None
        assert parameters.keys() == {"SAMLRequest", "RelayState"}
        assert len(parameters["RelayState"]) <= 80

    def test_hints_are_passed_on(self, corp: Corporation) -> None:
        request, _ = read_request(corp.leave(corp.browser(), prompt="login", login_hint="ann@corp.example"))
        assert request.get("ForceAuthn") == "true"
        assert request.findtext(f"{SAML}Subject/{SAML}NameID") == "ann@corp.example"

    def test_it_is_signed_with_the_pools_certificate_where_configured(self, corp: Corporation) -> None:
        corp.update(RequestSigningAlgorithm="rsa-sha256")
        location = corp.leave(corp.browser())
        check_signature(corp, location)
        assert query_of(location)["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class TestWhoComes:
    @pytest.mark.parametrize("sign", ["assertion", "response", "both"])
    def test_a_signed_response_signs_in(self, corp: Corporation, sign: str) -> None:
        claims = corp.sign_in(sign=sign)
        assert claims["cognito:username"] == "Corp_Ann@corp.example"
        assert claims["email"] == "ann@corp.example"
        (identity,) = claims["identities"]
        assert (identity["providerType"], identity["issuer"], identity["userId"]) == ("SAML", ENTITY, "Ann@corp.example")

    @pytest.mark.parametrize("sign", ["assertion", "response"])
    def test_an_encrypted_assertion_is_opened(self, corp: Corporation, sign: str) -> None:
        corp.update(EncryptedResponses="true")
        assert corp.sign_in(sign=sign, encrypt_to=corp.details["ActiveEncryptionCertificate"])["email"] == "ann@corp.example"

    @pytest.mark.parametrize("algorithm", ["aes256-cbc", "aes128-gcm", "aes256-gcm"])
    def test_whatever_it_is_encrypted_with(self, corp: Corporation, algorithm: str) -> None:
        certificate = corp.details["ActiveEncryptionCertificate"]
        assert "code" in corp.come_back(change=lambda root: encrypt_assertion(root, certificate, algorithm))

    def test_an_encrypted_assertion_that_was_tampered_with_is_not(self, corp: Corporation) -> None:
        def tamper(root: etree._Element) -> None:
            encrypt_assertion(root, corp.details["ActiveEncryptionCertificate"], "aes256-gcm")
            value = root.findall(".//{http://www.w3.org/2001/04/xmlenc#}CipherValue")[-1]
            value.text = "AAAA" + value.text[4:]

        assert corp.refused(change=tamper) == "SAML Assertion cannot be decrypted."

    def test_several_values_become_a_list(self, corp: Corporation) -> None:
        corp.provider.identity["displayName"] = ["Ann", "Annie"]
        corp.sign_in()
        user = corp.tenant.idp.admin_get_user(UserPoolId=corp.tenant.pool_id, Username="Corp_Ann@corp.example")
        assert {"Name": "name", "Value": "[Ann, Annie]"} in user["UserAttributes"]

    def test_a_provider_may_begin_where_that_is_allowed(self, corp: Corporation) -> None:
        corp.update(IDPInit="true")
        assert "code" in query_of(corp.post(corp.browser(), unsolicited(corp), relay_state(corp)))


class TestWhatIsRefused:
    def test_no_signature(self, corp: Corporation) -> None:
        assert corp.refused(sign="nothing") == "SAML Assertion signature is invalid."

    def test_somebody_elses_signature(self, corp: Corporation, tmp_path: Path) -> None:
        forger = SamlProvider(tmp_path / "forger")
        forger.know(corp.metadata)
        corp.provider = forger
        assert corp.refused() == "SAML Assertion signature is invalid."

    @pytest.mark.parametrize("sign", ["assertion", "response"])
    def test_another_name_than_was_signed(self, corp: Corporation, sign: str) -> None:
        def become_bob(root: etree._Element) -> None:
            root.find(f".//{SAML}NameID").text = "bob"

        assert corp.refused(change=become_bob, sign=sign) == "SAML Assertion signature is invalid."

    def test_a_forged_assertion_wrapped_around_the_signed_one(self, corp: Corporation) -> None:
        def wrap(root: etree._Element) -> None:
            signed = root.find(f"{SAML}Assertion")
            forged = copy.deepcopy(signed)
            forged.set("ID", "_forged")
            forged.find(f"{SAML}Subject/{SAML}NameID").text = "bob"
            signature = forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
            root.replace(signed, forged)
            signature.append(signed)

        assert corp.refused(change=wrap) == "SAML Assertion signature is invalid."

    def test_two_assertions(self, corp: Corporation) -> None:
        def add(root: etree._Element) -> None:
            root.insert(0, copy.deepcopy(root.find(f"{SAML}Assertion")))

        assert corp.refused(change=add) == "there must be one Assertion."

    def test_a_comment_does_not_cut_a_name_short(self, corp: Corporation) -> None:
        corp.provider.subject = "ann@corp.example.evil"

        def comment(root: etree._Element) -> None:
            name = root.find(f".//{SAML}NameID")
            name.text, comment = "ann@corp.example", etree.Comment("x")
            comment.tail = ".evil"
            name.append(comment)

        arrived = corp.come_back(change=comment)
        claims = corp.tenant.claims(corp.app.redeem(arrived["code"]).json()["id_token"], corp.app.client_id)
        assert claims["cognito:username"] == "Corp_ann@corp.example.evil"

    def test_a_document_type(self, corp: Corporation) -> None:
        browser = corp.browser()
        _, parameters = read_request(corp.leave(browser))
        bomb = base64.b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode()
        arrived = query_of(corp.post(browser, bomb, parameters["RelayState"]))
        assert arrived["error_description"] == f"{INVALID}it has a document type."

    def test_another_audience(self, corp: Corporation) -> None:
        corp.provider.know(corp.metadata.replace(corp.entity_id, "urn:amazon:cognito:sp:other"))
        corp.entity_id = "urn:amazon:cognito:sp:other"
        assert corp.refused() == "Audience restriction is not valid."

    def test_another_address(self, corp: Corporation) -> None:
        corp.address = "https://elsewhere.example/saml2/idpresponse"
        assert corp.refused() == "Destination is another."

    def test_the_answer_to_another_request(self, corp: Corporation) -> None:
        browser = corp.browser()
        _, parameters = read_request(corp.leave(browser))
        response = corp.provider.respond(corp.entity_id, corp.address, "_other")
        arrived = query_of(corp.post(browser, response, parameters["RelayState"]))
        assert arrived["error_description"] == f"{INVALID}InResponseTo is another."

    def test_an_unencrypted_assertion_where_encryption_is_demanded(self, corp: Corporation) -> None:
        corp.update(EncryptedResponses="true")
        assert corp.refused() == "SAML Assertion is not encrypted."

    def test_an_assertion_of_the_past(self, corp: Corporation, clock: Clock) -> None:
        corp.update(IDPInit="true")
        response = unsolicited(corp)
        clock.advance(seconds=361)
        arrived = query_of(corp.post(corp.browser(), response, relay_state(corp)))
        assert arrived["error_description"] == f"{INVALID}SubjectConfirmation is not valid."

    def test_an_assertion_of_the_future(self, corp: Corporation, clock: Clock) -> None:
        clock.advance(seconds=-120)
        assert corp.refused() == "Assertion is not yet valid."

    def test_an_assertion_that_was_used(self, corp: Corporation) -> None:
        corp.update(IDPInit="true")
        response = unsolicited(corp)
        assert "code" in query_of(corp.post(corp.browser(), response, relay_state(corp)))
        arrived = query_of(corp.post(corp.browser(), response, relay_state(corp)))
        assert arrived["error_description"] == f"{INVALID}SAML Assertion was used before."

    def test_an_unsolicited_one_where_that_is_not_allowed(self, corp: Corporation) -> None:
        arrived = query_of(corp.post(corp.browser(), unsolicited(corp), relay_state(corp)))
        assert arrived["error_description"] == f"{INVALID}IdP-initiated sign-in is not enabled."

    def test_another_browser(self, corp: Corporation) -> None:
        request, parameters = read_request(corp.leave(corp.browser()))
        response = corp.provider.respond(corp.entity_id, corp.address, request.get("ID"))
        assert corp.post(corp.browser(), response, parameters["RelayState"]).startswith("/error?")


class TestThePoolsMetadata:
    def test_it_says_where_answers_go_and_by_which_keys(self, corp: Corporation) -> None:
        document = etree.fromstring(corp.metadata.encode())
        assert document.get("entityID") == corp.entity_id
        services = {item.get("Binding").rpartition("-")[2]: item.get("Location") for item in document.iter(f"{MD}AssertionConsumerService")}
        assert services == {"POST": corp.address, "Redirect": corp.address}
        (logout,) = document.iter(f"{MD}SingleLogoutService")
        assert logout.get("Location") == f"{corp.tenant.server.url}/saml2/logout"
        keys = {item.get("use"): "".join(item.itertext()) for item in document.iter(f"{MD}KeyDescriptor")}
        signing = corp.tenant.idp.get_signing_certificate(UserPoolId=corp.tenant.pool_id)["Certificate"]
        assert keys == {"signing": signing, "encryption": corp.details["ActiveEncryptionCertificate"]}

    def test_on_a_domain_of_the_pool_it_names_the_domain(self, corp: Corporation) -> None:
        host = f"{corp.tenant.domain()}.auth.localhost:{corp.tenant.server.port}"
        answer = corp.browser().visit(f"{corp.tenant.server.url}/saml2/metadata", Host=host)
        assert f'Location="http://{host}/saml2/idpresponse"' in answer.text

    def test_without_a_pool_there_is_none(self, corp: Corporation) -> None:
        for path in ("/saml2/metadata", "/us-east-1_AbCdEfGhI/saml2/metadata"):
            assert corp.browser().visit(corp.tenant.server.url + path).status_code == 404


class TestSigningOut:
    @pytest.fixture
    def browser(self, corp: Corporation) -> Browser:
        corp.update(IDPSignout="true")
        browser = corp.browser()
        corp.come_back(browser)
        return browser

    def leave(self, corp: Corporation, browser: Browser) -> str:
        return browser.location(corp.app.url("/logout", redirect_uri=None, logout_uri=SIGNED_OUT))

    def come_back(self, corp: Corporation, browser: Browser, location: str, response: str | None) -> str:
        form = {"RelayState": query_of(location)["RelayState"]} | ({"SAMLResponse": response} if response else {})
        answer = browser.session.post(f"{corp.tenant.server.url}/saml2/logout", data=form, allow_redirects=False, timeout=10)
        where: str = answer.headers["Location"]
        return query_of(where)["error"] if where.startswith("/error?") else where

    def test_the_browser_is_signed_out_of_the_provider_too(self, corp: Corporation, browser: Browser) -> None:
        location = self.leave(corp, browser)
        assert location.startswith(f"{SLO}?SAMLRequest=")
        check_signature(corp, location)
        request, _ = read_request(location)
        assert request.findtext(f"{SAML}NameID") == "Ann@corp.example"
        assert self.come_back(corp, browser, location, corp.provider.answer_sign_out(location)) == SIGNED_OUT
        assert corp.leave(browser).startswith(SSO)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"ID": "_other"}, "SAML Assertion signature is invalid."),
            ({"InResponseTo": "_other"}, "SAML Assertion signature is invalid."),
        ],
    )
    def test_an_answer_that_was_changed_is_refused(self, corp: Corporation, browser: Browser, change: dict[str, str], reason: str) -> None:
        location = self.leave(corp, browser)
        response = etree.fromstring(base64.b64decode(corp.provider.answer_sign_out(location)))
        for name, value in change.items():
            response.set(name, value)
        changed = base64.b64encode(etree.tostring(response)).decode()
        assert self.come_back(corp, browser, location, changed) == INVALID + reason

    def test_an_unsigned_answer_is_refused(self, corp: Corporation, browser: Browser) -> None:
        location = self.leave(corp, browser)
        response = corp.provider.answer_sign_out(location, sign=False)
        assert self.come_back(corp, browser, location, response).startswith(INVALID)

    def test_the_answer_to_another_request_is_refused(self, corp: Corporation, browser: Browser) -> None:
        response = corp.provider.answer_sign_out(self.leave(corp, browser))
        corp.come_back(browser)
        other = self.leave(corp, browser)
        assert self.come_back(corp, browser, other, response).endswith("InResponseTo is another.")

    def test_no_answer_is_an_error_after_which_the_user_is_signed_out_all_the_same(self, corp: Corporation, browser: Browser) -> None:
        location = self.leave(corp, browser)
        assert self.come_back(corp, browser, location, None) == "Required String parameter 'SAMLResponse' is not present"
        assert corp.leave(browser).startswith(SSO)

    def test_it_does_not_become_an_open_redirect(self, corp: Corporation, browser: Browser) -> None:
        response = corp.provider.answer_sign_out(self.leave(corp, browser))
        elsewhere = "http://localhost/?RelayState=https://evil.example"
        assert self.come_back(corp, browser, elsewhere, response).startswith("Invalid state")


def unsolicited(corp: Corporation) -> str:
    return corp.provider.respond(corp.entity_id, corp.address, None)


def relay_state(corp: Corporation) -> str:
    parameters = {"identity_provider": "Corp", "client_id": corp.app.client_id, "redirect_uri": CALLBACK, "response_type": "code"}
    return urlencode(parameters | {"scope": "openid email"})


def check_signature(corp: Corporation, location: str) -> None:
    """What is signed is the text before `&Signature=`, by the key of GetSigningCertificate."""
    signed, _, _ = location.partition("?")[2].partition("&Signature=")
    der = base64.b64decode(corp.tenant.idp.get_signing_certificate(UserPoolId=corp.tenant.pool_id)["Certificate"])
    key = x509.load_der_x509_certificate(der).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(query_of(location)["Signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
