"""Everything a scenario can set, with its meaning, its limits and what holds if nobody says."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planner.terms import Overflow, ProjectKind, SeatLimit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "GROUPS",
    "About",
    "BirthSettings",
    "BuildingSettings",
    "Change",
    "ClassSettings",
    "CureSettings",
    "EntrantSettings",
    "HomesSettings",
    "Measure",
    "ProjectSettings",
    "ProjectionSettings",
    "Scenario",
    "SeatSettings",
    "TransitionSettings",
    "TravelSettings",
    "YearSettings",
    "ZoneSettings",
    "ZoneSharing",
]


def _setting(
    default: Any,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    one_of: Sequence[str] = (),
) -> Any:
    """Return a dataclass field that carries its meaning and limits."""
    metadata = {"meaning": meaning, "low": low, "high": high, "one_of": tuple(one_of)}
    if isinstance(default, (dict, list)):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class About:
    """What a scenario is called and which question it answers."""

    title: str = _setting("", "Title in English.")
    title_zh: str = _setting("", "Title in Chinese.")
    question: str = _setting("", "The question it answers, in English.")
    question_zh: str = _setting("", "The question it answers, in Chinese.")


@dataclass(frozen=True, slots=True)
class YearSettings:
    """Which school years are planned."""

    first: int = _setting(0, "First planned school year; 0: the year after the last roll.", low=0)
    last: int = _setting(0, "Last planned school year; 0: twelve years in all.", low=0)


@dataclass(frozen=True, slots=True)
class BirthSettings:
    """How many children will be born, and which published births are corrected."""

    variant: str = _setting("medium", "Variant of future births.", one_of=("low", "medium", "high"))
    low: float = _setting(0.85, "Factor on future births of the low variant.", low=0, high=3)
    high: float = _setting(1.15, "Factor on future births of the high variant.", low=0, high=3)
    correction: dict[str, float] = _setting(
        {},
        "Factors on published births by calendar year, such as {2015 = 1.08, 2016 = 1.08}, where "
        "registered births were later revised. If every year lacks the same share, none is needed: "
        "the learned ratio of residents counted to births repairs that.",
        low=0.1,
        high=3,
    )
    path: dict[str, float] = _setting(
        {},
        "Births of the county in calendar years not yet published, such as {2026 = 1900}; others "
        "follow the trend.",
        low=0,
    )
    years_learned: int = _setting(4, "Years of births whose trend is carried on.", low=2, high=20)
    trend_damping: float = _setting(
        0.7, "Share of a year's trend that is left in the next year.", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class HomesSettings:
    """What new homes bring, and when they are handed over."""

    yield_factor: float = _setting(
        1.0, "Factor on the children that homes bring after the last count.", low=0, high=5
    )
    delay_years: int = _setting(
        0, "Years by which homes not yet handed over at the last count are late.", low=0, high=20
    )
    from_outside: float = _setting(
        0.3,
        "Share of their children who come from outside the county; the others move within it.",
        low=0,
        high=1,
    )
    shrinkage_homes: float = _setting(
        200.0,
        "Homes' worth of the yields table mixed into what the study's completed homes show.",
        low=1,
    )


@dataclass(frozen=True, slots=True)
class ProjectionSettings:
    """How much of the past speaks for the future."""

    years_learned: int = _setting(
        3, "Years that entrants' shares and migration ratios are pooled over.", low=1, high=20
    )
    decay: float = _setting(
        0.0,
        "Weight of a year-to-year step of pupils that lies one year further back; "
        "0 takes what the study's own past shows to be best.",
        low=0,
        high=1,
    )
    shrinkage_pupils: float = _setting(
        60.0, "Pupils of its kind's experience mixed into a section's own progression.", low=0
    )
    entrants_shrinkage: float = _setting(
        30.0, "Residents of county experience mixed into a zone's entrants share.", low=0
    )
    migration_shrinkage: float = _setting(
        80.0, "Residents of county experience mixed into an area's migration ratios.", low=0
    )
    migration_factor: float = _setting(
        1.0,
        "Exponent on the learned migration ratios: 1 goes on as learned, 0 stops it.",
        low=0,
        high=3,
    )


@dataclass(frozen=True, slots=True)
class EntrantSettings:
    """Who comes from elsewhere and who goes elsewhere, beyond what the counted years contain."""

    from_outside: dict[str, float] = _setting(
        {},
        "Further entrants from outside the county, such as migrants' children, per entrant "
        "expected, by stage, e.g. {primary = 0.03}; below 0 fewer.",
        low=-1,
        high=5,
    )
    private: dict[str, float] = _setting(
        {},
        "Further share of entrants who go to private schools that the study does not list; "
        "below 0 they come back.",
        low=-1,
        high=1,
    )
    boarding_away: dict[str, float] = _setting(
        {},
        "Further share of entrants who board outside the county; below 0 they come back.",
        low=-1,
        high=1,
    )

    most: dict[str, float] = _setting(
        {},
        "Most entrants a section admits: by section in every year, or by section/year in one, "
        'e.g. {S045P = 130, "S046P/2026" = 120}; the others find no seat there.',
        low=0,
    )

    def factor(self, stage: str) -> float:
        """Return by which factor the entrants of a stage differ from those expected."""
        gone = self.private.get(stage, 0.0) + self.boarding_away.get(stage, 0.0)
        return max(0.0, 1.0 + self.from_outside.get(stage, 0.0) - gone)


@dataclass(frozen=True, slots=True)
class TransitionSettings:
    """Which share of a stage's leavers enter the next stage, where policy decides it."""

    shares: dict[str, float] = _setting(
        {},
        "Entrants ÷ leavers of the stage before, e.g. {senior = 0.60}; others are learned.",
        low=0,
        high=2,
    )


