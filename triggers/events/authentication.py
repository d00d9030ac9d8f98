"""PreAuthentication, PostAuthentication and the three triggers of a custom challenge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from triggers.events.envelope import Attributes, Envelope, Event, given


class ChallengeResult(msgspec.Struct, frozen=True):
    """One step that a sign-in has behind it, as DefineAuthChallenge and CreateAuthChallenge see it.

    Attributes:
        challenge_name: CUSTOM_CHALLENGE, SRP_A, PASSWORD_VERIFIER, SMS_MFA, DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER or
            ADMIN_NO_SRP_AUTH.
        challenge_result: Whether it was passed.
        challenge_metadata: What CreateAuthChallenge named a custom challenge; None for all others.
    """

    challenge_name: str
    challenge_result: bool
    challenge_metadata: str | None = None

    def document(self) -> Event:
        """The entry of `request.session`. Assumption: without metadata the member is null, not absent."""
        return {
            "challengeName": self.challenge_name,
            "challengeResult": self.challenge_result,
            "challengeMetadata": self.challenge_metadata,
        }


def pre_authentication(
    envelope: Envelope,
    *,
    user_attributes: Attributes,
    validation_data: Mapping[str, str] | None = None,
    user_not_found: bool | None = None,
) -> Event:
    """Before the password is checked. The client metadata of InitiateAuth arrives here as `validationData`.

    `user_not_found` is given only where the app client hides whether a user exists.
    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        **given(validationData=validation_data, userNotFound=user_not_found),
    }
    return envelope.event("PreAuthentication_Authentication", request, {})


def post_authentication(
    envelope: Envelope,
    *,
    user_attributes: Attributes,
    new_device_used: bool | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> Event:
    """After all challenges, before the tokens. `new_device_used` is given only where the pool remembers devices.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        **given(newDeviceUsed=new_device_used, clientMetadata=client_metadata),
    }
    return envelope.event("PostAuthentication_Authentication", request, {})


def define_auth_challenge(
    envelope: Envelope,
    *,
    user_attributes: Attributes,
    session: Sequence[ChallengeResult],
    client_metadata: Mapping[str, str] | None = None,
    user_not_found: bool | None = None,
) -> Event:
    """What comes next in a custom sign-in. The session is empty at first, or holds SRP_A when the client begins with SRP.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-define-auth-challenge.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "session": [step.document() for step in session],
        **given(clientMetadata=client_metadata, userNotFound=user_not_found),
    }
    response = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
    return envelope.event("DefineAuthChallenge_Authentication", request, response)


def create_auth_challenge(
    envelope: Envelope,
    *,
    user_attributes: Attributes,
    session: Sequence[ChallengeResult],
    challenge_name: str = "CUSTOM_CHALLENGE",
    client_metadata: Mapping[str, str] | None = None,
    user_not_found: bool | None = None,
) -> Event:
    """The question of a custom challenge.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-create-auth-challenge.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "challengeName": challenge_name,
        "session": [step.document() for step in session],
        **given(clientMetadata=client_metadata, userNotFound=user_not_found),
    }
    response = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}
    return envelope.event("CreateAuthChallenge_Authentication", request, response)


def verify_auth_challenge_response(
    envelope: Envelope,
    *,
    user_attributes: Attributes,
    private_challenge_parameters: Mapping[str, str],
    challenge_answer: str,
    client_metadata: Mapping[str, str] | None = None,
    user_not_found: bool | None = None,
) -> Event:
    """Whether the answer to a custom challenge is right.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-verify-auth-challenge-response.html
    """
    request = {
        "userAttributes": dict(user_attributes),
        "privateChallengeParameters": dict(private_challenge_parameters),
        "challengeAnswer": challenge_answer,
        **given(clientMetadata=client_metadata, userNotFound=user_not_found),
    }
    return envelope.event("VerifyAuthChallengeResponse_Authentication", request, {"answerCorrect": None})
