"""Schools of which only approved seats are known: the capacities of New York City, all vintages.

Read from ../shared/data/us_nyc beside the repository (NYC School Construction Authority,
"Enrollment Capacity And Utilization"); skipped where it is absent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from planner.capacity import offer_sections
from planner.scenario import Scenario

if TYPE_CHECKING:
    from planner.study import Study

CAPACITIES = Path(__file__).resolve().parents[3] / "shared/data/us_nyc/capacity_by_org_vintage.csv"

pytestmark = pytest.mark.skipif(
    not CAPACITIES.is_file(), reason="../shared/data/us_nyc is not there"
)


@pytest.fixture(scope="module")
def capacities() -> pd.DataFrame:
    """Return published capacities by school and vintage."""
    return pd.read_csv(CAPACITIES)


def city(study: Study, published: pd.DataFrame) -> Study:
    """Return the nine squares with these schools in place of their own."""
    one = study.sections[study.sections["section_id"] == "P1"].drop(columns=["section_id", "seats"])
    keys = published["org_id"].tolist()
    rows = one.iloc[np.zeros(len(keys), dtype=int)].reset_index(drop=True)
    seats = published["target_capacity"].to_numpy(dtype=int)
    unknown = pd.Series([pd.NA] * len(keys), dtype="Int64")
    sections = rows.assign(section_id=keys, school_id=keys, rooms=unknown, seats=seats)
    schools = study.schools.iloc[np.zeros(len(keys), dtype=int)].reset_index(drop=True)
    return replace(
        study,
        sections=sections[study.sections.columns].astype(study.sections.dtypes.to_dict()),
        schools=gpd.GeoDataFrame(schools.assign(school_id=keys), crs=study.crs),
    )


def test_approved_seats_are_offered_as_they_were_published(
    squares: Study, capacities: pd.DataFrame
) -> None:
    for vintage, published in capacities.groupby("published"):
        rows = published.reset_index(drop=True)
        offer = offer_sections(city(squares, rows), Scenario(), (2023, 2024))
        assert (offer.seats == rows["target_capacity"].to_numpy()[:, None]).all(), vintage


def test_the_crowded_schools_of_2023_are_those_with_more_pupils_than_seats(
    squares: Study, capacities: pd.DataFrame
) -> None:
    last = capacities[capacities["published"] == "2023-01-04"].reset_index(drop=True)
    offer = offer_sections(city(squares, last), Scenario(), (2023,))
    # 464 of 1,732 schools, counted from the published table alone.
    assert int((last["enroll"].to_numpy() > offer.seats[:, 0]).sum()) == 464


def test_a_school_without_seats_has_none_and_nothing_limits_them(
    squares: Study, capacities: pd.DataFrame
) -> None:
    without = capacities[capacities["target_capacity"] == 0].drop_duplicates("org_id")
    assert len(without) > 0
    offer = offer_sections(city(squares, without.reset_index(drop=True)), Scenario(), (2023,))
    assert (offer.seats == 0).all()
    assert (offer.limit == "").all()
