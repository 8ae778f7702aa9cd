"""The lines that a border can be said to run along: streets, rivers, lake shores, railways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from planner.notices.names import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from planner.study import Study

__all__ = ["NAMED_KINDS", "STREETS", "Feature", "Features", "features_of"]

STREETS: Final = ("street", "trunk_road", "motorway")
"""Kinds with houses on both sides, of which a notice says to whom they belong."""
NAMED_KINDS: Final = (*STREETS, "river", "lake", "railway")
"""Kinds that count as a street or river by which a border is named."""


class Feature(NamedTuple):
    """What a stretch of border runs along; without a name where the data have none."""

    kind: str
    name: str = ""

    @property
    def is_named(self) -> bool:
        """Whether it is a street, river, lake or railway with a name."""
        return self.kind in NAMED_KINDS and bool(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Every line of the county, in straight segments that can be found by place.

    Attributes:
        features: Kind and name, each once.
        segments: Straight lines, [segment].
        of: Number of the feature of each segment, [segment].
        headings: Unit vectors along the segments, [segment, 2].
        tree: Finds segments by place.
    """

    features: tuple[Feature, ...]
    segments: npt.NDArray[np.object_]
    of: npt.NDArray[np.int64]
    headings: npt.NDArray[np.float64]
    tree: shapely.STRtree


def features_of(study: Study) -> Features:
    """Return the lines of a study; streets of one name are one feature wherever they lie."""
    number: dict[Feature, int] = {}
    coordinates, of = [], []
    for feature, line in _lines(study):
        points = shapely.get_coordinates(line)
        if len(points) > 1:
            pairs = np.stack([points[:-1], points[1:]], axis=1)
            pairs = pairs[(pairs[:, 0] != pairs[:, 1]).any(axis=1)]
            coordinates.append(pairs)
            of.append(np.full(len(pairs), number.setdefault(feature, len(number))))
    ends = np.concatenate(coordinates) if coordinates else np.empty((0, 2, 2))
    along = ends[:, 1] - ends[:, 0]
    segments = shapely.linestrings(ends) if len(ends) else np.empty(0, dtype=object)
    return Features(
        features=tuple(number),
        segments=segments,
        of=np.concatenate(of) if of else np.empty(0, dtype=np.int64),
        headings=along / np.linalg.norm(along, axis=1, keepdims=True),
        tree=shapely.STRtree(segments),
    )


def _lines(study: Study) -> Iterator[tuple[Feature, shapely.LineString]]:
    """Yield every line with its feature; of lakes and wide rivers the shore."""
    for table, kinds in ((study.streets, None), (study.barriers, "kind")):
        if table.empty:
            continue
        names = table["name"].fillna("").astype(str)
        of_kind = ["street"] * len(table) if kinds is None else table[kinds].tolist()
        for kind, name, shape in zip(of_kind, names, table.geometry, strict=True):
            if shape is None or shape.is_empty:
                continue
            line = shape.boundary if shape.geom_type.endswith("Polygon") else shape
            for part in shapely.get_parts(line):
                yield Feature(str(kind), shown(name)), part