@dataclass(frozen=True, slots=True)
class SeatSettings:
    """What limits the seats, and what becomes of an entrant who finds none at standard size."""

    limits: list[str] = _setting(
        [SeatLimit.ROOMS.value, SeatLimit.FLOOR_AREA.value, SeatLimit.BEDS.value],
        "What caps the seats, where its data are known; the others are shown and cap nothing.",
        one_of=tuple(SeatLimit),
    )

    overflow: str = _setting(
        "crowd",
        "crowd: admitted all the same; unseated: counted; nearest: placed where a seat is free.",
        one_of=tuple(Overflow),
    )


@dataclass(frozen=True, slots=True)
class ClassSettings:
    """When a class is divided or merged while it climbs.

    Merged are only grades above the entry grade, in the year in which they climb, and never to a
    class above its standard size or above `split_above`, which would be divided again.
    """

    split_above: int = _setting(
        55, "A class with more pupils is divided when a room is free; 0: never.", low=0, high=200
    )
    merge_below: int = _setting(
        0,
        "Classes of a climbing grade that average fewer pupils are merged into one fewer, where "
        "none then exceeds its standard size; 0: never.",
        low=0,
        high=200,
    )


@dataclass(frozen=True, slots=True)
class CureSettings:
    """What measures against large classes cost, when each can act, and what is to be reached."""

    targets: dict[str, float] = _setting(
        {},
        "Most large classes from a school year on, of all stages or of one, e.g. {2025 = 21, "
        '"primary/2027" = 0}; empty: the targets table, and without it none from the first year '
        "in which every measure can act.",
        low=0,
    )
    room_lead_years: int = _setting(
        2, "Years from the last roll until an added room can be used.", low=1, high=20
    )
    zone_lead_years: int = _setting(
        1,
        "Years from the last roll until areas can change section; they wait for a school that "
        "opens or closes before rooms can be added.",
        low=1,
        high=20,
    )
    limit_lead_years: int = _setting(
        1, "Years from the last roll until entrants from outside can be limited.", low=1, high=20
    )
    entry_standard: bool = _setting(
        True,
        "Whether sections with large classes open entry classes at standard size as well, once "
        "none may be large.",
    )
    rooms_most: int = _setting(12, "Rooms that can be added to a section.", low=0, high=500)
    further_metres: float = _setting(
        1000.0,
        "How much longer than today's the walk of an area may become beyond the walking limit.",
        low=0,
    )
    room_yuan: float = _setting(
        0.0, "Price of one added room; 0: what the study's projects cost per room.", low=0
    )
    room_year_yuan: float = _setting(
        20000.0, "Price of one added room in use for one school year.", low=0
    )
    class_year_yuan: float = _setting(
        250000.0, "Price of one class more for one school year: its teachers.", low=0
    )
    pupil_metre_yuan: float = _setting(
        0.5, "Price of one metre by which the walk of one entrant becomes longer.", low=0
    )
    changed_yuan: float = _setting(500.0, "Price of one entrant whose area changes section.", low=0)
    turned_away_yuan: float = _setting(
        20000.0, "Price of one entrant from outside who is turned away.", low=0
    )


