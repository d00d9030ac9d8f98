"""By which address a request came, what domain of a pool that may be, and where a pool's OAuth endpoints are found."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from tornado.httputil import HTTPHeaders, HTTPServerRequest

from cognito_emu.call import Call, Origin, Parts, Tenant
from cognito_emu.config import Settings
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.records import Record
from cognito_emu.store.user_pools import UserPool

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ELSEWHERE = "/_aws/cognito-idp"
"""Below this, LocalStack has the OAuth endpoints and the hosted login, and answers calls of the API, too."""
# Names that can only mean a prefix domain: AWS's own form, and the one that browsers resolve to this machine.
_PREFIX_DOMAIN = re.compile(rf"(?P<prefix>{_LABEL})\.auth\.(?:(?P<region>[a-z0-9-]+)\.amazoncognito\.com|localhost)")
_SHORT_PREFIX_DOMAIN = re.compile(rf"(?P<prefix>{_LABEL})\.localhost")


def oauth_base_url(pool: UserPool, base_url: str) -> str:  # noqa: ARG001 - a pool's address would follow from the pool
    """The base of `/oauth2/...`, `/login` and `/logout` for a pool.

    The endpoints are served on the emulator's own address, where the client id tells the pool, whatever domain the pool has: this works
    with every HTTP client, while `*.localhost` names resolve in browsers only.
    """
    return base_url


class NamedDomain(NamedTuple):
    """The domain that a Host header may name.

    Attributes:
        name: The prefix, or the custom domain's full name.
        region: Where the host names it, else None.
        certain: The host cannot be anything else, such as the emulator's bare address under a name of the user's own.
    """

    name: str
    region: str | None = None
    certain: bool = False


def domain_in_host(host: str) -> NamedDomain | None:
    """The domain that a Host header may name; None for names without a dot and addresses.

    >>> domain_in_host("shop.auth.localhost:4566")
    NamedDomain(name='shop', region=None, certain=True)
    """
    name = host.lower().rpartition(":")[0] if re.search(r":\d+$", host) else host.lower()
    if found := _PREFIX_DOMAIN.fullmatch(name):
        return NamedDomain(found["prefix"], found["region"], certain=True)
    if found := _SHORT_PREFIX_DOMAIN.fullmatch(name):
        return NamedDomain(found["prefix"])
    if "." not in name or re.fullmatch(r"[\d.]+", name):
        return None
    return NamedDomain(name)


class Arrival(Record):
    """From whom a request came, by which address, and what it is called from now on.

    Attributes:
        protocol: `http` or `https`.
        host: The Host header.
        request_id: `x-amz-cognito-request-id`.
    """

    protocol: str
    host: str
    ip: str
    user_agent: str
    request_id: str

    @classmethod
    def of(cls, request: HttpRequest | HTTPServerRequest, request_id: str) -> Self:
        """Read a request of the lean path or of Tornado."""
        headers: HTTPHeaders = request.headers
        ip = request.remote_ip or ""
        return cls(request.protocol, headers.get("Host", "localhost"), ip, headers.get("User-Agent", ""), request_id)

    def base_url(self, settings: Settings, *, by_domain: bool) -> str:
        """The emulator's own address, which issuers are made of.

        A pool's domain says nothing of it; `localhost` with the port of the request, else with the configured one, stands in. Whoever
        needs another sets COGNITO_EMU_PUBLIC_URL.

        Args:
            by_domain: The host is a domain of the pool, and not the emulator's address.
        """
        if settings.public_url:
            return settings.public_url.rstrip("/")
        if not by_domain:
            return f"{self.protocol}://{self.host}"
        _, colon, port = self.host.rpartition(":")
        return f"{self.protocol}://localhost:{port}" if colon else f"http://localhost:{settings.port}"

    def call(self, parts: Parts, pool: UserPool, *, by_domain: bool = False) -> Call:
        """What the operations' functions want to be handed: at these endpoints the pool tells the tenant."""
        return Call(
            parts=parts,
            tenant=Tenant(pool.account, pool.region),
            origin=Origin(base_url=self.base_url(parts.settings, by_domain=by_domain), ip=self.ip, user_agent=self.user_agent),
            request_id=self.request_id,
        )
