"""Hold the counts against one another: rolls, classes, residents, births, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from planner.checks.rules import FIRST_YEAR, LAST_YEAR
from planner.reading.findings import Finding, Severity, Words
from planner.reading.settings import STUDY_FILE
from planner.reading.table import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from planner.norms import Norms
    from planner.reading import RawStudy, RawTable

__all__ = ["CHECKS", "redundant_totals"]

LARGEST_CLASS: Final = 100  # a class beyond this is a slip: two classes in one row, or a total
CLASS_ERROR_SHARE: Final = 0.10  # classes and roll that differ by more are not of one school year
JUMP_SHARE: Final = 0.30  # residents of the same ages do not change so much in a year
FEWEST_PER_RESIDENT: Final = 0.3  # pupils per resident of the stage's ages below which one is wrong
MOST_PER_RESIDENT: Final = 1.5
WARNING: Final = Severity.WARNING


def redundant_totals(rolls: pd.DataFrame) -> pd.Series[bool]:
    """Tell which rows are totals of a section and year whose grades are counted as well."""
    total = rolls["grade"].isna()
    graded = rolls.loc[~total, ["section_id", "year"]].drop_duplicates()
    keys = pd.MultiIndex.from_frame(rolls[["section_id", "year"]])
    return total & keys.isin(pd.MultiIndex.from_frame(graded))


def _section_grades(study: RawStudy) -> Iterator[Finding]:
    """Yield sections whose grades do not belong to their stage."""
    ours = study.tables["sections"]
    lowest, highest = _limits(ours.frame, study.settings.norms)
    for column in ("lowest_grade", "highest_grade"):
        grade = ours.frame[column]
        yield from ours.at(
            _sure((grade < lowest) | (grade > highest)),
            Words("the stage has no grade {values}.", "该学段没有年级{values}。"),
            Words("Correct the grade or the stage.", "请更正年级或学段。"),
            column=column,
        )
    yield from ours.at(
        _sure(ours.frame["lowest_grade"] > ours.frame["highest_grade"]),
        Words("the lowest grade is above the highest.", "最低年级高于最高年级。"),
        Words("Swap the two grades.", "请调换两个年级。"),
        column="lowest_grade",
    )


def _section_rooms(study: RawStudy) -> Iterator[Finding]:
    """Yield sections whose rooms do not add up or are not known."""
    ours = study.tables["sections"]
    frame = ours.frame
    out = frame["condemned_rooms"].fillna(0) + frame["repair_rooms"].fillna(0)
    yield from ours.at(
        _sure((out > frame["rooms"]) & (frame["rooms"] >= 0)),
        Words(
            "more rooms are condemned or repaired than there are at {values}.",
            "{values}的危房教室与维修教室之和超过教室数。",
        ),
        Words(
            "Count condemned and repaired rooms among the rooms.",
            "教室数应包含危房和维修中的教室。",
        ),
        values=frame["section_id"],
    )
    borrowed = frame["borrowed_rooms"].fillna(0)
    yield from ours.at(
        _sure((borrowed > 0) & (out + borrowed > frame["rooms"]) & ~(out > frame["rooms"])),
        Words(
            "more rooms are borrowed than there are at {values}, those out of use left aside.",
            "{values}的借用教室与停用教室之和超过教室数。",
        ),
        Words("Count borrowed rooms among the rooms.", "教室数应包含借用教室。"),
        values=frame["section_id"],
    )
    yield from ours.at(
        _sure(frame["repair_rooms"] > 0) & ours.blank("repair_until"),
        Words("repaired rooms have no date of return.", "维修教室没有完成日期。"),
        Words(
            "Fill in the date; until then they stay out of use.",
            "请填写日期；未填写时视为一直停用。",
        ),
        column="repair_until",
        severity=WARNING,
    )
    unknown = ours.blank("rooms") & ours.blank("seats")
    if unknown.all():
        yield ours.sources[0].finding(
            Words(
                "neither rooms nor approved seats are known of any section.",
                "所有学段部既无教室数也无核定学位。",
            ),
            Words(
                "Fill in the column 'rooms' (教室数) or 'seats' (核定学位).",
                "请填写“教室数”（rooms）或“核定学位”（seats）列。",
            ),
        )
        return
    yield from _some_rooms_not_known(study, ours, unknown)


def _some_rooms_not_known(
    study: RawStudy, ours: RawTable, unknown: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Yield sections without rooms or seats in a study that knows them of others."""
    frame = ours.frame
    yield from ours.at(
        unknown,
        Words(
            "neither rooms nor approved seats are known of {values}.",
            "{values}既无教室数也无核定学位。",
        ),
        Words(
            "Fill in one of them; without it the section has no seats.",
            "请至少填写一项；否则该学段部没有学位。",
        ),
        values=frame["section_id"],
        severity=WARNING,
    )
    yield from ours.at(
        _sure((frame["rooms"] == 0) & (frame["seats"].fillna(0) == 0))
        & frame["section_id"].isin(_taught_now(study)).to_numpy()
        & ~frame["school_id"].isin(_with_shared_rooms(study)).to_numpy(),
        Words("{values} teaches pupils in 0 rooms.", "{values}有在校生而教室数为0。"),
        Words("Count its rooms; without any it has no seats.", "请填写教室数；否则没有学位。"),
        values=frame["section_id"],
        severity=WARNING,
    )


