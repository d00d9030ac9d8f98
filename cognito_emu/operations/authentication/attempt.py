"""One request of a sign-in, and the memory that goes from challenge to challenge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Self

from cognito_emu.call import Call
from cognito_emu.domain.app_client_settings import hides_users
from cognito_emu.errors import AwsError, InvalidParameterException, NotAuthorizedException, UserNotFoundException
from cognito_emu.records import Hidden, Record, asdict, field
from cognito_emu.store.app_clients import AppClient
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User


class Door(StrEnum):
    """By which door a sign-in came in. Sessions of one do not open the other."""

    API = "api"
    HOSTED = "hosted"


class Progress(Record, kw_only=True):
    """What a sign-in has proved so far; JSON in the store while a challenge waits for its answer.

    Attributes:
        flow: The AuthFlow it began with.
        username: The user name as it was typed.
        challenge: The challenge that is waiting, or the last one that was answered.
        amr: Proved factors in the words of the `amr` claim (`pwd`, `otp`, `sms`, `hwk`...).
        token_source: The PreTokenGeneration source that the tokens will name.
        device_key: The device that takes part.
        challenge_history: What DefineAuthChallenge is told of the past.
        target_level: The authentication level that the sign-in must reach, when it was asked to.
        tells_level: The tokens tell the level, since the sign-in was asked for one.
        event_id: The sign-in's event, where threat protection is on.
        risk_action: What threat protection demands of the sign-in, by the name that the risk configuration has for it.
        data: What the waiting challenge needs: the SRP handshake, a private challenge parameter...
    """

    flow: str
    username: str
    door: str = Door.API
    challenge: str = ""
    amr: list[str] = field(default_factory=list)
    token_source: str = "TokenGeneration_Authentication"  # noqa: S105 - a trigger source
    device_key: str | None = None
    challenge_history: list[dict[str, Any]] = field(default_factory=list)
    target_level: int | None = None
    tells_level: bool = False
    event_id: str | None = None
    risk_action: str | None = None
    data: Hidden[dict[str, Any]] = field(default_factory=dict)

    def to_state(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Read what `to_state` wrote."""
        return cls(**state)


class Attempt(Record, kw_only=True):
    """One request: who asks, for which client, with what.

    Attributes:
        admin: It came through AdminInitiateAuth or AdminRespondToAuthChallenge.
        parameters: AuthParameters or ChallengeResponses.
        client_metadata: Goes to triggers, as `validationData` or as `clientMetadata`.
        context: What threat protection and the session list want to know: ContextData, UserContextData.
        session: The session text of a response to a challenge, or of a ConfirmSignUp.
        acr_values: Authentication levels that an authorization request asks for, in its order.
        responds: It answers a challenge, rather than begins. An SRP proof does so without a session.
        finish: What a completed sign-in gets: tokens, or the way back to the hosted login.
    """

    call: Call
    pool: UserPool
    client: AppClient
    client_secrets: Hidden[tuple[str, ...]] = ()
    door: Door = Door.API
    admin: bool = False
    parameters: Hidden[Mapping[str, str]] = field(default_factory=dict)
    client_metadata: Mapping[str, str] | None = None
    context: Mapping[str, Any] = {}
    session: Hidden[str | None] = None
    acr_values: tuple[str, ...] = ()
    responds: bool = False
    finish: Callable[[Attempt, User, Progress], Awaitable[dict[str, Any]]]

    def required(self, name: str) -> str:
        """A parameter that must be there.

        Raises:
            InvalidParameterException: It is not.
        """
        value = self.parameters.get(name)
        if not value:
            raise InvalidParameterException(f"Missing required parameter {name}")
        return value

    @property
    def metadata_for_triggers(self) -> Mapping[str, str] | None:
        """The ClientMetadata for every trigger but PreAuthentication, which alone gets InitiateAuth's (API reference, InitiateAuth)."""
        return self.client_metadata if self.responds else None

    @property
    def hides_users(self) -> bool:
        """PreventUserExistenceErrors is on for the client."""
        return hides_users(self.client.settings)

    def unknown_user(self) -> AwsError:
        """What is said about a user who does not exist."""
        return wrong_credentials() if self.hides_users else UserNotFoundException()


def wrong_credentials() -> NotAuthorizedException:
    """What is said about a wrong password, whichever way it was proved wrong."""
    return NotAuthorizedException("Incorrect username or password.")
