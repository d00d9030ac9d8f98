"""Requests made from botocore's models: such as fit, one that has everything, and its copies with one thing wrong."""

import base64
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognito_emu.protocol.service_models import Shape, load_service_model

ARN = "arn:aws:lambda:us-east-1:123456789012:function:name"
ONE_CLASS = regex.compile(r"\^?(\[(?:\\.|[^\]\\])+\])[+*]\$?")
SAMPLES = {
    r"[\w-]+_[0-9a-zA-Z]+": ["us-east-1_AbCdEf123", "a_1"],
    r"[\w-]+_[0-9a-f-]+": ["us-east-1_01234567-89ab-cdef-0123-456789abcdef"],
    r"[\w-]+:[0-9a-f-]+": ["us-east-1:01234567-89ab-cdef-0123-456789abcdef", "r:0"],
    r"^(tkn|sso)[a-z0-9]{25}$": ["tkn" + "0" * 25, "sso" + "z" * 25],
    r"^[0-9a-f]{8}\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\b[0-9a-f]{12}$": ["01234567-89ab-cdef-0123-456789abcdef"],
    r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$": ["01234567-89AB-4def-a123-456789abcdef"],
    r"^https://[!$-;=@-\[\]_a-z~]+$": ["https://a.example.com/x"],
    r"^https://[^\s]+$": ["https://idp.example.com/é"],
    r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+": ["Okta", "Oktà-1"],
    r"Level[1-4]": ["Level1", "Level4"],
    r"^(terms-of-use|privacy-policy)$": ["terms-of-use", "privacy-policy"],
    r"^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil"
    r"|chinese-(simplified|traditional))$": ["cognito:default", "cognito:chinese-simplified"],
    r".*\{####\}.*": ["Your code is {####}.", "{####}"],
    r"(?s).*": ["{username}\n{####}"],
    r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$": ["a", "my-domain"],
    r"import-[0-9a-zA-Z-]+": ["import-AbC1"],
    r"\d+": ["123456789012"],
    r"(un)?authenticated": ["authenticated", "unauthenticated"],
    r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+": ["é@example.com"],
}
# Where the service applies another pattern than the model; test_validation.py holds what it accepts.
INVITATION = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"
SHOWN_PATTERNS = {
    "PasswordType": r"^[\S]+.*[\S]+$",
    "SmsVerificationMessageType": r"(?s).*\{####\}(?s).*",
    "EmailInviteMessageType": INVITATION,
}
# And where the operation speaks itself of what the model forbids.
UNCHECKED = frozenset({"DomainType"})
# And another name.
LABELS = {"InviteMessageTemplate": "inviteMessage", "SMSMessage": "smsMessage"}
BREAKERS = [" ", "\x07", "_", "é\u00a0", "{}"]
WRONG_TYPE = {
    "string": (5, "NUMBER_VALUE can not be converted to a String"),
    "integer": ("5", "STRING_VALUE can not be converted to an Integer"),
    "long": ("5", "STRING_VALUE can not be converted to a Long"),
    "boolean": ("maybe", "Unexpected token received from parser"),
    "timestamp": ("soon", "STRING_VALUE can not be converted to milliseconds since epoch"),
    "blob": (5, "NUMBER_VALUE can not be converted to a Blob"),
    "list": ("neither list nor map", "Expected list or null"),
    "map": ("neither list nor map", "Expected map or null"),
    "structure": ("neither list nor map", "Expected null"),
}

by_operation = pytest.mark.parametrize(
    "operation",
    [
        pytest.param(model.operation_model(name), id=f"{model.service_name}-{name}")
        for model in map(load_service_model, ("cognito-idp", "cognito-identity"))
        for name in model.operation_names
    ],
)