def _taught_now(study: RawStudy) -> set[Any]:
    """Return the sections with pupils in the base year."""
    rolls = study.tables["rolls"].frame
    base = study.settings.base_year or rolls["year"].max()
    return set(rolls.loc[_sure((rolls["year"] == base) & (rolls["pupils"] > 0)), "section_id"])


def _with_shared_rooms(study: RawStudy) -> set[Any]:
    """Return the schools whose sections share rooms."""
    schools = study.tables["schools"].frame
    return set(schools.loc[_sure(schools["shared_rooms"] > 0), "school_id"])


def _without_roll(study: RawStudy) -> Iterator[Finding]:
    """Warn of sections in which nobody was counted."""
    ours, rolls = study.tables["sections"], study.tables["rolls"].frame
    ids = ours.frame["section_id"]
    if rolls["section_id"].isna().all():
        return
    yield from ours.at(
        ids.notna() & ~ids.isin(rolls["section_id"].unique()),
        Words("there is no roll of {values}.", "{values}没有在校生数。"),
        Words(
            "Add its pupils to the rolls table; without it the section starts empty.",
            "请在在校生表中补充；否则该学段部从零开始。",
        ),
        column="section_id",
        severity=WARNING,
        kind="sections_without_roll",
    )


def _roll_grades(study: RawStudy) -> Iterator[Finding]:
    """Yield rolls in a grade that nobody teaches there."""
    yield from _untaught_grades(study, "rolls")


def _class_grades(study: RawStudy) -> Iterator[Finding]:
    """Yield classes in a grade that nobody teaches there."""
    yield from _untaught_grades(study, "classes")


def _untaught_grades(study: RawStudy, table: str) -> Iterator[Finding]:
    """Yield pupils in a grade that the section's stage, or the section itself, does not teach."""
    ours, sections = study.tables[table], study.tables["sections"].frame
    rolls = ours.frame
    named = sections.dropna(subset=["section_id"]).drop_duplicates("section_id")
    known = named.set_index("section_id").reindex(rolls["section_id"]).reset_index()
    lowest, highest = _limits(known, study.settings.norms)
    strange = _sure((rolls["grade"] < lowest) | (rolls["grade"] > highest))
    yield from ours.at(
        strange,
        Words("the section's stage has no grade {values}.", "该学段部的学段没有年级{values}。"),
        Words("Correct the grade or the section.", "请更正年级或学段部编号。"),
        column="grade",
    )
    own_lowest, own_highest = known["lowest_grade"], known["highest_grade"]
    outside = _sure((rolls["grade"] < own_lowest) | (rolls["grade"] > own_highest))
    outside &= ~strange & _sure(rolls["pupils"] > 0)
    now = _sure(rolls["year"] == rolls["year"].max())
    for severity, where in ((Severity.ERROR, outside & now), (WARNING, outside & ~now)):
        yield from ours.at(
            where,
            Words(
                "the section does not teach grade {values}.",
                "该学段部不开设年级{values}。",
            ),
            Words(
                "Correct the grade, or the section's lowest and highest grade.",
                "请更正年级，或学段部的最低、最高年级。",
            ),
            column="grade",
            severity=severity,
        )


