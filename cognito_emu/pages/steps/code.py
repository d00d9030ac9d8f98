"""`/login/code` and `/mfa`: a code that was sent, or that an authenticator app shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.oauth.responses import Completion
from cognito_emu.pages.flow import Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import SETTING_UP, Outcome, answer_challenge, begin_by_choice, send_another_code, set_up_anew
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

NEW_CODE_SENT = "A new code is on its way."
_APP = "SOFTWARE_TOKEN_MFA"


class MfaCodeHandler(StepHandler):
    """SMS_MFA, EMAIL_OTP as second factor, SOFTWARE_TOKEN_MFA."""

    step = Step.MFA_CODE

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The form, and where the code is found."""
        return "code.html", {
            "source": _source(visit, texts),
            "sent": visit.flow.challenge != _APP,
            "others": self._has_others(visit),
            "has_choice": SETTING_UP in visit.flow.parameters,
        }

    async def submit(self, visit: Visit) -> Outcome:
        """Check the code, send another, choose another way, or correct the address that is being set up."""
        match self.form.get("action"):
            case "resend":
                sent = await self._send_again(visit)
                return sent if isinstance(sent, Completion) else replace(sent, notice=NEW_CODE_SENT)
            case "other":
                return await begin_by_choice(visit, visit.flow.username)
            case "back" if SETTING_UP in visit.flow.parameters:
                return await set_up_anew(visit)
        code = "".join(self.form.get("code", "").split())
        return await answer_challenge(visit, {f"{visit.flow.challenge}_CODE": code})

    async def _send_again(self, visit: Visit) -> Outcome:
        return await send_another_code(visit)

    def _has_others(self, visit: Visit) -> bool:
        return False


class FirstCodeHandler(MfaCodeHandler):
    """EMAIL_OTP and SMS_OTP as first factors."""

    step = Step.FIRST_CODE

    async def _send_again(self, visit: Visit) -> Outcome:
        return await begin_by_choice(visit, visit.flow.username, preferred=visit.flow.challenge)

    def _has_others(self, visit: Visit) -> bool:
        return len(visit.flow.available) > 1


def _source(visit: Visit, texts: Texts) -> str:
    parameters = visit.flow.parameters
    if visit.flow.challenge == _APP:
        device = parameters.get("FRIENDLY_DEVICE_NAME")
        return texts("code_from_named_app", device=device) if device else texts("code_from_app")
    medium, destination = parameters["CODE_DELIVERY_DELIVERY_MEDIUM"], parameters["CODE_DELIVERY_DESTINATION"]
    return texts(f"code_sent_{medium}", destination=destination)
