"""Write down what shared zones were chosen for and what children can expect, to be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.report.manifest import write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from planner.zones.sharing import SharedZones
    from planner.zoning.shared.spread import Spread

__all__ = ["write_shared_proof"]


def write_shared_proof(
    shared: SharedZones,
    area_ids: Sequence[str],
    section_ids: Sequence[str],
    year: int,
    folder: Path,
) -> None:
    """Write the inputs and the claim of one stage's shared zones.

    Args:
        shared: The shared zones.
        area_ids: Keys of the areas.
        section_ids: Keys of the stage's sections with zones, [section of rows].
        year: First school year in which lots are drawn.
        folder: Where to; it exists.
    """
    problem = shared.problem
    areas, sections = np.array(area_ids, dtype=object), np.array(section_ids, dtype=object)
    own = {
        "area_id": areas,
        "pupils": problem.pupils,
        "section_id": sections[problem.section_of_area],
    }
    _csv(pd.DataFrame(own), folder / "areas.csv")
    offered = {"section_id": sections, "seats": problem.seats, "quality": problem.quality}
    _csv(pd.DataFrame(offered), folder / "sections.csv")
    touching = pd.DataFrame(areas[problem.edges].reshape(-1, 2), columns=["area_id", "touches"])
    _csv(touching, folder / "edges.csv")
    for name, metres in (("walks", problem.walk_metres), ("limits", problem.most_metres)):
        table = pd.DataFrame(np.where(np.isfinite(metres), metres, np.nan), columns=list(sections))
        table.insert(0, "area_id", list(areas))
        table.to_parquet(folder / f"{name}.parquet", index=False)
    _csv(_lots(shared, areas, sections), folder / "lots.csv")
    write_json(_claim(shared, sections, year), folder / "claim.json")


def _lots(
    shared: SharedZones, areas: npt.NDArray[np.object_], sections: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """Return the chances of the areas of shared zones."""
    joined = [section for group in shared.sharing.groups for section in group]
    drawing = np.isin(shared.problem.section_of_area, joined)
    area, section = np.nonzero(np.where(drawing[:, None], shared.sharing.chance, 0.0))
    chance = shared.sharing.chance[area, section]
    return pd.DataFrame({"area_id": areas[area], "section_id": sections[section], "chance": chance})


def _claim(shared: SharedZones, sections: npt.NDArray[np.object_], year: int) -> dict[str, Any]:
    """Return what is claimed of the grouping, by the keys of sections."""
    problem, found = shared.problem, shared.sharing
    weights = problem.weights
    return {
        "stage": shared.stage.stage,
        "names": dict(shared.stage.names),
        "year": year,
        "draw": str(problem.draw),
        "graded": shared.graded,
        "prices": {
            "difference_metres": weights.difference_metres,
            "overflow_metres": weights.overflow_metres,
        },
        "groups": [[str(sections[one]) for one in group] for group in found.groups],
        "expected": [_expected(shared, group, sections) for group in found.groups],
        "value": found.value,
        "terms": dict(found.terms),
        "bound": found.bound,
        "gap": found.gap,
        "status": str(found.status),
        "overflow": found.overflow,
        "before": _spread(found.before),
        "after": _spread(found.after),
    }


def _expected(
    shared: SharedZones, group: tuple[int, ...], sections: npt.NDArray[np.object_]
) -> dict[str, Any]:
    """Return the walk and the quality that the children of one shared zone can expect."""
    problem, found = shared.problem, shared.sharing
    mine = np.isin(problem.section_of_area, group)
    pupils = problem.pupils[mine]
    heads = max(int(pupils.sum()), 1)
    walks = (found.chance[mine] * problem.known_metres[mine]).sum(axis=1)
    return {
        "sections": [str(sections[one]) for one in group],
        "walk_metres": float(pupils @ walks) / heads,
        "quality": float(pupils @ found.quality[mine]) / heads,
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    """Return how much what children can expect differs."""
    return None if spread is None else {"variation": spread.variation, "range": spread.range}


def _csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that reads back to the last bit."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
