"""How far is too far: metres for who walks, minutes for who rides.

a7 a8 a9      P1 in a4, P2 in a6; the nine squares are villages here, so that 30 minutes to school
a4 a5 a6      are allowed, and a2 has it 1,000 metres straight, to either.
a1 a2 a3
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from planner.audit import audit_folder
from planner.drafting import Order, draft_zones
from planner.report.zone import write_zones
from planner.report.zone.tables import plan_rows
from planner.scenario import Scenario, TravelSettings, YearSettings, ZoneSettings
from planner.terms import Language
from planner.travel.limits import TimeLimit, time_limit, walk_limits

if TYPE_CHECKING:
    from pathlib import Path

    from planner.drafting import DraftedZones
    from planner.study import Study

BUS = TravelSettings(bus_stages=["primary"])
SLOW = TravelSettings(bus_stages=["primary"], bus_kmh=1.0)
PRIMARY = Order(stages=("primary",))


@pytest.fixture
def villages(squares: Study) -> Study:
    """Return the nine squares as villages."""
    return replace(squares, areas=squares.areas.assign(setting="village"))


def drawn(study: Study, travel: TravelSettings, over_limit: str = "priced") -> DraftedZones:
    """Return the primary zones of 2024."""
    scenario = Scenario(
        years=YearSettings(last=2024), travel=travel, zones=ZoneSettings(over_limit=over_limit)
    )
    (zones,) = draft_zones(study, scenario, PRIMARY).stages
    return zones


def test_metres_in_town_and_minutes_on_foot_in_villages(villages: Study) -> None:
    town = replace(villages, areas=villages.areas.assign(setting=["town", *["village"] * 8]))
    stage = town.norms.stage("primary")
    assert time_limit(town, stage, TravelSettings(), np.ones((9, 2))) is None
    limit = walk_limits(town, stage, np.ones((9, 2)), None)
    # The service radius; 30 minutes at 4 km/h.
    assert limit.tolist() == [[500, 500], *[[2000, 2000]] * 8]


def test_a_quick_way_may_be_long_and_a_slow_one_not(villages: Study) -> None:
    stage = villages.norms.stage("primary")
    time = TimeLimit(np.array([30.0, 30.0, np.inf]), np.array([[15.0, 30.0], [31.0, 0.0], [60, 1]]))
    study = replace(
        villages, areas=villages.areas.iloc[:3].assign(setting=["village"] * 2 + ["town"])
    )
    metres = np.array([[6000.0, 3000.0], [100.0, 0.0], [400.0, 600.0]])
    beyond = metres > walk_limits(study, stage, metres, time)
    assert beyond.tolist() == [[False, False], [True, False], [False, True]]


def test_a_bus_that_takes_longer_than_the_limit_is_beyond_it(villages: Study) -> None:
    """1,000 metres on foot at 4 km/h are 15 minutes, by a bus of 1 km/h 60."""
    walked, ridden = drawn(villages, TravelSettings()), drawn(villages, SLOW)
    assert walked.zoning.terms["over_limit"] == 0
    assert ridden.time is not None
    minutes = ridden.time.taken[np.arange(9), ridden.zoning.section_of_area]
    late = ridden.problem.pupils[minutes > 30].sum()
    assert late > 0
    assert ridden.zoning.terms["over_limit"] == late * 2_000


def test_a_quick_bus_brings_children_from_beyond_the_limit_on_foot(villages: Study) -> None:
    """At 1 km/h on foot 30 minutes are 500 metres; the bus makes 1,000 in less."""
    slow = replace(villages, walking_kmh=1.0)
    walked, ridden = drawn(slow, TravelSettings()), drawn(slow, BUS)
    assert walked.zoning.terms["over_limit"] > 0
    assert ridden.zoning.terms["over_limit"] == 0


def test_plan_zones_score_sheet_and_audit_count_the_same_children(
    villages: Study, tmp_path: Path
) -> None:
    scenario = Scenario(years=YearSettings(last=2024), travel=SLOW)
    draft = draft_zones(villages, scenario, PRIMARY)
    (zones,) = draft.stages
    beyond = zones.zoning.terms["over_limit"] / 2_000
    assert plan_rows(draft, Language.ENGLISH)[0][10] == beyond
    write_zones(draft, tmp_path, Language.ENGLISH)
    assert (tmp_path / "proof/primary/minutes.parquet").is_file()
    told = [one for one in audit_folder(tmp_path).sentences(Language.ENGLISH) if "map" not in one]
    assert told == []
    years = draft.county_years
    shown = years[(years["stage"] == "primary") & (years["year"] == 2024)]["over_limit_share"]
    assert shown.item() == pytest.approx(beyond / zones.problem.pupils.sum())


def test_a_changed_minute_contradicts_the_claim(villages: Study, tmp_path: Path) -> None:
    scenario = Scenario(years=YearSettings(last=2024), travel=SLOW)
    write_zones(draft_zones(villages, scenario, PRIMARY), tmp_path, Language.ENGLISH)
    path = tmp_path / "proof/primary/minutes.parquet"
    minutes = pd.read_parquet(path).set_index("area_id")
    (minutes / 100).reset_index().to_parquet(path, index=False)
    told = audit_folder(tmp_path).sentences(Language.ENGLISH)
    assert any("the term beyond the limit is 0.0" in one for one in told)


def test_a_hard_limit_in_minutes_is_told_in_minutes(villages: Study) -> None:
    zones = drawn(villages, SLOW, over_limit="hard")
    broken = zones.zoning.breaches["limit"]
    minutes = zones.time.taken[broken] if zones.time is not None else np.zeros(0)
    assert (minutes.min(axis=1) > 30).all()
    said = " ".join(en for _, en in zones.why)
    assert "no section within the walking limit" in said
    assert "minutes" in said[said.index("a longer walking limit") :]
    assert " m" not in said[said.index("a longer walking limit") :].replace(" minutes", "")
