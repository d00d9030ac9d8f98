"""CloudFormation's own errors. Most refusals are plain `ValidationError`s with a sentence that tools parse."""

from __future__ import annotations

from cognito_emu.errors import AwsError, ValidationError


class AlreadyExistsException(AwsError):
    """A stack or change set of that name is there."""


class InsufficientCapabilitiesException(AwsError):
    """The template does what the caller did not acknowledge."""


class ChangeSetNotFoundException(AwsError):
    """The change set is not there."""

    status = 404


class InvalidChangeSetStatusException(AwsError):
    """The change set cannot be executed or deleted as it stands."""


class TokenAlreadyExistsException(AwsError):
    """The token of a request was that of another one."""


class ResourceFailure(Exception):
    """A resource could not be made, changed or deleted; the message is the reason that its event gives."""


def stack_missing(name: str) -> ValidationError:
    """What every tool reads as "not there"."""
    return ValidationError(f"Stack with id {name} does not exist")
