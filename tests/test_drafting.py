"""Zones drawn for a town one can draw: what is asked, what is refused, and what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner import drafting
from planner.drafting import Order, draft_zones
from planner.errors import ScenarioError
from planner.scenario import Measure, Scenario, YearSettings, ZoneSettings
from planner.zoning.alternatives import Shortfall
from planner.zoning.repair import repair

if TYPE_CHECKING:
    from planner.study import Study

USUAL = Scenario(years=YearSettings(last=2027))


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (Order(stages=("primery",)), "--stage primery: norms 'cn' do not know this stage. Did you"),
        (Order(stages=("senior",)), "--stage senior: no section of this stage has an enrolment"),
        (Order(year=2099), "--year 2099 is not a planned year; this scenario runs from 2024"),
        (Order(moves={"a99": "P1"}), "--move a99: there is no such area"),
        (Order(moves={"a9": "P7"}), "--move a9=P7: there is no such section"),
        (Order(stages=("primary",), moves={"a9": "J1"}), "the section teaches junior, and only"),
        (Order(moves={"a9": "P1"}, locks=("a9",)), "contradict each other"),
        (Order(locks=("b1",)), "--lock b1: there is no such area"),
    ],
)
def test_what_the_town_does_not_have_is_refused(
    squares: Study, order: Order, sentence: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        draft_zones(squares, USUAL, order)
    assert any(sentence in fault for fault in refused.value.faults), refused.value.faults


def test_every_slip_is_told_at_once(squares: Study) -> None:
    with pytest.raises(ScenarioError) as refused:
        draft_zones(squares, USUAL, Order(moves={"b1": "P9"}, locks=("b2",)))
    assert len(refused.value.faults) == 3


def test_a_move_to_a_section_without_a_zone_is_refused(squares: Study) -> None:
    """P2 takes from the whole county here, so that no area is zoned to it."""
    taking = squares.sections["section_id"].eq("P2")
    sections = squares.sections.assign(intake=squares.sections["intake"].mask(taking, "county"))
    zones = squares.zones.assign(section_id=squares.zones["section_id"].replace("P2", "P1"))
    town = replace(squares, sections=sections, zones=zones)
    with pytest.raises(ScenarioError, match="--move a9=P2: this section has no enrolment zone"):
        draft_zones(town, USUAL, Order(moves={"a9": "P2"}))


def test_only_the_stages_in_which_areas_are_moved_are_drawn(squares: Study) -> None:
    draft = draft_zones(squares, USUAL, Order(moves={"a8": "P1"}))
    assert [drafted.stage.stage for drafted in draft.stages] == ["primary"]


def test_an_area_locked_to_a_section_that_closes_is_locked_to_nothing(squares: Study) -> None:
    """P2 closes in the summer of 2024; a9 is its own until then."""
    gone = Measure(
        id="gone", name="P2 closes", kind="closure", section="P2", hand_over=date(2024, 7, 31)
    )
    with pytest.raises(ScenarioError, match=r"--lock a9: .* locked to nothing"):
        draft_zones(
            squares, replace(USUAL, measures=(gone,)), Order(stages=("primary",), locks=("a9",))
        )


def test_the_stages_of_the_scenario_are_drawn_where_nobody_says_which(squares: Study) -> None:
    scenario = replace(USUAL, zones=ZoneSettings(stages=["primary", "junior"]))
    draft = draft_zones(squares, scenario, Order())
    assert [drafted.stage.stage for drafted in draft.stages] == ["primary", "junior"]
    every = draft_zones(squares, USUAL, Order())
    assert [each.stage.stage for each in every.stages] == ["kindergarten", "primary", "junior"]


def test_a_locked_area_keeps_its_section_and_a_move_takes_another(squares: Study) -> None:
    """a8 is P2's today, and from there it is as far to P1: unlocked or locked, it stays."""
    (locked,) = draft_zones(squares, USUAL, Order(stages=("primary",), locks=("a8",))).stages
    assert locked.section_ids[locked.zoning.section_of_area[7]] == "P2"
    assert locked.locked.tolist() == [area == "a8" for area in locked.area_ids]
    (moved,) = draft_zones(squares, USUAL, Order(stages=("primary",), moves={"a8": "P1"})).stages
    assert moved.edited is not None
    assert moved.edited.moved.tolist() == [7]
    assert moved.moved.tolist() == [area == "a8" for area in moved.area_ids]
    # 10 pupils walk 1000 metres to either school, and leave today's at 200 metres each.
    rise = moved.edited.after.value - moved.edited.before.value
    assert rise == pytest.approx(10 * 200 + moved.edited.after.terms["overflow"])


