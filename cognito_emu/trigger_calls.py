"""What the operations ask of a pool's Lambda functions.

One method a trigger: it builds the event, has it delivered, and returns the verdict as plain values. With triggers off (the default)
each returns what AWS does for a pool that has no such function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognito_emu.call import Call
from cognito_emu.domain.claims_override import ClaimsOverride
from cognito_emu.domain.tokens import GroupClaims
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User

Metadata = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class PreSignUpVerdict:
    """What PreSignUp decided about a new user."""

    auto_confirm: bool = False
    auto_verify_email: bool = False
    auto_verify_phone: bool = False


@dataclass(frozen=True, slots=True)
class CustomMessage:
    """What CustomMessage answered; None keeps the pool's own text."""

    sms_message: str | None = None
    email_message: str | None = None
    email_subject: str | None = None


@dataclass(frozen=True, slots=True)
class MigratedUser:
    """A user whom UserMigration found elsewhere."""

    attributes: Mapping[str, str]
    final_status: str | None
    message_action: str | None
    delivery_mediums: tuple[str, ...]
    force_alias_creation: bool
    enable_sms_mfa: bool


class TriggerCalls:
    """Asks the functions of a pool's LambdaConfig."""

    def has(self, pool: UserPool, trigger: str) -> bool:
        """Whether the trigger will be invoked: it is configured, and triggers are on."""
        return False

    async def pre_sign_up(
        self,
        call: Call,
        pool: UserPool,
        *,
        source: str,
        username: str,
        client_id: str | None,
        attributes: Mapping[str, str],
        validation_data: Metadata,
        client_metadata: Metadata,
    ) -> PreSignUpVerdict:
        """PreSignUp_SignUp, _AdminCreateUser or _ExternalProvider, before anything is written."""
        return PreSignUpVerdict()

    async def post_confirmation(
        self, call: Call, pool: UserPool, user: User, *, source: str, client_id: str | None, client_metadata: Metadata
    ) -> None:
        """PostConfirmation_ConfirmSignUp or _ConfirmForgotPassword, after the user was written."""

    async def pre_authentication(
        self, call: Call, pool: UserPool, user: User | None, *, username: str, client_id: str, validation_data: Metadata
    ) -> None:
        """PreAuthentication_Authentication; `user` is None for one who does not exist (PreventUserExistenceErrors)."""

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
        return None

    async def custom_message(
        self,
        call: Call,
        pool: UserPool,
        user: User,
        *,
        source: str,
        client_id: str | None,
        client_metadata: Metadata,
    ) -> CustomMessage | None:
        """CustomMessage_*; None: the pool's own text is used."""
        return None

    async def custom_sender(
        self,
        call: Call,
        pool: UserPool,
        user: User,
        *,
        medium: str,
        source: str,
        client_id: str | None,
        code: str | None,
        client_metadata: Metadata,
    ) -> bool:
        """CustomEmailSender_* or CustomSMSSender_*, not waited for. True: the function delivers, and nothing else shall."""
        return False

    async def user_migration(
        self,
        call: Call,
        pool: UserPool,
        *,
        source: str,
        username: str,
        client_id: str,
        password: str | None,
        validation_data: Metadata,
        client_metadata: Metadata,
    ) -> MigratedUser | None:
        """UserMigration_Authentication or _ForgotPassword; None: no such user, or no such function."""
        return None

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
        return {}

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
        return {}

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
        return False

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
        """InboundFederation_ExternalProvider: the attributes to go on with; None: those that came."""
        return None
