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
        "Entrants the zones are drawn for: the peak of these years or their mean.",
        one_of=("peak", "mean"),
    )
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
