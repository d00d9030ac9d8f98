"""Where a pool's OAuth endpoints are found."""

from __future__ import annotations

from cognito_emu.store.user_pools import UserPool


def oauth_base_url(pool: UserPool, base_url: str) -> str:
    """The base of `/oauth2/...`, `/login` and `/logout` for a pool.

    The endpoints are served on the emulator's own address, where the client id tells the pool, whatever domain the pool has: this works
    with every HTTP client, while `*.localhost` names resolve in browsers only.
    """
    return base_url
