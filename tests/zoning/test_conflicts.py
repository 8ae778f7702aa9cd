"""Why no plan can keep all that is asked, on towns small enough to try every plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning import Cases, PieceReason, Problem, Together
from planner.zoning.conflicts import Conflict, ConflictKind, conflicts
from planner.zoning.demands import Demand, DemandKind
from tests.zoning.grids import DEAR, grid_edges, grid_town, hangs_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIMIT, LOCK, HOME, SEATS = (
    DemandKind.LIMIT,
    DemandKind.LOCK,
    DemandKind.HOME,
    DemandKind.SEATS,
)
FORBIDDEN, TOGETHER, ONE_PIECE = (
    DemandKind.FORBIDDEN,
    DemandKind.TOGETHER,
    DemandKind.ONE_PIECE,
)


def keeps(town: Problem, plan: Sequence[int], demand: Demand) -> bool:
    """Say in the plainest way whether a plan keeps one demand."""
    area = demand.area
    limits = np.broadcast_to(town.walk_limit_metres, town.areas)
    if demand.kind is SEATS:
        load = sum(int(town.pupils[a]) for a, s in enumerate(plan) if s == demand.section)
        return load <= int(town.seats[demand.section])
    if demand.kind is LIMIT:
        return bool(town.walk_metres[area, plan[area]] <= limits[area])
    if demand.kind is FORBIDDEN:
        return bool(np.isfinite(town.surcharges[demand.name][area, plan[area]]))
    if demand.kind is LOCK:
        return town.today is not None and plan[area] == town.today[area]
    if demand.kind is HOME:
        return plan[area] in np.flatnonzero(town.home == area).tolist()
    if demand.kind is TOGETHER:
        wish = next(one for one in town.together if one.name == demand.name)
        mates = np.flatnonzero(wish.group == wish.group[area]).tolist()
        return len({plan[mate] for mate in mates}) == 1
    return hangs_together(town, plan)


def possible(town: Problem, demands: Iterable[Demand]) -> bool:
    """Try every plan: does one keep all these demands?"""
    asked = sorted(demands, key=lambda one: one.kind is ONE_PIECE)
    return any(
        all(keeps(town, plan, demand) for demand in asked)
        for plan in product(range(town.sections), repeat=town.areas)
    )


def everything(town: Problem) -> list[Demand]:
    """List all demands of a town, as a planner would."""
    asked = [Demand(SEATS, section=section) for section in range(town.sections)]
    for area in range(town.areas):
        locked = town.locked is not None and bool(town.locked[area])
        if locked:
            asked.append(Demand(LOCK, area))
        elif area in town.home:
            asked.append(Demand(HOME, area))
        if town.limit_is_hard and town.pupils[area] > 0:
            asked.append(Demand(LIMIT, area))
        asked += [Demand(FORBIDDEN, area, name=name) for name in town.surcharges]
    for wish in town.together:
        for group in np.unique(wish.group[wish.group >= 0]):
            asked.append(Demand(TOGETHER, int(np.argmax(wish.group == group)), name=wish.name))
    return [*asked, Demand(ONE_PIECE)] if town.contiguous else asked


@st.composite
def asking_towns(draw: st.DrawFn, *, whole: bool) -> Problem:
    """Draw a town of at most 6 areas and 3 sections of which too much may be asked.

    `whole`: zones hang together, groups may not part and areas have several pupils; else each
    area has one pupil or none, so that splitting an area is no way out.
    """
    rows, columns = draw(st.sampled_from([(1, 4), (1, 6), (2, 3)]))
    areas, sections = rows * columns, draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    home = rng.choice(areas, sections, replace=False)
    forbidden = np.where(rng.random((areas, sections)) < 0.3, np.inf, 0.0)
    group = np.where(rng.random(areas) < 0.4, 0, -1)
    return Problem(
        pupils=rng.integers(0, 30, areas) if whole else rng.integers(0, 2, areas),
        seats=rng.integers(0, 60, sections) if whole else rng.integers(0, 4, sections),
        walk_metres=rng.integers(0, 2000, (areas, sections)).astype(float),
        edges=grid_edges(rows, columns),
        home=home,
        weights=DEAR,
        walk_limit_metres=1_000.0,
        limit_is_hard=draw(st.booleans()),
        today=rng.integers(0, sections, areas),
        locked=rng.random(areas) < draw(st.sampled_from([0.0, 0.3])) if not whole else None,
        contiguous=whole,
        surcharges={"railway": forbidden} if draw(st.booleans()) else {},
        together=(Together("estate", group, np.inf),) if whole and draw(st.booleans()) else (),
    )


@given(asking_towns(whole=False))
@settings(max_examples=80, deadline=None)
def test_a_conflict_is_named_if_and_only_if_no_plan_keeps_everything(town: Problem) -> None:
    assert conflicts(town).proved != possible(town, everything(town))


@given(asking_towns(whole=False))
@settings(max_examples=60, deadline=None)
def test_without_any_one_of_the_demands_named_the_others_can_be_kept(town: Problem) -> None:
    for found in conflicts(town).found:
        assert not possible(town, found.demands)
        for spared in found.demands:
            assert possible(town, set(found.demands) - {spared}), spared


@given(asking_towns(whole=True))
@settings(max_examples=80, deadline=None)
def test_demands_named_with_zones_in_one_piece_can_never_be_kept(town: Problem) -> None:
    for found in conflicts(town).found:
        assert not possible(town, found.demands)


@given(asking_towns(whole=True))
@settings(max_examples=40, deadline=None)
def test_what_is_missing_town_by_town_is_what_is_missing_in_all(town: Problem) -> None:
    found = conflicts(town)
    short = [one for one in found.found if one.kind is ConflictKind.SHORTAGE]
    assert sum(one.missing for one in short) == found.unseated[0]
    if not town.limit_is_hard and not town.surcharges and not town.together:
        # Nothing keeps pupils from free seats but homes and zones in one piece.
        assert found.unseated[0] >= max(0, int(town.pupils.sum() - town.seats.sum()))


def only(found: Sequence[Conflict]) -> Conflict:
    """Return the one conflict there is."""
    (one,) = found
    return one


def test_a_town_with_seats_for_all_has_no_conflict() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    found = conflicts(town)
    assert not found.proved
    assert found.unseated == (0,)
    assert (found.placeless, found.set_aside) == ((), ())


def test_too_few_seats_in_the_county_name_all_its_sections_and_the_seats_that_are_missing() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 13])  # 40 pupils, 33 seats
    short = only(conflicts(town).found)
    assert short.kind is ConflictKind.SHORTAGE
    assert (short.pupils, short.seats, short.missing) == (40, 33, 7)
    assert short.areas == (0, 1, 2, 3)
    assert set(short.demands) == {Demand(SEATS, section=0), Demand(SEATS, section=1)}


def test_a_town_beyond_the_river_is_short_of_seats_though_the_county_has_plenty() -> None:
    # Areas 0-2 on this side, 3-5 on the other; nobody crosses. 30 pupils each side.
    town = grid_town(1, 6, home=[0, 5], seats=[20, 100])
    across = np.zeros((6, 2))
    across[:3, 1] = across[3:, 0] = np.inf
    found = conflicts(replace(town, surcharges={"river": across}))
    short = only(found.found)
    assert (short.areas, short.sections, short.missing) == ((0, 1, 2), (0,), 10)
    # 20 seats, three areas of 10: all three are needed. Area 0 is at home with section 0.
    assert set(short.demands) == {
        Demand(SEATS, section=0),
        Demand(HOME, 0),
        Demand(FORBIDDEN, 1, name="river"),
        Demand(FORBIDDEN, 2, name="river"),
    }
    assert found.unseated == (10,)
    assert (found.pupils, found.seats) == ((60,), (120,))


def test_each_of_two_towns_short_of_seats_is_told_apart() -> None:
    town = grid_town(1, 6, home=[0, 5], seats=[20, 25])
    across = np.zeros((6, 2))
    across[:3, 1] = across[3:, 0] = np.inf
    found = conflicts(replace(town, surcharges={"river": across})).found
    assert [(one.sections, one.missing) for one in found] == [((0,), 10), ((1,), 5)]


def test_a_shortage_is_told_in_its_worst_year_with_what_is_missing_in_each() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    years = np.array([[10] * 4, [12] * 4, [15] * 4])
    cases = Cases(pupils=years, seats=np.array([[20, 20], [20, 20], [25, 20]]))
    short = only(conflicts(replace(town, cases=cases)).found)
    # 40 - 40, 48 - 40, 60 - 45
    assert (short.case, short.missing, short.by_case) == (2, 15, (0, 8, 15))


def test_what_the_quantile_forgives_is_no_conflict() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    years = np.array([[10] * 4] * 9 + [[11] * 4])
    cases = Cases(pupils=years, seats=np.full((10, 2), 20), quantile=0.8)
    found = conflicts(replace(town, cases=cases))
    assert not found.proved
    assert found.unseated == (0,) * 9 + (4,)
    strict = conflicts(replace(town, cases=replace(cases, quantile=1.0)))
    assert only(strict.found).missing == 4


def test_an_area_that_no_section_is_near_enough_to_is_named_with_its_limit() -> None:
    town = grid_town(1, 6, home=[0, 1], seats=[50, 50])
    town = replace(town, walk_limit_metres=300.0, limit_is_hard=True)
    lost = conflicts(town).found
    # Area 4 is 300 metres from area 1, area 5 is 400.
    assert [(one.kind, one.areas, one.demands) for one in lost] == [
        (ConflictKind.NO_SECTION, (5,), (Demand(LIMIT, 5),))
    ]


def test_a_limit_asks_nothing_where_nobody_lives() -> None:
    pupils = [10, 10, 10, 10, 10, 0]
    town = grid_town(1, 6, home=[0, 1], seats=[50, 50], pupils=pupils)
    assert not conflicts(replace(town, walk_limit_metres=300.0, limit_is_hard=True)).proved


def test_a_group_that_holds_two_homes_cannot_stay_together() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[50, 50])
    estate = Together("estate", np.array([0, -1, 0, 0]), np.inf)
    found = only(conflicts(replace(town, together=(estate,))).found)
    assert set(found.demands) == {
        Demand(HOME, 0),
        Demand(HOME, 3),
        Demand(TOGETHER, 0, name="estate"),
    }


def test_locks_that_part_a_group_are_named_with_it() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[50, 50])
    town = replace(
        town,
        today=np.array([0, 0, 1, 1]),
        locked=np.array([False, True, True, False]),
        together=(Together("village", np.array([-1, 2, 2, -1]), np.inf),),
    )
    found = only(conflicts(town).found)
    assert set(found.demands) == {
        Demand(LOCK, 1),
        Demand(LOCK, 2),
        Demand(TOGETHER, 1, name="village"),
    }


def test_a_lock_across_the_only_way_is_named_where_it_leaves_an_area_nowhere_to_go() -> None:
    # 0 - 1 - 2: section 0 stands in area 0, section 1 in area 1, and area 2 may not go to it.
    town = grid_town(1, 3, home=[0, 1], seats=[50, 50])
    barred = np.zeros((3, 2))
    barred[2, 1] = np.inf
    found = only(conflicts(replace(town, surcharges={"railway": barred})).found)
    assert found.areas == (2,)
    assert set(found.demands) == {
        Demand(FORBIDDEN, 2, name="railway"),
        Demand(HOME, 1),
        Demand(ONE_PIECE),
    }


def test_areas_that_are_each_others_only_way_out_are_too_large_together() -> None:
    # Section 0 stands in 0, section 1 in 2, both beside area 1; 3 and 4 lie behind it.
    #   0 1 2
    #     3
    #     4
    town = Problem(
        pupils=np.array([0, 10, 0, 10, 10]),
        seats=np.array([20, 20]),
        walk_metres=np.full((5, 2), 100.0),
        edges=np.array([[0, 1], [1, 2], [1, 3], [3, 4]]),
        home=np.array([0, 2]),
        weights=DEAR,
    )
    found = only(conflicts(town).found)
    assert found.kind is ConflictKind.TOO_LARGE
    assert (found.areas, found.pupils, found.seats, found.missing) == ((1, 3, 4), 30, 20, 10)
    assert set(found.demands) == {
        Demand(ONE_PIECE),
        Demand(SEATS, section=0),
        Demand(SEATS, section=1),
    }


def test_an_area_larger_than_every_section_is_named_though_seats_suffice_in_all() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[25, 25], pupils=[0, 30, 0, 0])
    found = only(conflicts(town).found)
    assert (found.kind, found.areas, found.missing) == (ConflictKind.TOO_LARGE, (1,), 5)


def test_an_area_that_touches_nothing_is_set_aside_and_no_conflict() -> None:
    town = grid_town(1, 4, home=[0, 2], seats=[20, 20])
    found = conflicts(replace(town, edges=np.array([[0, 1], [1, 2]])))
    assert not found.proved
    (island,) = found.set_aside
    assert (island.reason, island.areas, island.locks) == (PieceReason.ISLAND, (3,), ())


def test_a_lock_that_is_cut_off_today_is_set_aside_with_what_it_cuts_off() -> None:
    # 0 - 1 - 2 - 3 - 4 with sections in 0 and 1; area 3 is locked to section 0 beyond area 1.
    town = grid_town(1, 5, home=[0, 1], seats=[50, 50])
    today, locked = np.array([0, 1, 1, 0, 1]), np.array([False, False, False, True, False])
    found = conflicts(replace(town, today=today, locked=locked))
    assert not found.proved
    (cut,) = found.set_aside
    assert (cut.reason, cut.areas, cut.locks) == (PieceReason.LOCKED, (3, 4), (3,))


def test_a_section_in_no_area_that_nobody_reaches_offers_its_seats_to_nobody() -> None:
    town = grid_town(1, 4, home=[0, 3], seats=[20, 20])
    town = replace(town, home=np.array([0, -1]), walk_metres=_unreached(town, 1))
    found = conflicts(town)
    assert found.placeless == (1,)
    assert found.seats == (20,)
    assert only(found.found).missing == 20
    # A school that is still to open has no seats yet, and is no fault of the study's.
    assert conflicts(replace(town, seats=np.array([20, 0]))).placeless == ()


def _unreached(town: Problem, section: int) -> np.ndarray:
    """Return the walks of a town in which no street leads to a section."""
    walks = town.walk_metres.copy()
    walks[:, section] = np.inf
    return walks


def test_two_sections_in_one_area_leave_it_to_either() -> None:
    town = grid_town(1, 3, home=[1, 1], seats=[15, 15])
    assert not conflicts(town).proved
    crowded = conflicts(replace(town, seats=np.array([15, 14])))
    assert only(crowded.found).missing == 1


@pytest.mark.parametrize("factor", [2, 3])
def test_twice_the_pupils_and_seats_are_twice_what_is_missing(factor: int) -> None:
    town = grid_town(2, 3, home=[0, 5], seats=[20, 13])
    larger = replace(town, pupils=factor * town.pupils, seats=factor * town.seats)
    once, more = (only(conflicts(one).found) for one in (town, larger))
    assert more.missing == factor * once.missing
    assert more.demands == once.demands


def test_when_looking_takes_too_long_the_demands_named_still_contradict_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("planner.zoning.demands.LOOKS", 0)
    town = grid_town(1, 3, home=[0, 1], seats=[50, 50])
    barred = np.zeros((3, 2))
    barred[2, 1] = np.inf
    town = replace(town, surcharges={"railway": barred})
    found = only(conflicts(town).found)
    assert not found.smallest
    assert not possible(town, found.demands)
    monkeypatch.undo()
    assert only(conflicts(town).found).smallest
