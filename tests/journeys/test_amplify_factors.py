"""Amplify beyond the password, in Chromium: codes, passkeys, authenticator apps, remembered devices, and a user's own account."""

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page

from tests.operations.factors import EMAIL_SENDER
from tests.operations.people import NEW_PASSWORD, PASSWORD, Pool, make_pool
from tests.support.amplify import AmplifyApp, amplify_app
from tests.support.browser import add_authenticator
from tests.support.control import Clock, Inbox
from tests.support.server import Server

# What differs between the databases is below what a browser could tell.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def people(idp: Any, inbox: Inbox) -> Pool:
    """A pool whose users sign in by whatever they have, and that remembers devices when they say so."""
    people = make_pool(
        idp,
        inbox,
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}},
        EmailConfiguration=EMAIL_SENDER,
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
        client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    )
    idp.set_user_pool_mfa_config(
        UserPoolId=people.id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        WebAuthnConfiguration={"RelyingPartyId": "localhost"},
    )
    return people


@pytest.fixture
def app(page: Page, server: Server, people: Pool) -> Iterator[AmplifyApp]:
    with amplify_app(page) as app:
        app.open()
        cognito = {"userPoolId": people.id, "userPoolClientId": people.client, "userPoolEndpoint": server.url}
        app.configure({"Auth": {"Cognito": cognito}})
        yield app


@pytest.fixture
def ann(app: AmplifyApp, people: Pool) -> AmplifyApp:
    """The application, with Ann signed in by her password."""
    people.enrol("ann", email="ann@example.com")
    assert sign_in(app) == "DONE"
    return app


def sign_in(app: AmplifyApp, **options: str) -> str:
    """Begin as Ann, by the password unless the options name another flow; returns the next step."""
    proof = {} if options else {"password": PASSWORD}
    return step(app.auth("signIn", {"username": "ann", "options": options} | proof))


def confirm_sign_in(app: AmplifyApp, response: str) -> str:
    return step(app.auth("confirmSignIn", {"challengeResponse": response}))


def step(answer: Any) -> str:
    return str(answer["nextStep"]["signInStep"])


def test_who_signs_up_without_a_password_is_signed_in_at_once_and_later_by_a_code(app: AmplifyApp, people: Pool, inbox: Inbox) -> None:
    options = {"userAttributes": {"email": "bob@example.com"}, "autoSignIn": {"authFlowType": "USER_AUTH"}}
    assert app.auth("signUp", {"username": "bob", "options": options})["nextStep"]["signUpStep"] == "CONFIRM_SIGN_UP"
    confirmed = app.auth("confirmSignUp", {"username": "bob", "confirmationCode": inbox.code(to="bob@example.com")})
    assert confirmed["nextStep"]["signUpStep"] == "COMPLETE_AUTO_SIGN_IN"
    assert app.auth("autoSignIn")["isSignedIn"]
    app.auth("signOut")

    options = {"authFlowType": "USER_AUTH", "preferredChallenge": "EMAIL_OTP"}
    asked = app.auth("signIn", {"username": "bob", "options": options})
    assert step(asked) == "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
    assert asked["nextStep"]["codeDeliveryDetails"]["destination"] == "b***@e***"
    assert confirm_sign_in(app, inbox.code(to="bob@example.com")) == "DONE"
    assert app.auth("getCurrentUser")["username"] == "bob"
    app.auth("deleteUser")
    assert people.idp.list_users(UserPoolId=people.id)["Users"] == []


def test_a_passkey_is_made_used_and_thrown_away(ann: AmplifyApp) -> None:
    add_authenticator(ann.page)
    ann.auth("associateWebAuthnCredential")
    ann.auth("signOut")

    assert sign_in(ann, authFlowType="USER_AUTH") == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
    assert confirm_sign_in(ann, "WEB_AUTHN") == "DONE"
    [credential] = ann.auth("listWebAuthnCredentials")["credentials"]
    ann.auth("deleteWebAuthnCredential", {"credentialId": credential["credentialId"]})
    assert ann.auth("listWebAuthnCredentials")["credentials"] == []
    ann.auth("signOut")

    sign_in(ann, authFlowType="USER_AUTH")
    assert confirm_sign_in(ann, "PASSWORD") == "CONFIRM_SIGN_IN_WITH_PASSWORD"
    assert confirm_sign_in(ann, PASSWORD) == "DONE"


def test_a_remembered_device_needs_no_authenticator_app(ann: AmplifyApp, clock: Clock) -> None:
    totp = pyotp.TOTP(ann.auth("setUpTOTP")["sharedSecret"])
    ann.auth("verifyTOTPSetup", {"code": totp.at(int(clock.now()))})
    ann.auth("updateMFAPreference", {"totp": "PREFERRED"})
    assert ann.auth("fetchMFAPreference") == {"preferred": "TOTP", "enabled": ["TOTP"]}
    ann.auth("rememberDevice")
    [device] = ann.auth("fetchDevices")
    assert device["attributes"]["dev:device_remembered_status"] == "remembered"
    ann.auth("signOut")

    assert sign_in(ann) == "DONE"
    ann.auth("forgetDevice")
    assert ann.auth("fetchDevices") == []
    ann.auth("signOut")

    assert sign_in(ann) == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    clock.advance(30)  # no code is good twice
    assert confirm_sign_in(ann, totp.at(int(clock.now()))) == "DONE"


def test_a_user_changes_her_address_and_her_password(ann: AmplifyApp, inbox: Inbox) -> None:
    changed = ann.auth("updateUserAttributes", {"userAttributes": {"email": "new@example.com", "name": "Ann"}})
    assert changed["email"]["nextStep"]["updateAttributeStep"] == "CONFIRM_ATTRIBUTE_WITH_CODE"
    assert changed["name"]["isUpdated"]
    ann.auth("confirmUserAttribute", {"userAttributeKey": "email", "confirmationCode": inbox.code(to="new@example.com")})
    ann.auth("deleteUserAttributes", {"userAttributeKeys": ["name"]})
    attributes = ann.auth("fetchUserAttributes")
    assert attributes == {"sub": attributes["sub"], "email": "new@example.com", "email_verified": "true"}

    ann.auth("signOut", {"global": True})
    assert ann.auth("resetPassword", {"username": "ann"})["nextStep"]["codeDeliveryDetails"]["destination"] == "n***@e***"
    code = inbox.code(to="new@example.com")
    ann.auth("confirmResetPassword", {"username": "ann", "newPassword": NEW_PASSWORD, "confirmationCode": code})
    assert ann.auth("signIn", {"username": "ann", "password": NEW_PASSWORD})["isSignedIn"]
