"""The addresses of the pages."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

from cognito_emu.call import Parts
from cognito_emu.pages.handler import PageHandler, Pages
from cognito_emu.pages.look_files import BrandingImageHandler, BrandingStyleHandler, ClassicStyleHandler
from cognito_emu.pages.static_files import PREFIX, StaticHandler
from cognito_emu.pages.step_handler import StepHandler
from cognito_emu.pages.steps.add_passkey import AddPasskeyHandler
from cognito_emu.pages.steps.choose_factor import ChooseFactorHandler
from cognito_emu.pages.steps.choose_mfa import ChooseMfaHandler, MfaSetupHandler
from cognito_emu.pages.steps.code import FirstCodeHandler, MfaCodeHandler
from cognito_emu.pages.steps.confirm import ConfirmHandler, ResendCodeHandler
from cognito_emu.pages.steps.confirm_user import ConfirmUserHandler
from cognito_emu.pages.steps.error import ErrorHandler
from cognito_emu.pages.steps.forgot_password import ForgotPasswordHandler, ResetPasswordHandler
from cognito_emu.pages.steps.mfa_setup import MfaAddressHandler, MfaAppHandler
from cognito_emu.pages.steps.new_password import NewPasswordHandler
from cognito_emu.pages.steps.passkey import PasskeyHandler
from cognito_emu.pages.steps.password import PasswordHandler
from cognito_emu.pages.steps.sign_in import SignInHandler
from cognito_emu.pages.steps.sign_up import SignUpHandler

Route = tuple[str, type[RequestHandler], dict[str, Any]]

_STEPS: tuple[type[StepHandler], ...] = (
    SignInHandler,
    ChooseFactorHandler,
    PasswordHandler,
    FirstCodeHandler,
    PasskeyHandler,
    NewPasswordHandler,
    MfaCodeHandler,
    ChooseMfaHandler,
    MfaSetupHandler,
    MfaAppHandler,
    MfaAddressHandler,
    SignUpHandler,
    ConfirmHandler,
    ForgotPasswordHandler,
    ResetPasswordHandler,
)
_OTHER_PAGES: dict[str, type[PageHandler]] = {
    r"/resendcode": ResendCodeHandler,
    r"/confirmforgotPassword": ResetPasswordHandler,  # the developer guide writes it both ways
    r"/confirmUser": ConfirmUserHandler,
    r"/passkeys/add": AddPasskeyHandler,
    r"/error": ErrorHandler,
}


def page_routes(parts: Parts) -> list[Route]:
    """Routes for Tornado's Application."""
    pages = Pages.load()
    arguments = {"parts": parts, "pages": pages}
    return [
        *((str(handler.step), handler, arguments) for handler in _STEPS),
        *((path, handler, arguments) for path, handler in _OTHER_PAGES.items()),
        (rf"{PREFIX}/static/(\w+)/([\w.-]+)", StaticHandler, {"static": pages.static}),
        (rf"{PREFIX}/branding/([\w+]+)\.css", BrandingStyleHandler, {"parts": parts}),
        (rf"{PREFIX}/branding/([\w+]+)/([A-Z_]+)\.([A-Z]+)", BrandingImageHandler, {"parts": parts}),
        (rf"{PREFIX}/classic/([\w+]+)\.css", ClassicStyleHandler, {"parts": parts}),
    ]
