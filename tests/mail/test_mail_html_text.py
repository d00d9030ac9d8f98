"""The text alternative."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.html_text import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Your code is 1", "Your code is 1"),
        ("line one\nline two &amp; three", "line one\nline two & three"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>a</p>\n  <p>b   c</p>", "a\n\nb c"),
        ("<ul><li>x</li><li>y</li></ul>", "- x\n\n- y"),
        ("<html><head><title>T</title><style>p{}</style></head><body><p>seen</p><script>x()</script></body></html>", "seen"),
        ('<a href="https://a.test/?x=1&amp;y=2">go</a>', "go (https://a.test/?x=1&y=2)"),
        ('<a href="https://a.test">https://a.test</a>', "https://a.test"),
        ('<a href="https://a.test"><img src="b.png"></a>', "https://a.test"),
        ('<img src="l.png" alt="Shop"> hello', "Shop hello"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("a < b and </nothing> c", "a < b and c"),
        ("<!-- hidden -->shown", "shown"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert text_of_html(html) == text


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet=st.sampled_from("<>/abp\"'= &;#!-\n"), max_size=80))
def test_no_markup_is_too_broken(html: str) -> None:
    assert isinstance(text_of_html(html), str)
