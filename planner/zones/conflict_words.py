"""Tell a planner in words why no plan keeps all that is asked, and what is cheapest to give up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.zoning.conflicts import ConflictKind
from planner.zoning.demands import DemandKind
from planner.zoning.problem import PieceReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.travel.limits import TimeLimit
    from planner.zoning.conflicts import Conflict, Conflicts, SetAside
    from planner.zoning.demands import Demand
    from planner.zoning.relief import WayOut

__all__ = ["Names", "case_name", "conflict_sentences"]

NAMED = 5
"""Names in one list before the others are only counted."""

Said = tuple[str, str]
"""One sentence in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Names:
    """What areas, sections, years and demands of a problem are called.

    Attributes:
        stage: The stage in Chinese and in English.
        areas: Names of the areas.
        sections: Names of the sections.
        towns: Township of each area; empty where the study has none.
        cases: Name of each case: a school year, a draw; one where the problem has no cases.
        demands: Chinese and English names of surcharges and groups, by their name in the problem.
        time: Minutes of the ways, where they are limited by minutes and children ride.
    """

    stage: Said
    areas: Sequence[str]
    sections: Sequence[str]
    towns: Sequence[str] = ()
    cases: Sequence[str] = ()
    demands: Mapping[str, Said] | None = None
    time: TimeLimit | None = None

    def area(self, area: int) -> str:
        """Return an area's name."""
        return self.areas[area]

    def section(self, section: int) -> str:
        """Return a section's name."""
        return self.sections[section]

    def demand(self, name: str, lang: int) -> str:
        """Return what a surcharge or a group is called."""
        return (self.demands or {}).get(name, (name, name))[lang]

    def way(self, area: int, section: int, metres: float) -> Said:
        """Return how long a way is: in minutes where its limit is in minutes, else in metres."""
        if self.time is not None and np.isfinite(self.time.allowed[area]):
            minutes = self.time.taken[area, section]
            if np.isfinite(minutes):
                # A way of 30.2 minutes does not keep a limit of 30.
                return f"{np.ceil(minutes):,.0f}分钟", f"{np.ceil(minutes):,.0f} minutes"
        return f"{metres:,.0f}米", f"{metres:,.0f} m"

    def year(self, case: int, lang: int) -> str:
        """Return the name of a case, the only one where the problem has none."""
        name = self.cases[max(case, 0)] if self.cases else ""
        return f"{name}年" if lang == 0 and name.isdigit() else name

    def where(self, areas: Sequence[int], lang: int) -> str:
        """Return the townships of areas, or the areas where there are none."""
        towns = sorted({self.towns[area] for area in areas} - {""}) if self.towns else []
        if towns:
            return _listed(towns, lang, "个乡镇（街道）")
        return _listed([self.areas[area] for area in areas], lang)


def case_name(year: int, future: int, lang: str) -> str:
    """Return what a case is called: a school year, or a possible future of it.

    Args:
        year: The school year.
        future: Number of the future, 0: the year as it is expected.
        lang: zh or en.
    """
    if not future:
        return str(year)
    return f"{year}年第{future}种可能情形" if lang == "zh" else f"{year} (possible future {future})"


def conflict_sentences(
    found: Conflicts, ways: Sequence[WayOut], names: Names
) -> list[tuple[str, str]]:
    """Return sentences (Chinese, English): what is missing where and when, why, and the way out.

    Args:
        found: The conflicts of a problem.
        ways: What could give way, the cheapest first; may be empty.
        names: What things are called.
    """
    said = [
        *_in_all(found, names),
        *_nowhere(found, names),
        *(_short(one, names) for one in found.found if one.kind is ConflictKind.SHORTAGE),
        *(_large(one, names) for one in found.found if one.kind is ConflictKind.TOO_LARGE),
        *(_stuck(one, names) for one in found.found if _stuck_otherwise(one)),
        *(_placeless(section, names) for section in found.placeless),
        *(_aside(one, names) for one in found.set_aside),
    ]
    return [*said, *(_WAYS[way.kind](way, names) for way in ways)]


