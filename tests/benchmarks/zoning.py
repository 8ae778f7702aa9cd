"""Zone published towns and set the plans beside the best known ones.

    python tests/benchmarks/zoning.py [FOLDER [INSTANCE ...]] --seconds 60 --csv OUT --solutions DIR
    python tests/benchmarks/zoning.py --seconds 60 --gap 0.005

FOLDER is as `instances.py` says, ../shared/bench/zoning_kong if none is named. Walks are straight
lines; seats are hard, so a missing seat is priced above any walk. Values are in pupil-kilometres,
as published. Whether a plan is feasible and contiguous, and its value, are worked out again
without the solver; `bound` and `status` are the solver's claim. With `--gap` a run may end as soon
as plan and bound are that close. Compiling is left out: a first
short run goes unmeasured.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from planner.zoning import Problem, Weights, solve
from tests.benchmarks.instances import (
    Checked,
    Instance,
    check,
    instance_names,
    read_instance,
    write_solution,
)
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from planner.zoning import Zoning

__all__ = ["COLUMNS", "problem_of", "zone"]

COLUMNS: Final = (
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
    "distance",
    "first_feasible_seconds",
)
FIRST_SECONDS: Final = (0.5, 1.0, 2.0, 3.0)
"""Time given to runs that are asked for a first feasible plan, until one has it."""

ROUNDING: Final = 1e-6

Row = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row per instance as it comes, and write what was asked for."""
    wanted = _wanted(arguments)
    if not is_there(wanted.folder):
        return
    names = wanted.instances or instance_names(wanted.folder)
    before = machine()
    done = _read_rows(wanted.csv) if wanted.go_on and wanted.csv else {}
    if already := len(done.keys() & set(names)):
        before += f" {already} of the rows come from a run before that was stopped."
    missing = [name for name in names if name not in done]
    for number, name in enumerate(missing):
        instance = read_instance(wanted.folder, name)
        if number == 0:
            solve(problem_of(instance), seed=wanted.seed, seconds=FIRST_SECONDS[0])
        done[name], zoning = zone(
            instance, seed=wanted.seed, seconds=wanted.seconds, gap=wanted.gap
        )
        _print(done[name], heading=number == 0)
        if wanted.csv:
            _write_rows(wanted.csv, list(done.values()))
        if wanted.solutions:
            wanted.solutions.mkdir(parents=True, exist_ok=True)
            write_solution(wanted.solutions / f"{name}.csv", instance, zoning.section_of_area)
    if wanted.record:
        rows = [done[name] for name in names]
        section = f"zoning {wanted.seconds:g} s"
        if wanted.gap is not None:
            section += f" to {wanted.gap:.1%}"
        write_section(section, _section(rows, wanted.seconds, wanted.gap, before))


def zone(
    instance: Instance, *, seed: int, seconds: float, gap: float | None = None
) -> tuple[Row, Zoning]:
    """Return the row of one instance and its plan."""
    problem = problem_of(instance)
    first = _first_feasible_seconds(instance, problem, seed)
    began = time.perf_counter()
    zoning = solve(problem, seed=seed, seconds=seconds, gap=gap)
    took = time.perf_counter() - began
    found = check(instance, zoning.section_of_area)
    _refuse_false_claims(instance, zoning, found)
    bound, best = zoning.bound / 1000, instance.best_known
    usable = found.feasible and found.contiguous
    return {
        "instance": instance.name,
        "units": str(len(instance.units)),
        "sections": str(len(instance.seats)),
        "value": f"{found.value:.4f}",
        "bound": f"{bound:.4f}",
        # Where somebody lacks a seat, the solver's value contains what that costs.
        "gap": f"{1 - bound / found.value if found.feasible else zoning.gap:z.6f}",
        "best_known": "" if best is None else f"{best:.4f}",
        "seconds": f"{took:.2f}",
        "status": zoning.status.value,
        "feasible": str(found.feasible),
        "contiguous": str(found.contiguous),
        "distance": f"{found.value / best - 1:z.6f}" if best and usable else "",
        "first_feasible_seconds": "" if first is None else f"{first:.2f}",
    }, zoning


def problem_of(instance: Instance) -> Problem:
    """Return an instance as the solver knows it; a missing seat costs more than any walk."""
    return Problem(
        pupils=instance.pupils,
        seats=instance.seats,
        walk_metres=instance.walk_metres,
        edges=instance.edges,
        home=instance.home,
        weights=Weights(overflow_metres=1e7, over_limit_metres=0.0, changed_metres=0.0),
    )


