"""Second factors and ways to sign in, as tests of MFA and of choice-based sign-in use them."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from pycognito.aws_srp import AWSSRP

from tests.operations.people import PASSWORD, Pool, make_pool
from tests.support.control import Clock, Inbox
from tests.support.server import Server

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
EMAIL, PHONE = "ann@example.com", "+14155550100"

SMS_SENDER = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "texts"}
EMAIL_SENDER = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/codes@example.com"}
FACTORS: dict[str, dict[str, Any]] = {
    "SMS_MFA": {"SmsMfaConfiguration": {"SmsConfiguration": SMS_SENDER}},
    "SOFTWARE_TOKEN_MFA": {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
    "EMAIL_OTP": {"EmailMfaConfiguration": {}},
}


def mfa_pool(idp: Any, inbox: Inbox, mode: str = "OPTIONAL", factors: tuple[str, ...] = ("SOFTWARE_TOKEN_MFA",), **settings: Any) -> Pool:
    """A pool with MFA, and a client that may begin every flow."""
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": FLOWS}, EmailConfiguration=EMAIL_SENDER, **settings)
    set_mfa(pool, mode, factors)
    return pool


def set_mfa(pool: Pool, mode: str, factors: tuple[str, ...] = (), **more: Any) -> Any:
    """SetUserPoolMfaConfig."""
    members = {name: value for factor in factors for name, value in FACTORS[factor].items()}
    return pool.idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration=mode, **members, **more)


def prefer(pool: Pool, username: str, **settings: Mapping[str, bool]) -> None:
    """AdminSetUserMFAPreference."""
    pool.idp.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=username, **settings)


ENABLED = {"Enabled": True}
PREFERRED = {"Enabled": True, "PreferredMfa": True}


@dataclass
class App:
    """An authenticator app with the emulator's time."""

    clock: Clock
    secret: str

    def code(self) -> str:
        """A code that was not shown before: half a minute passes."""
        self.clock.advance(30)
        return self.shown()

    def shown(self, steps: int = 0) -> str:
        """The code now, or that of some steps ago or ahead."""
        return pyotp.TOTP(self.secret).at(int(self.clock.now()) + 30 * steps)


def register_app(pool: Pool, clock: Clock, token: str, name: str | None = None) -> App:
    """Register an authenticator app for the user of an access token."""
    app = App(clock, pool.idp.associate_software_token(AccessToken=token)["SecretCode"])
    named = {"FriendlyDeviceName": name} if name else {}
    answer = pool.idp.verify_software_token(AccessToken=token, UserCode=app.shown(), **named)
    assert answer["Status"] == "SUCCESS"
    assert "Session" not in answer
    return app


def respond(pool: Pool, asked: Mapping[str, Any], username: str, **answers: str) -> Any:
    """RespondToAuthChallenge to the challenge of an answer."""
    more = {"Session": asked["Session"]} if "Session" in asked else {}
    responses = {"USERNAME": username, **answers}
    return pool.idp.respond_to_auth_challenge(
        ClientId=pool.client, ChallengeName=asked["ChallengeName"], ChallengeResponses=responses, **more
    )


def choose(pool: Pool, username: str, **parameters: str) -> Any:
    """InitiateAuth with USER_AUTH."""
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": username, **parameters})


def proved(server: Server, pool: Pool) -> list[str]:
    """The `amr` of the pool's latest sign-in. Tokens do not tell it yet, so this looks into the database."""
    if "database" in server.settings:
        pytest.skip("looks into an SQLite file")
    with sqlite3.connect(f"file:{server.folder}/data/cognito.db?mode=ro", uri=True) as database:
        rows = database.execute("SELECT context FROM sign_ins WHERE pool_id = ? ORDER BY last_used_at DESC LIMIT 1", (pool.id,))
        amr: list[str] = json.loads(rows.fetchone()[0])["amr"]
        return amr


# -- every way to prove a password; each returns the answer that follows


def _by_password(pool: Pool, username: str, password: str) -> Any:
    return pool.try_sign_in(username=username, password=password)


def _by_admin(pool: Pool, username: str, password: str) -> Any:
    parameters = {"USERNAME": username, "PASSWORD": password}
    return pool.idp.admin_initiate_auth(
        UserPoolId=pool.id, ClientId=pool.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
    )


def _by_srp(pool: Pool, username: str, password: str) -> Any:
    client = AWSSRP(username=username, password=password, pool_id=pool.id, client_id=pool.client, client=pool.idp)
    asked = pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_SRP_AUTH", AuthParameters=client.get_auth_params())
    return respond_srp(pool, client, asked)


def respond_srp(pool: Pool, client: AWSSRP, asked: Mapping[str, Any]) -> Any:
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    proof = client.process_challenge(asked["ChallengeParameters"], {"USERNAME": client.username})
    return pool.idp.respond_to_auth_challenge(ClientId=pool.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof)


def _by_preferred_password(pool: Pool, username: str, password: str) -> Any:
    return choose(pool, username, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=password)


def _by_chosen_password(pool: Pool, username: str, password: str) -> Any:
    return respond(pool, choose(pool, username), username, ANSWER="PASSWORD", PASSWORD=password)


def _by_chosen_srp(pool: Pool, username: str, password: str) -> Any:
    client = AWSSRP(username=username, password=password, pool_id=pool.id, client_id=pool.client, client=pool.idp)
    chosen = {"ANSWER": "PASSWORD_SRP", "SRP_A": client.get_auth_params()["SRP_A"]}
    return respond_srp(pool, client, respond(pool, choose(pool, username), username, **chosen))


def _by_new_password(pool: Pool, username: str, password: str) -> Any:
    pool.idp.admin_set_user_password(UserPoolId=pool.id, Username=username, Password="Temporary-1")
    asked = pool.try_sign_in(username=username, password="Temporary-1")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    return respond(pool, asked, username, NEW_PASSWORD=password)


WAYS: dict[str, Callable[[Pool, str, str], Any]] = {
    "password": _by_password,
    "admin": _by_admin,
    "SRP": _by_srp,
    "preferred password": _by_preferred_password,
    "chosen password": _by_chosen_password,
    "chosen SRP": _by_chosen_srp,
    "new password": _by_new_password,
}


def prove_password(pool: Pool, username: str, way: str = "password") -> Any:
    """Prove the password in one of WAYS; returns what is asked next, or the tokens."""
    return WAYS[way](pool, username, PASSWORD)
