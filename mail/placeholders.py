"""AWS's template language: `{####}`, `{username}`, `{##Click Here##}` and the names of threat-protection mails.

Source: developer guide, "Message templates".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

# `{####}` comes first: it would also match as a link with an empty text.
_PLACEHOLDER = re.compile(r"\{(?P<code>####)\}|\{##(?P<link_text>.+?)##\}|\{(?P<name>[a-z-]+)\}", re.DOTALL)

CODE = "####"
LINK = "##"


def fill_html(template: str, values: Mapping[str, str | None]) -> str:
    """`template` with its placeholders filled; values are escaped, so that a user's name cannot write HTML.

    Args:
        template: The pool's or the trigger's text. It is HTML by definition, and trusted: the developer wrote it.
        values: By placeholder name; `CODE` and `LINK` stand for the two special ones. Absent or None leaves the placeholder as
            it is, which is what AWS does with `{username}` in a verification message (aws-cdk issue 7597).
    """

    def replacement(match: re.Match[str]) -> str:
        text = match["link_text"]
        value = values.get(LINK if text is not None else match["code"] or match["name"])
        if value is None:
            return match[0]
        return f'<a href="{escape(value)}">{text}</a>' if text is not None else escape(value)

    # One pass over the template only: a user named `{####}` must not be shown the code a second time.
    return _PLACEHOLDER.sub(replacement, template)


def fill_text(template: str, values: Mapping[str, str | None]) -> str:
    """The same for plain text (SMS, TextBody): nothing is escaped, and links have no place."""

    def replacement(match: re.Match[str]) -> str:
        value = None if match["link_text"] is not None else values.get(match["code"] or match["name"])
        return match[0] if value is None else value

    return _PLACEHOLDER.sub(replacement, template)


def has_link(template: str) -> bool:
    """Whether `template` asks for a link (`{##Click Here##}`)."""
    return any(match["link_text"] is not None for match in _PLACEHOLDER.finditer(template))
