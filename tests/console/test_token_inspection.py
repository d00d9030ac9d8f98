"""The token inspector says what a token is, and every reason for which it is refused."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from typing import Any

import jwt
import pytest

from tests.console.shop import Shop, Window, open_shop
from tests.support.control import Clock


def inspect(shop: Shop, token: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The verdict, and each check's question with its outcome and answer."""
    text = Window(shop.server).post("/_emu/ui/token", token=token).text
    verdict = re.search(r'class="verdict.*?<h2>(.*?)</h2>', text, re.DOTALL)
    assert verdict
    pattern = r'<li class="(\w+)">.*?</span>([^<]*)</span><span class="answer wrap">(.*?)</span>'
    checks = {unescape(question): (outcome, unescape(answer)) for outcome, question, answer in re.findall(pattern, text, re.DOTALL)}
    return unescape(verdict[1]), checks


def refused(shop: Shop, token: str) -> dict[str, str]:
    verdict, checks = inspect(shop, token)
    assert verdict.endswith("it is refused")
    return {question: answer for question, (outcome, answer) in checks.items() if outcome == "failed"}


def changed(token: str, **claims: Any) -> str:
    """The token with other claims, and the signature of before."""
    header, payload, signature = token.split(".")
    document = jwt.decode(token, options={"verify_signature": False}) | claims
    payload = base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize(("member", "kind"), [("AccessToken", "Access token"), ("IdToken", "ID token"), ("RefreshToken", "Refresh token")])
def test_a_good_token_is_explained(shop: Shop, member: str, kind: str) -> None:
    verdict, checks = inspect(shop, "Bearer " + shop.sign_in("ann@example.com")[member])
    assert verdict == f"{kind}: nothing speaks against it"
    assert checks["Who issued it?"] == ("passed", f"Pool shop {shop.account} ({shop.pool_id}).")
    assert checks["Was it revoked?"] == ("passed", "No.")


def test_an_expired_token(shop: Shop, clock: Clock) -> None:
    token = shop.sign_in("ann@example.com")["AccessToken"]
    clock.advance(hours=3)
    assert refused(shop, token) == {"Has it expired?": "Yes, 2 h ago."}


def test_a_changed_token(shop: Shop) -> None:
    token = changed(shop.sign_in("ann@example.com")["AccessToken"], scope="everything")
    assert list(refused(shop, token)) == ["Is the signature right?"]


def test_a_token_of_another_pool_s_key(emptied_server, account) -> None:
    shop = open_shop(emptied_server(shared_keys=False), account)
    other = open_shop(shop.server, "8" + shop.account[1:])
    token = changed(other.sign_in("ann@example.com")["AccessToken"], iss=f"{shop.server.url}/{shop.pool_id}")
    assert "none of the pool's" in refused(shop, token)["Is it signed with the pool's key?"]


def test_a_revoked_token(shop: Shop) -> None:
    token = shop.sign_in("ann@example.com")["AccessToken"]
    shop.idp.admin_user_global_sign_out(UserPoolId=shop.pool_id, Username="ann@example.com")
    assert refused(shop, token)["Was it revoked?"].startswith("Yes, at ")


def test_a_token_of_a_disabled_and_of_a_deleted_user(shop: Shop) -> None:
    token = shop.sign_in("ann@example.com")["IdToken"]
    shop.idp.admin_disable_user(UserPoolId=shop.pool_id, Username="ann@example.com")
    assert refused(shop, token)["Which user?"].endswith("who is disabled.")
    shop.idp.admin_delete_user(UserPoolId=shop.pool_id, Username="ann@example.com")
    assert refused(shop, token)["Which user?"].endswith("who was deleted.")


def test_a_token_of_a_deleted_client_and_of_a_deleted_pool(shop: Shop) -> None:
    token = shop.sign_in("ann@example.com")["IdToken"]
    shop.idp.delete_user_pool_client(UserPoolId=shop.pool_id, ClientId=shop.client_id)
    assert shop.client_id in refused(shop, token)["Which app client?"]
    shop.idp.delete_user_pool(UserPoolId=shop.pool_id)
    assert "No pool of this emulator" in refused(shop, token)["Who issued it?"]


def test_a_token_for_another_address_is_noted(start_server, account) -> None:
    shop = open_shop(start_server(), account)
    token = shop.sign_in("ann@example.com")["AccessToken"]
    shop.server.restart(public_url="http://emulator:4566")
    _, checks = inspect(shop, token)
    outcome, answer = checks["Does iss match the address?"]
    assert outcome == "noted"
    assert f"expects http://emulator:4566/{shop.pool_id}" in answer


def test_a_token_from_the_future_is_noted(shop: Shop, clock: Clock) -> None:
    clock.advance(hours=2)
    token = shop.sign_in("ann@example.com")["AccessToken"]
    clock.reset()
    assert inspect(shop, token)[1]["Is its time right?"][0] == "noted"


def test_an_unsigned_token(shop: Shop) -> None:
    claims = jwt.decode(shop.sign_in("ann@example.com")["AccessToken"], options={"verify_signature": False})
    kid = shop.server.http.get(f"{shop.server.url}/{shop.pool_id}/.well-known/jwks.json").json()["keys"][0]["kid"]
    token = jwt.encode(claims, key=None, algorithm="none", headers={"kid": kid})
    assert refused(shop, token)["Is the signature right?"] == "alg is none; Cognito signs with RS256 only."


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("hello", "A JSON web token has three parts between dots; this has 1."),
        ("a.b.c.d.e", "It looks like a refresh token, but this emulator did not issue it"),
        ("e30.!!!.x", "The payload is not base64url-encoded JSON"),
        ("!!!.e30.x", "The header is not base64url-encoded JSON"),
        ("e30.W10.x", "The payload is not base64url-encoded JSON"),
        ("e30.e30.x", "Nobody: iss is missing"),
    ],
)
def test_what_is_no_token(shop: Shop, token: str, reason: str) -> None:
    assert any(answer.startswith(reason) for answer in refused(shop, token).values())
