"""Move areas of a county of 1,276 areas and 22 schools by hand: the new scorecard, the repair.

    python tests/benchmarks/hand_edit.py [--moves 50] [--seconds 10]

The zones are drawn first, for as long as --seconds says. Then areas at the edge of a zone, drawn
by lot, go one at a time to the school next door; each move starts from the zones drawn. Compiling
is left out: a first move and a first repair go unmeasured.
"""

from __future__ import annotations

import sys
import time
from typing import Final

import numpy as np

from planner.zoning import solve
from planner.zoning.edit import edit
from planner.zoning.evaluation import evaluate
from planner.zoning.repair import repair
from tests.benchmarks.instances import read_instance
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section
from tests.benchmarks.zoning import problem_of

INSTANCE: Final = "gy2_22a"
SEED: Final = 1


def main() -> None:
    """Time scorecards and repairs."""
    words = command_line(__doc__)
    words.add_argument("--moves", type=int, default=50)
    words.add_argument("--seconds", type=float, default=10.0, help="for the zones to begin with")
    wanted = words.parse_args()
    folder = SHARED / "bench" / "zoning_kong"
    if not is_there(folder):
        return
    before = machine()
    problem = problem_of(read_instance(folder, INSTANCE))
    plan = solve(problem, seed=SEED, seconds=wanted.seconds).section_of_area
    known = evaluate(problem, plan)
    edge = problem.edges[plan[problem.edges[:, 0]] != plan[problem.edges[:, 1]]]
    edge = edge[~np.isin(edge[:, 0], problem.home)]
    drawn = np.random.default_rng(SEED).choice(len(edge), wanted.moves + 1, replace=False)
    cards, repairs, mended = [], [], 0
    for area, beside in edge[drawn].tolist():
        moves = {area: int(plan[beside])}
        began = time.perf_counter()
        edit(problem, plan, moves, before=known)
        cards.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        found = repair(problem, plan, moves, seed=SEED, before=known)
        repairs.append(time.perf_counter() - began)
        mended += not found.left
    rows = [
        ("new scorecard, ms", *(f"{of(cards[1:]):.1f}" for of in (np.median, max))),
        ("repaired plan, s", *(f"{of(repairs[1:]):.3f}" for of in (np.median, max))),
    ]
    text = table(("one area moved", "median", "longest"), rows)
    sys.stdout.write(f"{text}\n{mended} of {wanted.moves + 1} repairs leave nothing new broken\n")
    if wanted.record:
        write_section(
            "hand edit",
            f"## A move by hand\n\n{before}\n\n1,276 areas, 22 schools; {wanted.moves} areas at "
            f"the edge of a zone, one at a time, warm; {mended} of {wanted.moves + 1}\nrepairs "
            f"leave nothing new broken.\n\n{text}",
        )


if __name__ == "__main__":
    main()
