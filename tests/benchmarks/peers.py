"""Set planner's zones beside what general programs make of the same towns in the same time.

    python tests/benchmarks/peers.py [FOLDER [INSTANCE ...]] --seconds 60 [--python PYTHON]
                                       [--without PROGRAM ...]

FOLDER is as `instances.py` says, ../shared/bench/zoning_kong if none is named. Each program runs
in a process of its own, one after the other: scipy's MILP (HiGHS) with zones kept whole by flows
(Shirabe 2005), which is exact; the same and CP-SAT with a neighbour nearer to the school (Zoltners
and Sinha 1983), which asks for more than one piece but is easier; and spopt's capacitated
p-median, which knows neither zones of one piece nor a school's own unit. They are models as a good
user would write them, without a start. A program that PYTHON does not have is left out with a
word; all are in the extra `bench`. Every plan is checked in the same way, whatever the program
says of it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron

from tests.benchmarks.instances import Checked, check, instance_names, read_instance
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt

    from tests.benchmarks.instances import Instance

__all__ = ["PEERS", "Answer", "Judged", "answer_of", "judge", "summary"]

ROOT: Final = Path(__file__).resolve().parents[2]
HEADING: Final = (
    *("instance", "program", "value", "bound", "gap", "distance"),
    *("seconds", "says", "seats everyone", "in one piece"),
)
SUMMARY: Final = (
    *("program", "plans that can be used", "mean distance", "worst distance"),
    *("nearest of all", "median seconds"),
)
SAME: Final = 1e-9
"""Part by which two values may differ that count as the same."""
LONGEST_AFTER: Final = 240.0
"""Seconds that building a model and ending may take beyond the time given."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program answered: its plan, its bound in pupil-kilometres and its own words."""

    plan: list[int] | None
    bound: float | None
    says: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer for one town, its plan checked without the program it comes from."""

    town: str
    peer: str
    answer: Answer
    found: Checked | None
    """None where there is no plan."""
    best_known: float | None

    @property
    def usable(self) -> bool:
        """Whether there is a plan that seats everyone in zones of one piece."""
        return self.found is not None and self.found.feasible and self.found.contiguous

    @property
    def distance(self) -> float | None:
        """The part by which the plan is worth more than the best known, where both are there."""
        if self.found is None or self.best_known is None:
            return None
        return self.found.value / self.best_known - 1

    def cells(self) -> tuple[str, ...]:
        """Return its line of the table."""
        answer, found = self.answer, self.found
        bound = "" if answer.bound is None else f"{answer.bound:.2f}"
        said = (f"{answer.seconds:.1f}", answer.says)
        if found is None:
            return (self.town, self.peer, "", bound, "", "", *said, "", "")
        gap = "" if answer.bound is None else f"{1 - answer.bound / found.value:.3%}"
        judged = ("yes" if found.feasible else "no", "yes" if found.contiguous else "no")
        figures = (f"{found.value:.2f}", bound, gap, _percent(self.distance))
        return (self.town, self.peer, *figures, *said, *judged)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row per town and program."""
    words = command_line(__doc__)
    words.add_argument("folder", type=Path, nargs="?", default=SHARED / "bench" / "zoning_kong")
    words.add_argument("instances", nargs="*", help="names of instances, all if none is given")
    words.add_argument("--seconds", type=float, default=60.0, help="for each program and town")
    words.add_argument("--python", default=sys.executable, help="a Python that has the programs")
    words.add_argument("--without", choices=list(PEERS), nargs="*", default=[], help="leave out")
    words.add_argument("--one", choices=list(PEERS), help=argparse.SUPPRESS)
    wanted = words.parse_args(arguments)
    if not is_there(wanted.folder):
        return
    names = wanted.instances or instance_names(wanted.folder)
    if wanted.one:
        answer = answer_of(wanted.one, read_instance(wanted.folder, names[0]), wanted.seconds)
        sys.stdout.write(json.dumps(asdict(answer)))
        return
    _compare(wanted, names)


