"""`/signup`: a new user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.pages.flow import Step
from cognito_emu.pages.form_fields import attributes_of, password_rules, sign_up_fields, username_field
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.public_operations import invoke
from cognito_emu.pages.sign_ins import Outcome, sign_in_confirmed
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace
from cognito_emu.store import Tx

# By which names terms documents know the languages (LanguageIdType in the API reference).
_LANGUAGE_OF_TERMS = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}


class SignUpHandler(StepHandler):
    """The sign-up page. A pool without sign-up refuses the form; nothing leads to it there."""

    step = Step.SIGN_UP
    begins = True

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """Name, required attributes, password, and links to the terms."""
        typed = visit.flow.typed
        return "sign_up.html", {
            "username": username_field(visit.pool, texts, field_id="signUpFormUsername", value=visit.flow.username),
            "fields": sign_up_fields(visit.pool, visit.client.app_client, texts, typed),
            "rules": password_rules(visit.pool, texts),
            "terms": await self.parts.store.read(lambda tx: _terms(tx, visit, texts)) if self.look.managed else None,
        }

    def typed(self) -> dict[str, str]:
        """Attributes."""
        return attributes_of(self.form)

    async def submit(self, visit: Visit) -> Outcome:
        """Sign up; the code is asked for next, unless PreSignUp vouches for the user."""
        username = self.form.get("username", "").strip()
        members: dict[str, Any] = {"Password": self.form.get("password", "")}
        if attributes := attributes_of(self.form):
            members["UserAttributes"] = [{"Name": name, "Value": value} for name, value in attributes.items()]
        answer = await invoke(visit.call, visit.client, "SignUp", username, **members)
        if answer["UserConfirmed"]:
            return await sign_in_confirmed(visit, username, ["pwd"])
        flow = replace(visit.flow, error="", notice="", typed={})
        return replace(flow, step=Step.CONFIRM, username=username, delivery=answer.get("CodeDeliveryDetails") or {}, proved=["pwd"])


def _terms(tx: Tx, visit: Visit, texts: Texts) -> tuple[str, str] | None:
    """Terms of use and privacy policy: "You must provide both types of terms documents ... before Amazon Cognito displays" them."""
    documents = [tx.terms.find_by_client(visit.client.app_client.id, name) for name in ("terms-of-use", "privacy-policy")]
    language = f"cognito:{_LANGUAGE_OF_TERMS[texts.code]}"
    links = [document.links.get(language) or document.links.get("cognito:default") for document in documents if document]
    terms_of_use, privacy_policy = links if len(links) == len(documents) else (None, None)
    return (terms_of_use, privacy_policy) if terms_of_use and privacy_policy else None
