"""Reading what a function returned, strictly: one frozen result for each trigger whose answer Cognito uses.

Cognito expects the whole event back and looks only at `response`. What is no JSON object, or has a response of the wrong shape or
type, is an `UnusableAnswer`, which the bus turns into `InvalidResponse`. A member that is absent or null means Cognito's default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from triggers.errors import InvalidResponse

Response: TypeAlias = Mapping[str, Any]
"""The `response` member of the event that came back."""

T = TypeVar("T")
Reader: TypeAlias = Callable[[Response], T]
"""Turns a response into the result that the caller wants, or raises `UnusableAnswer`."""


class UnusableAnswer(ValueError):  # noqa: N818 - it is the answer that is at fault
    """The answer cannot be used; the text is Cognito's."""


def response_of(payload: bytes) -> Response:
    """The `response` member of a returned event.

    Raises:
        UnusableAnswer: The payload is no JSON object, or its `response` is none.
    """
    try:
        returned = json.loads(payload)
    except ValueError as error:
        raise UnusableAnswer(InvalidResponse.NOT_JSON) from error
    if not isinstance(returned, dict):
        raise UnusableAnswer(InvalidResponse.NOT_JSON)
    response = returned.get("response")
    if not isinstance(response, dict):
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return response


class PreSignUpResult(msgspec.Struct, frozen=True):
    """Whether the new user needs no confirmation and which attributes need no verification."""

    auto_confirm_user: bool
    auto_verify_email: bool
    auto_verify_phone: bool


class UserMigrationResult(msgspec.Struct, frozen=True):
    """The user that the function found elsewhere; `user_attributes` is None when it found none.

    Attributes:
        user_attributes: The attributes to write; `username` may be among them when an alias was typed.
        final_user_status: CONFIRMED or RESET_REQUIRED.
        message_action: SUPPRESS, RESEND or None.
        desired_delivery_mediums: EMAIL and SMS; SMS when the function says nothing.
        force_alias_creation: Take the alias from its present owner.
        enable_sms_mfa: Turn on MFA by text message for the user.
    """

    user_attributes: Mapping[str, str] | None
    final_user_status: str
    message_action: str | None
    desired_delivery_mediums: tuple[str, ...]
    force_alias_creation: bool
    enable_sms_mfa: bool


class CustomMessageResult(msgspec.Struct, frozen=True):
    """The texts that replace the pool's; None leaves the pool's own."""

    sms_message: str | None
    email_message: str | None
    email_subject: str | None


class DefineAuthChallengeResult(msgspec.Struct, frozen=True):
    """The next step: tokens, failure, or a challenge."""

    challenge_name: str | None
    issue_tokens: bool
    fail_authentication: bool


class CreateAuthChallengeResult(msgspec.Struct, frozen=True):
    """The question of a custom challenge: what the client sees, what only the verifier sees, what the history keeps."""

    public_challenge_parameters: Mapping[str, str]
    private_challenge_parameters: Mapping[str, str]
    challenge_metadata: str | None


class ClaimChanges(msgspec.Struct, frozen=True):
    """Changes to one token's claims. Suppression wins over addition."""

    add_or_override: Mapping[str, Any] = {}
    suppress: tuple[str, ...] = ()


class ScopeChanges(msgspec.Struct, frozen=True):
    """Changes to the access token's scopes."""

    add: tuple[str, ...] = ()
    suppress: tuple[str, ...] = ()


class GroupOverride(msgspec.Struct, frozen=True):
    """What replaces the user's groups and roles in the tokens. All empty: groups and roles are suppressed."""

    groups: tuple[str, ...] = ()
    iam_roles: tuple[str, ...] = ()
    preferred_role: str | None = None


class PreTokenGenerationResult(msgspec.Struct, frozen=True):
    """Changes to the tokens; `groups` is None when the function leaves the groups alone."""

    id_token: ClaimChanges = ClaimChanges()
    access_token: ClaimChanges = ClaimChanges()
    scopes: ScopeChanges = ScopeChanges()
    groups: GroupOverride | None = None


def ignored(_response: Response) -> None:
    """For PreAuthentication, PostAuthentication, PostConfirmation: only that an event came back counts."""


def pre_sign_up(response: Response) -> PreSignUpResult:
    """Read PreSignUp's answer."""
    return PreSignUpResult(
        auto_confirm_user=_flag(response, "autoConfirmUser"),
        auto_verify_email=_flag(response, "autoVerifyEmail"),
        auto_verify_phone=_flag(response, "autoVerifyPhone"),
    )


