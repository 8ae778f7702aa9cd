"""What the table of street classes says, and who may use a street that says nothing itself."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from planner.norms.street_classes import street_classes
from planner.reading.street_use import open_streets
from planner.shipped import norms_folder
from planner.tables import columns_of


def test_the_table_names_where_its_figures_come_from() -> None:
    text = (norms_folder() / "streets" / "osm.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    for source in ("access", "speed"):
        assert set(content[source]) >= {"title", "read_at", "certainty"}
        assert set(content[source]["title"]) == {"zh", "en"}


def test_nobody_walks_or_cycles_on_a_motorway_and_no_bus_goes_down_steps() -> None:
    classes = street_classes()
    assert (classes["motorway"].foot, classes["motorway"].cycle) == (False, False)
    assert classes["residential"].foot
    assert not classes["steps"].bus
    assert all(known.kmh > 0 for known in classes.values())


def test_streets_are_barriers_of_kinds_that_the_barriers_table_knows() -> None:
    (kinds,) = (each.allowed for each in columns_of("barriers") if each.name == "kind")
    named = {known.barrier for known in street_classes().values()} - {""}
    assert named == {"motorway", "trunk_road"}
    assert named <= set(kinds)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("foot", [True, True, False, True]), ("cycle", [False, True, False, False]),
     ("bus", [False, True, True, True])],
)  # fmt: skip
def test_the_table_is_believed_before_the_class(mode: str, expected: list[bool]) -> None:
    streets = pd.DataFrame(
        {
            "street_class": ["footway", "村道", "motorway", "footway"],
            "walkable": pd.array([None, None, None, True], dtype="boolean"),
            "cyclable": pd.array([None, None, None, False], dtype="boolean"),
            "drivable": pd.array([None, None, None, True], dtype="boolean"),
        }
    )
    assert open_streets(streets, mode).tolist() == expected
