"""Write down the plan in force: what the 2023 plan promises, where and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.sample.places import metres
from planner.sample.schools import gate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.land import Land
    from planner.sample.people import People
    from planner.sample.rolls import Rolls
    from planner.sample.schools import Schools

__all__ = ["PLAN", "Project", "Site", "Works", "actuals", "phases", "targets", "write_plan"]

PLAN: Final = "玉溪市江川区2023—2025年计划"
_NAMED: Final = f"{PLAN}: name, year, seats of the headline; division, rooms, days, costs invented"
_STARTED: Final = f"{PLAN}: name and start in 2023; all else invented"
_SENIOR: Final = f"{PLAN}: name; all else invented"


_BASE: Final = 2023
_INVENTED: Final = "invented"
_LINGYUAN: Final = "invented, in the proportions of 凌源市 2021: 34/103/43 of 180, 18/5/8 of 31"
_DUE: Final = ("2024-06-30", "2024-12-31", "2025-06-30")
_SMALLEST_POINT: Final = 50  # smaller teaching points are not assessed

_ACTUALS: Final = {
    "layout_plan": "达标",
    "uniform_standards": "达标",
    "small_school_fund": "达标",
    "special_school_fund": "8000",
    "teacher_pay_ratio": "1.02",
    "teacher_training_share": "96%",
    "county_staff_management": "达标",
    "teacher_exchange_share": "9.4%",
    "exchange_key_teacher_share": "21%",
    "certified_teacher_share": "100%",
    "quota_share": "60%",
    "migrant_public_share": "91%",
    "disabled_enrolment_share": "97.2%",
    "school_charters": "达标",
    "training_fund_share": "5.3%",
    "digital_teaching": "达标",
    "moral_education": "达标",
    "full_curriculum": "不达标",
    "workload": "达标",
    "monitoring_level": "3",
    "monitoring_variation": "0.13",
    "satisfaction_share": "88%",
    "kindergarten_children_per_teacher": "16.4",
    "kindergarten_certified_share": "98.5%",
    "kindergarten_satisfaction_share": "90%",
    "fitness_good_share": "56%",
    "digital_classroom_share": "31%",
    "safety_incidents": "20",
}
"""What no table of the sample holds and a bureau would enter itself."""

_MUCH_METRES: Final = 300.0
"""A walk that is shorter by this much makes families change."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a school is or could be built."""

    id: str
    name: str
    area: int
    place: tuple[float, float]
    land_m2: int
    stages: str
    cost_yuan: int


@dataclass(frozen=True, slots=True)
class Project:
    """One row of the projects table."""

    id: str
    name: str
    kind: str
    section: str
    stage: str
    site: str
    rooms: int
    seats: int | None
    dates: tuple[str, str, str, str]
    land_m2: int
    cost_yuan: int
    source: str
    rooms_lost: int | None = None


@dataclass(frozen=True, slots=True)
class Works:
    """The plan in force and the sites that are free for more."""

    sites: tuple[Site, ...]
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class _NewKindergarten:
    """One kindergarten that the 2023 plan names.

    Four of them have 29 rooms and 870 published seats, 30 a room as bureaus count. A room holds
    the class of the grade it is for, so that 6 + 8 + 6 + 9 rooms hold 180 + 235 + 180 + 270 =
    865 seats; no division of 29 rooms holds 870.
    """

    village: str
    key: str
    name: str
    rooms: int
    seats: int | None
    dates: tuple[str, str, str, str]
    source: str


