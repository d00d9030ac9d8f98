"""What may stand in a header: addresses are checked, free text is made harmless.

A user picks his own e-mail address and often his own name; a line break in either would let him write headers of his own into
the mail that the pool sends. Addresses with control characters are refused (nobody's address has them), while a subject is folded
onto one line instead, because AWS's model allows white space of any kind in a pool's subjects.
"""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.headerregistry import Address

_NAMED = re.compile(r"^(?P<name>.*?)\s*<(?P<addr_spec>[^<>]+)>$", re.DOTALL)
_ADDR_SPEC = re.compile(r"^(?P<local>[^\s@<>]+)@(?P<domain>[^\s@,;:<>()\[\]\\\"]+)$")
_ENCODED_WORD = "=?"
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class InvalidAddressError(ValueError):
    """An address or header value that cannot be sent without lying or without opening the door to header injection."""


def parse_mailbox(value: str) -> Address:
    """`jane@example.com` or `Jane <jane@example.com>` as an address that the e-mail package can write.

    A domain outside ASCII is turned into its IDNA form, which every server understands; a local part outside ASCII stays and
    needs SMTPUTF8 (RFC 6531) on the way.

    Raises:
        InvalidAddressError: It holds control characters, or is no address.
    """
    refuse_unsafe(value)
    named = _NAMED.match(value.strip())
    name, addr_spec = (_unquoted(named["name"]), named["addr_spec"]) if named else ("", value.strip())
    parts = _ADDR_SPEC.match(addr_spec.strip())
    if parts is None:
        raise InvalidAddressError("not an e-mail address")
    try:
        domain = parts["domain"].encode("idna").decode("ascii")
        return Address(display_name=name, username=_unquoted(parts["local"]), domain=domain)
    except (ValueError, IndexError) as error:  # UnicodeError (labels IDNA refuses) is a ValueError
        raise InvalidAddressError("not an e-mail address") from error


def refuse_unsafe(value: str) -> str:
    """`value` itself.

    Raises:
        InvalidAddressError: It holds a line break, another control character, half a surrogate pair, or the beginning of an RFC
            2047 encoded word: Python's e-mail package decodes those while it writes a header, line breaks inside them included.
    """
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in value):
        raise InvalidAddressError("control characters are not allowed in addresses and headers")
    if _ENCODED_WORD in value:
        raise InvalidAddressError("encoded words are not allowed in addresses and headers")
    return value


def one_line(value: str) -> str:
    """Free text made fit for a header: white space folded to single blanks, control characters dropped.

    Encoded words (a Lambda may have encoded its subject itself) become the text that a reader would have seen.
    """
    if _ENCODED_WORD in value:
        value = _decoded(value).replace(_ENCODED_WORD, "= ?")  # what was encoded twice is not decoded twice
    visible = (character for character in storable(value) if character.isspace() or unicodedata.category(character) != "Cc")
    return " ".join("".join(visible).split())


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, ValueError, LookupError):  # broken base64, bytes outside the charset, unknown charset
        return value


def storable(value: str) -> str:
    """`value` without what neither UTF-8 nor PostgreSQL can hold (a Lambda's JSON can carry lone surrogates and NUL)."""
    return _UNSTORABLE.sub("\ufffd", value)


def _unquoted(phrase: str) -> str:
    if len(phrase) > 1 and phrase.startswith('"') and phrase.endswith('"'):
        return re.sub(r"\\(.)", r"\1", phrase[1:-1])
    return phrase
