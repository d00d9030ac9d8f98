"""`/mfa/setup/app` and `/mfa/setup/address`: setting up the second factor that the pool demands."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import segno

from cognito_emu.domain import totp
from cognito_emu.domain.mfa import SMS_MFA
from cognito_emu.pages.flow import Step
from cognito_emu.pages.form_fields import address_field
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.sign_ins import SETTING_UP, Outcome, complete_app_setup, set_up_address, setup_factors
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

_BACK = "back"


class MfaAppHandler(StepHandler):
    """An authenticator app: it scans a secret and proves it by a code."""

    step = Step.MFA_APP

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The secret as QR code and as text, and the form for the code."""
        secret = visit.flow.parameters["SecretCode"]
        # Assumption: the issuer that the app shows; AWS's pages do not document theirs.
        uri = totp.provisioning_uri(secret, visit.flow.username, visit.client.app_client.name)
        return "mfa_app.html", {"secret": secret, "qr_code": qr_code(uri), "has_choice": len(setup_factors(visit.flow)) > 1}

    def typed(self) -> dict[str, str]:
        """The device's name."""
        return {"device": self.form.get("friendly_device_name", "")}

    async def submit(self, visit: Visit) -> Outcome:
        """Register the app."""
        if self.form.get("action") == _BACK:
            return replace(visit.flow, step=Step.MFA_SETUP, error="", notice="")
        code = "".join(self.form.get("code", "").split())
        return await complete_app_setup(visit, code, self.form.get("friendly_device_name", "").strip())


class MfaAddressHandler(StepHandler):
    """A phone number or an email address: it gets a code, and is the user's when the code comes back."""

    step = Step.MFA_ADDRESS

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The field for the address."""
        by_sms = visit.flow.parameters[SETTING_UP] == SMS_MFA
        address = address_field("phone_number" if by_sms else "email", texts, value=visit.flow.typed.get("address", ""))
        return "mfa_address.html", {
            "kind": "sms" if by_sms else "email",
            "address": replace(address, invalid=bool(visit.flow.error)),
            "has_choice": len(setup_factors(visit.flow)) > 1,
        }

    def typed(self) -> dict[str, str]:
        """The address."""
        return {"address": self._address()}

    async def submit(self, visit: Visit) -> Outcome:
        """Send the code."""
        if self.form.get("action") == _BACK:
            return replace(visit.flow, step=Step.MFA_SETUP, error="", notice="")
        return await set_up_address(visit, self._address())

    def _address(self) -> str:
        return (self.form.get("phone_number") or self.form.get("email") or "").strip()


def qr_code(text: str) -> str:
    """A QR code as an `<svg>` for the page itself: no request, and no address, that would carry the secret."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None, dark="#000"
    )
    return out.getvalue().decode()
