"""Found schools: where they stand, which stages they teach, what they are called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.sample.frame import to_degrees
from planner.sample.places import gather, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.sample.frame import Frame
    from planner.sample.land import Land

__all__ = ["GRADES", "School", "Schools", "Section", "found_schools", "gate"]

GRADES: Final = {
    "kindergarten": (-2, -1, 0),
    "primary": (1, 2, 3, 4, 5, 6),
    "junior": (7, 8, 9),
    "senior": (10, 11, 12),
}
_LETTER: Final = {"kindergarten": "K", "primary": "P", "junior": "J", "senior": "H"}
_SHARE: Final = {"kindergarten": 0.36, "junior": 0.155, "senior": 0.045}
_PROMISED: Final = ("小白坡", "柏池古", "伏家营", "赵官", "桐关")
"""Villages that new kindergartens of the plan in force are named after; they have none today."""
_IN_TOWN: Final = {"kindergarten": 0.38, "primary": 0.165, "junior": 0.29, "senior": 1.0}
"""Share of a stage's sections that stand in town: fewer than there are children."""
_FAR_APART_METRES: Final = 1500.0
_LONELY_METRES: Final = 3000.0
_PRIVATE: Final = (
    "金苹果",
    "小太阳",
    "春蕾",
    "蓝天",
    "七彩",
    "童星",
    "启明",
    "阳光",
    "小博士",
    "向日葵",
)
_PRIVATE_EN: Final = (
    "Golden Apple", "Little Sun", "Spring Bud", "Blue Sky", "Rainbow", "Child Star", "Morning Star",
    "Sunshine", "Little Scholar", "Sunflower",
)  # fmt: skip
_SENIORS: Final = (
    ("江川区第一中学", "Jiangchuan No. 1 High School", "public"),
    ("江川区第二中学", "Jiangchuan No. 2 High School", "public"),
    ("江川区职业高级中学", "Jiangchuan Vocational High School", "public"),
    ("江川区第三中学", "Jiangchuan No. 3 High School", "public"),
    ("星云高级中学", "Xingyun High School", "private"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One stage taught at one school; several facts are decided later, step by step."""

    id: str
    school: int
    stage: str
    area: int
    grades: tuple[int, ...]
    intake: str = "zone"
    continues_at: int = -1
    rooms: int = 0
    condemned: int = 0
    repair: int = 0
    repair_until: str = ""
    beds: int = 0

    @property
    def usable(self) -> int:
        """Return the rooms that can hold classes today."""
        return self.rooms - self.condemned - self.repair


@dataclass(frozen=True, slots=True)
class School:
    """One institution at its gate (longitude, latitude)."""

    id: str
    name: str
    name_en: str
    kind: str
    operator: str
    setting: str
    township: int
    area: int
    gate: tuple[float, float]
    boarding: bool
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Schools:
    """All schools and their sections."""

    schools: tuple[School, ...]
    sections: tuple[Section, ...]

    def of_stage(self, stage: str) -> list[int]:
        """Return the numbers of the sections that teach a stage."""
        return [number for number, item in enumerate(self.sections) if item.stage == stage]

    def school_of(self, section: int) -> School:
        """Return the school a section belongs to."""
        return self.schools[self.sections[section].school]

    def with_sections(self, sections: list[Section]) -> Schools:
        """Return the same schools with more known about their sections."""
        return replace(self, sections=tuple(sections))


def found_schools(
    frame: Frame, land: Land, children: NDArray[np.int64], sections: int, rng: np.random.Generator
) -> Schools:
    """Found as many schools as make this number of sections.

    Every township has a school of each stage at its seat; villages have more schools per child
    than the town. Some primaries are incomplete teaching points, some juniors are parts of
    nine-year schools.

    Args:
        frame: The county's frame.
        land: The areas.
        children: Children of each area, all ages.
        sections: Number of sections to found.
        rng: Source of chance.
    """
    counts = _counts(sections)
    places = {stage: _places(land, children, stage, count, rng) for stage, count in counts.items()}
    nine_year = _nine_year(land, places)
    builder = _Builder(frame, land, rng)
    for stage in ("kindergarten", "primary"):
        points = _teaching_points(land, places[stage], children) if stage == "primary" else set()
        for order, area in enumerate(places[stage]):
            kind = "teaching_point" if area in points else stage
            kind = "nine_year" if stage == "primary" and area in nine_year else kind
            builder.add(kind, area, order)
    for order, area in enumerate(place for place in places["junior"] if place not in nine_year):
        builder.add("junior", area, order)
    for order, area in enumerate(places["senior"]):
        builder.add("senior", area, order)
    return _with_continuation(land, Schools(tuple(builder.schools), tuple(builder.sections)))


def gate(land: Land, area: int, number: int) -> tuple[float, float]:
    """Return a point of an area near its centre, another one for each number."""
    turn = 2.4 * number
    for away in (38.0, 20.0, 8.0, 0.0):
        place = land.centre[area] + away * np.array([np.cos(turn), np.sin(turn)])
        degrees = np.round(to_degrees(place[None]), 5)[0]
        if shapely.contains_xy(land.polygons[area], degrees[0], degrees[1]):
            break
    return float(degrees[0]), float(degrees[1])


def _counts(sections: int) -> dict[str, int]:
    """Divide a number of sections among the stages."""
    counts = {stage: max(1, round(sections * share)) for stage, share in _SHARE.items()}
    counts["primary"] = sections - sum(counts.values())
    return {stage: counts[stage] for stage in GRADES}


def _places(
    land: Land, children: NDArray[np.int64], stage: str, count: int, rng: np.random.Generator
) -> list[int]:
    """Return the areas in which a stage's sections stand, the town's first."""
    city = np.flatnonzero(land.of_setting("city"))
    in_town = min(max(1, round(count * _IN_TOWN[stage])), len(city))
    chosen = _places_in_town(land, children, city, in_town, rng)
    had = np.bincount(land.village[chosen], minlength=len(land.villages)).astype(np.float64)
    needs = _needs(land, children, stage) * rng.uniform(0.85, 1.15, len(land.villages))
    sizes = np.bincount(land.village, minlength=len(needs))
    for village in _seats(land):
        if len(chosen) < count and had[village] == 0:
            _found_in(land, village, chosen, had)
    while len(chosen) < count:
        turn = needs / (had + 1) * np.where(had == 0, _lonely(land, chosen), 1.0)
        turn[had >= sizes] = -1.0
        _found_in(land, int(np.argmax(turn)), chosen, had)
    return chosen


def _places_in_town(
    land: Land,
    children: NDArray[np.int64],
    city: NDArray[np.int64],
    count: int,
    rng: np.random.Generator,
) -> list[int]:
    """Spread a number of schools over the town by where children live, 大街 first."""
    homes = np.repeat(land.centre[city], children[city] // 25 + 1, axis=0)
    middles = gather(homes, count, rng)[0]
    free = list(city)
    old_town = land.village_centre[_old_town(land)]
    chosen: list[int] = []
    for middle in middles[np.argsort(np.linalg.norm(middles - old_town, axis=1), kind="stable")]:
        ours = [area for area in free if land.village[area] == _old_town(land)]
        choice = ours if ours and not chosen else free
        away = np.linalg.norm(land.centre[choice] - middle, axis=1)
        chosen.append(int(choice[int(np.argmin(away))]))
        free.remove(chosen[-1])
    return chosen


def _needs(land: Land, children: NDArray[np.int64], stage: str) -> NDArray[np.float64]:
    """Return how much every village outside the town needs schools (children ** 0.6)."""
    living = np.bincount(land.village, children, len(land.villages))
    needs: NDArray[np.float64] = np.asarray(living**0.6, dtype=np.float64)
    urban = np.bincount(land.village, land.of_setting("city"), len(land.villages)) > 0
    needs[urban] *= 0.02
    if stage == "kindergarten":
        promised = np.array([village.short in _PROMISED for village in land.villages])
        needs[promised] *= 0.01
    return needs


def _seats(land: Land) -> list[int]:
    """Return each township's first village: the community at its seat."""
    township = np.array([village.township for village in land.villages])
    return [int(np.argmax(township == number)) for number in np.unique(township)]


def _lonely(land: Land, chosen: list[int]) -> NDArray[np.float64]:
    """Return by village how much it lacks a school, from a quarter to one by the distance."""
    away = metres(land.centre[chosen], land.village_centre)
    return np.clip(away / _LONELY_METRES, 0.25, 1.0)


def _old_town(land: Land) -> int:
    """Return 大街, the village that the town's oldest school is named after."""
    shorts = [village.short for village in land.villages]
    return shorts.index("大街") if "大街" in shorts else 0


def _found_in(land: Land, village: int, chosen: list[int], had: NDArray[np.float64]) -> None:
    """Found one more school in a village: near its middle, away from other schools."""
    ours = np.flatnonzero(land.village == village)
    free = ours[~np.isin(ours, chosen)]
    score = -0.5 * np.linalg.norm(land.centre[free] - land.village_centre[village], axis=1)
    if chosen:
        away = metres(land.centre[chosen], land.centre[free])
        score = score + np.minimum(away, _FAR_APART_METRES)
    chosen.append(int(free[np.argmax(score)]))
    had[village] += 1


def _nine_year(land: Land, places: dict[str, list[int]]) -> set[int]:
    """Choose the juniors that are one school with a primary, and let them stand with it."""
    wanted = round(len(places["junior"]) * 0.18)
    merged: set[int] = set()
    for order in reversed(range(len(places["junior"]))):
        area = places["junior"][order]
        same = [p for p in places["primary"] if land.village[p] == land.village[area]]
        if len(merged) < wanted and same and not land.of_setting("city")[area]:
            home = same[0]
            if home == area or home not in places["junior"]:
                places["junior"][order] = home
                merged.add(home)
    return merged


def _teaching_points(land: Land, primaries: list[int], children: NDArray[np.int64]) -> set[int]:
    """Choose the primaries of the smallest and farthest villages to be teaching points."""
    seats = _seats(land)
    village = np.bincount(land.village, children)
    later = [
        area
        for area in primaries
        if land.setting[area] == "village" and land.village[area] not in seats
    ]
    later.sort(key=lambda area: (village[land.village[area]], area))
    return set(later[: round(len(primaries) * 0.13)])


def _with_continuation(land: Land, schools: Schools) -> Schools:
    """Say where pupils of teaching points go on: the nearest complete primary near by."""
    primaries = [
        number
        for number in schools.of_stage("primary")
        if schools.school_of(number).kind != "teaching_point"
    ]
    sections = list(schools.sections)
    for number, section in enumerate(sections):
        if schools.school_of(number).kind != "teaching_point":
            continue
        areas = np.array([sections[other].area for other in primaries])
        away = np.linalg.norm(land.centre[areas] - land.centre[section.area], axis=1)
        away = away + 20_000 * (land.township[areas] != land.township[section.area])
        sections[number] = replace(section, continues_at=primaries[int(np.argmin(away))])
    return schools.with_sections(sections)


class _Builder:
    """Keeps count of schools while they are founded one by one."""

    def __init__(self, frame: Frame, land: Land, rng: np.random.Generator) -> None:
        self._frame, self._land, self._rng = frame, land, rng
        shorts = [village.short for village in land.villages]
        self._ambiguous = {short for short in shorts if shorts.count(short) > 1}
        self._names: set[str] = set()
        self._central: set[tuple[str, int]] = set()
        self._private = 0
        self.schools: list[School] = []
        self.sections: list[Section] = []

    def add(self, kind: str, area: int, order: int) -> None:
        """Found one school with its sections."""
        number = len(self.schools)
        township = int(self._land.township[area])
        setting = self._land.setting[area]
        name, name_en, operator = self._named(kind, area, order)
        remote = float(self._land.remoteness[area])
        self.schools.append(
            School(
                id=f"S{number + 1:03d}",
                name=name,
                name_en=name_en,
                kind=kind,
                operator=operator,
                setting=setting,
                township=township,
                area=area,
                gate=gate(self._land, area, number),
                boarding=kind in ("junior", "nine_year", "senior") and setting != "city",
                keep=kind == "teaching_point" and remote > 0.5,
            )
        )
        stages = {"nine_year": ("primary", "junior"), "teaching_point": ("primary",)}
        for stage in stages.get(kind, (kind,)):
            grades = GRADES[stage]
            if kind == "teaching_point":
                grades = grades[:4] if self._rng.uniform() < 0.35 else grades[:3]
            self.sections.append(
                Section(
                    id=f"S{number + 1:03d}{_LETTER[stage]}",
                    school=number,
                    stage=stage,
                    area=area,
                    grades=grades,
                    intake="county" if stage == "senior" else "zone",
                )
            )

    def _named(self, kind: str, area: int, order: int) -> tuple[str, str, str]:
        """Return name, English name and operator of a new school."""
        if kind == "senior":
            if order < len(_SENIORS):
                return _SENIORS[order]
            # The list of names ends with No. 3.
            zh, en = f"江川区第{_numeral(order - 1)}中学", f"Jiangchuan No. {order - 1} High School"
            return zh, en, "public"
        village = self._land.villages[self._land.village[area]]
        township = self._frame.townships[village.township]
        zh, en = village.short, village.short_en
        seat, seat_en = township.name[:2], township.name_en.split(" ")[0]
        operator = "public"
        central = kind in ("kindergarten", "primary")
        of_township = central or kind == "junior"
        if of_township and self._first(kind, village.township) and not township.urban:
            zh = f"{township.name}中心" if central else seat
            en = f"{seat_en} Central" if central else seat_en
        elif self._is_private(kind, area, order):
            operator = "private" if self._private % 4 == 3 else "private_inclusive"
            pick = self._private % len(_PRIVATE)
            zh, en = zh + _PRIVATE[pick], f"{en} {_PRIVATE_EN[pick]}"
            self._private += 1
        elif zh in self._ambiguous and not township.urban:
            zh, en = seat + zh, f"{seat_en} {en}"
        return (*self._unique(zh, en, kind), operator)

    def _is_private(self, kind: str, area: int, order: int) -> bool:
        """Tell whether a kindergarten is private: most of the later ones in towns."""
        in_town = self._land.setting[area] != "village"
        return kind == "kindergarten" and in_town and order % 7 > 0

    def _first(self, kind: str, township: int) -> bool:
        """Tell whether this is the first school of its kind in a township."""
        if (kind, township) in self._central:
            return False
        self._central.add((kind, township))
        return True

    def _unique(self, zh: str, en: str, kind: str) -> tuple[str, str]:
        """Complete a name; a second school of one name gets a number."""
        ends = {
            "kindergarten": ("幼儿园", "Kindergarten"),
            "primary": ("小学", "Primary School"),
            "teaching_point": ("教学点", "Teaching Point"),
            "junior": ("中学", "Junior High School"),
            "nine_year": ("九年一贯制学校", "Nine-Year School"),
        }
        end, end_en = ends[kind]
        name, name_en, number = zh + end, f"{en} {end_en}", 1
        while name in self._names:
            number += 1
            name, name_en = f"{zh}第{_numeral(number)}{end}", f"{en} No. {number} {end_en}"
        self._names.add(name)
        return name, name_en


def _numeral(number: int) -> str:
    """Write a small number as schools are numbered: 第二, 第十二."""
    digits = "零一二三四五六七八九"
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    before = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return before + (digits[ones] if ones or not tens else "")
