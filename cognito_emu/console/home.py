"""The overview: pools, the last messages and the last calls at a glance."""

from __future__ import annotations

from typing import Any

from cognito_emu.call import Tenant
from cognito_emu.console.handler import Done, PageHandler
from cognito_emu.store import Tx
from cognito_emu.store.messages import Message

_POOLS = 60
_MESSAGES = 8
_CALLS = 12


class HomeHandler(PageHandler):
    """`/_emu/`, with `?q=` for pools by name or id."""

    section = "home"

    async def show(self) -> None:
        """Render the overview."""
        text = self.get_query_argument("q", "")

        def look_up(tx: Tx) -> tuple[list[dict[str, Any]], bool, list[Message]]:
            found = tx.user_pools.find_anywhere(text, limit=_POOLS + 1)
            pools = [
                {"pool": pool, "clients": tx.app_clients.count(pool.id), "users": self.parts.user_estimates.of(tx, pool)}
                for pool in found[:_POOLS]
            ]
            return pools, len(found) > _POOLS, list(tx.messages.search(limit=_MESSAGES))

        pools, more, messages = await self.parts.store.read(look_up)
        calls = self.window.calls.latest(limit=_CALLS)
        await self.render_page(
            "home.html",
            "Overview",
            pools=pools,
            more=more,
            text=text,
            messages=messages,
            calls=calls,
            call_names=await self.names_in(calls),
        )

    async def do_create_pool(self) -> Done:
        """CreateUserPool, and an app client in it, so that it can be used at once."""
        settings = self.parts.settings
        tenant = Tenant(self.typed("account") or settings.account, self.typed("region") or settings.region)
        signs_in_by = self.typed("signs_in_by")
        created = await self.operate(
            tenant,
            "CreateUserPool",
            PoolName=self.typed("name"),
            AutoVerifiedAttributes=["email"],
            UsernameAttributes=[signs_in_by] if signs_in_by == "email" else None,
        )
        pool = await self.pool(created["UserPool"]["Id"])
        await self.operate(
            pool,
            "CreateUserPoolClient",
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        return Done(f"Pool {pool.name} was created, with an app client.", f"/_emu/ui/pools/{pool.id}")