@dataclass(frozen=True, slots=True)
class TravelSettings:
    """How walks are measured."""

    detour_factor: float = _setting(
        0.0, "Metres walked per metre as the crow flies; 0: the study's.", low=0, high=5
    )
    uncrossed: list[str] = _setting(
        ["railway", "motorway", "river", "trunk_road"],
        "Barriers that the children of `uncrossed_stages` cross only by bridges, tunnels and "
        "crossings, trunk roads also at junctions.",
        one_of=("lake", "river", "railway", "motorway", "trunk_road"),
    )
    uncrossed_stages: list[str] = _setting(
        [], "Stages whose children cross no barrier on foot; empty: barriers are not heeded."
    )
    cycle_stages: list[str] = _setting(
        [],
        "Stages whose pupils come by bicycle; on China's roads from 12 years on "
        "(《道路交通安全法实施条例》第七十二条).",
    )
    bus_stages: list[str] = _setting(
        [], "Stages whose pupils from villages come by bus; all others walk."
    )
    cycling_kmh: float = _setting(
        12.0, "Speed of children on bicycles, an assumption, in km/h.", low=1, high=40
    )
    bus_kmh: float = _setting(
        60.0,
        "Highest speed of a bus, in km/h; off expressways 60 (《校车安全管理条例》第三十五条).",
        low=1,
        high=120,
    )


