"""Gather what the map shows of one plan: its words, sections, zones and figures by area.

Figures by area are sent as one list per stage and year, each different list once: most years
share their zones and walks, and most scenarios share their entrants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.atlas.lists import floats, numbers, places, texts
from planner.atlas.trial import trial_content
from planner.atlas.works import projects_content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.atlas.ground import Ground
    from planner.norms import Norms
    from planner.scenario import Scenario
    from planner.study import Fallback, Study

__all__ = ["Shown", "StageAreas", "plan_content", "stage_areas"]

_COUNTY_MEASURES: Final = (
    "entrants",
    "pupils",
    "unseated",
    "seats",
    "low80",
    "high80",
    "shortage",
    "surplus",
    "yellow",
    "red",
    "large",
    "super_large",
    "walk_metres",
    "over_limit_share",
)
_SECTION_MEASURES: Final = (
    "open",
    "entrants",
    "pupils",
    "seats",
    "entry_seats",
    "ordinary_intake",
    "utilisation",
    "shortage",
    "surplus",
    "shortage_probability",
    "low80",
    "high80",
    "warning",
    "classes",
    "largest_class",
    "large",
    "walk_metres",
)
_SHARES: Final = ("utilisation", "over_limit_share", "shortage_probability")
_NOTHING: Final = {"warning": "", "open": 0}
_NO_SECTION: Final = -1


class Shown(Protocol):
    """What a map shows of a plan; its tables are those of `planner.results`."""

    @property
    def study(self) -> Study:
        """What is known."""

    @property
    def scenario(self) -> Scenario:
        """What is wished for and assumed."""

    @property
    def norms(self) -> Norms:
        """The norms that were applied."""

    @property
    def years(self) -> tuple[int, ...]:
        """School years, the base year first."""

    @property
    def sections(self) -> gpd.GeoDataFrame:
        """Every section with its point."""

    @property
    def county_years(self) -> pd.DataFrame:
        """The county by stage and year."""

    @property
    def section_years(self) -> pd.DataFrame:
        """Sections by year."""

    @property
    def area_years(self) -> pd.DataFrame:
        """Areas by stage and year."""

    @property
    def section_grades(self) -> pd.DataFrame:
        """Sections by year and grade."""

    @property
    def metres(self) -> NDArray[np.float64]:
        """Walks from every area to every section, inf where there is no way."""

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Zones with the years in which they have their shape."""

    @property
    def shared_lots(self) -> pd.DataFrame:
        """Chances of the areas of shared zones; empty where there are none."""

    @property
    def notes(self) -> tuple[Fallback, ...]:
        """What was assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class StageAreas:
    """Areas of one stage in one plan, arrays of shape (years, areas).

    `section` holds the row of the zoned section in `plan.sections`, -1 without one; `walk` is
    in metres, missing where the section cannot be reached. `zone` is the same row where a zone
    has one section; the shared zones of several follow after all sections, in the order of
    `shared`, which has the rows of each.
    """

    entrants: NDArray[np.float64]
    walk: NDArray[np.float64]
    section: NDArray[np.int64]
    zone: NDArray[np.int64]
    heads: NDArray[np.int64]
    """Row of the section after which each zone is coloured, [zone]."""
    shared: tuple[tuple[int, ...], ...]

    @property
    def head(self) -> NDArray[np.int64]:
        """The section after which the zone of each area is coloured, shape (years, areas)."""
        return np.append(self.heads, _NO_SECTION)[self.zone]


def stage_areas(plan: Shown, stage: str, ground: Ground) -> StageAreas:
    """Spread the rows of `plan.area_years` out by year and area."""
    here = _of_stage(plan.area_years, stage)
    shape = (len(plan.years), len(ground.area_ids))
    at = (
        pd.Index(plan.years).get_indexer(pd.Index(here["year"])),
        ground.places_of(here["area_id"]),
    )
    entrants, walk = np.full(shape, np.nan), np.full(shape, np.nan)
    section = np.full(shape, _NO_SECTION, dtype=np.int64)
    entrants[at] = floats(here["entrants"])
    walk[at] = floats(here["walk_metres"])
    section[at] = places(pd.Index(plan.sections["section_id"]), here["section_id"])
    zone, shared = _zone_numbers(plan, stage, section, ground)
    heads = [*range(len(plan.sections)), *(rows[0] for rows in shared)]
    return StageAreas(entrants, walk, section, zone, np.array(heads, dtype=np.int64), shared)


def _zone_numbers(
    plan: Shown, stage: str, section: NDArray[np.int64], ground: Ground
) -> tuple[NDArray[np.int64], tuple[tuple[int, ...], ...]]:
    """Return the number of every area's zone, (years, areas), and who shares the shared ones."""
    zone, row_of = section.copy(), pd.Index(plan.sections["section_id"])
    shared: dict[tuple[int, ...], int] = {}
    lots = plan.shared_lots
    if lots.empty:
        return zone, ()
    here = _of_stage(lots, stage)
    for _, rows in here[here["year"].isin(plan.years)].groupby(["year", "shared_zone"]):
        sharing = tuple(sorted(row_of.get_indexer(pd.Index(rows["section_id"].unique())).tolist()))
        number = shared.setdefault(sharing, len(plan.sections) + len(shared))
        year = plan.years.index(int(rows["year"].iloc[0]))
        zone[year, ground.places_of(rows["area_id"])] = number
    return zone, tuple(shared)


