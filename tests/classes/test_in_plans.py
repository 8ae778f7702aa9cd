"""Classes as a plan of the nine squares forms them: policy, odd class lists, large ones counted.

K1 counts four classes of 23, 23, 22 and 22 in its small grade, whose standard size is 25; a grade
higher the standard is 30.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from planner.plan import make_plan
from planner.scenario import ClassSettings, Scenario
from planner.study import read_study
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan import Plan
    from planner.study import Study


def sizes_of(plan: Plan, section: str, grade: int, year: int) -> list[int]:
    """Return the classes of one grade."""
    classes = plan.class_years
    mine = (classes["section_id"] == section) & (classes["year"] == year)
    return classes.loc[mine & (classes["grade"] == grade), "pupils"].tolist()


@pytest.mark.parametrize(
    ("merge_below", "formed"), [(0, [23, 23, 22, 22]), (22, [23, 23, 22, 22]), (25, [30, 30, 30])]
)
def test_classes_merge_as_they_climb_where_the_scenario_says_so(
    squares: Study, merge_below: int, formed: list[int]
) -> None:
    scenario = Scenario(classes=ClassSettings(merge_below=merge_below))
    plan = make_plan(squares, scenario)
    assert sizes_of(plan, "K1", -2, 2023) == [23, 23, 22, 22]
    assert sizes_of(plan, "K1", -1, 2024) == formed


def test_a_class_without_pupils_is_none(tmp_path: Path) -> None:
    classes = town_tables()["classes"]
    empty = classes[classes["section_id"] == "P2"].head(1).assign(class_name="2班", pupils=0)
    folder = write_town(tmp_path, classes=pd.concat([classes, empty]))
    plan = make_plan(read_study(folder), Scenario())
    assert sizes_of(plan, "P2", 1, 2023) == [40]
    assert sizes_of(plan, "P2", 2, 2024) == [40]


def test_two_schools_with_one_mean_differ_in_large_classes(tmp_path: Path) -> None:
    # P1 has two classes a grade of 25 on average; in grade 3 they hold 44 and 6, all within 45.
    # J1 has two of 45 on average; in grade 7 they hold 56 and 34, in grade 8 55 and 35.
    classes = town_tables()["classes"]
    for section, grade, sizes in (("P1", 3, (44, 6)), ("J1", 7, (56, 34)), ("J1", 8, (55, 35))):
        mine = (classes["section_id"] == section) & (classes["grade"] == grade)
        classes.loc[mine, "pupils"] = sizes
    plan = make_plan(
        read_study(write_town(tmp_path, classes=classes)),
        Scenario(classes=ClassSettings(split_above=0)),
    )
    counted = plan.section_years[plan.section_years["year"] == 2023].set_index("section_id")
    assert counted.loc[["P1", "J1"], "large"].tolist() == [0, 1]
    # Neither is divided: the 56 climb as a class of 56, and the 55 as one of 55.
    assert sizes_of(plan, "J1", 8, 2024) == [56, 34]
    assert sizes_of(plan, "J1", 9, 2024) == [55, 35]