def _in_all(found: Conflicts, names: Names) -> Iterator[Said]:
    """Yield the years in which there are fewer seats than pupils in all, the worst of many."""
    wanting = [pupils - seats for pupils, seats in zip(found.pupils, found.seats, strict=True)]
    short = [case for case, seats in enumerate(wanting) if seats > 0]
    told = short if len(short) <= NAMED else [max(short, key=lambda case: wanting[case])]
    others = len(short) - len(told)
    for case in told:
        pupils, seats = found.pupils[case], found.seats[case]
        when = _spaced(names.stage[1], names.year(case, 1))
        more = ("", "")
        if others:
            of_all = len(wanting)
            more = (
                f"；{of_all}种情形中另有{others}种也缺，但不多于此",
                f", and no more in {others} others of {of_all} cases",
            )
        yield (
            f"{names.stage[0]}{names.year(case, 0)}：新生{pupils:,}人，学位共{seats:,}个，"
            f"总量缺{wanting[case]:,}个{more[0]}。",
            f"{when}: {_counted(pupils, 'entrant')} for {_counted(seats, 'seat')} in all: "
            f"{_counted(wanting[case], 'seat')} short{more[1]}.",
        )


def _nowhere(found: Conflicts, names: Names) -> Iterator[Said]:
    """Yield one sentence for all areas that the same demand leaves nowhere to go."""
    lost: dict[tuple[DemandKind, str], list[Conflict]] = {}
    for one in found.found:
        if one.kind is ConflictKind.NO_SECTION and len(one.demands) == 1:
            demand = one.demands[0]
            lost.setdefault((demand.kind, demand.name), []).append(one)
    for (kind, name), some in lost.items():
        areas = [names.area(area) for one in some for area in one.areas]
        # Each area may have its worst year; told is the worst of all together.
        pupils = max(map(sum, zip(*(one.by_case for one in some), strict=True)))
        zh, en = _NOWHERE[kind]
        has = "has" if len(areas) == 1 else "have"
        yield (
            f"{len(areas)}个单元（新生{pupils:,}人）{zh.format(names.demand(name, 0))}："
            f"{_listed(areas, 0)}。",
            f"{_counted(len(areas), 'area')} with {_counted(pupils, 'entrant')} {has} "
            f"{en.format(names.demand(name, 1))}: {_listed(areas, 1)}.",
        )


_NOWHERE: Final[dict[DemandKind, Said]] = {
    DemandKind.LIMIT: ("在步行上限内没有学校", "no section within the walking limit"),
    DemandKind.FORBIDDEN: ("因“{}”不许去任何学校", "no section to which “{}” lets them go"),
    DemandKind.LOCK: ("锁定在无法招生的学校", "a lock to a section that takes nobody"),
}


def _short(one: Conflict, names: Names) -> Said:
    """Say which town is short of how many seats in which year, and what holds it there."""
    sections = [names.section(section) for section in one.sections]
    others = [
        (case, beyond)
        for case, beyond in enumerate(one.by_case)
        if beyond and case != one.case and len(one.by_case) > 1
    ]
    in_zh = _listed([f"{names.year(case, 0)}缺{beyond:,}个" for case, beyond in others], 0)
    in_en = _listed([f"{names.year(case, 1)}: {beyond:,}" for case, beyond in others], 1)
    also = (f"（另：{in_zh}）", f" (also {in_en})") if others else ("", "")
    why = _why(one, names)
    there = (
        "，".join(filter(None, (names.where(one.areas, 0), names.year(one.case, 0)))),
        _spaced(names.where(one.areas, 1), names.year(one.case, 1)),
    )
    return (
        f"{there[0]}：新生{one.pupils:,}人只能去{_listed(sections, 0)}，"
        f"共{one.seats:,}个学位，缺{one.missing:,}个{also[0]}。{why[0]}",
        f"{there[1]}: {_counted(one.pupils, 'entrant')} can only go to "
        f"{_listed(sections, 1)}, {_counted(one.seats, 'seat')}: {one.missing:,} short{also[1]}."
        f"{why[1]}",
    )


def _large(one: Conflict, names: Names) -> Said:
    """Say which areas are too large for any section."""
    areas = [names.area(area) for area in one.areas]
    why = _why(one, names)
    if len(areas) == 1:
        return (
            f"{areas[0]}有新生{one.pupils:,}人，可去的学校最多只有{one.seats:,}个学位，"
            f"缺{one.missing:,}个；单元不拆分。{why[0]}",
            f"{areas[0]} has {_counted(one.pupils, 'entrant')} and no section it may go to has "
            f"more than {_counted(one.seats, 'seat')}: {one.missing:,} short, as an area is not "
            f"split.{why[1]}",
        )
    return (
        f"{_listed(areas, 0)}只能同去一校，共新生{one.pupils:,}人，可去的学校最多只有"
        f"{one.seats:,}个学位，缺{one.missing:,}个。{why[0]}",
        f"{_listed(areas, 1)} can only go together, with {_counted(one.pupils, 'entrant')}, and "
        f"no section they may go to has more than {_counted(one.seats, 'seat')}: "
        f"{one.missing:,} short.{why[1]}",
    )


