"""What an external provider said of a user, before anything is made of it: InboundFederation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import orjson

from cognito_emu.call import Call
from cognito_emu.store.user_pools import UserPool
from cognito_emu.trigger_calls.pool_triggers import PoolTriggers, envelope
from cognito_emu.trigger_calls.sources import source_of
from triggers import events, responses

_PROVIDER_TYPES: tuple[events.ProviderType, ...] = get_args(events.ProviderType)


class FederationTriggers(PoolTriggers):
    """The trigger around external providers."""

    async def inbound_federation(
        self,
        call: Call,
        pool: UserPool,
        *,
        username: str,
        client_id: str,
        provider_name: str,
        provider_type: str,
        attributes: Mapping[str, Any],
    ) -> Mapping[str, str] | None:
        """InboundFederation_ExternalProvider: the attributes to go on with; None: those that came.

        Args:
            call: The request.
            pool: The pool.
            username: `Provider_subject`.
            client_id: The app client.
            provider_name: The provider's name in the pool.
            provider_type: OIDC, SAML, Facebook, Google, SignInWithApple or LoginWithAmazon.
            attributes: `samlResponse` for SAML, else `tokenResponse`, `idToken` and `userInfo`: each a mapping, whose values are made text.
        """
        if not self.has(pool, "InboundFederation"):
            return None
        frame = envelope(call, pool, username, client_id)
        if provider_type == "SAML":
            event = events.inbound_federation_saml(frame, provider_name=provider_name, saml_response=_texts(attributes, "samlResponse"))
        else:
            event = events.inbound_federation_oidc(
                frame,
                provider_name=provider_name,
                provider_type=source_of(_PROVIDER_TYPES, provider_type),
                token_response=_texts(attributes, "tokenResponse"),
                id_token=_texts(attributes, "idToken"),
                user_info=_texts(attributes, "userInfo"),
            )
        return await self._invoke(pool, "InboundFederation", event, responses.inbound_federation) or None


def _texts(attributes: Mapping[str, Any], name: str) -> dict[str, str]:
    """Every value as text. Assumption: what is no text comes as JSON."""
    found: Mapping[str, Any] = attributes.get(name) or {}
    return {key: value if isinstance(value, str) else orjson.dumps(value).decode() for key, value in found.items() if value is not None}