def _roll_years(study: RawStudy) -> Iterator[Finding]:
    """Yield a base year without a roll, and warn of years that are left out."""
    ours, base_year = study.tables["rolls"], study.settings.base_year
    years = ours.frame["year"].dropna()
    if base_year and len(years) and base_year not in set(years.unique()):
        last = int(years.max())
        yield Source(STUDY_FILE).finding(
            Words(
                f"[study] base_year = {base_year} has no roll.",
                f"[study] base_year = {base_year}没有在校生数。",
            ),
            Words(
                f"Write a year with a roll, such as {last}.", f"请填有在校生数的学年，例如{last}。"
            ),
        )
    yield from _gaps(ours, None, kind="roll_years")
    yield from _gaps(ours, "section_id", kind="roll_years")


def _roll_totals(study: RawStudy) -> Iterator[Finding]:
    """Warn of totals that are not the sum of the grades beside them."""
    ours = study.tables["rolls"]
    rolls = ours.frame
    total = redundant_totals(rolls)
    sums = rolls[~total].groupby(["section_id", "year"])["pupils"].sum(min_count=1)
    keys = pd.MultiIndex.from_frame(rolls[["section_id", "year"]])
    differs = total.to_numpy() & _sure(rolls["pupils"].to_numpy() != sums.reindex(keys).array)
    yield from ours.at(
        differs,
        Words("the grades do not add up to the total {values}.", "合计{values}不等于各年级之和。"),
        Words(
            "Correct the total or the grades; the grades are used.",
            "请更正合计或各年级人数；计算时采用各年级人数。",
        ),
        column="pupils",
        severity=WARNING,
    )


def _class_sizes(study: RawStudy) -> Iterator[Finding]:
    """Warn of classes without pupils, or with more than any room holds."""
    ours = study.tables["classes"]
    pupils = ours.frame["pupils"]
    yield from ours.at(
        _sure((pupils == 0) | (pupils > LARGEST_CLASS)),
        Words("a class cannot have {values} pupils.", "班额{values}不合常理。"),
        Words(
            "Correct the number, or remove a class that does not exist.",
            "请更正人数，或删除不存在的班级。",
        ),
        column="pupils",
        severity=WARNING,
    )


def _classes_and_rolls(study: RawStudy) -> Iterator[Finding]:
    """Yield grades whose classes do not add up to the roll."""
    ours, rolls = study.tables["classes"], study.tables["rolls"].frame
    keys = ["section_id", "year", "grade"]
    classes = ours.frame[keys]
    counted = rolls.dropna(subset=keys).groupby(keys)["pupils"].sum(min_count=1)
    added = ours.frame.dropna(subset=keys).groupby(keys)["pupils"].sum(min_count=1)
    both = pd.DataFrame({"added": added, "counted": counted}).loc[added.index]
    both = both[_sure(both["added"] != both["counted"])].dropna()
    if both.empty:
        return
    off = (both["added"] - both["counted"]).abs() / both["counted"].clip(lower=1)
    rows = pd.MultiIndex.from_frame(classes)
    said = pd.Series(
        [
            f"{section} {year} / {grade}: {added} ≠ {counted}"
            for (section, year, grade), added, counted in both.itertuples()
        ],
        index=both.index,
        dtype="str",
    )
    wide = (off > CLASS_ERROR_SHARE).to_numpy(dtype=bool)
    for severity, groups in ((Severity.ERROR, both.index[wide]), (WARNING, both.index[~wide])):
        yield from ours.at(
            rows.isin(groups),
            Words(
                "classes do not add up to the roll of the grade: {values}.",
                "各班人数之和与年级在校生数不符：{values}。",
            ).about(said.reindex(groups)),
            Words(
                "Correct the classes or the roll; both are counted on the same day.",
                "请更正班级或在校生数，两者应为同一统计时点。",
            ),
            severity=severity,
        )


