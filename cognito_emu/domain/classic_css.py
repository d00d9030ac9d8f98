"""Which CSS the classic hosted pages take: rules for the classes that were made for it, and nothing that reaches further.

https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

from cognito_emu.errors import InvalidParameterException

_MOST_BYTES = 3 * 1024
# Those of the template that the console offers for download; each may have the state after the colon.
_CLASSES = {
    f".{name}-customizable"
    for name in (
        "background",
        "banner",
        "errorMessage",
        "idpButton",
        "idpDescription",
        "inputField",
        "label",
        "legalText",
        "logo",
        "passwordCheck-notValid",
        "passwordCheck-valid",
        "redirect",
        "socialButton",
        "submitButton",
        "textDescription",
    )
}
_SELECTORS = _CLASSES | {".submitButton-customizable:hover", ".idpButton-customizable:hover", ".inputField-customizable:focus"}
_SCRIPT = re.compile(r"javascript:|vbscript:|expression\s*\(|</", re.IGNORECASE)


def check_css(css: str) -> None:
    """Let CSS pass that styles nothing but the customizable classes.

    The sentence on selectors is AWS's (badmintoncryer/cdk-preflight, pf-cognito-ui-customization-css-properties). Assumption: the
    others. The rules are documented.

    Raises:
        InvalidParameterException: It is too long, is no CSS, or reaches for something else.
    """
    if len(css.encode()) > _MOST_BYTES:
        raise InvalidParameterException("CSS file size cannot exceed 3 KB.")
    if _SCRIPT.search(css):
        raise InvalidParameterException("CSS must not contain scripts.")
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        match rule.type:
            case "at-rule":
                raise InvalidParameterException(f"CSS must not contain @{rule.at_keyword}.")
            case "error":
                raise InvalidParameterException("Invalid CSS.")
            case _:
                _check_rule(rule)


def _check_rule(rule: Any) -> None:
    for selector in tinycss2.serialize(rule.prelude).split(","):
        if selector.strip() not in _SELECTORS:
            raise InvalidParameterException(f"The CSS class {selector.strip()} is not in the list of allowed classes.")
    declarations: Iterable[Any] = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    for declaration in declarations:
        if declaration.type != "declaration":
            raise InvalidParameterException("Invalid CSS.")
