"""Requests: from decoded JSON to Python values that hold all that AWS's model demands.

A shape is compiled once into closures; a request then costs a few microseconds. The failures of a request are reported
together, as AWS's framework does: `2 validation errors detected: Value 'x' at 'userPoolId' failed to satisfy constraint: ...`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cognito_emu.errors import AwsError, InvalidParameterException, SerializationException
from cognito_emu.protocol.constraints import BLANK_IS_NONE, Constraints, constraints_of
from cognito_emu.protocol.json_values import PLAIN_TYPES, SCALAR_READERS, wrong_type
from cognito_emu.protocol.service_models import ListShape, MapShape, Shape, StructureShape
from cognito_emu.records import Record

_Path = tuple[Any, str | int] | None
"""Where a value stands: the container's path, and the member's label or the element's position. Only a failure spells it."""

_Read = Callable[[Any, _Path, list[str]], Any]
"""(JSON value, its path, failures so far) to Python value; appends to the failures, raises SerializationException."""


def compile_validator(shape: Shape | None, *, error: type[AwsError] = InvalidParameterException) -> Callable[[Any], dict[str, Any]]:
    """Compile the check of an operation's input.

    Args:
        shape: The operation's input shape; None for an operation without input, which ignores what is sent.
        error: What the service raises when constraints fail. User pools raise InvalidParameterException; identity pools,
            like most services, ValidationException (getmoto/moto#1979).

    Returns:
        A function from the decoded JSON body to the members given, by their names in the model. Null and unknown members are
        left out, blobs are bytes, timestamps float seconds since the epoch, documents as they were sent. It raises
        SerializationException at the first value of a wrong JSON type, and `error` with all failed constraints.
    """
    if shape is None:
        return lambda _body: {}
    check = _Compiler().rule(shape).check

    def validate(body: Any) -> dict[str, Any]:
        if type(body) is not dict:
            # A scalar as the whole body is answered without a message, as text that isn't JSON at all (seen from Athena).
            raise wrong_type(body, shape.type_name) if isinstance(body, list) else SerializationException
        failures: list[str] = []
        parsed: dict[str, Any] = check(body, None, failures)
        if failures:
            noun = "error" if len(failures) == 1 else "errors"
            raise error(f"{len(failures)} validation {noun} detected: {'; '.join(failures)}")
        return parsed

    return validate


class _Rule(Record):
    """A compiled shape.

    Attributes:
        parse: Reads a value and checks what it contains.
        check: The same, and then checks the value itself and reports at its path.
        constraints: What `check` checks besides. A container asks it for its elements, whose failures it reports as its own.
        plain: The Python type of the values that stay as they are. A container looks at it first and spares itself the call:
            that is what makes strings, most of every request, cheap.
    """

    parse: _Read
    check: _Read
    constraints: Constraints | None = None
    plain: type | None = None


class _Compiler:
    """Compiles shapes, each once, so that a recursive shape ends."""

    def __init__(self) -> None:
        self._rules: dict[str, _Rule] = {}

    def rule(self, shape: Shape) -> _Rule:
        known = self._rules.get(shape.name)
        if known is None:
            known = self._rules[shape.name] = self._compile(shape)
        return known

    def _compile(self, shape: Shape) -> _Rule:
        if isinstance(shape, StructureShape):
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return _self_checking(shape, self._list(shape))
        if isinstance(shape, MapShape):
            return _self_checking(shape, self._map(shape))
        return _self_checking(shape, _scalar(shape), PLAIN_TYPES.get(shape.type_name))

    def _structure(self, shape: StructureShape) -> _Rule:
        if shape.is_document_type:
            return _Rule(_as_it_is, _as_it_is)
        members: dict[str, tuple[type | None, Callable[[Any], object] | None, _Read, str]] = {}
        required = [(name, _lower_camel(name)) for name in shape.required_members]

        def read(value: Any, path: _Path, failures: list[str]) -> dict[str, Any]:
            if type(value) is not dict:
                raise wrong_type(value, "structure")
            parsed = {}
            for name, given in value.items():
                if given is not None and name in members:
                    plain, hold, check, label = members[name]
                    if type(given) is plain and (hold is None or hold(given)):
                        parsed[name] = given
                    else:
                        parsed[name] = check(given, (path, label), failures)
            # A list's own failure comes before its elements' (badmintoncryer/cdk-preflight, pf-cognito-recovery-mechanisms-max).
            # Assumption: members' come in the body's order, and what is missing last. AWS's follows neither body nor model.
            for name, label in required:
                if name not in parsed:
                    failures.append(_failure("Value null", (path, label), "Member must not be null"))
            return parsed

        # Known before its members are compiled: one of them may lead back here.
        rule = self._rules[shape.name] = _Rule(read, read)
        for name, member_shape in shape.members.items():
            member = self.rule(member_shape)
            hold = member.constraints.hold if member.constraints else None
            check = _unless_blank(member.check) if (shape.name, name) in BLANK_IS_NONE else member.check
            members[name] = (member.plain, hold, check, _lower_camel(name))
        return rule

    def _list(self, shape: ListShape) -> _Read:
        element = self.rule(shape.member)
        parse, plain = element.parse, element.plain

        def read(value: Any, path: _Path, failures: list[str]) -> list[Any]:
            if type(value) is not list:
                raise wrong_type(value, "list")
            return [
                item if type(item) is plain else parse(item, (path, position), failures)
                for position, item in enumerate(value, 1)
                if item is not None
            ]

        return _checking_elements(read, shape, element.constraints, "Member must satisfy constraint", list)

    def _map(self, shape: MapShape) -> _Read:
        key, element = self.rule(shape.key), self.rule(shape.value)
        parse, plain = element.parse, element.plain

        def read(value: Any, path: _Path, failures: list[str]) -> Any:
            if type(value) is not dict:
                raise wrong_type(value, "map")
            # Assumption: a null value is an absent entry, as null in a list is an absent element.
            return {
                name: item if type(item) is plain else parse(item, (path, f"{name}.member"), failures)
                for name, item in value.items()
                if item is not None
            }

        read_keys = _checking_elements(read, shape, key.constraints, "Map keys must satisfy constraint", dict.keys)
        return _checking_elements(read_keys, shape, element.constraints, "Map value must satisfy constraint", dict.values)