def answer_of(peer: str, town: Instance, seconds: float) -> Answer:
    """Ask one program; a library that is not there is an answer, too."""
    began = time.perf_counter()
    try:
        answer = PEERS[peer](town, seconds)
    except ModuleNotFoundError as missing:
        return Answer(None, None, f"left out: {missing.name} is not installed")
    took = answer.seconds or time.perf_counter() - began
    return Answer(answer.plan, answer.bound, answer.says, took)


def _compare(wanted: argparse.Namespace, names: Sequence[str]) -> None:
    """Run every program on every town."""
    before = machine()
    rows = []
    for name in names:
        town = read_instance(wanted.folder, name)
        for peer in (peer for peer in PEERS if peer not in wanted.without):
            rows.append(judge(town, peer, _asked(wanted, name, peer)))
            sys.stdout.write(f"{', '.join(rows[-1].cells())}\n")
            sys.stdout.flush()
    left_out = "".join(f"Left out here: {peer}. " for peer in wanted.without)
    text = (
        f"## Published towns: other programs, {wanted.seconds:g} seconds each\n\n{before}\n\n"
        "Each program in a process of its own, one after the other, models built in the time "
        "shown; no\nstarting plans. `flows` is exact; `nearer` asks for a neighbour with a shorter "
        "way to the school,\nwhich is more than one piece. spopt knows neither, nor a "
        "school's own unit, so its value may lie below what is\npossible. `says` is what the "
        f"program calls its answer. {left_out}\n\n"
        "A plan can be used if it seats everyone in zones of one piece; distances to the best "
        "known value are\nthose of such plans. Nearest of all: in how many towns no other "
        "program has a better one.\n\n"
        f"{table(SUMMARY, summary(rows))}\n\n"
        f"{table(HEADING, [row.cells() for row in rows])}"
    )
    if wanted.record:
        write_section(f"zoning peers {wanted.seconds:g} s", text)


def _asked(wanted: argparse.Namespace, name: str, peer: str) -> Answer:
    """Ask one program in a process of its own: two of them cannot share one."""
    # Planner itself is where this program runs; the others may live in another environment.
    python = sys.executable if peer == "planner" else wanted.python
    command = [python, "-m", "tests.benchmarks.peers", str(wanted.folder), name]
    command += ["--seconds", str(wanted.seconds), "--one", peer]
    try:
        run = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=wanted.seconds + LONGEST_AFTER,
        )
    except subprocess.TimeoutExpired:
        return Answer(None, None, "not back in time", wanted.seconds + LONGEST_AFTER)
    if run.returncode:
        last = (run.stderr.strip() or "no word").splitlines()[-1]
        return Answer(None, None, f"failed: {last[:60]}")
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return Answer(**answer)


def judge(town: Instance, peer: str, answer: Answer) -> Judged:
    """Check what a program answered."""
    found = None if answer.plan is None else check(town, answer.plan)
    return Judged(town.name, peer, answer, found, town.best_known)


