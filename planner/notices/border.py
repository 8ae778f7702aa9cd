"""Describe the border of a zone stretch by stretch: along what, on which side, how surely."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.notices.features import STREETS, Feature
from planner.notices.matching import UNNAMED, match_steps
from planner.notices.outline import pieces_of
from planner.notices.sides import SIDES, parts_by_side, sides_of, start_of_walk
from planner.notices.walk import Run, runs_of, steps_along

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from planner.notices.features import Features
    from planner.notices.matching import Ground, Matched
    from planner.notices.walk import Steps
    from planner.notices.zones import Zone

__all__ = ["Border", "Houses", "Piece", "Ring", "Stretch", "border_of", "with_houses"]

ON_LINE_METRES: Final = 6.0
"""A border this near a centre line, on average, runs on it."""
BOTH_SIDES_METRES: Final = 30.0
"""A street farther from the border than this has other houses between."""
STEADY_METRES: Final = 6.0
"""A border whose distance from the street varies more than this was not drawn with care."""
GOOD_DATA: Final = 2 / 3
"""Share of the borders along streets that must run on centre lines before houses are spoken of."""
FAR_METRES: Final = 20.0
"""A stretch farther from its line than this, on average, is flagged."""
_PARALLEL_COST: Final = 1.1
"""Up to this cost of a step a line beside it may give it its name."""


class Houses(StrEnum):
    """To whom the houses of a street along the border belong."""

    CENTRE = "centre"
    BOTH = "both"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of border that runs along one line, or along none, on one side of the zone.

    Attributes:
        feature: What it runs along; `UNNAMED` is doubtful.
        side: One of SIDES; empty for the border of what a zone encloses.
        metres: Its length.
        distance_metres: Mean distance from the line; None for mere borders and where none runs.
        offset_metres: Median distance, positive where the line lies outside the zone.
        steady: Whether the distance hardly varies.
        houses: To whom the houses along it belong.
        between: The named lines before and behind a stretch without a name.
    """

    feature: Feature
    side: str
    metres: float
    distance_metres: float | None = None
    offset_metres: float = 0.0
    steady: bool = False
    houses: Houses = Houses.UNKNOWN
    between: tuple[Feature, Feature] | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing runs along it."""
        return self.feature == UNNAMED

    @property
    def is_far(self) -> bool:
        """Whether the line that names it lies rather far off."""
        return self.distance_metres is not None and self.distance_metres > FAR_METRES


@dataclass(frozen=True, slots=True)
class Ring:
    """A closed border: its stretches in walking order, from the beginning of the east side.

    Attributes:
        stretches: In walking order.
        is_hole: Whether it is the border of what the zone encloses.
        encloses: Areas beyond a hole, by their place; none where it is a lake or a gap.
        beside: Metres of each side along which a line could give the border its name.
    """

    stretches: tuple[Stretch, ...]
    is_hole: bool
    encloses: tuple[int, ...]
    beside: Mapping[tuple[str, Feature], float]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a zone: its areas, its outer border and the borders of what it encloses."""

    areas: tuple[int, ...]
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Border:
    """The border of a zone, piece by piece, the largest first.

    Attributes:
        zone: The zone.
        pieces: Its pieces.
        outside: Keys of its sections that stand outside it.
        is_town: Whether all of its areas are of city or town; so if nobody says.
    """

    zone: Zone
    pieces: tuple[Piece, ...]
    outside: tuple[str, ...] = ()
    is_town: bool = True

    @property
    def stretches(self) -> Iterator[tuple[int, Ring, Stretch]]:
        """Every stretch with the number of its piece, from 1, and its ring."""
        for number, piece in enumerate(self.pieces, start=1):
            for ring in piece.rings:
                for stretch in ring.stretches:
                    yield number, ring, stretch


def border_of(
    zone: Zone,
    points: Mapping[str, shapely.Point],
    ground: Ground,
    edges: npt.NDArray[np.int64],
    features: Features,
    *,
    is_town: bool = True,
) -> Border:
    """Return the border of a zone; whose houses are whose is still unknown.

    Args:
        zone: The zone.
        points: Where sections stand, by their keys.
        ground: The areas.
        edges: Pairs of areas that touch along a border, [pair, 2].
        features: The county's lines.
        is_town: Whether it is a zone in town.
    """
    inside = np.zeros(len(ground.shapes), dtype=bool)
    inside[list(zone.areas)] = True
    outlines = pieces_of(zone.areas, ground.shapes, edges)
    pieces = tuple(
        Piece(
            outline.areas,
            (
                _ring(outline.outer, inside, ground, features, is_hole=False),
                *(_ring(hole, inside, ground, features, is_hole=True) for hole in outline.holes),
            ),
        )
        for outline in outlines
    )
    shape = shapely.union_all([outline.shape for outline in outlines])
    beyond = [
        key
        for key in zone.sections
        if key in points and not shapely.dwithin(shape, points[key], 1.0)
    ]
    return Border(zone, pieces, tuple(beyond), is_town)


