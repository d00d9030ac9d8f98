"""The least pages that the endpoints need: a form to sign in, and an error. The hosted pages take their places."""

from __future__ import annotations

import hmac
from html import escape
from urllib.parse import parse_qsl

from cognito_emu.errors import AwsError
from cognito_emu.oauth.authorization import Authorization, check_authorization
from cognito_emu.oauth.browser_endpoint import BrowserEndpoint
from cognito_emu.oauth.errors import ErrorPage
from cognito_emu.oauth.requests import RequestExpiredError, load_request, start_request
from cognito_emu.oauth.responses import Completion, finish_login
from cognito_emu.operations.authentication.attempt import Attempt, Door
from cognito_emu.operations.authentication.passwords import begin_password

_CSRF_COOKIE = "XSRF-TOKEN"
_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class ErrorPageHandler(BrowserEndpoint):
    """`/error?error=...&client_id=...`."""

    def get(self) -> None:
        """Say that something went wrong, and what."""
        self.set_status(400)
        self.set_header("Content-Security-Policy", _POLICY)
        error = escape(self.query().get("error") or "")
        self.finish(f"<!DOCTYPE html><title>Error</title><p>An error was encountered with the requested page.</p><p>{error}</p>")


class LoginFormHandler(BrowserEndpoint):
    """`/login`: user name and password."""

    async def get(self) -> None:
        """Show the form for a request that is in order."""
        authorization = await check_authorization(self.parts, self.arrival, self.query())
        self._show(await start_request(self.parts, authorization))

    async def post(self) -> None:
        """Sign in."""
        form = dict(parse_qsl(self.request.body.decode(errors="replace")))
        handle = form.get("request", "")
        if not hmac.compare_digest(form.get("_csrf", "").encode(), (self.get_cookie(_CSRF_COOKIE) or "-").encode()):
            raise ErrorPage("The page has expired.")
        try:
            authorization, _ = await load_request(self.parts, self.arrival, handle)
            answer = await begin_password(self._attempt(authorization, form), "USER_PASSWORD_AUTH")
        except RequestExpiredError as error:
            raise ErrorPage("The page has expired.") from error
        except AwsError as error:
            self._show(handle, error.message)
            return
        completion = answer.get("Completion")
        if isinstance(completion, Completion):
            self.go_signed_in(completion)
        else:
            self._show(handle, f"{answer['ChallengeName']} cannot be answered here.")

    def _attempt(self, authorization: Authorization, form: dict[str, str]) -> Attempt:
        client = authorization.client
        return Attempt(
            call=client.call(self.parts, self.arrival),
            pool=client.pool,
            client=client.app_client,
            door=Door.HOSTED,
            parameters={"USERNAME": form.get("username", ""), "PASSWORD": form.get("password", "")},
            finish=finish_login(authorization, cookie=self.session_cookie),
        )

    def _show(self, handle: str, message: str = "") -> None:
        token = self.get_cookie(_CSRF_COOKIE) or self.parts.env.opaque(24)
        self.set_cookie(_CSRF_COOKIE, token, path="/", httponly=True, samesite="Lax", secure=self.request.protocol == "https")
        self.set_header("Content-Security-Policy", f"{_POLICY}; form-action *")
        self.finish(
            f"<!DOCTYPE html><title>Sign in</title><p>{escape(message)}</p>"
            f'<form name="cognitoSignInForm" method="post" action="/login?{escape(self.request.query)}">'
            f'<input type="hidden" name="_csrf" value="{escape(token)}"><input type="hidden" name="request" value="{escape(handle)}">'
            '<input name="username" autocomplete="username"><input name="password" type="password" autocomplete="current-password">'
            '<input type="submit" name="signInSubmitButton" value="Sign in"></form>'
        )
