"""The triggers of the hosted login and of the token endpoint."""

from typing import Any

import jwt
import pytest

from tests.oauth.relying_party import API, PASSWORD, Application, Browser, Tenant, query_of
from tests.triggers.wiring import RUNTIMES, Functions

FROM_APP = {"from": "the app"}
SIGN_IN = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")


def application(functions: Functions, lambda_config: dict[str, Any]) -> Application:
    """An app client of a pool with these triggers and the user `ann`."""
    idp = functions.server.client("cognito-idp", account=functions.account)
    tenant = Tenant.make(functions.server, idp, LambdaConfig=lambda_config)
    # The user comes without the triggers of a sign-up, which are not the matter here.
    tenant.user()
    return tenant.client()


def claims(token: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return decoded


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_login_in_the_browser_runs_them_in_order_and_the_tokens_are_hosted(functions: Functions, runtime: str) -> None:
    changed = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"plan": "gold"}}}
    arn = functions.create(runtime=runtime, script={"TokenGeneration_HostedAuth": {"response": changed}})
    app = application(functions, dict.fromkeys(SIGN_IN, arn))
    tokens = app.sign_in(scope="openid email")
    assert claims(tokens["id_token"])["plan"] == "gold"
    assert functions.sources() == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]
    assert functions.event("TokenGeneration_HostedAuth")["callerContext"]["clientId"] == app.client_id


def test_a_remembered_browser_is_only_asked_for_its_tokens(functions: Functions) -> None:
    app = application(functions, dict.fromkeys(SIGN_IN, functions.create()))
    browser = Browser(functions.server)
    app.sign_in(browser)
    before = len(functions.invocations())
    assert app.redeem(query_of(browser.location(app.authorize_url()))["code"]).status_code == 200
    assert functions.sources()[before:] == ["TokenGeneration_HostedAuth"]


def test_a_refresh_at_the_token_endpoint_is_told_apart(functions: Functions) -> None:
    app = application(functions, {"PreTokenGeneration": functions.create()})
    tokens = app.sign_in()
    assert app.refresh(tokens["refresh_token"], aws_client_metadata='{"from": "the app"}').status_code == 200
    event = functions.event("TokenGeneration_RefreshTokens")
    assert event["request"]["clientMetadata"] == FROM_APP


def test_scopes_that_version_2_takes_away_are_gone(functions: Functions) -> None:
    changed = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"scopesToSuppress": ["email"], "scopesToAdd": ["beta"]}}}
    arn = functions.create(script={"TokenGeneration_HostedAuth": {"response": changed}})
    app = application(functions, {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}})
    tokens = app.sign_in(scope="openid email")
    assert claims(tokens["access_token"])["scope"].split() == ["openid", "beta"]
    assert functions.event("TokenGeneration_HostedAuth")["request"]["scopes"] == ["openid", "email"]


def test_a_machine_brings_its_metadata(functions: Functions) -> None:
    changed = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": {"level": 7}}}}
    arn = functions.create(script={"TokenGeneration_ClientCredentials": {"response": changed}})
    app = application(functions, {"PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": arn}})
    machine = app.tenant.machine()
    answer = machine.token(grant_type="client_credentials", scope=f"{API}/read", aws_client_metadata='{"from": "the app"}')
    assert claims(answer.json()["access_token"])["level"] == 7
    assert functions.event("TokenGeneration_ClientCredentials")["request"]["clientMetadata"] == FROM_APP


def test_earlier_versions_hear_nothing_of_machines(functions: Functions) -> None:
    arn = functions.create()
    app = application(functions, {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn}})
    assert app.tenant.machine().token(grant_type="client_credentials", scope=f"{API}/read").status_code == 200
    assert functions.sources() == []


def test_what_a_function_says_is_shown_on_the_login_page(functions: Functions) -> None:
    arn = functions.create(script={"PreAuthentication_Authentication": {"raise": "not on Sundays"}})
    app = application(functions, {"PreAuthentication": arn})
    browser = Browser(functions.server)
    login = browser.location(app.authorize_url())
    answer = browser.submit(functions.server.url + login, "ann", PASSWORD)
    shown = answer.text if answer.status_code == 200 else browser.visit(functions.server.url + answer.headers["Location"]).text
    assert "PreAuthentication failed with error not on Sundays." in shown


def test_no_tokens_without_token_generation(functions: Functions) -> None:
    arn = functions.create(script={"TokenGeneration_HostedAuth": {"raise": "no tokens today"}})
    app = application(functions, {"PreTokenGeneration": arn})
    location = Browser(functions.server).sign_in(app.authorize_url())
    answer = app.redeem(query_of(location)["code"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == "PreTokenGeneration failed with error no tokens today."
    # Nothing was written: the code is as good as before.
    functions.lambdas.update_function_configuration(FunctionName="f", Environment={"Variables": {}})
    assert app.redeem(query_of(location)["code"]).status_code == 200


def test_users_move_in_at_the_hosted_login_too(functions: Functions) -> None:
    user = {"userAttributes": {"email": "bob@example.com"}, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
    arn = functions.create(script={"UserMigration_Authentication": {"response": user}})
    app = application(functions, {"UserMigration": arn})
    location = Browser(functions.server).sign_in(app.authorize_url(), username="bob")
    assert app.redeem(query_of(location)["code"]).status_code == 200
