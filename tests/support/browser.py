"""Debian's Chromium, driven by Playwright; a failed test leaves a screenshot and a trace."""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.machine import ARTIFACTS, ensure

# Root may not use Chromium's sandbox. The rest keeps it from calling its maker's servers, and from waiting for them.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def open_browser(*flags: str) -> Iterator[Browser]:
    """A headless Chromium; `flags` are more of its own, such as `--host-resolver-rules=MAP *.example.com 127.0.0.1`."""
    # Playwright would make a folder for the traces of each context, and leave it there; Chromium leaves empty files.
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=ensure("chromium"), args=[*_FLAGS, *flags], traces_dir=folder, env={**os.environ, "TMPDIR": folder}
        )
        try:
            yield browser
        finally:
            browser.close()


def start_recording(context: BrowserContext) -> None:
    """Record what is needed to understand a failure afterwards.

    Snapshots of the document show each step. Filming it as well would take a test a third longer, whether it fails or not.
    """
    context.tracing.start(screenshots=False, snapshots=True, sources=True)
    context.set_default_timeout(15_000)


def save_failure(page: Page, test: str) -> list[str]:
    """Keep a screenshot and a trace (see it by `.venv/bin/playwright show-trace`) in artifacts/browser; returns their paths."""
    folder = ARTIFACTS / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^\w.-]+", "-", test).strip("-")
    picture, trace = folder / f"{stem}.png", folder / f"{stem}.zip"
    with contextlib.suppress(Exception):  # a page that crashed or was closed has no picture, and the trace says so
        page.screenshot(path=picture, full_page=True)
    page.context.tracing.stop(path=trace)
    return [str(path) for path in (picture, trace) if path.exists()]


def add_authenticator(page: Page) -> None:
    """Give the page a passkey provider that is built into the browser, whose owner is there and consents."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