@cache
def values(shape: Shape) -> st.SearchStrategy[Any]:
    """JSON values that fit a shape."""
    kind, traits = shape.type_name, shape.metadata
    least, most = traits.get("min", 0), traits.get("max", 10**6)
    if getattr(shape, "is_document_type", False):
        return st.dictionaries(st.text(max_size=3), st.none() | st.integers(0, 9) | st.lists(st.booleans(), max_size=2), max_size=2)
    if kind == "structure":
        members = {name: values(member) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if kind == "list":
        return st.lists(values(shape.member), min_size=least, max_size=max(least, min(most, 2)))
    if kind == "map":
        return st.dictionaries(values(shape.key), values(shape.value), min_size=least, max_size=max(least, min(most, 2)))
    return {
        "string": strings,
        "integer": lambda _: st.integers(least, most),
        "long": lambda _: st.integers(least, most),
        "boolean": lambda _: st.booleans(),
        "timestamp": lambda _: st.integers(0, 2**32) | st.integers(0, 10**12).map(lambda milliseconds: milliseconds / 1000),
        "blob": lambda _: st.binary(min_size=least, max_size=min(most, 9)).map(lambda data: base64.b64encode(data).decode()),
    }[kind](shape)


def strings(shape: Shape) -> st.SearchStrategy[str]:
    traits = shape.metadata
    if "enum" in traits:
        return st.sampled_from(traits["enum"])
    least, most = traits.get("min", 0), traits.get("max", 10**6)
    pattern = INVITATION if shape.name == "EmailInviteMessageType" else traits.get("pattern")
    if shape.name == "PasswordType":
        least = 2
    if pattern is None:
        return st.text(min_size=least, max_size=min(most, least + 3))
    if one_class := ONE_CLASS.fullmatch(pattern):
        # Below U+0250 and printable: Python's own classes would take control characters for blanks, as Java's don't.
        letters = [letter for letter in map(chr, range(32, 0x250)) if letter.isprintable()]
        alphabet = [letter for letter in letters if regex.fullmatch(one_class[1], letter)]
        if r"\p" not in pattern:
            alphabet = [letter for letter in alphabet if letter.isascii()]
        least = max(least, 1)
        return st.text(st.sampled_from(alphabet), min_size=least, max_size=min(most, least + 6))
    if "arn:" in pattern:
        return st.sampled_from([ARN if ":::" not in pattern else "arn:aws:s3:::bucket"])
    if pattern.startswith(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##"):
        return st.sampled_from(["Code: {####}\n", "é {####}"] if "####" in pattern else ["Click {##here##}!", "é{####}"])
    return st.sampled_from(SAMPLES[pattern])


@cache
def full(shape: Shape) -> Any:
    """One JSON value that fits a shape and has every member at every level."""
    if shape.type_name == "structure" and not shape.is_document_type:
        return {name: full(member) for name, member in shape.members.items()}
    count = max(1, shape.metadata.get("min", 0))
    if shape.type_name == "list":
        return [full(shape.member)] * count
    if shape.type_name == "map":
        return {full(shape.key): full(shape.value)}
    return plainest(values(shape))


def plainest(strategy: st.SearchStrategy[Any]) -> Any:
    """Some value, the same in every run."""
    found: list[Any] = []

    @settings(max_examples=1, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return found[0]


class Breakage(NamedTuple):
    """A copy of a value with one constraint broken."""

    value: Any
    kind: str
    """As in `demands.KINDS`."""
    said: tuple[str, ...]
    """Parts of the refusal."""
    botocore_sees: bool
    """Whether botocore's client-side check refuses it as well: it knows what is required and what is too small."""

    def inside(self, value: Any) -> "Breakage":
        return self._replace(value=value)


def breakages(shape: Shape, value: Any, path: str) -> Iterator[Breakage]:
    """Every way to break one constraint of a full value."""
    for broken in own_breakages(shape, value):
        yield broken._replace(said=(f"at '{path}' failed to satisfy constraint: {broken.said[0]}",))
    if shape.type_name == "structure" and not shape.is_document_type:
        yield from breakages_of_members(shape, value, path)
    elif shape.type_name == "list":
        phrase, element_path = "Member must satisfy constraint", f"{path}.{len(value)}.member"
        for broken in breakages_of_element(shape.member, value[-1], path, element_path, phrase):
            yield broken.inside([*value[:-1], broken.value])
    elif shape.type_name == "map":
        ((key, item),) = value.items()
        for broken in own_breakages(shape.key, key):
            said = (f"at '{path}' failed to satisfy constraint: Map keys must satisfy constraint: [", broken.said[0])
            yield broken._replace(value={broken.value: item}, said=said)
        for broken in breakages_of_element(shape.value, item, path, f"{path}.{key}.member", "Map value must satisfy constraint"):
            yield broken.inside({key: broken.value})


def breakages_of_members(shape: Shape, value: dict[str, Any], path: str) -> Iterator[Breakage]:
    for name, member in shape.members.items():
        label = LABELS.get(name, f"{name[0].lower()}{name[1:]}")
        member_path = f"{path}{'.' if path else ''}{label}"
        for broken in breakages(member, value[name], member_path):
            yield broken.inside({**value, name: broken.value})
        if name in shape.required_members:
            rest = {other: item for other, item in value.items() if other != name}
            said = (f"Value null at '{member_path}' failed to satisfy constraint: Member must not be null",)
            yield Breakage(rest, "required", said, botocore_sees=True)


def breakages_of_element(shape: Shape, value: Any, path: str, element_path: str, phrase: str) -> Iterator[Breakage]:
    """An element's own constraints are reported by its container; what a structure contains has a path of its own."""
    if shape.type_name == "structure":
        yield from breakages(shape, value, element_path)
    else:
        for broken in own_breakages(shape, value):
            yield broken._replace(said=(f"at '{path}' failed to satisfy constraint: {phrase}: [", broken.said[0]))


def own_breakages(shape: Shape, value: Any) -> Iterator[Breakage]:
    traits, kind = shape.metadata, shape.type_name
    bound, noun = ("range", "value") if kind in {"integer", "long"} else ("length", "length")
    if "max" in traits:
        said = f"Member must have {noun} less than or equal to {traits['max']}"
        yield Breakage(resized(kind, value, traits["max"] + 1), bound, (said,), botocore_sees=False)
    if traits.get("min", 0) > 0:
        said = f"Member must have {noun} greater than or equal to {traits['min']}"
        yield Breakage(resized(kind, value, traits["min"] - 1), bound, (said,), botocore_sees=kind != "map")
    if "enum" in traits:
        yield Breakage("NO_SUCH_VALUE", "enum", ("Member must satisfy enum value set: [",), botocore_sees=False)
    if "pattern" in traits and shape.name not in UNCHECKED:
        breaker = next((text for text in BREAKERS if not regex.fullmatch(traits["pattern"], text)), None)
        if breaker is not None:
            said = f"Member must satisfy regular expression pattern: {SHOWN_PATTERNS.get(shape.name, traits['pattern'])}"
            yield Breakage(breaker, "pattern", (said,), botocore_sees=False)


def resized(kind: str, value: Any, size: int) -> Any:
    match kind:
        case "integer" | "long":
            return size
        case "blob":
            return base64.b64encode(bytes(size)).decode()
        case "map":
            return {f"key{number}": next(iter(value.values())) for number in range(size)}
        case "list":
            return [value[0]] * size
        case _:
            return (value * (size // len(value) + 1))[:size] if value else "x" * size


def of_wrong_type(shape: Shape, value: Any) -> Iterator[tuple[Any, str]]:
    """Copies of a full value, each with one value of another JSON type, and what is said of it. The first is the whole."""
    if getattr(shape, "is_document_type", False):
        return
    yield WRONG_TYPE[shape.type_name]
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                yield from (({**value, name: wrong}, said) for wrong, said in of_wrong_type(member, value[name]))
        case "list":
            yield from (([wrong], said) for wrong, said in of_wrong_type(shape.member, value[0]))
        case "map":
            ((key, item),) = value.items()
            yield from (({key: wrong}, said) for wrong, said in of_wrong_type(shape.value, item))