def plan_content(plan: Shown, areas: dict[str, StageAreas], ground: Ground) -> dict[str, Any]:
    """Return one plan: its words, its sections, and by stage its figures and zones.

    Args:
        plan: The plan.
        areas: Areas of the plan by stage, in the order in which stages are shown.
        ground: What all plans share.
    """
    about = plan.scenario.about
    english = about.title or plan.scenario.name
    return {
        "name": plan.scenario.name,
        "title": {"zh": about.title_zh or english, "en": english},
        "question": {"zh": about.question_zh or about.question, "en": about.question},
        "changes": [[item.setting, item.old, item.new] for item in plan.scenario.changes],
        "notes": [{"zh": note.zh, "en": note.en} for note in plan.notes],
        "years": list(plan.years),
        "zonesFrom": plan.scenario.zones.from_year,
        "lockedAreas": list(plan.scenario.zones.locked_areas),
        "sections": _sections(plan, ground),
        "projects": projects_content(plan.study, plan.scenario, plan.sections, ground.to_map),
        "stages": {
            stage: _stage(plan, stage, of_stage, ground) for stage, of_stage in areas.items()
        },
    }


def _sections(plan: Shown, ground: Ground) -> list[dict[str, Any]]:
    """Return every section with its names, kind and point in degrees."""
    points = plan.sections.geometry
    # The way from this system into degrees is the one that the shapes of the map have taken.
    longitude, latitude = ground.to_map(points.x.to_numpy(), points.y.to_numpy())
    words = ("section_id", "name", "name_en", "kind", "operator", "stage", "intake", "township")
    columns: dict[str, list[Any]] = {name: texts(plan.sections[name]) for name in words}
    for name in ("opens", "closes"):
        columns[name] = numbers(floats(plan.sections[name]), decimals=0)
    columns["longitude"] = numbers(longitude, decimals=5)
    columns["latitude"] = numbers(latitude, decimals=5)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _stage(plan: Shown, stage: str, areas: StageAreas, ground: Ground) -> dict[str, Any]:
    """Return the figures of a stage: the norms', the county's, the sections', the zones'."""
    norm = plan.norms.stage(stage)
    sections = _of_stage(plan.section_years, stage)
    county = _of_stage(plan.county_years, stage)
    arrays = {
        "entrants": areas.entrants,
        "walk": areas.walk,
        "section": areas.section,
        "zone": areas.zone,
    }
    return {
        "walkLimitMetres": norm.walk_limit_metres,
        "largeClass": norm.large_class,
        "county": _by_year(county, {"": np.arange(len(county))}, plan.years, _COUNTY_MEASURES)[""],
        "sections": _by_year(
            sections, sections.groupby("section_id").indices, plan.years, _SECTION_MEASURES
        ),
        "zones": _zones(plan, stage, areas, ground),
        "trial": trial_content(plan, stage, areas.zone, ground.lists),
        "areas": {
            name: [ground.lists.place_of_numbers(of_year.astype(np.float64)) for of_year in array]
            for name, array in arrays.items()
        },
    }