def _scalar(shape: Shape) -> _Read:
    read_value = SCALAR_READERS[shape.type_name]
    return lambda value, _path, _failures: read_value(value)


def _unless_blank(check: _Read) -> _Read:
    return lambda value, path, failures: value if value == "" else check(value, path, failures)


def _as_it_is(value: Any, _path: _Path, _failures: list[str]) -> Any:
    return value


def _self_checking(shape: Shape, parse: _Read, plain: type | None = None) -> _Rule:
    """Complete the reading of a shape by the shape's own constraints."""
    constraints = constraints_of(shape)
    if constraints is None:
        return _Rule(parse, parse, plain=plain)
    hold, report = constraints.hold, _reporter(shape, constraints)

    def check(value: Any, path: _Path, failures: list[str]) -> Any:
        within: list[str] = []
        parsed = parse(value, path, within)
        if not hold(parsed):
            report(parsed, path, failures)
        failures += within
        return parsed

    return _Rule(parse, check, constraints, plain)


def _checking_elements(
    read: _Read, container: Shape, constraints: Constraints | None, phrase: str, select: Callable[[Any], Iterable[Any]]
) -> _Read:
    """Let a container check what `select` takes from it. AWS reports once for all elements, at the container's own path."""
    if constraints is None:
        return read
    hold, describe, sentence = constraints.hold, _description_of(container), f"{phrase}: {constraints.bracketed()}"

    def read_and_check(value: Any, path: _Path, failures: list[str]) -> Any:
        parsed = read(value, path, failures)
        for element in select(parsed):
            if not hold(element):
                failures.append(_failure(describe(parsed), path, sentence))
                break
        return parsed

    return read_and_check


def _reporter(shape: Shape, constraints: Constraints) -> Callable[[Any, _Path, list[str]], None]:
    describe = _description_of(shape)

    def report(value: Any, path: _Path, failures: list[str]) -> None:
        subject = describe(value)
        failures += [_failure(subject, path, each.sentence) for each in constraints.each if not each.holds(value)]

    return report


def _failure(subject: str, path: _Path, sentence: str) -> str:
    """One failure in AWS's words; elements of lists stand in paths as `schema.1.member.name` (aws/aws-cdk#14699)."""
    steps = []
    while path is not None:
        path, step = path
        steps.append(f"{step}.member" if isinstance(step, int) else step)
    return f"{subject} at '{'.'.join(reversed(steps))}' failed to satisfy constraint: {sentence}"


# Names that the service has of its own (badmintoncryer/cdk-preflight, pf-cognito-invite-sms-message-placeholder).
_LABELS = {"InviteMessageTemplate": "inviteMessage", "SMSMessage": "smsMessage"}


def _lower_camel(name: str) -> str:
    """AWS's paths lower the first letter alone: `CallbackURLs` is `callbackURLs`, `SSESpecification` is `sSESpecification`."""
    return _LABELS.get(name) or name[:1].lower() + name[1:]


def _description_of(shape: Shape) -> Callable[[Any], str]:
    """How a failure names a value of this shape: by the value itself, unless that would show a secret."""
    if _holds_secret(shape, set()):
        return lambda _value: "Value"
    return lambda value: f"Value '{_as_java_prints(value, shape)}'"


def _holds_secret(shape: Shape, seen: set[str]) -> bool:
    if shape.metadata.get("sensitive"):
        return True
    if shape.name in seen:
        return False
    seen.add(shape.name)
    parts: list[Shape] = []
    if isinstance(shape, StructureShape):
        parts = list(shape.members.values())
    elif isinstance(shape, ListShape):
        parts = [shape.member]
    elif isinstance(shape, MapShape):
        parts = [shape.key, shape.value]
    return any(_holds_secret(part, seen) for part in parts)


def _as_java_prints(value: Any, shape: Shape) -> str:
    """`[A, B]`, `{key=value}`: Java's `toString`.

    A structure is `RecoveryOptionType(priority=1, name=verified_email)`, with all its members: what is absent is null
    (badmintoncryer/cdk-preflight, pf-cognito-recovery-mechanisms-max and pf-cognito-schema-attr-max).
    """
    match shape, value:
        case _, None:
            printed = "null"
        case StructureShape(), _:
            members = (f"{_lower_camel(name)}={_as_java_prints(value.get(name), member)}" for name, member in shape.members.items())
            printed = f"{shape.name}({', '.join(members)})"
        case ListShape(), _:
            printed = f"[{', '.join(_as_java_prints(item, shape.member) for item in value)}]"
        case MapShape(), _:
            printed = f"{{{', '.join(f'{key}={_as_java_prints(item, shape.value)}' for key, item in value.items())}}}"
        case _, bytes():
            printed = f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
        case _, bool():
            printed = str(value).lower()
        case _:
            printed = str(value)
    return printed
