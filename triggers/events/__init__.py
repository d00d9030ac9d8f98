"""The events that Cognito sends, one typed function for each trigger."""

from triggers.events.authentication import (
    ChallengeResult,
    create_auth_challenge,
    define_auth_challenge,
    post_authentication,
    pre_authentication,
    verify_auth_challenge_response,
)
from triggers.events.envelope import Attributes, Envelope, Event
from triggers.events.federation import ProviderType, inbound_federation_oidc, inbound_federation_saml
from triggers.events.messages import (
    CODE_PLACEHOLDER,
    LINK_PLACEHOLDER,
    USERNAME_PLACEHOLDER,
    CustomEmailSenderSource,
    CustomMessageSource,
    CustomSMSSenderSource,
    custom_email_sender,
    custom_message,
    custom_sms_sender,
)
from triggers.events.samples import TRIGGER_SOURCES, sample_event, trigger_of
from triggers.events.sign_up import (
    PostConfirmationSource,
    PreSignUpSource,
    UserMigrationSource,
    post_confirmation,
    pre_sign_up,
    user_migration,
)
from triggers.events.tokens import GroupConfiguration, LambdaVersion, TokenGenerationSource, pre_token_generation

__all__ = [
    "CODE_PLACEHOLDER",
    "LINK_PLACEHOLDER",
    "TRIGGER_SOURCES",
    "USERNAME_PLACEHOLDER",
    "Attributes",
    "ChallengeResult",
    "CustomEmailSenderSource",
    "CustomMessageSource",
    "CustomSMSSenderSource",
    "Envelope",
    "Event",
    "GroupConfiguration",
    "LambdaVersion",
    "PostConfirmationSource",
    "PreSignUpSource",
    "ProviderType",
    "TokenGenerationSource",
    "UserMigrationSource",
    "create_auth_challenge",
    "custom_email_sender",
    "custom_message",
    "custom_sms_sender",
    "define_auth_challenge",
    "inbound_federation_oidc",
    "inbound_federation_saml",
    "post_authentication",
    "post_confirmation",
    "pre_authentication",
    "pre_sign_up",
    "pre_token_generation",
    "sample_event",
    "trigger_of",
    "user_migration",
    "verify_auth_challenge_response",
]
