"""Counts side by side: gaps named, slips found, renamed schools followed, nobody lost."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import read_study
from planner.checks import check_study
from planner.errors import StudyError
from planner.projection.history import RollHistory, history_of_study, read_history
from planner.projection.rolls import counted_rolls
from planner.terms import Language
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

YEARS = range(2005, 2012)
GRADES = range(1, 7)


def town() -> dict[tuple[str, int, int], int]:
    """Return two schools of six grades and a hundred pupils in each, seven years alike."""
    return {(school, grade, year): 100 for school in "AB" for grade in GRADES for year in YEARS}


def read(counts: dict[tuple[str, int, int], int], *successions: str) -> RollHistory:
    """Write counts, and what became of schools, into files and read them."""
    rows = [f"{school},{grade},{year},{pupils}" for (school, grade, year), pupils in counts.items()]
    return read_rows(rows, successions)


def read_rows(rows: Iterable[str], successions: Iterable[str] = ()) -> RollHistory:
    """Read rows of school, grade, year and pupils; the first stands in row 2."""
    with TemporaryDirectory() as name:
        rolls, changes = Path(name, "rolls.csv"), Path(name, "changes.csv")
        rolls.write_text("\n".join(["school_id,grade,year,pupils", *rows]), encoding="utf-8")
        lines = ["from_school,to_school,year,share", *successions]
        changes.write_text("\n".join(lines), encoding="utf-8")
        return read_history(rolls, changes if len(lines) > 1 else None)


def said(history: RollHistory, key: str) -> str:
    """Return what a history says about something in English, nothing where it is silent."""
    for note in history.notes:
        assert note.en
        assert note.zh
    return " ".join(note.en for note in history.notes if note.key == f"history_{key}")


def doubted(history: RollHistory) -> set[tuple[str, str, int]]:
    """Return the cells that look like slips."""
    return {
        (history.schools[school], history.grades[grade], history.years[year])
        for school, grade, year in np.argwhere(history.doubtful)
    }


def at(history: RollHistory, school: str, grade: int | str, year: int) -> float:
    """Return one count."""
    row = history.schools.index(school)
    layer = history.years.index(year)
    return float(history.pupils[row, history.grades.index(str(grade)), layer])


# ---------------------------------------------------------------- what is not there


def test_a_quiet_town_has_nothing_to_tell() -> None:
    history = read(town())
    assert history.schools == ("A", "B")
    assert history.grades == ("1", "2", "3", "4", "5", "6")
    assert history.years == tuple(YEARS)
    assert (history.pupils == 100).all()
    assert not history.doubtful.any()
    assert history.notes == ()


def test_grades_stand_in_order_from_pre_kindergarten_up_as_they_are_written() -> None:
    labels = ["10", "PK", "2", "Grade 1", "K", "9"]
    history = read_rows([f"A,{label},2008,20" for label in labels])
    assert history.grades == ("PK", "K", "Grade 1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
    assert np.isnan(history.pupils[0, 4:10, 0]).all()  # grades 3 to 8, which nobody teaches


def test_a_grade_that_is_not_offered_is_missing_not_zero() -> None:
    counts = town() | {("C", 1, year): 50 for year in YEARS} | {("C", 2, 2008): 0}
    history = read(counts)
    assert at(history, "C", 1, 2008) == 50
    assert np.isnan(history.pupils[2, 1:]).all()
    assert history.notes == ()


def test_a_zero_between_two_counts_of_the_grade_was_not_counted() -> None:
    history = read(town() | {("A", 3, 2008): 0})
    assert np.isnan(at(history, "A", 3, 2008))
    assert "A/3 (2008)" in said(history, "not_counted")


@pytest.mark.parametrize("how", ["zero", "absent"])
def test_a_school_without_pupils_between_two_years_was_not_counted_in_that_year(how: str) -> None:
    gone = {("A", grade, 2008): 0 for grade in GRADES}
    counts = town() | gone
    if how == "absent":
        counts = {cell: pupils for cell, pupils in counts.items() if cell not in gone}
    history = read(counts)
    assert np.isnan(history.pupils[0, :, 3]).all()
    assert "(1): A (2008)." in said(history, "not_counted_years")
    assert said(history, "not_counted") == ""


def test_a_year_that_nobody_counted_is_a_gap_and_named() -> None:
    history = read({cell: pupils for cell, pupils in town().items() if cell[2] != 2008})
    assert history.years == (2005, 2006, 2007, 2009, 2010, 2011)
    assert "Nobody was counted in 2008" in said(history, "years_missing")
    assert said(history, "not_counted_years") == ""


def test_schools_that_open_close_gain_and_lose_grades_are_named() -> None:
    counts = town()
    counts |= {("N", 1, year): 90 for year in (2009, 2010, 2011)}
    counts |= {("N", 2, year): 90 for year in (2010, 2011)}
    counts |= {("O", 6, year): 80 for year in (2005, 2006)} | {("O", 5, 2005): 80}
    history = read(counts)
    assert "(1): N (2009)." in said(history, "opened")
    assert "(1): O (2006)." in said(history, "closed")
    assert "(1): N (2)." in said(history, "gained")
    assert "(1): O (5)." in said(history, "lost")
    assert not history.doubtful.any()


def test_a_school_without_any_pupils_keeps_its_place_and_is_named() -> None:
    history = read(town() | {("Z", 1, 2008): 0})
    assert history.schools == ("A", "B", "Z")
    assert np.isnan(history.pupils[2]).all()
    assert "(1): Z." in said(history, "never")


def test_one_year_says_what_is_possible() -> None:
    history = read({cell: pupils for cell, pupils in town().items() if cell[2] == 2008})
    assert history.years == (2008,)
    assert "Only 2008 is counted" in said(history, "one_year")
    assert not history.doubtful.any()


# ---------------------------------------------------------------- slips


@pytest.mark.parametrize("slip", [10, 1000])
def test_a_digit_too_few_or_too_many_is_doubtful_and_its_row_named(slip: int) -> None:
    counts = town() | {("A", 3, 2008): slip}
    history = read(counts)
    row = list(counts).index(("A", 3, 2008)) + 2
    assert doubted(history) == {("A", "3", 2008)}
    assert f"A/3 (2008: {slip}, rolls.csv row {row})" in said(history, "doubtful")
    assert at(history, "A", 3, 2008) == slip  # the number stays


@pytest.mark.parametrize(
    ("pupils", "doubtful"),
    [(33, True), (34, False), (300, True), (299, False)],
)  # a third of 100 is 33.3, three times 100 is 300
def test_three_times_or_a_third_is_the_limit(pupils: int, doubtful: bool) -> None:
    assert read(town() | {("A", 3, 2008): pupils}).doubtful.any() == doubtful


def test_small_grades_may_go_up_and_down() -> None:
    counts = dict.fromkeys(town(), 15)
    assert not read(counts | {("A", 3, 2008): 54}).doubtful.any()  # 54 - 15 = 39, no class
    assert read(counts | {("A", 3, 2008): 55}).doubtful.any()  # 40


def test_a_large_cohort_that_climbs_is_no_slip() -> None:
    wave = {("A", grade, 2005 + grade): 400 for grade in GRADES}
    assert not read(town() | wave).doubtful.any()


def test_a_new_school_that_fills_from_below_is_no_slip() -> None:
    filling = {
        ("N", grade, year): 20 if grade == year - 2006 else 120
        for year in range(2007, 2012)
        for grade in GRADES
        if grade <= year - 2006
    }
    assert not read(town() | filling).doubtful.any()


def test_a_slip_of_the_last_year_is_doubtful_where_the_rest_of_the_school_is_steady() -> None:
    slip = {("A", 3, 2011): 10}
    assert doubted(read(town() | slip)) == {("A", "3", 2011)}
    emptying = {("A", grade, 2011): 70 for grade in GRADES}
    assert not read(town() | emptying | slip).doubtful.any()  # 70 of 100: anything may be


def test_a_whole_school_that_jumps_for_one_year_is_doubtful() -> None:
    history = read(town() | {("A", grade, 2008): 350 for grade in GRADES})
    assert doubted(history) == {("A", str(grade), 2008) for grade in GRADES}
    assert "(6)" in said(history, "doubtful")
    assert said(history, "stays") == ""


def test_a_slip_that_outweighs_a_small_school_casts_no_doubt_on_its_other_grades() -> None:
    small = {cell: pupils for cell, pupils in town().items() if cell[0] == "B" or cell[1] <= 3}
    history = read(small | {("A", 2, 2008): 1000})  # the school has 1200 instead of 300
    assert doubted(history) == {("A", "2", 2008)}


def test_a_jump_that_stays_is_named_but_not_doubtful() -> None:
    history = read(town() | {("A", grade, year): 350 for grade in GRADES for year in (2010, 2011)})
    assert not history.doubtful.any()
    assert "A (2010: 600 → 2100)" in said(history, "stays")


def test_only_the_first_slips_are_listed_and_all_counted() -> None:
    counts = {
        (f"S{number:02}", grade, year): 1000 if (grade, year) == (3, 2008) else 100
        for number in range(15)
        for grade in GRADES
        for year in YEARS
    }
    text = said(read(counts), "doubtful")
    assert "(15): S00/3" in text
    assert "S11/3" in text
    assert "S12/3" not in text
    assert "and 3 more" in text


# ---------------------------------------------------------------- as it was known


def test_the_history_until_a_year_knows_nothing_later() -> None:
    counts = town() | {("N", 1, 2010): 50, ("A", 3, 2008): 1000}
    history = read(counts)
    then = history.until(2007)
    assert then.years == (2005, 2006, 2007)
    assert (then.schools, then.grades) == (history.schools, history.grades)
    assert np.isnan(then.pupils[history.schools.index("N")]).all()
    assert said(then, "opened") == ""
    assert not then.doubtful.any()
    assert doubted(history.until(2009)) == {("A", "3", 2008)}


def test_the_history_until_a_year_without_count_ends_with_the_count_before() -> None:
    history = read({cell: pupils for cell, pupils in town().items() if cell[2] != 2008})
    assert history.until(2008).years == (2005, 2006, 2007)
    assert "Nobody was counted" not in said(history.until(2008), "years_missing")


def test_before_the_first_count_nothing_was_known() -> None:
    with pytest.raises(StudyError, match=r"no count up to 2004; the first is of 2005\. Choose"):
        read(town()).until(2004)


def test_the_whole_history_is_the_history_until_its_last_year() -> None:
    history = read(town() | {("A", 3, 2008): 1000})
    again = history.until(2011)
    np.testing.assert_array_equal(history.pupils, again.pupils)
    np.testing.assert_array_equal(history.doubtful, again.doubtful)


# ---------------------------------------------------------------- renamed, merged, split


def until_2008(
    counts: dict[tuple[str, int, int], int], old: str, new: str
) -> dict[tuple[str, int, int], int]:
    """Return counts in which a school stands under its old key before 2008."""
    return {
        (old if school == new and year < 2008 else school, grade, year): pupils
        for (school, grade, year), pupils in counts.items()
    }


def test_a_renamed_school_is_one_school() -> None:
    history = read(until_2008(town(), "X", "A"), "X,A,2008,")
    assert history.schools == ("A", "B")
    assert (history.pupils == 100).all()
    assert [note.key for note in history.notes] == ["history_successions"]
    assert "X → A (2008)" in said(history, "successions")
    assert "X → A (2008)" in said(history.until(2009), "successions")


def test_a_chain_of_renamings_leads_to_the_last_name() -> None:
    counts = {("X" if year < 2007 else "Y" if year < 2009 else "Z", 1, year): 30 for year in YEARS}
    history = read(counts, "Y,Z,2009,1", "X,Y,2007,1")
    assert history.schools == ("Z",)
    assert history.pupils[0, 0].tolist() == [30] * 7


def test_two_changes_in_one_year_follow_one_another() -> None:
    history = read({("X", 1, 2007): 30, ("Z", 1, 2008): 30}, "Y,Z,2008,", "X,Y,2008,")
    assert history.schools == ("Z",)
    assert history.pupils[0, 0].tolist() == [30, 30]


def test_merged_schools_are_added_up_and_their_gaps_still_named() -> None:
    counts = {("X", 1, 2005): 20, ("X", 1, 2007): 22, ("A", 1, 2008): 75}
    counts |= {("A", 1, year): 50 for year in (2005, 2006, 2007)}
    history = read(counts, "X,A,2008,1")
    assert history.schools == ("A",)
    assert history.pupils[0, 0].tolist() == [70, 50, 72, 75]
    assert "X (2006)" in said(history, "not_counted_years")


def test_a_split_school_is_divided_into_whole_pupils() -> None:
    counts = {("X", 1, 2007): 25, ("X", 2, 2007): 1, ("A", 1, 2008): 15, ("B", 1, 2008): 10}
    history = read(counts, "X,A,2008,0.6", "X,B,2008,0.4")
    assert at(history, "A", 1, 2007) == 15  # 25 × 0.6
    assert at(history, "B", 1, 2007) == 10
    assert np.nansum(history.pupils[:, 1, 0]) == 1


def test_a_school_that_hands_over_a_branch_keeps_the_rest() -> None:
    counts = {("A", 1, 2007): 100, ("A", 1, 2008): 60, ("B", 1, 2008): 40}
    history = read(counts, "A,A,2008,0.6", "A,B,2008,0.4")
    assert history.pupils[:, 0].tolist() == [[60, 60], [40, 40]]


def test_schools_that_nobody_counted_yet_are_no_news_in_an_earlier_year() -> None:
    counts = town() | {("N", 1, 2011): 50, ("Z", 1, 2008): 0}
    assert "(1): Z." in said(read(counts).until(2007), "never")


def test_a_succession_of_a_school_that_was_never_counted_is_named() -> None:
    assert "X → A (1998)" in said(read(town(), "X,A,1998,"), "successions_unused")


# ---------------------------------------------------------------- every town

cells = st.dictionaries(
    st.tuples(st.sampled_from("ABCX"), st.integers(1, 4), st.integers(2005, 2009)),
    st.integers(0, 500),
    min_size=1,
).filter(lambda counts: any(counts.values()))


@settings(max_examples=15, deadline=None)
@given(cells, st.randoms())
def test_the_order_of_rows_makes_no_difference(
    counts: dict[tuple[str, int, int], int], chance: Random
) -> None:
    shuffled = list(counts.items())
    chance.shuffle(shuffled)
    one, other = read(counts), read(dict(shuffled))
    assert (one.schools, one.grades, one.years) == (other.schools, other.grades, other.years)
    np.testing.assert_array_equal(one.pupils, other.pupils)
    np.testing.assert_array_equal(one.doubtful, other.doubtful)


@settings(max_examples=15, deadline=None)
@given(cells, st.floats(0.05, 0.95), st.integers(2005, 2011))
def test_nobody_is_lost_or_invented_however_schools_change(
    counts: dict[tuple[str, int, int], int], share: float, year: int
) -> None:
    counts = {cell: n for cell, n in counts.items() if cell[0] != "X" or cell[2] < year}
    counts[("A", 1, 2009)] = counts[("B", 1, 2009)] = 7
    history = read(counts, f"X,A,{year},{share}", f"X,B,{year},{1 - share}")
    for number in history.years:
        there = sum(pupils for (_, _, when), pupils in counts.items() if when == number)
        assert np.nansum(history.pupils[:, :, history.years.index(number)]) == there


# ---------------------------------------------------------------- studies


def write_renamed(folder: Path, changes: Iterable[str] = (), more: Iterable[str] = ()) -> Path:
    """Write the nine squares, whose section P1 was called P0 before 2022.

    Args:
        folder: Where the study goes.
        changes: Rows of the successions table instead of the one that says so.
        more: Rows of rolls beside the town's own.
    """
    tables = town_tables()
    rolls, classes = tables["rolls"], tables["classes"]
    before = (rolls["section_id"] == "P1") & (rolls["year"] < 2022)
    renamed = rolls.assign(section_id=rolls["section_id"].mask(before, "P0"))
    write_town(folder, rolls=renamed, classes=classes[classes["year"] >= 2022])
    with (folder / "data" / "rolls.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in more)
    lines = ["from_section,to_section,year,share", *(changes or ["P0,P1,2022,"])]
    (folder / "data" / "successions.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_the_history_of_a_study_has_its_sections_and_the_grades_of_the_norms(
    tmp_path: Path,
) -> None:
    history = history_of_study(read_study(write_town(tmp_path)))
    assert history.schools == ("J1", "K1", "P1", "P2")
    assert history.grades == tuple(map(str, range(-2, 13)))
    assert history.years == (2020, 2021, 2022, 2023)
    assert at(history, "P1", 1, 2020) == 50  # five areas of ten children of every age
    assert np.isnan(at(history, "P1", 7, 2020))
    assert history.notes == ()


def test_a_study_whose_rolls_are_all_zero_has_no_history(tmp_path: Path) -> None:
    rolls = town_tables()["rolls"].assign(pupils=0)
    study = read_study(write_town(tmp_path, rolls=rolls, classes=None))
    with pytest.raises(StudyError, match="nobody is counted up to the base year"):
        history_of_study(study)


def test_rolls_that_are_totals_are_spread_over_the_grades(tmp_path: Path) -> None:
    rolls = town_tables()["rolls"].groupby(["section_id", "year"])[["pupils"]].sum().reset_index()
    history = history_of_study(read_study(write_town(tmp_path, rolls=rolls)))
    assert at(history, "P1", 1, 2020) == 50  # 300 pupils in six grades with residents alike


def test_a_section_that_was_renamed_is_counted_under_its_key_of_today(tmp_path: Path) -> None:
    study = read_study(write_renamed(tmp_path / "renamed"))
    plain = read_study(write_town(tmp_path / "plain"))
    assert "P0 → P1 (2022)" in said(history_of_study(study), "successions")
    np.testing.assert_array_equal(history_of_study(study).pupils, history_of_study(plain).pupils)
    np.testing.assert_array_equal(
        counted_rolls(study, study.sections, study.norms).pupils,
        counted_rolls(plain, plain.sections, plain.norms).pupils,
    )


def test_merged_sections_are_added_up_in_a_study_totals_included(tmp_path: Path) -> None:
    changes = ["P0,P1,2022,", "P9,P1,2022,"]
    assert town_tables()["rolls"].columns.tolist() == ["section_id", "year", "grade", "pupils"]
    more = ["P9,2020,,60", "P9,2021,1,5"]
    history = history_of_study(read_study(write_renamed(tmp_path, changes, more)))
    assert at(history, "P1", 1, 2020) == 60  # 50 and a sixth of 60
    assert at(history, "P1", 1, 2021) == 55
    assert at(history, "P1", 1, 2022) == 50


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ("Q0,P7,2022,", {
            "rolls.csv, rows 2, 3, 4 and 9 more, column 'section_id': nothing is called 'P0'.",
            "successions.csv, row 2, column 'to_section': nothing is called 'P7'.",
        }),
        ("P0,P1,2021,1.5", {
            "successions.csv, row 2, column 'share': found '1.5', above 1.",
            "successions.csv, row 2: the shares of 'P0' do not add up to 1.",
            "successions.csv, row 2: there are pupils under the old key in or after the year of "
            "the change: 'P0 2021'.",
        }),
    ],
)  # fmt: skip
def test_successions_of_a_study_are_checked(tmp_path: Path, change: str, faults: set[str]) -> None:
    found = check_study(write_renamed(tmp_path, [change]))
    sentences = [each.sentence(Language.ENGLISH).removeprefix("data/") for each in found]
    assert all(any(one.startswith(fault) for one in sentences) for fault in faults), sentences
    assert len(sentences) == len(faults)


def test_a_renamed_section_is_no_fault(tmp_path: Path) -> None:
    assert check_study(write_renamed(tmp_path)) == ()
