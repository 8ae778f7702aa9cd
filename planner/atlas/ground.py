"""Prepare what all plans of a study share on the map: areas, townships, barriers, main streets."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.atlas.basemaps import degrees_under
from planner.atlas.bends import without_bends
from planner.atlas.cutting import mesh_of
from planner.atlas.lists import Pool, places, texts
from planner.atlas.mesh import mesh_content, polygons_of, touching
from planner.atlas.shapes import THOUSANDTHS, dissolve, encoder, matched, on_map

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from planner.atlas.basemaps import BaseMap
    from planner.atlas.mesh import Mesh
    from planner.atlas.shapes import Ring, ToMap
    from planner.atlas.style import Style
    from planner.study import Study

__all__ = ["Ground", "areas_content", "context_content", "prepare_ground"]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The areas as the map draws them, and the pool of what is sent only once.

    `polygons` are simplified, in metres and in the order of `area_ids`, and `mesh` holds their
    borders in thousandths of a metre; `touching` holds the pairs of areas that touch, shape
    (pairs, 2); `matching` tells whether there are neither gaps nor overlaps between areas;
    `encode_all` turns geometries into rings, `to_map` x and y into degrees.
    """

    area_ids: pd.Index[str]
    mesh: Mesh
    polygons: NDArray[np.object_]
    touching: NDArray[np.intp]
    matching: bool
    encode_all: Callable[[Sequence[shapely.Geometry]], list[list[list[Ring]]]]
    to_map: ToMap
    lists: Pool

    def encode(self, geometry: shapely.Geometry) -> list[list[Ring]]:
        """Return the rings of one geometry."""
        return self.encode_all([geometry])[0]

    def middle(self) -> tuple[float, float]:
        """Return x and y of the middle of the county."""
        west, south, east, north = shapely.total_bounds(self.polygons).tolist()
        return (west + east) / 2, (south + north) / 2

    def places_of(self, area_ids: pd.Series[str]) -> NDArray[np.intp]:
        """Return where areas stand in the order of the map."""
        return places(self.area_ids, area_ids)

    def together(self, members: NDArray[np.intp]) -> shapely.Geometry:
        """Return the shape that some areas form together."""
        return dissolve(self.polygons, members, matching=self.matching)


def prepare_ground(study: Study, style: Style, basemap: BaseMap | None = None) -> Ground:
    """Simplify the areas together, note which touch, and fit them to a base map, if any."""
    to_map = degrees_under(basemap, study.crs)
    tolerance = style.shapes.tolerance_metres
    with _many_shapes():
        drawn = mesh_of(study.areas.geometry.to_numpy(), per_unit=THOUSANDTHS)
        mesh = without_bends(drawn, tolerance * THOUSANDTHS)
        simple = polygons_of(mesh, np.arange(len(study.areas)), per_unit=THOUSANDTHS)
        polygons = matched(simple, mesh, tolerance)
    if polygons is not simple:
        mesh = mesh_of(polygons, per_unit=THOUSANDTHS)
    return Ground(
        area_ids=pd.Index(study.areas["area_id"]),
        mesh=mesh,
        polygons=polygons,
        touching=touching(mesh),
        matching=polygons is simple or bool(shapely.coverage_is_valid(polygons)),
        encode_all=encoder(to_map),
        to_map=to_map,
        lists=Pool(),
    )


@contextmanager
def _many_shapes() -> Iterator[None]:
    """Keep Python from looking for cycles among shapes: there are none, and it takes long."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


def areas_content(study: Study, ground: Ground) -> dict[str, Any]:
    """Return the areas' names, one list each, and the mesh that their borders form."""
    return {
        "id": texts(study.areas["area_id"]),
        "name": texts(study.areas["name"]),
        "nameEn": texts(study.areas["name_en"]),
        "township": texts(study.areas["township"]),
        "mesh": mesh_content(on_map(ground.mesh, ground.to_map)),
    }


def context_content(study: Study, ground: Ground, style: Style) -> dict[str, Any]:
    """Return what helps a reader to find the way: outline, townships, barriers, main streets."""
    tolerance = style.shapes.tolerance_metres
    everywhere = np.arange(len(ground.polygons))
    township = study.areas["township"]
    barriers = zip(
        texts(study.barriers["kind"]),
        texts(study.barriers["name"]),
        study.barriers.geometry.simplify(tolerance),
        strict=True,
    )
    return {
        "county": ground.encode(ground.together(everywhere)),
        "townships": [
            _township(str(name), np.flatnonzero(township == name), ground)
            for name in township.dropna().unique()
        ],
        "barriers": [
            {
                "kind": kind,
                "name": name,
                "shape": ground.encode(shape),
                "at": _middle(shape, ground),
            }
            for kind, name, shape in barriers
        ],
        "streets": ground.encode(_main_streets(study, style).simplify(tolerance)),
    }


def _township(name: str, members: NDArray[np.intp], ground: Ground) -> dict[str, Any]:
    """Return a township's border and the point where its name stands."""
    shape = ground.together(members)
    return {
        "name": name,
        "shape": ground.encode(shape),
        "at": _middle(shape, ground),
    }


def _middle(shape: shapely.Geometry, ground: Ground) -> Ring:
    """Return a point within a shape at which its name can stand."""
    return ground.encode(shapely.point_on_surface(shape))[0][0]


def _main_streets(study: Study, style: Style) -> shapely.Geometry:
    """Return the main streets joined where they meet, for few lines instead of many."""
    main = study.streets["street_class"].isin(style.context.main_streets)
    together = shapely.multilinestrings(shapely.get_parts(study.streets.geometry[main].to_numpy()))
    return shapely.line_merge(together)
