"""The nation as one town: the wave of births passes from primary to junior and senior school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import pytest

from planner.plan import make_plan
from planner.scenario import Scenario, TransitionSettings, YearSettings
from planner.study import read_study
from tests.towns import town_tables, write_town

if TYPE_CHECKING:
    from pathlib import Path

# Entrants of the nation in hundreds of thousands of pupils, by the yearly communiqués of the
# Ministry of Education (primary 2017–2024, junior and senior 2021–2024).
PRIMARY: Final = {
    2017: 17665, 2018: 18673, 2019: 18690, 2020: 18081,
    2021: 17826, 2022: 17014, 2023: 18779, 2024: 16166,
}  # fmt: skip
JUNIOR: Final = {2020: 16321, 2021: 17054, 2022: 17314, 2023: 17546, 2024: 18488}
SENIOR: Final = {2020: 8764, 2021: 9049, 2022: 9475, 2023: 9678, 2024: 10362}
# Births of the years in which entrants after 2024 were born, by the National Bureau of Statistics.
BIRTHS: Final = {
    2016: 18830, 2017: 17650, 2018: 15230, 2019: 14650, 2020: 12020,
    2021: 10620, 2022: 9560, 2023: 9020, 2024: 9540,
}  # fmt: skip


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The year of most pupils of each stage, counted from 2023 and planned from 2025 on."""
    study = read_study(nation(tmp_path_factory.mktemp("nation")))
    scenario = Scenario(
        name="peaks",
        years=YearSettings(last=2032),
        # Which share goes on to senior school is policy; here it stays as it was in 2024.
        transition=TransitionSettings(shares={"senior": 0.6}),
    )
    county = make_plan(study, scenario).county_years
    counted = study.rolls.merge(study.sections[["section_id", "stage"]], on="section_id")
    earlier = counted[counted["year"] == 2023].groupby("stage")["pupils"].sum()
    rolls = {str(stage): {2023: int(pupils)} for stage, pupils in earlier.items()}
    for stage, year, pupils in zip(county["stage"], county["year"], county["pupils"], strict=True):
        rolls[stage][year] = pupils
    return {stage: max(years, key=years.__getitem__) for stage, years in rolls.items()}


def test_the_junior_peak_follows_the_primary_one_by_three_years(peaks: dict[str, int]) -> None:
    # Junior pupils of 2026 entered primary in 2018, 2019 and 2020: 18.7 + 18.7 + 18.1 million,
    # more than in any other three years in a row. Published outlooks say 2026 as well.
    assert peaks["primary"] == 2023
    assert peaks["junior"] == 2026


def test_the_senior_peak_follows_the_junior_one_by_three_years(peaks: dict[str, int]) -> None:
    assert peaks["senior"] == 2029


def nation(folder: Path) -> Path:
    """Write the nation as a town with one school per stage and its rolls of 2023 and 2024."""
    schools, zones = town_tables()["schools"], town_tables()["zones"]
    senior = schools.iloc[[2]].assign(school_id="S9", name="九宫高中", kind="senior")
    kept = schools["kind"].isin(["primary", "junior"]) & (schools["school_id"] != "S2")
    return write_town(
        folder,
        schools=pd.concat([schools[kept], senior], ignore_index=True),
        sections=pd.DataFrame(
            [
                ("P1", "S1", "primary", "zone"),
                ("J1", "S3", "junior", "zone"),
                ("H1", "S9", "senior", "county"),
            ],
            columns=["section_id", "school_id", "stage", "intake"],
        ).assign(rooms=5000),
        zones=zones[zones["stage"].isin(["primary", "junior"])].assign(
            section_id=lambda table: table["stage"].map({"primary": "P1", "junior": "J1"})
        ),
        rolls=pd.DataFrame(
            [
                (section, year, lowest + step, intake.get(year - step, min(intake.values())))
                for year in (2023, 2024)
                for section, lowest, grades, intake in (
                    ("P1", 1, 6, PRIMARY),
                    ("J1", 7, 3, JUNIOR),
                    ("H1", 10, 3, SENIOR),
                )
                for step in range(grades)
            ],
            columns=["section_id", "year", "grade", "pupils"],
        ),
        classes=None,
        residents=pd.DataFrame(
            [
                ("a5", year, age, age, cohort(year - age))
                for year in (2023, 2024)
                for age in range(18)
            ],
            columns=["area_id", "year", "age_from", "age_to", "residents"],
        ),
        births=pd.DataFrame(
            [("", year, "", births) for year, births in BIRTHS.items()],
            columns=["area_id", "year", "month", "births"],
        ),
    )


def cohort(born: int) -> float:
    """Return the children of a school year: a third of a year's births and two of the next one's.

    Of earlier years, as many as entered primary school six years later, or the first who did.
    """
    if born - 1 in BIRTHS and born in BIRTHS:
        return BIRTHS[born - 1] / 3 + BIRTHS[born] * 2 / 3
    return float(PRIMARY.get(born + 6 + 1, PRIMARY[2017]))
