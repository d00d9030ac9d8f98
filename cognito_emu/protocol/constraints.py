"""What a model demands of a value besides its type, in the words of AWS's framework.

The words are quoted from errors that Cognito sent: awsdocs/aws-cloudformation-user-guide#525 (enums in lists),
aws/aws-cdk#31795 (map values: all constraints of the value's shape stand in the brackets, also those that hold), and the
evidence of badmintoncryer/cdk-preflight's Cognito rules (rules/cognito/*/meta.yaml), deployed to AWS in September 2026.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import regex

from cognito_emu.protocol.service_models import Shape
from cognito_emu.records import Record

_TYPES_WITH_LENGTH = frozenset({"blob", "character", "list", "map", "string"})

_Test = Callable[[Any], object]
"""True of its result says that a value holds; some tests answer with a match or None."""


class Constraint(Record):
    """One demand on a value of one shape: AWS's sentence and the test."""

    sentence: str
    holds: _Test


class Constraints(Record):
    """All demands that one shape makes on its own values, not on what these contain.

    Attributes:
        hold: Whether a value meets them all. This is what every request pays for; `each` is asked only after a refusal.
        each: The single demands.
    """

    hold: _Test
    each: tuple[Constraint, ...]

    def bracketed(self) -> str:
        """The demands as AWS lists them when a container reports for its elements."""
        return f"[{', '.join(constraint.sentence for constraint in self.each)}]"


class _PatternCorrection(Record):
    """A pattern that the service applies in place of the model's, and the one that its error shows."""

    applied: str
    shown: str


_SMS_WITH_CODE = r"(?s).*\{####\}(?s).*"
_EMAIL_TEXT = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"
_EMAIL_WITH_CODE = rf"{_EMAIL_TEXT}\{{####\}}{_EMAIL_TEXT}"

# Where the model contradicts the service. Keyed by the pattern too, so that a corrected model switches the correction off.
_PATTERN_CORRECTIONS = {
    # A custom domain has dots ("auth.example.com": CreateUserPoolDomain's documentation); the model knows prefix domains only, and
    # of these CreateUserPoolDomain speaks itself (pf-cognito-domain-prefix-format and -length).
    ("DomainType", r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"): _PatternCorrection(
        applied=r"(?s).*",
        shown=r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
    ),
    # Not AWS's: a client's id can be chosen by its name, as users of other emulators have it in their files.
    ("ClientNameType", r"[\w\s+=,.@-]+"): _PatternCorrection(applied=r"_custom_id_:[\w+]+|[\w\s+=,.@-]+", shown=r"[\w\s+=,.@-]+"),
    # Cognito takes spaces inside a password; its errors have shown this pattern for years, for previousPassword as well.
    ("PasswordType", r"[\S]+"): _PatternCorrection(applied=r"^[\S]+.*[\S]+$", shown=r"^[\S]+.*[\S]+$"),
    # Texts may have lines, and an invitation must have the place of the password (pf-cognito-sms-*, pf-cognito-invite-*).
    ("SmsVerificationMessageType", r".*\{####\}.*"): _PatternCorrection(applied=r"(?s).*\{####\}.*", shown=_SMS_WITH_CODE),
    ("SmsInviteMessageType", r"(?s).*"): _PatternCorrection(applied=r"(?s).*\{####\}.*", shown=_SMS_WITH_CODE),
    ("EmailInviteMessageType", _EMAIL_TEXT): _PatternCorrection(applied=_EMAIL_WITH_CODE, shown=_EMAIL_WITH_CODE),
}
BLANK_IS_NONE = frozenset({("SignUpRequest", "Password"), ("AdminCreateUserRequest", "TemporaryPassword")})
"""Members, by structure, of which a blank value says that there is none, whatever their shape demands.

"To create a user with no password, omit this parameter or submit a blank value." (API reference, SignUp and AdminCreateUser)
"""

_MISSING_ENUM_VALUES = {
    # GetClientToken's documentation demands this flow of the app client.
    "ExplicitAuthFlowsType": ("ALLOW_CLIENT_TOKEN_AUTH",),
}


def constraints_of(shape: Shape) -> Constraints | None:
    """The demands of a shape on its own values; None when every value of its type will do.

    AWS's order among several failures of one member isn't fixed (both orders of pattern and length are on record). The order
    here, longest, shortest, pattern, is that of AWS's brackets.
    """
    traits = shape.metadata
    each: list[Constraint] = []
    hold: _Test | None = None
    if "min" in traits or "max" in traits:
        bounds, hold = _length_limits(traits) if shape.type_name in _TYPES_WITH_LENGTH else _value_limits(traits)
        each += bounds
    if "pattern" in traits:
        pattern = _pattern_constraint(shape.name, traits["pattern"])
        each.append(pattern)
        hold = _length_and_pattern(traits, pattern.holds) if hold else pattern.holds
    if "enum" in traits:
        # A model's enum values meet its other demands, so being one of them is all that a request is asked.
        enum = _enum_constraint((*traits["enum"], *_MISSING_ENUM_VALUES.get(shape.name, ())))
        each.append(enum)
        hold = enum.holds
    return Constraints(hold, tuple(each)) if hold else None


