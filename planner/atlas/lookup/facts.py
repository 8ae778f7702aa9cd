"""Say to which schools an area belongs in a school year, how far they are, and how long it holds.

Only what a bureau announces anyway is gathered here: schools, zones, walks and years. Counts of
pupils, chances in a lot and homes are not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
import pandas as pd

from planner.errors import ScenarioError, Sentence
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.norms import Norms
    from planner.scenario import Scenario
    from planner.study import Study

__all__ = ["LookedUp", "Spell", "StageFacts", "gather_facts", "year_asked"]

_NOBODY: Final = -1


class LookedUp(Protocol):
    """What of a plan is looked up; its tables are those of `planner.results`."""

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
    def section_years(self) -> pd.DataFrame:
        """Sections by year."""

    @property
    def area_years(self) -> pd.DataFrame:
        """Areas by stage and year."""

    @property
    def shared_lots(self) -> pd.DataFrame:
        """Sections of the areas of shared zones; empty where there are none."""


class Spell(NamedTuple):
    """School years of a plan in which an area has the same schools without a change."""

    sections: tuple[int, ...]
    """Rows of the plan's sections: one, several where they share the zone, none without a zone."""
    first: int
    """First school year of the spell among the plan's."""
    or_earlier: bool
    """Whether the plan has no year just before, so that it may have begun earlier."""
    last: int | None
    """Last school year of the spell; None where it lasts to the end of the plan."""
    next: int | None
    """The school year of the plan that follows; None where there is none."""
    after: tuple[int, ...]
    """The sections that follow."""


@dataclass(frozen=True, slots=True, eq=False)
class StageFacts:
    """One stage in the school year that is asked about.

    `spells` are the different ones among all areas, `spell` the number of each area's; `walks`
    holds each area's metres to the sections of its spell, in their order, NaN where no way is
    known. `county` are the rows of the sections that take pupils from the whole county.
    """

    stage: str
    names: Mapping[str, str]
    spells: tuple[Spell, ...]
    spell: NDArray[np.int64]
    walks: tuple[tuple[float, ...], ...]
    county: tuple[int, ...]


def gather_facts(plan: LookedUp, year: int, stages: Collection[str] = ()) -> tuple[StageFacts, ...]:
    """Return what holds in a school year of a plan, stage by stage, the youngest pupils first.

    Args:
        plan: A finished plan.
        year: One of its school years.
        stages: Only these; every stage of the plan where none is named.

    Raises:
        ScenarioError: The plan lacks the year or a stage; all faults together.
    """
    present = set(plan.sections["stage"])
    known = [stage.stage for stage in plan.norms.stages if stage.stage in present]
    _refuse_unknown(plan, year, stages, known)
    return tuple(
        _stage_facts(plan, stage, year) for stage in known if not stages or stage in stages
    )


def year_asked(plan: LookedUp, year: int | None) -> int:
    """Return the year that is asked about: the first projected one where none is named."""
    return year if year is not None else plan.years[min(1, len(plan.years) - 1)]


def _refuse_unknown(
    plan: LookedUp, year: int, stages: Collection[str], known: Sequence[str]
) -> None:
    """Refuse a year or stages that the plan does not have."""
    faults = [
        Sentence(
            f"--stage {stage}: the plan has no such stage."
            + (did_you_mean(stage, known) or f" There are: {', '.join(known)}."),
            f"--stage {stage}：方案中没有该学段。"
            + (did_you_mean(stage, known, lang="zh") or f"现有：{'、'.join(known)}。"),
        )
        for stage in stages
        if stage not in known
    ]
    if year not in plan.years:
        listed = ", ".join(map(str, plan.years))
        faults.append(
            Sentence(
                f"--year {year}: the plan has no such school year. It has {listed}.",
                f"--year {year}：方案中没有该学年；现有{listed}。",
            )
        )
    if faults:
        raise ScenarioError(*faults)


def _stage_facts(plan: LookedUp, stage: str, year: int) -> StageFacts:
    """Gather one stage."""
    area_ids = pd.Index(plan.study.areas["area_id"])
    rows = pd.Index(plan.sections["section_id"])
    here = plan.area_years[plan.area_years["stage"] == stage]
    lots = plan.shared_lots
    lots = lots[lots["stage"] == stage] if not lots.empty else pd.DataFrame({"year": []})
    zones: dict[tuple[int, ...], int] = {}
    zoned = np.vstack(
        [
            _zoned(of_year, lots_of_year, area_ids, rows, zones)
            for of_year, lots_of_year in _by_year(here, lots, plan.years)
        ]
    )
    spells, spell = _spells(zoned, tuple(zones), plan.years, plan.years.index(year))
    return StageFacts(
        stage=stage,
        names=plan.norms.stage(stage).names,
        spells=spells,
        spell=spell,
        walks=_walks(
            here[here["year"] == year],
            lots[lots["year"] == year],
            area_ids,
            rows,
            [spells[number].sections for number in spell],
        ),
        county=_of_the_county(plan, stage, year),
    )


