"""Open maps in a real browser with the network off, and note whatever it complains about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.atlas import draw_map
from planner.terms import Language

if TYPE_CHECKING:
    from planner.plan import Plan

__all__ = ["CHROMIUM", "IN_A_BROWSER", "Reader", "choose_year", "press_everything"]

CHROMIUM = Path("/usr/bin/chromium")
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="No /usr/bin/chromium: install it to open maps in tests."
    ),
]


class Reader:
    """Someone who reads maps: opens them and remembers what the browser complained about."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.context: Any = None
        self.first = ""
        """A script that the browser runs before those of the page."""

    def open(self, *plans: Plan, width: int = 1400, height: int = 900, at: str = "") -> Any:
        """Open the map of plans in a window, at a place within the page."""
        path = self.folder / "map.html"
        draw_map(plans, path, Language.CHINESE)
        page = self.show(path, width, height, at)
        page.wait_for_selector("body[data-ready]")
        return page

    def show(self, path: Path, width: int, height: int, at: str) -> Any:
        """Open a page, with the network off."""
        self.context = self.browser.new_context(
            offline=True, viewport={"width": width, "height": height}
        )
        page = self.context.new_page()
        if self.first:
            page.add_init_script(self.first)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri() + at)
        return page

    def leave(self) -> None:
        """Close the page, which must have complained of nothing and asked only for itself."""
        self.context.close()
        assert self.complaints == []
        assert [address for address in self.asked if not address.startswith("file:")] == []
        assert len(self.asked) == 1


def choose_year(page: Any, index: int) -> None:
    page.locator("#slider").fill(str(index))


CONTROLS = "button, input, select, .leaflet-control a, .leaflet-popup a, .section, .work"
NAMED = """(controls) => controls.map((control) => control.checkVisibility() && !control.disabled
  ? control.id || Object.entries(control.dataset).join() || control.ariaLabel || control.textContent
  : "")"""


def press_everything(page: Any) -> set[str]:
    """Use every control that can be seen, once, and return their names.

    A page renews its controls and brings up others when one is used, so what is not pressed yet is
    looked for again each time; what takes other controls away comes last.
    """
    page.evaluate("() => { window.print = () => {}; }")
    pressed: set[str] = {""}
    while True:
        controls = page.query_selector_all(CONTROLS)
        names = page.evaluate(NAMED, controls)
        left = sorted(
            {*names} - pressed,
            key=lambda name: (name.endswith(("fold", "clear")), names.index(name)),
        )
        if not left:
            return pressed - {""}
        pressed.add(left[0])
        _use(controls[names.index(left[0])])


def _use(control: Any) -> None:
    """Press a button, move a slider, take the last of a list, or write a word."""
    kind = control.evaluate("(control) => control.tagName + (control.type || '')").lower()
    if kind == "inputrange":
        control.fill(control.get_attribute("max"))
    elif kind in ("inputsearch", "inputtext"):
        control.fill("1")
        control.press("Enter")
    elif kind.startswith("select"):
        control.select_option(index=len(control.query_selector_all("option")) - 1)
    else:
        control.dispatch_event("click")
