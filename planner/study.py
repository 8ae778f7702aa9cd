"""Everything that is known before anything is decided: one study folder, read whole."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.checks import findings, redundant_totals
from planner.errors import StudyError
from planner.reading import Finding, RawStudy, Severity, read_folder, study_folder
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from planner.norms import Norms

__all__ = ["Fallback", "InputFile", "Study", "read_study"]


@dataclass(frozen=True, slots=True)
class Fallback:
    """A part that the study lacks and what stands in for it, said in every output."""

    key: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read, by its path in the study folder and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """One county as the study folder describes it; never changed after reading.

    Every table of `planner.tables` is an attribute, with all its columns, validated, in file
    order with a plain 0..n-1 index; a table the study lacks is empty. Geometry is in `crs`,
    a projected system in metres. In `sections` the grades are filled in from the norms,
    empty room counts of condemned and repaired rooms are 0 and an empty intake is "zone".
    """

    folder: Path
    names: Mapping[str, str]
    norms: Norms
    crs: CRS
    base_year: int
    detour_factor: float
    walking_kmh: float
    schools: gpd.GeoDataFrame
    sections: pd.DataFrame
    rolls: pd.DataFrame
    successions: pd.DataFrame
    classes: pd.DataFrame
    areas: gpd.GeoDataFrame
    residents: pd.DataFrame
    births: pd.DataFrame
    streets: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    zones: pd.DataFrame
    homes: pd.DataFrame
    yields: pd.DataFrame
    sites: gpd.GeoDataFrame
    projects: pd.DataFrame
    resources: pd.DataFrame
    targets: pd.DataFrame
    actuals: pd.DataFrame
    indicators: pd.DataFrame
    phases: pd.DataFrame
    fallbacks: tuple[Fallback, ...]
    inputs: tuple[InputFile, ...]
    attributions: tuple[str, ...]


def read_study(
    folder: Path,
    *,
    progress: Callable[[str], None] | None = None,
    lang: Language = Language.ENGLISH,
) -> Study:
    """Read one study folder whole.

    Args:
        folder: Folder with study.toml, data/ and scenarios/, or its study.toml.
        progress: Told the path of each file before it is read.
        lang: Language of the sentences in an error.

    Raises:
        StudyError: Every error of study.toml and of the tables together, each a sentence with
            place and remedy. Warnings do not stop a study; `check_study` lists them.
    """
    folder = study_folder(folder)
    raw, unread = read_folder(folder, progress=progress)
    found = findings(raw, unread) if raw else unread
    errors = [each.refusal(lang) for each in found if each.severity == Severity.ERROR]
    if raw is None or errors:
        raise StudyError(*errors)
    return _study(folder, raw, found)


def _study(folder: Path, raw: RawStudy, found: tuple[Finding, ...]) -> Study:
    """Make the frozen study from tables that have been checked."""
    settings = raw.settings
    frames = {name: table.frame for name, table in raw.tables.items()}
    frames["sections"] = _filled(frames["sections"], settings.norms)
    # A total beside its grades would count every pupil twice.
    rolls = frames["rolls"]
    frames["rolls"] = rolls[~redundant_totals(rolls)].reset_index(drop=True)
    base_year = settings.base_year or int(frames["rolls"]["year"].max())
    return Study(
        folder=folder,
        names=MappingProxyType({"zh": settings.name, "en": settings.name_en}),
        norms=settings.norms,
        crs=raw.crs,
        base_year=base_year,
        detour_factor=settings.detour_factor,
        walking_kmh=settings.walking_kmh,
        fallbacks=(*_fallbacks(raw, frames), *_of_gaps(found)),
        inputs=tuple(InputFile(path, digest) for path, digest in raw.inputs),
        attributions=settings.attributions,
        **frames,
    )


def _filled(sections: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return the sections with what an empty cell means."""
    stages = {stage.stage: stage for stage in norms.stages}
    lowest = sections["stage"].map({name: stage.grades[0] for name, stage in stages.items()})
    highest = sections["stage"].map({name: stage.grades[-1] for name, stage in stages.items()})
    return sections.assign(
        lowest_grade=sections["lowest_grade"].fillna(lowest.astype("Int64")),
        highest_grade=sections["highest_grade"].fillna(highest.astype("Int64")),
        condemned_rooms=sections["condemned_rooms"].fillna(0),
        repair_rooms=sections["repair_rooms"].fillna(0),
        intake=sections["intake"].fillna("zone"),
    )