def _by_year(
    here: pd.DataFrame, lots: pd.DataFrame, years: Sequence[int]
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the rows of each year."""
    for year in years:
        yield here[here["year"] == year], lots[lots["year"] == year]


def _zoned(
    here: pd.DataFrame,
    lots: pd.DataFrame,
    area_ids: pd.Index[str],
    rows: pd.Index[str],
    zones: dict[tuple[int, ...], int],
) -> NDArray[np.int64]:
    """Return the number in `zones` of every area's sections in one year; new ones are added."""
    section = np.full(len(area_ids), _NOBODY, dtype=np.int64)
    section[area_ids.get_indexer(pd.Index(here["area_id"]))] = rows.get_indexer(
        pd.Index(here["section_id"])
    )
    sharing: dict[int, tuple[int, ...]] = {}
    if not lots.empty:
        for _, of_zone in lots.groupby("shared_zone"):
            together = tuple(
                sorted(set(rows.get_indexer(pd.Index(of_zone["section_id"])).tolist()))
            )
            places = area_ids.get_indexer(pd.Index(of_zone["area_id"].unique()))
            sharing |= dict.fromkeys(places.tolist(), together)
    alone = ((row,) if row != _NOBODY else () for row in section.tolist())
    return np.array(
        [zones.setdefault(sharing.get(area, own), len(zones)) for area, own in enumerate(alone)],
        dtype=np.int64,
    )


def _spells(
    zoned: NDArray[np.int64], zones: Sequence[tuple[int, ...]], years: Sequence[int], at: int
) -> tuple[tuple[Spell, ...], NDArray[np.int64]]:
    """Return the different spells around one year, and the number of each area's.

    `zoned` [year, area] are numbers of zones, `at` is the place of the year.
    """
    found: dict[Spell, int] = {}
    spell = np.empty(zoned.shape[1], dtype=np.int64)
    for area, numbers in enumerate(zoned.T.tolist()):
        first = last = at
        while first > 0 and numbers[first - 1] == numbers[at]:
            first -= 1
        while last + 1 < len(years) and numbers[last + 1] == numbers[at]:
            last += 1
        ends = last + 1 < len(years)
        made = Spell(
            sections=zones[numbers[at]],
            first=years[first],
            or_earlier=first == 0 or years[first] - 1 != years[first - 1],
            last=years[last] if ends else None,
            next=years[last + 1] if ends else None,
            after=zones[numbers[last + 1]] if ends else (),
        )
        spell[area] = found.setdefault(made, len(found))
    return tuple(found), spell


def _walks(
    here: pd.DataFrame,
    lots: pd.DataFrame,
    area_ids: pd.Index[str],
    rows: pd.Index[str],
    sections: Sequence[tuple[int, ...]],
) -> tuple[tuple[float, ...], ...]:
    """Return every area's metres to its sections; by lot each has a walk of its own."""
    metres: dict[tuple[int, int], float] = {}
    for table in (here, lots):
        if table.empty:
            continue
        pairs = zip(
            area_ids.get_indexer(pd.Index(table["area_id"])).tolist(),
            rows.get_indexer(pd.Index(table["section_id"])).tolist(),
            strict=True,
        )
        walked = table["walk_metres"].to_numpy(dtype=float, na_value=np.nan).tolist()
        metres |= dict(zip(pairs, walked, strict=True))
    return tuple(
        tuple(metres.get((area, row), np.nan) for row in own) for area, own in enumerate(sections)
    )


def _of_the_county(plan: LookedUp, stage: str, year: int) -> tuple[int, ...]:
    """Return the sections of a stage that teach in the year and take pupils from everywhere."""
    teaching = plan.section_years
    open_now = set(teaching.loc[(teaching["year"] == year) & teaching["open"], "section_id"])
    sections = plan.sections
    chosen = (
        (sections["stage"] == stage)
        & (sections["intake"] == "county")
        & sections["section_id"].isin(open_now)
    )
    return tuple(np.flatnonzero(chosen.to_numpy()).tolist())