def with_houses(borders: list[Border]) -> tuple[list[Border], bool]:
    """Return borders that say whose houses are whose, where the data are drawn with enough care.

    On a centre line the near side belongs to the zone; a street that runs steadily inside within
    30 metres belongs to it with both sides, one just outside with neither. All this is only said
    where two thirds of all borders along streets run on centre lines: elsewhere borders are
    drawn too roughly to tell.

    Returns:
        The borders, and whether anything was said of houses.
    """
    along = [
        stretch
        for border in borders
        for _, _, stretch in border.stretches
        if stretch.feature.kind in STREETS and stretch.distance_metres is not None
    ]
    metres = sum(stretch.metres for stretch in along)
    on_line = sum(one.metres for one in along if (one.distance_metres or 0.0) <= ON_LINE_METRES)
    if not metres or on_line < GOOD_DATA * metres:
        return borders, False
    return [_told(border) for border in borders], True


def _told(border: Border) -> Border:
    """Return a border that says whose the houses along each street are."""
    pieces = tuple(
        replace(
            piece,
            rings=tuple(
                replace(
                    ring,
                    stretches=tuple(
                        replace(stretch, houses=_houses(stretch)) for stretch in ring.stretches
                    ),
                )
                for ring in piece.rings
            ),
        )
        for piece in border.pieces
    )
    return replace(border, pieces=pieces)


def _houses(stretch: Stretch) -> Houses:
    """Return to whom the houses along a stretch belong."""
    if stretch.feature.kind not in STREETS or stretch.distance_metres is None:
        return Houses.UNKNOWN
    if stretch.distance_metres <= ON_LINE_METRES:
        return Houses.CENTRE
    if not stretch.steady or stretch.distance_metres > BOTH_SIDES_METRES:
        return Houses.UNKNOWN
    return Houses.NONE if stretch.offset_metres > 0 else Houses.BOTH


def _ring(
    line: shapely.LinearRing,
    inside: npt.NDArray[np.bool_],
    ground: Ground,
    features: Features,
    *,
    is_hole: bool,
) -> Ring:
    """Return one closed border with its stretches."""
    steps = steps_along(line)
    matched = match_steps(steps, inside, ground, features)
    sides = np.zeros(len(steps.points), dtype=np.int64) if is_hole else sides_of(steps)
    start = 0 if is_hole else start_of_walk(sides, steps.points)
    total = len(sides)
    stretches = [
        (_stretch(part, run, matched, steps, is_hole=is_hole), part.start + part.length - 1)
        for run in runs_of(matched.chosen)
        for part in ([run] if is_hole else parts_by_side(run, sides, steps.metres))
    ]
    # By their ends: the stretch in which the walk begins is the first, wherever it begins itself.
    stretches.sort(key=lambda found: (found[1] - start) % total)
    encloses = np.unique(matched.outside[matched.outside >= 0]) if is_hole else ()
    return Ring(
        stretches=_with_neighbours([stretch for stretch, _ in stretches]),
        is_hole=is_hole,
        encloses=tuple(map(int, encloses)),
        beside=_beside(matched, sides, steps),
    )


def _stretch(part: Run, run: Run, matched: Matched, steps: Steps, *, is_hole: bool) -> Stretch:
    """Return one stretch: the part of a run along a feature that lies on one side."""
    offset = matched.offset[part.steps(len(matched.chosen)), run.word]
    known = offset[~np.isnan(offset)]
    feature = matched.features[run.word]
    return Stretch(
        feature=feature,
        side="" if is_hole else SIDES[part.word],
        metres=part.length * steps.metres,
        distance_metres=float(np.abs(known).mean()) if len(known) else None,
        offset_metres=float(np.median(known)) if len(known) else 0.0,
        steady=len(known) > 0 and float(known.std()) <= STEADY_METRES,
    )


def _with_neighbours(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches of a ring; those without a name know between what they lie."""
    told = [number for number, one in enumerate(stretches) if one.feature.name]
    if not told:
        return tuple(stretches)
    return tuple(
        stretch
        if stretch.feature.name
        else replace(
            stretch,
            between=(
                stretches[max((one for one in told if one < number), default=told[-1])].feature,
                stretches[min((one for one in told if one > number), default=told[0])].feature,
            ),
        )
        for number, stretch in enumerate(stretches)
    )


def _beside(
    matched: Matched, sides: npt.NDArray[np.int64], steps: Steps
) -> dict[tuple[str, Feature], float]:
    """Return how many metres of each side could bear the name of a line."""
    metres: dict[tuple[str, Feature], float] = defaultdict(float)
    could = matched.cost <= _PARALLEL_COST
    could[:, -1] = False
    for side, name in enumerate(SIDES):
        counts = could[sides == side].sum(axis=0)
        for place in np.flatnonzero(counts):
            metres[name, matched.features[place]] += float(counts[place] * steps.metres)
    return dict(metres)
