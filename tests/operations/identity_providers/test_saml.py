"""SAML providers: their metadata, and the certificate for requests."""

import base64
from typing import Any

import pytest
from cryptography import x509

from tests.operations.identity_provider_server import REDIRECT, ProviderServer, saml_metadata
from tests.operations.identity_providers.registration import INVALID, NO_POOL, create, describe, refused
from tests.operations.refusals import refusal
from tests.support.control import Clock


class TestSaml:
    def test_metadata_at_a_url_is_fetched_and_read(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        logout = f'<md:SingleLogoutService Binding="{REDIRECT}" Location="https://idp.example.com/slo"/>'
        url = web.put("/metadata", saml_metadata(more=logout))
        given = {"MetadataURL": url, "IDPSignout": "true", "RequestSigningAlgorithm": "rsa-sha256"}
        details = create(idp, pool_id, "Corp", "SAML", given)["ProviderDetails"]
        assert details.pop("ActiveEncryptionCertificate")
        assert details == given | {
            "SSORedirectBindingURI": "https://idp.example.com/sso",
            "SLORedirectBindingURI": "https://idp.example.com/slo",
        }
        assert describe(idp, pool_id, "Corp")["AttributeMapping"] == {}

    def test_metadata_in_the_request_is_shown_as_it_was_sent(self, idp: Any, pool_id: str) -> None:
        document = saml_metadata()
        details = create(idp, pool_id, "Corp", "SAML", {"MetadataFile": document})["ProviderDetails"]
        assert details["MetadataFile"] == document
        assert details["SSORedirectBindingURI"] == "https://idp.example.com/sso"
        assert "SLORedirectBindingURI" not in details

    def test_assertions_can_be_encrypted_to_a_certificate_of_the_pools_own(self, idp: Any, pool_id: str) -> None:
        details = [create(idp, pool_id, name, "SAML", {"MetadataFile": saml_metadata()})["ProviderDetails"] for name in ("One", "Two")]
        certificates = {each["ActiveEncryptionCertificate"] for each in details}
        assert len(certificates) == 1
        x509.load_der_x509_certificate(base64.b64decode(certificates.pop()))
        assert details[0]["ActiveEncryptionCertificate"] != idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]

    def test_a_source_that_has_no_metadata(self, idp: Any, pool_id: str, web: ProviderServer) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataURL": f"{web.url}/nowhere"}) == (
            INVALID,
            f"Non-ok status code 404 returned from remote metadata source {web.url}/nowhere",
        )
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataURL": "http://127.0.0.1:9/metadata"}) == (
            INVALID,
            "Error retrieving metadata from http://127.0.0.1:9/metadata",
        )

    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            ("<html>", "it is not well-formed XML without a DTD"),
            ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "it is not well-formed XML without a DTD"),
            ("<a/>", "it has no IDPSSODescriptor"),
            (saml_metadata(entity_id=""), "its EntityDescriptor has no entityID"),
            (saml_metadata(sso=""), "it has no SingleSignOnService for HTTP-Redirect or HTTP-POST"),
            (saml_metadata().replace('use="signing"', 'use="encryption"'), "it has no signing certificate"),
        ],
        ids=["no XML", "entities", "no provider", "no id", "no endpoint", "no certificate"],
    )
    def test_a_document_that_describes_no_provider(self, idp: Any, pool_id: str, document: str, reason: str) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", {"MetadataFile": document}) == (INVALID, f"Invalid SAML metadata: {reason}.")

    @pytest.mark.parametrize(
        ("details", "message"),
        [
            ({}, "At least one of the MetadataURL or MetadataFile should be provided."),
            (
                {"MetadataURL": "http://a.example", "MetadataFile": "<a/>"},
                "Only one of the MetadataURL or MetadataFile should be provided.",
            ),
            ({"MetadataURL": "metadata.xml"}, "MetadataURL is not a valid URL."),
            ({"MetadataFile": "<a/>", "IDPSignout": "yes"}, "IDPSignout must be true or false."),
            ({"MetadataFile": "<a/>", "IDPInit": "1"}, "IDPInit must be true or false."),
            ({"MetadataFile": "<a/>", "EncryptedResponses": "on"}, "EncryptedResponses must be true or false."),
            ({"MetadataFile": "<a/>", "RequestSigningAlgorithm": "rsa-sha1"}, "RequestSigningAlgorithm must be rsa-sha256."),
        ],
    )
    def test_details_that_cannot_be(self, idp: Any, pool_id: str, details: dict[str, str], message: str) -> None:
        assert refused(idp, pool_id, "Corp", "SAML", details) == (INVALID, message)


class TestSigningCertificate:
    def test_it_is_a_real_certificate_for_ten_years(self, idp: Any, pool_id: str, clock: Clock) -> None:
        shown = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
        certificate = x509.load_der_x509_certificate(base64.b64decode(shown, validate=True))
        certificate.verify_directly_issued_by(certificate)
        assert certificate.subject.rfc4514_string() == f"CN={pool_id}"
        assert 3650 < (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days < 3660
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == shown

    def test_it_is_another_for_each_pool_and_renewed_each_year(self, idp: Any, pool_id: str, clock: Clock) -> None:
        other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
        first = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
        assert idp.get_signing_certificate(UserPoolId=other)["Certificate"] != first
        clock.advance(days=364)
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == first
        clock.advance(days=2)
        assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] != first

    def test_a_pool_that_does_not_exist_has_none(self, idp: Any) -> None:
        assert refusal(idp.get_signing_certificate, UserPoolId="us-east-1_AbCdEfGhI") == NO_POOL
