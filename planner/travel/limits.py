"""How far children may have it to school: so many metres, or so many minutes of their journey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.norms import StageNorm
    from planner.scenario import TravelSettings
    from planner.study import Study

    FloatArray = npt.NDArray[np.float64]

__all__ = ["TimeLimit", "time_limit", "walk_limits"]


@dataclass(frozen=True, slots=True, eq=False)
class TimeLimit:
    """How long the way to school may take where children ride, and how long it takes.

    Attributes:
        allowed: Minutes that the way may take, inf where no time is limited, [area].
        taken: Minutes that it takes as children come, inf where no way leads, [area, section].
    """

    allowed: FloatArray
    taken: FloatArray


def time_limit(
    study: Study, stage: StageNorm, travel: TravelSettings, minutes: FloatArray
) -> TimeLimit | None:
    """Return the minutes a stage's children may ride; None where they walk or none are limited.

    Args:
        study: Norms and areas; minutes are limited in villages.
        stage: The stage.
        travel: Which stages come by bicycle or bus.
        minutes: Minutes of the way, [area, section].
    """
    rides = stage.stage in travel.cycle_stages or stage.stage in travel.bus_stages
    if not rides or stage.rural_walk_minutes is None:
        return None
    return TimeLimit(np.where(_village(study), stage.rural_walk_minutes, np.inf), minutes)


def walk_limits(
    study: Study, stage: StageNorm, metres: FloatArray, time: TimeLimit | None
) -> FloatArray:
    """Return the longest way the norms allow, [area, section]; inf where they say nothing.

    Norms that give villages minutes mean their metres for town: there the service radius
    counts, in villages the minutes at the study's walking speed, where the stage has any. Where
    children ride, a way keeps the limit if it takes no longer than the minutes: the limit of
    such a way is the metres that it leads in these minutes.

    Args:
        study: Norms, areas and walking speed.
        stage: The stage.
        metres: Ways, [area, section].
        time: Minutes of the ways where children ride.
    """
    everywhere = stage.walk_limit_metres if stage.walk_limit_metres is not None else np.inf
    limits = np.full(len(study.areas), everywhere, dtype=float)
    if any(other.rural_walk_minutes is not None for other in study.norms.stages):
        minutes = stage.rural_walk_minutes
        on_foot = np.inf if minutes is None else minutes / 60 * study.walking_kmh * 1000
        limits[_village(study)] = on_foot
    if time is None:
        return np.broadcast_to(limits[:, None], metres.shape)
    rides = np.isfinite(time.allowed)[:, None] & np.isfinite(time.taken) & (time.taken > 0)
    ratio = np.divide(time.allowed[:, None], time.taken, out=np.ones(metres.shape), where=rides)
    return np.where(rides, metres * ratio, limits[:, None])


def _village(study: Study) -> npt.NDArray[np.bool_]:
    """Tell which areas are villages, [area]."""
    setting = study.areas["setting"] == "village"
    return np.asarray(setting.fillna(value=False), dtype=bool)
