r"""Say for every step of a border which street, river or other line it runs along.

The border is walked in steps of 10 metres (`planner.notices.walk`). Calling a step by line f costs

    c_f = (d / 40 m)² + sin² θ + b_f

for each metre, where d is the distance of the step from the line, θ the angle between the two and
b_f a preference: 0 for a street, river, shore or railway with a name, 0.2 for one without, 0.4 for
the border of the county, 0.45 for that of a township, 0.7 for that of a community, which has no
distance and no angle. To leave a step without a name costs 1 a metre, and each change of the name
40. Lines farther than 80 metres are out of the question. So a street is followed along a jog of
twenty metres and across every junction; a border drawn 20 metres beside it and ten degrees askew
(0.28) is still taken for it; a street that runs 40 metres away is not; and nobody turns into a
side street for less than 40 metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from planner.notices.features import Feature
from planner.notices.names import shown
from planner.notices.walk import cheapest_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.notices.features import Features
    from planner.notices.walk import Steps

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]

__all__ = ["UNNAMED", "Ground", "Matched", "ground_of", "match_steps"]

NEAR_METRES: Final = 40.0
FAR_METRES: Final = 80.0
CHANGE_METRES: Final = 40.0
UNNAMED_COST: Final = 1.0
WITHOUT_NAME: Final = 0.2
BORDER_COST: Final = {"county": 0.4, "township": 0.45, "community": 0.7}
UNNAMED: Final = Feature("none")
"""What a step is called that nothing runs along."""
_BESIDE_METRES: Final = 3.0
_GAP_METRES: Final = 15.0
"""Neighbours drawn as far apart as this are neighbours all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The areas on which borders run: shapes, and what townships and communities they are in.

    Attributes:
        shapes: Polygons, [area].
        tree: Finds areas by place.
        county: All of them together, without holes.
        townships: Name of the township of each area, empty where unknown.
        communities: Label of the community of each area.
    """

    shapes: npt.NDArray[np.object_]
    tree: shapely.STRtree
    county: shapely.Geometry
    townships: tuple[str, ...]
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """What the steps of a ring run along.

    Attributes:
        features: What came into question for any step.
        chosen: Place of the step's feature among them, [step].
        cost: Cost of each feature, without the price of changes, [step, feature].
        offset: Metres from the step to the feature, positive where it lies outside the zone;
            NaN where it is too far or a mere border, [step, feature].
        outside: Area beyond the border, -1 where there is none, [step].
    """

    features: tuple[Feature, ...]
    chosen: IntArray
    cost: FloatArray
    offset: FloatArray
    outside: IntArray


def ground_of(
    shapes: npt.NDArray[np.object_], townships: Sequence[str], communities: Sequence[str]
) -> Ground:
    """Return the ground of a study's areas."""
    whole = shapely.union_all(shapely.make_valid(shapes))
    filled = [shapely.Polygon(part.exterior) for part in shapely.get_parts(whole) if part.area > 0]
    return Ground(
        shapes=shapes,
        tree=shapely.STRtree(shapes),
        county=shapely.union_all(filled),
        townships=tuple(map(shown, townships)),
        communities=tuple(communities),
    )


def match_steps(
    steps: Steps, zone: npt.NDArray[np.bool_], ground: Ground, features: Features
) -> Matched:
    """Return what every step of a ring runs along.

    Args:
        steps: The ring.
        zone: Whether each area belongs to the zone, [area].
        ground: The areas.
        features: The county's lines.
    """
    outside = _outside(steps, zone, ground)
    along, cost, offset = _lines_near(steps, features)
    borders, border_cost = _borders(steps, zone, outside, ground)
    total = np.hstack([cost, border_cost, np.full((len(outside), 1), UNNAMED_COST)])
    chosen = cheapest_words(total, CHANGE_METRES / steps.metres)
    unknown = np.full((len(outside), len(borders) + 1), np.nan)
    return Matched(
        features=(*along, *borders, UNNAMED),
        chosen=chosen,
        cost=total,
        offset=np.hstack([offset, unknown]),
        outside=outside,
    )


def _outside(steps: Steps, zone: npt.NDArray[np.bool_], ground: Ground) -> IntArray:
    """Return the area just beyond each step, the nearest one where areas lie a little apart."""
    found = np.full(len(steps.points), -1, dtype=np.int64)
    beside = shapely.points(steps.points + _BESIDE_METRES * steps.outward)
    for reach in (0.0, _GAP_METRES):
        missing = np.flatnonzero(found < 0)
        step, area = ground.tree.query(beside[missing], predicate="dwithin", distance=reach)
        step, area = missing[step[~zone[area]]], area[~zone[area]]
        near = shapely.distance(beside[step], ground.shapes[area])
        order = np.lexsort((area, -near))  # the nearest is written last
        found[step[order]] = area[order]
    return found


def _lines_near(
    steps: Steps, features: Features
) -> tuple[tuple[Feature, ...], FloatArray, FloatArray]:
    """Return the features near a ring, what each costs at each step, and how far it lies off."""
    points = shapely.points(steps.points)
    step, segment = features.tree.query(points, predicate="dwithin", distance=FAR_METRES)
    numbers, column = np.unique(features.of[segment], return_inverse=True)
    along = tuple(features.features[number] for number in numbers)
    cost = np.full((len(points), len(along)), np.inf)
    offset = np.full(cost.shape, np.nan)
    if not len(step):
        return along, cost, offset
    metres = shapely.distance(points[step], features.segments[segment])
    cosine = np.einsum("ij,ij->i", steps.ahead[step], features.headings[segment])
    bias = np.array([0.0 if feature.name else WITHOUT_NAME for feature in along])
    price = (metres / NEAR_METRES) ** 2 + (1.0 - cosine**2) + bias[column]
    order = np.lexsort((segment, price))
    first = np.unique(step[order] * len(along) + column[order], return_index=True)[1]
    best = order[first]
    where = step[best], column[best]
    cost[where] = price[best]
    lines = shapely.shortest_line(points[step[best]], features.segments[segment[best]])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    across = np.einsum("ij,ij->i", ends[:, 1] - ends[:, 0], steps.outward[step[best]])
    offset[where] = np.where(across < 0, -metres[best], metres[best])
    return along, cost, offset


def _borders(
    steps: Steps, zone: npt.NDArray[np.bool_], outside: IntArray, ground: Ground
) -> tuple[tuple[Feature, ...], FloatArray]:
    """Return the borders of county, townships and communities, and what each costs at each step."""
    beside = steps.points + _GAP_METRES * steps.outward
    abroad = (outside < 0) & ~shapely.intersects_xy(ground.county, beside[:, 0], beside[:, 1])
    own_towns = {ground.townships[area] for area in np.flatnonzero(zone)}
    own_communities = {ground.communities[area] for area in np.flatnonzero(zone)}
    steps_of: dict[Feature, list[int]] = {}
    for number, area in enumerate(outside):
        if abroad[number]:
            steps_of.setdefault(Feature("county"), []).append(number)
        if area < 0:
            continue
        town, community = ground.townships[area], ground.communities[area]
        if town and town not in own_towns:
            steps_of.setdefault(Feature("township", town), []).append(number)
        if community and community not in own_communities:
            steps_of.setdefault(Feature("community", community), []).append(number)
    cost = np.full((len(outside), len(steps_of)), np.inf)
    for column, (feature, numbers) in enumerate(steps_of.items()):
        cost[numbers, column] = BORDER_COST[feature.kind]
    return tuple(steps_of), cost
