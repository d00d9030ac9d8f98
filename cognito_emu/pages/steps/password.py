"""`/login/password`: the password, where the name came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import AwsError, NotAuthorizedException
from cognito_emu.oauth.responses import Completion
from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import Outcome, answer_challenge, begin_by_choice
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace


class PasswordHandler(StepHandler):
    """PASSWORD."""

    step = Step.PASSWORD

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The form, and the way to the other factors."""
        return "password.html", {"others": len(visit.flow.available) > 1}

    async def submit(self, visit: Visit) -> Outcome:
        """Sign in. A wrong password ends the session; the page begins another, so that the user can just try again."""
        username = visit.flow.username
        if self.form.get("action") == "other":
            return await begin_by_choice(visit, username)
        try:
            return await answer_challenge(visit, {"PASSWORD": self.form.get("password", "")})
        except NotAuthorizedException as error:
            if error.message.startswith("Invalid session"):
                raise
            return await self._again(visit, error)

    async def _again(self, visit: Visit, error: AwsError) -> Outcome:
        again = await begin_by_choice(visit, visit.flow.username, preferred="PASSWORD")
        return again if isinstance(again, Completion) else replace(again, error=error.message)
