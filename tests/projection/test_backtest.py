"""Looking ahead from earlier years: nothing from the future, and scores one can add up by hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from planner.errors import StudyError
from planner.projection.backtest import LEVELS, METHODS, Foreseen, backtest, consecutive, score
from planner.projection.blend import SIZE_CLASSES
from planner.projection.history import RollHistory
from planner.projection.usual import foresee_by_progression

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    FloatArray = npt.NDArray[np.float64]
    Found = dict[tuple[str, str, int], list[Foreseen]]

NONE = np.nan
NEW_YORK = Path(__file__).resolve().parents[3] / "shared" / "data" / "us_nyc"


def history_of(counts: FloatArray, years: Sequence[int] | None = None) -> RollHistory:
    """Return counts as a history that begins in 2010 where no years are given."""
    years = range(2010, 2010 + counts.shape[2]) if years is None else years
    schools, grades = counts.shape[:2]
    return RollHistory(
        tuple(f"S{number:04}" for number in range(schools)),
        tuple(str(number) for number in range(1, grades + 1)),
        tuple(years),
        counts,
        np.zeros(counts.shape, dtype=bool),
        (),
    )


def county(schools: int = 12, years: int = 7, seed: int = 1) -> FloatArray:
    """Return schools of three grades whose cohorts climb, a few pupils more or fewer."""
    rng = np.random.default_rng(seed)
    entering = rng.integers(50, 90, (schools, years + 2))
    counts = np.stack([entering[:, 2 - grade :][:, :years] for grade in range(3)], axis=1)
    return np.round(counts * rng.uniform(0.95, 1.05, counts.shape))


def row(table: pd.DataFrame, method: str, level: str, lead: int, size: str = "all") -> pd.Series:
    """Return the one row of a method, level, lead and size class."""
    mine = table[
        (table["method"] == method)
        & (table["level"] == level)
        & (table["lead"] == lead)
        & (table["size_class"] == size)
    ]
    assert len(mine) == 1
    return mine.iloc[0]


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """Return the forecasts of every back-test that runs from now on, as they reach the scores."""
    seen: list[Found] = []

    def spy(found: Found) -> pd.DataFrame:
        seen.append(found)
        return score(found)

    monkeypatch.setattr("planner.projection.backtest.score", spy)
    return seen


def test_the_scores_of_three_schools_are_added_up_by_hand() -> None:
    """Foreseen 110, 190 and 300 pupils; 100, 200 and 300 came."""
    bounds = np.array([[90.0, 101, 120, 130], [150, 180, 200, 210], [310, 320, 330, 340]])
    schools = Foreseen(
        np.array([0, 0, 1]), np.array([110.0, 190, 300]), np.array([100.0, 200, 300]), bounds
    )
    table = score({("planner", "school", 1): [schools]})
    everyone = row(table, "planner", "school", 1)
    assert everyone["n"] == 3
    assert everyone["wape"] == pytest.approx((10 + 10 + 0) / 600)
    assert everyone["median_ape"] == pytest.approx(10 / 200)  # of 10 %, 5 % and 0 %
    assert everyone["bias"] == pytest.approx((10 - 10 + 0) / 600)
    # 100 lies below 101 but within 90–130; 200 lies on the upper bound; 300 below all.
    assert everyone["coverage80"] == pytest.approx(1 / 3)
    assert everyone["coverage95"] == pytest.approx(2 / 3)
    assert everyone["width80"] == pytest.approx((19 + 20 + 10) / 600)
    small = row(table, "planner", "school", 1, "<200")
    assert small["n"] == 2
    assert small["wape"] == pytest.approx(20 / 300)
    assert row(table, "planner", "school", 1, "200-499")["wape"] == 0.0
    assert set(table["size_class"]) == {"all", "<200", "200-499"}


def test_several_origins_are_scored_together() -> None:
    parts = [
        Foreseen(np.array([-1]), np.array([said]), np.array([came]), np.full((1, 4), NONE))
        for said, came in ((110.0, 100.0), (290.0, 300.0))
    ]
    total = row(score({("naive", "total", 2): parts}), "naive", "total", 2)
    assert total["n"] == 2
    assert total["wape"] == pytest.approx(20 / 400)
    assert total["bias"] == 0.0


def test_intervals_are_scored_where_they_are_known_and_missing_where_none_is() -> None:
    bounds = np.array([[NONE] * 4, [80.0, 90, 110, 120]])
    half = Foreseen(np.zeros(2, dtype=np.int64), np.full(2, 100.0), np.array([50.0, 100]), bounds)
    none = Foreseen(half.size, half.foreseen, half.counted, np.full((2, 4), NONE))
    known = row(score({("naive", "grade", 1): [half]}), "naive", "grade", 1)
    assert (known["n"], known["coverage80"], known["width80"]) == (2, 1.0, 20 / 100)
    unknown = row(score({("naive", "grade", 1): [none]}), "naive", "grade", 1)
    assert unknown[["coverage80", "coverage95", "width80"]].isna().all()


def test_the_table_goes_from_simple_to_ours_from_grades_to_all_from_near_to_far() -> None:
    table = backtest(history_of(county(years=8)), [2014, 2013], [2, 1])
    order = {name: place for place, name in enumerate((*METHODS, *LEVELS, "all", *SIZE_CLASSES))}
    keys = [
        (order[method], order[level], order[size], lead)
        for method, level, size, lead in table[["method", "level", "size_class", "lead"]].to_numpy()
    ]
    assert keys == sorted(keys)
    assert list(table.columns) == [
        "method", "level", "size_class", "lead", "n", "wape", "median_ape", "bias",
        "coverage80", "coverage95", "width80",
    ]  # fmt: skip
    assert set(table["method"]) == set(METHODS)


def test_every_origin_counts_each_grade_school_and_total_once_for_every_method() -> None:
    table = backtest(history_of(county(12, 7)), [2012, 2013, 2015], [1, 2])
    for method in METHODS:
        # From 2015 only 2016 was counted.
        assert row(table, method, "grade", 1)["n"] == 3 * 12 * 3
        assert row(table, method, "grade", 2)["n"] == 2 * 12 * 3
        assert row(table, method, "school", 1)["n"] == 3 * 12
        assert row(table, method, "total", 1)["n"] == 3
        assert row(table, method, "total", 2)["n"] == 2


def test_only_grades_offered_then_and_counted_later_are_compared() -> None:
    counts = county(4, 6)
    counts[0, :, 5] = NONE  # closed
    counts[1, :, :5] = NONE  # opened
    counts[2, 2, 5] = NONE  # lost a grade
    table = backtest(history_of(counts), [2014], [1])
    for method in METHODS:
        assert row(table, method, "grade", 1)["n"] == 2 + 3
        assert row(table, method, "school", 1)["n"] == 2


def test_the_naive_scores_are_those_of_last_years_roll() -> None:
    counts = county(5, 6)
    table = backtest(history_of(counts), [2014], [1], ["naive"])
    last, came = counts[:, :, 4], counts[:, :, 5]
    assert row(table, "naive", "grade", 1)["wape"] == pytest.approx(
        np.abs(last - came).sum() / came.sum()
    )
    schools = np.abs(last.sum(axis=1) - came.sum(axis=1)).sum()
    assert row(table, "naive", "school", 1)["wape"] == pytest.approx(schools / came.sum())
    assert row(table, "naive", "total", 1)["bias"] == pytest.approx(
        (last.sum() - came.sum()) / came.sum()
    )


def test_each_lead_is_scored_by_its_own_year_of_the_forecast() -> None:
    counts = county(8, 8)
    table = backtest(history_of(counts), [2014], [1, 2, 3], ["progression"])
    ahead = foresee_by_progression(counts[:, :, :5], 3)
    for lead in (1, 2, 3):
        came = counts[:, :, 4 + lead]
        missed = np.abs(ahead[:, :, lead - 1] - came).sum() / came.sum()
        assert row(table, "progression", "grade", lead)["wape"] == pytest.approx(missed)


def test_a_missing_year_is_neither_foreseen_nor_learned_across() -> None:
    years = [2010, 2011, 2012, 2014, 2015]
    counts = county(6, 6)
    history = history_of(np.delete(counts, 3, axis=2), years)
    spread = consecutive(history.pupils, history.years)
    assert np.isnan(spread[:, :, 3]).all()
    np.testing.assert_array_equal(np.delete(spread, 3, axis=2), history.pupils)
    table = backtest(history, [2012, 2014], [1, 2])
    # One year after 2012 nobody counted; two years after it 2014, one after 2014 2015.
    assert row(table, "planner", "total", 1)["n"] == 1
    assert row(table, "planner", "total", 2)["n"] == 1
    table = backtest(history, [2012], [1, 2])
    assert set(table["lead"]) == {2}


@pytest.mark.parametrize("origin", [2010, 2011, 2013])
def test_no_method_sees_anything_of_the_years_after_its_origin(
    origin: int, spied: list[Found]
) -> None:
    counts = county(years=7)
    wild = counts.copy()
    later = slice(origin - 2010 + 1, None)
    wild[:, :, later] = np.random.default_rng(9).integers(1, 500, wild[:, :, later].shape)
    backtest(history_of(counts), [origin], [1, 2, 3])
    backtest(history_of(wild), [origin], [1, 2, 3])
    calm, upset = spied
    assert calm.keys() == upset.keys()
    for key, parts in calm.items():
        for one, other in zip(parts, upset[key], strict=True):
            np.testing.assert_array_equal(one.foreseen, other.foreseen)
            np.testing.assert_array_equal(one.bounds, other.bounds)
            assert not np.array_equal(one.counted, other.counted)


def test_what_only_hindsight_doubts_was_believed_then(spied: list[Found]) -> None:
    counts = county(years=7)
    honest = history_of(counts)
    doubtful = np.zeros(counts.shape, dtype=bool)
    doubtful[:4, :, 3:5] = True
    doubted = RollHistory(
        honest.schools, honest.grades, honest.years, counts, doubtful, honest.notes
    )
    one, other = (backtest(each, [2013], [1, 2]) for each in (honest, doubted))
    assert one.equals(other)


def test_a_slip_known_at_the_time_teaches_nothing_but_is_scored_as_it_was_counted() -> None:
    counts = county(years=7)
    slip = counts.copy()
    slip[0, 1, 3] = 900.0  # by 2014 everybody sees that 2013 cannot be right
    table = backtest(history_of(slip), [2014], [1], ["planner"])
    plain = backtest(history_of(counts), [2014], [1], ["planner"])
    wape = row(table, "planner", "grade", 1)["wape"]
    assert wape == pytest.approx(row(plain, "planner", "grade", 1)["wape"], abs=0.01)
    before = backtest(history_of(slip), [2012], [1], ["planner"])
    assert row(before, "planner", "grade", 1)["wape"] > wape + 0.2


def test_a_school_that_moves_in_the_file_keeps_its_scores() -> None:
    counts = county(10, 7)
    order = np.random.default_rng(3).permutation(10)
    one = backtest(history_of(counts), [2013, 2014], [1, 2])
    other = backtest(history_of(counts[order]), [2013, 2014], [1, 2])
    for column in ("n", "wape", "median_ape", "bias", "width80"):
        np.testing.assert_allclose(one[column], other[column], rtol=1e-3, atol=1e-4)


def test_two_runs_give_the_same_table_to_the_last_bit() -> None:
    one, other = (backtest(history_of(county()), [2013, 2014], [1, 2]) for _ in range(2))
    assert one.equals(other)


def test_from_the_first_year_the_simple_methods_know_no_errors_and_ours_the_usual_ones() -> None:
    table = backtest(history_of(county()), [2010], [1])
    for method in ("naive", "progression"):
        assert np.isnan(row(table, method, "grade", 1)["coverage80"])
    assert row(table, "planner", "grade", 1)["coverage80"] > 0.5
    assert row(table, "planner", "grade", 1)["width80"] > 0


def test_where_cohorts_climb_both_ways_of_climbing_beat_last_years_roll() -> None:
    table = backtest(history_of(county(30, 10)), [2016, 2017, 2018], [1])
    naive, progression, ours = (row(table, m, "grade", 1)["wape"] for m in METHODS)
    assert ours < naive
    assert progression < naive
    assert ours < progression


def test_every_run_says_what_it_is_doing() -> None:
    said: list[str] = []
    backtest(history_of(county()), [2013, 2014], [1], ["naive", "planner"], said.append)
    assert said == ["2013 naive", "2013 planner", "2014 naive", "2014 planner"]


@pytest.mark.parametrize(
    ("origins", "leads", "sentence"),
    [
        ([2009], [1], r"--origins: 2009 has no rolls .* There are rolls of 2010, 2011"),
        ([2012, 2030], [1], r"--origins: 2030 has no rolls"),
        ([2016], [1], r"--leads: no origin has a counted year so far ahead.*shorter leads"),
        ([2012], [9], r"--leads: no origin has a counted year so far ahead"),
        ([2012], [0, 1], r"--leads: 0 is no number of years ahead"),
        ([2012], [-1], r"--leads: -1 is no number of years ahead"),
    ],
)
def test_years_that_cannot_be_tested_are_refused_in_a_sentence(
    origins: list[int], leads: list[int], sentence: str
) -> None:
    with pytest.raises(StudyError, match=sentence):
        backtest(history_of(county()), origins, leads)


def test_a_county_whose_schools_were_all_replaced_is_told_so() -> None:
    counts = county(6, 6)
    counts[:3, :, 3:] = NONE
    counts[3:, :, :3] = NONE
    with pytest.raises(StudyError, match="no grade that was taught in these years was counted"):
        backtest(history_of(counts), [2012], [1, 2])


def new_york() -> RollHistory:
    """Return the rolls of public schools of three boroughs, 2005–2017 without 2012."""
    grades = ("PK", "K", *map(str, range(1, 13)))
    with (NEW_YORK / "enrolment_by_grade_2005_2017.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    schools = sorted({each["dbn"] for each in rows})
    years = sorted({int(each["year_start"]) for each in rows})
    place = {school: number for number, school in enumerate(schools)}
    counts = np.full((len(schools), len(grades), len(years)), NONE)
    for each in rows:
        for column, grade in enumerate(grades):
            pupils = float(each[grade] or 0)
            if pupils > 0:
                counts[place[each["dbn"]], column, years.index(int(each["year_start"]))] = pupils
    return history_of(counts, years)


@pytest.mark.skipif(not NEW_YORK.exists(), reason="the rolls of New York City are not at hand")
def test_new_york_is_foreseen_better_than_by_the_methods_in_use() -> None:
    table = backtest(new_york(), [2008, 2009, 2010], [1, 2, 3])
    for level in ("grade", "school"):
        for lead in (1, 2, 3):
            # From 2009 three years ahead, and from 2010 two, lies 2012, which nobody counted.
            naive, progression, ours = (row(table, m, level, lead) for m in METHODS)
            assert ours["wape"] < min(naive["wape"], progression["wape"])
            assert ours["n"] == naive["n"] == progression["n"] > 0
