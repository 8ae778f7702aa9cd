"""How many children enter a stage each year, and in which areas they live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.projection.rounding import round_together, share_exactly
from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.norms import StageNorm
    from planner.projection.residents import Residents
    from planner.projection.rolls import Rolls
    from planner.scenario import Scenario

    IntArray = npt.NDArray[np.int64]
    FloatArray = npt.NDArray[np.float64]

__all__ = ["UNIVERSAL_FROM_GRADE", "Entrants", "Intake", "project_entrants"]

UNIVERSAL_FROM_GRADE = 2
"""Stages that begin at this grade or above are entered by the leavers of the stage before;
what begins at grade 1 or below is entered from home, so residents are what counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """The sections of one stage that take entrants in, as rows of a plan's sections.

    Attributes:
        stage: The stage's norms.
        previous: The stage before it that has sections here, None where there is none.
        zoned: Rows of sections with enrolment zones.
        county: Rows of sections that take from the whole county.
        zone_today: Row of the section an area is zoned to today, [area]; -1 where none is.
    """

    stage: StageNorm
    previous: StageNorm | None
    zoned: IntArray
    county: IntArray
    zone_today: IntArray

    @property
    def from_leavers(self) -> bool:
        """Whether entrants are counted from the leavers of the stage before."""
        return self.previous is not None and self.stage.grades[0] >= UNIVERSAL_FROM_GRADE


@dataclass(frozen=True, slots=True, eq=False)
class Entrants:
    """Entrants of one stage by the area they live in, in whole children.

    Attributes:
        zoned: Entrants who go by their area's zone, [area, year].
        county: Entrants who go to a section that takes from the whole county, [area, year].
        residents: Residents of entry age, [area, year].
        notes: What was assumed.
    """

    zoned: IntArray
    county: IntArray
    residents: FloatArray
    notes: tuple[Fallback, ...]


def project_entrants(
    intake: Intake,
    residents: Residents,
    rolls: Rolls,
    leavers: Mapping[int, int],
    scenario: Scenario,
    years: tuple[int, ...],
) -> Entrants:
    """Return the entrants of every year by area; in the base year they add up to the rolls.

    Where a stage is entered from home, an area's entrants are its residents of entry age ×
    the share of them that enters, learned for its zone and shrunk toward the county. Where it
    is entered from the stage before, the county's entrants are last year's leavers × the
    transition share, and areas share them like their residents of entry age. What the scenario
    says of pupils from outside, of private schools and of boarding away comes on top.

    Args:
        intake: The sections that take entrants in, and today's zones.
        residents: Residents by area, single age and year, projected to the last year.
        rolls: Counted rolls of all sections.
        leavers: Pupils in the top grade of the stage before, by year; only read for years
            before the one that is entered.
        scenario: How much of the past speaks, and transition shares set by policy.
        years: School years, the base year first.
    """
    at_home = np.stack(
        [residents.of_ages(intake.stage.entry_age, intake.stage.entry_age, year) for year in years],
        axis=1,
    )
    learned = _learn(intake, residents, rolls, scenario)
    zoned = np.zeros(at_home.shape, dtype=np.int64)
    county = np.zeros(at_home.shape, dtype=np.int64)
    base = rolls.years.index(years[0])
    zoned[:, 0] = _counted_zoned(intake, rolls, base, at_home[:, 0])
    county[:, 0] = _counted_county(intake, rolls, base, at_home[:, 0])
    transition = _transition(intake, rolls, leavers, scenario)
    wished = scenario.entrants.factor(intake.stage.stage)
    for column, year in enumerate(years[1:], start=1):
        by_zone = at_home[:, column] * learned.share
        by_county = at_home[:, column] * learned.county_share
        if transition is not None:
            total = transition * leavers[year - 1]
            by_zone = _scaled(by_zone, total * (1 - learned.county_part))
            by_county = _scaled(by_county, total * learned.county_part)
        zoned[:, column] = round_together(by_zone * wished)
        county[:, column] = round_together(by_county * wished)
    return Entrants(zoned, county, at_home, tuple(_notes(intake, learned)))


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """Shares of residents who enter: by area to zoned sections, countywide to county ones."""

    share: FloatArray
    county_share: float
    county_part: float
    overall: float


