"""Who may ask for the window's pages: the browser that shows them, and no page from elsewhere in its name.

The emulator listens on loopback, so every page of the web that a developer visits could otherwise send his browser here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest

_OWN = {"same-origin", "none"}  # "none": typed into the address bar
_READING = {"GET", "HEAD"}

#: Nothing inline, nothing from elsewhere, in nobody's frame. Mails are framed from the inbox's own address.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def comes_from_elsewhere(request: HTTPServerRequest) -> bool:
    """Whether another site's page made the browser send this request.

    Fetch Metadata (https://www.w3.org/TR/fetch-metadata/) says so in every current browser; `Origin` stands in. Following a link to the
    window is allowed, since the page that holds the link cannot see where it leads.
    """
    reads = request.method in _READING
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        navigates = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
        return site not in _OWN and not (reads and navigates)
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host
