"""What a plan says to the entries of the crowded town, and to the path set by its government."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planner.ledger import Expected, How, Ledger, State, Verdict, look_ahead, target_years
from tests.ledger.crowded import begun

if TYPE_CHECKING:
    from planner.ledger import Forecast
    from planner.plan import Plan


def forecast_of(ledger: Ledger, plan: Plan, cohort: int) -> Forecast:
    """Return what a plan expects of the first entry of a cohort."""
    outlook = look_ahead(ledger, plan)
    (place,) = [place for place, entry in enumerate(ledger.entries) if entry.cohort == cohort]
    return outlook.forecasts[place]


def with_due(ledger: Ledger, due: date) -> Ledger:
    """Return the ledger with a due date for every entry."""
    return replace(ledger, entries=tuple(replace(entry, due=due) for entry in ledger.entries))


def with_classes(plan: Plan, cohort: int, year: int, *sizes: int) -> Plan:
    """Return the plan with other classes of one junior cohort in one year."""
    table = plan.class_years
    there = (table["section_id"] == "J1") & (table["cohort"] == cohort) & (table["year"] == year)
    first = table[there].iloc[:1]
    rows = [first.assign(number=number, pupils=size) for number, size in enumerate(sizes, 1)]
    return replace(plan, class_years=pd.concat([table[~there], *rows], ignore_index=True))


def test_an_entry_is_forecast_until_its_cohort_leaves_and_closes_by_itself_then(
    plan: Plan,
) -> None:
    one = forecast_of(begun(plan), plan, 2023)
    assert one.sizes == {2024: 60, 2025: 60}  # grade 8 and 9
    assert (one.leaves, one.closes, one.how) == (2026, 2026, How.LEAVES)
    assert one.verdict == Verdict.ITSELF


@pytest.mark.parametrize(
    ("due", "due_year", "verdict"),
    [
        (date(2026, 8, 31), 2026, Verdict.ITSELF),  # shown by the list of the next day
        (date(2026, 8, 30), 2025, Verdict.MEASURE),
        (date(2026, 12, 31), 2026, Verdict.ITSELF),
        (date(2024, 8, 31), 2024, Verdict.MEASURE),
    ],
)
def test_what_leaves_after_its_due_date_needs_a_measure(
    plan: Plan, due: date, due_year: int, verdict: Verdict
) -> None:
    one = forecast_of(with_due(begun(plan), due), plan, 2023)
    assert (one.due_year, one.verdict) == (due_year, verdict)


def test_a_grade_that_the_plan_divides_needs_the_division(plan: Plan) -> None:
    divided = with_classes(with_classes(plan, 2023, 2024, 30, 30, 30), 2023, 2025, 30, 30, 30)
    one = forecast_of(begun(plan), divided, 2023)
    assert (one.sizes, one.closes, one.how) == ({2024: 30, 2025: 30}, 2024, How.DIVIDED)
    assert one.verdict == Verdict.DIVISION


def test_a_class_that_shrinks_closes_by_itself_from_the_year_it_stays_small(plan: Plan) -> None:
    shrinks = with_classes(with_classes(plan, 2023, 2024, 55, 30), 2023, 2025, 54, 30)
    one = forecast_of(begun(plan), shrinks, 2023)
    assert (one.closes, one.how, one.verdict) == (2024, How.SHRINKS, Verdict.ITSELF)
    swings = with_classes(with_classes(plan, 2023, 2024, 55, 30), 2023, 2025, 56, 30)
    assert forecast_of(begun(plan), swings, 2023).closes == 2026


def test_where_the_grade_is_formed_anew_its_largest_class_speaks(plan: Plan) -> None:
    anew = with_classes(plan, 2023, 2024, 29, 57, 4)
    assert forecast_of(begun(plan), anew, 2023).sizes[2024] == 57


def test_what_is_proved_gone_is_done_or_may_return(plan: Plan) -> None:
    ledger = begun(plan)
    proved = replace(
        ledger, entries=tuple(replace(one, state=State.CLOSED) for one in ledger.entries)
    )
    assert forecast_of(proved, plan, 2023).verdict == Verdict.RETURNS
    shrinks = with_classes(with_classes(plan, 2023, 2024, 55, 30), 2023, 2025, 54, 30)
    assert forecast_of(proved, shrinks, 2023).verdict == Verdict.DONE


def test_large_classes_to_come_stand_apart(plan: Plan) -> None:
    # Every third cohort finds one room for 90: the rooms of grades 8 and 9 are taken.
    expected = look_ahead(begun(plan), plan).expected
    assert expected[0] == Expected("J1", 2024, 1, 2024, 2026, 90)
    assert [one.cohort for one in expected] == [2024, 2027, 2030, 2033]
    # A cohort with an entry is expected with its further classes only.
    more = with_classes(plan, 2023, 2025, 60, 58, 57)
    assert Expected("J1", 2023, 2, 2025, 2025, 60) in look_ahead(begun(plan), more).expected


def test_the_most_urgent_entry_comes_first(plan: Plan) -> None:
    ledger = begun(plan)
    first, second = ledger.entries
    assert [one.cohort for one, _ in look_ahead(ledger, plan).standing()] == [2022, 2023]
    late = replace(ledger, entries=(replace(first, due=date(2023, 8, 31)), second))
    outlook = look_ahead(late, plan)
    assert [one.cohort for one, _ in outlook.standing()] == [2023, 2022]
    assert outlook.overdue(late.entries[0])
    assert not outlook.overdue(replace(first, due=date(2023, 9, 1)))


def with_targets(plan: Plan, targets: dict[int, Any], **columns: Any) -> Plan:
    """Return the plan of a town with these targets for large classes by year."""
    table = pd.DataFrame(
        {
            "indicator": "large_classes",
            "year": list(targets),
            "target": pd.Series(list(targets.values()), dtype=object),
            "binding": True,
            **columns,
        }
    )
    return replace(plan, study=replace(plan.study, targets=table))


def test_the_path_29_21_8_0_0_asks_for_the_removals_8_13_8_0(plan: Plan) -> None:
    path = dict(zip(range(2024, 2029), (29, 21, 8, 0, 0), strict=True))
    years = target_years(with_targets(plan, path))
    assert [year.to_remove for year in years][1:] == [8, 13, 8, 0]
    assert years[0].to_remove == 0  # 2 are counted in 2023, 29 would be allowed


def test_targets_are_met_where_no_more_classes_are_large(plan: Plan) -> None:
    # Large: 2022 two and 2023 two (counted); 2024 three (60, 58, 90), 2025 two, 2026 one.
    years = target_years(with_targets(plan, {2022: 2, 2023: 1, 2024: 3, 2025: 1, 2026: 0}))
    assert [year.classes for year in years] == [2, 2, 3, 2, 1]
    assert [year.beyond for year in years] == [0, 1, 0, 1, 1]
    assert [year.met for year in years] == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("said", "target"),
    [
        (8.0, 8), ("8", 8), ("8个", 8), ("８", 8), ("≤8", 8), ("<=8", 8), ("不超过8个", 8),
        ("8个以内", 8), ("全市首位", None), ("逐年下降", None), (None, None),
    ],
)  # fmt: skip
def test_a_target_may_be_text(plan: Plan, said: Any, target: int | None) -> None:
    (year,) = target_years(with_targets(plan, {2024: said}))
    assert year.target == target
    assert (year.met is None) == (target is None)


def test_a_target_may_be_of_one_stage_and_comes_with_its_interval(plan: Plan) -> None:
    county = plan.county_years.assign(large_low80=1.0, large_high80=4.0)
    known = replace(with_targets(plan, {2024: 3}, stage="初中"), county_years=county)
    (year,) = target_years(known)
    assert (year.stage, year.classes, year.low80, year.high80) == ("junior", 3, 1.0, 4.0)
    # Of all stages together the plan adds up future by future: a sum of bounds bounds no sum.
    together = replace(known, large_bounds={2024: (2.0, 6.0)})
    (whole,) = target_years(with_targets(together, {2024: 3}))
    assert (whole.stage, whole.low80, whole.high80) == ("", 2.0, 6.0)
    (later,) = target_years(with_targets(together, {2025: 3}))
    assert later.low80 is None


def test_without_a_due_date_the_first_target_of_no_large_class_is_the_due_year(
    plan: Plan,
) -> None:
    bound = with_targets(plan, {2024: 2, 2025: 0})
    one = forecast_of(begun(plan), bound, 2023)
    assert (one.due_year, one.closes, one.verdict) == (2025, 2026, Verdict.MEASURE)
    assert forecast_of(begun(plan), bound, 2022).verdict == Verdict.ITSELF  # leaves in 2025
