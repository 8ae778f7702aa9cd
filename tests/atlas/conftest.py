"""The town that the tests of the map share, and the browser in which they open it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.atlas.nine_squares import make_town
from tests.atlas.reader import CHROMIUM, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.plan import Plan


@pytest.fixture
def town() -> Plan:
    """The town of nine squares, drawn at the top of nine_squares.py."""
    return make_town()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield started
        started.close()


@pytest.fixture
def reader(browser: Any, tmp_path: Path) -> Iterator[Reader]:
    someone = Reader(browser, tmp_path)
    yield someone
    someone.leave()
