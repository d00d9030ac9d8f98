"""`/login/passkey`: the user's passkey signs a challenge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import NotAuthorizedException
from cognito_emu.oauth.responses import Completion
from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import Outcome, answer_challenge, begin_by_choice
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

FAILED = "The passkey was not used. Try again, or choose another way to sign in."


class PasskeyHandler(StepHandler):
    """WEB_AUTHN."""

    step = Step.PASSKEY

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The button that asks the browser for the passkey."""
        options = visit.flow.parameters["CREDENTIAL_REQUEST_OPTIONS"]
        return "passkey.html", {"options": options, "failed": texts.message(FAILED), "others": len(visit.flow.available) > 1}

    async def submit(self, visit: Visit) -> Outcome:
        """Check what the browser signed. What proves nothing ends the session, so another one begins."""
        if self.form.get("action") == "other":
            return await begin_by_choice(visit, visit.flow.username)
        try:
            return await answer_challenge(visit, {"CREDENTIAL": self.form.get("credential", "")})
        except NotAuthorizedException as error:
            if error.message.startswith("Invalid session"):
                raise
            again = await begin_by_choice(visit, visit.flow.username, preferred="WEB_AUTHN")
            return again if isinstance(again, Completion) else replace(again, error=error.message)
