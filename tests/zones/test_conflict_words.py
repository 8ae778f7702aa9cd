"""Why no plan is possible, as a planner reads it in both languages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.zones.conflict_words import Names, case_name, conflict_sentences
from planner.zoning import Cases, Problem, Together
from planner.zoning.conflicts import conflicts
from planner.zoning.demands import DemandKind
from planner.zoning.relief import WayOut, ways_out
from tests.zoning.grids import grid_town

VILLAGES = ("Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir")
ROOMY = np.array([60, 60])


def names(**more: object) -> Names:
    """Return names for a row of six villages and two sections."""
    return Names(("小学", "Primary"), VILLAGES, ("West", "East"), **more)  # type: ignore[arg-type]


def row(**changes: object) -> Problem:
    """Draw six areas of 10 pupils in a row, a section at each end."""
    return replace(grid_town(1, 6, home=[0, 5], seats=[30, 30]), **changes)  # type: ignore[arg-type]


def said(town: Problem, **more: object) -> list[tuple[str, str]]:
    """Return the sentences on a town, ways out left aside."""
    return conflict_sentences(conflicts(town), (), names(**more))


def test_seats_short_in_all_are_told_by_year_and_town_with_the_other_years() -> None:
    years = Cases(pupils=np.array([[10] * 6, [11] * 6, [12] * 6]), seats=np.array([[30, 30]] * 3))
    towns = ("Upper", "Upper", "Upper", "Lower", "Lower", "Lower")
    sentences = said(row(cases=years), cases=("2026", "2027", "2028"), towns=towns)
    assert [en for _, en in sentences] == [
        "Primary 2027: 66 entrants for 60 seats in all: 6 seats short.",
        "Primary 2028: 72 entrants for 60 seats in all: 12 seats short.",
        "Lower, Upper 2028: 72 entrants can only go to West, East, 60 seats: 12 short "
        "(also 2027: 6).",
    ]
    assert [zh for zh, _ in sentences] == [
        "小学2027年：新生66人，学位共60个，总量缺6个。",
        "小学2028年：新生72人，学位共60个，总量缺12个。",
        "Lower、Upper，2028年：新生72人只能去West、East，共60个学位，缺12个（另：2027年缺6个）。",
    ]


def test_a_possible_future_is_told_as_one_and_not_as_a_year() -> None:
    """Two futures of 2026: 72 and 60 entrants for 60 seats, in the year 2026 and no other."""
    futures = Cases(pupils=np.array([[12] * 6, [10] * 6]), seats=np.array([[30, 30]] * 2))
    english = [case_name(2026, future, "en") for future in (1, 2)]
    chinese = [case_name(2026, future, "zh") for future in (1, 2)]
    assert said(row(cases=futures), cases=english)[0][1] == (
        "Primary 2026 (possible future 1): 72 entrants for 60 seats in all: 12 seats short."
    )
    assert said(row(cases=futures), cases=chinese)[0][0] == (
        "小学2026年第1种可能情形：新生72人，学位共60个，总量缺12个。"
    )
    assert case_name(2026, 0, "zh") == case_name(2026, 0, "en") == "2026"


def test_of_many_short_futures_the_worst_is_told_and_the_others_are_counted() -> None:
    pupils = np.array([[10 + number] * 6 for number in range(9)])
    futures = Cases(pupils=pupils, seats=np.array([[30, 30]] * 9))
    in_all = [
        (zh, en)
        for zh, en in said(row(cases=futures), cases=[f"case {number}" for number in range(9)])
        if "in all" in en
    ]
    # 6 x 18 = 108 entrants in the last; eight of nine have more than 60.
    assert in_all == [
        (
            "小学case 8：新生108人，学位共60个，总量缺48个；9种情形中另有7种也缺，但不多于此。",
            "Primary case 8: 108 entrants for 60 seats in all: 48 seats short, and no more in 7 "
            "others of 9 cases.",
        )
    ]


def test_a_town_beyond_the_river_is_told_with_what_holds_its_pupils_there() -> None:
    across = np.zeros((6, 2))
    across[:3, 1] = across[3:, 0] = np.inf
    town = row(seats=np.array([20, 90]), surcharges={"river": across})
    ((zh, en),) = said(town, demands={"river": ("跨河", "crossing the river")})
    assert en == (
        "Ash, Birch, Cedar: 30 entrants can only go to West, 20 seats: 10 short. Smallest "
        "contradiction: these seats and areas in which sections stand (Ash); "
        "“crossing the river”, which forbids (Birch, Cedar)."
    )
    assert zh == (
        "Ash、Birch、Cedar：新生30人只能去West，共20个学位，缺10个。最小矛盾：这些学位，"
        "加上学校所在单元归本校（Ash）；“跨河”不许（Birch、Cedar）。"
    )


def test_areas_beyond_the_limit_are_listed_in_one_sentence() -> None:
    town = row(seats=ROOMY, home=np.array([0, 1]), limit_is_hard=True, walk_limit_metres=200.0)
    town = replace(town, walk_metres=100.0 * np.abs(np.arange(6)[:, None] - np.array([0, 1])))
    ((zh, en),) = said(town)
    assert en == ("2 areas with 20 entrants have no section within the walking limit: Elm, Fir.")
    assert zh == "2个单元（新生20人）在步行上限内没有学校：Elm、Fir。"


def test_pupils_beyond_the_limit_are_those_of_the_worst_year_of_all_areas_together() -> None:
    here = np.full((6, 2), 100.0)
    years = Cases(
        pupils=np.array([[9, 1, 0, 0, 0, 0], [1, 5, 0, 0, 0, 0]]), seats=np.array([[90, 90]] * 2)
    )
    town = row(
        pupils=np.array([9, 5, 0, 0, 0, 0]),
        walk_limit_metres=50.0,
        limit_is_hard=True,
        walk_metres=here,
        cases=years,
    )
    # 9 + 1 in the first year, 1 + 5 in the second; never 9 + 5.
    assert said(town)[0][1].startswith("2 areas with 10 entrants have no section within")


def test_areas_that_a_barrier_leaves_nowhere_to_go_are_listed_in_one_sentence() -> None:
    cut_off = np.zeros((6, 2))
    cut_off[2:4] = np.inf
    town = row(surcharges={"crossing": cut_off})
    sentences = said(town, demands={"crossing": ("跨越铁路", "crossing the railway")})
    assert sentences[0] == (
        "2个单元（新生20人）因“跨越铁路”不许去任何学校：Cedar、Dogwood。",
        "2 areas with 20 entrants have no section to which “crossing the railway” lets them go: "
        "Cedar, Dogwood.",
    )
    assert len(sentences) == 1


def test_a_group_with_two_homes_is_told_as_a_contradiction() -> None:
    estate = Together("estate", np.array([0, -1, -1, -1, -1, 0]), np.inf)
    sentences = said(row(together=(estate,)), demands={"estate": ("同一小区", "one estate")})
    assert sentences[0][1] == (
        "Ash, Fir may go nowhere; these demands contradict each other: areas in which sections "
        "stand (Ash, Fir); “one estate”, which keeps areas together."
    )


def test_areas_that_are_too_large_alone_or_together_are_told() -> None:
    alone = said(row(pupils=np.array([0, 40, 0, 0, 0, 0])))
    assert alone[0][1].startswith(
        "Birch has 40 entrants and no section it may go to has more than 30 seats: 10 short"
    )
    group = Together("estate", np.array([-1, 0, 0, 0, -1, -1]), np.inf)
    town = row(pupils=np.array([0, 15, 15, 10, 0, 0]), together=(group,))
    together = said(town, demands={"estate": ("小区", "one estate")})
    assert together[0][1].startswith(
        "Birch, Cedar, Dogwood can only go together, with 40 entrants, and no section they may "
        "go to has more than 30 seats: 10 short."
    )


def test_islands_cut_locks_and_sections_nowhere_get_words() -> None:
    island = said(row(seats=ROOMY, edges=np.array([[0, 1], [1, 2], [3, 4], [4, 5]])))
    assert island == []  # both halves hold a section
    lonely = said(
        row(seats=ROOMY, home=np.array([0, 1]), edges=np.array([[0, 1], [1, 2], [2, 3], [3, 4]]))
    )
    assert lonely[0][1].startswith("Fir: no chain of areas leads from there to any section")
    today = np.array([0, 1, 1, 0, 1, 1])
    locked = np.array([False, False, False, True, False, False])
    cut = said(row(seats=ROOMY, home=np.array([0, 1]), today=today, locked=locked))
    assert cut[0][1].startswith("Dogwood, Elm, Fir: cut off by locks (Dogwood)")
    walks = row().walk_metres.copy()
    walks[:, 1] = np.inf
    nowhere = said(row(seats=np.array([60, 9]), home=np.array([0, -1]), walk_metres=walks))
    assert nowhere[0][1].startswith("East stands in no area and nobody reaches it on foot")


def test_a_town_that_can_have_a_plan_needs_no_words() -> None:
    assert said(row()) == []


WAYS = {
    DemandKind.SEATS: (
        WayOut(DemandKind.SEATS, 12, (), (0, 1), (10.0, 2.0), np.zeros(6, int), enough=True),
        "Way out: 12 more seats (10 at West, 2 at East); everything else is then kept.",
        "出路：增加12个学位（West增10个、East增2个）；其余要求都能满足。",
    ),
    DemandKind.LIMIT: (
        WayOut(DemandKind.LIMIT, 20, (4,), (1,), (2350.4,), np.zeros(6, int), enough=False),
        "Way out: a longer walking limit for 20 entrants (Elm to 2,350 m), but that alone is "
        "not enough.",
        "出路：为20名新生放宽步行上限（Elm至2,350米），但仅此还不够。",
    ),
    DemandKind.LOCK: (
        WayOut(DemandKind.LOCK, 10, (2,), (1,), (10.0,), np.zeros(6, int), enough=True),
        "Way out: open 1 lock (Cedar to East), 10 entrants; everything else is then kept.",
        "出路：解除1个单元的锁定（Cedar→East），涉及新生10人；其余要求都能满足。",
    ),
    DemandKind.FORBIDDEN: (
        WayOut(DemandKind.FORBIDDEN, 10, (2,), (1,), (10.0,), np.zeros(6, int), enough=True),
        "Way out: allow Cedar to East, 10 entrants; everything else is then kept.",
        "出路：允许Cedar→East，涉及新生10人；其余要求都能满足。",
    ),
    DemandKind.TOGETHER: (
        WayOut(DemandKind.TOGETHER, 10, (2,), (1,), (10.0,), np.zeros(6, int), enough=True),
        "Way out: part Cedar to East from the rest of their group, 10 entrants; everything else "
        "is then kept.",
        "出路：让Cedar→East与其余部分分开，涉及新生10人；其余要求都能满足。",
    ),
}


@pytest.mark.parametrize("kind", list(WAYS))
def test_each_way_out_is_told_with_its_figures(kind: DemandKind) -> None:
    way, en, zh = WAYS[kind]
    assert conflict_sentences(conflicts(row()), [way], names()) == [(zh, en)]


def test_long_lists_name_five_and_count_the_others() -> None:
    here = np.full((6, 2), 100.0)
    town = row(walk_limit_metres=50.0, limit_is_hard=True, walk_metres=here)
    ((zh, en),) = said(town)
    assert en.endswith("walking limit: Ash, Birch, Cedar, Dogwood, Elm and 1 more.")
    assert zh.endswith("步行上限内没有学校：Ash、Birch、Cedar、Dogwood、Elm等6个。")


def test_the_way_out_of_a_short_town_is_found_and_told() -> None:
    town = row(seats=np.array([30, 20]))
    found = conflicts(town)
    sentences = conflict_sentences(found, ways_out(town, found, seed=1, proposals=3_000), names())
    assert sentences[-1][1].startswith("Way out: 10 more seats (")
