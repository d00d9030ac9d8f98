"""Whose passkeys a pool takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def configured_relying_party(settings: Mapping[str, Any]) -> str | None:
    """The RelyingPartyId of the pool's WebAuthnConfiguration."""
    name: str | None = settings.get("WebAuthnConfiguration", {}).get("RelyingPartyId")
    return name


def relying_party_at(base_url: str) -> str:
    """The relying party of pages that are served at `base_url`. Browsers know no relying party that is an IP address."""
    host = urlsplit(base_url).hostname or "localhost"
    return "localhost" if host in {"127.0.0.1", "::1"} else host