def _stuck_otherwise(one: Conflict) -> bool:
    """Say whether areas may go nowhere for more than one reason."""
    return one.kind is ConflictKind.NO_SECTION and len(one.demands) > 1


def _stuck(one: Conflict, names: Names) -> Said:
    """Say which demands leave areas nowhere to go."""
    areas, asked = [names.area(area) for area in one.areas], _asked(one, names)
    return (
        f"{_listed(areas, 0)}无处可去，以下要求互相矛盾：{asked[0]}。",
        f"{_listed(areas, 1)} may go nowhere; these demands contradict each other: {asked[1]}.",
    )


def _why(one: Conflict, names: Names) -> Said:
    """Say what the smallest contradiction consists of, seats left out."""
    if all(demand.kind is DemandKind.SEATS for demand in one.demands):
        return "", ""
    full = [demand.section for demand in one.demands if demand.kind is DemandKind.SEATS]
    sections = [names.section(section) for section in full]
    seats = (f"{_listed(sections, 0)}的学位", f"the seats of {_listed(sections, 1)}")
    if set(full) == set(one.sections):
        seats = ("这些学位", "these seats")
    asked = _asked(one, names)
    return (
        f"最小矛盾：{seats[0]}，加上{asked[0]}。",
        f" Smallest contradiction: {seats[1]} and {asked[1]}.",
    )


def _asked(one: Conflict, names: Names) -> Said:
    """Return the demands of a conflict but seats, those of one kind together."""
    kinds: dict[tuple[DemandKind, str], list[Demand]] = {}
    for demand in one.demands:
        if demand.kind is not DemandKind.SEATS:
            kinds.setdefault((demand.kind, demand.name), []).append(demand)
    said = [
        _DEMANDS[kind]([names.area(demand.area) for demand in some], name, names)
        for (kind, name), some in kinds.items()
    ]
    more = () if one.smallest else (("（其中有的可以不计）", " (some could be spared)"),)
    return (
        "；".join(zh for zh, _ in said) + "".join(zh for zh, _ in more),
        "; ".join(en for _, en in said) + "".join(en for _, en in more),
    )


_DEMANDS: Final[dict[DemandKind, Callable[[list[str], str, Names], Said]]] = {
    DemandKind.LIMIT: lambda areas, _, __: (
        f"步行上限（{_few(areas, 0)}）",
        f"the walking limit ({_few(areas, 1)})",
    ),
    DemandKind.FORBIDDEN: lambda areas, name, names: (
        f"“{names.demand(name, 0)}”不许（{_few(areas, 0)}）",
        f"“{names.demand(name, 1)}”, which forbids ({_few(areas, 1)})",
    ),
    DemandKind.LOCK: lambda areas, _, __: (
        f"锁定单元（{_few(areas, 0)}）",
        f"locked areas ({_few(areas, 1)})",
    ),
    DemandKind.HOME: lambda areas, _, __: (
        f"学校所在单元归本校（{_few(areas, 0)}）",
        f"areas in which sections stand ({_few(areas, 1)})",
    ),
    DemandKind.TOGETHER: lambda _, name, names: (
        f"“{names.demand(name, 0)}”不拆分",
        f"“{names.demand(name, 1)}”, which keeps areas together",
    ),
    DemandKind.ONE_PIECE: lambda _, __, ___: ("招生范围须连成一片", "zones in one piece"),
}


def _placeless(section: int, names: Names) -> Said:
    """Say that a section offers its seats to nobody."""
    name = names.section(section)
    return (
        f"{name}不在任何单元内，步行也到不了：其学位不计。请核对其位置。",
        f"{name} stands in no area and nobody reaches it on foot: its seats serve nobody. "
        "Check its position.",
    )


