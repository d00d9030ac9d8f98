"""A pool that threat protection guards, and the people, places and devices of its sign-ins."""

import base64
import json
import time
from typing import Any

import pyotp

from tests.operations.people import PASSWORD, Pool, make_pool
from tests.operations.refusals import refusal
from tests.support.control import Inbox

INVALID = "InvalidParameterException"


OFF = ("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled for this user pool.")


BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")


REFUSED_ADDRESS = ("NotAuthorizedException", "Request not allowed due to security reasons.")


NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist.")


COMPROMISED = "Correct-Horse-Breached-1"


HOME, WORK, CAFE = "192.0.2.1", "198.51.100.7", "203.0.113.9"


LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/17.5 Mobile/15 Safari/604.1"


SOURCE_ARN = "arn:aws:ses:us-east-1:123456789012:identity/security@example.com"


class Guarded(Pool):
    """A pool under threat protection, whose users come through an application server that tells of them."""

    def come(self, username: str = "ann", *, ip: str = HOME, agent: str = LAPTOP, password: str = PASSWORD, data: str | None = None) -> Any:
        """AdminInitiateAuth with the password."""
        context = {
            "IpAddress": ip,
            "ServerName": "app",
            "ServerPath": "/",
            "HttpHeaders": [{"headerName": "User-Agent", "headerValue": agent}],
        }
        if data is not None:
            context["EncodedData"] = data
        return self.idp.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
            ContextData=context,
        )

    def events(self, username: str = "ann") -> list[dict[str, Any]]:
        """AdminListUserAuthEvents."""
        events: list[dict[str, Any]] = self.idp.admin_list_user_auth_events(UserPoolId=self.id, Username=username)["AuthEvents"]
        return events

    def sign_ins(self) -> list[tuple[str, str | None, str]]:
        """Decision, level and outcome of ann's sign-ins, the newest first."""
        return [
            (event["EventRisk"]["RiskDecision"], event["EventRisk"].get("RiskLevel"), event["EventResponse"])
            for event in self.events()
            if event["EventType"] == "SignIn"
        ]

    def react(self, *, low: str = "NO_ACTION", medium: str = "NO_ACTION", high: str = "NO_ACTION", notify: bool = False) -> None:
        """SetRiskConfiguration with an action a level."""
        actions = {
            f"{level}Action": {"Notify": notify, "EventAction": action}
            for level, action in (("Low", low), ("Medium", medium), ("High", high))
        }
        takeover: dict[str, Any] = {"Actions": actions}
        if notify:
            takeover["NotifyConfiguration"] = {"SourceArn": SOURCE_ARN}
        self.idp.set_risk_configuration(UserPoolId=self.id, AccountTakeoverRiskConfiguration=takeover)


def guard(idp: Any, inbox: Inbox, mode: str = "ENFORCED", **settings: Any) -> Guarded:
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    add_ons = {"UserPoolAddOns": {"AdvancedSecurityMode": mode}}
    pool = make_pool(idp, inbox, client={"ExplicitAuthFlows": flows}, UserPoolTier="PLUS", **add_ons, **settings)
    return Guarded(pool.idp, pool.inbox, pool.id, pool.client)


def fingerprint(device: str) -> str:
    """EncodedData as amazon-cognito-advanced-security-data makes it."""
    data = {"DeviceId": device, "DeviceName": "Ann's tablet", "ClientTimezone": "+02:00"}
    payload = json.dumps({"contextData": data, "username": "ann", "userPoolId": "", "timestamp": "0"})
    return base64.b64encode(json.dumps({"payload": payload, "signature": "s", "version": "JS20171115"}).encode()).decode()


def with_totp(idp: Any, inbox: Inbox) -> tuple[Guarded, pyotp.TOTP]:
    """A pool with optional MFA by authenticator app, and ann, who has one but did not turn it on."""
    pool = guard(idp, inbox)
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
    pool.enrol("ann")
    token = pool.come()["AuthenticationResult"]["AccessToken"]
    totp = pyotp.TOTP(idp.associate_software_token(AccessToken=token)["SecretCode"])
    idp.verify_software_token(AccessToken=token, UserCode=totp.at(int(time.time()) - 30))  # leaves the present one for the sign-in
    return pool, totp


def response(pool: Guarded, challenge: dict[str, Any], code: str) -> dict[str, Any]:
    return {
        "UserPoolId": pool.id,
        "ClientId": pool.client,
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code},
    }


def answer(pool: Guarded, challenge: dict[str, Any], code: str) -> tuple[str, str]:
    return refusal(pool.idp.admin_respond_to_auth_challenge, **response(pool, challenge, code))
