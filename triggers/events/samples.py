"""A sample event of any trigger source: what a developer feeds to a function by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from triggers.events.authentication import (
    ChallengeResult,
    create_auth_challenge,
    define_auth_challenge,
    post_authentication,
    pre_authentication,
    verify_auth_challenge_response,
)
from triggers.events.envelope import Envelope, Event
from triggers.events.federation import inbound_federation_oidc
from triggers.events.messages import (
    CustomEmailSenderSource,
    CustomMessageSource,
    CustomSMSSenderSource,
    custom_email_sender,
    custom_message,
    custom_sms_sender,
)
from triggers.events.sign_up import (
    PostConfirmationSource,
    PreSignUpSource,
    UserMigrationSource,
    post_confirmation,
    pre_sign_up,
    user_migration,
)
from triggers.events.tokens import GroupConfiguration, LambdaVersion, TokenGenerationSource, pre_token_generation

_ENVELOPE = Envelope(region="us-east-1", user_pool_id="us-east-1_EXAMPLE", user_name="jane", client_id="1example23456789")
_MACHINE = Envelope(region="us-east-1", user_pool_id="us-east-1_EXAMPLE", user_name=None, client_id="1example23456789")
_NEW = {"email": "jane@example.com"}
_USER = {
    "sub": "11111111-2222-3333-4444-555555555555",
    "cognito:user_status": "CONFIRMED",
    "email_verified": "true",
    "email": "jane@example.com",
}
_CODE = "AYADeExampleEncryptedCode=="
_SCOPES = ("openid", "aws.cognito.signin.user.admin")
_PASSED = ChallengeResult("CUSTOM_CHALLENGE", challenge_result=True, challenge_metadata="CAPTCHA_CHALLENGE")


def _tokens(source: TokenGenerationSource, version: LambdaVersion) -> Event:
    if source == "TokenGeneration_ClientCredentials":
        groups = GroupConfiguration()
        return pre_token_generation(_MACHINE, source, version="V3_0", user_attributes={}, groups=groups, scopes=("solar-system/read",))
    groups = GroupConfiguration(("astronomers",), ("arn:aws:iam::123456789012:role/astronomer",))
    return pre_token_generation(_ENVELOPE, source, version=version, user_attributes=_USER, groups=groups, scopes=_SCOPES)


def _migration(source: UserMigrationSource) -> Event:
    return user_migration(_ENVELOPE, source, password="Example-1" if source.endswith("_Authentication") else None)


def _federation() -> Event:
    return inbound_federation_oidc(
        Envelope(region="us-east-1", user_pool_id="us-east-1_EXAMPLE", user_name="ExampleIdP_jane", client_id="1example23456789"),
        provider_name="ExampleIdP",
        provider_type="OIDC",
        token_response={"access_token": "example", "token_type": "Bearer", "expires_in": "3600"},
        id_token={"sub": "jane", "email": "jane@example.com", "iss": "https://idp.example.com"},
        user_info={"sub": "jane", "email": "jane@example.com"},
    )


def _unversioned(build: Callable[[], Event], _version: LambdaVersion) -> Event:
    return build()


def _builders() -> dict[str, Callable[[LambdaVersion], Event]]:
    """How each trigger source's sample is made. Only token generation has versions."""
    plain: dict[str, Callable[[], Event]] = {
        "PreAuthentication_Authentication": partial(pre_authentication, _ENVELOPE, user_attributes=_USER),
        "PostAuthentication_Authentication": partial(post_authentication, _ENVELOPE, user_attributes=_USER, new_device_used=True),
        "DefineAuthChallenge_Authentication": partial(define_auth_challenge, _ENVELOPE, user_attributes=_USER, session=[_PASSED]),
        "CreateAuthChallenge_Authentication": partial(create_auth_challenge, _ENVELOPE, user_attributes=_USER, session=[_PASSED]),
        "VerifyAuthChallengeResponse_Authentication": partial(
            verify_auth_challenge_response,
            _ENVELOPE,
            user_attributes=_USER,
            private_challenge_parameters={"answer": "5"},
            challenge_answer="5",
        ),
        "InboundFederation_ExternalProvider": _federation,
    }
    for pre in get_args(PreSignUpSource):
        plain[pre] = partial(pre_sign_up, _ENVELOPE, pre, user_attributes=_NEW)
    for post in get_args(PostConfirmationSource):
        plain[post] = partial(post_confirmation, _ENVELOPE, post, user_attributes=_USER)
    for migration in get_args(UserMigrationSource):
        plain[migration] = partial(_migration, migration)
    for message in get_args(CustomMessageSource):
        plain[message] = partial(custom_message, _ENVELOPE, message, user_attributes=_USER)
    for email in get_args(CustomEmailSenderSource):
        code = None if email.endswith("_AccountTakeOverNotification") else _CODE
        plain[email] = partial(custom_email_sender, _ENVELOPE, email, encrypted_code=code, user_attributes=_USER)
    for sms in get_args(CustomSMSSenderSource):
        plain[sms] = partial(custom_sms_sender, _ENVELOPE, sms, encrypted_code=_CODE, user_attributes=_USER)
    builders: dict[str, Callable[[LambdaVersion], Event]] = {source: partial(_unversioned, build) for source, build in plain.items()}
    for source in get_args(TokenGenerationSource):
        builders[source] = partial(_tokens, source)
    return builders


_BUILDERS = _builders()

TRIGGER_SOURCES: tuple[str, ...] = tuple(sorted(_BUILDERS))
"""Every `triggerSource` that Cognito knows."""


def trigger_of(source: str) -> str:
    """The LambdaConfig member that a trigger source belongs to: `PreSignUp` for `PreSignUp_SignUp`."""
    prefix = source.partition("_")[0]
    return "PreTokenGeneration" if prefix == "TokenGeneration" else prefix


def sample_event(source: str, version: LambdaVersion = "V1_0") -> Event:
    """A sample of `source`, which is a trigger source or a trigger's name (then its first source, as `PreSignUp_SignUp`).

    Raises:
        KeyError: No trigger has that name; the message lists those there are.
    """
    wanted = "TokenGeneration_Authentication" if source == "PreTokenGeneration" else source
    if wanted not in _BUILDERS:
        wanted = next((name for name in _BUILDERS if trigger_of(name) == source), source)
    if wanted not in _BUILDERS:
        message = f"{source!r} is no trigger source; there are {', '.join(TRIGGER_SOURCES)}"
        raise KeyError(message)
    return _BUILDERS[wanted](version)
