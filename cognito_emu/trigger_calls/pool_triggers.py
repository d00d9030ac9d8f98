"""What all triggers have in common: where their function is, who the event is about, and what its failure is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import structlog

from cognito_emu.call import Call
from cognito_emu.domain.aliases import SignInNames
from cognito_emu.domain.app_client_settings import hides_users
from cognito_emu.errors import InvalidLambdaResponseException, UnexpectedLambdaException, UserLambdaValidationException
from cognito_emu.functions import FunctionRuntime
from cognito_emu.store.user_pools import UserPool
from cognito_emu.store.users import User
from triggers.errors import FunctionFailed, FunctionUnavailable, InvalidResponse
from triggers.events import Envelope, Event
from triggers.responses import Reader

_log = structlog.get_logger(__name__)

T = TypeVar("T")

Metadata = Mapping[str, str] | None

_SDK = re.compile(r"\b(aws-sdk-[a-z-]+)/([0-9][\w.-]*)")


class PoolTriggers:
    """The base of all groups of triggers."""

    def __init__(self, functions: FunctionRuntime) -> None:
        self._functions = functions
        self._told_that_off = False

    def has(self, pool: UserPool, trigger: str) -> bool:
        """Whether the trigger, a member of LambdaConfig, will be invoked: it is configured, and triggers are on."""
        if function_of(pool, trigger) is None:
            return False
        if self._functions.bus is None and not self._told_that_off:
            self._told_that_off = True
            _log.warning(
                "functions are not run, since triggers are off; COGNITO_EMU_TRIGGERS=process, docker or remote runs them",
                pool=pool.id,
                trigger=trigger,
            )
        return self._functions.bus is not None

    async def _invoke(self, pool: UserPool, trigger: str, event: Event, read: Reader[T]) -> T:
        """Have the function of a trigger answer.

        Raises:
            UserLambdaValidationException: It raised, died, or overran its own time-out.
            UnexpectedLambdaException: It is unknown, not permitted, cannot be run, or gave no answer in time.
            InvalidLambdaResponseException: It answered with something else than the event.
        """
        bus, function_arn = self._functions.bus, function_of(pool, trigger)
        assert bus is not None  # `has` was asked
        assert function_arn is not None
        try:
            return await bus.invoke(trigger, function_arn, event, read, source_arn=pool.arn)
        except FunctionFailed as error:
            raise UserLambdaValidationException(error.sentence) from error
        except FunctionUnavailable as error:
            raise UnexpectedLambdaException(error.sentence) from error
        except InvalidResponse as error:
            raise InvalidLambdaResponseException(error.sentence) from error


def function_of(pool: UserPool, trigger: str) -> str | None:
    """The ARN in the pool's LambdaConfig; None where the pool has no such trigger."""
    lambdas: Mapping[str, Any] = pool.settings["LambdaConfig"]
    if not lambdas:
        return None
    configured = lambdas.get(trigger)
    if trigger == "PreTokenGeneration":
        configured = lambdas.get("PreTokenGenerationConfig") or configured
    arn: str | None = configured.get("LambdaArn") if isinstance(configured, Mapping) else configured
    return arn or None


def envelope(call: Call, pool: UserPool, user_name: str | None, client_id: str | None) -> Envelope:
    """The frame of an event."""
    return Envelope(pool.region, pool.id, user_name, client_id, _sdk_of(call.origin.user_agent))


def attributes_of(pool: UserPool, user: User) -> dict[str, str]:
    """`request.userAttributes` of a user who exists."""
    # Assumption: an alias is shown once it signs the user in, which takes a verified address.
    aliases = {
        f"cognito:{name}_alias": user.attributes[name]
        for name in ("email", "phone_number")
        if name in SignInNames.from_pool(pool.settings).alias_attributes and user.attributes.get(f"{name}_verified") == "true"
    }
    return {"sub": user.id, **aliases, "cognito:user_status": user.status, **user.attributes}


async def user_not_found(call: Call, user: User | None, client_id: str) -> bool | None:
    """`request.userNotFound`, which is there only where the app client hides whether a user exists."""
    client = await call.store.read(lambda tx: tx.app_clients.get(client_id))
    return user is None if client is not None and hides_users(client.settings) else None


def _sdk_of(user_agent: str) -> str | None:
    """`aws-sdk-js/3.1 ...` is `aws-sdk-js-3.1`.

    Assumption: SDKs whose User-Agent has another form, such as boto3's, are unknown to Cognito, too.
    """
    found = _SDK.search(user_agent)
    return f"{found[1]}-{found[2]}" if found else None
