"""What tokens will say: PreTokenGeneration in its three versions."""

from __future__ import annotations

from typing import get_args

from cognito_emu.call import Call
from cognito_emu.domain.claims_override import ClaimsOverride
from cognito_emu.domain.tokens import GroupClaims
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls.pool_triggers import Metadata, PoolTriggers, attributes_of, envelope
from cognito_emu.trigger_calls.sources import source_of
from triggers import events, responses

_SOURCES: tuple[events.TokenGenerationSource, ...] = get_args(events.TokenGenerationSource)
_VERSIONS: tuple[events.LambdaVersion, ...] = get_args(events.LambdaVersion)


class TokenTriggers(PoolTriggers):
    """The trigger before tokens are signed."""

    async def pre_token_generation(
        self,
        call: Call,
        pool: UserPool,
        user: User | None,
        *,
        source: str,
        client_id: str,
        groups: GroupClaims,
        scopes: list[str],
        client_metadata: Metadata,
    ) -> ClaimsOverride | None:
        """TokenGeneration_*; `user` is None for machine tokens. None: nothing is changed."""
        if not self.has(pool, "PreTokenGeneration"):
            return None
        version = _version_of(pool)
        event = events.pre_token_generation(
            envelope(call, pool, user.username if user else None, client_id),
            source_of(_SOURCES, source),
            version=version,
            user_attributes=attributes_of(pool, user) if user else {},
            groups=events.GroupConfiguration(groups.groups, groups.roles, groups.preferred_role),
            scopes=scopes,
            client_metadata=client_metadata,
        )
        key = "claimsOverrideDetails" if version == "V1_0" else "claimsAndScopeOverrideDetails"

        def read(response: responses.Response) -> responses.PreTokenGenerationResult:
            # Assumption: an answer in the form of another version changes nothing.
            return responses.pre_token_generation({key: response[key]} if key in response else {})

        return await self._invoke(pool, "PreTokenGeneration", event, read)


def _version_of(pool: UserPool) -> events.LambdaVersion:
    configured = pool.settings["LambdaConfig"].get("PreTokenGenerationConfig", {}).get("LambdaVersion")
    return next((version for version in _VERSIONS if version == configured), "V1_0")