def _learn(intake: Intake, residents: Residents, rolls: Rolls, scenario: Scenario) -> _Learned:
    """Learn entrants ÷ residents of entry age from the years that have both.

    A zone's own experience is mixed with `entrants_shrinkage` residents of the county's:
    share = (entrants + k × county share) ÷ (residents + k).
    """
    both = [year for year in rolls.years if residents.years[0] <= year]
    both = both[-scenario.projection.years_learned :]
    layers = [rolls.years.index(year) for year in both]
    column = rolls.grades.index(intake.stage.grades[0])
    entry = rolls.pupils[:, column, :][:, layers]
    age = intake.stage.entry_age
    at_home = np.stack([residents.of_ages(age, age, year) for year in both], axis=1)
    entered = np.zeros(len(entry))
    lived = np.zeros(len(entry))
    for row in intake.zoned:
        known = np.isfinite(entry[row])
        entered[row] = entry[row][known].sum()
        lived[row] = at_home[intake.zone_today == row][:, known].sum()
    known_home = lived.sum()
    zone_share = float(entered.sum() / known_home) if known_home > 0 else 0.0
    from_county = float(np.nansum(entry[intake.county]))
    everyone = float(at_home.sum())
    county_share = from_county / everyone if everyone > 0 else 0.0
    k = scenario.projection.entrants_shrinkage
    own = (entered + k * zone_share) / np.maximum(lived + k, 1e-9)
    share = np.where(intake.zone_today >= 0, own[intake.zone_today], zone_share)
    together = entered.sum() + from_county
    return _Learned(
        share=share,
        county_share=county_share,
        county_part=from_county / together if together > 0 else float(len(intake.zoned) == 0),
        overall=zone_share + county_share,
    )


def _counted_zoned(intake: Intake, rolls: Rolls, layer: int, at_home: FloatArray) -> IntArray:
    """Return the base year's zoned entrants by area, section by section as they were counted."""
    column = rolls.grades.index(intake.stage.grades[0])
    counted = np.zeros(len(at_home), dtype=np.int64)
    for row in intake.zoned:
        pupils = np.nan_to_num(rolls.pupils[row, column, layer])
        members = np.flatnonzero(intake.zone_today == row)
        if pupils == 0:
            continue
        # A section whose zone has no residents of the age, or no zone: its pupils live
        # somewhere, so they are spread over the county.
        where = members if at_home[members].sum() > 0 else np.arange(len(at_home))
        counted[where] += share_exactly(int(pupils), at_home[where] + 1e-9)
    return counted


def _counted_county(intake: Intake, rolls: Rolls, layer: int, at_home: FloatArray) -> IntArray:
    """Return the base year's entrants to county sections, spread over all areas."""
    column = rolls.grades.index(intake.stage.grades[0])
    pupils = int(np.nansum(rolls.pupils[intake.county, column, layer]))
    return share_exactly(pupils, at_home + 1e-9)


def _transition(
    intake: Intake, rolls: Rolls, leavers: Mapping[int, int], scenario: Scenario
) -> float | None:
    """Return entrants ÷ last year's leavers: the scenario's, or learned; None from home."""
    if not intake.from_leavers:
        return None
    if intake.stage.stage in scenario.transition.shares:
        return scenario.transition.shares[intake.stage.stage]
    column = rolls.grades.index(intake.stage.grades[0])
    rows = np.concatenate([intake.zoned, intake.county])
    pairs = [
        (float(np.nansum(rolls.pupils[rows, column, layer])), leavers[year - 1])
        for layer, year in enumerate(rolls.years)
        if year - 1 in leavers
    ][-scenario.projection.years_learned :]
    left = sum(before for _, before in pairs)
    # Without two years in a row nothing contradicts that all go on.
    return sum(entered for entered, _ in pairs) / left if left else 1.0


def _scaled(parts: FloatArray, total: float) -> FloatArray:
    """Scale parts so that they add up to a total; equal parts where all are zero."""
    known = parts if parts.sum() > 0 else np.ones_like(parts)
    scaled: FloatArray = known * (total / known.sum())
    return scaled


def _notes(intake: Intake, learned: _Learned) -> list[Fallback]:
    """Explain a share of entrants above one instead of clipping it in silence."""
    if intake.from_leavers or learned.overall <= 1.05:
        return []
    stage = intake.stage
    share = f"{learned.overall:.0%}"
    return [
        Fallback(
            f"share_above_one_{stage.stage}",
            f"{stage.names['en']}: entrants are {share} of the residents of entry age. Pupils from "
            "outside, older entrants or residents counted too low explain this; it is carried on.",
            f"{stage.names['zh']}：新生数为入学年龄常住人口的 {share}，"
            "可能因外来学生、超龄入学或常住人口偏低，预测沿用此比例。",
        )
    ]
