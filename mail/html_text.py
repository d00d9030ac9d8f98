"""The plain-text alternative of an HTML mail, for readers that show no HTML and for tests that look for a code."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tbody", "tfoot", "thead", "tr", "ul"),
    }
)
_PARAGRAPHS = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})


def text_of_html(html: str) -> str:
    """What a reader sees of `html`: blocks on lines of their own, list items dashed, a link as `text (address)`.

    A template without any tag is plain text that somebody typed into a field, so its own line breaks are kept.
    """
    if "<" not in html:
        return unescape(html).strip()
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._unseen = 0
        self._preformatted = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "img" and not self._unseen:
            self._pieces.append(values.get("alt") or "")
        elif tag in {"td", "th"}:
            self._pieces.append(" ")
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self._pieces)))
        elif tag in _BLOCKS:
            self._break(tag)
            self._preformatted += tag == "pre"
            if tag == "li":
                self._pieces.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            shown = "".join(self._pieces[start:]).strip()
            if address and address != shown:
                self._pieces.append(f" ({address})" if shown else address)
        elif tag in _BLOCKS:
            self._preformatted = max(0, self._preformatted - (tag == "pre"))
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self._pieces.append(data if self._preformatted else re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        self._pieces.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def text(self) -> str:
        lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in "".join(self._pieces).splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
