"""`/changePassword`: a temporary password is replaced, and what the pool still wants to know is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.errors import InvalidParameterException
from cognito_emu.pages.flow import Step
from cognito_emu.pages.form_fields import attributes_of, missing_fields, password_rules
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import Outcome, answer_challenge
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit

DIFFERENT = "The passwords do not match."
_PREFIX = "userAttributes."


class NewPasswordHandler(StepHandler):
    """NEW_PASSWORD_REQUIRED."""

    step = Step.NEW_PASSWORD

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The new password twice, and fields for missing attributes."""
        missing = [name.removeprefix(_PREFIX) for name in orjson.loads(visit.flow.parameters["requiredAttributes"])]
        return "new_password.html", {
            "fields": missing_fields(visit.pool, missing, texts, visit.flow.typed),
            "rules": password_rules(visit.pool, texts),
        }

    def typed(self) -> dict[str, str]:
        """Attributes."""
        return attributes_of(self.form)

    async def submit(self, visit: Visit) -> Outcome:
        """Set the password and go on."""
        password = self.form.get("new_password", "")
        if password != self.form.get("confirm_password", ""):
            raise InvalidParameterException(DIFFERENT)
        attributes = {f"{_PREFIX}{name}": value for name, value in attributes_of(self.form).items()}
        return await answer_challenge(visit, {"NEW_PASSWORD": password, **attributes})
