"""Let tests draw a town of blocks in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.scenario import read_scenario
from tests.notices.drawn import drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.notices import CountyZones
    from planner.study import Study


@pytest.fixture(scope="session")
def draw(squares: Study, squares_folder: Path) -> Callable[..., CountyZones]:
    """Return what draws the primary zones of a town: areas, zones and lines are given."""
    scenario = read_scenario(squares_folder / "scenarios", "baseline")
    return lambda areas, zones, **more: drawn(squares, scenario, areas, zones, **more)