def _resident_ages(study: RawStudy) -> Iterator[Finding]:
    """Yield age groups that overlap, and warn of ages that are left out."""
    ours = study.tables["residents"]
    frame = ours.frame[["area_id", "year", "age_from", "age_to"]].dropna()
    numbered = frame.assign(area_id=pd.factorize(frame["area_id"])[0]).astype("int64")
    ordered = numbered.sort_values(["area_id", "year", "age_from"], kind="stable")
    same = (ordered[["area_id", "year"]] == ordered[["area_id", "year"]].shift()).all(axis=1)
    before = ordered["age_to"].shift()
    overlaps = same & (ordered["age_from"] <= before)
    leaves_out = same & (ordered["age_from"] > before + 1)
    every_row = ours.frame.index
    broken = _years_that_do_not_fit(frame)
    refused = leaves_out & ordered["year"].isin(broken)
    said = _ages(frame.loc[overlaps.index[overlaps | leaves_out]]).reindex(every_row)
    yield from ours.at(
        overlaps.reindex(every_row, fill_value=False),
        Words("ages {values} are counted twice in an area.", "年龄{values}在同一单元重复统计。"),
        Words(
            "Let every age belong to one row per area and year.",
            "每个单元每年每个年龄只能出现一次。",
        ),
        values=said,
    )
    remedy = Words(
        "Add the rows, with 0 where nobody lives; until then 0 is taken.",
        "请补充缺失的年龄，无人则填0；在此之前按0计算。",
    )
    add = Words("Add the rows, with 0 where nobody lives.", "请补充缺失的年龄，无人则填0。")
    for severity, where, then in (
        (Severity.ERROR, refused, add),
        (WARNING, leaves_out & ~refused, remedy),
    ):
        yield from ours.at(
            where.reindex(every_row, fill_value=False),
            Words("the ages before {values} are left out.", "{values}之前的年龄缺失。"),
            then,
            values=said,
            severity=severity,
            kind="ages" if severity == WARNING else "",
        )
    told = set(ordered.loc[overlaps | leaves_out, "year"])
    if untold := [year for year in broken if year not in told]:
        yield ours.sources[0].finding(
            Words(
                "the age groups of {values} differ between areas.", "{values}各单元年龄段不一致。"
            ).about(untold),
            Words(
                "Give the same age groups for every area of a year, without gaps.",
                "同一年各单元应使用相同且连续的年龄段。",
            ),
            column=ours.heading("age_from"),
        )


def _years_that_do_not_fit(frame: pd.DataFrame) -> list[int]:
    """Return the years whose age groups, all areas taken together, overlap or leave ages out."""
    groups = frame[["year", "age_from", "age_to"]].drop_duplicates().astype("int64")
    groups = groups.sort_values(["year", "age_from", "age_to"])
    same = groups["year"] == groups["year"].shift()
    wrong = same & (groups["age_from"] != groups["age_to"].shift() + 1)
    return sorted({int(year) for year in groups.loc[wrong, "year"]})


def _ages(frame: pd.DataFrame) -> pd.Series[str]:
    """Return the ages of each row as text."""
    first, last = frame["age_from"].astype("str"), frame["age_to"].astype("str")
    return first.where(first == last, first + "–" + last)


def _resident_years(study: RawStudy) -> Iterator[Finding]:
    """Warn of years that are left out, of sudden changes and of areas without residents."""
    ours, areas = study.tables["residents"], study.tables["areas"]
    yield from _gaps(ours, None, kind="resident_years")
    yield from _jumps(ours)
    ids = areas.frame["area_id"]
    yield from areas.at(
        ids.notna() & ~ids.isin(ours.frame["area_id"].unique()),
        Words("nobody is counted in {values}.", "{values}没有常住人口数。"),
        Words(
            "Add the area to the residents table, with 0 where nobody lives; until then 0 is "
            "taken.",
            "请在常住人口表中补充该单元，无人居住则填0；在此之前按0计算。",
        ),
        column="area_id",
        severity=WARNING,
        kind="areas_without_residents",
    )


def _jumps(ours: RawTable) -> Iterator[Finding]:
    """Warn of a year in which the residents of the whole county change suddenly."""
    people = ours.frame.pivot_table(
        index=["age_from", "age_to"], columns="year", values="residents", aggfunc="sum"
    )
    totals = people.dropna().sum()
    for before, after in zip(totals.index, totals.index[1:], strict=False):
        if after != before + 1 or totals[before] == 0:
            continue
        change = totals[after] / totals[before] - 1
        if abs(change) > JUMP_SHARE:
            yield from ours.at(
                _sure(ours.frame["year"] == after),
                Words(
                    f"residents change by {change:+.0%} from {before} to {after}.",
                    f"常住人口从{before}到{after}变化{change:+.0%}。",
                ),
                Words(
                    "Check that both years count the same areas and the same people.",
                    "请核对两年的统计范围和口径是否一致。",
                ),
                severity=WARNING,
            )


