"""Share the plan of the nine-area town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.terms import Language
from tests.report.town import town_plan

if TYPE_CHECKING:
    from planner.plan import Plan


@pytest.fixture
def plan() -> Plan:
    """The plan drawn in tests/report/town.py."""
    return town_plan()


@pytest.fixture(params=list(Language))
def lang(request: pytest.FixtureRequest) -> Language:
    """Chinese, then English."""
    return Language(request.param)
