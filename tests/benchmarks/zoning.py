"""Zone the published service-area towns and set the plans beside the best known ones.

    python tests/benchmarks/zoning.py FOLDER [INSTANCE ...]

FOLDER holds unit files (OID, pop, PointX, PointY, candidate, cost, capacity), one
`<town>_connectivity.txt` per town and `best_known.csv`. A unit with capacity holds a section,
which serves its own unit; walks are straight lines; seats are hard, so a missing seat is
priced above any walk. Values are in pupil-kilometres, as published.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np

from planner.zoning import PieceReason, Problem, Weights, Zoning, solve

COLUMNS = (
    "instance",
    "units",
    "sections",
    "value",
    "bound",
    "gap",
    "best_known",
    "seconds",
    "status",
    "feasible",
    "contiguous",
)


def main() -> None:
    """Print one row per instance."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("folder", type=Path)
    words.add_argument("instances", nargs="*", help="names of instances, all if none is given")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--proposals", type=int, help="moves to try, else chosen by size")
    wanted = words.parse_args()
    with (wanted.folder / "best_known.csv").open(encoding="utf-8") as lines:
        best_known = {row["instance"]: row["sap_contiguous_obj"] for row in csv.DictReader(lines)}
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    for name in wanted.instances or sorted(best_known):
        if not (wanted.folder / f"{name}.txt").exists():
            continue
        problem = read_problem(wanted.folder, name)
        began = time.perf_counter()
        zoning = solve(problem, seed=wanted.seed, proposals=wanted.proposals)
        seconds = time.perf_counter() - began
        out.writerow(row_of(name, problem, zoning, best_known[name], seconds))
        sys.stdout.flush()


def read_problem(folder: Path, name: str) -> Problem:
    """Read one published instance; positions in the file number the units."""
    units = np.genfromtxt(folder / f"{name}.txt", skip_header=1)
    number = {int(unit): position for position, unit in enumerate(units[:, 0])}
    town = name.partition("_")[0]
    links = np.genfromtxt(folder / f"{town}_connectivity.txt", delimiter=",", skip_header=1)
    home = np.flatnonzero(units[:, 6] > 0)
    apart = units[:, None, 2:4] - units[None, home, 2:4]
    return Problem(
        pupils=units[:, 1].astype(np.int64),
        seats=units[home, 6].astype(np.int64),
        walk_metres=np.hypot(apart[..., 0], apart[..., 1]),
        edges=np.array([[number[int(a)], number[int(b)]] for _, a, b, _ in links]),
        home=home,
        weights=Weights(overflow_metres=1e6, over_limit_metres=0.0, changed_metres=0.0),
    )


def row_of(
    name: str, problem: Problem, zoning: Zoning, best_known: str, seconds: float
) -> list[object]:
    """Return the row of one solved instance."""
    whole = all(piece.reason is not PieceReason.DETACHED for piece in zoning.pieces)
    return [
        name,
        problem.areas,
        problem.sections,
        round(zoning.value / 1000, 4),
        round(zoning.bound / 1000, 4),
        round(zoning.gap, 6),
        best_known,
        round(seconds, 2),
        zoning.status.value,
        not zoning.overflow.any(),
        whole,
    ]


if __name__ == "__main__":
    main()
