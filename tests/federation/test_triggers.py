"""What a pool's functions are asked when somebody comes from a provider, and what they decide."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.federation.conftest import Company, make_company
from tests.federation.openid_provider import OpenIdProvider
from tests.oauth.relying_party import Tenant
from tests.support.server import Server, ServerFactory
from tests.triggers.wiring import Functions

TRIGGERS = ("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration")


@pytest.fixture(scope="module")
def running(servers: ServerFactory) -> Iterator[Server]:
    with servers(triggers="process") as server:
        yield server


@pytest.fixture
def functions(running: Server, account: str) -> Functions:
    return Functions(running, account)


def company_of(functions: Functions, provider: OpenIdProvider, script: Any = None) -> Company:
    """A pool all of whose triggers are one function."""
    arn = functions.create(script=script)
    config = dict.fromkeys(TRIGGERS, arn) | {"InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": arn}}
    idp = functions.server.client(account=functions.account)
    return make_company(Tenant.make(functions.server, idp, LambdaConfig=config), provider)


def test_the_order_of_the_first_and_of_later_sign_ins(functions: Functions, provider: OpenIdProvider) -> None:
    company = company_of(functions, provider)
    company.sign_in()
    first = [
        "InboundFederation_ExternalProvider",
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
        "TokenGeneration_HostedAuth",
    ]
    assert functions.sources() == first
    company.sign_in()
    assert functions.sources()[len(first) :] == [
        "InboundFederation_ExternalProvider",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]


def test_pre_sign_up_sees_mapped_attributes_and_may_refuse(functions: Functions, provider: OpenIdProvider) -> None:
    company = company_of(functions, provider, {"PreSignUp_ExternalProvider": {"raise": "not you"}})
    error, description = company.refused()
    assert (error, description) == ("invalid_request", "PreSignUp failed with error not you. ")
    event = functions.event("PreSignUp_ExternalProvider")
    assert event["userName"] == "Corp_1234"
    assert event["request"]["userAttributes"]["email"] == "ann@idp.example"
    with pytest.raises(company.tenant.idp.exceptions.UserNotFoundException):
        company.user()


def test_inbound_federation_decides_what_is_mapped(functions: Functions, provider: OpenIdProvider) -> None:
    response = {"response": {"userAttributesToMap": {"email": "other@idp.example"}}}
    company = company_of(functions, provider, {"InboundFederation_ExternalProvider": response})
    company.sign_in()
    attributes = company.attributes()
    assert attributes["email"] == "other@idp.example"
    assert "name" not in attributes
    request = functions.event("InboundFederation_ExternalProvider")["request"]
    assert (request["providerName"], request["providerType"]) == ("Corp", "OIDC")
    assert request["attributes"]["idToken"]["sub"] == "1234"


def test_a_link_that_pre_sign_up_makes_is_in_force_from_the_next_sign_in_on(functions: Functions, provider: OpenIdProvider) -> None:
    """As people merge accounts on AWS: the first attempt ends in an error, which their applications answer by trying again."""
    company = company_of(functions, provider, {"PreSignUp_ExternalProvider": {"link_by_email": True}})
    sub = company.tenant.user("ann", email="ann@idp.example")
    assert company.refused() == ("invalid_request", "Already found an entry for username Corp_1234")
    claims = company.sign_in()
    assert (claims["sub"], claims["cognito:username"]) == (sub, "ann")
    (identity,) = claims["identities"]
    assert (identity["providerName"], identity["userId"], identity["primary"]) == ("Corp", "1234", "false")
    with pytest.raises(company.tenant.idp.exceptions.UserNotFoundException):
        company.user()
    assert functions.sources().count("PreSignUp_ExternalProvider") == 1