def summary(rows: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Return a line for each program, in the order in which they were asked."""
    least: dict[str, float] = {}
    for row in rows:
        if row.found is not None and row.usable:
            least[row.town] = min(row.found.value, least.get(row.town, np.inf))
    lines: list[tuple[str, ...]] = []
    for peer in dict.fromkeys(row.peer for row in rows):
        theirs = [row for row in rows if row.peer == peer]
        usable = [row for row in theirs if row.usable]
        values = [(row.town, row.found.value) for row in usable if row.found is not None]
        nearest = sum(value <= least[town] * (1 + SAME) for town, value in values)
        far = [row.distance for row in usable if row.distance is not None]
        lines.append(
            (
                *(peer, f"{len(usable)} of {len(theirs)}"),
                *(_percent(float(np.mean(far)) if far else None), _percent(max(far, default=None))),
                *(str(nearest), f"{np.median([row.answer.seconds for row in theirs]):.1f}"),
            )
        )
    return lines


def _percent(part: float | None) -> str:
    """Say by how much a value is above another, nothing where that is not known."""
    return "" if part is None else f"{part:+.3%}"


def _planner(town: Instance, seconds: float) -> Answer:
    """Ask planner; compiling is left out by a first short run."""
    from planner.zoning import solve
    from tests.benchmarks.zoning import problem_of

    problem = problem_of(town)
    began = time.perf_counter()
    solve(problem, seed=1, seconds=0.5)
    compiled = time.perf_counter()
    zoning = solve(problem, seed=1, seconds=seconds)
    took = time.perf_counter() - compiled
    says = f"{zoning.status.value}; first run {compiled - began:.1f} s"
    return Answer(zoning.section_of_area.tolist(), zoning.bound / 1000, says, took)


def _flows(town: Instance, seconds: float) -> Answer:
    """Ask scipy's MILP: each unit sends one unit of flow to its school through its own zone."""
    units, sections = len(town.units), len(town.seats)
    arcs = np.concatenate([town.edges, town.edges[:, ::-1]])
    ones, many = np.ones(len(arcs)), np.arange(len(arcs))
    into = csr_array((ones, (arcs[:, 1], many)), shape=(units, len(arcs)))
    out = csr_array((ones, (arcs[:, 0], many)), shape=(units, len(arcs)))
    x = eye_array(units * sections, format="csr")
    every = eye_array(sections)
    leave_less_enter, enter = kron(every, out - into), kron(every, into)
    away = ~_at_home(town)
    rules = [
        LinearConstraint(csr_array(hstack([-x, leave_less_enter]))[away], 0, 0),
        LinearConstraint(csr_array(hstack([-float(units) * x, enter]))[away], -np.inf, 0),
    ]
    # Flow ends at home, and none comes out of a school's unit.
    most = np.tile(np.where(np.isin(arcs[:, 0], town.home), 0.0, units), sections)
    return _milp(town, seconds, rules, most)


def _nearer(town: Instance, seconds: float) -> Answer:
    """Ask scipy's MILP: whoever goes to a school has a neighbour nearer to it that does, too.

    Zoltners and Sinha 1983. More than being one piece, so the bound holds for this model only.
    """
    units, sections = len(town.units), len(town.seats)
    entries = []
    for row, (section, unit, near) in enumerate(_neighbours_nearer(town)):
        entries.append((row, section * units + unit, -1))
        entries += [(row, section * units + other, 1) for other in near]
    rows, columns, signs = np.array(entries).T
    nearer = csr_array(
        (signs.astype(np.float64), (rows, columns)), shape=(rows[-1] + 1, units * sections)
    )
    answer = _milp(town, seconds, [LinearConstraint(nearer, 0, np.inf)], np.zeros(0))
    return Answer(answer.plan, None, f"{answer.says}, of its own model")


def _milp(
    town: Instance, seconds: float, rules: list[LinearConstraint], most: npt.NDArray[np.float64]
) -> Answer:
    """Solve a model: x [section, unit] one by one, then flows of at most so much."""
    units, sections = len(town.units), len(town.seats)
    flows = len(most)
    each_once = hstack([kron(np.ones((1, sections)), eye_array(units)), csr_array((units, flows))])
    loads = hstack(
        [
            kron(eye_array(sections), town.pupils[None, :].astype(np.float64)),
            csr_array((sections, flows)),
        ]
    )
    at_home = _at_home(town)
    foreign = np.tile(at_home.reshape(sections, units).any(axis=0), sections) & ~at_home
    found = milp(
        np.concatenate([(town.pupils * town.walk_metres.T).ravel() / 1000, np.zeros(flows)]),
        integrality=np.concatenate([np.ones(units * sections), np.zeros(flows)]),
        bounds=Bounds(
            np.concatenate([at_home, np.zeros(flows)]).astype(float),
            np.concatenate([~foreign, most]).astype(float),
        ),
        constraints=[
            LinearConstraint(csr_array(each_once), 1, 1),
            LinearConstraint(csr_array(loads), 0, town.seats),
            *rules,
        ],
        options={"time_limit": seconds},
    )
    bound = None if found.mip_dual_bound is None else float(found.mip_dual_bound)
    if found.x is None:
        return Answer(None, bound, "no plan")
    plan = found.x[: units * sections].reshape(sections, units).argmax(axis=0)
    return Answer(plan.tolist(), bound, "optimal" if found.status == 0 else "time limit")


def _at_home(town: Instance) -> npt.NDArray[np.bool_]:
    """Return whether a unit is a school's own, section by section."""
    home = np.zeros((len(town.seats), len(town.units)), dtype=bool)
    home[np.arange(len(town.seats)), town.home] = True
    return home.ravel()


def _neighbours_nearer(town: Instance) -> Iterator[tuple[int, int, list[int]]]:
    """Yield for each section and unit the neighbours with a shorter way, from unit to unit."""
    touching: nx.Graph[int] = nx.Graph()
    apart = np.linalg.norm(np.diff(town.places[town.edges], axis=1)[:, 0], axis=1)
    touching.add_weighted_edges_from(
        (one, other, metres)
        for (one, other), metres in zip(town.edges.tolist(), apart.tolist(), strict=True)
    )
    for section, home in enumerate(town.home.tolist()):
        metres_of = nx.single_source_dijkstra_path_length(touching, home)
        for unit, metres in metres_of.items():
            if unit != home:
                near = [other for other in touching[unit] if metres_of[other] < metres]
                yield section, unit, near


def _cp_sat(town: Instance, seconds: float) -> Answer:
    """Ask CP-SAT: whoever goes to a school has a neighbour nearer to it that does, too."""
    cp_model: Any = import_module("ortools.sat.python.cp_model")
    units, sections = len(town.units), len(town.seats)
    model = cp_model.CpModel()
    x = [[model.new_bool_var("") for _ in range(sections)] for _ in range(units)]
    for section, unit, near in _neighbours_nearer(town):
        model.add_bool_or(x[unit][section].negated(), *(x[other][section] for other in near))
    for unit in range(units):
        model.add_exactly_one(x[unit])
    for section, seats in enumerate(town.seats.tolist()):
        model.add(x[int(town.home[section])][section] == 1)
        load = sum(int(town.pupils[unit]) * x[unit][section] for unit in range(units))
        model.add(load <= seats)
    cost = np.rint(town.pupils[:, None] * town.walk_metres).astype(np.int64).tolist()
    model.minimize(sum(cost[i][j] * x[i][j] for i in range(units) for j in range(sections)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = os.cpu_count() or 1
    status = solver.solve(model)
    says = solver.status_name(status).lower()
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Answer(None, None, f"no plan ({says})")
    plan = [next(j for j in range(sections) if solver.value(row[j])) for row in x]
    return Answer(plan, None, f"{says}, of its own model")


def _spopt(town: Instance, seconds: float) -> Answer:
    """Ask spopt's capacitated p-median with every school given, solved by CBC."""
    pulp: Any = import_module("pulp")
    locate: Any = import_module("spopt.locate")
    sections = len(town.seats)
    median = locate.PMedian.from_cost_matrix(
        town.walk_metres / 1000,
        town.pupils,
        p_facilities=sections,
        predefined_facilities_arr=np.ones(sections, dtype=bool),
        facility_capacities=town.seats,
    )
    cbc = pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=os.cpu_count() or 1)
    median.problem.solve(cbc)
    says = pulp.LpStatus[median.problem.status].lower()
    chosen = [[variable.value() or 0.0 for variable in row] for row in median.cli_assgn_vars]
    plan = np.array(chosen)
    if not np.allclose(plan.max(axis=1), 1.0):
        return Answer(None, None, f"no plan ({says})")
    return Answer(plan.argmax(axis=1).tolist(), None, f"{says}; gives no bound")


PEERS: Final[dict[str, Callable[[Instance, float], Answer]]] = {
    "planner": _planner,
    "scipy MILP, flows": _flows,
    "scipy MILP, nearer": _nearer,
    "CP-SAT, nearer": _cp_sat,
    "spopt p-median": _spopt,
}

if __name__ == "__main__":
    main()
