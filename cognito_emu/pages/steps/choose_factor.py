"""`/login/choose`: the user chooses how to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import Outcome, answer_challenge
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit


class ChooseFactorHandler(StepHandler):
    """SELECT_CHALLENGE."""

    step = Step.CHOOSE_FACTOR

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """A button for each factor."""
        return "choose_factor.html", {"factors": visit.flow.available}

    async def submit(self, visit: Visit) -> Outcome:
        """Go on with one."""
        return await answer_challenge(visit, {"ANSWER": self.form.get("answer", "")}, first_factor=True)
