"""What a request tells of the user's device and address."""

import base64
import json

import pytest

from cognito_emu.domain.client_context import client_context, decoded_data
from cognito_emu.domain.user_agents import describe_device

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome 126, Linux"),
        (f"{CHROME} Edg/126.0.0.0", "Edge 126, Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17.5 Safari/605", "Safari 17, Mac OS X 10"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127, Windows 10"),
        ("okhttp/4.12 (Android 14)", "okhttp 4, Android 14"),
        ("curl/8.0", "curl 8"),
        ("", "Other, Other"),
    ],
)
def test_devices_have_names_for_people(user_agent: str, name: str) -> None:
    assert describe_device(user_agent) == name


def test_an_address_is_believed_of_who_speaks_with_authority() -> None:
    for trusts, ip in ((True, "192.0.2.1"), (False, "127.0.0.1")):
        seen = client_context({"IpAddress": "192.0.2.1"}, source_ip="127.0.0.1", user_agent="x", trusts_context=trusts)
        assert seen.ip == ip


def test_devices_are_told_apart_by_key_then_fingerprint_then_user_agent() -> None:
    headers = [{"headerName": "user-AGENT", "headerValue": CHROME}]
    context = {"HttpHeaders": headers, "EncodedData": "whatever an application sends"}
    common = {"source_ip": "127.0.0.1", "user_agent": "sdk", "trusts_context": True}
    assert client_context(context, device_key="us-east-1_key", **common).device == "us-east-1_key"
    assert client_context(context, **common).device == "whatever an application sends"
    assert client_context({"HttpHeaders": headers}, **common).device == CHROME
    assert client_context({}, **common).device == "sdk"


@pytest.mark.parametrize("payload", [7, [], {"contextData": "text"}, {"other": {}}, None])
def test_data_of_another_form_disturbs_nobody(payload: object) -> None:
    encoded = base64.b64encode(json.dumps({"payload": json.dumps(payload)}).encode()).decode()
    assert decoded_data(encoded) in ({}, {"DeviceId": encoded})
