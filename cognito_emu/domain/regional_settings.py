"""What a pool's replica has of its own. All other settings are the primary's.

The developer guide's list is longer by the mail of threat protection and by WAF, of which there is nothing here:
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from cognito_emu.domain.user_pool_settings import Settings, complete_regional_settings
from cognito_emu.errors import InvalidParameterException

_REGIONAL = ("EmailConfiguration", "SmsConfiguration", "LambdaConfig")
# Assumption: what an update leaves out is kept or reset as in the primary.
_RESET_ON_UPDATE = "LambdaConfig"


def settings_in_replica(primary: Mapping[str, Any], own: Mapping[str, Any], tags: Mapping[str, str]) -> Settings:
    """The settings of a pool as its replica shows and applies them.

    Assumption: what the replica was not given is as in a new pool: nothing of the primary's is sent to another region's SES, SNS or Lambda.

    Args:
        primary: The pool's settings.
        own: The replica's.
        tags: The replica's.
    """
    kept = {name: value for name, value in primary.items() if name not in _REGIONAL}
    regional = {name: own[name] for name in _REGIONAL if name in own}
    return complete_regional_settings(copy.deepcopy({**kept, **regional, "UserPoolTags": dict(tags)}))


def updated_in_replica(own: Mapping[str, Any], request: Mapping[str, Any]) -> Settings:
    """The replica's own settings after an UpdateUserPool in its region.

    Raises:
        InvalidParameterException: They contradict each other.
    """
    kept = {name: value for name, value in own.items() if name != _RESET_ON_UPDATE}
    settings = copy.deepcopy({**kept, **{name: request[name] for name in _REGIONAL if name in request}})
    complete_regional_settings(settings)
    return settings


def is_regional(request: Mapping[str, Any]) -> bool:
    """Whether an UpdateUserPool names nothing but what a replica has of its own."""
    return request.keys() <= {"UserPoolId", "UserPoolTags", *_REGIONAL}


def check_sms_sender(configuration: Mapping[str, Any] | None, region: str) -> None:
    """Let an SmsConfiguration pass, as a request has it.

    Args:
        configuration: None where the request has none; an empty one is as good as none.
        region: That of the pool, or of the replica.

    Raises:
        InvalidParameterException: It names no sender, or both SNS and End User Messaging, or the latter in another region. The rules are
            the API reference's (SmsConfigurationType, EumsSmsConfigurationType).
    """
    # Assumption: the sentences.
    if not configuration:
        return
    if ("SnsCallerArn" in configuration) == ("EumsSms" in configuration):
        raise InvalidParameterException("SmsConfiguration must have either SnsCallerArn or EumsSms.")
    if configuration.get("EumsSms", {}).get("Region", region) != region:
        raise InvalidParameterException("The Region of EumsSms must be the Region of the user pool.")
