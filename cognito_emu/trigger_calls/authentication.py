"""Around a sign-in: PreAuthentication, PostAuthentication and the three triggers of custom challenges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognito_emu.call import Call
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls.pool_triggers import Metadata, PoolTriggers, attributes_of, envelope, user_not_found
from triggers import events, responses


class AuthenticationTriggers(PoolTriggers):
    """Triggers around sign-ins. `user` is None for one who does not exist, where that must not show."""

    async def pre_authentication(
        self, call: Call, pool: UserPool, user: User | None, *, username: str, client_id: str, validation_data: Metadata
    ) -> None:
        """PreAuthentication_Authentication; `user` is None for one who does not exist (PreventUserExistenceErrors)."""
        if not self.has(pool, "PreAuthentication"):
            return
        event = events.pre_authentication(
            envelope(call, pool, _name(user, username), client_id),
            user_attributes=_attributes(pool, user),
            validation_data=validation_data,
            user_not_found=await user_not_found(call, user, client_id),
        )
        await self._invoke(pool, "PreAuthentication", event, responses.ignored)

    async def post_authentication(
        self,
        call: Call,
        pool: UserPool,
        user: User,
        *,
        client_id: str,
        new_device_used: bool | None,
        client_metadata: Metadata,
    ) -> None:
        """PostAuthentication_Authentication, before tokens are issued."""
        if not self.has(pool, "PostAuthentication"):
            return
        event = events.post_authentication(
            envelope(call, pool, user.username, client_id),
            user_attributes=attributes_of(pool, user),
            new_device_used=new_device_used,
            client_metadata=client_metadata,
        )
        await self._invoke(pool, "PostAuthentication", event, responses.ignored)

    async def define_auth_challenge(
        self,
        call: Call,
        pool: UserPool,
        user: User | None,
        *,
        username: str,
        client_id: str,
        session: list[dict[str, Any]],
        client_metadata: Metadata,
    ) -> Mapping[str, Any]:
        """DefineAuthChallenge: `{challengeName, issueTokens, failAuthentication}`."""
        if not self.has(pool, "DefineAuthChallenge"):
            return {}
        event = events.define_auth_challenge(
            envelope(call, pool, _name(user, username), client_id),
            user_attributes=_attributes(pool, user),
            session=_steps(session),
            client_metadata=client_metadata,
            user_not_found=await user_not_found(call, user, client_id),
        )
        result = await self._invoke(pool, "DefineAuthChallenge", event, responses.define_auth_challenge)
        return {
            "challengeName": result.challenge_name,
            "issueTokens": result.issue_tokens,
            "failAuthentication": result.fail_authentication,
        }

    async def create_auth_challenge(
        self,
        call: Call,
        pool: UserPool,
        user: User | None,
        *,
        username: str,
        client_id: str,
        challenge_name: str,
        session: list[dict[str, Any]],
        client_metadata: Metadata,
    ) -> Mapping[str, Any]:
        """CreateAuthChallenge: `{publicChallengeParameters, privateChallengeParameters, challengeMetadata}`."""
        if not self.has(pool, "CreateAuthChallenge"):
            return {}
        event = events.create_auth_challenge(
            envelope(call, pool, _name(user, username), client_id),
            user_attributes=_attributes(pool, user),
            challenge_name=challenge_name,
            session=_steps(session),
            client_metadata=client_metadata,
            user_not_found=await user_not_found(call, user, client_id),
        )
        result = await self._invoke(pool, "CreateAuthChallenge", event, responses.create_auth_challenge)
        return {
            "publicChallengeParameters": result.public_challenge_parameters,
            "privateChallengeParameters": result.private_challenge_parameters,
            "challengeMetadata": result.challenge_metadata,
        }

    async def verify_auth_challenge(
        self,
        call: Call,
        pool: UserPool,
        user: User | None,
        *,
        username: str,
        client_id: str,
        private_parameters: Mapping[str, str],
        answer: str,
        client_metadata: Metadata,
    ) -> bool:
        """VerifyAuthChallengeResponse: whether the answer is correct."""
        if not self.has(pool, "VerifyAuthChallengeResponse"):
            return False
        event = events.verify_auth_challenge_response(
            envelope(call, pool, _name(user, username), client_id),
            user_attributes=_attributes(pool, user),
            private_challenge_parameters=private_parameters,
            challenge_answer=answer,
            client_metadata=client_metadata,
            user_not_found=await user_not_found(call, user, client_id),
        )
        return await self._invoke(pool, "VerifyAuthChallengeResponse", event, responses.verify_auth_challenge_response)


def _name(user: User | None, typed: str) -> str:
    return user.username if user else typed


def _attributes(pool: UserPool, user: User | None) -> dict[str, str]:
    """Assumption: of a user who does not exist there are none, but the object is there."""
    return attributes_of(pool, user) if user else {}


def _steps(session: list[dict[str, Any]]) -> list[events.ChallengeResult]:
    return [events.ChallengeResult(step["challengeName"], bool(step["challengeResult"]), step.get("challengeMetadata")) for step in session]
