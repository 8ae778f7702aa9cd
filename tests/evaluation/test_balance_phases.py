"""Schools and indicators reach the standard in phases; a cell is due on the later of its days."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.evaluation.balance import (
    Phase,
    assign_phases,
    phase_line,
    progress,
    schedule,
    sum_faults,
)
from planner.reading.findings import Words

# The Lingyuan plan of 2021: 180 schools, 31 indicators, three phases of both.
DAYS = (date(2022, 6, 30), date(2022, 12, 31), date(2023, 6, 30))
SCHOOLS = [Phase(day, planned) for day, planned in zip(DAYS, (34, 103, 43), strict=True)]
INDICATORS = [Phase(day, planned) for day, planned in zip(DAYS, (18, 5, 8), strict=True)]
SCHOOL_IDS = [f"S{number:03d}" for number in range(180)]
INDICATOR_IDS = [f"I{number:02d}" for number in range(31)]
PHASES_SAID = Words("phases of schools", "分批达标学校")


def lingyuan() -> pd.DataFrame:
    return schedule(assign_phases(SCHOOL_IDS, SCHOOLS), assign_phases(INDICATOR_IDS, INDICATORS))


def done_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["school_id", "indicator", "done"])
    return table.assign(done=pd.to_datetime(table["done"]))


def days_of(**days: str) -> pd.Series[pd.Timestamp]:
    return pd.Series(pd.to_datetime(list(days.values())), index=pd.Index(list(days)))


def test_phases_of_the_lingyuan_plan_add_up_to_all_schools() -> None:
    line = phase_line(SCHOOLS)
    assert line["cumulative"].tolist() == [34, 137, 180]
    assert (line["share"] * 100).round(1).tolist() == [18.9, 76.1, 100.0]
    assert phase_line(INDICATORS)["cumulative"].tolist() == [18, 23, 31]


def test_phases_stand_in_the_order_of_their_days() -> None:
    pd.testing.assert_frame_equal(phase_line(SCHOOLS[::-1]), phase_line(SCHOOLS))


def test_no_phases_make_an_empty_line_and_empty_phases_have_no_share() -> None:
    assert phase_line([]).empty
    assert phase_line([Phase(DAYS[0], 0)])["share"].isna().all()


def test_a_phase_of_fewer_than_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0, found -1"):
        Phase(DAYS[0], -1)


# ---------------------------------------------------------------- sums


def test_sums_of_the_plan_that_add_up_need_no_words() -> None:
    assert sum_faults(PHASES_SAID, (34, 103, 43), 180) == ()
    assert sum_faults(Words("indicators", "指标"), (18, 5, 8), 31) == ()
    assert sum_faults(Words("schools", "学校"), (155, 25), 180) == ()


def test_schools_that_no_phase_names_are_told_in_both_languages() -> None:
    (fault,) = sum_faults(PHASES_SAID, (34, 103, 42), 180)
    assert fault.en.startswith(
        "phases of schools: 34 + 103 + 42 = 179, but there are 180 (1 in none of them)."
    )
    assert "34 + 103 + 42 = 179，而总数为180，有1个未列入" in fault.zh


def test_more_schools_than_the_register_has_are_told() -> None:
    (fault,) = sum_faults(Words("schools", "学校"), (155, 27), 180)
    assert "155 + 27 = 182, but there are 180 (2 too many)" in fault.en
    assert "多出2个" in fault.zh


def test_no_parts_at_all_are_told() -> None:
    (fault,) = sum_faults(PHASES_SAID, (), 3)
    assert "0 = 0, but there are 3" in fault.en


# ---------------------------------------------------------------- the matrix


def test_schools_fill_the_phases_in_their_order() -> None:
    due = assign_phases(SCHOOL_IDS, SCHOOLS)
    assert due.index.tolist() == SCHOOL_IDS
    assert [(due == pd.Timestamp(day)).sum() for day in DAYS] == [34, 103, 43]
    assert due["S033"] == pd.Timestamp(DAYS[0])
    assert due["S034"] == pd.Timestamp(DAYS[1])


def test_a_school_beyond_the_plan_has_no_day_and_neither_have_its_cells() -> None:
    due = assign_phases(["A", "B"], [Phase(DAYS[0], 1)])
    assert due.isna().tolist() == [False, True]
    cells = schedule(due, days_of(L1="2022-01-01"))
    assert cells["due"].isna().tolist() == [False, True]


def test_a_cell_is_due_when_both_its_school_and_its_indicator_are() -> None:
    cells = schedule(
        days_of(early="2022-06-30", late="2023-06-30"), days_of(L1="2022-06-30", G3="2022-12-31")
    )
    due = {(row.school_id, row.indicator): str(row.due)[:10] for row in cells.itertuples()}
    assert due == {
        ("early", "L1"): "2022-06-30",
        ("early", "G3"): "2022-12-31",
        ("late", "L1"): "2023-06-30",
        ("late", "G3"): "2023-06-30",
    }


def test_the_lingyuan_matrix_has_a_cell_for_every_school_and_indicator() -> None:
    cells = lingyuan()
    assert len(cells) == 180 * 31
    assert not cells.duplicated(["school_id", "indicator"]).any()
    # 34 × 18; 137 × 23; 180 × 31
    line = progress(cells, done_of())
    assert line["cells_due"].tolist() == [612, 3151, 5580]
    assert line["schools_due"].tolist() == [34, 137, 180]
    assert line["indicators_due"].tolist() == [18, 23, 31]
    assert (line[["cells_done", "schools_done", "indicators_done"]] == 0).all(axis=None)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(0, 6), min_size=3, max_size=3),
    st.lists(st.integers(0, 6), min_size=3, max_size=3),
)
def test_cells_due_are_the_product_of_the_two_lines(
    schools: list[int], indicators: list[int]
) -> None:
    lines = [
        [Phase(day, planned) for day, planned in zip(DAYS, counts, strict=True)]
        for counts in (schools, indicators)
    ]
    ids = [[f"{n}" for n in range(sum(counts))] for counts in (schools, indicators)]
    cells = schedule(*(assign_phases(keys, line) for keys, line in zip(ids, lines, strict=True)))
    for number, day in enumerate(DAYS, start=1):
        due = (cells["due"] <= pd.Timestamp(day)).sum()
        assert due == sum(schools[:number]) * sum(indicators[:number])


# ---------------------------------------------------------------- progress


def test_a_school_is_done_when_all_that_is_due_of_it_is_done_in_time() -> None:
    cells = schedule(
        days_of(A="2022-06-30", B="2022-06-30"), days_of(L1="2022-06-30", L2="2022-12-31")
    )
    done = done_of(
        ("A", "L1", "2022-05-01"),
        ("B", "L1", "2022-07-01"),  # a day late
        ("A", "L2", "2022-12-31"),
    )
    line = progress(cells, done)
    assert line["cells_due"].tolist() == [2, 4]
    assert line["cells_done"].tolist() == [1, 3]
    assert line["schools_done"].tolist() == [1, 1]  # A, A
    assert line["indicators_done"].tolist() == [0, 1]  # none, L1


def test_everything_done_beforehand_is_done_at_every_day() -> None:
    cells = lingyuan()
    line = progress(cells, cells.assign(done=pd.Timestamp("2022-01-01")))
    for name in ("cells", "schools", "indicators"):
        assert line[f"{name}_done"].tolist() == line[f"{name}_due"].tolist()


def test_cells_told_twice_count_by_their_first_day_and_strange_ones_not_at_all() -> None:
    cells = schedule(days_of(A="2022-06-30"), days_of(L1="2022-06-30"))
    done = done_of(("A", "L1", "2022-09-01"), ("A", "L1", "2022-03-01"), ("Z", "L1", "2022-03-01"))
    assert progress(cells, done)["cells_done"].tolist() == [1]


def test_a_schedule_of_nothing_has_no_progress() -> None:
    nobody = assign_phases([], [])
    assert progress(schedule(nobody, nobody), done_of()).empty
