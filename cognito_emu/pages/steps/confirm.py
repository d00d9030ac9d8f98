"""`/confirm`: the code that confirms a sign-up, and `/resendcode` for another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.pages.flow import Flow, Step
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.public_operations import invoke
from cognito_emu.pages.sign_ins import Outcome, sign_in_confirmed
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.steps.code import NEW_CODE_SENT
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

CONFIRMED = "Your registration has been confirmed!"


class ConfirmHandler(StepHandler):
    """ConfirmSignUp."""

    step = Step.CONFIRM

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The form, and where the code went."""
        return "confirm.html", {"intro": delivery_text("confirm_intro", visit.flow, texts)}

    async def submit(self, visit: Visit) -> Outcome:
        """Confirm; whoever proved who they are before is signed in, others may sign in now."""
        username, code = visit.flow.username, "".join(self.form.get("verification_code", "").split())
        await invoke(visit.call, visit.client, "ConfirmSignUp", username, ConfirmationCode=code)
        if visit.flow.proved:
            return await sign_in_confirmed(visit, username, visit.flow.proved)
        return Flow(browser=visit.flow.browser, username=username, notice=CONFIRMED)


class ResendCodeHandler(ConfirmHandler):
    """ResendConfirmationCode; its page is that of the code."""

    async def submit(self, visit: Visit) -> Outcome:
        """Send another code."""
        answer = await invoke(visit.call, visit.client, "ResendConfirmationCode", visit.flow.username)
        return replace(visit.flow, delivery=answer["CodeDeliveryDetails"], error="", notice=NEW_CODE_SENT)


def delivery_text(key: str, flow: Flow, texts: Texts) -> str:
    """A phrase that says where a code went, when that is known."""
    if not flow.delivery:
        return texts(key)
    return texts(f"{key}_{flow.delivery['DeliveryMedium']}", destination=flow.delivery["Destination"])
