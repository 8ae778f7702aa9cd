"""Know what children do not cross: railways, motorways, rivers and trunk roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.norms.street_classes import UNKNOWN_CLASS, street_classes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from planner.study import Study

__all__ = ["Barrier", "barriers_of", "cut_edges"]

BESIDE_METRES: Final = 30.0
"""A border this close to a barrier runs along it: beds and verges are as wide as that."""
ALONG_SHARE: Final = 0.9
"""Share of a border beside barriers from which on nobody gets across elsewhere."""
TOUCH_METRES: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Barrier:
    """All lines and polygons of one kind that children do not cross.

    Attributes:
        kind: "railway", "motorway", "river", "trunk_road" or "lake".
        shapes: The lines and polygons, in the study's metres.
    """

    kind: str
    shapes: NDArray[Any]

    def met_by(self, ways: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell which straight ways, [way] lines, lead over it before their last metre: [way].

        The last metre does not count: a way may end on a trunk road, where the street is.
        """
        rest = np.maximum(shapely.length(ways) - TOUCH_METRES, 0.0)
        ends = [shapely.get_point(ways, 0), shapely.line_interpolate_point(ways, rest)]
        corners = np.stack([shapely.get_coordinates(end) for end in ends], axis=1)
        met = np.zeros(len(ways), dtype=bool)
        lines = shapely.linestrings(corners) if len(ways) else np.empty(0, dtype=object)
        met[shapely.STRtree(self.shapes).query(lines, predicate="intersects")[0]] = True
        return met


def barriers_of(study: Study, kinds: Sequence[str]) -> tuple[Barrier, ...]:
    """Return the barriers of these kinds that the study knows, one for each kind.

    Motorways and trunk roads among the streets are barriers as well, where they are neither on a
    bridge nor in a tunnel.
    """
    return tuple(_barriers(study, dict.fromkeys(kinds)))


def cut_edges(study: Study, edges: NDArray[np.int64], kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which neighbours a barrier parts: it runs along their border, and no way leads over.

    Two areas are parted where nine tenths of their common border lie within 30 metres of a
    barrier and no street that is a bridge, a tunnel or a crossing leads from one to the other.

    Args:
        study: Areas, barriers and streets.
        edges: Pairs of areas that touch, [edge, 2].
        kinds: Kinds of barriers that part areas.
    """
    barriers = barriers_of(study, kinds)
    if not barriers or not len(edges):
        return np.zeros(len(edges), dtype=bool)
    areas = study.areas.geometry.to_numpy()
    one, other = areas[edges[:, 0]], areas[edges[:, 1]]
    borders = shapely.intersection(shapely.boundary(one), shapely.boundary(other))
    shapes = np.concatenate([barrier.shapes for barrier in barriers])
    edge, near = shapely.STRtree(shapes).query(borders, "dwithin", distance=BESIDE_METRES)
    cut = np.zeros(len(edges), dtype=bool)
    for number in np.unique(edge):
        beside = shapely.buffer(shapely.union_all(shapes[near[edge == number]]), BESIDE_METRES)
        length = shapely.length(borders[number])
        inside = shapely.length(shapely.intersection(borders[number], beside))
        cut[number] = length > 0 and inside >= ALONG_SHARE * length
    parted = np.flatnonzero(cut)
    cut[parted[_led_over(study, one[parted], other[parted])]] = False
    return cut


def _barriers(study: Study, kinds: dict[str, None]) -> Iterator[Barrier]:
    """Yield what the tables of barriers and streets have of each kind."""
    classes = street_classes()
    streets, barriers = study.streets, study.barriers
    of_class = np.array(
        [classes.get(name, UNKNOWN_CLASS).barrier for name in streets["street_class"]], dtype=object
    )
    on_ground = ~streets["crosses"].isin(["bridge", "tunnel"]).to_numpy(dtype=bool)
    for kind in kinds:
        drawn = barriers.geometry.to_numpy()[(barriers["kind"] == kind).to_numpy(dtype=bool)]
        roads = streets.geometry.to_numpy()[on_ground & (of_class == kind)]
        shapes = np.concatenate([drawn, roads])
        if len(shapes):
            yield Barrier(kind, shapes)


def _led_over(study: Study, one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which pairs of areas a bridge, a tunnel or a crossing joins."""
    streets = study.streets
    over = streets.geometry.to_numpy()[streets["crosses"].notna().to_numpy(dtype=bool)]
    joined = np.zeros(len(one), dtype=bool)
    if len(over) and len(one):
        tree = shapely.STRtree(over)
        pairs = [tree.query(side, predicate="intersects") for side in (one, other)]
        keys = [pair * len(over) + street for pair, street in pairs]
        joined[np.intersect1d(*keys) // len(over)] = True
    return joined