def _length_limits(traits: Mapping[str, Any]) -> tuple[list[Constraint], _Test]:
    # Assumption: AWS counts Unicode characters, as the Smithy specification says of @length, not UTF-16 units.
    least, most = traits.get("min", 0), traits.get("max", sys.maxsize)
    bounds = {
        "max": Constraint(f"Member must have length less than or equal to {most}", lambda value: len(value) <= most),
        "min": Constraint(f"Member must have length greater than or equal to {least}", lambda value: len(value) >= least),
    }
    return [bound for trait, bound in bounds.items() if trait in traits], lambda value: least <= len(value) <= most


def _value_limits(traits: Mapping[str, Any]) -> tuple[list[Constraint], _Test]:
    least, most = traits.get("min", float("-inf")), traits.get("max", float("inf"))
    bounds = {
        "max": Constraint(f"Member must have value less than or equal to {most}", lambda value: value <= most),
        "min": Constraint(f"Member must have value greater than or equal to {least}", lambda value: value >= least),
    }
    return [bound for trait, bound in bounds.items() if trait in traits], lambda value: least <= value <= most


def _pattern_constraint(shape_name: str, pattern: str) -> Constraint:
    correction = _PATTERN_CORRECTIONS.get((shape_name, pattern), _PatternCorrection(pattern, pattern))
    sentence = f"Member must satisfy regular expression pattern: {correction.shown}"
    return Constraint(sentence, java_full_match(correction.applied))


def _length_and_pattern(traits: Mapping[str, Any], matches: _Test) -> _Test:
    """Both in one call: most strings of a request have a length and a pattern."""
    least, most = traits.get("min", 0), traits.get("max", sys.maxsize)
    return lambda value: least <= len(value) <= most and matches(value)


_BUCKETS = 32


def _enum_constraint(values: tuple[str, ...]) -> Constraint:
    """AWS lists the values in the order of a hash table of Java strings with 32 buckets, the later ones of a bucket first.

    So do the eight enums on record of Cognito (awsdocs/aws-cloudformation-user-guide#525, rosberglinhares/
    CloudFormationCognitoCustomResources#1, badmintoncryer/cdk-preflight), and the comparison operators of DynamoDB.
    """
    listed = sorted(values, key=lambda value: (_java_hash(value) % _BUCKETS, -values.index(value)))
    return Constraint(f"Member must satisfy enum value set: [{', '.join(listed)}]", frozenset(values).__contains__)


def _java_hash(text: str) -> int:
    """Java's `String.hashCode`, without its sign."""
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value


# Cognito's patterns for messages of up to 20,000 characters backtrack in the third power of the length when a text is made for it.
# No request may stop the server for minutes: a long text that isn't matched within this many seconds isn't matched.
_LONG_TEXT = 2048
_PATIENCE = 1.0

_JAVA_PIECE = re.compile(r"\\[pP]\{\w+\}|\\.|.", re.DOTALL)
_JAVA_LINE_ENDS = r"\n\r\x85\u2028\u2029"
_JAVA_CLASSES = {r"\s": r" \t\n\x0b\f\r", r"\d": "0-9", r"\w": "a-zA-Z0-9_"}
_UNTRANSLATED_CLASSES = frozenset({r"\S", r"\D", r"\W", r"\b", r"\B"})


@cache
def java_full_match(pattern: str) -> _Test:
    r"""Match a whole text (a match or None) as Java's `String.matches` does it; that is how AWS applies the patterns.

    Java's `\w`, `\d`, `\s` know ASCII only, and its dot stops at more line ends than Python's. `\p{L}` and its like need the
    `regex` package, which takes three times as long as the standard library, so texts in ASCII are spared it.
    """
    match_ascii = re.compile(_translated(pattern, _ascii_class), re.ASCII).fullmatch
    if r"\p{" not in pattern:
        return match_ascii
    match_any = regex.compile(_translated(pattern, _unicode_class)).fullmatch

    def match(text: str) -> object:
        if text.isascii() and len(text) <= _LONG_TEXT:
            return match_ascii(text)
        try:
            return match_any(text, timeout=_PATIENCE)
        except TimeoutError:
            return None

    return match


def _translated(pattern: str, class_content: Callable[[str], str | None]) -> str:
    """The pattern in Python's terms; `class_content` spells out a predefined class, or leaves it to the engine."""
    dot_is_all = pattern.startswith("(?s)")
    in_class = False
    translated = []
    for piece in _JAVA_PIECE.findall(pattern):
        content = class_content(piece)
        if content is not None:
            translated.append(content if in_class else f"[{content}]")
        elif piece == "." and not in_class and not dot_is_all:
            translated.append(f"[^{_JAVA_LINE_ENDS}]")
        else:
            in_class = piece == "[" or (in_class and piece != "]")
            translated.append(piece)
    return "".join(translated)


@cache
def _ascii_class(piece: str) -> str | None:
    r"""What a class such as `\p{L}` has in ASCII, for the standard library, which knows Java's other classes as ASCII itself."""
    if not piece.startswith(r"\p{"):
        return None
    is_member = regex.compile(piece).match
    return "".join(re.escape(chr(code)) for code in range(128) if is_member(chr(code)))


def _unicode_class(piece: str) -> str | None:
    r"""Java's classes for the `regex` package, whose own ASCII flag would take letters beyond ASCII from `\p{L}` as well."""
    if piece in _UNTRANSLATED_CLASSES:
        raise NotImplementedError(f"{piece} beside a Unicode property")
    return _JAVA_CLASSES.get(piece)
