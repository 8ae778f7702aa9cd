"""Say where children set out and where they come in: entrances of areas, gates of schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.study import Study

__all__ = ["Entrances", "Gates", "entrances_of", "gates_of"]

REACHED_SHARE: Final = 0.5
"""An area is reached where more than this share of its children is."""


@dataclass(frozen=True, slots=True, eq=False)
class Entrances:
    """Points where children set out.

    Attributes:
        points: The points.
        area: Row of the area each belongs to.
        share: Share of the area's children who set out there; of an area together 1.
        areas: Number of areas.
    """

    points: NDArray[Any]
    area: NDArray[np.intp]
    share: NDArray[np.float64]
    areas: int

    def mean(self, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean way of each area's children, from [entrance, …] to [area, …].

        Entrances from which no way leads are left out as long as more than half of the children
        set out elsewhere; else there is no way for the area.
        """
        reached = np.isfinite(lengths)
        if len(self.area) == self.areas:
            return lengths[np.argsort(self.area)]
        told = np.where(reached, lengths, 0.0) * self.share[:, None]
        share = self._summed(reached * self.share[:, None])
        mean = np.divide(self._summed(told), share, out=np.zeros_like(share), where=share > 0)
        return np.where(share > REACHED_SHARE, mean, np.inf)

    def longest(self, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the longest way from any entrance of an area, from [entrance, …] to [area, …]."""
        longest = np.zeros((self.areas, lengths.shape[1]))
        np.maximum.at(longest, self.area, lengths)
        return longest

    def _summed(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return sums by area."""
        total = np.zeros((self.areas, numbers.shape[1]))
        np.add.at(total, self.area, numbers)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """Points where children come in.

    Attributes:
        points: The points.
        section: Column of the section each leads to.
        sections: Number of sections.
    """

    points: NDArray[Any]
    section: NDArray[np.intp]
    sections: int

    def of(self, sections: NDArray[np.bool_]) -> Gates:
        """Return the gates of some sections, [section], whose columns stay what they are."""
        chosen = sections[self.section]
        return Gates(self.points[chosen], self.section[chosen], self.sections)

    def nearest(self, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the ways to the nearest gate of each section, from […, gate] to […, section]."""
        nearest = np.full((self.sections, len(lengths)), np.inf)
        np.minimum.at(nearest, self.section, lengths.T)
        return nearest.T


def entrances_of(study: Study) -> Entrances:
    """Return the entrances of all areas: those of the table, else a point inside the area."""
    table = study.entrances
    position = {key: row for row, key in enumerate(study.areas["area_id"])}
    area = np.array([position[key] for key in table.get("area_id", ())], dtype=np.intp)
    weight = table["weight"].to_numpy(dtype=float, na_value=1.0) if len(area) else np.empty(0)
    areas = len(study.areas)
    total = np.bincount(area, weights=weight, minlength=areas)
    told = total[area] > 0
    inside = np.flatnonzero(total == 0)
    middle = study.areas.geometry.representative_point().to_numpy()[inside]
    points = table.geometry.to_numpy()[told] if len(area) else np.empty(0, dtype=object)
    return Entrances(
        points=np.concatenate([points, middle]),
        area=np.concatenate([area[told], inside]),
        share=np.concatenate([weight[told] / total[area[told]], np.ones(len(inside))]),
        areas=areas,
    )


def gates_of(study: Study, points: gpd.GeoSeries, schools: Sequence[str]) -> Gates:
    """Return the gates of all sections: those of their school in the table, else their point."""
    listed: dict[str, list[Any]] = {}
    if len(study.gates):
        for school, point in zip(study.gates["school_id"], study.gates.geometry, strict=True):
            listed.setdefault(school, []).append(point)
    found = [
        (point, column)
        for column, (school, own) in enumerate(zip(schools, points, strict=True))
        for point in listed.get(school, [own])
    ]
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [point for point, _ in found]
    return Gates(shapes, np.array([column for _, column in found], dtype=np.intp), len(points))
