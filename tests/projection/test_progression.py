"""Which share of a cohort appears a grade higher, learned from the counted years.

T (grades 1–3, a teaching point) ──▶ P (grades 1–6, the central school)      Q (grades 1–6)
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from planner.norms import read_norms
from planner.projection.progression import (
    feeders,
    learn_progression,
    with_onward_sections,
)
from planner.projection.rolls import Rolls
from planner.scenario import ProjectionSettings

NORMS = read_norms("cn")
P, Q, T = 0, 1, 2
NO_SHRINKAGE = ProjectionSettings(shrinkage_pupils=0)


def sections(onward: str | None = "P") -> gpd.GeoDataFrame:
    """Return the three schools; T stands nearer to P than to Q."""
    return gpd.GeoDataFrame(
        {
            "section_id": ["P", "Q", "T"],
            "stage": ["primary"] * 3,
            "lowest_grade": [1, 1, 1],
            "highest_grade": [6, 6, 3],
            "continues_at": [None, None, onward],
        },
        geometry=[Point(0, 0), Point(9000, 0), Point(2000, 0)],
        crs="EPSG:4543",
    )


def rolls(*years: int) -> Rolls:
    """Return rolls in which P and Q have 40 and T has 10 pupils a grade, alike every year.

    T's ten join P for grade 4, which therefore has 50 pupils a grade from there on.
    """
    pupils = np.full((3, 6, len(years)), 40.0)
    pupils[P, 3:] = 50.0
    pupils[T, :3] = 10.0
    pupils[T, 3:] = np.nan
    return Rolls(tuple(range(1, 7)), years, pupils)


def test_where_every_year_is_alike_everybody_climbs() -> None:
    learned = learn_progression(rolls(2021, 2022, 2023), sections(), NO_SHRINKAGE)
    known = [learned.ratio[row, column] for row, column in learned.sources]
    assert known == pytest.approx([1.0] * len(known))


def test_pupils_of_a_teaching_point_are_counted_into_the_school_they_go_on_to() -> None:
    learned = learn_progression(rolls(2022, 2023), sections(), NO_SHRINKAGE)
    # Grade 4 of P is filled from grade 3 of P and of T: 50 of 40 + 10, not of 40.
    assert learned.sources[P, 3] == (P, T)
    assert learned.ratio[P, 3] == pytest.approx(50 / (40 + 10))


def test_a_grade_that_is_not_offered_is_no_zero() -> None:
    learned = learn_progression(rolls(2022, 2023), sections(), NO_SHRINKAGE)
    assert (T, 3) not in learned.sources
    assert np.isnan(learned.ratio[T, 3])


def test_a_small_cohort_is_shrunk_toward_the_county() -> None:
    counted = rolls(2022, 2023)
    counted.pupils[T, 1, 1] = 5  # five of ten reached grade 2; 40 of 40 did at P and at Q
    learned = learn_progression(counted, sections(), ProjectionSettings(shrinkage_pupils=60))
    county = (40 + 40 + 5) / (40 + 40 + 10)
    teaching_points = (5 + 1000 * county) / (10 + 1000)  # T is the only one of its kind
    assert learned.ratio[T, 1] == pytest.approx((5 + 60 * teaching_points) / (10 + 60))


def test_years_are_pooled_so_that_a_small_cohort_cannot_outvote_a_large_one() -> None:
    counted = rolls(2021, 2022, 2023)
    counted.pupils[Q, 0, 0], counted.pupils[Q, 1, 1] = 100, 80
    learned = learn_progression(counted, sections(), NO_SHRINKAGE)
    # 80 of 100, then 40 of 40; a year further back weighs 0.6: 88 of 100 and not the mean of
    # 0.8 and 1.
    assert learned.ratio[Q, 1] == pytest.approx((0.6 * 80 + 40) / (0.6 * 100 + 40))


def test_a_gap_in_the_years_is_not_taken_for_one_step() -> None:
    counted = rolls(2020, 2022, 2023)
    counted.pupils[Q, 1, 1] = 1  # 2022, two years after 2020
    learned = learn_progression(counted, sections(), NO_SHRINKAGE)
    assert learned.ratio[Q, 1] == pytest.approx(1.0)


def test_with_one_year_of_rolls_everybody_climbs_and_it_is_said() -> None:
    learned = learn_progression(rolls(2023), sections(), NO_SHRINKAGE)
    assert learned.ratio[Q, 1] == 1.0
    assert [note.key for note in learned.notes] == ["one_roll"]


def test_a_section_that_ends_early_hands_its_pupils_to_the_nearest_one() -> None:
    completed, notes = with_onward_sections(sections(onward=None), NORMS)
    assert completed["continues_at"].tolist()[T] == "P"
    assert "T → P" in notes[0].en


def test_what_the_study_says_about_going_on_is_kept() -> None:
    completed, notes = with_onward_sections(sections(onward="Q"), NORMS)
    assert (completed["continues_at"].tolist()[T], notes) == ("Q", ())
    assert feeders(completed) == [("T", "Q")]
