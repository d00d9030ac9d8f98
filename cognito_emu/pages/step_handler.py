"""The dispatcher: every step is reached, answered and left in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

import structlog

from cognito_emu.errors import AwsError, NotAuthorizedException, PasswordResetRequiredException, UserNotConfirmedException
from cognito_emu.oauth.responses import Completion
from cognito_emu.pages.flow import Flow, Step
from cognito_emu.pages.handler import EXPIRED, PageHandler
from cognito_emu.pages.languages import Texts
from cognito_emu.pages.look import Look
from cognito_emu.pages.sign_ins import Outcome
from cognito_emu.pages.visit import HANDLE, NOTICE, Visit, authorization_query
from cognito_emu.records import replace

_log = structlog.get_logger(__name__)

# Sentences that an address may ask for, so that a redirect can bring news without a flow to keep it in.
_NOTICES = {"expired": EXPIRED}


class StepHandler(PageHandler):
    """A step. GET shows where the flow stands; POST moves it on and leads to where it stands then."""

    step: ClassVar[Step]
    begins: ClassVar[bool] = False
    """Whether a flow may begin here."""

    async def show(self, visit: Visit, texts: Texts) -> tuple[str, Mapping[str, Any]]:
        """The template of the page, and what it shows."""
        raise NotImplementedError

    async def submit(self, visit: Visit) -> Outcome:
        """Do what the form asks for; `self.form` has it.

        Raises:
            AwsError: It cannot be done. The page shows the sentence.
        """
        raise NotImplementedError

    def typed(self) -> dict[str, str]:
        """What of the form is shown again after an error."""
        return {}

    async def get(self) -> None:
        """Show the page, or lead to the one at which the flow stands."""
        visit = await self._visit(self.get_query_argument(HANDLE, None))
        if visit.flow.step is not self.step:
            if not self.begins:
                self.go(visit.address() if visit.stored else self._expired(visit.query))
                return
            visit = visit.anew(self.step)
        await self._show(visit)

    async def post(self) -> None:
        """Answer the form."""
        handle = self.form.get(HANDLE) or self.get_query_argument(HANDLE, None)
        if self.is_forged():
            # As likely a page from before the browser was restarted as a forgery: the way on is the same.
            self.go(self._expired(authorization_query(self.request.query)))
            return
        async with self.pages.turns.of(handle or ""):
            visit = await self._visit(handle)
            if visit.flow.step is not self.step:
                if not self._begins_again(visit):
                    self.go(visit.address() if visit.stored else self._expired(visit.query))
                    return
                visit = visit.anew(self.step) if visit.stored else replace(visit, flow=replace(visit.flow, step=self.step))
            await self._leave(visit, await self._outcome(visit))

    def _begins_again(self, visit: Visit) -> bool:
        """Whether a form that began a flow which has moved on shall begin another: not when it is sent twice."""
        if not self.begins:
            return False
        return not visit.stored or visit.flow.step is Step.DONE or visit.flow.username != self.form.get("username", "")

    async def _outcome(self, visit: Visit) -> Outcome:
        try:
            return await self.submit(visit)
        except AwsError as error:
            _log.debug("refused", path=self.request.path, code=error.code, request_id=visit.call.request_id)
            return self._after_error(visit, error)

    def _after_error(self, visit: Visit, error: AwsError) -> Flow:
        """The flow once something was refused: at the same page, unless the error itself says where it goes on."""
        username = self.form.get("username") or visit.flow.username
        flow = replace(visit.flow, username=username, typed=self.typed(), error=error.message, notice="")
        if isinstance(error, UserNotConfirmedException):
            # It is said only after the password was right.
            return replace(flow, step=Step.CONFIRM, delivery={}, proved=["pwd"] if "password" in self.form else [])
        if isinstance(error, PasswordResetRequiredException):
            return replace(flow, step=Step.RESET_PASSWORD, delivery={})
        if isinstance(error, NotAuthorizedException) and error.message.startswith("Invalid session for the user"):
            return replace(Flow(browser=flow.browser, username=username), error=error.message)
        return flow

    async def _leave(self, visit: Visit, outcome: Outcome) -> None:
        if isinstance(outcome, Completion):
            if visit.stored:
                await visit.leave(Flow(browser=visit.flow.browser, step=Step.DONE, username=visit.flow.username))
            self.go_signed_in(outcome)
        else:
            self.go((await visit.leave(outcome)).address())

    async def _visit(self, handle: str | None) -> Visit:
        return await Visit.open(
            self.parts, self.arrival, query=self.request.query, handle=handle, browser=self.browser, cookie=self.session_cookie
        )

    async def _show(self, visit: Visit) -> None:
        look = await self.parts.store.read(lambda tx: Look.read(tx, self.arrival, visit.client))
        self.look = look
        texts = self.texts(managed=look.managed)
        template, values = await self.show(visit, texts)
        asked_for = _NOTICES.get(self.get_query_argument(NOTICE, ""), "")
        common = {
            "flow": visit.flow,
            "handle": visit.handle,
            "query": visit.query,
            "action": f"{self.step}?{visit.query}",
            "error": texts.message(visit.flow.error or asked_for),
            "notice": texts.message(visit.flow.notice),
        }
        self.show_page(template, look, texts, common | dict(values), redirect_uri=visit.authorization.redirect.uri)

    @staticmethod
    def _expired(query: str) -> str:
        return f"{Step.SIGN_IN}?{query}&{urlencode({NOTICE: 'expired'})}"
