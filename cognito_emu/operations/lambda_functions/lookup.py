"""Finding the function that a request means, or Lambda's error."""

from __future__ import annotations

from cognito_emu.call import Call
from cognito_emu.errors import InvalidParameterValueException, PreconditionFailedException, ResourceNotFoundException
from cognito_emu.store import Tx
from cognito_emu.store.functions import LATEST, Function, FunctionAlias, FunctionKey, FunctionVersion
from triggers.functions import LATEST as LATEST_NAME
from triggers.functions import FunctionReference


def function_key(call: Call, name: str, qualifier: str | None = None) -> tuple[FunctionKey, str | None]:
    """Whose function is meant, and which version or alias of it: `name` may be an ARN with a qualifier of its own.

    Raises:
        ResourceNotFoundException: It is another tenant's, who does not exist for the caller.
        InvalidParameterValueException: It is no name, or the two qualifiers differ.
    """
    try:
        reference = FunctionReference.parse(name)
    except ValueError as error:
        raise InvalidParameterValueException(f"Invalid Function Name {name}") from error
    key = FunctionKey(call.tenant.account, call.tenant.region, reference.name)
    # Assumption: another tenant's function is not found. AWS looks at the policy of whoever asks and says AccessDeniedException.
    if reference.account not in {None, key.account} or reference.region not in {None, key.region}:
        raise ResourceNotFoundException(f"Function not found: {name}")
    if qualifier and reference.qualifier and qualifier != reference.qualifier:
        raise InvalidParameterValueException("The derived qualifier from the function name does not match the specified qualifier.")
    return key, qualifier or reference.qualifier


def require_function(tx: Tx, key: FunctionKey) -> Function:
    """The function.

    Raises:
        ResourceNotFoundException: There is none.
    """
    function = tx.functions.get(key)
    if function is None:
        raise ResourceNotFoundException(f"Function not found: {key.arn}")
    return function


def require_version(tx: Tx, key: FunctionKey, qualifier: str | None = None) -> FunctionVersion:
    """The version that a qualifier stands for: $LATEST, a number, or an alias's.

    Raises:
        ResourceNotFoundException: There is none.
    """
    number: int | None = LATEST
    if qualifier not in {None, LATEST_NAME}:
        assert qualifier is not None
        alias = None if qualifier.isdigit() else tx.functions.alias(key, qualifier)
        version = alias.configuration["FunctionVersion"] if alias else qualifier
        number = LATEST if version == LATEST_NAME else int(version) if version.isdigit() else None
    found = tx.functions.version(key, number) if number is not None else None
    if found is None:
        raise ResourceNotFoundException(f"Function not found: {key.arn}{f':{qualifier}' if qualifier else ''}")
    return found


def require_alias(tx: Tx, key: FunctionKey, name: str) -> FunctionAlias:
    """The alias.

    Raises:
        ResourceNotFoundException: There is none, or no such function.
    """
    require_function(tx, key)
    alias = tx.functions.alias(key, name)
    if alias is None:
        raise ResourceNotFoundException(f"Cannot find alias arn: {key.arn}:{name}")
    return alias


def check_revision(wanted: str | None, present: str | None) -> None:
    """Refuse a change that was meant for another state.

    Raises:
        PreconditionFailedException: The revision in the request is not the present one.
    """
    if wanted is not None and wanted != present:
        raise PreconditionFailedException
