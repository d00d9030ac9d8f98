"""How long an app client's tokens live.

Source: API reference, CreateUserPoolClient: AccessTokenValidity, IdTokenValidity, RefreshTokenValidity, TokenValidityUnits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from cognito_emu.errors import InvalidParameterException
from cognito_emu.records import Record

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_ACCESS_RANGE = range(300, 86_400 + 1)
_REFRESH_RANGE = range(3600, 315_360_000 + 1)

HOUR = 3600
DAY = 86_400


class TokenLifetimes(Record):
    """Seconds from issue to expiry."""

    id_token: int = HOUR
    access_token: int = HOUR
    refresh_token: int = 30 * DAY

    @classmethod
    def of_client(cls, client: Mapping[str, Any]) -> Self:
        """Read a UserPoolClientType. What is not set, or is 0, has AWS's default, whatever its unit."""
        units = client.get("TokenValidityUnits") or {}

        def seconds(name: str, default_unit: str, default: int) -> int:
            value = client.get(f"{name}Validity")
            return value * _SECONDS[units.get(name, default_unit)] if value else default

        return cls(
            id_token=seconds("IdToken", "hours", HOUR),
            access_token=seconds("AccessToken", "hours", HOUR),
            refresh_token=seconds("RefreshToken", "days", 30 * DAY),
        )

    def check(self) -> None:
        """Let lifetimes that AWS allows pass: 5 minutes to a day, an hour to ten years for the refresh token.

        Raises:
            InvalidParameterException: One is out of range, or outlives the refresh token.
        """
        short = (self.id_token, self.access_token)
        if self.refresh_token not in _REFRESH_RANGE or not all(seconds in _ACCESS_RANGE for seconds in short):
            raise InvalidParameterException("Invalid range for token validity.")
        if max(short) > self.refresh_token:
            # AWS's sentence (badmintoncryer/cdk-preflight, pf-cognito-token-expiration-order).
            raise InvalidParameterException(
                "Access and Id Token expiration times must be less than or equal to refresh token expiration times."
            )
