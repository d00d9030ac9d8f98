"""What the pages say, in the languages that managed login speaks; one file a language in `strings/`.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html#managed-login-localization
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Self

import orjson

from cognito_emu.records import Hidden, Record

DEFAULT = "en"

# Chinese is told apart by its script; whoever asks for a region gets the script that is read there.
_SYNONYMS = {"zh-hant": "zh-TW", "zh-hk": "zh-TW", "zh-mo": "zh-TW", "zh": "zh-CN"}
_ACCEPTED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")


class Texts(Record):
    """The texts of one language.

    Attributes:
        code: Its tag (BCP 47), as `lang` names it.
        name: What its speakers call it.
    """

    code: str
    name: str
    phrases: Hidden[Mapping[str, str]]
    attributes: Hidden[Mapping[str, str]]
    messages: Hidden[Mapping[str, str]]

    @classmethod
    def from_document(cls, code: str, document: Mapping[str, Any]) -> Self:
        """Read a file of `strings/`."""
        return cls(code, document["language"], document["phrases"], document["attributes"], document["messages"])

    def __call__(self, key: str, **values: object) -> str:
        """A phrase, with its placeholders filled in."""
        return self.phrases[key].format(**values)

    def attribute(self, name: str) -> str:
        """What an attribute of a user is called; custom ones have no other name than their own."""
        return self.attributes.get(name) or name.removeprefix("custom:").replace("_", " ").capitalize()

    def message(self, sentence: str) -> str:
        """An error's sentence in this language, where it is one of those that users meet; else as AWS puts it."""
        if sentence in self.messages:
            return self.messages[sentence]
        # "Password did not conform with policy: Password not long enough" and its kind: the beginning differs by operation.
        beginning, colon, reason = sentence.partition(": ")
        if colon and beginning in self.messages and reason in self.messages:
            return f"{self.messages[beginning]}: {self.messages[reason]}"
        return sentence


class Languages:
    """All languages there are."""

    def __init__(self, texts: Iterable[Texts]) -> None:
        self._texts = {text.code.lower(): text for text in texts}

    @classmethod
    def load(cls) -> Self:
        """Read `strings/`."""
        folder = files(__package__) / "strings"
        names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
        return cls(Texts.from_document(name.removesuffix(".json"), orjson.loads((folder / name).read_bytes())) for name in names)

    @property
    def all(self) -> list[Texts]:
        """Each language, by its tag's place in the alphabet."""
        return list(self._texts.values())

    @property
    def default(self) -> Texts:
        """English, which the classic pages speak to everybody."""
        return self._texts[DEFAULT]

    def find(self, tag: str | None) -> Texts | None:
        """The language of a tag, or the one that its speakers read as well: `de-AT` gets German, `zh-HK` traditional Chinese."""
        name = (tag or "").lower().replace("_", "-")
        while name:
            for candidate in (name, _SYNONYMS.get(name, name).lower(), _only_variant(name, self._texts)):
                if candidate in self._texts:
                    return self._texts[candidate]
            name = name.rpartition("-")[0]
        return None

    def choose(self, *, wanted: str | None, remembered: str | None, accepted: str) -> Texts:
        """The language to speak: `lang` of the request, else the cookie's, else what the browser asks for."""
        # Assumption: a `lang` that is none of the twelve is as if it were not there; AWS does not say.
        return self.find(wanted) or self.find(remembered) or self._accepted(accepted) or self.default

    def _accepted(self, header: str) -> Texts | None:
        """The best language of an Accept-Language header (RFC 9110, section 12.5.4)."""
        ranges = [found for part in header.split(",")[:20] if (found := _ACCEPTED.fullmatch(part))]
        by_weight = sorted(ranges, key=lambda found: -float(found[2] or 1))
        return next((texts for found in by_weight if float(found[2] or 1) > 0 and (texts := self.find(found[1]))), None)


def _only_variant(name: str, texts: Mapping[str, Texts]) -> str | None:
    """`pt` means the one Portuguese that there is."""
    variants = [code for code in texts if code.startswith(f"{name}-")]
    return variants[0] if len(variants) == 1 else None