_KINDERGARTENS: Final = (
    _NewKindergarten(
        "小白坡", "xiaobaipo", "小白坡幼儿园", 6, 180,
        ("2021-11-10", "2022-03-15", "2022-09-20", "2023-10-31"), _NAMED,
    ),
    _NewKindergarten(
        "柏池古", "baichigu", "白池古幼儿园", 8, 240,
        ("2021-12-06", "2022-04-20", "2022-10-08", "2023-11-30"), _NAMED,
    ),
    _NewKindergarten(
        "赵官", "zhaoguan", "赵官幼儿园", 6, 180,
        ("2022-08-15", "2023-01-10", "2023-08-01", "2024-08-10"), _NAMED,
    ),
    _NewKindergarten(
        "桐关", "tongguan", "桐关幼儿园", 9, 270,
        ("2022-09-20", "2023-02-28", "2023-09-12", "2024-08-20"), _NAMED,
    ),
    _NewKindergarten(
        "伏家营", "fujiaying", "伏家营幼儿园", 6, None,
        ("2022-12-01", "2023-05-16", "2023-11-08", "2025-08-15"), _STARTED,
    ),
)  # fmt: skip


def write_plan(
    land: Land,
    people: People,
    schools: Schools,
    rolls: Rolls,
    zones: dict[str, NDArray[np.int64]],
) -> Works:
    """Return the projects of the plan in force and the free sites.

    Published: five named kindergartens under a headline of four with 870 seats, 1,435 more
    seats in town, an extension opening in 2024 and a new junior school in 2025, work at two
    senior schools. All else is invented and says so.
    """
    taken = _project_sites(land, schools, people.of(rolls.years[-1]), zones["kindergarten"])
    sites = [*taken.values(), *_free_sites(land, schools, rolls, zones)]
    projects = [
        *_kindergartens(taken),
        *_town_schools(schools, taken),
        *_senior_schools(schools),
    ]
    return Works(tuple(sites), tuple(projects))


def targets() -> list[tuple[str, int, str, int | None, bool, str]]:
    """Return the yearly targets as rows of indicator, year, target, base, binding and source."""
    published: list[tuple[str, int, str, int | None, bool]] = [
        ("senior_gross_enrolment_share", 2023, "95.96%", None, False),
        ("senior_gross_enrolment_share", 2024, "96.8%", None, False),
        ("senior_gross_enrolment_share", 2025, "97%", None, False),
        ("kindergarten_public_share", 2025, "63%", None, False),
        ("kindergarten_inclusive_share", 2025, "92%", None, False),
        ("kindergarten_gross_enrolment_share", 2025, "93%", None, False),
        ("new_public_kindergartens", 2025, "4", None, False),
        ("new_kindergarten_seats", 2025, "870", None, False),
        ("new_town_seats", 2025, "1435", None, False),
        ("nine_year_retention_share", 2025, "≥95%", None, True),
        ("disabled_enrolment_share", 2025, "≥98%", None, True),
        ("teacher_exchange_share", 2025, "≥10%", None, False),
        ("fitness_good_share", 2025, "≥60%", None, False),
        ("digital_classroom_share", 2023, "30%", None, False),
        ("digital_classroom_share", 2024, "70%", None, False),
        ("digital_classroom_share", 2025, "100%", None, False),
    ]
    invented: list[tuple[str, int, str, int | None, bool]] = [
        ("safety_incidents", 2024, "-10%", _BASE, False),
        ("safety_incidents", 2025, "-20%", _BASE, False),
        ("exam_quality", 2025, "全市前列", None, False),
        ("large_classes", 2024, "140", None, True),
        ("large_classes", 2025, "90", None, True),
        ("large_classes", 2026, "40", None, True),
        ("large_classes", 2027, "0", None, True),
        ("large_classes", 2028, "0", None, True),
    ]
    return [*((*row, PLAN) for row in published), *((*row, _INVENTED) for row in invented)]


def actuals() -> list[tuple[str, str, str]]:
    """Return what the bureau of the sample has entered for 2023: indicator, value, note."""
    return [(indicator, value, _INVENTED) for indicator, value in _ACTUALS.items()]


