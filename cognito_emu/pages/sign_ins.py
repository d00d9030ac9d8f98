"""What was typed, handed to the functions behind InitiateAuth and RespondToAuthChallenge; their answers, as the next point of a flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.domain.mfa import EMAIL_OTP, SMS_MFA, SOFTWARE_TOKEN_MFA
from cognito_emu.domain.recovery import delivery_to
from cognito_emu.oauth.responses import Completion, finish_login
from cognito_emu.operations.authentication.attempt import Attempt, Door, Progress
from cognito_emu.operations.authentication.challenge_sessions import use_session
from cognito_emu.operations.authentication.challenges import respond
from cognito_emu.operations.authentication.choice import begin_choice
from cognito_emu.operations.authentication.code_challenges import SECOND, ask_for_code
from cognito_emu.operations.authentication.passwords import begin_password, pre_authentication
from cognito_emu.operations.authentication.progress import after_first_factor
from cognito_emu.operations.authentication.second_factor import ask_for_second_factor
from cognito_emu.operations.lookup import require_user
from cognito_emu.operations.mfa import begin_app_at_sign_in, complete_app_at_sign_in
from cognito_emu.pages.flow import Flow, Step
from cognito_emu.pages.visit import Visit
from cognito_emu.records import replace

Outcome = Flow | Completion

# Among a flow's parameters: the factor that is being set up.
SETTING_UP = "setting_up"

# What a browser can do of AvailableChallenges: it has no use for SRP, since the password is typed into our own page.
_FACTORS = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
_STEP_OF_CHALLENGE = {
    "NEW_PASSWORD_REQUIRED": Step.NEW_PASSWORD,
    "PASSWORD": Step.PASSWORD,
    "WEB_AUTHN": Step.PASSKEY,
    "SELECT_MFA_TYPE": Step.CHOOSE_MFA,
    "MFA_SETUP": Step.MFA_SETUP,
}


async def begin_with_password(visit: Visit, username: str, password: str) -> Outcome:
    """Sign in with name and password. The hosted pages may, whatever ExplicitAuthFlows says of applications."""
    attempt = _beginning(visit, {"USERNAME": username, "PASSWORD": password})
    return await _read(visit, username, await begin_password(attempt, "USER_PASSWORD_AUTH"))


async def begin_by_choice(visit: Visit, username: str, preferred: str | None = None) -> Outcome:
    """Begin with a name alone; the only factor that there is, or the preferred one, is asked for at once."""
    parameters = {"USERNAME": username} | ({"PREFERRED_CHALLENGE": preferred} if preferred else {})
    answer = await begin_choice(_beginning(visit, parameters), "USER_AUTH")
    return await _read(visit, username, answer, first_factor=True)


async def answer_challenge(visit: Visit, responses: Mapping[str, str], *, first_factor: bool = False) -> Outcome:
    """Answer the challenge that the flow waits with.

    Args:
        visit: The request.
        responses: ChallengeResponses without USERNAME.
        first_factor: A code that is asked for next is the first factor.
    """
    flow = visit.flow
    attempt = _attempt(visit, {"USERNAME": flow.username, **responses})
    return await _read(visit, flow.username, await respond(attempt, flow.challenge), first_factor=first_factor)


async def send_another_code(visit: Visit) -> Outcome:
    """Send the code of a second factor again. The API cannot; AWS's pages offer it."""
    attempt = _attempt(visit, {"USERNAME": visit.flow.username})
    user, progress = await use_session(attempt, visit.flow.challenge)
    assert user is not None  # a second factor is only asked of users who exist
    data = progress.data
    new_address = {data["attribute"]: data["destination"]} if data["is_new"] else {}
    delivery = delivery_to(data["attribute"], new_address)
    answer = await ask_for_code(attempt, user, replace(progress, data={}), part=SECOND, delivery=delivery)
    return _still_setting_up(await _read(visit, visit.flow.username, answer), visit.flow)


async def begin_app_setup(visit: Visit) -> Flow:
    """Hand out the secret of a new authenticator app."""
    secret, session = await begin_app_at_sign_in(visit.call, visit.flow.session, door=Door.HOSTED)
    return replace(_quiet(visit.flow), step=Step.MFA_APP, session=session, parameters=visit.flow.parameters | {"SecretCode": secret})


async def complete_app_setup(visit: Visit, code: str, name: str) -> Outcome:
    """Register the app and go on with the sign-in."""
    session = await complete_app_at_sign_in(visit.call, visit.flow.session, code, name or None, door=Door.HOSTED)
    registered = replace(visit, flow=replace(visit.flow, session=session))
    return await answer_challenge(registered, {})


