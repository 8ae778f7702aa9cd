"""Time the cure of large classes in the sample county, from reading the study to the proof.

    python tests/benchmarks/cure.py

`classes.py` measures the same and keeps it in benchmarks.md.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from planner.cure import cure_plan
from planner.plan import make_plan
from planner.scenario import read_scenario
from planner.study import read_study
from tests.benchmarks.record import command_line, table

ROOT = Path(__file__).resolve().parents[2]


def time_cure() -> str:
    """Return what the cure of the sample county takes, costs and proves, as a section."""
    began = time.perf_counter()
    study = read_study(ROOT)
    read = time.perf_counter()
    plan = make_plan(study, read_scenario(ROOT / "scenarios", "baseline"))
    planned = time.perf_counter()
    cure = cure_plan(plan)
    cured = time.perf_counter()
    found = cure.measures
    problem = cure.situation.problem
    rows = [
        ("reading the study", f"{read - began:.1f} s"),
        ("planning the baseline", f"{planned - read:.1f} s"),
        ("solver", f"{cure.seconds:.1f} s in {cure.rounds} rounds"),
        ("planning the cure again", f"{cured - planned - cure.seconds:.1f} s"),
        ("all together", f"{cured - began:.1f} s"),
        ("value", f"{found.value:,.0f} yuan"),
        ("bound", f"{found.bound:,.0f} yuan"),
        ("gap", f"{found.gap:.2%} ({found.status})"),
        ("large classes beyond the targets when planned again", f"{cure.left}"),
    ]
    return (
        "### The cure of large classes in the sample county\n\n"
        f"{len(cure.situation.sections)} sections, {len(problem.cohorts)} cohorts, "
        f"{len(problem.moves)} strips of areas.\n\n" + table(("", ""), rows)
    )


if __name__ == "__main__":
    command_line(__doc__, section=False).parse_args()
    sys.stdout.write(f"{time_cure()}\n")
