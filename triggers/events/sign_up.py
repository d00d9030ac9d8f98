"""PreSignUp, PostConfirmation and UserMigration: how a user comes to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from triggers.events.envelope import Attributes, Envelope, Event, given

PreSignUpSource = Literal["PreSignUp_SignUp", "PreSignUp_AdminCreateUser", "PreSignUp_ExternalProvider"]
PostConfirmationSource = Literal["PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"]
UserMigrationSource = Literal["UserMigration_Authentication", "UserMigration_ForgotPassword"]


def pre_sign_up(
    envelope: Envelope,
    source: PreSignUpSource,
    *,
    user_attributes: Attributes,
    validation_data: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """Before the user is written. `validationData` is null, not absent, when none was given.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "validationData": dict(validation_data) if validation_data is not None else None,
        **given(clientMetadata=client_metadata),
    }
    response = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
    return envelope.event(source, request, response)


def post_confirmation(
    envelope: Envelope,
    source: PostConfirmationSource,
    *,
    user_attributes: Attributes,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """After the user was written as confirmed, or a forgotten password was set.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
    """
    request = {"userAttributes": dict(user_attributes), **given(clientMetadata=client_metadata)}
    return envelope.event(source, request, {})


def user_migration(
    envelope: Envelope,
    source: UserMigrationSource,
    *,
    password: str | None,
    validation_data: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """For a user that the pool does not know; `envelope.user_name` is the name as typed. A forgotten password comes without one.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
    """
    request = given(password=password, validationData=validation_data, clientMetadata=client_metadata)
    response = {
        "userAttributes": None,
        "finalUserStatus": None,
        "messageAction": None,
        "desiredDeliveryMediums": None,
        "forceAliasCreation": None,
        "enableSMSMFA": None,
    }
    return envelope.event(source, request, response)
