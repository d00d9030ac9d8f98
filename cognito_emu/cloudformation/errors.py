"""CloudFormation's own errors. Most refusals are plain `ValidationError`s with a sentence that tools parse."""

from __future__ import annotations

from cognito_emu.errors import AwsError, ValidationError


class AlreadyExistsException(AwsError):  # noqa: N818 - AWS's name, as all below
    """A stack or change set of that name is there."""


class InsufficientCapabilitiesException(AwsError):  # noqa: N818
    """The template does what the caller did not acknowledge."""


class ChangeSetNotFoundException(AwsError):  # noqa: N818
    """The change set is not there."""

    status = 404


class InvalidChangeSetStatusException(AwsError):  # noqa: N818
    """The change set cannot be executed or deleted as it stands."""


class TokenAlreadyExistsException(AwsError):  # noqa: N818
    """The token of a request was that of another one."""


class ResourceFailure(Exception):  # noqa: N818 - an outcome, not a fault of ours
    """A resource could not be made, changed or deleted; the message is the reason that its event gives."""


def stack_missing(name: str) -> ValidationError:
    """What every tool reads as "not there"."""
    return ValidationError(f"Stack with id {name} does not exist")
