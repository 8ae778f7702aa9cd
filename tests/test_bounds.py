"""Intervals beside every number of pupils: where they come from and what they promise.

Two primaries of the nine squares, P1 and P2, in 2023 (counted), 2024 and 2025.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.capacity import Offer, offer_sections
from planner.evaluation.bounds import with_county_bounds, with_section_bounds
from planner.projection.draws import RollDraws
from planner.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.norms import StageNorm
    from planner.stages import StageResult
    from planner.study import Study

YEARS = (2023, 2024, 2025)
INTERVAL = ["low95", "low80", "high80", "high95"]
DRAWS = 400


@pytest.fixture(scope="module")
def offer(squares: Study) -> Offer:
    """Return what P1, P2, J1 and K1 offer, in this order: 540, 270, 300 and 295 seats."""
    offered = offer_sections(squares, Scenario(), YEARS)
    assert list(offered.sections["section_id"]) == ["P1", "P2", "J1", "K1"]
    return offered


def futures_of(*rolls: Sequence[float], jitter: float = 0.0, seed: int = 0) -> RollDraws:
    """Return futures of sections about these rolls of three years, the first one certain."""
    rng = np.random.default_rng(seed)
    drawn = np.array(rolls, dtype=float)[:, :, None].repeat(DRAWS, axis=2)
    drawn[:, 1:] *= np.exp(rng.normal(0.0, jitter, (len(rolls), 2, DRAWS)))
    return RollDraws(drawn.astype(np.float32))


FOUR = futures_of([300] * 3, [240] * 3, [270] * 3, [270] * 3, jitter=0.1)


def table_of(offer: Offer, futures: RollDraws = FOUR, **columns: Any) -> pd.DataFrame:
    """Return the sections' years in an order of their own: by year, sections backwards.

    The plan expects the middle of the futures.
    """
    rows = [
        {
            "section_id": section,
            "year": year,
            "pupils": float(np.median(futures.rolls[row, number])),
            "unseated": 0,
        }
        | columns
        for number, year in enumerate(YEARS)
        for row, section in reversed(list(enumerate(offer.sections["section_id"])))
    ]
    return pd.DataFrame(rows)


def test_intervals_lie_within_one_another(offer: Offer) -> None:
    table = with_section_bounds(table_of(offer), FOUR, offer)
    ahead = table.loc[table["year"] > 2023, INTERVAL].to_numpy()
    assert (np.diff(ahead, axis=1) > 0).all()


def test_the_counted_year_has_none(offer: Offer) -> None:
    table = with_section_bounds(table_of(offer), FOUR, offer)
    counted = table[table["year"] == 2023]
    assert counted[[*INTERVAL, "shortage_probability"]].isna().all(axis=None)
    assert table.loc[table["year"] > 2023, "shortage_probability"].notna().all()


def test_each_section_and_year_has_its_own_futures_in_whatever_order_they_stand(
    offer: Offer,
) -> None:
    certain = futures_of([300, 301, 302], [240, 241, 242], [270, 271, 272], [280, 281, 282])
    table = with_section_bounds(table_of(offer, certain), certain, offer)
    low = table.set_index(["section_id", "year"])["low80"]
    assert low["P1", 2025] == 302
    assert low["P2", 2024] == 241
    assert low["K1", 2025] == 282
    shuffled = table_of(offer, certain).sample(frac=1, random_state=1)
    again = with_section_bounds(shuffled, certain, offer).set_index(["section_id", "year"])
    pd.testing.assert_series_equal(again["low80"].sort_index(), low.sort_index())


def test_where_the_past_says_less_the_interval_still_reaches_what_the_plan_expects(
    offer: Offer, stages: Sequence[StageResult]
) -> None:
    # Plans of P1 were always too high: its futures lie about 300, the plan expects 500.
    plain = with_section_bounds(table_of(offer), FOUR, offer)
    high = with_section_bounds(table_of(offer, pupils=500), FOUR, offer)
    ahead = plain["year"] > 2023
    assert (high.loc[ahead, ["high80", "high95"]] == 500).all(axis=None)
    pd.testing.assert_frame_equal(high[["low95", "low80"]], plain[["low95", "low80"]])
    low = with_section_bounds(table_of(offer, pupils=10), FOUR, offer)
    assert (low.loc[ahead, ["low95", "low80"]] == 10).all(axis=None)
    pd.testing.assert_series_equal(low["shortage_probability"], high["shortage_probability"])
    county = pd.DataFrame({"stage": "primary", "year": YEARS, "pupils": 900})
    found = with_county_bounds(county, FOUR, offer, stages)
    assert found["high80"].tolist()[1:] == [900, 900]
    assert (found["low95"].to_numpy()[1:] < 540).all()


def test_four_futures_of_five_lie_within_the_narrow_interval(offer: Offer) -> None:
    table = with_section_bounds(table_of(offer), FOUR, offer).set_index(["section_id", "year"])
    for row, section in enumerate(offer.sections["section_id"]):
        drawn = FOUR.rolls[row, 1]
        bounds = table.loc[(section, 2024), INTERVAL].to_numpy(dtype=float)
        # Of the four bounds a future within the narrow interval has passed two.
        passed = (drawn[:, None] >= bounds).sum(axis=1)
        assert np.sum(passed == 2) == pytest.approx(0.8 * DRAWS, abs=1)
        assert np.sum((passed >= 1) & (passed <= 3)) == pytest.approx(0.95 * DRAWS, abs=1)


@settings(max_examples=30, deadline=None)
@given(seats=st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_the_probability_is_the_share_of_futures_with_too_few_seats(
    seats: list[int], offer: Offer
) -> None:
    offered = replace(offer, seats=np.array(seats)[:, None].repeat(3, axis=1))
    table = with_section_bounds(table_of(offer), FOUR, offered)
    found = table.set_index(["section_id", "year"])["shortage_probability"]
    for row, section in enumerate(offer.sections["section_id"]):
        short = sum(roll > seats[row] for roll in FOUR.rolls[row, 2].tolist())
        assert found[section, 2025] == short / DRAWS


def test_pupils_without_any_seat_are_surely_short_and_nobody_is_short_of_none(
    offer: Offer,
) -> None:
    # P1 has lost its rooms; P2 has closed: no pupils and no seats.
    none = replace(offer, seats=np.where(np.arange(4)[:, None] < 2, 0, offer.seats))
    closed = futures_of([300] * 3, [240, 0, 0], [270] * 3, [270] * 3, jitter=0.1)
    table = with_section_bounds(table_of(offer, closed), closed, none).set_index(
        ["section_id", "year"]
    )
    assert table.loc[("P1", 2024), "shortage_probability"] == 1
    assert table.loc[("P2", 2024), "shortage_probability"] == 0
    assert (table.loc[("P2", 2024), INTERVAL].to_numpy(dtype=float) == 0).all()


def test_entrants_turned_away_are_short_of_a_seat_though_upper_grades_have_room(
    offer: Offer,
) -> None:
    # 250 pupils and 50 without a seat beside 540 seats: as `shortage` says, 50 are short.
    certain = futures_of(*[[250] * 3] * 4)
    turned = with_section_bounds(table_of(offer, pupils=250, unseated=50), certain, offer)
    seated = with_section_bounds(table_of(offer, pupils=250), certain, offer)
    ahead = turned["year"] > 2023
    assert (turned.loc[ahead, "shortage_probability"] == 1).all()
    assert (seated.loc[ahead, "shortage_probability"] == 0).all()
    # One future in two with 60 fewer pupils finds room for all.
    half = RollDraws(certain.rolls - np.where(np.arange(DRAWS) % 2, 60, 0).astype(np.float32))
    turned = with_section_bounds(table_of(offer, pupils=250, unseated=50), half, offer)
    assert (turned.loc[ahead, "shortage_probability"] == 0.5).all()


@dataclass
class Stage:
    """What county bounds read of a stage that was worked out."""

    stage: StageNorm
    rows: np.ndarray


@pytest.fixture(scope="module")
def stages(squares: Study) -> Sequence[StageResult]:
    """Return the primaries P1 and P2, then J1 alone."""
    norms = squares.norms
    found = [
        Stage(norms.stage("primary"), np.array([0, 1])),
        Stage(norms.stage("junior"), np.array([2])),
    ]
    return cast("Sequence[StageResult]", found)


def county_of(futures: RollDraws, offer: Offer, stages: Sequence[StageResult]) -> pd.DataFrame:
    """Return the county's intervals by stage and year."""
    rows = [
        (result.stage.stage, year, np.median(futures.rolls[result.rows, number].sum(axis=0)))
        for result in reversed(stages)
        for number, year in enumerate(YEARS)
    ]
    table = pd.DataFrame(rows, columns=["stage", "year", "pupils"])
    return with_county_bounds(table, futures, offer, stages).set_index(["stage", "year"])