def _wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    words = command_line(__doc__)
    words.add_argument("folder", type=Path, nargs="?", default=SHARED / "bench" / "zoning_kong")
    words.add_argument("instances", nargs="*", help="names of instances, all if none is given")
    words.add_argument("--seconds", type=float, default=60.0, help="for each instance")
    words.add_argument("--gap", type=float, help="small enough for a run to end, such as 0.005")
    words.add_argument("--csv", type=Path, help="file for the rows, written as they come")
    words.add_argument(
        "--go-on", action="store_true", help="keep the rows of that file, run what it lacks"
    )
    words.add_argument("--solutions", type=Path, help="folder for the plans, unit,section")
    words.add_argument("--seed", type=int, default=1)
    return words.parse_args(arguments)


def _first_feasible_seconds(instance: Instance, problem: Problem, seed: int) -> float | None:
    """Return how long a run took that was given as little time as gave a plan that can be used."""
    for seconds in FIRST_SECONDS:
        began = time.perf_counter()
        zoning = solve(problem, seed=seed, seconds=seconds)
        took = time.perf_counter() - began
        found = check(instance, zoning.section_of_area)
        if found.feasible and found.contiguous:
            return took
    return None


def _refuse_false_claims(instance: Instance, zoning: Zoning, found: Checked) -> None:
    """Stop where the solver adds wrongly, or claims a bound that some plan undercuts."""
    value, bound = zoning.value / 1000, zoning.bound / 1000
    if found.feasible and abs(found.value - value) > ROUNDING * found.value:
        raise AssertionError(
            f"{instance.name}: the solver says {value:.6f} pupil-kilometres, "
            f"unit by unit it is {found.value:.6f}."
        )
    known = min(value, instance.best_known or value)
    if bound > known * (1 + ROUNDING):
        raise AssertionError(
            f"{instance.name}: the bound {bound:.6f} is false, for there is a plan of {known:.6f}."
        )


def _print(row: Row, *, heading: bool) -> None:
    """Print one row as comma-separated values."""
    out = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    if heading:
        out.writeheader()
    out.writerow(row)
    sys.stdout.flush()


def _read_rows(path: Path) -> dict[str, Row]:
    """Return the rows of an earlier run by instance, none without a file."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: row for row in csv.DictReader(lines)}


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows into one file."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def _section(rows: Sequence[Row], seconds: float, gap: float | None, before: str) -> str:
    """Return what is written into benchmarks.md: all rows, and what they come to."""
    usable = [row for row in rows if row["feasible"] == row["contiguous"] == "True"]
    distances = [float(row["distance"]) for row in rows if row["distance"]]
    firsts = [row["first_feasible_seconds"] for row in rows]
    times = [float(row["seconds"]) for row in rows]
    title = f"Published towns, {seconds:g} seconds each"
    if gap is not None:
        title = f"Published towns until the gap is {gap:.1%}, {seconds:g} seconds at most"
    summary = [
        ("plans that seat everyone in zones of one piece", f"{len(usable)} of {len(rows)}"),
        ("distance to the best known value, mean", _share(sum(distances), len(distances))),
        ("distance to the best known value, worst", _share(max(distances, default=0.0))),
        ("proven gap, worst", _share(max(float(row["gap"]) for row in rows))),
        ("proved optimal", f"{sum(row['status'] == 'optimal' for row in rows)}"),
        (
            "a plan that can be used, latest after",
            "never" if "" in firsts else f"{max(map(float, firsts)):.1f} s",
        ),
        ("seconds, median and longest", f"{median(times):.1f} and {max(times):.1f}"),
    ]
    return (
        f"## {title}\n\n{before}\n\n"
        "Zones of one piece, hard seats, pupils × straight kilometres; checked without the "
        "solver.\nDistance: value ÷ best known value − 1, below 0 where that one was not the "
        "best.\nFirst feasible seconds: of the briefest of several separate searches whose plan "
        "can be used.\n\n"
        f"{table(('', ''), summary)}\n\n"
        f"{table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])}"
    )


def _share(amount: float, of: int = 1) -> str:
    """Return a share in per cent; of nothing there is none."""
    return f"{amount / of:.3%}" if of else "-"


if __name__ == "__main__":
    main()