def _fallbacks(raw: RawStudy, frames: Mapping[str, pd.DataFrame]) -> tuple[Fallback, ...]:
    """Say which parts the study lacks and what stands in for each, in the order of the model."""
    return (*_of_places(raw, frames), *_of_people(frames), *_of_seats(frames))


def _of_places(raw: RawStudy, frames: Mapping[str, pd.DataFrame]) -> Iterator[Fallback]:
    """Say what stands in for missing coordinates, streets and zones."""
    if raw.settings.crs is None:
        yield Fallback(
            "crs",
            f"The study names no coordinate system; distances are taken in {raw.crs.name}.",
            f"项目未指定坐标系，距离按{raw.crs.name}计算。",
        )
    if frames["streets"].empty:
        detour = raw.settings.detour_factor
        yield Fallback(
            "streets",
            f"There are no streets; walks are straight lines × {detour:g}.",
            f"没有道路数据，步行距离按直线距离×{detour:g}计算。",
        )
    if frames["zones"].empty:
        yield Fallback(
            "zones",
            "There are no zones of today; each area goes to its nearest section.",
            "没有现行招生范围，按就近入学处理。",
        )


def _of_people(frames: Mapping[str, pd.DataFrame]) -> Iterator[Fallback]:
    """Say what stands in for missing births, ages, grades and homes."""
    births, residents, rolls = frames["births"], frames["residents"], frames["rolls"]
    if births.empty:
        yield Fallback(
            "births",
            "There are no births; the youngest residents follow the trend of their own numbers.",
            "没有出生人口，最小年龄人口按自身趋势推算。",
        )
    elif births["month"].isna().any():
        yield Fallback(
            "births_by_month",
            "Births are not known by month; a year's births are spread evenly over its months.",
            "没有分月出生人口，全年出生数平均分到各月。",
        )
    if (residents["age_to"] > residents["age_from"]).any():
        yield Fallback(
            "single_ages",
            "Residents are counted in groups of ages; the groups are divided into single years.",
            "常住人口按年龄段统计，由模型拆分为单岁人口。",
        )
    if rolls["grade"].isna().any():
        sections = rolls.loc[rolls["grade"].isna(), "section_id"].nunique()
        yield Fallback(
            "grade_rolls",
            f"The rolls of {sections} sections are totals; they are divided among the grades.",
            f"{sections}个学段部只有在校生合计，由模型拆分到各年级。",
        )
    if frames["homes"].empty:
        yield Fallback(
            "homes",
            "There are no planned homes; residents change by births and migration alone.",
            "没有规划住宅，人口只随出生和迁移变化。",
        )
    elif frames["yields"].empty:
        yield Fallback(
            "yields",
            "There are no pupil yields; planned homes bring no children of their own.",
            "没有户均学生数，规划住宅不带来新增学生。",
        )


def _of_seats(frames: Mapping[str, pd.DataFrame]) -> Iterator[Fallback]:
    """Say what stands in for missing rooms and class lists."""
    sections = frames["sections"]
    seats_only = int((sections["rooms"].isna() & sections["seats"].notna()).sum())
    neither = int((sections["rooms"].isna() & sections["seats"].isna()).sum())
    if seats_only:
        yield Fallback(
            "rooms",
            f"The rooms of {seats_only} sections are not known; their approved seats are used.",
            f"{seats_only}个学段部没有教室数，采用核定学位。",
        )
    if neither:
        yield Fallback(
            "seats",
            f"Neither rooms nor seats of {neither} sections are known; they have no seats.",
            f"{neither}个学段部既无教室数也无核定学位，按没有学位处理。",
        )
    if frames["classes"].empty:
        yield Fallback(
            "classes",
            "There are no class lists; classes are formed from rolls, as equal as possible.",
            "没有班级名册，按在校生数平均编班。",
        )


def _of_gaps(found: tuple[Finding, ...]) -> Iterator[Fallback]:
    """Say what was found missing in the tables, or repaired: one fallback for each kind."""
    for kind in dict.fromkeys(each.kind for each in found if each.kind):
        same = [each for each in found if each.kind == kind]
        yield Fallback(
            f"check_{kind}",
            " ".join(each.sentence(Language.ENGLISH) for each in same),
            "".join(each.sentence(Language.CHINESE) for each in same),
        )
