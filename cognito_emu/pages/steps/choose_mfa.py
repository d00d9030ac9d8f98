"""`/mfa/choose` and `/mfa/setup`: which second factor to use, and which to set up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException
from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import Outcome, answer_challenge, begin_setup, second_factors, setup_factors
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit


class ChooseMfaHandler(StepHandler):
    """SELECT_MFA_TYPE."""

    step = Step.CHOOSE_MFA

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """A button for each factor."""
        return "choose_mfa.html", {"title": texts("choose_mfa"), "factors": second_factors(visit.flow)}

    async def submit(self, visit: Visit) -> Outcome:
        """Go on with one."""
        return await answer_challenge(visit, {"ANSWER": self.form.get("answer", "")})


class MfaSetupHandler(StepHandler):
    """MFA_SETUP, where there is a choice."""

    step = Step.MFA_SETUP

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """A button for each factor."""
        return "choose_mfa.html", {"title": texts("mfa_setup_title"), "factors": setup_factors(visit.flow)}

    async def submit(self, visit: Visit) -> Outcome:
        """Set one up."""
        factor = self.form.get("answer", "")
        if factor not in setup_factors(visit.flow):
            raise InvalidParameterException("MFA method not found.")
        return await begin_setup(visit, factor)
