"""Looking at a page: pictures that CI keeps, accessibility, and whether it fits a phone."""

import base64
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page

from tests.support.machine import ARTIFACTS, ensure

FOLDER = ARTIFACTS / "pages"
DESK = {"width": 1120, "height": 860}
PHONE = {"width": 340, "height": 680}
_MODULES = Path(__file__).parents[1] / "clients/node_modules"
_AXE = _MODULES / "axe-core/axe.min.js"
_JSQR = _MODULES / "jsqr/dist/jsQR.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Inspector:
    """Inspects pages under names; `problems` are those that the browser itself reported."""

    page: Page
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        ensure("clients")
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def __call__(self, name: str) -> None:
        """A picture in light and in dark, no violations that axe knows of in either, and nothing to scroll sideways on a phone."""
        stem = _stem(name)
        scheme = self.page.evaluate("() => document.documentElement.dataset.scheme")
        for colors in ("light", "dark") if scheme in {"auto", None} else (scheme,):
            self.page.emulate_media(color_scheme=colors, reduced_motion="reduce")
            self.page.screenshot(path=FOLDER / f"{stem}-{colors}.png", full_page=True)
            self._check_accessibility(f"{name}, {colors}")
        self.on_a_phone(name)
        self.page.emulate_media(color_scheme="light")

    def on_a_phone(self, name: str) -> None:
        """A picture on a phone, where there is nothing to scroll sideways."""
        self.page.set_viewport_size(PHONE)
        self.page.screenshot(path=FOLDER / f"{_stem(name)}-phone.png", full_page=True)
        width = self.page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{name} is {width} px wide on a phone of {PHONE['width']}"
        self.page.set_viewport_size(DESK)
        assert not self.problems, self.problems

    def _check_accessibility(self, where: str) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        # What it says about all that is well is ten times as long.
        options = json.dumps({"runOnly": _RULES, "resultTypes": ["violations"]})
        violations: list[dict[str, Any]] = self.page.evaluate(f"async () => (await axe.run(document, {options})).violations")
        found = [f"{item['id']}: {node['html'][:200]} {node['failureSummary']}" for item in violations for node in item["nodes"]]
        assert not found, f"{where}:\n" + "\n".join(found)

    def _note(self, message: ConsoleMessage) -> None:
        """What the content security policy refuses is told there, too; so is the status of a page that is an error, which is no problem."""
        if message.type == "error" and message.location["url"] != self.page.url:
            self.problems.append(message.text)


def scan(element: Locator) -> str:
    """What the QR code says that is to be seen at an element."""
    ensure("clients")
    picture = base64.b64encode(element.screenshot()).decode()
    element.page.evaluate(_JSQR.read_text(encoding="utf-8"))
    text: str = element.page.evaluate(
        """async picture => {
            const bytes = Uint8Array.from(atob(picture), character => character.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            return jsQR(canvas.getImageData(0, 0, image.width, image.height).data, image.width, image.height)?.data ?? "";
        }""",
        picture,
    )
    return text


def _stem(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name)
