"""What another site's page can make a developer's browser do to the window: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.console.shop import Shop, Window
from tests.support.third_parties import serve

CREATE = {"name": "stolen", "region": "us-east-1", "account": "000000000000"}


def pools(window: Window) -> str:
    return window.get("/_emu/?q=stolen").text.partition('aria-label="User pools"')[2]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_its_token(window: Window, headers: dict[str, str]) -> None:
    answer = window.post("/_emu/", "create_pool", headers=headers, **CREATE)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "No pool is called that" in pools(window)


def test_a_browser_that_only_tells_the_origin_may_use_the_window(emptied_server) -> None:
    window = Window(emptied_server())
    assert "was created" in window.post("/_emu/", "create_pool", headers={"Origin": window.server.url}, **CREATE).text


def test_a_form_without_its_token_is_refused(window: Window) -> None:
    window.get("/_emu/")
    answer = window.session.post(
        f"{window.server.url}/_emu/", data={"action": "create_pool"} | CREATE, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 403
    assert "No pool is called that" in pools(window)


def test_a_page_elsewhere_cannot_read_the_window(window: Window) -> None:
    answer = window.get("/_emu/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in window.get("/_emu/").headers


def test_a_link_from_elsewhere_leads_to_the_window(window: Window) -> None:
    answer = window.get("/_emu/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})
    assert answer.status_code == 200


def test_nothing_frames_the_window_and_nothing_runs_in_it_but_its_own(window: Window) -> None:
    headers = window.get("/_emu/").headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert "SameSite=Strict" in headers["Set-Cookie"]
    assert "HttpOnly" in headers["Set-Cookie"]


def test_what_users_type_is_text(shop: Shop, page: Page) -> None:
    """A user's own name is the one thing here that strangers write."""
    hostile = '<img src=x onerror="document.title=1">"\'</script>'
    attributes = [{"Name": "name", "Value": hostile}]
    shop.idp.admin_update_user_attributes(UserPoolId=shop.pool_id, Username="ann@example.com", UserAttributes=attributes)
    page.goto(shop.address())
    assert page.get_by_role("link", name=hostile).is_visible()
    page.goto(shop.address("users", "ann@example.com"))
    assert page.get_by_label("name", exact=True).input_value() == hostile


class _Attack(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        target = self.path.partition("?")[2]
        body = (
            f'<form method="post" action="{target}"><input name="action" value="create_pool"><input name="name" value="stolen">'
            '<input name="region" value="us-east-1"><input name="account" value="000000000000"></form>'
            "<script>document.forms[0].submit()</script>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def evil_site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Attack) as site:
        serve(site)
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_a_real_browser_is_not_made_use_of(window: Window, evil_site: str, page: Page) -> None:
    page.goto(f"{window.server.url}/_emu/")  # the browser knows the window, cookies and all
    with page.expect_response(lambda response: response.request.method == "POST") as answer:  # the window reads its own page, too
        page.goto(f"{evil_site}?{window.server.url}/_emu/", wait_until="commit")  # it goes on by itself
    assert answer.value.status == 403
    assert "No pool is called that" in pools(window)


def test_the_window_can_be_switched_off(start_server) -> None:
    server = start_server(console=False)
    for path in ("/_emu", "/_emu/", "/_emu/ui/inbox", "/_emu/static/console.css", "/_emu/ui/events"):
        assert server.http.get(server.url + path).status_code == 404
    assert server.http.get(server.url + "/_emu/inbox").json() == {"messages": []}


def test_the_address_that_the_start_prints_leads_to_the_window(start_server, account) -> None:
    server = start_server()
    assert f"on {server.url.replace('127.0.0.1', 'localhost')} (sqlite); the window is at" in server.log_path.read_text()
    assert server.http.get(server.url).url == f"{server.url}/_emu/"
    assert server.client("s3", account=account).list_buckets()["Buckets"] == []  # which has the same address


def test_the_address_without_a_slash_leads_to_the_window(server) -> None:
    assert server.http.get(f"{server.url}/_emu").url == f"{server.url}/_emu/"


def test_what_is_asked_for_and_is_not_there_is_quoted_as_text_and_in_no_header(window: Window) -> None:
    answer = window.get("/_emu/ui/pools/caf%C3%A9%0d%0aX-Evil:%201%3Cb%3E")
    assert answer.status_code == 404
    assert answer.reason == "Not Found"
    assert "X-Evil" not in answer.headers
    assert "café" in answer.text
    assert "<b>" not in answer.text