def _pupils_and_residents(study: RawStudy) -> Iterator[Finding]:
    """Warn where a stage has far more or far fewer pupils than residents of its ages."""
    ours, sections = study.tables["rolls"], study.tables["sections"].frame
    people = study.tables["residents"].frame
    rolls = ours.frame[~redundant_totals(ours.frame)]
    year = min(rolls["year"].max(), people["year"].max()) if len(rolls) and len(people) else None
    if year is None or pd.isna(year):
        return
    stage_of = sections.drop_duplicates("section_id").set_index("section_id")["stage"]
    stages = rolls["section_id"].map(stage_of)
    for stage in study.settings.norms.stages:
        ages = [study.settings.norms.age_at(grade) for grade in stage.grades]
        living = _living(people[_sure(people["year"] == year)], min(ages), max(ages))
        here = _sure(stages == stage.stage) & _sure(rolls["year"] == year)
        pupils = float(rolls.loc[here, "pupils"].sum())
        if not pupils or not living:
            continue
        ratio = pupils / living
        if not FEWEST_PER_RESIDENT <= ratio <= MOST_PER_RESIDENT:
            where = np.isin(ours.frame.index, rolls.index[here])
            yield from ours.at(
                where,
                Words(
                    f"{pupils:.0f} pupils of stage '{stage.stage}' in {year} stand against "
                    f"{living:.0f} residents aged {min(ages)}–{max(ages)}.",
                    f"{year}学年“{stage.stage}”在校生{pupils:.0f}人，"
                    f"而{min(ages)}–{max(ages)}岁常住人口为{living:.0f}人。",
                ),
                Words(
                    "Check that both tables cover the same county.",
                    "请核对两张表的统计范围是否一致。",
                ),
                severity=WARNING,
            )


def _living(people: pd.DataFrame, youngest: int, oldest: int) -> float:
    """Return the residents of these ages; of an age group the share of its years that fits."""
    first = people["age_from"].to_numpy(dtype=float, na_value=np.nan)
    last = people["age_to"].to_numpy(dtype=float, na_value=np.nan)
    shared = np.clip(np.minimum(last, oldest) - np.maximum(first, youngest) + 1, 0, None)
    return float(np.nansum(people["residents"].to_numpy() * shared / (last - first + 1)))


def _births_twice(study: RawStudy) -> Iterator[Finding]:
    """Yield births that are counted twice."""
    ours = study.tables["births"]
    births = ours.frame
    whole = births["month"].isna()
    for where, en, zh in (
        (_both_ways(births, whole, ["area_id", "year"]), "by month and as a year", "按月和全年"),
        (
            _both_ways(births, births["area_id"].isna(), ["year"]),
            "by area and county",
            "按单元和全县",
        ),
    ):
        yield from ours.at(
            where,
            Words(
                f"births of {{values}} are counted twice: {en}.",
                f"{{values}}的出生数{zh}重复统计。",
            ),
            Words("Keep one of the two.", "请只保留其中一种。"),
            column="year",
        )


def _both_ways(births: pd.DataFrame, whole: pd.Series[bool], keys: list[str]) -> Any:
    """Tell which sums stand beside their parts."""
    texts = births[keys].astype("str").fillna("")
    parts = pd.MultiIndex.from_frame(texts[~whole])
    return whole.to_numpy() & pd.MultiIndex.from_frame(texts).isin(parts)