def test_a_town_with_too_few_seats_says_how_many_are_short_in_both_languages(
    squares: Study,
) -> None:
    """P1 keeps 3 rooms and P2 two: 3 x 45 / 6 + 2 x 45 / 6 = 22 + 15 seats for 90 entrants."""
    lost = [
        Measure(id="one", name="P1 burns", kind="condemned", section="P1", rooms=9,
                hand_over=date(2023, 12, 31)),
        Measure(id="two", name="P2 burns", kind="condemned", section="P2", rooms=4,
                hand_over=date(2023, 12, 31)),
    ]  # fmt: skip
    scenario = replace(USUAL, measures=tuple(lost))
    (drafted,) = draft_zones(squares, scenario, Order(stages=("primary",))).stages
    seats = int(drafted.problem.seats.sum())
    assert seats == 3 * 45 // 6 + 2 * 45 // 6
    assert drafted.zoning.overflow.sum() == 90 - seats
    zh, en = drafted.why[0]
    assert str(90 - seats) in zh
    assert str(90 - seats) in en


def test_the_search_tells_how_good_the_zones_are_by_now(squares: Study) -> None:
    told: list[tuple[str, str, float, float]] = []
    (drafted,) = draft_zones(
        squares,
        USUAL,
        Order(stages=("primary",)),
        watch=lambda stage, step, value, bound: told.append((stage.stage, step, value, bound)),
    ).stages
    assert {stage for stage, *_ in told} == {"primary"}
    assert min(value for *_, value, _ in told) == pytest.approx(drafted.zoning.value)
    assert all(bound <= drafted.zoning.value * (1 + 1e-9) for *_, bound in told)


def test_tables_hold_the_drawn_stages_and_the_years_the_zones_serve(squares: Study) -> None:
    draft = draft_zones(squares, USUAL, Order(stages=("primary",), year=2025))
    assert draft.years == (2023, 2024, 2025, 2026, 2027)
    assert set(draft.area_years["stage"]) == {"primary"}
    (drafted,) = draft.stages
    rows = draft.area_years[draft.area_years["year"] == 2025].set_index("area_id")
    drawn = np.array(drafted.section_ids)[drafted.zoning.section_of_area]
    assert rows["section_id"].reindex(list(drafted.area_ids)).tolist() == drawn.tolist()


def test_plans_that_are_drawn_beside_each_other_share_the_time(
    squares: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of nine seconds for three plans the first has three, and the others what is left."""
    asked: dict[str, float | None] = {}
    for name in ("solve", "alternatives"):
        whole = getattr(drafting, name)

        def noted(*given: Any, name: str = name, whole: Any = whole, **order: Any) -> Any:
            asked[name] = order["seconds"]
            return whole(*given, **{**order, "seconds": None})

        monkeypatch.setattr(drafting, name, noted)
    draft_zones(squares, USUAL, Order(stages=("primary",), plans=3, seconds=9.0))
    assert asked["solve"] == 3
    assert asked["alternatives"] is not None
    assert 0 < asked["alternatives"] < 9


def test_a_repair_has_the_time_that_the_zones_have_left(
    squares: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    whole = repair

    def noted(*given: Any, **order: Any) -> Any:
        asked.append(order["seconds"])
        return whole(*given, **order)

    monkeypatch.setattr("planner.drafting.repair", noted)
    order = Order(stages=("primary",), moves={"a8": "P1"}, repair=True, seconds=4.0)
    draft_zones(squares, USUAL, order)
    (left,) = asked
    assert 0 < left <= 4


def test_who_stops_the_search_keeps_the_zones_and_is_told_that_plans_are_wanting(
    squares: Study,
) -> None:
    order = Order(stages=("primary",), plans=4)
    (drafted,) = draft_zones(squares, USUAL, order, stop=lambda: True).stages
    assert set(drafted.zoning.section_of_area.tolist()) == {0, 1}
    assert drafted.others is not None
    assert drafted.others.shortfall in {Shortfall.STOPPED, Shortfall.NO_CHOICE}
