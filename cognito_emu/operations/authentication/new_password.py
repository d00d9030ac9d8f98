"""NEW_PASSWORD_REQUIRED: a temporary password is good for one thing, choosing a permanent one."""

from __future__ import annotations

from typing import Any

import orjson

from cognito_emu.domain.password_policy import Wording
from cognito_emu.domain.user_attributes import check_update, check_writable
from cognito_emu.errors import InvalidParameterException, NotAuthorizedException
from cognito_emu.operations.aliases import write_attributes
from cognito_emu.operations.authentication.attempt import Attempt, Progress
from cognito_emu.operations.authentication.challenge_sessions import open_challenge, read_session, use_session
from cognito_emu.operations.passwords import password_changes
from cognito_emu.records import replace
from cognito_emu.store import Tx
from cognito_emu.store.users import User

NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"  # noqa: S105 - a challenge's name

_PREFIX = "userAttributes."


async def ask_for_new_password(attempt: Attempt, user: User, progress: Progress) -> dict[str, Any]:
    """The challenge, with the attributes that the user has and those that are still demanded."""
    missing = [f"{_PREFIX}{name}" for name in _missing(attempt, user)]
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": orjson.dumps(missing).decode(),
        "userAttributes": orjson.dumps(user.attributes).decode(),
    }
    return await open_challenge(attempt, user, replace(progress, challenge=NEW_PASSWORD_REQUIRED), parameters)


async def answer_new_password(attempt: Attempt) -> tuple[User, Progress]:
    """Take the new password and the demanded attributes; the user is confirmed afterwards, and the sign-in goes on.

    A refused password leaves the session usable, so that the user can choose another one.

    Raises:
        NotAuthorizedException: The user was disabled meanwhile, or has a password of their own by now.
    """
    password = attempt.required("NEW_PASSWORD")
    user, _ = await read_session(attempt, NEW_PASSWORD_REQUIRED)
    assert user is not None  # the challenge is only asked of users who exist
    given = {name.removeprefix(_PREFIX): value for name, value in attempt.parameters.items() if name.startswith(_PREFIX) and value}
    _check_attributes(attempt, user, given)
    changes = password_changes(attempt.call, attempt.pool, user, password, wording=Wording.INVITATION)
    user, progress = await use_session(attempt, NEW_PASSWORD_REQUIRED)
    assert user is not None

    def write(tx: Tx, user_id: str = user.id) -> User:
        present = tx.users.get(user_id)
        if present is None:
            raise attempt.unknown_user()
        _check_still_asked(present)
        tx.users.update(user_id, status="CONFIRMED", **changes)
        if given:
            write_attributes(tx, attempt.pool, present, present.attributes | given, now=attempt.call.env.now(), confirmed=True)
        written = tx.users.get(user_id)
        assert written is not None
        return written

    user = await attempt.call.store.transact(write)
    return user, replace(progress, token_source="TokenGeneration_NewPasswordChallenge")  # noqa: S106 - a trigger source


def _check_still_asked(user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status != "FORCE_CHANGE_PASSWORD":
        # Assumption: who knew a temporary password only cannot replace one that an administrator has set for good since.
        raise NotAuthorizedException("Invalid session for the user.")


def _missing(attempt: Attempt, user: User) -> list[str]:
    return [
        attribute["Name"]
        for attribute in attempt.pool.settings["SchemaAttributes"]
        if attribute.get("Required") and attribute["Name"] != "sub" and not user.attributes.get(attribute["Name"])
    ]


def _check_attributes(attempt: Attempt, user: User, given: dict[str, str]) -> None:
    schema = attempt.pool.settings["SchemaAttributes"]
    required = {attribute["Name"] for attribute in schema if attribute.get("Required")}
    for name in given:
        if name in required and user.attributes.get(name):
            raise NotAuthorizedException(f"Cannot modify an already provided {name}")
    if absent := [name for name in _missing(attempt, user) if name not in given]:
        raise InvalidParameterException(f"Invalid attributes given, {absent[0]} is missing")
    check_update(schema, given)
    check_writable(schema, attempt.client.settings.get("WriteAttributes"), given)