def _zones(study: RawStudy) -> Iterator[Finding]:
    """Yield areas without a section in a zoned stage, and zones of the wrong section."""
    ours, areas = study.tables["zones"], study.tables["areas"]
    sections = study.tables["sections"].frame.drop_duplicates("section_id")
    sections = sections.set_index("section_id")
    stage_of = ours.frame["section_id"].map(sections["stage"])
    yield from ours.at(
        stage_of.notna() & _sure(stage_of != ours.frame["stage"]),
        Words("this stage is not taught at {values}.", "{values}不开设该学段。"),
        Words("Name a section of the stage.", "请填该学段的学段部。"),
        column="section_id",
    )
    yield from ours.at(
        _sure(ours.frame["section_id"].map(sections["intake"]) == "county"),
        Words("pupils of the whole county enter {values}.", "{values}面向全县招生。"),
        Words(
            "Remove it from the zones, or set its intake to 'zone'.",
            "请从招生范围中删除，或将其招生方式改为“划片”。",
        ),
        column="section_id",
    )
    for stage in [known.stage for known in study.settings.norms.stages]:
        here = _sure(ours.frame["stage"] == stage)
        zoned = set(ours.frame.loc[here, "area_id"].dropna())
        offered = sections[_sure(sections["stage"] == stage)]
        if not zoned:
            yield from _unzoned_stage(ours, stage, offered)
            continue
        ids = areas.frame["area_id"]
        yield from areas.at(
            ids.notna() & ~ids.isin(zoned),
            Words(
                f"the zones of stage '{stage}' lack {{values}}.",
                f"{{values}}在“{stage}”学段没有招生范围。",
            ),
            Words("Give the area a section in the zones table.", "请在招生范围表中补充该单元。"),
            column="area_id",
        )


def _unzoned_stage(ours: RawTable, stage: str, offered: pd.DataFrame) -> Iterator[Finding]:
    """Warn of a stage that is zoned but of which the zones table says nothing."""
    if offered["intake"].fillna("zone").eq("zone").any():
        yield ours.sources[0].finding(
            Words(f"stage '{stage}' has no zones.", f"“{stage}”学段没有招生范围。"),
            Words(
                "Add them, or set the intake of its sections to 'county'; until then each area "
                "goes to the nearest section.",
                "请补充，或将其招生方式改为“全县”；在此之前按就近入学处理。",
            ),
            severity=WARNING,
        )


def _gaps(ours: RawTable, key: str | None, *, kind: str) -> Iterator[Finding]:
    """Warn of years that lie between counted ones but are not there, by key where given.

    By key, years that the whole table lacks are not repeated.
    """
    # Impossible years are reported as such; years up to them are not left out.
    frame = ours.frame[_sure(ours.frame["year"].between(FIRST_YEAR, LAST_YEAR))]
    years = set(frame["year"].unique())
    if not years:
        return
    if key is None:
        lacking = sorted(set(range(min(years), max(years))) - years)
        if lacking:
            yield ours.sources[0].finding(
                Words("the years {values} are left out.", "缺少{values}学年。").about(lacking),
                Words(
                    "Add them: ratios from year to year are learned from neighbouring years.",
                    "请补充：逐年比率需要相邻学年的数据。",
                ),
                column=ours.heading("year"),
                severity=WARNING,
                kind=kind,
            )
        return
    counted: dict[str, set[int]] = {}
    pairs = frame[[key, "year"]].dropna().drop_duplicates()
    for name, year in zip(pairs[key], pairs["year"], strict=True):
        counted.setdefault(name, set()).add(year)
    said = []
    for name, own in sorted(counted.items()):
        between = {year for year in years if min(own) < year < max(own)}
        said += [f"{name} {year}" for year in sorted(between - own)]
    if said:
        yield ours.sources[0].finding(
            Words("a year is left out: {values}.", "缺少学年：{values}。").about(said),
            Words("Add the years, with 0 where nobody was counted.", "请补充，无人则填0。"),
            column=ours.heading("year"),
            severity=WARNING,
            kind=kind,
        )


def _limits(frame: pd.DataFrame, norms: Norms) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the lowest and highest grade of the stage of each row."""
    first = {stage.stage: stage.grades[0] for stage in norms.stages}
    last = {stage.stage: stage.grades[-1] for stage in norms.stages}
    stage = frame["stage"]
    return stage.map(first).astype("Int64"), stage.map(last).astype("Int64")


def _sure(condition: Any) -> Any:
    """Return a condition as plain true and false: what is not known is not a fault."""
    return pd.array(condition, dtype="boolean").fillna(value=False).to_numpy(dtype=bool)


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table with counts, in the order in which they are told."""
    return {
        "sections": [_section_grades, _section_rooms, _without_roll],
        "rolls": [_roll_grades, _roll_years, _roll_totals, _pupils_and_residents],
        "classes": [_class_grades, _class_sizes, _classes_and_rolls],
        "residents": [_resident_ages, _resident_years],
        "births": [_births_twice],
        "zones": [_zones],
    }


CHECKS: Final = _all_checks()
