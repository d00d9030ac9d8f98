"""`/login`: the user says who they are, and in most pools proves it by the password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from cognito_emu.domain.app_client_settings import allows_flow
from cognito_emu.oauth.authorization import supported_providers
from cognito_emu.oauth.browser_sessions import find_session, satisfies
from cognito_emu.pages.flow import Step
from cognito_emu.pages.form_fields import username_field
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.look import Look
from cognito_emu.pages.sign_ins import Outcome, begin_by_choice, begin_with_password
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import Record
from cognito_emu.store import Tx

_LOCAL = "COGNITO"
# What the social providers call themselves, and the names of their buttons on AWS's classic pages.
_SOCIAL = {
    "Facebook": ("Facebook", "facebookSignUpButton"),
    "Google": ("Google", "googleSignUpButton"),
    "LoginWithAmazon": ("Amazon", "loginWithAmazonSignUpButton"),
    "SignInWithApple": ("Apple", "appleSignUpButton"),
}


class Provider(Record):
    """A button that leads to an identity provider."""

    name: str
    label: str
    button: str
    social: bool


class SignInHandler(StepHandler):
    """The sign-in page."""

    step = Step.SIGN_IN
    begins = True

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The form, the buttons of identity providers, and whoever is signed in already."""
        flow = visit.flow
        by_choice = _begins_by_choice(visit, self.look)
        typed = flow.username or visit.authorization.request.login_hint or ""
        providers, by_domain = await self.parts.store.read(lambda tx: _providers(tx, visit))
        local = _LOCAL in supported_providers(visit.client)
        return "sign_in.html", {
            "username": username_field(visit.pool, texts, field_id="signInFormUsername", value=typed),
            "by_choice": by_choice,
            "local": local,
            "providers": providers,
            "parameters": [(name, value) for name, value in parse_qsl(visit.query) if name not in {"identity_provider", "idp_identifier"}],
            "by_domain": by_domain,
            "may_sign_up": local and not visit.pool.settings["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
            "signed_in": await self._signed_in(visit),
        }

    async def submit(self, visit: Visit) -> Outcome:
        """Sign in by name and password, or begin with the name alone."""
        username, password = self.form.get("username", "").strip(), self.form.get("password")
        if password is None and allows_flow(visit.client.app_client.settings, "USER_AUTH"):
            return await begin_by_choice(visit, username)
        return await begin_with_password(visit, username, password or "")

    async def _signed_in(self, visit: Visit) -> str | None:
        """The name of the user whose session would do."""
        found = await find_session(self.parts, visit.client, visit.cookie)
        if found is None or not satisfies(found[0], visit.authorization, self.parts.env.now()):
            return None
        user = found[1]
        return user.attributes.get("email") or user.username


def _begins_by_choice(visit: Visit, look: Look) -> bool:
    """Managed login asks for the name first where the client lets users choose how to sign in."""
    return look.managed and allows_flow(visit.client.app_client.settings, "USER_AUTH")


def _providers(tx: Tx, visit: Visit) -> tuple[list[Provider], bool]:
    """The client's identity providers, and whether an email address leads to them instead of buttons.

    The latter is so when there are SAML providers only and each has an identifier (developer guide, "SAML provider names and
    identifiers").
    """
    names = [name for name in supported_providers(visit.client) if name != _LOCAL]
    present = [found for name in names if (found := tx.identity_providers.get(visit.pool.id, name))]
    by_domain = bool(present) and all(
        provider.type == "SAML" and tx.identity_providers.identifiers(visit.pool.id, provider.name) for provider in present
    )
    return [_provider(name) for name in names], by_domain


def _provider(name: str) -> Provider:
    label, button = _SOCIAL.get(name, (name, name))
    return Provider(name, label, button, name in _SOCIAL)
