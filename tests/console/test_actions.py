"""What a developer does in the window happens as if he had called the API."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.console.shop import PASSWORD, Shop, Window, open_shop
from tests.support.control import Clock

# A device's secret as a client makes it; nobody here signs in with it.
SECRET = {"PasswordVerifier": base64.b64encode(b"v" * 384).decode(), "Salt": base64.b64encode(b"s" * 16).decode()}


def user_page(shop: Shop, email: str = "ann@example.com") -> str:
    return f"/_emu/ui/pools/{shop.pool_id}/users/{email}"


def test_a_pool_is_created_and_can_be_signed_up_to(server, account, page: Page) -> None:
    page.goto(f"{server.url}/_emu/")
    page.locator("summary", has_text="New pool").click()
    page.get_by_label("Name", exact=True).fill(f"fresh {account}")
    page.get_by_label("Users sign in by").select_option("e-mail address")
    page.get_by_label("Account").fill(account)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("status").first).to_have_text(f"Pool fresh {account} was created, with an app client.")
    expect(page.get_by_role("heading", name=f"fresh {account}")).to_be_visible()
    idp = server.client(account=account)
    [pool] = idp.list_user_pools(MaxResults=10)["UserPools"]
    [client] = idp.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
    idp.sign_up(ClientId=client["ClientId"], Username="ann@example.com", Password=PASSWORD)


def test_a_user_is_created_with_a_password_that_stays(shop: Shop, page: Page) -> None:
    page.goto(shop.address())
    page.locator("summary", has_text="New user").click()
    page.get_by_label("E-mail address", exact=True).fill("gus@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Send the invitation").uncheck()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="gus@example.com")).to_be_visible()
    assert shop.sign_in("gus@example.com")["AccessToken"]
    assert shop.inbox.all(to="gus@example.com") == []


def test_a_user_is_invited(shop: Shop, window: Window) -> None:
    window.post(f"/_emu/ui/pools/{shop.pool_id}", "create_user", email="gus@example.com", invite="on")
    assert shop.status("gus@example.com") == "FORCE_CHANGE_PASSWORD"
    assert shop.inbox.next("gus@example.com")["kind"] == "AdminCreateUser"


def test_what_is_refused_is_shown_in_aws_s_words_with_what_was_typed(shop: Shop, page: Page) -> None:
    page.goto(shop.address())
    page.locator("summary", has_text="New user").click()
    page.get_by_label("E-mail address", exact=True).fill("gus@example.com")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_contain_text("InvalidPasswordException")
    expect(page.get_by_label("E-mail address", exact=True)).to_have_value("gus@example.com")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


def test_users_are_found_by_the_beginning_of_their_address(shop: Shop, window: Window) -> None:
    shop.sign_up("bob@example.com")
    assert "ann@example.com" in window.get(f"/_emu/ui/pools/{shop.pool_id}?q=ann@").text
    assert "ann@example.com" not in window.get(f"/_emu/ui/pools/{shop.pool_id}?q=bob@").text.partition("<main")[2].partition("</main>")[0]


def test_a_registration_is_confirmed(shop: Shop, window: Window) -> None:
    shop.sign_up("bob@example.com")
    window.post(user_page(shop, "bob@example.com"), "confirm")
    assert shop.status("bob@example.com") == "CONFIRMED"


def test_a_password_is_set(shop: Shop, window: Window) -> None:
    window.post(user_page(shop), "set_password", password="Another-horse-8", permanent="on")
    assert shop.sign_in("ann@example.com", "Another-horse-8")
    window.post(user_page(shop), "set_password", password="Third-horse-99")
    assert shop.status("ann@example.com") == "FORCE_CHANGE_PASSWORD"


def test_a_user_is_disabled_and_enabled(shop: Shop, window: Window) -> None:
    assert "can no longer sign in" in window.post(user_page(shop), "disable").text
    assert shop.user("ann@example.com")["Enabled"] is False
    window.post(user_page(shop), "enable")
    assert shop.sign_in("ann@example.com")


def test_a_password_is_reset(shop: Shop, window: Window) -> None:
    window.post(user_page(shop), "reset_password")
    assert shop.status("ann@example.com") == "RESET_REQUIRED"
    assert shop.inbox.all(to="ann@example.com")[0]["kind"] == "AdminResetUserPassword"


def test_attributes_are_changed_added_and_removed(shop: Shop, window: Window) -> None:
    def attributes() -> dict[str, str]:
        return {each["Name"]: each["Value"] for each in shop.user("ann@example.com")["UserAttributes"]}

    window.post(user_page(shop), "save_attributes", new_name="nickname", new_value="Annie")
    window.post(user_page(shop), "save_attributes", **{"attribute:nickname": "Nan", "attribute:email_verified": "false"})
    assert (attributes()["nickname"], attributes()["email_verified"]) == ("Nan", "false")
    assert "Nothing was changed" in window.post(user_page(shop), "save_attributes", **{"attribute:nickname": "Nan"}).text
    window.post(user_page(shop), "delete_attribute", name="nickname")
    assert "nickname" not in attributes()


def test_sessions_are_shown_and_ended(shop: Shop, page: Page) -> None:
    tokens = shop.sign_in("ann@example.com")
    page.goto(shop.address("users", "ann@example.com"))
    sessions = page.locator("#sessions")
    expect(sessions.get_by_role("link", name="web")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(sessions).to_contain_text("No living tokens")
    with pytest.raises(shop.idp.exceptions.NotAuthorizedException, match="revoked"):
        shop.idp.get_user(AccessToken=tokens["AccessToken"])


def test_groups_come_and_go_and_users_in_them(shop: Shop, window: Window) -> None:
    groups = f"/_emu/ui/pools/{shop.pool_id}/groups"

    def members(name: str) -> list[str]:
        users = shop.idp.list_users_in_group(UserPoolId=shop.pool_id, GroupName=name)["Users"]
        return [next(each["Value"] for each in user["Attributes"] if each["Name"] == "email") for user in users]

    window.post(groups, "create_group", name="editors", description="Write", precedence="7")
    assert shop.idp.get_group(UserPoolId=shop.pool_id, GroupName="editors")["Group"]["Precedence"] == 7
    window.post(user_page(shop), "add_to_group", group="editors")
    assert members("editors") == ["ann@example.com"]
    window.post(user_page(shop), "remove_from_group", group="editors")
    window.post(f"{groups}/editors", "add_user", username="ann@example.com")
    assert members("editors") == ["ann@example.com"]
    window.post(f"{groups}/editors", "remove_user", username="ann@example.com")
    assert members("editors") == []
    window.post(groups, "delete_group", name="editors")
    assert window.get(f"{groups}/editors").status_code == 400


def test_a_user_is_deleted(shop: Shop, page: Page) -> None:
    page.goto(shop.address("users", "ann@example.com"))
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").first).to_contain_text("was deleted")
    with pytest.raises(shop.idp.exceptions.UserNotFoundException):
        shop.user("ann@example.com")


def test_an_app_client_is_created_shown_and_deleted(shop: Shop, window: Window) -> None:
    clients = f"/_emu/ui/pools/{shop.pool_id}/clients"
    page = window.post(
        clients, "create_client", name="server", secret="on", callbacks="https://app.example/callback\n", ALLOW_USER_AUTH="on"
    )
    assert "/login?client_id=" in page.text
    client_id = page.url.rpartition("/")[2]
    client = shop.idp.describe_user_pool_client(UserPoolId=shop.pool_id, ClientId=client_id)["UserPoolClient"]
    assert client["CallbackURLs"] == ["https://app.example/callback"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["ClientSecret"] in page.text
    window.post(f"{clients}/{client_id}", "delete_client")
    assert window.get(f"{clients}/{client_id}").status_code == 400


def test_a_client_s_secret_that_is_in_secrets_manager_is_named(shop: Shop, window: Window) -> None:
    clients, published = f"/_emu/ui/pools/{shop.pool_id}/clients", {"GenerateSecret": True, "PublishSecretsInAWSSecretsManager": True}
    client = shop.idp.create_user_pool_client(UserPoolId=shop.pool_id, ClientName="server", **published)["UserPoolClient"]
    assert (
        f'in Secrets Manager, as <span class="mono wrap">{client["ClientSecretArn"]}' in window.get(f"{clients}/{client['ClientId']}").text
    )
    assert "With secret" in window.get(clients).text


def test_a_pool_is_deleted_once_its_name_was_typed(shop: Shop, window: Window) -> None:
    settings = f"/_emu/ui/pools/{shop.pool_id}/settings"
    assert window.post(settings, "delete_pool", name="shop").status_code == 400
    assert window.post(settings, "delete_pool", name=f"shop {shop.account}").url.endswith("/_emu/")
    assert window.get(f"/_emu/ui/pools/{shop.pool_id}").status_code == 404


def test_a_sign_in_is_tried_and_shows_the_tokens_that_came_back(shop: Shop, page: Page) -> None:
    page.goto(shop.address("clients", shop.client_id))
    page.get_by_role("button", name="Add it to the client").click()
    callbacks = shop.idp.describe_user_pool_client(UserPoolId=shop.pool_id, ClientId=shop.client_id)["UserPoolClient"]["CallbackURLs"]
    assert callbacks == ["http://localhost:3000/callback", f"{shop.server.url}/_emu/ui/callback"]
    page.get_by_role("link", name="Try it").click()
    sign_in_by_hosted_login(page)
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    expect(page.get_by_role("row", name="cognito:groups")).to_have_count(2)
    assert "code=" not in page.url
    page.locator("section", has=page.get_by_role("heading", name="Access token")).get_by_role("button", name="Inspect").click()
    expect(page.get_by_role("heading", name="Access token: nothing speaks against it")).to_be_visible()


def sign_in_by_hosted_login(page: Page) -> None:
    page.locator("input[name=username]:visible").fill("ann@example.com")
    page.locator("input[name=password]:visible").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_an_answer_that_nobody_asked_for_is_refused(window: Window) -> None:
    answer = window.get("/_emu/ui/callback?code=stolen&state=guessed")
    assert answer.status_code == 400
    assert "No sign-in was begun here" in answer.text


def test_the_clock_is_moved_and_set_right(emptied_server) -> None:
    server = emptied_server()
    window, clock = Window(server), Clock(server)
    before = clock.now()
    window.post("/_emu/ui/clock", "advance", amount="2", unit="3600")
    assert clock.now() - before >= 7200
    assert "2 h ahead" in window.get("/_emu/").text
    assert window.post("/_emu/ui/clock", "advance", amount="soon", unit="60").status_code == 400
    window.post("/_emu/ui/clock", "set_right")
    assert clock.now() - before < 3600


def test_an_action_that_does_not_exist_is_refused(window: Window) -> None:
    assert window.post("/_emu/", "burn_it_down").status_code == 400


def test_rehearsals_are_planned_and_called_off(emptied_server, account, smtp) -> None:
    window = Window(emptied_server(smtp_host=smtp.host, smtp_port=smtp.port))
    assert "Rehearsing" not in window.get("/_emu/ui/inbox").text
    assert "Rehearsing: bounce." in window.post("/_emu/ui/inbox", "rehearse", what="bounce", medium="EMAIL").text
    assert "then CodeDeliveryFailureException" in window.post("/_emu/ui/inbox", "rehearse", what="codeDeliveryFailure").text
    assert "Rehearsing" not in window.post("/_emu/ui/inbox", "end_rehearsal").text
    assert window.post("/_emu/ui/inbox", "rehearse", what="explode", medium="EMAIL").status_code == 400


def test_messages_are_thrown_away(emptied_server, account) -> None:
    server = emptied_server()
    window = Window(server)
    pool_id = server.client(account=account).create_user_pool(PoolName="mail")["UserPool"]["Id"]
    for name in ("ann", "bob"):
        window.post(f"/_emu/ui/pools/{pool_id}", "create_user", username=name, email=f"{name}@example.com", invite="on")
    message = server.http.get(f"{server.url}/_emu/inbox").json()["messages"][0]
    window.post("/_emu/ui/inbox", "delete", message=message["id"])
    assert "1 message was thrown away" in window.post("/_emu/ui/inbox", "clear").text


def test_devices_are_shown_and_forgotten(shop: Shop, window: Window) -> None:
    assert "remembers no devices" in window.get(user_page(shop)).text
    shop.idp.update_user_pool(
        UserPoolId=shop.pool_id,
        AutoVerifiedAttributes=["email"],
        DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False, "ChallengeRequiredOnNewDevice": False},
    )
    tokens = shop.sign_in("ann@example.com")
    device = tokens["NewDeviceMetadata"]["DeviceKey"]
    shop.idp.confirm_device(
        AccessToken=tokens["AccessToken"], DeviceKey=device, DeviceName="Ann's telephone", DeviceSecretVerifierConfig=SECRET
    )
    assert "Ann&#x27;s telephone" in window.get(user_page(shop)).text
    window.post(user_page(shop), "forget_device", device=device)
    assert "None is remembered." in window.get(user_page(shop)).text


def begin_trial(shop: Shop, window: Window, client_id: str) -> str:
    """Begin a sign-in as the button does; returns its state."""
    client = f"/_emu/ui/pools/{shop.pool_id}/clients/{client_id}"
    window.post(client, "allow_trial")
    answer = window.get(f"{client}/try", allow_redirects=False)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def test_a_sign_in_that_is_refused_says_why(shop: Shop, window: Window) -> None:
    state = begin_trial(shop, window, shop.client_id)
    answer = window.get(f"/_emu/ui/callback?state={state}&error=access_denied&error_description=No%20entry")
    assert "The sign-in was refused" in answer.text
    assert "No entry" in answer.text


def test_a_code_is_exchanged_with_the_client_s_secret(shop: Shop, window: Window) -> None:
    """Were the secret left out, the answer to any code would be invalid_client."""
    created = shop.idp.create_user_pool_client(UserPoolId=shop.pool_id, ClientName="server", GenerateSecret=True)
    state = begin_trial(shop, window, created["UserPoolClient"]["ClientId"])
    assert "invalid_grant" in window.get(f"/_emu/ui/callback?state={state}&code=no-such-code").text


def test_a_client_that_may_not_end_here_is_not_tried(shop: Shop, window: Window) -> None:
    answer = window.get(f"/_emu/ui/pools/{shop.pool_id}/clients/{shop.client_id}/try")
    assert answer.status_code == 400
    assert "do not name this window" in answer.text


def test_the_calls_of_applications_are_shown_with_their_oauth_errors(emptied_server, account) -> None:
    server = emptied_server()
    window = Window(server)
    shop = open_shop(server, account)
    http = server.http
    http.get(f"{server.url}/{shop.pool_id}/.well-known/jwks.json")
    http.get(f"{server.url}/us-east-1_none/.well-known/openid-configuration")
    http.post(f"{server.url}/oauth2/token", data={"grant_type": "authorization_code", "client_id": shop.client_id, "code": "hidden-code"})
    http.get(f"{server.url}/oauth2/authorize?client_id=unknown", allow_redirects=False)
    http.post(server.url, data="{", headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"})
    text = window.get("/_emu/ui/calls").text
    endpoints = ("GET jwks.json", "GET openid-configuration", "POST /oauth2/token", "GET /oauth2/authorize")
    for shown in (*endpoints, "invalid_", "SerializationException"):
        assert shown in text
    assert "hidden-code" not in text
    assert "Nobody has called yet" in window.post("/_emu/ui/calls", "clear").text


def test_a_user_who_is_not_there_has_no_page(shop: Shop, window: Window) -> None:
    assert window.get(user_page(shop, "nobody@example.com")).status_code == 404


def test_the_calls_that_any_worker_answered_are_shown_by_each(start_server, account) -> None:
    server = start_server(workers=2)
    names = {f"pool-{number:02}-of-many" for number in range(12)}
    for name in names:  # each on a connection of its own, which any worker may get
        requests.post(
            server.url,
            data=json.dumps({"PoolName": name}),
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPool", "Authorization": f"Credential={account}/"},
            timeout=60,
        ).raise_for_status()

    def shown() -> set[str]:
        text = requests.get(f"{server.url}/_emu/ui/calls", timeout=60).text
        return {name for name in names if name in text}

    eventually(lambda: all(shown() == names for _ in range(6)))
    Window(server).post("/_emu/ui/calls", "clear")
    eventually(lambda: not any(shown() for _ in range(6)))


def eventually(condition: Callable[[], bool]) -> None:
    """Workers tell each other twice a second; nothing says when they have."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
