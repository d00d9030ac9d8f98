"""Threat protection at work: it records what users do, judges sign-ins by it, and acts where the pool enforces it.

AdvancedSecurityMode AUDIT records and judges; ENFORCED acts as well.
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.compromised_passwords import is_compromised
from cognito_emu.domain.client_context import ClientContext, client_context
from cognito_emu.domain.risk import (
    BLOCK,
    PastSignIn,
    Reaction,
    is_blocked,
    is_skipped,
    reaction_to,
    reacts_to_compromised,
    risk_level,
)
from cognito_emu.errors import (
    InvalidPasswordException,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserPoolAddOnNotEnabledException,
)
from cognito_emu.log_export import USER_AUTH_EVENTS, export_record
from cognito_emu.operations.lookup import find_user
from cognito_emu.operations.threat_protection.notifications import notify_user
from cognito_emu.records import Record
from cognito_emu.store import Tx
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.auth_events import AuthEvent
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

OFF, AUDIT, ENFORCED = "OFF", "AUDIT", "ENFORCED"
SIGN_IN, SIGN_UP, FORGOT_PASSWORD, PASSWORD_CHANGE, RESEND_CODE = "SignIn", "SignUp", "ForgotPassword", "PasswordChange", "ResendCode"
PASS, FAIL, IN_PROGRESS = "Pass", "Fail", "InProgress"

# How far back the devices and addresses of a user are remembered. Assumption: the number.
_REMEMBERED_SIGN_INS = 50


class Situation(Record):
    """A request by a user, as threat protection looks at it.

    Attributes:
        mode: OFF, AUDIT or ENFORCED, for the way in which the user came.
        risks: The RiskConfiguration in force for the client.
    """

    call: Call
    pool: UserPool
    client: AppClient
    mode: str
    context: ClientContext
    risks: Mapping[str, Any]

    @property
    def enforced(self) -> bool:
        """Whether the configuration is acted upon."""
        return self.mode == ENFORCED


def mode_of(pool: UserPool, *, custom: bool = False) -> str:
    """The pool's AdvancedSecurityMode; custom authentication has one of its own."""
    add_ons = pool.settings.get("UserPoolAddOns", {})
    if custom:
        return str(add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode", OFF))
    return str(add_ons.get("AdvancedSecurityMode", OFF))


def require_add_on(pool: UserPool) -> None:
    """Refuse where threat protection is off.

    Raises:
        UserPoolAddOnNotEnabledException: It is off.
    """
    if mode_of(pool) == OFF:
        # Assumption: the sentence.
        raise UserPoolAddOnNotEnabledException("User pool add-ons are not enabled for this user pool.")


async def situation_of(
    call: Call,
    pool: UserPool,
    client: AppClient,
    context: Mapping[str, Any],
    *,
    admin: bool = False,
    custom: bool = False,
    device_key: str | None = None,
) -> Situation | None:
    """The situation of a request; None where threat protection is off.

    Args:
        context: ContextData or UserContextData of the request.
        admin: The request was made with AWS credentials.
        custom: It belongs to custom authentication.
        device_key: The remembered device that the request names.
    """
    mode = mode_of(pool, custom=custom)
    if mode == OFF:
        return None
    read = functools.partial(
        client_context,
        context,
        source_ip=call.origin.ip,
        user_agent=call.origin.user_agent,
        trusts_context=admin or bool(client.settings.get("EnablePropagateAdditionalUserContextData")),
        device_key=device_key,
    )
    seen = await asyncio.get_running_loop().run_in_executor(None, read)
    risks = await call.store.read(lambda tx: tx.risk_configurations.in_force(pool.id, client.id))
    return Situation(call, pool, client, mode, seen, risks)


async def refuse_blocked_address(situation: Situation | None, username: str, event_type: str) -> None:
    """Refuse requests from always-blocked addresses.

    Args:
        situation: None where threat protection is off.
        username: As it was typed.
        event_type: What the request would have been recorded as.

    Raises:
        NotAuthorizedException: The address is one of them.
    """
    if situation is None or not is_blocked(situation.risks, situation.context.ip):
        return
    user = await situation.call.store.read(lambda tx: find_user(tx, situation.pool, username))
    if user is not None:
        await record_auth_event(situation, user, event_type, FAIL, {"RiskDecision": "Block", "CompromisedCredentialsDetected": False})
    if situation.enforced:
        # AWS's sentence, as applications report it.
        raise NotAuthorizedException("Request not allowed due to security reasons.")


async def refuse_compromised_password(situation: Situation | None, password: str | None, event: str) -> bool:
    """Refuse a new password that everybody knows.

    Args:
        event: PASSWORD_CHANGE or SIGN_UP.

    Returns:
        Whether the password is compromised and was let through.

    Raises:
        InvalidPasswordException: It is, and the configuration blocks it.
    """
    action = await _reaction_to_password(situation, password, event)
    if action == BLOCK and situation is not None and situation.enforced:
        # AWS's sentence, as applications report it.
        raise InvalidPasswordException("Provided password cannot be used for security reasons.")
    return action is not None


async def assess_sign_in(situation: Situation, user: User, password: str | None) -> tuple[AuthEvent, Reaction]:
    """Judge a sign-in whose first factor was right, and record it.

    Args:
        password: The password, when it was sent; None after SRP and all that needs none.

    Returns:
        The event, still in progress, and what is to be done: nothing, or MFA.

    Raises:
        NotAuthorizedException: The risk is one that is blocked.
        PasswordResetRequiredException: The password is compromised, and that is blocked.
    """
    # "Amazon Cognito sets the user's UserStatus to RESET_REQUIRED." (developer guide). Who must choose a new password anyway need not.
    compromised = await _reaction_to_password(situation, password if user.status == "CONFIRMED" else None, "SIGN_IN")
    if compromised == BLOCK and situation.enforced:
        risk = {"RiskDecision": "Block", "CompromisedCredentialsDetected": True}
        await record_auth_event(situation, user, SIGN_IN, FAIL, risk, challenges=[_challenge("Password", succeeded=True)])
        now = situation.call.env.now()
        await situation.call.store.transact(lambda tx: tx.users.update(user.id, status="RESET_REQUIRED", modified_at=now))
        # Assumption: the error. What happens to the user is documented.
        raise PasswordResetRequiredException
    level, reaction = await _assess(situation, user)
    acting = situation.enforced and reaction.action != "NO_ACTION"
    blocked = acting and reaction.action == BLOCK
    risk = {
        "RiskDecision": "NoRisk" if level is None else "Block" if blocked else "AccountTakeover",
        "RiskLevel": level,
        "CompromisedCredentialsDetected": compromised is not None,
    }
    factor = [_challenge("Password", succeeded=True)]
    event = await record_auth_event(situation, user, SIGN_IN, FAIL if blocked else IN_PROGRESS, risk, challenges=factor)
    if level is not None and reaction.notify and situation.enforced:
        await notify_user(situation.call, situation.pool, situation.client, user, event, situation.risks, reaction.action)
    if blocked:
        # AWS's sentence, as applications report it.
        raise NotAuthorizedException("Unable to login because of security reasons.")
    return event, reaction if acting else Reaction()


async def record_failed_password(situation: Situation, user: User) -> None:
    """A wrong password."""
    risk = {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
    await record_auth_event(situation, user, SIGN_IN, FAIL, risk, challenges=[_challenge("Password", succeeded=False)])


async def note(situation: Situation | None, user: User, event_type: str, *, compromised: bool = False) -> None:
    """Record something that a user did and that succeeded; nothing where threat protection is off.

    Assumption: a sign-up, and a request for a new password, pass when they are taken, not when their code comes back.
    """
    if situation is not None:
        await record_auth_event(
            situation, user, event_type, PASS, {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": compromised}
        )


async def record_auth_event(
    situation: Situation,
    user: User,
    event_type: str,
    response: str,
    risk: Mapping[str, Any] | None = None,
    *,
    challenges: list[dict[str, str]] | None = None,
) -> AuthEvent:
    """Record something that a user did, and export it where the pool's logs go."""
    call = situation.call
    found = risk or {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": False}
    event = AuthEvent(
        id=call.env.uuid(),
        pool_id=situation.pool.id,
        user_id=user.id,
        client_id=situation.client.id,
        type=event_type,
        response=response,
        risk={name: value for name, value in found.items() if value is not None},
        challenges=challenges or [],
        ip=situation.context.ip,
        device=situation.context.device,
        context=situation.context.to_model(),
        created_at=call.env.now(),
    )

    await call.store.transact(lambda tx: tx.auth_events.add(event) if tx.users.get(user.id) is not None else None)
    await _export(call, event, user.username, has_data=situation.context.has_data)
    return event


async def close_event(call: Call, user: User, event_id: str, response: str, *, mfa: bool | None = None) -> None:
    """The end of a sign-in that was in progress, or of one of its challenges.

    Args:
        mfa: Whether a second factor was right; None when none was asked for.
    """

    def write(tx: Tx) -> AuthEvent | None:
        event = tx.auth_events.get(user.id, event_id)
        if event is not None:
            challenges = event.challenges if mfa is None else [*event.challenges, _challenge("Mfa", succeeded=mfa)]
            tx.auth_events.update(event_id, {"response": response, "challenges": challenges})
            event = tx.auth_events.get(user.id, event_id)
        return event

    event = await call.store.transact(write)
    if event is not None:
        await _export(call, event, user.username, has_data=False)


async def _reaction_to_password(situation: Situation | None, password: str | None, event: str) -> str | None:
    """What is to be done about a compromised password; None when it is none, or is not looked for."""
    action = reacts_to_compromised(situation.risks, event) if situation is not None and password else None
    if action is None or situation is None or password is None:
        return None
    return action if await is_compromised(password, situation.call.settings.compromised_passwords) else None


async def _assess(situation: Situation, user: User) -> tuple[str | None, Reaction]:
    """The level of risk, and the configured reaction to it."""
    if is_skipped(situation.risks, situation.context.ip):
        return None, Reaction()
    events = await situation.call.store.read(lambda tx: tx.auth_events.latest_sign_ins(user.id, _REMEMBERED_SIGN_INS))
    past = [PastSignIn(event.ip, event.device, event.response == PASS, (event.feedback or {}).get("FeedbackValue")) for event in events]
    level = risk_level(situation.context.ip, situation.context.device, past)
    return level, reaction_to(situation.risks, level) if level else Reaction()


def _challenge(name: str, *, succeeded: bool) -> dict[str, str]:
    return {"ChallengeName": name, "ChallengeResponse": "Success" if succeeded else "Failure"}


async def _export(call: Call, event: AuthEvent, username: str, *, has_data: bool) -> None:
    """The event as AWS exports it; the members' names are from a record of AWS's. Assumption: the form of some of their values."""
    message = {
        "version": "1",
        "eventId": event.id,
        "eventType": event.type,
        "userSub": event.user_id,
        "userName": username,
        "userPoolId": event.pool_id,
        "clientId": event.client_id,
        "creationDate": event.created_at,
        "eventResponse": event.response,
        "riskLevel": event.risk.get("RiskLevel", ""),
        "riskDecision": event.risk["RiskDecision"],
        "challenges": [f"{challenge['ChallengeName']}:{challenge['ChallengeResponse']}" for challenge in event.challenges],
        "deviceName": event.context.get("DeviceName", ""),
        "ipAddress": event.ip,
        "requestId": call.request_id,
        "idpName": "",
        "compromisedCredentialDetected": str(event.risk["CompromisedCredentialsDetected"]).lower(),
        "city": "",
        "country": "",
        "eventFeedbackValue": (event.feedback or {}).get("FeedbackValue", ""),
        "eventFeedbackDate": (event.feedback or {}).get("FeedbackDate", ""),
        "eventFeedbackProvider": (event.feedback or {}).get("Provider", ""),
        "hasContextData": str(has_data).lower(),
    }
    region = call.tenant.region if call.names_region else None
    await export_record(call.settings, call.store, event.pool_id, USER_AUTH_EVENTS, message, at=call.env.now(), region=region)
