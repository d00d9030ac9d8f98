"""Sessions of users: what a pool tracks, how many a user may have, and how long a client reuses a sign-in on the hosted pages.

Source: developer guide, "Managing user sessions"; API reference, SetUserPoolSessionConfiguration.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

ENABLED = "ENABLED"
TOKEN, SSO = "TOKEN", "SSO"

DEFAULT_SSO_MINUTES = 60
_DEFAULT_CONFIGURATION = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}

PREFIX_OF_TYPE = {TOKEN: "tkn", SSO: "sso"}
SESSION_ID_ALPHABET = string.ascii_lowercase + string.digits
SESSION_ID_RANDOM_LENGTH = 25


def session_configuration(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """A pool's session configuration; that of pools which were never told one is AWS's default."""
    return dict(stored or _DEFAULT_CONFIGURATION)


def tracks_sessions(stored: Mapping[str, Any] | None) -> bool:
    """Whether a pool tracks sessions."""
    return bool(session_configuration(stored)["UserSessionTracking"] == ENABLED)


def most_token_sessions(stored: Mapping[str, Any] | None) -> int:
    """How many token sessions a user may have at once."""
    return int(session_configuration(stored)["TokenSession"]["MaxPerUser"])


def reusable_minutes(stored: Mapping[str, Any] | None, client_minutes: int | None) -> int:
    """How long after the fresh sign-in a client reuses an SSO session; 0: never.

    "Existing client-level session configurations are retained but dormant" while the pool does not track sessions.
    """
    return client_minutes if client_minutes is not None and tracks_sessions(stored) else DEFAULT_SSO_MINUTES
