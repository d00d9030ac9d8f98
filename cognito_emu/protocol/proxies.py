"""Who a client is when a reverse proxy stands before the emulator: `X-Forwarded-For`, `X-Real-Ip`, `X-Forwarded-Proto`, `X-Scheme`.

Tornado's `xheaders` does the same, and asks the resolver about the address of each request, of those without such headers, too.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from tornado import httputil


class Client(NamedTuple):
    """The address and the scheme of whoever sent a request."""

    ip: str
    protocol: str


def forwarded_client(headers: httputil.HTTPHeaders, ip: str, protocol: str) -> Client:
    """The client as the proxy tells, or as the connection does (`ip`, `protocol`). What is no address or scheme is not believed.

    Of a list the last counts: it is what the nearest proxy says.
    """
    for name in ("X-Forwarded-For", "X-Real-Ip"):
        if name in headers:
            ip = _address(headers[name].rpartition(",")[2].strip()) or ip
    for name in ("X-Scheme", "X-Forwarded-Proto"):
        if name in headers and (scheme := headers[name].rpartition(",")[2].strip()) in {"http", "https"}:
            protocol = scheme
    return Client(ip, protocol)


def _address(text: str) -> str | None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return None
    return text
