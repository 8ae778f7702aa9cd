"""Redraw Loudoun County's elementary zones of 2020 for balance and compactness.

    python tests/benchmarks/loudoun.py [FOLDER] [--seconds 60]

FOLDER, ../shared/data/us_loudoun if none is named, holds the tables recovered from the published
plans of Biswas and others: 453 planning areas with pupils, land and outline, the borders they
share, and 57 schools with their areas.

    F = sum over zones of 0.7 |1 - pupils / seats| + 0.3 (1 - 4 pi area / outline^2)

Zones are one piece and contain their school. Areas that meet in a corner only do not touch
here, which is stricter than the published plans. F is worked out again without the solver.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import networkx as nx
import numpy as np
import pandas as pd

from planner.zoning import Band, Problem, Shape, Weights, solve
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]

__all__ = ["County", "problem_of", "read_county", "whole_zones", "worth"]

BALANCE: Final = 0.7
COMPACTNESS: Final = 0.3
METRES: Final = 1e6
"""Metres for one unit of F: the solver knows one unit only, and a pupil costs about a walk."""
METRES_PER_FOOT: Final = 0.3048
PUBLISHED: Final = (
    ("published swarm memetic, mean", "14.67", "26 min"),
    ("published swarm memetic, best", "14.44", "26 min"),
    ("published simulated annealing, best", "14.31", "16 min"),
)


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """Loudoun's planning areas and elementary schools; all lengths and land in metres."""

    pupils: IntArray
    square_metres: npt.NDArray[np.float64]
    outline_metres: npt.NDArray[np.float64]
    edges: IntArray
    border_metres: npt.NDArray[np.float64]
    seats: IntArray
    home: IntArray
    today: IntArray


def main(arguments: Sequence[str] | None = None) -> None:
    """Print F of today's zones and of the zones redrawn in 10 s and in the time given."""
    words = command_line(__doc__)
    words.add_argument("folder", type=Path, nargs="?", default=SHARED / "data" / "us_loudoun")
    words.add_argument("--seconds", type=float, default=60.0)
    words.add_argument("--seed", type=int, default=1)
    wanted = words.parse_args(arguments)
    if not is_there(wanted.folder):
        return
    before = machine()
    county = read_county(wanted.folder)
    solve(problem_of(county), seed=wanted.seed, seconds=1.0)  # compiles; not measured
    rows = [_row("zones of 2020", county, county.today)]
    for seconds in sorted({min(10.0, wanted.seconds), wanted.seconds}):
        began = time.perf_counter()
        zoning = solve(problem_of(county), seed=wanted.seed, seconds=seconds)
        proof = f"{time.perf_counter() - began:.1f} s", f"{zoning.bound / METRES:.2f}"
        rows.append(_row(f"redrawn in {seconds:g} s", county, zoning.section_of_area, *proof))
    rows += [(name, best, "", "", "", took, "") for name, best, took in PUBLISHED]
    heading = ("zones", "F", "balance", "compactness", "zones in one piece", "time", "bound")
    text = (
        f"## Balance and compactness: Loudoun, {len(county.pupils)} areas, "
        f"{len(county.seats)} schools\n\n{before}\n\n"
        "F = Σ 0.7·|1 − pupils/seats| + 0.3·(1 − 4π·area/outline²); lower is better. Published "
        "figures are\nthose of their authors, on their machines.\n\n"
        f"{table(heading, rows)}"
    )
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("loudoun", text)


def read_county(folder: Path) -> County:
    """Read the recovered tables of the elementary level."""
    areas = pd.read_csv(folder / "lcps_spa_students_2020_recovered.csv")
    outlines = pd.read_csv(folder / "lcps_spa_perimeter_recovered.csv").set_index("spa")
    borders = pd.read_csv(folder / "lcps_spa_adjacency_shared_boundary_recovered.csv")
    zones = pd.read_csv(folder / "lcps_existing_zones_2020.csv").query("level == 'ELEM'")
    borders = borders[borders["shared_boundary_ft"] > 0]
    position = pd.Series(np.arange(len(areas)), index=areas["spa"])
    number = pd.Series(np.arange(len(zones)), index=zones["zone"])
    outline = outlines["perimeter_ft"].loc[areas["spa"]].to_numpy(np.float64)
    edges = [position.loc[borders[column]].to_numpy(np.int64) for column in ("spa_a", "spa_b")]
    return County(
        pupils=areas["students_elem"].to_numpy(np.int64),
        square_metres=areas["area_ft2"].to_numpy(np.float64) * METRES_PER_FOOT**2,
        outline_metres=outline * METRES_PER_FOOT,
        edges=np.column_stack(edges),
        border_metres=borders["shared_boundary_ft"].to_numpy(np.float64) * METRES_PER_FOOT,
        seats=zones["capacity"].to_numpy(np.int64),
        home=position.loc[zones["school_spa"]].to_numpy(np.int64),
        today=number.loc[areas["zone_elem"]].to_numpy(np.int64),
    )


def problem_of(county: County) -> Problem:
    """Return the county as the solver knows it: nobody walks, seats may be exceeded."""
    return Problem(
        pupils=county.pupils,
        seats=county.seats,
        walk_metres=np.zeros((len(county.pupils), len(county.seats))),
        edges=county.edges,
        home=county.home,
        weights=Weights(overflow_metres=0.0, over_limit_metres=0.0, changed_metres=0.0),
        band=Band(low=1.0, high=1.0, metres=BALANCE * METRES / county.seats),
        shape=Shape(
            square_metres=county.square_metres,
            outline_metres=county.outline_metres,
            border_metres=county.border_metres,
            metres=COMPACTNESS * METRES,
        ),
    )


def worth(county: County, plan: IntArray) -> tuple[float, float]:
    """Return the two parts of F, balance and compactness, zone by zone."""
    balance = compactness = 0.0
    inner = plan[county.edges[:, 0]] == plan[county.edges[:, 1]]
    for section, seats in enumerate(county.seats.tolist()):
        members = plan == section
        shared = county.border_metres[inner & members[county.edges[:, 0]]].sum()
        outline = county.outline_metres[members].sum() - 2 * shared
        land = county.square_metres[members].sum()
        balance += BALANCE * abs(1 - county.pupils[members].sum() / seats)
        compactness += COMPACTNESS * (1 - 4 * np.pi * land / outline**2)
    return float(balance), float(compactness)


def whole_zones(county: County, plan: IntArray) -> int:
    """Count the zones that are one piece and contain their school."""
    touching: nx.Graph[int] = nx.Graph(county.edges.tolist())
    whole = 0
    for section, home in enumerate(county.home.tolist()):
        members = np.flatnonzero(plan == section).tolist()
        whole += home in members and nx.is_connected(touching.subgraph(members))
    return whole


def _row(
    name: str, county: County, plan: IntArray, took: str = "", bound: str = ""
) -> tuple[str, ...]:
    """Return one line of the table, worked out without the solver."""
    balance, compactness = worth(county, plan)
    whole = f"{whole_zones(county, plan)} of {len(county.seats)}"
    figures = [f"{balance + compactness:.3f}", f"{balance:.3f}", f"{compactness:.3f}"]
    return (name, *figures, whole, took, bound)


if __name__ == "__main__":
    main()