def phases(schools: Schools, rolls: Rolls) -> list[tuple[str, str, int, str]]:
    """Return a phased plan as rows of line, day, number and source.

    In the proportions of Lingyuan's plan of 2021: 34, 103 and 43 of 180 schools, 18, 5 and 8 of
    31 items.
    """
    assessed = {
        section.school
        for number, section in enumerate(schools.sections)
        if section.stage in ("primary", "junior")
        and not (
            schools.school_of(number).kind == "teaching_point"
            and rolls.total(number)[-1] < _SMALLEST_POINT
        )
    }
    first, second = (round(len(assessed) * part / 180) for part in (34, 103))
    steps = (first, second, len(assessed) - first - second)
    return [
        *(("schools", day, count, _LINGYUAN) for day, count in zip(_DUE, steps, strict=True)),
        *(
            ("indicators", day, count, _LINGYUAN)
            for day, count in zip(_DUE, (18, 5, 8), strict=True)
        ),
    ]


def _project_sites(
    land: Land,
    schools: Schools,
    residents: NDArray[np.int64],
    kindergarten_of: NDArray[np.int64],
) -> dict[str, Site]:
    """Return the sites of the new schools that the plan names."""
    places = _kindergarten_places(land, schools, residents[:, :3].sum(axis=1), kindergarten_of)
    sites = {
        item.key: _site(land, f"site_{item.key}", f"{item.name}用地", area, 5400, "kindergarten", 0)
        for item, area in zip(_KINDERGARTENS, places, strict=True)
    }
    town = _best_in_town(land, schools, "junior", residents[:, 9:12].sum(axis=1))
    sites["new_junior"] = _site(
        land, "site_new_junior", "城区新建中学用地", town, 42_000, "junior", 0
    )
    return sites


def _kindergarten_places(
    land: Land,
    schools: Schools,
    children: NDArray[np.int64],
    kindergarten_of: NDArray[np.int64],
) -> list[int]:
    """Return for each new kindergarten the area of its township where most children need it.

    A child needs it who walks much further to the kindergarten of today's zone and to those
    placed before. The villages that give their names have too few children to fill one.
    """
    there = np.array([section.area for section in schools.sections])[kindergarten_of]
    walk = np.linalg.norm(land.centre - land.centre[there], axis=1)
    places = []
    for item in _KINDERGARTENS:
        choice = np.flatnonzero(land.township == _township_of(land, item.village))
        drawn = [_drawn(land, area, walk, children) for area in choice.tolist()]
        best = int(choice[np.argmax(drawn)])
        places.append(best)
        walk = np.minimum(walk, np.linalg.norm(land.centre[best] - land.centre, axis=1))
    return places


def _drawn(land: Land, area: int, walk: NDArray[np.float64], children: NDArray[np.int64]) -> int:
    """Return how many children would walk much less far to a kindergarten in an area."""
    apart = np.linalg.norm(land.centre[area] - land.centre, axis=1)
    return int(children[apart + _MUCH_METRES < walk].sum())


def _township_of(land: Land, village: str) -> int:
    """Return the township of a village, or that of another one in a county too small for it."""
    shorts = [item.short for item in land.villages]
    number = shorts.index(village) if village in shorts else len(shorts) - 1
    return land.villages[number].township


def _site(
    land: Land, key: str, name: str, area: int, land_m2: int, stages: str, cost_yuan: int
) -> Site:
    """Return a site at a place of its own in an area."""
    return Site(key, name, area, gate(land, area, 1000), land_m2, stages, cost_yuan)


def _best_in_town(land: Land, schools: Schools, stage: str, children: NDArray[np.int64]) -> int:
    """Return the area in town where one more school of a stage would spare the most metres."""
    city = np.flatnonzero(land.of_setting("city"))
    there = land.centre[[schools.sections[number].area for number in schools.of_stage(stage)]]
    today = metres(there, land.centre[city])
    apart = np.linalg.norm(land.centre[city][:, None] - land.centre[city][None], axis=2)
    spared = np.maximum(0, today[:, None] - apart) * children[city][:, None]
    return int(city[np.argmax(spared.sum(axis=0))])


