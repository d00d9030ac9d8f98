"""What nearly every request asks for, as it was last read: pools and their domains, app clients and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognito_emu.store.app_clients import AppClient, ClientSecret
    from cognito_emu.store.domains import UserPoolDomain
    from cognito_emu.store.user_pools import UserPool

_MOST = 1_000


class Remembered:
    """Rows by their ids. Whoever changes a row of these tables forgets all: settings change seldom, and a pool takes its clients with it.

    A transaction of PostgreSQL has one of its own, since only inside it nothing can change; the connection to SQLite keeps one for as
    long as no other process writes. The rows' settings are shared by all who ask, so nobody may change them in place.
    """

    __slots__ = ("clients", "domains", "pools", "secrets")

    def __init__(self) -> None:
        self.pools: dict[str, UserPool] = {}
        self.domains: dict[str, tuple[UserPoolDomain, ...]] = {}
        self.clients: dict[str, AppClient] = {}
        self.secrets: dict[str, tuple[ClientSecret, ...]] = {}

    def forget(self) -> None:
        """Read everything anew from now on."""
        self.pools.clear()
        self.domains.clear()
        self.clients.clear()
        self.secrets.clear()

    def keep_small(self) -> None:
        """Forget all when it is much: called before a row is added."""
        if len(self.pools) + len(self.domains) + len(self.clients) + len(self.secrets) >= _MOST:
            self.forget()