def _aside(one: SetAside, names: Names) -> Said:
    """Say which areas need not hang together with their section."""
    areas = [names.area(area) for area in one.areas]
    if one.reason is PieceReason.ISLAND:
        return (
            f"{_listed(areas, 0)}与有学校的单元都不相邻：不要求连片。请核对边界。",
            f"{_listed(areas, 1)}: no chain of areas leads from there to any section, so they "
            "need not hang together with their zone. Check their borders.",
        )
    locks = [names.area(area) for area in one.locks]
    return (
        f"{_listed(areas, 0)}被锁定单元隔开（{_listed(locks, 0)}）：不要求连片。",
        f"{_listed(areas, 1)}: cut off by locks ({_listed(locks, 1)}), so they need not hang "
        "together with their zone.",
    )


def _by_seats(way: WayOut, names: Names) -> Said:
    """Say where how many seats would be enough."""
    zh = [
        f"{names.section(section)}增{seats:,.0f}个"
        for section, seats in zip(way.sections, way.amounts, strict=True)
    ]
    en = [
        f"{seats:,.0f} at {names.section(section)}"
        for section, seats in zip(way.sections, way.amounts, strict=True)
    ]
    return _enough(
        way,
        f"出路：增加{way.pupils:,}个学位（{_listed(zh, 0)}）",
        f"Way out: {_counted(way.pupils, 'more seat')} ({_listed(en, 1)})",
    )


def _by_limit(way: WayOut, names: Names) -> Said:
    """Say whose limit would have to be how long."""
    ways = zip(way.areas, way.sections, way.amounts, strict=True)
    some = [(names.area(area), names.way(area, to, metres)) for area, to, metres in ways]
    zh = [f"{area}至{length[0]}" for area, length in some]
    en = [f"{area} to {length[1]}" for area, length in some]
    return _enough(
        way,
        f"出路：为{way.pupils:,}名新生放宽步行上限（{_listed(zh, 0)}）",
        f"Way out: a longer walking limit for {_counted(way.pupils, 'entrant')} ({_listed(en, 1)})",
    )


def _by_areas(way: WayOut, names: Names) -> Said:
    """Say which areas would have to go where a lock, a ban or their group keeps them from."""
    some = [(names.area(a), names.section(s)) for a, s in zip(way.areas, way.sections, strict=True)]
    going_zh = _listed([f"{area}→{section}" for area, section in some], 0)
    going_en = _listed([f"{area} to {section}" for area, section in some], 1)
    zh, en = _LETTING_GO[way.kind]
    return _enough(
        way,
        f"出路：{zh.format(count=len(some), going=going_zh)}，涉及新生{way.pupils:,}人",
        f"Way out: {en.format(locks=_counted(len(some), 'lock'), going=going_en)}, "
        f"{_counted(way.pupils, 'entrant')}",
    )


_LETTING_GO: Final[dict[DemandKind, Said]] = {
    DemandKind.LOCK: ("解除{count}个单元的锁定（{going}）", "open {locks} ({going})"),
    DemandKind.FORBIDDEN: ("允许{going}", "allow {going}"),
    DemandKind.TOGETHER: ("让{going}与其余部分分开", "part {going} from the rest of their group"),
}

_WAYS: Final[dict[DemandKind, Callable[[WayOut, Names], Said]]] = {
    DemandKind.SEATS: _by_seats,
    DemandKind.LIMIT: _by_limit,
    **dict.fromkeys(_LETTING_GO, _by_areas),
}


def _enough(way: WayOut, zh: str, en: str) -> Said:
    """Say whether a way out is one."""
    if way.enough:
        return f"{zh}；其余要求都能满足。", f"{en}; everything else is then kept."
    return f"{zh}，但仅此还不够。", f"{en}, but that alone is not enough."


def _listed(names: Sequence[str], lang: int, many: str = "个") -> str:
    """Return a list of names, the first few of many, of which there are so many in Chinese."""
    named = ("、", ", ")[lang].join(names[:NAMED])
    more = len(names) - NAMED
    if more <= 0:
        return named
    return (f"{named}等{len(names)}{many}", f"{named} and {more} more")[lang]


def _few(names: Sequence[str], lang: int) -> str:
    """Return a list of names if they are few, else how many areas there are."""
    if len(names) <= NAMED:
        return _listed(names, lang)
    return (f"{len(names):,}个单元", f"{len(names):,} areas")[lang]


def _counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _spaced(*words: str) -> str:
    """Return words with spaces between, empty ones left out."""
    return " ".join(word for word in words if word)
