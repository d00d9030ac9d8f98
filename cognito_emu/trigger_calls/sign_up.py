"""How a user comes to be: PreSignUp, PostConfirmation, UserMigration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from cognito_emu.call import Call
from cognito_emu.errors import UserNotFoundException
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from cognito_emu.trigger_calls.pool_triggers import Metadata, PoolTriggers, attributes_of, envelope
from cognito_emu.trigger_calls.sources import source_of
from cognito_emu.trigger_calls.verdicts import MigratedUser, PreSignUpVerdict
from triggers import events, responses

_PRE_SIGN_UP: tuple[events.PreSignUpSource, ...] = get_args(events.PreSignUpSource)
_POST_CONFIRMATION: tuple[events.PostConfirmationSource, ...] = get_args(events.PostConfirmationSource)
_USER_MIGRATION: tuple[events.UserMigrationSource, ...] = get_args(events.UserMigrationSource)


class SignUpTriggers(PoolTriggers):
    """Triggers around new users."""

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
        if not self.has(pool, "PreSignUp"):
            return PreSignUpVerdict()
        event = events.pre_sign_up(
            envelope(call, pool, username, client_id),
            source_of(_PRE_SIGN_UP, source),
            user_attributes=attributes,
            validation_data=validation_data,
            client_metadata=client_metadata,
        )
        result = await self._invoke(pool, "PreSignUp", event, responses.pre_sign_up)
        return PreSignUpVerdict(result.auto_confirm_user, result.auto_verify_email, result.auto_verify_phone)

    async def post_confirmation(
        self, call: Call, pool: UserPool, user: User, *, source: str, client_id: str | None, client_metadata: Metadata
    ) -> None:
        """PostConfirmation_ConfirmSignUp or _ConfirmForgotPassword, after the user was written."""
        if not self.has(pool, "PostConfirmation"):
            return
        event = events.post_confirmation(
            envelope(call, pool, user.username, client_id),
            source_of(_POST_CONFIRMATION, source),
            user_attributes=attributes_of(pool, user),
            client_metadata=client_metadata,
        )
        await self._invoke(pool, "PostConfirmation", event, responses.ignored)

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
        """UserMigration_Authentication or _ForgotPassword; None: there is no such function.

        Raises:
            UserNotFoundException: The function knows no such user.
        """
        if not self.has(pool, "UserMigration"):
            return None
        event = events.user_migration(
            envelope(call, pool, username, client_id),
            source_of(_USER_MIGRATION, source),
            password=password,
            validation_data=validation_data,
            client_metadata=client_metadata,
        )
        result = await self._invoke(pool, "UserMigration", event, responses.user_migration)
        if result.user_attributes is None:
            raise UserNotFoundException(f"Exception migrating user in app client {client_id}")
        return MigratedUser(
            attributes=result.user_attributes,
            final_status=result.final_user_status,
            message_action=result.message_action,
            delivery_mediums=result.desired_delivery_mediums,
            force_alias_creation=result.force_alias_creation,
            enable_sms_mfa=result.enable_sms_mfa,
        )