def user_migration(response: Response) -> UserMigrationResult:
    """Read UserMigration's answer. Empty attributes count as none: the user is not created."""
    mediums = _texts(response, "desiredDeliveryMediums")
    return UserMigrationResult(
        user_attributes=_text_map(response, "userAttributes") or None,
        final_user_status=_choice(response, "finalUserStatus", ("CONFIRMED", "RESET_REQUIRED")) or "RESET_REQUIRED",
        message_action=_choice(response, "messageAction", ("SUPPRESS", "RESEND")),
        desired_delivery_mediums=mediums or ("SMS",),
        force_alias_creation=_flag(response, "forceAliasCreation"),
        enable_sms_mfa=_flag(response, "enableSMSMFA"),
    )


def custom_message(response: Response) -> CustomMessageResult:
    """Read CustomMessage's answer. Whether the placeholders are there depends on the channel: that is for the sender to check."""
    return CustomMessageResult(
        sms_message=_text(response, "smsMessage"),
        email_message=_text(response, "emailMessage"),
        email_subject=_text(response, "emailSubject"),
    )


def define_auth_challenge(response: Response) -> DefineAuthChallengeResult:
    """Read DefineAuthChallenge's answer. Assumption: an answer that decides nothing is refused as unrecognizable."""
    result = DefineAuthChallengeResult(
        challenge_name=_text(response, "challengeName") or None,
        issue_tokens=_flag(response, "issueTokens"),
        fail_authentication=_flag(response, "failAuthentication"),
    )
    if not (result.issue_tokens or result.fail_authentication or result.challenge_name):
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return result


def create_auth_challenge(response: Response) -> CreateAuthChallengeResult:
    """Read CreateAuthChallenge's answer."""
    return CreateAuthChallengeResult(
        public_challenge_parameters=_text_map(response, "publicChallengeParameters"),
        private_challenge_parameters=_text_map(response, "privateChallengeParameters"),
        challenge_metadata=_text(response, "challengeMetadata"),
    )


def verify_auth_challenge_response(response: Response) -> bool:
    """Whether the answer was right. A function that does not say so has not accepted it."""
    return _flag(response, "answerCorrect")


def inbound_federation(response: Response) -> Mapping[str, str]:
    """The provider attributes that survive; empty leaves all as they came."""
    return _text_map(response, "userAttributesToMap")


def pre_token_generation(response: Response) -> PreTokenGenerationResult:
    """Read PreTokenGeneration's answer of any version: the response's key tells V1_0 from V2_0 and V3_0."""
    if "claimsAndScopeOverrideDetails" in response:
        details = _object(response, "claimsAndScopeOverrideDetails")
        id_token, access_token = _object(details, "idTokenGeneration"), _object(details, "accessTokenGeneration")
        return PreTokenGenerationResult(
            id_token=_claim_changes(id_token, _object(id_token, "claimsToAddOrOverride")),
            access_token=_claim_changes(access_token, _object(access_token, "claimsToAddOrOverride")),
            scopes=ScopeChanges(add=_texts(access_token, "scopesToAdd"), suppress=_texts(access_token, "scopesToSuppress")),
            groups=_group_override(details),
        )
    details = _object(response, "claimsOverrideDetails")
    return PreTokenGenerationResult(
        id_token=_claim_changes(details, _text_map(details, "claimsToAddOrOverride")), groups=_group_override(details)
    )


def _claim_changes(details: Response, added: Mapping[str, Any]) -> ClaimChanges:
    return ClaimChanges(add_or_override=added, suppress=_texts(details, "claimsToSuppress"))


def _group_override(details: Response) -> GroupOverride | None:
    """Absent: unchanged. Null or empty: groups suppressed, which an override of nothing says."""
    if "groupOverrideDetails" not in details:
        return None
    override = _object(details, "groupOverrideDetails")
    return GroupOverride(
        groups=_texts(override, "groupsToOverride"),
        iam_roles=_texts(override, "iamRolesToOverride"),
        preferred_role=_text(override, "preferredRole"),
    )


def _typed(response: Response, name: str, kind: type[T], default: T) -> T:
    value = response.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return value


def _flag(response: Response, name: str) -> bool:
    return _typed(response, name, bool, default=False)


def _text(response: Response, name: str) -> str | None:
    return None if response.get(name) is None else _typed(response, name, str, "")


def _object(response: Response, name: str) -> Response:
    empty: dict[str, Any] = {}
    return _typed(response, name, dict, empty)


def _text_map(response: Response, name: str) -> Mapping[str, str]:
    found = _object(response, name)
    if not all(isinstance(value, str) for value in found.values()):
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return found


def _texts(response: Response, name: str) -> tuple[str, ...]:
    empty: list[Any] = []
    found = _typed(response, name, list, empty)
    if not all(isinstance(value, str) for value in found):
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return tuple(found)


def _choice(response: Response, name: str, allowed: tuple[str, ...]) -> str | None:
    value = _text(response, name)
    if value and value not in allowed:
        raise UnusableAnswer(InvalidResponse.UNRECOGNIZABLE)
    return value or None
