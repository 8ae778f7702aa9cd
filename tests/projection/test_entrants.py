"""How many enter, and where they live: a town of two zones with 30 and 10 six-year-olds.

areas a b c, ten six-year-olds each ──▶ P        area d, ten ──▶ Q
"""

from __future__ import annotations

import numpy as np
import pytest

from planner.norms import read_norms
from planner.projection.entrants import Entrants, Intake, project_entrants
from planner.projection.residents import Residents
from planner.projection.rolls import Rolls
from planner.scenario import EntrantSettings, ProjectionSettings, Scenario, TransitionSettings

CN = read_norms("cn")
PRIMARY, JUNIOR = CN.stage("primary"), CN.stage("junior")
YEARS = (2023, 2024, 2025)
P, Q, C = 0, 1, 2


def residents(of_age: float = 10.0) -> Residents:
    """Return four areas with ten children of every age in every year."""
    years = (2021, 2022, *YEARS)
    count = np.full((4, 19, len(years)), of_age)
    return Residents(("a", "b", "c", "d"), range(19), years, 2023, count, ())


def rolls(p: float, q: float, c: float = np.nan, grade: int = 1) -> Rolls:
    """Return three counted years in which P, Q and C take in so many."""
    grades = tuple(range(1, 10))
    pupils = np.full((3, len(grades), 3), np.nan)
    pupils[:, grade - 1, :] = np.array([p, q, c])[:, None]
    return Rolls(grades, (2021, 2022, 2023), pupils)


def intake(*, county: bool = False, junior: bool = False) -> Intake:
    """Return the sections that take entrants; C takes from the whole county."""
    return Intake(
        stage=JUNIOR if junior else PRIMARY,
        previous=PRIMARY if junior else None,
        zoned=np.array([P, Q]),
        county=np.array([C] if county else [], dtype=np.int64),
        zone_today=np.array([P, P, P, Q]),
    )


def projected(
    counted: Rolls,
    wish: Intake,
    leavers: dict[int, int] | None = None,
    *,
    shrinkage: float = 0,
    transition: TransitionSettings | None = None,
    entrants: EntrantSettings | None = None,
) -> Entrants:
    """Project the entrants of three years, without shrinkage unless a test says otherwise."""
    scenario = Scenario(
        projection=ProjectionSettings(entrants_shrinkage=shrinkage),
        transition=transition or TransitionSettings(),
        entrants=entrants or EntrantSettings(),
    )
    return project_entrants(wish, residents(), counted, leavers or {}, scenario, YEARS)


def test_the_base_year_adds_up_to_the_counted_rolls() -> None:
    found = projected(rolls(33, 7), intake())
    assert found.zoned[:3, 0].sum() == 33
    assert found.zoned[3, 0] == 7


def test_a_zone_carries_its_own_share_on() -> None:
    # P took in 33 of 30 six-year-olds (1.1), Q 7 of 10 (0.7).
    found = projected(rolls(33, 7), intake())
    assert found.zoned[:, 1].tolist() == [11, 11, 11, 7]


def test_a_small_zone_is_shrunk_toward_the_county() -> None:
    # County share 40 ÷ 40 = 1. Over three years Q has 21 of 30: (21 + 30 × 1) ÷ (30 + 30) = 0.85,
    # P (99 + 30) ÷ (90 + 30) = 1.075: together 3 × 10.75 + 8.5 = 40.75, rounded to 41.
    found = projected(rolls(33, 7), intake(), shrinkage=30)
    assert found.zoned[:, 1].sum() == 41


def test_sections_of_the_whole_county_draw_from_every_area() -> None:
    found = projected(rolls(24, 8, 8), intake(county=True))
    assert found.zoned[:, 1].tolist() == [8, 8, 8, 8]
    assert found.county[:, 1].tolist() == [2, 2, 2, 2]
    assert found.county[:, 0].sum() == 8


def test_junior_entrants_are_last_years_leavers_times_what_was_learned() -> None:
    # 36 of 40 leavers entered each year: 0.9; 50 leave in 2023, 60 in 2024.
    leavers = {2020: 40, 2021: 40, 2022: 40, 2023: 50, 2024: 60}
    found = projected(rolls(27, 9, grade=7), intake(junior=True), leavers)
    assert found.zoned[:, 1].sum() == 45
    assert found.zoned[:, 2].sum() == 54


def test_a_transition_share_of_the_scenario_replaces_the_learned_one() -> None:
    leavers = {2020: 40, 2021: 40, 2022: 40, 2023: 50, 2024: 60}
    found = projected(
        rolls(27, 9, grade=7),
        intake(junior=True),
        leavers,
        transition=TransitionSettings(shares={"junior": 0.5}),
    )
    assert found.zoned[:, 1].sum() == 25


def test_migrants_children_come_on_top_and_private_schools_take_some_away() -> None:
    # 40 are expected; 20 % more come from outside, 5 % go to private schools, 5 % board away.
    wish = EntrantSettings(
        from_outside={"primary": 0.2}, private={"primary": 0.05}, boarding_away={"primary": 0.05}
    )
    found = projected(rolls(33, 7), intake(), entrants=wish)
    assert found.zoned.sum(axis=0).tolist() == [40, 44, 44]
    assert (
        projected(rolls(33, 7), intake(), entrants=EntrantSettings({"junior": 0.5}))
        .zoned[:, 1]
        .sum()
        == 40
    )


def test_a_share_above_one_is_explained_and_not_clipped() -> None:
    found = projected(rolls(45, 15), intake())
    assert found.zoned[:, 1].sum() == 60
    assert [note.key for note in found.notes] == ["share_above_one_primary"]
    assert "150%" in found.notes[0].en


def test_an_area_without_a_zone_takes_the_countys_share() -> None:
    wish = Intake(
        PRIMARY, None, np.array([P]), np.array([], dtype=np.int64), np.array([P, P, P, -1])
    )
    found = projected(rolls(24, np.nan), wish)
    # 24 of 30 at P: 0.8 everywhere.
    assert found.zoned[:, 1].tolist() == [8, 8, 8, 8]


@pytest.mark.parametrize("year", [1, 2])
def test_residents_of_entry_age_are_reported_as_they_are(year: int) -> None:
    assert projected(rolls(30, 10), intake()).residents[:, year].tolist() == [10.0] * 4