async def sign_in_confirmed(visit: Visit, username: str, proved: list[str]) -> Outcome:
    """Go on with a user who confirmed the sign-up after they had proved who they are.

    "Signed in at once on first confirmation": nobody types a password twice that they have just chosen.
    """
    attempt = _beginning(visit, {"USERNAME": username})
    user = await visit.call.store.read(lambda tx: require_user(tx, visit.pool, username))
    # Assumption: PreAuthentication is asked, as at every sign-in.
    await pre_authentication(attempt, user, username)
    progress = Progress(flow="USER_PASSWORD_AUTH", username=username, door=Door.HOSTED)
    return await _read(visit, username, await after_first_factor(attempt, user, progress, *proved))


def _attempt(visit: Visit, parameters: Mapping[str, str]) -> Attempt:
    return Attempt(
        call=visit.call,
        pool=visit.pool,
        client=visit.client.app_client,
        door=Door.HOSTED,
        parameters=parameters,
        session=visit.flow.session or None,
        acr_values=tuple(visit.authorization.request.acr_values),
        finish=finish_login(visit.authorization, cookie=visit.cookie),
    )


def _beginning(visit: Visit, parameters: Mapping[str, str]) -> Attempt:
    """An attempt that has nothing to do with the challenge that the flow may be waiting with."""
    return replace(_attempt(visit, parameters), session=None)


async def _read(visit: Visit, username: str, answer: Mapping[str, Any], *, first_factor: bool = False) -> Outcome:
    """The next point of the flow, past choices between one thing."""
    completion = answer.get("Completion")
    if isinstance(completion, Completion):
        return completion
    challenge, parameters = answer["ChallengeName"], answer["ChallengeParameters"]
    available = [factor for factor in _FACTORS if factor in answer.get("AvailableChallenges", ())] or visit.flow.available
    flow = replace(
        _quiet(visit.flow),
        step=_step(challenge, first_factor=first_factor),
        username=username,
        session=answer["Session"],
        challenge=challenge,
        parameters=parameters,
        available=available,
    )
    following = replace(visit, flow=flow)
    if challenge == "SELECT_CHALLENGE" and len(available) == 1:
        return await answer_challenge(following, {"ANSWER": available[0]}, first_factor=True)
    if challenge == "MFA_SETUP" and len(factors := setup_factors(flow)) == 1:
        return await begin_setup(following, factors[0])
    return flow


async def begin_setup(visit: Visit, factor: str) -> Flow:
    """Set up a second factor: an app at once, an address once it is known."""
    if factor == SOFTWARE_TOKEN_MFA:
        return await begin_app_setup(visit)
    return replace(_quiet(visit.flow), step=Step.MFA_ADDRESS, parameters=visit.flow.parameters | {SETTING_UP: factor})


async def set_up_address(visit: Visit, address: str) -> Outcome:
    """Send a code to an address, which becomes the user's when the code comes back."""
    factor = visit.flow.parameters[SETTING_UP]
    outcome = await answer_challenge(visit, {"PHONE_NUMBER" if factor == SMS_MFA else "EMAIL": address})
    return _still_setting_up(outcome, visit.flow)


async def set_up_anew(visit: Visit) -> Outcome:
    """Let a user who waits for a code at a new address set up another one."""
    attempt = _attempt(visit, {"USERNAME": visit.flow.username})
    user, progress = await use_session(attempt, visit.flow.challenge)
    assert user is not None  # a second factor is only asked of users who exist
    answer = await ask_for_second_factor(attempt, user, replace(progress, data={}))
    assert answer is not None, "whatever demanded the set-up demands it still"
    return await _read(visit, visit.flow.username, answer)


def _still_setting_up(outcome: Outcome, flow: Flow) -> Outcome:
    if isinstance(outcome, Completion) or SETTING_UP not in flow.parameters:
        return outcome
    return replace(outcome, parameters=outcome.parameters | {SETTING_UP: flow.parameters[SETTING_UP]})


def setup_factors(flow: Flow) -> list[str]:
    """What MFA_SETUP offers."""
    offered = orjson.loads(flow.parameters["MFAS_CAN_SETUP"])
    return [factor for factor in (SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP) if factor in offered]


def second_factors(flow: Flow) -> list[str]:
    """What SELECT_MFA_TYPE offers."""
    offered = orjson.loads(flow.parameters["MFAS_CAN_CHOOSE"])
    return [factor for factor in (SOFTWARE_TOKEN_MFA, SMS_MFA, EMAIL_OTP) if factor in offered]


def _step(challenge: str, *, first_factor: bool) -> Step:
    if challenge == "SELECT_CHALLENGE":
        return Step.CHOOSE_FACTOR
    # EMAIL_OTP is the name of both: a way to begin, and a second factor.
    return _STEP_OF_CHALLENGE.get(challenge) or (Step.FIRST_CODE if first_factor else Step.MFA_CODE)


def _quiet(flow: Flow) -> Flow:
    return replace(flow, error="", notice="", typed={})
