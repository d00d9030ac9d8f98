"""The frame that every trigger's event has.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

Event: TypeAlias = dict[str, Any]
"""A trigger event: a JSON object."""

Attributes: TypeAlias = Mapping[str, str]
"""User attributes as triggers see them: flat, every value text, booleans as `true` and `false`."""

NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
"""What stands for the app client when an administrator's operation knows none."""

UNKNOWN_SDK = "aws-sdk-unknown-unknown"
"""What stands for the caller's SDK when its User-Agent names none."""


class Envelope(msgspec.Struct, frozen=True):
    """What every event says of the call that causes it.

    Attributes:
        region: The pool's region.
        user_pool_id: The pool.
        user_name: The internal user name; the name as typed for UserMigration; `Provider_subject` at an external sign-up; None
            for a machine (client_credentials), where the key is left out.
        client_id: The app client, or None for an administrator's operation without one.
        sdk_version: The caller's SDK, e.g. `aws-sdk-js-3.1`, or None.
    """

    region: str
    user_pool_id: str
    user_name: str | None
    client_id: str | None = None
    sdk_version: str | None = None

    def event(self, trigger_source: str, request: Event, response: Event, *, version: str = "1") -> Event:
        """The whole event around `request` and the response's presets."""
        named: Event = {} if self.user_name is None else {"userName": self.user_name}
        return {
            "version": version,
            "triggerSource": trigger_source,
            "region": self.region,
            "userPoolId": self.user_pool_id,
            **named,
            "callerContext": {
                "awsSdkVersion": self.sdk_version or UNKNOWN_SDK,
                "clientId": self.client_id or NO_CLIENT,
            },
            "request": request,
            "response": response,
        }


def given(**members: object) -> Event:
    """The members that have a value: what the caller did not pass is absent from the event, not null."""
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in members.items() if value is not None}
