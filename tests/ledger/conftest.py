"""The crowded town, read and planned once, today and a year before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from planner.past import as_known_in
from planner.plan import Plan, make_plan
from planner.scenario import read_scenario
from planner.study import Study, read_study
from tests.ledger.crowded import write_crowded

if TYPE_CHECKING:
    from pathlib import Path

PATH = pd.DataFrame(
    {
        "indicator": ["large_classes"] * 3,
        "year": [2023, 2024, 2025],
        "target": ["2", "1", "0"],
        "binding": [True, True, True],
    }
)
"""Two large classes today, one next year, none after that."""


@pytest.fixture(scope="package")
def crowded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the crowded town as a study folder; nobody writes into it."""
    return write_crowded(tmp_path_factory.mktemp("crowded") / "town")


@pytest.fixture(scope="package")
def crowded(crowded_folder: Path) -> Study:
    """Return the crowded town as a study."""
    return read_study(crowded_folder)


@pytest.fixture(scope="package")
def plan(crowded: Study, crowded_folder: Path) -> Plan:
    """Return the plan of the crowded town, 2023 counted."""
    return make_plan(crowded, read_scenario(crowded_folder / "scenarios", "baseline"))


@pytest.fixture(scope="package")
def plan_2022(crowded: Study, crowded_folder: Path) -> Plan:
    """Return the plan of the same town a year before, with the class lists of that year."""
    classes = crowded.classes[crowded.classes["year"] <= 2022].reset_index(drop=True)
    then = replace(as_known_in(crowded, 2022), classes=classes)
    return make_plan(then, read_scenario(crowded_folder / "scenarios", "baseline"))


@pytest.fixture(scope="package")
def plan_with_targets(plan: Plan) -> Plan:
    """Return the plan of the town whose government has set a path to no large class."""
    targets = PATH.assign(stage=None, source=None)
    return replace(plan, study=replace(plan.study, targets=targets))
