"""axe-core in a page: what a screen reader or a keyboard would stumble over."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.support.machine import CHECKOUT, ensure


def violations(page: Page) -> list[str]:
    """axe-core's findings, each as `rule: what it means, the elements`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())  # evaluated by the debugger, so the page's Content-Security-Policy stays as it is
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, { iframes: false, resultTypes: ['violations'] })).violations"
    )
    return [f"{each['id']}: {each['help']}: {', '.join(str(node['target']) for node in each['nodes'])}" for each in found]


@cache
def _axe() -> str:
    ensure("clients")
    return (CHECKOUT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js").read_text()