@dataclass(frozen=True, slots=True)
class ZoneSettings:
    """How enrolment zones come about, and what each departure costs in metres walked."""

    method: str = _setting(
        "today",
        "today: as they are; nearest: by the shortest walk; redraw: solved; file: from a table.",
        one_of=("today", "nearest", "redraw", "file"),
    )
    stages: list[str] = _setting([], "Stages whose zones change; empty: every zoned stage.")
    from_year: int = _setting(0, "First school year of the new zones; 0: the first planned.", low=0)
    years_ahead: int = _setting(
        3, "School years whose entrants must fit the zones.", low=1, high=30
    )
    demand: str = _setting(
        "peak",
        "Entrants the zones are drawn for. peak: of the year that has most; mean: of the mean "
        "year; worst, quantile: of several cases at once, each section by its worst case or by a "
        "quantile of them.",
        one_of=("peak", "mean", "worst", "quantile"),
    )
    demand_over: str = _setting(
        "years",
        "Cases of worst and quantile. years: each of these years as expected; draws: possible "
        "futures of the year that has most; both: possible futures of each year.",
        one_of=("years", "draws", "both"),
    )
    demand_quantile: float = _setting(
        0.9,
        "Share of the cases that quantile looks at; the worst others are forgiven.",
        low=0,
        high=1,
    )
    demand_draws: int = _setting(40, "Possible futures drawn for the cases.", low=1, high=1000)
    file: str = _setting("", "Table with area_id, stage, section_id, from the study's folder.")
    overflow_metres: float = _setting(
        20000.0, "Price of one entrant beyond the seats, in metres walked.", low=0
    )
    over_limit_metres: float = _setting(
        2000.0, "Price of one entrant beyond the walking limit, in metres walked.", low=0
    )
    changed_metres: float = _setting(
        200.0, "Price of one entrant whose area leaves today's section, in metres walked.", low=0
    )
    contiguous: bool = _setting(True, "Whether every zone must be in one piece.")
    locked_areas: list[str] = _setting([], "Areas that keep today's section.")
    moved_areas: list[str] = _setting(
        [],
        "Areas given to a section by hand, whatever the zones would be, as area/section: "
        '["A017/S045P"]. The map writes them.',
    )
    over_limit: str = _setting(
        "priced",
        "Walks beyond the limit: priced, or hard: only where an area has no other choice.",
        one_of=("priced", "hard"),
    )
    target_low: float = _setting(
        0.0, "Share of its seats that every section should at least fill.", low=0, high=1
    )
    target_high: float = _setting(
        1.0,
        "Share of its seats that every section should at most fill; with 0 and 1 no target.",
        low=0,
        high=5,
    )
    balance: bool = _setting(
        False,
        "Whether all sections should be as full as the stage's sections are on average; takes the "
        "place of target_low and target_high.",
    )
    outside_target_metres: float = _setting(
        500.0, "Price of one entrant too few or too many for the target, in metres walked.", low=0
    )
    keep_together: list[list[str]] = _setting(
        [],
        'Areas that should share a section, group by group: [["A001", "A002"], ["A007", "A009"]].',
    )
    keep_together_by: str = _setting(
        "",
        "Column of the areas table whose areas of one value should share a section; empty: none.",
        one_of=("", "township", "community", "estate"),
    )
    apart: str = _setting(
        "priced",
        "Areas of a group at different sections: priced, or hard: not allowed.",
        one_of=("priced", "hard"),
    )
    apart_metres: float = _setting(
        2000.0, "Price of one entrant apart from most of the group, in metres walked.", low=0
    )
    forbidden: list[str] = _setting(
        [], 'Sections an area must not go to, as area/section: ["A017/S045P"].'
    )
    crossing: str = _setting(
        "free",
        "Walks that cross a barrier other than by a bridge, tunnel or crossing: free, priced, or "
        "hard: only where an area has no other choice.",
        one_of=("free", "priced", "hard"),
    )
    crossing_kinds: list[str] = _setting(
        [],
        "Kinds of barriers that crossing is about; empty: all.",
        one_of=("lake", "river", "railway", "motorway", "trunk_road"),
    )
    crossing_metres: float = _setting(
        1500.0, "Price of one entrant who crosses a barrier, in metres walked.", low=0
    )
    moved_within_years: int = _setting(
        0,
        "School years in which no area should change section twice; earlier changes are those of "
        "this plan and of `since` in the zones table; 0: not asked.",
        low=0,
        high=30,
    )
    moved_again: str = _setting(
        "hard",
        "Areas that would change section again: priced, or hard: only where their section closes.",
        one_of=("priced", "hard"),
    )
    moved_again_metres: float = _setting(
        1000.0, "Price of one entrant whose area changes section again, in metres walked.", low=0
    )
    feeders: str = _setting(
        "free",
        "Zones of the stage below that go to different sections of a stage which its leavers "
        "enter: free, priced, or hard: not allowed.",
        one_of=("free", "priced", "hard"),
    )
    feeders_metres: float = _setting(
        500.0, "Price of one entrant apart from most of the feeding zone, in metres walked.", low=0
    )
    compact_pupil_metres: float = _setting(
        0.0,
        "Price of a zone that is a mere thread, against a circle, in pupil-metres; 0: not asked.",
        low=0,
    )
    mix_metres: float = _setting(
        0.0,
        "Price of one migrants' child too many or too few for an even mix, in metres walked, by "
        "`migrant_share` of the areas table; 0: not asked.",
        low=0,
    )
    mix_tolerance: float = _setting(
        0.1, "Difference from the mean share of migrants' children that is free.", low=0, high=1
    )


@dataclass(frozen=True, slots=True)
class ZoneSharing:
    """Which sections share a zone, whose places are drawn by lot (多校划片)."""

    method: str = _setting(
        "none",
        "none: every zone has one section; given: the groups below; solve: further groups are "
        "sought around them.",
        one_of=("none", "given", "solve"),
    )
    groups: list[list[str]] = _setting(
        [],
        "Sections that share a zone in any case, two to four of one stage whose zones touch, group "
        'by group: [["S041P", "S043P"]].',
    )
    stages: list[str] = _setting([], "Stages in which groups are sought; empty: every zoned stage.")
    from_year: int = _setting(
        0, "First school year in which lots are drawn; 0: that of the new zones.", low=0
    )
    draw: str = _setting(
        "lots",
        "lots: every child draws one of the zone's seats; near_first: every child first asks at "
        "the nearest section, and who is not drawn there draws a free seat.",
        one_of=("lots", "near_first"),
    )
    largest: int = _setting(4, "Most sections in a group that is sought.", low=2, high=4)
    maximum_walk_metres: float = _setting(
        0.0,
        "Longest walk that a lot may bring, unless an area's own section is farther; 0: the "
        "stage's walking limit.",
        low=0,
    )
    quality: dict[str, float] = _setting(
        {},
        "The county's own figure of quality by section, the higher the better, such as "
        "{S041P = 82, S043P = 74}; goes before quality_item.",
        low=0,
    )
    quality_item: str = _setting(
        "",
        "Item of the resources table that stands for quality, counted per 100 pupils of the last "
        "roll, such as key_teachers; empty: none.",
    )
    difference_metres: float = _setting(
        20.0,
        "Price of one entrant whose expected quality is 1 % of the county's away from it, in "
        "metres walked.",
        low=0,
    )


