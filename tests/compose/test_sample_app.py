"""The sample app of compose/ as its user sees it: hosted login, token, an API that says hello."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.compose.visitor import Visitor
from tests.support.control import Clock, Inbox
from tests.support.machine import CHECKOUT, free_port
from tests.support.server import Server, ServerFactory

COMPOSE = CHECKOUT / "compose"
ACCOUNT = "000000000000"


@dataclass
class Sample:
    """The app and the emulator that it uses."""

    url: str
    server: Server


@pytest.fixture(scope="module")
def sample(servers: ServerFactory) -> Iterator[Sample]:
    """The emulator as compose/full-stack.yaml sets it up, and the app, each in a process of this machine."""
    with servers(triggers="process", functions=COMPOSE / "functions" / "functions.toml") as server:
        port = free_port()
        environment = os.environ | {"COGNITO_URL": server.url, "PORT": str(port)}
        with subprocess.Popen([sys.executable, COMPOSE / "sample-app" / "app.py"], env=environment) as app:
            try:
                wait_for(f"http://localhost:{port}/config", app)
                yield Sample(f"http://localhost:{port}", server)
            finally:
                app.terminate()


def wait_for(url: str, app: subprocess.Popen[bytes]) -> None:
    """Until the app answers, or has died."""
    deadline = time.monotonic() + 30
    while app.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(url, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.05)  # it opens its port without announcing it
        else:
            return
    raise AssertionError(f"the sample app does not answer at {url}")


@pytest.fixture
def visitor(page: Page, sample: Sample) -> Visitor:
    return Visitor(page, sample.url)


def test_a_user_signs_up_in_the_hosted_login_and_the_api_says_hello(visitor: Visitor, sample: Sample) -> None:
    visitor.open()
    expect(visitor.message).to_have_text("You are not signed in.")
    visitor.sign_up("ann@example.com")
    visitor.confirm(Inbox(sample.server, ACCOUNT).code(to="ann@example.com"))
    expect(visitor.message).to_contain_text("Hello, ")

    visitor.press("Sign out")
    expect(visitor.message).to_have_text("You are not signed in.")
    visitor.sign_in("ann@example.com")
    expect(visitor.message).to_contain_text("Hello, ")


def test_the_function_in_the_mounted_folder_turns_throw_away_addresses_away(visitor: Visitor) -> None:
    visitor.open()
    visitor.sign_up("ann@mailinator.com")
    expect(visitor.page.get_by_role("alert")).to_contain_text("mailinator.com is not accepted, please use another address")


def test_a_reply_to_a_sign_in_that_was_not_begun_here_is_refused(visitor: Visitor, sample: Sample) -> None:
    """Cross-site request forgery against the redirect URI, RFC 6749 section 10.12."""
    visitor.page.goto(f"{sample.url}/?code=stolen&state=guessed")
    expect(visitor.message).to_have_text("Signing in failed: this is not the sign-in that was begun here")


def test_a_token_that_has_expired_is_refused_and_the_page_says_so(visitor: Visitor, sample: Sample) -> None:
    clock = Clock(sample.server)
    clock.advance(days=-1)
    try:
        visitor.open()
        visitor.sign_up("old@example.com")
        visitor.confirm(Inbox(sample.server, ACCOUNT).code(to="old@example.com"))
        expect(visitor.message).to_have_text("Your session has ended.")
    finally:
        clock.reset()


@pytest.mark.parametrize("authorization", [None, "Basic YTpi", "Bearer nonsense"])
def test_the_api_refuses_callers_without_a_good_token(sample: Sample, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(f"{sample.url}/api/hello", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_api_refuses_an_id_token(sample: Sample) -> None:
    """Access tokens are for APIs; an ID token tells the app who signed in, and has the app as its audience."""
    idp = sample.server.client(account=ACCOUNT)
    pool_id = idp.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    idp.admin_create_user(UserPoolId=pool_id, Username="api@example.com", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="api@example.com", Password="Correct-Horse-1", Permanent=True)
    client_id = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    tokens = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "api@example.com", "PASSWORD": "Correct-Horse-1"},
    )["AuthenticationResult"]
    for token in (tokens["IdToken"], tokens["AccessToken"]):  # the latter is another client's
        answer = requests.get(f"{sample.url}/api/hello", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == 401
