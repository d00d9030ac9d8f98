"""A user's page: attributes, factors, groups, sessions, devices, messages, and what an administrator may do to them."""

from __future__ import annotations

from typing import Any

from cognito_emu.console.handler import Done, PageError
from cognito_emu.console.pools import PoolPageHandler, pool_address
from cognito_emu.operations.lookup import find_user
from cognito_emu.store import Tx
from cognito_emu.store.messages import MessageFilter
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

_ROWS = 8
# What AdminUpdateUserAttributes refuses to change.
_READ_ONLY = ("sub", "identities", "cognito:mfa_enabled")


class UserHandler(PoolPageHandler):
    """`/_emu/ui/pools/{pool}/users/{name}`."""

    tab = "users"

    async def show(self, pool_id: str, name: str) -> None:
        """Render the user."""
        pool = await self.pool(pool_id)
        user = await self._user(pool, name)
        profile = await self.operate(pool, "AdminGetUser", Username=user.username)
        groups = (await self.operate(pool, "AdminListGroupsForUser", Username=user.username, Limit=60))["Groups"]
        all_groups = (await self.operate(pool, "ListGroups", Limit=60))["Groups"]
        names = {group["GroupName"] for group in groups}
        attributes = {each["Name"]: each["Value"] for each in profile["UserAttributes"]}
        belongings = await self.parts.store.read(lambda tx: _belongings(tx, pool, user, self.now))
        await self.render_page(
            "user.html",
            attributes.get("email") or user.username,
            pool=pool,
            user=user,
            profile=profile,
            attributes=attributes,
            read_only=_READ_ONLY,
            unset=_unset_attributes(pool, attributes),
            groups=groups,
            other_groups=[group["GroupName"] for group in all_groups if group["GroupName"] not in names],
            devices=await self._devices(pool, user),
            **belongings,
        )

    # -- what an administrator may do

    async def do_set_password(self, pool_id: str, name: str) -> Done:
        """AdminSetUserPassword."""
        permanent = self.typed("permanent") == "on"
        await self._administer(pool_id, name, "AdminSetUserPassword", Password=self.typed("password"), Permanent=permanent)
        return Done("The password was set." if permanent else "The temporary password was set.")

    async def do_confirm(self, pool_id: str, name: str) -> Done:
        """AdminConfirmSignUp."""
        await self._administer(pool_id, name, "AdminConfirmSignUp")
        return Done("The registration is confirmed.")

    async def do_disable(self, pool_id: str, name: str) -> Done:
        """AdminDisableUser."""
        await self._administer(pool_id, name, "AdminDisableUser")
        return Done("The user can no longer sign in.")

    async def do_enable(self, pool_id: str, name: str) -> Done:
        """AdminEnableUser."""
        await self._administer(pool_id, name, "AdminEnableUser")
        return Done("The user may sign in again.")

    async def do_reset_password(self, pool_id: str, name: str) -> Done:
        """AdminResetUserPassword."""
        await self._administer(pool_id, name, "AdminResetUserPassword")
        return Done("The user was sent a code and must choose a new password.")

    async def do_sign_out(self, pool_id: str, name: str) -> Done:
        """AdminUserGlobalSignOut."""
        await self._administer(pool_id, name, "AdminUserGlobalSignOut")
        return Done("All tokens of the user are revoked.")

    async def do_delete(self, pool_id: str, name: str) -> Done:
        """AdminDeleteUser."""
        pool = await self._administer(pool_id, name, "AdminDeleteUser")
        return Done(f"User {name} was deleted.", pool_address(pool, "users"))

    async def do_save_attributes(self, pool_id: str, name: str) -> Done:
        """AdminUpdateUserAttributes, with those that were changed."""
        pool = await self.pool(pool_id)
        user = await self._user(pool, name)
        given = {key.removeprefix("attribute:"): self.typed(key) for key in self.request.body_arguments if key.startswith("attribute:")}
        if self.typed("new_name"):
            given[self.typed("new_name")] = self.typed("new_value")
        changed = {key: value for key, value in given.items() if user.attributes.get(key, "") != value}
        if not changed:
            return Done("Nothing was changed.")
        attributes = [{"Name": key, "Value": value} for key, value in changed.items()]
        await self.operate(pool, "AdminUpdateUserAttributes", Username=user.username, UserAttributes=attributes)
        return Done(f"{', '.join(changed)} {'was' if len(changed) == 1 else 'were'} saved.")

    async def do_delete_attribute(self, pool_id: str, name: str) -> Done:
        """AdminDeleteUserAttributes."""
        await self._administer(pool_id, name, "AdminDeleteUserAttributes", UserAttributeNames=[self.typed("name")])
        return Done(f"{self.typed('name')} was removed.")

    async def do_add_to_group(self, pool_id: str, name: str) -> Done:
        """AdminAddUserToGroup."""
        await self._administer(pool_id, name, "AdminAddUserToGroup", GroupName=self.typed("group"))
        return Done(f"The user is in {self.typed('group')} now.")

    async def do_remove_from_group(self, pool_id: str, name: str) -> Done:
        """AdminRemoveUserFromGroup."""
        await self._administer(pool_id, name, "AdminRemoveUserFromGroup", GroupName=self.typed("group"))
        return Done(f"The user is no longer in {self.typed('group')}.")

    async def do_forget_device(self, pool_id: str, name: str) -> Done:
        """AdminForgetDevice."""
        await self._administer(pool_id, name, "AdminForgetDevice", DeviceKey=self.typed("device"))
        return Done("The device was forgotten.")

    async def _administer(self, pool_id: str, name: str, operation: str, **request: Any) -> UserPool:
        pool = await self.pool(pool_id)
        await self.operate(pool, operation, Username=name, **request)
        return pool

    async def _user(self, pool: UserPool, name: str) -> User:
        user = await self.parts.store.read(lambda tx: find_user(tx, pool, name))
        if user is None:
            raise PageError(404, f"Pool {pool.name} has no user {name}")
        return user

    async def _devices(self, pool: UserPool, user: User) -> list[dict[str, Any]]:
        if not pool.settings.get("DeviceConfiguration"):
            return []  # a pool that remembers no devices refuses the question
        devices: list[dict[str, Any]] = (await self.operate(pool, "AdminListDevices", Username=user.username)).get("Devices", [])
        return devices


def _belongings(tx: Tx, pool: UserPool, user: User, now: float) -> dict[str, Any]:
    """Living sessions and the names of their clients, passkeys, and the last messages to any address of the user."""
    addresses = {user.attributes[name] for name in ("email", "phone_number") if name in user.attributes}
    messages = [
        message for address in addresses for message in tx.messages.search(MessageFilter(pool_id=pool.id, recipient=address), limit=_ROWS)
    ]
    messages.sort(key=lambda message: -message.number)
    sessions = tx.sign_ins.live_of_user(user.id, now)
    clients = [tx.app_clients.get(client_id) for client_id in {session.client_id for session in sessions}]
    return {
        "sessions": sessions,
        "client_names": {client.id: client.name for client in clients if client},
        "passkeys": tx.passkeys.of_user(user.id),
        "messages": messages[:_ROWS],
    }


def _unset_attributes(pool: UserPool, attributes: dict[str, str]) -> list[str]:
    """What else the pool's schema knows."""
    return [each["Name"] for each in pool.settings["SchemaAttributes"] if each["Name"] not in attributes and each["Name"] not in _READ_ONLY]
