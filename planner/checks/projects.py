"""Hold the projects against their dates, their rooms, their land and what the plan has promised."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.reading.findings import Finding, Severity, Words
from planner.reading.targets import parse_target
from planner.terms import SCHOOL_YEAR_STARTS, ProjectKind, Setting, first_year_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

    from planner.norms import Norms
    from planner.reading import RawStudy, RawTable

__all__ = ["CHECKS", "class_mixes"]

STEPS: Final = ("approved", "land_secured", "started", "hand_over", "in_use")
BUILDING: Final = (ProjectKind.NEW, ProjectKind.EXTENSION, ProjectKind.REBUILDING)
ADDING: Final = (*BUILDING, ProjectKind.CONVERSION)
GIVING: Final = (ProjectKind.CONVERSION, ProjectKind.MERGER)
SMALLEST_SITE_M2: Final = 300  # a school's ground below this is a number of mu without its unit
MONTHS_TO_BUILD: Final = 12  # a building that has not begun this long before is late already
WARNING: Final = Severity.WARNING


def class_mixes(seats: int, sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Return every way to make so many seats of whole classes of these sizes.

    1435 seats are 3 classes of 45 and 26 of 50, or 13 and 17, or 23 and 8. Where the list is
    empty no number of classes makes the seats.

    Args:
        seats: Seats to be made, not negative.
        sizes: Different class sizes, each above 0.

    Returns:
        Numbers of classes in the order of `sizes`, the fewest of the first size first.
    """
    first, *others = sizes
    if not others:
        return [(seats // first,)] if seats % first == 0 else []
    return [
        (count, *rest)
        for count in range(seats // first + 1)
        for rest in class_mixes(seats - count * first, others)
    ]


def _dates(study: RawStudy) -> Iterator[Finding]:
    """Warn of hand-overs that are missing or come just too late, and of dates out of order."""
    ours = study.tables["projects"]
    frame = ours.frame
    keys = frame["project_id"]
    yield from ours.at(
        ours.blank("hand_over") & frame["in_use"].isna(),
        Words("no hand-over is known of {values}.", "{values}没有交付日期。"),
        Words("Fill in the date; without it no seat counts.", "请填写日期；否则不计学位。"),
        values=keys,
        severity=WARNING,
    )
    order = frame[list(STEPS)].to_numpy(dtype="datetime64[D]")
    late = np.zeros(len(frame), dtype=bool)
    for first in range(len(STEPS)):
        for second in range(first + 1, len(STEPS)):
            late |= order[:, first] > order[:, second]
    yield from ours.at(
        late,
        Words("the dates of {values} run backwards.", "{values}的日期先后颠倒。"),
        Words(
            "Order them: approved, land secured, started, hand-over, in use.",
            "应依次为立项、用地、开工、交付、投用。",
        ),
        values=keys,
        severity=WARNING,
    )
    yield from _days_late(ours)
    yield from _slipping(study)


def _days_late(ours: RawTable) -> Iterator[Finding]:
    """Warn of buildings handed over in the first September days, whose seats lose a year."""
    day = _available(ours.frame)
    month, first = SCHOOL_YEAR_STARTS
    missed = (day.dt.month == month) & (day.dt.day > first) & ours.frame["kind"].isin(ADDING)
    said = _keys_with(ours.frame["project_id"], day.dt.strftime("%Y-%m-%d"))
    yield from ours.at(
        _sure(missed),
        Words(
            "handed over after school has begun: {values}; its seats count a year later.",
            "开学后才交付：{values}；其学位从下一学年起计。",
        ),
        Words("Hand over by 1 September, or plan without it.", "请在9月1日前交付，或另作安排。"),
        values=said,
        severity=WARNING,
    )


def _slipping(study: RawStudy) -> Iterator[Finding]:
    """Warn of buildings due within a year on which, as far as is known, no work has begun."""
    ours, base = study.tables["projects"], _base_day(study)
    frame = ours.frame
    if base is None:
        return
    soon = pd.Timestamp(base) + pd.DateOffset(months=MONTHS_TO_BUILD)
    due = _available(frame)
    slips = (due > pd.Timestamp(base)) & (due <= soon) & frame["started"].isna()
    slips &= frame["kind"].isin(BUILDING)
    yield from ours.at(
        _sure(slips),
        Words(
            f"due within {MONTHS_TO_BUILD} months of {base} and not known to have started: "
            "{values}.",
            f"距{base}不足{MONTHS_TO_BUILD}个月即应交付，但没有开工日期：{{values}}。",
        ),
        Words(
            "Fill in the start, or see what happens if it is late (delay_years in a scenario).",
            "请填写开工日期，或用情景设置delay_years测算推迟的影响。",
        ),
        values=frame["project_id"],
        severity=WARNING,
    )


def _in_use_unseen(study: RawStudy) -> Iterator[Finding]:
    """Warn of schools in use by the base year that are not among the sections: nobody counts them.

    What is in use is part of the rooms that were counted, but of these there are none.
    """
    ours, base = study.tables["projects"], _base_day(study)
    if base is None:
        return
    frame = ours.frame
    there = study.tables["sections"].frame["section_id"]
    in_use = _available(frame) <= pd.Timestamp(base)
    opened = frame["kind"].isin([ProjectKind.NEW, ProjectKind.CONVERSION])
    yield from ours.at(
        _sure(in_use & opened & ~frame["section_id"].isin(there)),
        Words(
            f"in use by {base}, but {{values}} is not in the sections table; none of its seats "
            "count.",
            f"{base}前已投用，但学段部表中没有{{values}}，其学位未计入。",
        ),
        Words(
            "List the section with its rooms and pupils, or correct the date.",
            "请在学段部表中列入该学段部及其教室和学生，或更正日期。",
        ),
        column="section_id",
        severity=WARNING,
    )


def _givers(study: RawStudy) -> Iterator[Finding]:
    """Yield conversions, mergers and rebuildings that do not say what is given up."""
    ours, sections = study.tables["projects"], study.tables["sections"].frame
    frame = ours.frame
    keys = frame["project_id"]
    giving = frame["kind"].isin(GIVING)
    yield from ours.at(
        giving & frame["from_section"].isna(),
        Words("{values} does not say which section gives its rooms.", "{values}没有填原学段部。"),
        Words("Fill in from_section.", "请填写“原学段部”（from_section）。"),
        values=keys,
    )
    opened = frame.loc[frame["kind"].isin([ProjectKind.NEW, ProjectKind.CONVERSION]), "section_id"]
    there = set(sections["section_id"].dropna()) | set(opened.dropna())
    unknown = frame["from_section"].notna() & ~frame["from_section"].isin(there)
    yield from ours.at(
        giving & unknown,
        Words("no section is called {values}.", "没有学段部{values}。"),
        Words("Correct the key.", "请更正编号。"),
        column="from_section",
    )
    rebuilt = frame["kind"] == ProjectKind.REBUILDING
    yield from ours.at(
        rebuilt & (frame["rooms_lost"].isna() | frame["started"].isna()),
        Words(
            "the rebuilding {values} does not say how many rooms go out of use, or when.",
            "拆建项目{values}没有填停用教室数或开工日期。",
        ),
        Words(
            "Fill in rooms_lost and started; until then no room is lost, and those lost are out "
            "of use from the first planned year.",
            "请填写“停用教室数”和“开工日期”；缺教室数时按不停用，缺日期时按首个规划学年起停用。",
        ),
        values=keys,
        severity=WARNING,
    )


def _rooms_and_seats(study: RawStudy) -> Iterator[Finding]:
    """Warn of published seats that are not what the rooms hold at standard size."""
    ours, norms = study.tables["projects"], study.settings.norms
    frame = ours.frame
    building = frame["kind"].isin(ADDING)
    yield from ours.at(
        building & ours.blank("rooms") & ours.blank("seats"),
        Words("neither rooms nor seats are known of {values}.", "{values}既无教室数也无学位数。"),
        Words("Fill in its rooms.", "请填写教室数。"),
        values=frame["project_id"],
        severity=WARNING,
    )
    held, named = _seats_held(frame, norms), frame["seats"].astype("Float64")
    differs = building & _sure((held - named).abs() >= 1)
    said = frame["project_id"].astype("str") + ": " + frame["seats"].astype("str").fillna("–")
    yield from ours.at(
        differs,
        Words(
            "published seats differ from rooms × standard size: {values}.",
            "公布学位与教室数×标准班额不符：{values}。",
        ),
        Words("Correct one of them; the rooms are used.", "请更正其一；计算时采用教室数。"),
        values=said + " ≠ " + held.round().astype("Int64").astype("str").fillna("–"),
        severity=WARNING,
    )
    no_mix = [
        not pd.isna(seats) and stage in _sizes(norms) and not _mixes(seats, _sizes(norms)[stage])
        for seats, stage in zip(frame["seats"], frame["stage"], strict=True)
    ]
    yield from ours.at(
        building & np.array(no_mix, dtype=bool),
        Words(
            "no whole number of classes makes the seats named: {values}.",
            "公布学位不是整班学位：{values}。",
        ),
        Words(
            "Name the seats of whole classes at standard size.", "请按标准班额的整班数填写学位。"
        ),
        values=_keys_with(frame["project_id"], frame["seats"].astype("str")),
        severity=WARNING,
    )


def _mixes(seats: Any, sizes: Sequence[int]) -> bool:
    """Tell whether whole classes of a stage's sizes make so many seats."""
    return bool(class_mixes(int(seats), sizes))


def _land(study: RawStudy) -> Iterator[Finding]:
    """Warn of a new school's land that may be in mu."""
    ours = study.tables["projects"]
    small = (ours.frame["land_m2"] > 0) & (ours.frame["land_m2"] < SMALLEST_SITE_M2)
    yield from _in_mu(ours, small & (ours.frame["kind"] == ProjectKind.NEW))


def _site_land(study: RawStudy) -> Iterator[Finding]:
    """Warn of a site's land that may be in mu."""
    ours = study.tables["sites"]
    yield from _in_mu(ours, ours.frame["land_m2"] < SMALLEST_SITE_M2)


def _in_mu(ours: RawTable, where: Any) -> Iterator[Finding]:
    """Warn of areas too small for a school in m²."""
    yield from ours.at(
        where,
        Words("{values} m2 are too few for a school.", "{values}平方米不够建一所学校。"),
        Words(
            "If the figure is in mu, write the unit: 25亩, or the heading 用地面积（亩）.",
            "如以亩为单位，请写明：25亩，或把表头写成“用地面积（亩）”。",
        ),
        column="land_m2",
        severity=WARNING,
    )


def _promises(study: RawStudy) -> Iterator[Finding]:
    """Warn where the projects named are not what the plan's headline promises.

    The 2023 plan of Jiangchuan promises four kindergartens and names five.
    """
    ours, targets = study.tables["projects"], study.tables["targets"]
    named = _named(study)
    for indicator, (where, counts) in _HEADLINES.items():
        for row in np.flatnonzero(targets.frame["indicator"] == indicator):
            aim = _figure(targets.frame["target"].iloc[row])
            year = targets.frame["year"].iloc[row]
            if aim is None or pd.isna(year):
                continue
            listed = named[where(named) & (named["counts_from"] <= year)]
            if listed.empty and ours.frame.empty:
                continue
            yield from _promise(targets, int(row), aim, listed, counts_seats=counts)


def _promise(
    targets: RawTable, row: int, aim: float, listed: pd.DataFrame, *, counts_seats: bool
) -> Iterator[Finding]:
    """Warn of one headline that the list of projects does not bear out."""
    found = float(listed["seats_named"].sum()) if counts_seats else float(len(listed))
    if abs(found - aim) < 1:
        return
    names = [str(name) for name in listed["name"]]
    en, zh = ("seats", "个学位") if counts_seats else ("schools", "所学校")
    each = listed.loc[(found - listed["seats_named"] - aim).abs() < 1, "name"].astype(str)
    more = Words("", "")
    if counts_seats and len(each):
        more = Words(f" They agree without {' or '.join(each)}.", f"不计{'或'.join(each)}则相符。")
    here = np.arange(len(targets.frame)) == row
    yield from targets.at(
        here,
        Words(
            f"the target says {aim:,.0f} {en}, the projects named until then make {found:,.0f}: "
            f"{', '.join(names) or 'none'}.{more.en}",
            f"目标为{aim:,.0f}{zh}，而届时已列明的项目为{found:,.0f}{zh}："
            f"{'、'.join(names) or '无'}。{more.zh}",
        ),
        Words("Correct the target, or the list of projects.", "请更正目标，或更正项目清单。"),
        severity=WARNING,
    )


def _named(study: RawStudy) -> pd.DataFrame:
    """Return the projects that add seats, with the year they count from and where they stand.

    `seats_named` are the seats the plan names, else rooms × standard size.
    """
    frame = study.tables["projects"].frame
    norms = study.settings.norms
    adding = frame[frame["kind"].isin(ADDING)]
    day = _available(adding)
    held = _seats_held(adding, norms)
    return adding.assign(
        counts_from=[np.inf if pd.isna(one) else first_year_after(one.date()) for one in day],
        seats_named=adding["seats"].astype("Float64").fillna(held).fillna(0.0).astype(float),
        setting=_settings(study, adding),
        compulsory=adding["stage"].isin(
            [s.stage for s in norms.stages if f"balance.cv_limit.{s.stage}" in norms.figures]
        ),
    )


def _settings(study: RawStudy, projects: pd.DataFrame) -> list[str]:
    """Return city, town or village of each project: its school's, else that of its site's area."""
    sections = study.tables["sections"].frame.drop_duplicates("section_id")
    schools = study.tables["schools"].frame.drop_duplicates("school_id")
    setting_of = dict(zip(schools["school_id"], schools["setting"], strict=True))
    school_of = dict(zip(sections["section_id"], sections["school_id"], strict=True))
    sites = study.tables["sites"].frame.drop_duplicates("site_id").set_index("site_id")
    return [
        _text(setting_of.get(school_of.get(section)))
        or (_setting_at(study, sites.geometry[site]) if site in sites.index else "")
        for section, site in zip(projects["section_id"], projects["site_id"], strict=True)
    ]


def _setting_at(study: RawStudy, point: Any) -> str:
    """Return city, town or village of the area that a point lies in."""
    areas: gpd.GeoDataFrame = study.tables["areas"].frame
    if point is None or point.is_empty:
        return ""
    holding = areas[areas.geometry.notna() & areas.geometry.contains(point)]
    return "" if holding.empty else _text(holding["setting"].iloc[0])


def _text(cell: Any) -> str:
    """Return a cell as text, "" where it is empty."""
    return "" if cell is None or pd.isna(cell) else str(cell)


def _figure(target: Any) -> float | None:
    """Return the number that a target aims at."""
    read = parse_target(_text(target))
    return None if read is None else read.figure


def _is_new_kindergarten(named: pd.DataFrame) -> Any:
    """Tell which projects open a kindergarten."""
    opens = named["kind"].isin([ProjectKind.NEW, ProjectKind.CONVERSION])
    return opens & (named["stage"] == "kindergarten")


def _is_kindergarten(named: pd.DataFrame) -> Any:
    """Tell which projects add kindergarten places."""
    return named["stage"] == "kindergarten"


def _is_in_town(named: pd.DataFrame) -> Any:
    """Tell which projects add seats of compulsory education in town (城区)."""
    return named["compulsory"] & (named["setting"] == Setting.CITY)


_HEADLINES: Final[dict[str, tuple[Callable[[pd.DataFrame], Any], bool]]] = {
    "new_public_kindergartens": (_is_new_kindergarten, False),
    "new_kindergarten_seats": (_is_kindergarten, True),
    "new_town_seats": (_is_in_town, True),
}
"""Which projects each headline speaks of, and whether it counts their seats."""


def _target_seats(study: RawStudy) -> Iterator[Finding]:
    """Warn of headline seats that no whole number of classes makes."""
    targets, norms = study.tables["targets"], study.settings.norms
    sizes = {
        "new_kindergarten_seats": _sizes(norms).get("kindergarten", ()),
        "new_town_seats": tuple(
            sorted(
                {
                    size
                    for stage, own in _sizes(norms).items()
                    if f"balance.cv_limit.{stage}" in norms.figures
                    for size in own
                }
            )
        ),
    }
    for indicator, classes in sizes.items():
        aims = [_figure(target) for target in targets.frame["target"]]
        broken = [
            bool(classes) and aim is not None and aim > 0 and not _mixes(aim, classes)
            for aim in aims
        ]
        yield from targets.at(
            (targets.frame["indicator"] == indicator) & np.array(broken, dtype=bool),
            Words(
                f"no whole number of classes of {' and '.join(map(str, classes))} makes "
                "{values} seats.",
                f"{{values}}个学位不能由整数个{'、'.join(map(str, classes))}人班组成。",
            ),
            Words("Correct the target.", "请更正目标。"),
            column="target",
            severity=WARNING,
        )


def _shared_rooms(study: RawStudy) -> Iterator[Finding]:
    """Warn of rooms to be shared by a school with one section."""
    ours, sections = study.tables["schools"], study.tables["sections"].frame
    several = sections["school_id"].value_counts()
    alone = ours.frame["school_id"].map(several).fillna(0) < 2
    yield from ours.at(
        _sure(ours.frame["shared_rooms"] > 0) & alone.to_numpy(),
        Words(
            "{values} has rooms to share but fewer than two sections.",
            "{values}填了共用教室数，但不足两个学段部。",
        ),
        Words("Count them among the rooms of its section.", "请计入该校学段部的教室数。"),
        values=ours.frame["school_id"],
        severity=WARNING,
    )


def _available(frame: pd.DataFrame) -> pd.Series[Any]:
    """Return the day from which a project serves: hand-over, or use where that is later."""
    return frame[["hand_over", "in_use"]].max(axis=1).astype("datetime64[ns]")


def _base_day(study: RawStudy) -> date | None:
    """Return the day on which the base year begins."""
    years = study.tables["rolls"].frame["year"].dropna()
    year = study.settings.base_year or (int(years.max()) if len(years) else None)
    return None if year is None else date(year, *SCHOOL_YEAR_STARTS)


def _sizes(norms: Norms) -> dict[str, tuple[int, ...]]:
    """Return the different class sizes of each stage."""
    return {
        stage.stage: tuple(sorted(set(stage.class_size.values())))
        for stage in norms.stages
        if stage.class_size
    }


def _seats_held(frame: pd.DataFrame, norms: Norms) -> pd.Series[Any]:
    """Return rooms × mean standard size of the stage."""
    mean_size = {
        stage.stage: float(np.mean(list(stage.class_size.values())))
        for stage in norms.stages
        if stage.class_size
    }
    return frame["rooms"].astype("Float64") * frame["stage"].map(mean_size).astype("Float64")


def _keys_with(keys: pd.Series[Any], values: pd.Series[Any]) -> pd.Series[str]:
    """Return the keys of projects with a value of each."""
    return keys.astype("str") + ": " + values.astype("str").fillna("–")


def _sure(condition: Any) -> Any:
    """Return a condition as plain true and false: what is not known is not a fault."""
    return pd.array(condition, dtype="boolean").fillna(value=False).to_numpy(dtype=bool)


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of projects and of what speaks of them, in the order they are told."""
    return {
        "schools": [_shared_rooms],
        "sites": [_site_land],
        "projects": [_dates, _in_use_unseen, _givers, _rooms_and_seats, _land],
        "targets": [_promises, _target_seats],
    }


CHECKS: Final = _all_checks()
