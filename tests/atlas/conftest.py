"""The town that the tests of the map share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.atlas.nine_squares import make_town

if TYPE_CHECKING:
    from planner.plan import Plan


@pytest.fixture
def town() -> Plan:
    """The town of nine squares, drawn at the top of nine_squares.py."""
    return make_town()
