from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from planner.projection.homes import children_of_new_homes
from planner.study import Study, read_study
from tests.towns import AREAS, write_town

AGES = range(18)
YEARS = tuple(range(2020, 2031))
YIELDS = pd.DataFrame(
    [("flat", "primary", 0, 0.3), ("flat", "primary", 2, 0.6), ("flat", "junior", 1, 0.15)],
    columns=["kind", "stage", "years_since", "pupils_per_home"],
)


@pytest.fixture(scope="module")
def nine_squares(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The town of tests/towns.py; primary is entered at 6, junior at 12."""
    return read_study(write_town(tmp_path_factory.mktemp("nine_squares")))


def with_homes(town: Study, *rows: tuple[str, str | None, int, int]) -> Study:
    """The town with these homes (area, kind, units, completed) and the yields above."""
    homes = pd.DataFrame(list(rows), columns=["area_id", "kind", "units", "completed"])
    numbers = [f"h{number}" for number in range(len(homes))]
    homes = homes.assign(home_id=numbers, name=pd.Series([None] * len(homes), dtype="str"))
    return dataclasses.replace(town, homes=homes, yields=YIELDS)


def test_children_follow_the_yields_year_by_year(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a5", "flat", 100, 2025))
    children, notes = children_of_new_homes(study, 2023, AGES, YEARS)
    a5 = children[AREAS.index("a5")]
    # 100 homes: 30 pupils at once, 45 half-way, 60 after two years and ever after.
    assert a5[6:12].sum(axis=0) == pytest.approx([0, 0, 0, 0, 0, 30, 45, 60, 60, 60, 60])
    # The junior yield begins one year after completion.
    assert a5[12:15].sum(axis=0) == pytest.approx([0, 0, 0, 0, 0, 0, 15, 15, 15, 15, 15])
    assert a5[6:12, 7] == pytest.approx(60 / 6)
    assert children.sum() == pytest.approx(a5[6:15].sum())
    assert notes == ()


def test_homes_of_one_area_add_up(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2024), ("a1", "flat", 50, 2024))
    children, _ = children_of_new_homes(study, 2023, AGES, YEARS)
    assert children[0, 6:12, YEARS.index(2024)].sum() == pytest.approx(45)


def test_homes_that_stood_at_the_last_count_bring_nobody_new(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2023), ("a2", "castle", 9, 2022))
    children, notes = children_of_new_homes(study, 2023, AGES, YEARS)
    assert not children.any()
    assert notes == ()


def test_homes_without_yields_bring_nobody_and_are_named(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "castle", 1200, 2025), ("a2", None, 34, 2026))
    children, (note,) = children_of_new_homes(study, 2023, AGES, YEARS)
    assert not children.any()
    assert note.key == "homes_without_yields"
    assert note.en.startswith("1,234 new homes bring no children")
    assert "h0, h1" in note.en
    assert "h0、h1" in note.zh


def test_ages_that_nobody_counts_are_left_out(nine_squares: Study) -> None:
    study = with_homes(nine_squares, ("a1", "flat", 100, 2025))
    children, _ = children_of_new_homes(study, 2023, range(9, 12), YEARS)
    # Of the 60 pupils aged 6 to 11 half are 9 to 11.
    assert children[0, :, -1].sum() == pytest.approx(30)


def test_a_town_without_homes_needs_no_yields(nine_squares: Study) -> None:
    children, notes = children_of_new_homes(nine_squares, 2023, AGES, YEARS)
    assert children.shape == (9, 18, 11)
    assert not children.any()
    assert notes == ()
