"""The claims of the tokens that identity pools issue.

https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html says what trust policies find in `amr`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cognito_emu.domain.principal_tags import tags_claim

# The key in `Logins` under which such a token comes back.
SERVICE = "cognito-identity.amazonaws.com"

_POOL_ARN_CLAIM = "https://cognito-identity.amazonaws.com/identity-pool-arn"


class Login(Protocol):
    """What the `amr` claim needs to know of a login."""

    @property
    def provider(self) -> str:
        """The provider's name."""

    @property
    def amr(self) -> str:
        """The login itself."""


def amr_of(logins: Sequence[Login]) -> list[str]:
    """How somebody signed in: `unauthenticated`, or `authenticated`, and each provider with the login itself."""
    if not logins:
        return ["unauthenticated"]
    return ["authenticated", *(text for login in logins for text in (login.provider, login.amr))]


def identity_token_claims(
    *,
    issuer: str,
    identity_id: str,
    pool_id: str,
    amr: Sequence[str],
    issued_at: int,
    lifetime: int,
    tags: Mapping[str, str],
    pool_arn: str | None = None,
) -> dict[str, Any]:
    """The claims, in AWS's order.

    Args:
        pool_arn: For developer identities, whose tokens carry it.
    """
    return {
        "sub": identity_id,
        "aud": pool_id,
        "amr": list(amr),
        "iss": issuer,
        **({_POOL_ARN_CLAIM: pool_arn} if pool_arn else {}),
        **tags_claim(tags),
        "exp": issued_at + lifetime,
        "iat": issued_at,
    }
