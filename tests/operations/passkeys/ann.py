"""Ann and her passkeys, as the tests of registration and sign-in use them."""

import json
from typing import Any

from tests.operations.authenticator import Authenticator
from tests.operations.factors import EMAIL, EMAIL_SENDER, FLOWS, choose, respond, set_mfa
from tests.operations.people import Pool, make_pool
from tests.support.control import Inbox

USER = "ann"
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
MALFORMED = ("InvalidParameterException", "Credential data is not valid")
UNSUPPORTED = ("WebAuthnCredentialNotSupportedException", "The passkey credential is not supported.")


def passkey_pool(idp: Any, inbox: Inbox, **web_authn: str) -> Pool:
    """A pool that signs in with passwords and passkeys of `localhost`."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": FLOWS}, Policies=policy, EmailConfiguration=EMAIL_SENDER)
    set_mfa(pool, "OFF", WebAuthnConfiguration={"RelyingPartyId": "localhost"} | web_authn)
    return pool


def ann(pool: Pool) -> str:
    """Ann's access token."""
    pool.enrol(USER, email=EMAIL)
    return pool.sign_in(USER)


def start(pool: Pool, token: str) -> dict[str, Any]:
    options: dict[str, Any] = pool.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    return options


def complete(pool: Pool, token: str, credential: Any) -> None:
    pool.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def registered(pool: Pool, token: str, **qualities: Any) -> Authenticator:
    """An authenticator whose passkey the user registered."""
    authenticator = Authenticator(**qualities)
    complete(pool, token, authenticator.register(start(pool, token)))
    return authenticator


def listed(pool: Pool, token: str) -> list[str]:
    return [shown["CredentialId"] for shown in pool.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]]


def request_options(asked: Any) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return options


def ask(pool: Pool) -> Any:
    return choose(pool, USER, PREFERRED_CHALLENGE="WEB_AUTHN")


def answer(pool: Pool, asked: Any, credential: Any) -> Any:
    return respond(pool, asked, USER, CREDENTIAL=json.dumps(credential))
