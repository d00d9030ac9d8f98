"""App clients: what they are set to, the hosted login with everything filled in, and a sign-in to try."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cognito_emu.console.display import pretty_json
from cognito_emu.console.handler import Done, PageError
from cognito_emu.console.pools import PoolPageHandler, pool_address
from cognito_emu.console.trial import TRIAL_COOKIE, Trial
from cognito_emu.protocol.service_models import load_service_model
from cognito_emu.store.user_pools import UserPool

_CALLBACK = "/_emu/ui/callback"
_FLOWS = ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH")
_DEFAULT_SCOPES = ["openid", "email", "profile"]


class ClientsHandler(PoolPageHandler):
    """A pool's app clients."""

    tab = "clients"

    async def show(self, pool_id: str) -> None:
        """Render the list."""
        pool = await self.pool(pool_id)
        listed = (await self.operate(pool, "ListUserPoolClients", MaxResults=60))["UserPoolClients"]
        clients = [(await self.operate(pool, "DescribeUserPoolClient", ClientId=client["ClientId"]))["UserPoolClient"] for client in listed]
        await self.render_page("clients.html", pool.name, pool=pool, clients=clients, flows=_FLOWS)

    async def do_create_client(self, pool_id: str) -> Done:
        """CreateUserPoolClient."""
        pool = await self.pool(pool_id)
        callbacks = self.lines("callbacks")
        flows = [flow for flow in _FLOWS if self.typed(flow) == "on"]
        hosted = {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": _DEFAULT_SCOPES,
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": callbacks,
        }
        created = await self.operate(
            pool,
            "CreateUserPoolClient",
            ClientName=self.typed("name"),
            GenerateSecret=self.typed("secret") == "on",
            ExplicitAuthFlows=[*flows, "ALLOW_REFRESH_TOKEN_AUTH"],
            **(hosted if callbacks else {}),
        )
        client_id = created["UserPoolClient"]["ClientId"]
        return Done(f"App client {self.typed('name')} was created.", pool_address(pool, "clients", client_id))


class ClientHandler(PoolPageHandler):
    """One app client."""

    tab = "clients"

    async def show(self, pool_id: str, client_id: str) -> None:
        """Render its settings and the ways to sign in with it."""
        pool = await self.pool(pool_id)
        client = await self._client(pool, client_id)
        callback = f"{self.base_url}{_CALLBACK}"
        await self.render_page(
            "client.html",
            client["ClientName"],
            pool=pool,
            client=client,
            everything=pretty_json({name: value for name, value in client.items() if name != "ClientSecret"}),
            logins=hosted_logins(client),
            callback=callback,
            may_try=callback in client.get("CallbackURLs", ()) and "code" in client.get("AllowedOAuthFlows", ()),
            address=pool_address(pool, "clients", client_id),
        )

    async def do_allow_trial(self, pool_id: str, client_id: str) -> Done:
        """UpdateUserPoolClient: let the client end a sign-in in this window."""
        pool = await self.pool(pool_id)
        client = await self._client(pool, client_id)
        # What is left out of an update goes back to its default, so everything is sent again.
        members = load_service_model("cognito-idp").operation_model("UpdateUserPoolClient").input_members
        request = {name: value for name, value in client.items() if name in members and value is not None}
        request |= {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": [*dict.fromkeys([*client.get("AllowedOAuthFlows", ()), "code"])],
            "AllowedOAuthScopes": client.get("AllowedOAuthScopes") or _DEFAULT_SCOPES,
            "SupportedIdentityProviders": client.get("SupportedIdentityProviders") or ["COGNITO"],
            "CallbackURLs": [*dict.fromkeys([*client.get("CallbackURLs", ()), f"{self.base_url}{_CALLBACK}"])],
        }
        await self.operate(pool, "UpdateUserPoolClient", **request)
        return Done("The client may now end a sign-in in this window.")

    async def do_delete_client(self, pool_id: str, client_id: str) -> Done:
        """DeleteUserPoolClient."""
        pool = await self.pool(pool_id)
        await self.operate(pool, "DeleteUserPoolClient", ClientId=client_id)
        return Done("The app client was deleted.", pool_address(pool, "clients"))

    async def _client(self, pool: UserPool, client_id: str) -> dict[str, Any]:
        client: dict[str, Any] = (await self.operate(pool, "DescribeUserPoolClient", ClientId=client_id))["UserPoolClient"]
        return client


class TryHandler(PoolPageHandler):
    """`…/clients/{client}/try`: begins a sign-in by the code flow with PKCE, which ends at the callback."""

    tab = "clients"

    async def show(self, pool_id: str, client_id: str) -> None:
        """Remember what the callback needs, and go to the hosted login."""
        pool = await self.pool(pool_id)
        client = (await self.operate(pool, "DescribeUserPoolClient", ClientId=client_id))["UserPoolClient"]
        callback = f"{self.base_url}{_CALLBACK}"
        if callback not in client.get("CallbackURLs", ()):
            raise PageError(400, "The client's callback URLs do not name this window")
        env = self.parts.env
        trial = Trial(pool.id, client_id, callback, state=env.opaque(24), nonce=env.opaque(24), verifier=env.opaque(48))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(trial.verifier.encode()).digest()).rstrip(b"=").decode()
        # Lax: an identity provider's site may be the one that sends the browser back.
        self.set_cookie(TRIAL_COOKIE, trial.encode(), path="/_emu/", httponly=True, samesite="Lax")
        request = {
            "client_id": client_id,
            "response_type": "code",
            "scope": " ".join(client.get("AllowedOAuthScopes", ())),
            "redirect_uri": callback,
            "state": trial.state,
            "nonce": trial.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        # A user who is signed in already shall see the login page nevertheless: that is what is tried.
        self.redirect(f"/oauth2/authorize?{urlencode(request | {'prompt': 'login'})}")


def hosted_logins(client: Mapping[str, Any]) -> list[tuple[str, str]]:
    """For each callback URL of a client, the address of the hosted login with everything filled in."""
    flows = client.get("AllowedOAuthFlows", ())
    if not client.get("AllowedOAuthFlowsUserPoolClient") or not {"code", "implicit"}.intersection(flows):
        return []
    common = {
        "client_id": client["ClientId"],
        "response_type": "code" if "code" in flows else "token",
        "scope": " ".join(client.get("AllowedOAuthScopes", ())),
    }
    return [(url, f"/login?{urlencode(common | {'redirect_uri': url})}") for url in client.get("CallbackURLs", ())]
