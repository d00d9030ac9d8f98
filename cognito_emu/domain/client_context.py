"""From where and with what a user came: what threat protection can tell sign-ins apart by.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-viewing-threat-protection-app.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import orjson

from cognito_emu.domain.user_agents import describe_device
from cognito_emu.records import Record


class ClientContext(Record):
    """The circumstances of a request.

    Attributes:
        ip: The user's address, as far as it may be believed.
        device: What tells the user's devices apart: a remembered device's key, a fingerprint, else the user agent.
        device_name: For people to read.
        timezone: As the context data library reports it; empty when it does not.
        has_data: The application sent data of that library.
    """

    ip: str
    device: str
    device_name: str
    timezone: str
    has_data: bool

    def to_model(self) -> dict[str, str]:
        """The model's EventContextDataType. City and country are not there: the emulator has no map of addresses."""
        shown = {"IpAddress": self.ip, "DeviceName": self.device_name, "Timezone": self.timezone}
        return {name: value for name, value in shown.items() if value}


def client_context(
    context: Mapping[str, Any], *, source_ip: str, user_agent: str, trusts_context: bool, device_key: str | None = None
) -> ClientContext:
    """Read what a request tells. It names the device, for which the first call takes half a second.

    Args:
        context: ContextData or UserContextData of the request.
        source_ip: The address that the request came from.
        user_agent: The request's own.
        trusts_context: The request speaks for the user with the application's authority: it is an admin operation, or the client is
            confidential and propagates user context (EnablePropagateAdditionalUserContextData). Else IpAddress is not believed.
        device_key: The remembered device that the request names.
    """
    headers = {str(header.get("headerName", "")).lower(): str(header.get("headerValue", "")) for header in context.get("HttpHeaders", ())}
    agent = headers.get("user-agent") or user_agent
    data = decoded_data(context.get("EncodedData"))
    fingerprint = data.get("DeviceId") or data.get("DeviceFingerprint")
    return ClientContext(
        ip=(context.get("IpAddress") if trusts_context else None) or source_ip,
        device=device_key or str(fingerprint or agent),
        device_name=str(data.get("DeviceName") or "") or describe_device(str(data.get("UserAgent") or "") or agent),
        timezone=str(data.get("ClientTimezone") or ""),
        has_data=bool(context.get("EncodedData")),
    )


def decoded_data(encoded: str | None) -> dict[str, Any]:
    """The `contextData` of EncodedData, as the amazon-cognito-advanced-security-data libraries make it; empty when it is not theirs.

    Assumption: its signature is not checked; an application's fingerprint of any other form tells devices apart as it is.
    """
    if not encoded:
        return {}
    try:
        envelope = orjson.loads(base64.b64decode(encoded, validate=True))
        payload = orjson.loads(envelope["payload"]) if isinstance(envelope["payload"], str) else envelope["payload"]
        data = payload["contextData"]
    except (binascii.Error, ValueError, KeyError, TypeError):
        return {"DeviceId": encoded}
    return data if isinstance(data, dict) else {}
