"""Intervals beside every number of large classes: where they come from and what they promise.

The nine squares of tests/towns.py: primaries P1 (12 rooms, grades of 50 in two classes) and P2
(6 rooms, grades of 40 in one), junior J1, kindergarten K1 without a norm for large classes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from planner.capacity import offer_sections
from planner.classes.draws import ClassDraws
from planner.evaluation.class_bounds import (
    class_band_years,
    large_together,
    possible_classes,
    with_county_classes,
    with_grade_classes,
    with_section_classes,
)
from planner.norms import ClassBand
from planner.plan import make_plan
from planner.projection.draws import RollDraws
from planner.scenario import Scenario
from planner.study import read_study
from tests.classes.towns import AS_EXPECTED
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.capacity import Offer
    from planner.study import Study

YEARS = (2023, 2024, 2025)
COLUMNS = ["large_low80", "large_high80", "large_probability"]


@pytest.fixture(scope="module")
def offer(squares: Study) -> Offer:
    """Return what P1, P2, J1 and K1 offer."""
    return offer_sections(squares, Scenario(), YEARS)


def primaries(large: Any, grades: Any = None) -> ClassDraws:
    """Return draws of the primaries P1 and P2 with so many large classes, [section, year, draw]."""
    counts = np.array(large, dtype=np.int16)
    none = np.zeros_like(counts)
    share = np.zeros((2, 6, 3)) if grades is None else np.array(grades)
    return ClassDraws(np.array([0, 1]), tuple(range(1, 7)), none, counts, none, none, share)


TEN = primaries(
    [
        [[0] * 10, [0] * 5 + [2] * 5, list(range(10))],
        [[3] * 10, [2] * 5 + [0] * 5, [1] * 10],
    ]
)
"""P1 and P2 in ten futures. In 2024 one of them has two large classes and the other one none."""


def sections_of(large: int) -> pd.DataFrame:
    """Return the years of P2, P1 and K1, for which the plan expects so many large classes."""
    rows = [
        {"section_id": section, "stage": stage, "year": year, "large": large}
        for year in YEARS
        for section, stage in (("P2", "primary"), ("P1", "primary"), ("K1", "kindergarten"))
    ]
    return pd.DataFrame(rows)


def test_each_section_and_year_has_its_own_futures(offer: Offer) -> None:
    table = with_section_classes(sections_of(1), {"primary": TEN}, offer)
    # Of the futures 0, 1, … 9 one in ten is at most 0, nine in ten are at most 8.
    assert of(table, section_id="P1", year=2025) == [0.0, 8.0, 0.9]
    assert of(table, section_id="P2", year=2025) == [1.0, 1.0, 1.0]
    assert of(table, section_id="P1", year=2024) == [0.0, 2.0, 0.5]


def test_the_counted_year_and_stages_without_large_classes_have_none(offer: Offer) -> None:
    table = with_section_classes(sections_of(1), {"primary": TEN}, offer)
    without = (table["year"] == 2023) | (table["stage"] == "kindergarten")
    assert table.loc[without, COLUMNS].isna().all(axis=None)
    assert table.loc[~without, COLUMNS].notna().all(axis=None)


def test_the_interval_reaches_what_the_plan_expects(offer: Offer) -> None:
    high = with_section_classes(sections_of(12), {"primary": TEN}, offer)
    ahead = high["year"].gt(2023) & (high["stage"] == "primary")
    assert (high.loc[ahead, "large_high80"] == 12).all()
    low = with_section_classes(sections_of(0), {"primary": TEN}, offer)
    assert (low.loc[ahead, "large_low80"] == 0).all()


def test_the_county_adds_up_the_sections_of_one_future_first(offer: Offer) -> None:
    county = pd.DataFrame({"stage": "primary", "year": YEARS, "large": 2})
    found = with_county_classes(county, {"primary": TEN}, offer)
    assert found.loc[found["year"] == 2023, COLUMNS].isna().all(axis=None)
    # In 2024 there are two in every future, although neither section is sure of any.
    assert of(found, year=2024) == [2.0, 2.0, 1.0]
    assert of(found, year=2025) == [1.0, 9.0, 1.0]


def test_all_stages_add_up_future_by_future(offer: Offer) -> None:
    """What is many in one stage where it is few in the other adds up to the same in each future."""
    ups = primaries([[[0] * 10, [0] * 10, list(range(10))], [[0] * 10] * 3])
    downs = primaries([[[0] * 10, [0] * 10, list(range(9, -1, -1))], [[0] * 10] * 3])
    county = pd.DataFrame(
        [(stage, year, 2) for stage in ("primary", "junior") for year in YEARS],
        columns=["stage", "year", "large"],
    )
    found = large_together(county, {"primary": ups, "junior": downs})
    # 2024: none in any future, but the plan expects 2 + 2. 2025: 9 in each, the plan expects 4.
    assert found == {2024: (0.0, 4.0), 2025: (4.0, 9.0)}
    assert large_together(county, {}) == {}


def test_a_grade_carries_the_share_of_futures_in_which_it_is_crowded(offer: Offer) -> None:
    share = np.zeros((2, 6, 3))
    share[1, 4, 2] = 0.25
    grades = pd.DataFrame(
        [("P2", "primary", 2025, 5), ("P2", "primary", 2023, 5), ("J1", "junior", 2025, 7)],
        columns=["section_id", "stage", "year", "grade"],
    )
    drawn = {"primary": primaries(np.zeros((2, 3, 10)), share)}
    found = with_grade_classes(grades, drawn, offer)["large_probability"]
    assert found.tolist() == pytest.approx([0.25, np.nan, np.nan], nan_ok=True)


def test_bands_count_classes_of_their_size_and_add_up(squares: Study) -> None:
    sizes = [20, 36, 45, 46, 56, 66, 70]
    classes = pd.DataFrame({"stage": "primary", "year": 2024, "pupils": sizes})
    table = class_band_years(classes, squares.norms.stages)
    assert table["smallest"].tolist() == [1, 36, 46, 56, 66]
    assert table["classes"].tolist() == [1, 2, 1, 1, 2]
    assert table["share"].sum() == pytest.approx(1)
    assert table["name"].tolist() == ["35人及以下", "正常", "偏大", "大班额", "超大班额"]
    assert table["largest"].tolist() == pytest.approx([35, 45, 55, 65, np.nan], nan_ok=True)


def test_bands_from_the_first_pupil_on_need_none_below_and_others_are_left_out(
    squares: Study,
) -> None:
    everybody = ClassBand({"zh": "全部", "en": "all"}, 1, None)
    primary = replace(squares.norms.stage("primary"), class_bands=(everybody,))
    kindergarten = squares.norms.stage("kindergarten")
    classes = pd.DataFrame({"stage": ["primary", "kindergarten"], "year": 2024, "pupils": 30})
    table = class_band_years(classes, (kindergarten, primary))
    assert table[["stage", "name_en", "classes"]].to_numpy().tolist() == [["primary", "all", 1]]


def test_futures_that_are_the_plan_have_the_classes_of_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # J1 keeps three of its rooms: 90 entrants find one of them and sit in one class of 90.
    sections = town_tables()["sections"]
    sections.loc[sections["section_id"] == "J1", "rooms"] = 3
    kept: dict[str, Any] = {}
    monkeypatch.setattr("planner.plan._possible_futures", partial(_as_planned, kept))
    monkeypatch.setattr(
        "planner.evaluation.class_bounds.learn_cohorts", lambda _errors: AS_EXPECTED
    )
    plan = make_plan(read_study(write_town(tmp_path, sections=sections)), Scenario())
    found = possible_classes(*(kept[name] for name in ("county", "past", "futures", "results")))
    assert list(found) == ["primary", "junior"]
    for stage, drawn in found.items():
        planned = plan.section_years[plan.section_years["stage"] == stage]
        for column in ("over_standard", "entry_over_standard", "large", "super_large"):
            counts = planned[column].to_numpy().reshape(len(drawn.rows), len(plan.years))
            assert (getattr(drawn, column) == counts[:, :, None]).all()
    junior = plan.section_years.query("section_id == 'J1'")["large"]
    assert junior.tolist()[:4] == [0, 1, 2, 3]


def _as_planned(kept: dict[str, Any], county: Any, past: Any, results: Any) -> RollDraws:
    """Return four futures that are all what the plan expects, and keep what they are made of."""
    pupils = np.sum([result.seated.pupils for result in results], axis=0)
    rolls = pupils.sum(axis=1)[:, :, None].repeat(4, axis=2)
    futures = RollDraws(rolls.astype(np.float32))
    kept.update(county=county, past=past, results=results, futures=futures)
    return futures


def of(table: pd.DataFrame, **cell: Any) -> list[float]:
    """Return low, high and probability of the only row with these keys."""
    mine = np.logical_and.reduce([table[name] == value for name, value in cell.items()])
    (found,) = table.loc[mine, COLUMNS].to_numpy(dtype=float)
    return [float(value) for value in found]