def test_a_county_is_the_sum_of_its_sections_future_by_future(
    offer: Offer, stages: Sequence[StageResult]
) -> None:
    table = county_of(FOUR, offer, stages)
    assert table.loc[(slice(None), 2023), INTERVAL].isna().all(axis=None)
    both = np.sort(FOUR.rolls[0, 2].astype(float) + FOUR.rolls[1, 2])
    found = table.loc[("primary", 2025), INTERVAL].to_numpy(dtype=float)
    assert found == pytest.approx(np.quantile(both, (0.025, 0.1, 0.9, 0.975)), rel=1e-6)
    assert (np.diff(found) > 0).all()
    # One section is its stage.
    alone = with_section_bounds(table_of(offer), FOUR, offer).set_index(["section_id", "year"])
    found = table.loc[("junior", 2024), INTERVAL].to_numpy(dtype=float)
    assert found == pytest.approx(alone.loc[("J1", 2024), INTERVAL].to_numpy(dtype=float))


def test_what_schools_share_widens_the_county_beyond_what_chance_would(
    offer: Offer, stages: Sequence[StageResult]
) -> None:
    shared = RollDraws(np.sort(FOUR.rolls, axis=2))
    wide, narrow = (county_of(futures, offer, stages) for futures in (shared, FOUR))

    def width(table: pd.DataFrame) -> float:
        low, high = table.loc[("primary", 2025), ["low80", "high80"]].to_numpy(dtype=float)
        return float(high - low)

    # Two alike and as wide add up to twice one; by chance alone only to √2 of it.
    assert width(wide) / width(narrow) == pytest.approx(np.sqrt(2), rel=0.1)
