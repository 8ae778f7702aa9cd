"""Take the zones of one school year out of a scenario: which areas go to which school.

They are those of `planner.plan.make_plan` to the letter, worked out without the back-test and the
possible futures that come after the zones, and so in a fraction of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import ScenarioError, Sentence
from planner.plan import with_norms_of, work_county, years_of
from planner.scenario import names_files
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from planner.norms import Norms, StageNorm
    from planner.scenario import Scenario
    from planner.stages import County, StageResult
    from planner.study import Study

__all__ = ["CountyZones", "StageZones", "Zone", "only_sections", "zones_of_year"]


@dataclass(frozen=True, slots=True)
class Zone:
    """The areas of one section, or of several that share their zone.

    Attributes:
        sections: Keys of the sections, more than one where places are drawn by lot.
        areas: Places of its areas in the study's table, in order.
    """

    sections: tuple[str, ...]
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StageZones:
    """The zones of one stage in one year.

    Attributes:
        stage: The stage's norms.
        zones: In the order of the sections; none where the whole county is the intake.
        countywide: Keys of open sections that take entrants of the whole county.
        idle: Keys of open sections with an enrolment zone to which no area goes.
        unzoned: Places of areas that go to no section, though the stage has zones.
        until: Last planned year in which the zones are these; 0 where they stay to the end.
    """

    stage: StageNorm
    zones: tuple[Zone, ...]
    countywide: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    unzoned: tuple[int, ...] = ()
    until: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class CountyZones:
    """The zones of all stages in one year, and what they are drawn on.

    `sections` lists every section of the plan with its point; `edges` are the pairs of areas that
    touch along a border, by their place in the study's areas.
    """

    study: Study
    scenario: Scenario
    year: int
    sections: gpd.GeoDataFrame
    edges: npt.NDArray[np.int64]
    stages: tuple[StageZones, ...]
    seed: int = 0

    @property
    def norms(self) -> Norms:
        """The norms that were applied: the study's with the scenario's deviations."""
        return self.study.norms


@names_files
def zones_of_year(
    study: Study,
    scenario: Scenario,
    *,
    year: int = 0,
    stages: Collection[str] = (),
    seed: int = 0,
    say: Callable[[str], None] = lambda _doing: None,
) -> CountyZones:
    """Return the zones that `planner plan` gives a scenario in one year.

    Args:
        study: What is known.
        scenario: What is wished for and assumed.
        year: School year; 0: the first that is planned.
        stages: Stages wanted; empty: all that have sections.
        seed: The same seed draws the same zones.
        say: Called with what is being done, in a few words.

    Raises:
        ScenarioError: A stage or the year is not in the plan.
        NoPlanError: The scenario's wishes contradict each other.
    """
    study = with_norms_of(study, scenario)
    years = years_of(study, scenario)
    wanted = _year(year, scenario, years)
    _refuse_unknown("stage", "学段", stages, [stage.stage for stage in study.norms.stages])
    county, results, _ = work_county(study, scenario, years, seed, say)
    found = tuple(
        _of_stage(county, result, years.index(wanted))
        for result in results
        if not stages or result.stage.stage in stages
    )
    return CountyZones(
        study=study,
        scenario=scenario,
        year=wanted,
        sections=county.offer.sections,
        edges=county.edges,
        stages=found,
        seed=seed,
    )


def only_sections(zones: CountyZones, sections: Collection[str]) -> CountyZones:
    """Return the zones of some sections, all where none is named; what lies outside is left out.

    Raises:
        ScenarioError: A section is not in the plan; all of them together.
    """
    if not sections:
        return zones
    _refuse_unknown("section", "学段部", sections, zones.sections["section_id"].tolist())
    mine = [
        StageZones(
            stage=stage.stage,
            zones=tuple(zone for zone in stage.zones if set(zone.sections) & set(sections)),
            countywide=tuple(key for key in stage.countywide if key in sections),
            idle=tuple(key for key in stage.idle if key in sections),
        )
        for stage in zones.stages
    ]
    kept = tuple(stage for stage in mine if stage.zones or stage.countywide or stage.idle)
    return replace(zones, stages=kept)


def _of_stage(county: County, result: StageResult, column: int) -> StageZones:
    """Return the zones of one stage in the year of this column."""
    sections = county.offer.sections
    keys = sections["section_id"].to_numpy()
    open_rows = [row for row in map(int, result.rows) if county.offer.open[row, column]]
    by_zone = [row for row in open_rows if sections["intake"].iat[row] == "zone"]
    countywide = tuple(str(keys[row]) for row in open_rows if row not in by_zone)
    if result.zones is None:
        return StageZones(result.stage, (), countywide)
    section = result.zones.section[:, column]
    zones = []
    for group in _groups(result, column, section):
        areas = np.flatnonzero(np.isin(section, group))
        if len(areas):
            zones.append(Zone(tuple(str(keys[row]) for row in group), tuple(map(int, areas))))
    served = {key for zone in zones for key in zone.sections}
    return StageZones(
        stage=result.stage,
        zones=tuple(zones),
        countywide=countywide,
        idle=tuple(str(keys[row]) for row in by_zone if str(keys[row]) not in served),
        unzoned=tuple(map(int, np.flatnonzero(section < 0))),
        until=_until(county, result, column),
    )


def _until(county: County, result: StageResult, column: int) -> int:
    """Return the last year in which the zones are those of this column, 0 if they stay."""
    if result.zones is None:
        return 0
    later = result.zones.section[:, column + 1 :]
    changed = (later != result.zones.section[:, [column]]).any(axis=0)
    return county.offer.years[column + int(np.argmax(changed))] if changed.any() else 0


def _groups(
    result: StageResult, column: int, section: npt.NDArray[np.int64]
) -> list[tuple[int, ...]]:
    """Return the sections of every zone in the order of their first one, as rows."""
    shared: list[tuple[int, ...]] = []
    if result.shared is not None and (going := result.shared.going[column]) is not None:
        drawn = set(map(int, going.group)) - {-1}
        shared = [tuple(result.shared.groups[number]) for number in sorted(drawn)]
    joined = {row for group in shared for row in group}
    alone = [(int(row),) for row in np.unique(section[section >= 0]) if int(row) not in joined]
    return sorted([*shared, *alone])


def _year(asked: int, scenario: Scenario, years: tuple[int, ...]) -> int:
    """Return the year asked for, or the first that is planned."""
    shown = (years[0], *(year for year in years[1:] if year >= scenario.years.first))
    if not asked:
        return shown[min(1, len(shown) - 1)]
    if asked not in shown:
        raise ScenarioError(
            Sentence(
                f"--year {asked} is not planned. Choose one of {shown[0]} to {shown[-1]}, or let "
                "the scenario plan further ([years] last).",
                f"--year {asked}不在规划年份内；请选{shown[0]}至{shown[-1]}中的一年，"
                "或在方案中延长（[years] last）。",
            )
        )
    return asked


def _refuse_unknown(option: str, zh: str, named: Collection[str], there: Sequence[str]) -> None:
    """Refuse stages or sections that the plan does not have, all together."""
    faults = [
        Sentence(
            f"--{option} {name}: there is no such {option} in this plan."
            f"{did_you_mean(name, there) or _there_are(there, 'en')}",
            f"--{option} {name}：本方案没有此{zh}。"
            f"{did_you_mean(name, there, lang='zh') or _there_are(there, 'zh')}",
        )
        for name in named
        if name not in there
    ]
    if faults:
        raise ScenarioError(*faults)


def _there_are(there: Sequence[str], lang: str) -> str:
    """Return a hint with the first names that there are."""
    if lang == "zh":
        return f"现有：{'、'.join(there[:5])}{'等' if len(there) > 5 else ''}。"
    return f" There are: {', '.join(there[:5])}{' and more' if len(there) > 5 else ''}."
