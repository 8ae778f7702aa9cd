"""What all sheets of a study share: areas, townships, water, railways and streets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from planner.atlas.ground import prepare_ground
from planner.atlas.lists import texts
from planner.atlas.shapes import dissolve, simplify_together
from planner.atlas.sheets.window import Lie, lie_of
from planner.atlas.style import ShapeStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from planner.atlas.ground import Ground
    from planner.atlas.sheets.window import Window
    from planner.atlas.style import Style
    from planner.study import Study

__all__ = ["Land", "Lines", "Sight", "prepare_land", "sight_of"]

_TOLERANCE_METRES: Final = 1.0
_TOLERANCE_MM: Final = 0.06
_BEYOND_MM: Final = 2.0  # shapes are cut a little outside the neat line: no cut edge is seen


class Lines(NamedTuple):
    """Streets, or barriers, with their names; an empty name is none."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    shapes: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """The county as all sheets draw it, in metres; `townships` holds the areas of each."""

    study: Study
    ground: Ground
    lie: Lie
    townships: dict[str, NDArray[np.intp]]
    main_streets: Lines
    streets: Lines
    barriers: Lines

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all areas."""
        west, south, east, north = (
            float(side) for side in shapely.total_bounds(self.ground.polygons)
        )
        return west, south, east, north

    def bounds_of(self, members: NDArray[np.intp]) -> tuple[float, float, float, float]:
        """Return the bounds of some areas."""
        west, south, east, north = (
            float(side) for side in shapely.total_bounds(self.ground.polygons[members])
        )
        return west, south, east, north


def prepare_land(study: Study, style: Style) -> Land:
    """Gather what lies on the ground."""
    ground = prepare_ground(study, replace(style, shapes=ShapeStyle(_TOLERANCE_METRES)))
    west, south, east, north = shapely.total_bounds(ground.polygons)
    township = study.areas["township"]
    main = study.streets["street_class"].isin(style.context.main_streets).to_numpy()
    return Land(
        study=study,
        ground=ground,
        lie=lie_of(study.crs, (west, south, east, north)),
        townships={
            str(name): np.flatnonzero(township == name) for name in township.dropna().unique()
        },
        main_streets=_joined(study.streets[main]),
        streets=_joined(study.streets[~main]),
        barriers=Lines(
            tuple(texts(study.barriers["name"])),
            tuple(texts(study.barriers["kind"])),
            study.barriers.geometry.to_numpy(),
        ),
    )


def _joined(streets: pd.DataFrame) -> Lines:
    """Return streets joined where pieces of one name meet, for few lines instead of many."""
    named = streets.assign(name=texts(streets["name"]), street_class=texts(streets["street_class"]))
    names, kinds, shapes = [], [], []
    for (name, kind), rows in named.groupby(["name", "street_class"]):
        lines = shapely.get_parts(rows["geometry"].to_numpy())
        names.append(str(name))
        kinds.append(str(kind))
        shapes.append(shapely.line_merge(shapely.multilinestrings(lines)))
    return Lines(tuple(names), tuple(kinds), np.array(shapes, dtype=object))


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What of the land a window shows, in millimetres on paper and cut to the map."""

    window: Window
    areas: NDArray[np.intp]
    """Areas that are seen, in rising order."""
    _polygons: NDArray[np.object_]
    _matching: bool

    def together(self, members: NDArray[np.intp]) -> shapely.Geometry:
        """Return the shape that some areas form together, empty if none is seen."""
        seen = np.flatnonzero(np.isin(self.areas, members))
        if not len(seen):
            return shapely.Polygon()
        return self.cut(dissolve(self._polygons, seen, matching=self._matching))

    def each(self, members: NDArray[np.intp]) -> Iterator[tuple[int, shapely.Geometry]]:
        """Yield the seen ones of some areas with their shapes."""
        for place in np.flatnonzero(np.isin(self.areas, members)):
            shape = self.cut(self._polygons[place])
            if not shape.is_empty:
                yield int(self.areas[place]), shape

    def cut(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return what of a shape on paper lies on the map."""
        box = self.window.box
        more = _BEYOND_MM
        seen = shapely.clip_by_rect(
            shape, box.left - more, box.top - more, box.right + more, box.bottom + more
        )
        # Cutting quickly may leave a polygon that touches itself.
        return seen if shapely.is_valid(seen) else shapely.make_valid(seen)

    def lines(self, lines: Lines) -> Iterator[tuple[str, str, shapely.Geometry]]:
        """Yield what is seen of lines or barriers, with name and kind."""
        view = shapely.box(*self.window.view)
        for place in np.flatnonzero(shapely.intersects(lines.shapes, view)):
            (shape,) = self.window.on_paper(lines.shapes[place : place + 1])
            seen = self.cut(shapely.simplify(shape, _TOLERANCE_MM))
            if not seen.is_empty:
                yield lines.names[place], lines.kinds[place], seen


def sight_of(window: Window, land: Land) -> Sight:
    """Return what a window shows of the land."""
    west, south, east, north = window.view
    bounds = shapely.bounds(land.ground.polygons)
    seen = np.flatnonzero(
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    polygons = window.on_paper(land.ground.polygons[seen])
    if land.ground.matching and len(polygons):
        polygons = simplify_together(polygons, _TOLERANCE_MM)
    return Sight(window, seen, polygons, land.ground.matching)