def _kindergartens(sites: dict[str, Site]) -> list[Project]:
    """Return the five kindergartens that the plan names."""
    return [
        Project(
            id=f"{item.key}_kindergarten",
            name=item.name,
            kind="new",
            section=f"N{order:02d}K",
            stage="kindergarten",
            site=sites[item.key].id,
            rooms=item.rooms,
            seats=item.seats,
            dates=item.dates,
            land_m2=item.rooms * 600,
            cost_yuan=item.rooms * 1_450_000,
            source=item.source,
        )
        for order, item in enumerate(_KINDERGARTENS, start=1)
    ]


def _town_schools(schools: Schools, sites: dict[str, Site]) -> list[Project]:
    """Return what adds 1,435 seats in town: 13 rooms × 45 and 17 rooms × 50."""
    oldest = schools.sections[schools.of_stage("primary")[0]]
    return [
        Project(
            id="dajie_primary_extension",
            name="大街小学扩建",
            kind="extension",
            section=oldest.id,
            stage="primary",
            site="",
            rooms=13,
            seats=585,
            dates=("2022-06-20", "2022-11-18", "2023-03-10", "2024-08-15"),
            land_m2=9_800,
            cost_yuan=32_500_000,
            source=_NAMED,
        ),
        Project(
            id="town_junior",
            name="城区新建中学",
            kind="new",
            section="N06J",
            stage="junior",
            site=sites["new_junior"].id,
            rooms=17,
            seats=850,
            dates=("2022-10-12", "2023-06-30", "2023-12-01", "2025-08-10"),
            land_m2=42_000,
            cost_yuan=118_000_000,
            source=_NAMED,
        ),
    ]


def _senior_schools(schools: Schools) -> list[Project]:
    """Return the extension of No. 1 and the new building of No. 2 High School.

    No. 2 builds for rooms in danger, which were out of use when it began, before the base year.
    """
    seniors = [schools.sections[number].id for number in schools.of_stage("senior")]
    plans = (
        ("no1_senior_extension", "江川一中改扩建", "extension", 12, "2025-08-20", 86_000_000),
        ("no2_senior_rebuilding", "江川二中排危新建", "rebuilding", 10, "2024-08-25", 54_000_000),
    )
    return [
        Project(
            id=key,
            name=name,
            kind=kind,
            section=section,
            stage="senior",
            site="",
            rooms=rooms,
            seats=rooms * 50,
            dates=("2022-05-18", "2022-12-09", "2023-04-26", hand_over),
            land_m2=16_000,
            cost_yuan=cost,
            source=_SENIOR,
            rooms_lost=6 if kind == "rebuilding" else None,
        )
        for (key, name, kind, rooms, hand_over, cost), section in zip(plans, seniors, strict=False)
    ]


def _free_sites(
    land: Land, schools: Schools, rolls: Rolls, zones: dict[str, NDArray[np.int64]]
) -> list[Site]:
    """Return twelve free sites, most of them where primary schools are fullest."""
    fullest = sorted(
        schools.of_stage("primary"),
        key=lambda number: -rolls.total(number)[-1] / schools.sections[number].usable,
    )
    sites: list[Site] = []
    used: set[int] = set()
    for order in range(12):
        owner = fullest[order % min(6, len(fullest))]
        areas = [int(area) for area in np.flatnonzero(zones["primary"] == owner)]
        areas = [area for area in areas if area not in used] or areas
        home = land.centre[schools.sections[owner].area]
        away = np.linalg.norm(land.centre[areas] - home, axis=1)
        # Not beside the school, nor at the far end of its zone.
        place = areas[int(np.argsort(away, kind="stable")[int(len(areas) * 0.7)])]
        used.add(place)
        city = land.setting[place] == "city"
        sites.append(
            _site(
                land,
                f"site_{order + 1:02d}",
                f"{land.names[place]}地块",
                place,
                24_000 + 3_000 * (order % 5),
                ("primary", "primary junior", "kindergarten primary")[order % 3],
                (1_050 if city else 240) * (24_000 + 3_000 * (order % 5)),
            )
        )
    return sites
