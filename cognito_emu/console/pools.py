"""A pool's pages: users, app clients, groups, providers, triggers, settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from typing_extensions import override

from cognito_emu.console.display import pretty_json
from cognito_emu.console.handler import Done, PageError, PageHandler
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.store.user_pools import UserPool

#: Name in the address, label.
TABS = (
    ("users", "Users"),
    ("clients", "App clients"),
    ("groups", "Groups"),
    ("providers", "Identity providers"),
    ("triggers", "Triggers"),
    ("settings", "Settings"),
)
_PAGE = 60


def pool_address(pool: UserPool, *rest: str) -> str:
    """The address of a pool's page."""
    return "/".join(("/_emu/ui/pools", pool.id, *(quote(name, safe="") for name in rest)))


class PoolPageHandler(PageHandler):
    """A page below a pool."""

    section = "home"
    tab = ""

    @override
    def get_template_namespace(self) -> dict[str, Any]:
        return super().get_template_namespace() | {"tabs": TABS, "tab": self.tab, "pool_address": pool_address}


class UsersHandler(PoolPageHandler):
    """A pool's users, `?q=` for those whose name, address or `sub` begins so."""

    tab = "users"

    async def show(self, pool_id: str) -> None:
        """Render the list."""
        pool = await self.pool(pool_id)
        text = self.get_query_argument("q", "").strip()
        token = self.get_query_argument("token", None)
        page = await self.operate(pool, "ListUsers", Limit=_PAGE, Filter=_user_filter(text), PaginationToken=token)
        following = page.get("PaginationToken")
        await self.render_page(
            "users.html",
            pool.name,
            pool=pool,
            users=page["Users"],
            text=text,
            names=SignInNames.from_pool(pool.settings),
            next_address=f"?{urlencode({'q': text, 'token': following})}" if following else None,
        )

    async def do_create_user(self, pool_id: str) -> Done:
        """AdminCreateUser; with a password that is to stay, AdminSetUserPassword as well."""
        pool = await self.pool(pool_id)
        email, password = self.typed_or_none("email"), self.typed_or_none("password")
        username = self.typed("username") or email or ""
        attributes = {"email": email, "email_verified": "true"} if email else {}
        invites = self.typed("invite") == "on"
        created = await self.operate(
            pool,
            "AdminCreateUser",
            Username=username,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            TemporaryPassword=password,
            MessageAction=None if invites else "SUPPRESS",
            DesiredDeliveryMediums=["EMAIL"] if invites and email else None,
        )
        name = created["User"]["Username"]
        if password and self.typed("permanent") == "on":
            await self.operate(pool, "AdminSetUserPassword", Username=name, Password=password, Permanent=True)
        return Done(f"User {username} was created.", pool_address(pool, "users", name))


class GroupsHandler(PoolPageHandler):
    """A pool's groups."""

    tab = "groups"

    async def show(self, pool_id: str) -> None:
        """Render the list."""
        pool = await self.pool(pool_id)
        groups = (await self.operate(pool, "ListGroups", Limit=_PAGE))["Groups"]
        await self.render_page("groups.html", pool.name, pool=pool, groups=groups)

    async def do_create_group(self, pool_id: str) -> Done:
        """CreateGroup."""
        precedence = self.typed("precedence")
        await self.operate(
            await self.pool(pool_id),
            "CreateGroup",
            GroupName=self.typed("name"),
            Description=self.typed_or_none("description"),
            Precedence=int(precedence) if precedence.isascii() and precedence.isdigit() else None,
            RoleArn=self.typed_or_none("role"),
        )
        return Done(f"Group {self.typed('name')} was created.")

    async def do_delete_group(self, pool_id: str) -> Done:
        """DeleteGroup."""
        await self.operate(await self.pool(pool_id), "DeleteGroup", GroupName=self.typed("name"))
        return Done(f"Group {self.typed('name')} was deleted.")


class GroupHandler(PoolPageHandler):
    """A group and who is in it."""

    tab = "groups"

    async def show(self, pool_id: str, name: str) -> None:
        """Render the group."""
        pool = await self.pool(pool_id)
        group = (await self.operate(pool, "GetGroup", GroupName=name))["Group"]
        members = (await self.operate(pool, "ListUsersInGroup", GroupName=name, Limit=_PAGE))["Users"]
        await self.render_page("group.html", name, pool=pool, group=group, users=members)

    async def do_add_user(self, pool_id: str, name: str) -> Done:
        """AdminAddUserToGroup."""
        await self.operate(await self.pool(pool_id), "AdminAddUserToGroup", GroupName=name, Username=self.typed("username"))
        return Done(f"{self.typed('username')} is in {name} now.")

    async def do_remove_user(self, pool_id: str, name: str) -> Done:
        """AdminRemoveUserFromGroup."""
        await self.operate(await self.pool(pool_id), "AdminRemoveUserFromGroup", GroupName=name, Username=self.typed("username"))
        return Done(f"{self.typed('username')} is no longer in {name}.")


class ProvidersHandler(PoolPageHandler):
    """A pool's identity providers."""

    tab = "providers"

    async def show(self, pool_id: str) -> None:
        """Render them, with what is secret left out."""
        pool = await self.pool(pool_id)
        listed = (await self.operate(pool, "ListIdentityProviders", MaxResults=_PAGE))["Providers"]
        providers = [
            (await self.operate(pool, "DescribeIdentityProvider", ProviderName=provider["ProviderName"]))["IdentityProvider"]
            for provider in listed
        ]
        await self.render_page("providers.html", pool.name, pool=pool, providers=providers)


class TriggersHandler(PoolPageHandler):
    """Which functions a pool calls."""

    tab = "triggers"

    async def show(self, pool_id: str) -> None:
        """Render LambdaConfig."""
        pool = await self.pool(pool_id)
        triggers = {name: value for name, value in pool.settings["LambdaConfig"].items() if value}
        await self.render_page("triggers.html", pool.name, pool=pool, triggers=triggers)


class SettingsHandler(PoolPageHandler):
    """Everything that DescribeUserPool and GetUserPoolMfaConfig tell."""

    tab = "settings"

    async def show(self, pool_id: str) -> None:
        """Render them as JSON."""
        pool = await self.pool(pool_id)
        described = (await self.operate(pool, "DescribeUserPool"))["UserPool"]
        mfa = await self.operate(pool, "GetUserPoolMfaConfig")
        await self.render_page("settings.html", pool.name, pool=pool, described=pretty_json(described), mfa=pretty_json(mfa))

    async def do_delete_pool(self, pool_id: str) -> Done:
        """DeleteUserPool, once its name was typed."""
        pool = await self.pool(pool_id)
        if self.typed("name") != pool.name:
            raise PageError(400, "The name that was typed is not the pool's")
        await self.operate(pool, "DeleteUserPool")
        return Done(f"Pool {pool.name} was deleted.", "/_emu/")


def _user_filter(text: str) -> str | None:
    """ListUsers' filter for what was typed into the search field."""
    if not text:
        return None
    attribute = "phone_number" if text.startswith("+") else "email" if "@" in text else "username"
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{attribute} ^= "{quoted}"'
