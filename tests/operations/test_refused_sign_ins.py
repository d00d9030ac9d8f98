"""Signing in and refreshing, as a matrix: whichever flow leads there, the same is let in, and the same is refused in the same words."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.operations.factors import FLOWS, WAYS
from tests.operations.people import PASSWORD, Pool, attributes, make_client, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Clock, Inbox

EMAIL = "Ann@Example.com"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
SIGN_INS = {name: way for name, way in WAYS.items() if name != "new password"}

every_way = pytest.mark.parametrize("way", SIGN_INS.values(), ids=SIGN_INS)
Way = Callable[[Pool, str, str], Any]


@pytest.fixture
def pool(idp: Any, inbox: Inbox) -> Pool:
    """A pool whose users have aliases, with or without capitals, and a client that may begin every flow."""
    return make_pool(
        idp,
        inbox,
        client={"ExplicitAuthFlows": FLOWS},
        AliasAttributes=["email", "preferred_username"],
        UsernameConfiguration={"CaseSensitive": False},
    )


@pytest.fixture
def ann(pool: Pool) -> Pool:
    """The pool, with Ann, who has proved her address."""
    pool.enrol("Ann", email=EMAIL, preferred_username="Boss")
    pool.verify("Ann", "email")
    return pool


@every_way
class TestSignIn:
    @pytest.mark.parametrize("name", ["Ann", "ANN", "ann@example.com", EMAIL, "bOSS"])
    def test_every_name_of_a_user_lets_in(self, ann: Pool, way: Way, name: str) -> None:
        assert way(ann, name, PASSWORD)["AuthenticationResult"]["AccessToken"]

    def test_the_sub_lets_in(self, ann: Pool, way: Way) -> None:
        sub = next(item["Value"] for item in ann.user("Ann")["UserAttributes"] if item["Name"] == "sub")
        assert way(ann, sub, PASSWORD)["AuthenticationResult"]["AccessToken"]

    def test_an_alias_that_nobody_has_proved_is_no_name(self, ann: Pool, way: Way) -> None:
        ann.enrol("bob", email="bob@example.com")
        assert refusal(way, pool=ann, username="bob@example.com", password=PASSWORD) == ("UserNotFoundException", "User does not exist.")

    def test_a_wrong_password(self, ann: Pool, way: Way) -> None:
        assert refusal(way, pool=ann, username="Ann", password="Wrong-Horse-1") == WRONG

    def test_somebody_who_does_not_exist(self, ann: Pool, way: Way) -> None:
        assert refusal(way, pool=ann, username="nobody", password=PASSWORD) == ("UserNotFoundException", "User does not exist.")

    def test_somebody_who_does_not_exist_where_that_is_not_told(self, ann: Pool, way: Way) -> None:
        discreet = ann.client_with(ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
        assert refusal(way, pool=discreet, username="nobody", password=PASSWORD) == WRONG

    def test_somebody_who_was_disabled(self, ann: Pool, way: Way) -> None:
        ann.idp.admin_disable_user(UserPoolId=ann.id, Username="Ann")
        assert refusal(way, pool=ann, username="Ann", password=PASSWORD) == ("NotAuthorizedException", "User is disabled.")

    def test_somebody_who_was_deleted(self, ann: Pool, way: Way) -> None:
        ann.idp.admin_delete_user(UserPoolId=ann.id, Username="Ann")
        assert refusal(way, pool=ann, username="Ann", password=PASSWORD) == ("UserNotFoundException", "User does not exist.")

    def test_somebody_who_has_not_confirmed(self, pool: Pool, way: Way) -> None:
        pool.sign_up("Ann", email=EMAIL)
        assert refusal(way, pool=pool, username="Ann", password=PASSWORD) == ("UserNotConfirmedException", "User is not confirmed.")

    def test_somebody_whose_password_was_reset(self, ann: Pool, way: Way) -> None:
        ann.idp.admin_reset_user_password(UserPoolId=ann.id, Username="Ann")
        expected = ("PasswordResetRequiredException", "Password reset required for the user")
        assert refusal(way, pool=ann, username="Ann", password=PASSWORD) == expected

    def test_a_temporary_password_leads_to_a_new_one_until_it_expires(self, pool: Pool, way: Way, clock: Clock) -> None:
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="Ann", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
        assert way(pool, "Ann", PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        clock.advance(days=7, seconds=1)
        assert refusal(way, pool=pool, username="Ann", password=PASSWORD) == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )

    def test_wrong_passwords_lock_even_the_right_one_out(self, ann: Pool, way: Way, clock: Clock) -> None:
        """For a second at the fifth, twice as long at each that follows: for half a minute at the tenth, which no slow machine misses."""
        for _ in range(10):
            clock.advance(20)
            assert refusal(way, pool=ann, username="Ann", password="Wrong-Horse-1") == WRONG
        assert refusal(way, pool=ann, username="Ann", password=PASSWORD) == ("NotAuthorizedException", "Password attempts exceeded")
        clock.advance(seconds=40)
        assert way(ann, "Ann", PASSWORD)["AuthenticationResult"]

    def test_a_client_with_a_secret_wants_its_hash(self, ann: Pool, way: Way) -> None:
        made = make_client(ann.idp, ann.id, ExplicitAuthFlows=FLOWS, GenerateSecret=True)
        without_hash = Pool(ann.idp, ann.inbox, ann.id, made["ClientId"])
        assert refusal(way, pool=without_hash, username="Ann", password=PASSWORD) == (
            "NotAuthorizedException",
            f"Client {made['ClientId']} is configured with secret but SECRET_HASH was not received",
        )

    def test_a_flow_that_the_client_does_not_have(self, ann: Pool, way: Way) -> None:
        narrow = ann.client_with(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"])
        assert refusal(way, pool=narrow, username="Ann", password=PASSWORD)[0] == "InvalidParameterException"


def _by_flow(pool: Pool, token: str) -> Any:
    parameters = {"REFRESH_TOKEN": token}
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)


def _by_admin(pool: Pool, token: str) -> Any:
    parameters = {"REFRESH_TOKEN": token}
    return pool.idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)


def _by_operation(pool: Pool, token: str) -> Any:
    return pool.idp.get_tokens_from_refresh_token(ClientId=pool.client, RefreshToken=token)


REFRESHES = {"flow": _by_flow, "admin": _by_admin, "operation": _by_operation}
Refresh = Callable[[Pool, str], Any]


@pytest.mark.parametrize("refresh", REFRESHES.values(), ids=REFRESHES)
class TestRefresh:
    @pytest.fixture
    def token(self, ann: Pool) -> str:
        token: str = ann.try_sign_in(username="Ann")["AuthenticationResult"]["RefreshToken"]
        return token

    def test_new_tokens_and_no_new_refresh_token(self, ann: Pool, token: str, refresh: Refresh) -> None:
        for _ in range(2):
            result = refresh(ann, token)["AuthenticationResult"]
            assert result.keys() == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
            assert ann.idp.get_user(AccessToken=result["AccessToken"])["Username"] == "Ann"

    def test_one_that_was_revoked(self, ann: Pool, token: str, refresh: Refresh) -> None:
        ann.idp.revoke_token(ClientId=ann.client, Token=token)
        assert refusal(refresh, pool=ann, token=token) == ("NotAuthorizedException", "Refresh Token has been revoked")

    def test_one_of_a_user_who_was_signed_out(self, ann: Pool, token: str, refresh: Refresh) -> None:
        ann.idp.admin_user_global_sign_out(UserPoolId=ann.id, Username="Ann")
        assert refusal(refresh, pool=ann, token=token) == ("NotAuthorizedException", "Refresh Token has been revoked")

    def test_one_that_has_expired(self, ann: Pool, token: str, refresh: Refresh, clock: Clock) -> None:
        clock.advance(days=30)
        assert refusal(refresh, pool=ann, token=token) == ("NotAuthorizedException", "Refresh Token has expired")

    def test_one_of_another_client(self, ann: Pool, token: str, refresh: Refresh) -> None:
        other = ann.client_with(ExplicitAuthFlows=FLOWS)
        assert refusal(refresh, pool=other, token=token) == ("NotAuthorizedException", "Invalid Refresh Token")

    @pytest.mark.parametrize("text", ["garbage", "a.b.c.d.e"])
    def test_what_is_none(self, ann: Pool, refresh: Refresh, text: str) -> None:
        assert refusal(refresh, pool=ann, token=text) == ("NotAuthorizedException", "Invalid Refresh Token")

    def test_an_access_token(self, ann: Pool, refresh: Refresh) -> None:
        assert refusal(refresh, pool=ann, token=ann.sign_in("Ann")) == ("NotAuthorizedException", "Invalid Refresh Token")

    def test_the_attributes_and_groups_of_now_are_in_the_new_tokens(self, ann: Pool, token: str, refresh: Refresh) -> None:
        ann.idp.create_group(UserPoolId=ann.id, GroupName="staff")
        ann.idp.admin_add_user_to_group(UserPoolId=ann.id, Username="Ann", GroupName="staff")
        ann.idp.admin_update_user_attributes(UserPoolId=ann.id, Username="Ann", UserAttributes=attributes({"name": "Ann B."}))
        claims = _claims(refresh(ann, token)["AuthenticationResult"]["IdToken"])
        assert (claims["name"], claims["cognito:groups"]) == ("Ann B.", ["staff"])


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
