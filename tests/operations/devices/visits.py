"""A pool that remembers devices, and sign-ins there."""

from typing import Any

import jwt

from tests.operations.factors import (
    EMAIL,
    mfa_pool,
)
from tests.operations.people import PASSWORD, Pool
from tests.operations.remembered_device import RememberedDevice
from tests.support.control import Inbox

USER = "ann"


ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}


TRACKED_ONLY = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}


NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")


NOT_TRACKED = ("InvalidUserPoolConfigurationException", "Device tracking is not enabled for the user pool.")


BAD_REFRESH = ("NotAuthorizedException", "Invalid Refresh Token")


WRONG = ("NotAuthorizedException", "Incorrect username or password.")


ONCE = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")


def device_pool(idp: Any, inbox: Inbox, configuration: dict[str, bool] | None = None, **settings: Any) -> Pool:
    """A pool that tracks devices, and Ann in it."""
    pool = mfa_pool(idp, inbox, DeviceConfiguration=configuration or ALWAYS, **settings)
    pool.enrol(USER, email=EMAIL)
    return pool


def sign_in(pool: Pool, **parameters: str) -> Any:
    """By password, with more parameters."""
    given = {"USERNAME": USER, "PASSWORD": PASSWORD} | parameters
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)


def access_token(signed_in: Any) -> str:
    token: str = signed_in["AuthenticationResult"]["AccessToken"]
    return token


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def refresh(pool: Pool, signed_in: Any, **parameters: str) -> Any:
    given = {"REFRESH_TOKEN": signed_in["AuthenticationResult"]["RefreshToken"]} | parameters
    return pool.idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)


def told(pool: Pool, device: RememberedDevice) -> dict[str, str]:
    """The attributes that an administrator sees."""
    shown = pool.idp.admin_get_device(UserPoolId=pool.id, Username=USER, DeviceKey=device.key)["Device"]
    return {attribute["Name"]: attribute["Value"] for attribute in shown["DeviceAttributes"]}
