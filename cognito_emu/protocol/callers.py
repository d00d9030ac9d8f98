"""Who calls: from an HTTP request to the `Call` that an operation is handed.

An access key of 12 digits is an account. One that the emulator handed out (`ASIA...`) is looked up: it acts in the account that it was made
in, and no longer than it was made for. Every other key, a developer's real AWS session among them, acts in the configured account.
"""

from __future__ import annotations

import hmac

from cognito_emu.call import Call, Origin, Parts, Tenant
from cognito_emu.errors import ExpiredTokenException, UnrecognizedClientException
from cognito_emu.protocol.http import HttpRequest
from cognito_emu.protocol.sigv4 import check_signature
from cognito_emu.protocol.tenancy import names_region, parse_credentials, resolve_tenant
from cognito_emu.store.temporary_credentials import TemporaryCredentials, hash_session_token

# AWS's prefix of temporary access keys; only these cost a look into the store.
_TEMPORARY = "ASIA"


async def identify_caller(parts: Parts, request: HttpRequest, request_id: str) -> Call:
    """The call that a request makes.

    Raises:
        ExpiredTokenException: Its temporary credentials have expired.
        UnrecognizedClientException: Its session token is not that of its access key (checked with COGNITO_EMU_VERIFY_SIGNATURES).
        InvalidSignatureException: Its secret key is another (checked with COGNITO_EMU_VERIFY_SIGNATURES).
    """
    headers, settings = request.headers, parts.settings
    credentials = parse_credentials(headers.get("Authorization", ""))
    issued = None
    if credentials is not None and credentials.access_key.startswith(_TEMPORARY):
        issued = await _issued_credentials(parts, request, credentials.access_key)
    return Call(
        parts=parts,
        tenant=resolve_tenant(
            credentials,
            headers.get("Host", ""),
            default=Tenant(settings.account, settings.region),
            account=issued.account if issued else None,
        ),
        origin=Origin(
            base_url=request.base_url(settings.public_url),
            ip=request.remote_ip,
            user_agent=headers.get("X-Amz-User-Agent") or headers.get("User-Agent", ""),
        ),
        request_id=request_id,
        signed=credentials is not None,
        names_region=names_region(credentials, headers.get("Host", "")),
        access_key=credentials.access_key if credentials else "",
    )


async def _issued_credentials(parts: Parts, request: HttpRequest, access_key: str) -> TemporaryCredentials | None:
    issued = await parts.store.read(lambda tx: tx.temporary_credentials.get(access_key))
    if issued is None:
        return None
    if parts.settings.verify_signatures:
        session_token = request.headers.get("X-Amz-Security-Token", "")
        if not hmac.compare_digest(hash_session_token(session_token), issued.session_token_hash):
            raise UnrecognizedClientException
        check_signature(request, issued.secret_key, now=parts.env.now() - parts.env.clock_offset)
    if issued.expires_at <= parts.env.now():
        raise ExpiredTokenException
    return issued
