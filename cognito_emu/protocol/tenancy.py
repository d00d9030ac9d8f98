"""Who a request belongs to: the account from the access key, the region from the credential scope.

Signatures are not checked here, but in `callers.py`.
`Authorization: AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
"""

from __future__ import annotations

import re
from functools import lru_cache

from cognito_emu.call import Tenant
from cognito_emu.records import Record

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
_ACCOUNT = re.compile(r"\d{12}")
# cognito-idp.eu-west-1.amazonaws.com, cognito-idp.eu-west-1.localhost, eu-west-1.localhost
_REGION_IN_HOST = re.compile(r"(?:^|\.)([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)\.")


class Credentials(Record):
    """What the Authorization header says: the access key and the scope that it was used in."""

    access_key: str
    region: str
    service: str


def parse_credentials(authorization: str) -> Credentials | None:
    """The credentials of a signed request, None for an unsigned one."""
    # A client's credentials stay; what changes with each request is the signature behind them.
    begin = authorization.find("Credential=")
    return None if begin < 0 else _read_credential(authorization[begin:].partition(",")[0])


@lru_cache
def _read_credential(text: str) -> Credentials | None:
    found = _CREDENTIAL.match(text)
    return Credentials(*found.groups()) if found else None


@lru_cache
def names_region(credentials: Credentials | None, host: str) -> bool:
    """Whether the request itself tells a region, by its signature or by the host that it was sent to."""
    return credentials is not None or _REGION_IN_HOST.search(host) is not None


@lru_cache
def resolve_tenant(credentials: Credentials | None, host: str, *, default: Tenant, account: str | None = None) -> Tenant:
    """The tenant: each half from where it can be told, else the default's.

    Args:
        account: That of temporary credentials which the emulator handed out.
    """
    account = account or default.account
    region = ""
    if credentials is not None:
        region = credentials.region
        if _ACCOUNT.fullmatch(credentials.access_key):
            account = credentials.access_key
    if not region:
        in_host = _REGION_IN_HOST.search(host)
        region = in_host.group(1) if in_host else default.region
    return Tenant(account, region)