def _zones(plan: Shown, stage: str, areas: StageAreas, ground: Ground) -> list[dict[str, Any]]:
    """Return the zones of a stage, each with the years in which it has this shape.

    A zone that several sections share is one zone, named after all of them.
    """
    if areas.shared:
        return _zones_with_shared(plan, areas, ground)
    row_of = {section: row for row, section in enumerate(texts(plan.sections["section_id"]))}
    zones = _of_stage(plan.zones, stage)
    columns = zip(
        texts(zones["section_id"]),
        zones["first_year"].tolist(),
        zones["last_year"].tolist(),
        zones["pieces"].tolist(),
        strict=True,
    )
    content = []
    for section, first, last, pieces in columns:
        members = np.flatnonzero(areas.section[plan.years.index(first)] == row_of[section])
        content.append(
            {
                "section": section,
                "zone": row_of[section],
                "first": first,
                "last": last,
                "pieces": pieces,
                "areas": len(members),
            }
        )
    return content


def _zones_with_shared(plan: Shown, areas: StageAreas, ground: Ground) -> list[dict[str, Any]]:
    """Return the zones of a stage in which some are shared, put together from their areas."""
    ids, sections = texts(plan.sections["section_id"]), len(plan.sections)
    content = []
    for zone in np.unique(areas.zone[areas.zone >= 0]).tolist():
        members = [np.flatnonzero(of_year == zone) for of_year in areas.zone]
        for first, last in _runs(members):
            if not len(members[first]):
                continue
            head = ids[int(areas.heads[zone])]
            found = {
                "section": head,
                "zone": zone,
                "first": plan.years[first],
                "last": plan.years[last],
                "pieces": _pieces(members[first], ground),
                "areas": len(members[first]),
            }
            if zone >= sections:
                found["sharing"] = [ids[row] for row in areas.shared[zone - sections]]
            content.append(found)
    return content


def _runs(members: Sequence[NDArray[np.intp]]) -> Iterator[tuple[int, int]]:
    """Yield the first and last place of each run of years with the same areas."""
    first = 0
    for place in range(1, len(members) + 1):
        if place == len(members) or not np.array_equal(members[place], members[first]):
            yield first, place - 1
            first = place


def _pieces(members: NDArray[np.intp], ground: Ground) -> int:
    """Count the pieces of which some areas consist; those that meet in a corner are apart."""
    sides = ground.mesh.sides
    inside = sides[np.isin(sides, members).all(axis=1)]
    links = coo_array((np.ones(len(inside)), inside.T), shape=(len(ground.area_ids),) * 2)
    _, piece = connected_components(links, directed=False)
    return len(np.unique(piece[members]))


def _by_year(
    rows: pd.DataFrame,
    groups: Mapping[Any, Any],
    years: Sequence[int],
    measures: Iterable[str],
) -> dict[str, dict[str, list[Any]]]:
    """Return some columns of each group of rows, by their places, as lists over the years.

    What a year without a row has is missing, no word, or not open.
    """
    columns = {name: _figures(name, rows[name]) for name in measures}
    of_row = rows["year"].tolist()
    content = {}
    for group, members in groups.items():
        place_of = {of_row[place]: place for place in members}
        content[str(group)] = {
            name: [
                column[place_of[year]] if year in place_of else _NOTHING.get(name) for year in years
            ]
            for name, column in columns.items()
        }
    return content


def _figures(name: str, column: pd.Series[Any]) -> list[Any]:
    """Return a column: words as they are, shares with four decimals, everything else whole."""
    if name == "warning":
        return texts(column)
    if name == "open":
        return column.eq(other=True).astype(int).tolist()
    return list(numbers(floats(column), decimals=4 if name in _SHARES else 0))


def _of_stage(table: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the rows of one stage."""
    return table[table["stage"] == stage]
