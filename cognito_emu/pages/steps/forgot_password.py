"""`/forgotPassword` and `/confirmForgotPassword`: a code, and with it a new password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.errors import InvalidParameterException
from cognito_emu.pages.flow import Flow, Step
from cognito_emu.pages.form_fields import password_rules, sign_in_name, username_field
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.public_operations import invoke
from cognito_emu.pages.sign_ins import Outcome
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.steps.code import NEW_CODE_SENT
from cognito_emu.pages.steps.confirm import delivery_text
from cognito_emu.pages.steps.new_password import DIFFERENT
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

CHANGED = "Your password has been changed. You can sign in with it now."


class ForgotPasswordHandler(StepHandler):
    """ForgotPassword."""

    step = Step.FORGOT_PASSWORD
    begins = True

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The field for the name."""
        return "forgot_password.html", {
            "username": username_field(visit.pool, texts, field_id="username", value=visit.flow.username),
            "name": sign_in_name(visit.pool, texts),
        }

    async def submit(self, visit: Visit) -> Outcome:
        """Send the code."""
        return await _send_code(visit, self.form.get("username", "").strip())


class ResetPasswordHandler(StepHandler):
    """ConfirmForgotPassword."""

    step = Step.RESET_PASSWORD

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """Code and new password, twice."""
        return "reset_password.html", {
            "intro": delivery_text("reset_intro", visit.flow, texts),
            "rules": password_rules(visit.pool, texts),
        }

    def typed(self) -> dict[str, str]:
        """The code; it is worth nothing without the browser, and typing it twice is a nuisance when the password was refused."""
        return {"code": self.form.get("code", "")}

    async def submit(self, visit: Visit) -> Outcome:
        """Change the password; the user signs in with it."""
        username = visit.flow.username
        if self.form.get("action") == "resend":
            sent = await _send_code(visit, username)
            return replace(sent, notice=NEW_CODE_SENT)
        password, code = self.form.get("new_password", ""), "".join(self.form.get("code", "").split())
        if password != self.form.get("confirm_password", ""):
            raise InvalidParameterException(DIFFERENT)
        await invoke(visit.call, visit.client, "ConfirmForgotPassword", username, ConfirmationCode=code, Password=password)
        return Flow(browser=visit.flow.browser, username=username, notice=CHANGED)


async def _send_code(visit: Visit, username: str) -> Flow:
    answer = await invoke(visit.call, visit.client, "ForgotPassword", username)
    flow = replace(visit.flow, error="", notice="", typed={})
    return replace(flow, step=Step.RESET_PASSWORD, username=username, delivery=answer["CodeDeliveryDetails"])