@dataclass(frozen=True, slots=True)
class BuildingSettings:
    """When what is planned will really stand."""

    delay_years: int = _setting(
        0,
        "Years by which every project and measure not in use by the base year is late, condemned "
        "rooms excepted; a project's own delay comes on top.",
        low=0,
        high=20,
    )


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What this scenario changes in one project of the study."""

    include: bool = _setting(True, "Whether the project takes place.")
    delay_years: int = _setting(0, "Years by which hand-over slips.", low=0, high=20)
    hand_over: date | None = _setting(None, "Another date of hand-over.")
    rooms: int | None = _setting(None, "Another number of rooms.", low=0, high=500)


@dataclass(frozen=True, slots=True)
class Measure:
    """One building measure that only this scenario contains."""

    id: str = _setting("", "Key of the measure.")
    name: str = _setting("", "Name.")
    name_zh: str = _setting("", "Name in Chinese.")
    kind: str = _setting("", "What is done.", one_of=tuple(ProjectKind))
    section: str = _setting(
        "",
        "Section concerned, which gains, loses or receives; for a new school the key it will have.",
    )
    from_section: str = _setting(
        "", "Section that gives its rooms (conversion), or that is merged into another."
    )
    stage: str = _setting("", "Stage of a new school or section.")
    site: str = _setting("", "Site of a new school, from the sites table.")
    rooms: int = _setting(0, "Rooms gained, passed on, kept in use or lost.", low=0, high=500)
    rooms_lost: int = _setting(
        0, "Rooms out of use from the start of a rebuilding.", low=0, high=500
    )
    floor_area_m2: float = _setting(
        0.0, "Floor area gained, in m2; 0: in proportion to the rooms.", low=0
    )
    started: date | None = _setting(None, "Day on which a rebuilding starts.")
    hand_over: date | None = _setting(
        None, "Day of hand-over; for a closure or merger the last day."
    )
    cost_yuan: float = _setting(0.0, "Cost in yuan.", low=0)
    relief: bool = _setting(
        False,
        "Whether the rooms only relieve classes: a section that takes from the whole county draws "
        "no more entrants for them.",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One setting that a scenario changes: what it was before, what it is now."""

    setting: str
    old: str
    new: str
    file: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of wishes and assumptions, complete: every setting has a value."""

    name: str = "baseline"
    about: About = field(default_factory=About)
    years: YearSettings = field(default_factory=YearSettings)
    births: BirthSettings = field(default_factory=BirthSettings)
    homes: HomesSettings = field(default_factory=HomesSettings)
    entrants: EntrantSettings = field(default_factory=EntrantSettings)
    projection: ProjectionSettings = field(default_factory=ProjectionSettings)
    transition: TransitionSettings = field(default_factory=TransitionSettings)
    seats: SeatSettings = field(default_factory=SeatSettings)
    classes: ClassSettings = field(default_factory=ClassSettings)
    cure: CureSettings = field(default_factory=CureSettings)
    travel: TravelSettings = field(default_factory=TravelSettings)
    zones: ZoneSettings = field(default_factory=ZoneSettings)
    sharing: ZoneSharing = field(default_factory=ZoneSharing)
    building: BuildingSettings = field(default_factory=BuildingSettings)
    projects: dict[str, ProjectSettings] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    norms: dict[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    files: tuple[str, ...] = ()


GROUPS: Final[dict[str, type]] = {
    item.name: type(group)
    for item in fields(Scenario)
    if is_dataclass(group := getattr(Scenario(), item.name))
}
"""The tables of settings in a scenario file, by heading: [years], [births] and so on."""
