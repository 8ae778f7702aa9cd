"""Time distances from every junction to 200 schools: side by side with scipy, and end to end.

    python tests/benchmarks/travel.py [CASE ...] [--csv OUT] [--repeat TIMES]

Cases are numbers of junctions of an invented county (a lattice with jitter, a third of its streets
missing), `seattle`, `liechtenstein`, `end-to-end` and `first`; all of them if none is named. Real
streets are read from ../shared/data beside the repository and left out where it is not there.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planner.reading.findings import Finding
from planner.reading.open_street_map import read_extract
from planner.scenario import read_scenario
from planner.study import read_study
from planner.travel.chains import chains_of
from planner.travel.hierarchy import Ends
from planner.travel.hierarchy.customise import DOWN, UP, customise
from planner.travel.hierarchy.millimetres import in_whole_millimetres
from planner.travel.hierarchy.order import order_nodes
from planner.travel.hierarchy.prepared import sweep_network
from planner.travel.hierarchy.shortcuts import draw_shortcuts
from planner.travel.hierarchy.sweep import Seeds, Ways, sweep
from planner.travel.network import Network
from planner.travel.routes import ways
from planner.travel.streets import snap, street_graph
from planner.travel.walks import measure_walks
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = SHARED / "data"
SEATTLE: Final = ROOT / "tests" / "studies" / "seattle"
SCHOOLS: Final = 200
HOMES: Final = 1_276
"""As many areas as the county of Gongyi has; each asks about both ends of its street."""
SIZES: Final = ("20000", "100000", "500000")
AT_MOST_ALONE: Final = 110_000
"""Junctions up to which scipy searches from every school; beyond, from some, scaled up."""
SOME: Final = 20
"""These some."""
FLAGS: Final = ("walkable", "cyclable", "drivable")
WORDS: Final = ("street_class", "direction", "cycle_direction", "foot_direction", "crosses")


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a piece of work took: on the clock, and of all cores together."""

    clock: float
    cores: float

    def __str__(self) -> str:
        return f"{self.clock:.3f} ({self.cores:.3f})"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both programs on one network."""

    case: str
    junctions: int
    arcs: int
    scipy: Seconds
    scipy_in_our_order: Seconds
    cold: Seconds
    warm: Seconds
    some: Seconds
    equal: bool

    def cells(self) -> tuple[object, ...]:
        """Return a row; ratios hold the faster of both orders of scipy against us."""
        return (
            self.case,
            f"{self.junctions:,}",
            f"{self.arcs:,}",
            self.scipy,
            self.scipy_in_our_order,
            self.cold,
            self.warm,
            self.some,
            self._times(self.cold),
            self._times(self.warm),
            self._times(self.some),
            "yes" if self.equal else "NO",
        )

    def _times(self, ours: Seconds) -> str:
        """Return how many times faster we are, on the clock and by the work of all cores."""
        clock = min(self.scipy.clock, self.scipy_in_our_order.clock) / ours.clock
        cores = min(self.scipy.cores, self.scipy_in_our_order.cores) / ours.cores
        return f"{clock:.1f} ({cores:.1f})"


COMPARED: Final = (
    "streets", "junctions", "arcs", "scipy", "scipy, our order", "cold", "warm", "warm, homes",
    "times cold", "times warm", "times warm, homes", "equal",
)  # fmt: skip

READING: Final = f"""\
All junctions to {SCHOOLS} schools in metres (float64); seconds on the clock, in brackets seconds of
all cores together, the median of the runs; ratios likewise, against the faster of scipy's two
columns. scipy: `scipy.sparse.csgraph.dijkstra` on one core, junctions as they are numbered (an
invented county row by row) and in our order, which keeps neighbours together in memory; beyond
{AT_MOST_ALONE:,} junctions it searches from {SOME} schools, scaled up. Cold: the network has
not been seen before, ordering included. Warm: its order is read from disk; hash, shortcuts, lengths
and sweep included, so this is what a barrier or a changed length costs. Warm, homes: asked about
{2 * HOMES:,} junctions only, as a plan asks. Equal: every length is the same, to the last bit. The
loops had been compiled before."""

STEPS_READING: Final = """\
Seconds on the clock, the median of the runs: order (once per network, then read from disk),
shortcuts, lengths (again after each change), sweep to all junctions for all schools. The height is
the number of junctions on the longest path down the hierarchy."""


def main() -> None:
    """Measure the cases named, or all."""
    words = command_line(__doc__)
    words.add_argument("cases", nargs="*", help="cases, all if none is given")
    words.add_argument("--csv", type=Path, help="write the comparison to this file as well")
    words.add_argument("--repeat", type=int, default=5, help="runs of ours, and half of scipy's")
    wanted = words.parse_args()
    if wanted.record and wanted.cases:
        words.error("--record keeps the whole table; name no cases beside it.")
    cases = wanted.cases or [*SIZES, "seattle", "liechtenstein", "end-to-end", "first"]
    before = machine()
    networks = [network for case in cases for network in networks_of(case)]
    compared, steps = [], []
    for name, network in networks:
        compared.append(compare(name, network, wanted.repeat))
        steps.append(step_row(name, network, wanted.repeat))
        sys.stdout.write(f"{compared[-1].cells()}\n")
    journeys = list(end_to_end(wanted.repeat)) if "end-to-end" in cases else []
    first = list(first_run()) if "first" in cases else []
    text = section(before, compared, steps, journeys, first)
    sys.stdout.write(f"{text}\n")
    if wanted.csv:
        write_csv(wanted.csv, compared)
    if wanted.record:
        write_section("travel", text)


def section(
    before: str,
    compared: Sequence[Comparison],
    steps: Sequence[tuple[object, ...]],
    journeys: Sequence[tuple[object, ...]],
    first: Sequence[tuple[object, ...]],
) -> str:
    """Return what was measured as text."""
    parts = [f"## Distances along streets\n\n{before}"]
    if compared:
        parts += [table(COMPARED, (row.cells() for row in compared)), READING]
        headings = ("streets", "order", "shortcuts", "lengths", "sweep", "number", "height")
        parts += [table(headings, steps), STEPS_READING]
    if journeys:
        headings = ("end to end", "load", "streets joined", "snap", "ways", "all (cores)", "size")
        parts += ["### End to end", table(headings, journeys)]
    if first:
        parts += ["### The first run", table(("what", "seconds"), first)]
    return "\n\n".join(parts)


def write_csv(path: Path, compared: Sequence[Comparison]) -> None:
    """Write one row per network."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COMPARED)
        rows.writerows(row.cells() for row in compared)


# ------------------------------------------------------------------- networks


def networks_of(case: str) -> Iterator[tuple[str, Network]]:
    """Yield the networks of a case, none where its files are not there."""
    if case.isdigit():
        yield f"invented, {int(case):,}", lattice(int(case))
    elif case == "seattle" and is_there(DATA / "us_seattle"):
        streets = seattle_streets()
        yield "Seattle, every corner of the map", corners(streets)
        yield "Seattle, junctions", junctions(streets)
    elif case == "liechtenstein" and is_there(DATA / "roads_osm"):
        yield "Liechtenstein, every corner of the map", corners(liechtenstein_streets())
    elif case not in {"seattle", "liechtenstein", "end-to-end", "first"}:
        sys.exit(f"There is no case '{case}'; name a number of junctions or one of the words.")


def lattice(size: int, seed: int = 1) -> Network:
    """Return the largest piece of a jittered lattice with 36 % of its streets missing."""
    dice = np.random.default_rng(seed)
    side = int(np.sqrt(size / 0.89))
    number = np.arange(side * side).reshape(side, side)
    east, north = np.meshgrid(np.arange(side), np.arange(side))
    place = np.column_stack([east.ravel(), north.ravel()]) * 100.0
    place += dice.uniform(-30, 30, place.shape)
    streets = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    streets = streets[dice.random(len(streets)) >= 0.36]
    metres = np.hypot(*(place[streets[:, 0]] - place[streets[:, 1]]).T)
    return largest_piece(side * side, streets, metres)


def largest_piece(nodes: int, streets: NDArray[np.int64], metres: NDArray[np.float64]) -> Network:
    """Return the largest piece of a network whose streets lead both ways."""
    links = coo_array((np.ones(len(streets)), tuple(streets.T)), shape=(nodes, nodes))
    _, piece = connected_components(links, directed=False)
    kept = piece == np.argmax(np.bincount(piece))
    number, inside = np.cumsum(kept) - 1, kept[streets[:, 0]]
    ends, metres = number[streets[inside]].astype(np.int64), metres[inside]
    both = np.concatenate([ends, ends[:, ::-1]])
    return Network(
        int(kept.sum()), both[:, 0].copy(), both[:, 1].copy(), np.concatenate([metres, metres])
    )


def seattle_streets() -> gpd.GeoDataFrame:
    """Return all streets of Seattle, one row per piece between two corners of the map."""
    nodes = pd.read_parquet(DATA / "us_seattle" / "roads_nodes.parquet")
    edges = pd.read_parquet(DATA / "us_seattle" / "roads_edges.parquet")
    place = gpd.GeoSeries(gpd.points_from_xy(nodes["lon"], nodes["lat"]), crs=4326).to_crs(32610)
    corner = shapely.get_coordinates(place.to_numpy())
    row = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    ends = np.column_stack([row[edges["u"]], row[edges["v"]]])
    lines = shapely.linestrings(corner[ends])
    return gpd.GeoDataFrame({"length_metres": edges["length_m"]}, geometry=lines, crs=32610)


def liechtenstein_streets() -> gpd.GeoDataFrame:
    """Return the streets of Liechtenstein as an extract of OpenStreetMap has them."""
    name = "liechtenstein-latest.osm.pbf"
    extract = read_extract(DATA / "roads_osm" / name, name, "streets")
    if isinstance(extract, Finding):
        sys.exit(str(extract))
    streets = gpd.GeoDataFrame(extract.cells, geometry=extract.shapes, crs=extract.crs)
    return streets.to_crs(32632).assign(length_metres=np.nan)


def corners(streets: gpd.GeoDataFrame) -> Network:
    """Return a network with a node at each corner of each street."""
    lines = streets.geometry.to_numpy()
    place, line = shapely.get_coordinates(lines, return_index=True)
    corner, node = np.unique(np.round(place, 2), axis=0, return_inverse=True)
    follows = line[1:] == line[:-1]
    pairs = np.column_stack([node.ravel()[:-1], node.ravel()[1:]])[follows]
    metres = np.hypot(*(place[1:] - place[:-1])[follows].T)
    return largest_piece(len(corner), pairs, metres)


def junctions(streets: gpd.GeoDataFrame) -> Network:
    """Return the network that planner makes of streets: bends contracted."""
    graph = street_graph(with_columns(streets))
    network = chains_of(graph, graph.metres).network()
    one_way = network.tails < network.heads
    return largest_piece(
        network.nodes,
        np.column_stack([network.tails, network.heads])[one_way],
        network.metres[one_way],
    )


def with_columns(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the columns that a table of streets may leave empty."""
    nothing = [None] * len(streets)
    flags = {name: pd.array(nothing, dtype="boolean") for name in FLAGS if name not in streets}
    words = {name: pd.array(nothing, dtype="str") for name in WORDS if name not in streets}
    return streets.assign(**flags, **words, speed_kmh=streets.get("speed_kmh", np.nan))


# ------------------------------------------------------------------ comparison


def timed(work: Callable[[], Any], repeat: int) -> tuple[Seconds, Any]:
    """Return the median of what some runs took, and what the last one gave."""
    clock, cores, result = [], [], None
    for _ in range(max(repeat, 1)):
        result = None  # give its memory back before the next run asks for as much
        began, began_cores = time.perf_counter(), time.process_time()
        result = work()
        clock.append(time.perf_counter() - began)
        cores.append(time.process_time() - began_cores)
    return Seconds(statistics.median(clock), statistics.median(cores)), result


def compare(name: str, network: Network, repeat: int) -> Comparison:
    """Measure one network both ways, in one process, one after the other."""
    dice = np.random.default_rng(7)
    schools = dice.choice(network.nodes, SCHOOLS, replace=False)
    homes = dice.choice(network.nodes, min(2 * HOMES, network.nodes), replace=False)
    ends = Ends.at(schools)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PLANNER_CACHE"] = folder

        def cold() -> NDArray[np.float64] | None:
            for file in Path(folder).iterdir():
                file.unlink()
            return sweep_network(network, ends, reverse=False, nodes=None)

        took_cold, _ = timed(cold, repeat)
        took_warm, ours = timed(
            lambda: sweep_network(network, ends, reverse=False, nodes=None), repeat
        )
        took_some, some = timed(
            lambda: sweep_network(network, ends, reverse=False, nodes=homes), repeat
        )
    by_number, theirs, equal = scipy_seconds(network, schools, ours, repeat)
    in_order, _, _ = scipy_seconds(*in_our_order(network, schools), None, repeat)
    return Comparison(
        case=name,
        junctions=network.nodes,
        arcs=len(network.metres),
        scipy=by_number,
        scipy_in_our_order=in_order,
        cold=took_cold,
        warm=took_warm,
        some=took_some,
        equal=equal and np.array_equal(some[: len(theirs)], theirs[:, homes]),
    )


def scipy_seconds(
    network: Network, schools: NDArray[np.int64], ours: NDArray[np.float64] | None, repeat: int
) -> tuple[Seconds, NDArray[np.float64], bool]:
    """Return what scipy takes, what it finds in metres, and whether we found the same."""
    lengths = np.rint(network.metres * 1000)
    turned = pd.DataFrame({"tail": network.heads, "head": network.tails, "mm": lengths})
    shortest = turned.sort_values("mm").drop_duplicates(["tail", "head"])
    tails, heads, mm = (shortest[column].to_numpy() for column in ("tail", "head", "mm"))
    matrix = csr_array((mm, (tails, heads)), shape=(network.nodes, network.nodes))
    asked = schools if network.nodes <= AT_MOST_ALONE else schools[:SOME]
    took, found = timed(lambda: dijkstra(matrix, indices=asked), (repeat + 1) // 2)
    scale = len(schools) / len(asked)
    theirs = found / 1000
    equal = ours is None or np.array_equal(ours[: len(asked)], theirs)
    return Seconds(took.clock * scale, took.cores * scale), theirs, equal


def in_our_order(network: Network, schools: NDArray[np.int64]) -> tuple[Network, NDArray[np.int64]]:
    """Return the network numbered in our order, as good for a search as a Hilbert curve."""
    tails, heads = network.tails.astype(np.int32), network.heads.astype(np.int32)
    number = order_nodes(network.nodes, tails, heads).astype(np.int64)
    renamed = Network(network.nodes, number[network.tails], number[network.heads], network.metres)
    return renamed, number[schools]


def step_row(name: str, network: Network, repeat: int) -> tuple[object, ...]:
    """Return what each step takes, and how large the hierarchy is."""
    tails, heads = network.tails.astype(np.int32), network.heads.astype(np.int32)
    order, rank = timed(lambda: order_nodes(network.nodes, tails, heads), repeat)
    draw, drawn = timed(lambda: draw_shortcuts(rank, tails, heads), repeat)
    arcs = in_whole_millimetres(network.metres)
    assert arcs is not None
    lay, lengths = timed(lambda: customise(drawn, arcs), repeat)
    schools = np.random.default_rng(7).choice(network.nodes, SCHOOLS, replace=False)
    ranks = np.sort(rank[schools])
    seeds = Seeds(ranks, np.arange(SCHOOLS, dtype=np.int32), np.zeros(SCHOOLS, dtype=np.int32))
    to_school = Ways(lengths[:, DOWN].copy(), lengths[:, UP].copy())
    swept, _ = timed(lambda: sweep(drawn, to_school, seeds, rank, SCHOOLS), repeat)
    return (
        name,
        *(f"{step.clock:.3f}" for step in (order, draw, lay, swept)),
        f"{len(drawn.shortcuts.top):,}",
        drawn.height,
    )


# ------------------------------------------------------------------ end to end


def end_to_end(repeat: int) -> Iterator[tuple[object, ...]]:
    """Yield rows from files to ways: a whole city, a whole small country, and a study."""
    seattle = read_study(SEATTLE)
    homes = seattle.areas.geometry.representative_point().to_numpy()
    gates = seattle.schools.geometry.to_numpy()
    if is_there(DATA / "us_seattle"):
        yield journey("Seattle, all streets", seattle_streets, homes, gates, repeat)
    if is_there(DATA / "roads_osm"):
        streets = liechtenstein_streets()
        doors = beside(streets, 1000 + 25)
        yield journey(
            "Liechtenstein, .osm.pbf", liechtenstein_streets, doors[25:], doors[:25], repeat
        )
    load, study = timed(lambda: read_study(SEATTLE), repeat)
    settings = read_scenario(SEATTLE / "scenarios", "baseline").travel
    points = study.schools.geometry
    walked, _ = timed(lambda: measure_walks(study, points, settings), repeat)
    both = Seconds(load.clock + walked.clock, load.cores + walked.cores)
    size = f"{len(homes):,} areas × {len(points)} schools, {len(study.streets):,} streets"
    yield "Seattle, a study", f"{load.clock:.2f}", "", "", f"{walked.clock:.2f}", both, size


def journey(
    name: str,
    read: Callable[[], gpd.GeoDataFrame],
    homes: NDArray[Any],
    gates: NDArray[Any],
    repeat: int,
) -> tuple[object, ...]:
    """Return what it takes from a file of streets to ways between homes and gates."""
    load, streets = timed(lambda: with_columns(read()), repeat)
    join, graph = timed(lambda: street_graph(streets), repeat)
    brought, (starts, goals) = timed(lambda: (snap(graph, homes), snap(graph, gates)), repeat)
    went, _ = timed(lambda: ways(graph, starts, goals), repeat)
    steps = (load, join, brought, went)
    every = Seconds(sum(step.clock for step in steps), sum(step.cores for step in steps))
    size = f"{len(homes):,} homes × {len(gates)} gates, {len(streets):,} streets"
    return name, *(f"{step.clock:.2f}" for step in steps), every, size


def beside(streets: gpd.GeoDataFrame, points: int) -> NDArray[Any]:
    """Return points about 30 metres beside streets taken by lot."""
    dice = np.random.default_rng(7)
    lines = streets.geometry.to_numpy()[dice.integers(0, len(streets), points)]
    at = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    beside: NDArray[Any] = shapely.points(at + dice.uniform(-30, 30, at.shape))
    return beside


def first_run() -> Iterator[tuple[object, ...]]:
    """Yield how long the compiled loops take to come, in a process of their own."""
    program = (
        "import time\n"
        "import planner.travel.hierarchy\n"
        "began = time.perf_counter()\n"
        "import numba\n"
        "numba_there = time.perf_counter()\n"
        "import planner.travel.hierarchy.prepared, planner.travel.hierarchy.order\n"
        "print(numba_there - began, time.perf_counter() - numba_there)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        for what in ("compiled, the first run after installing", "read from disk, any later run"):
            said = subprocess.run(
                [sys.executable, "-c", program],
                env=environment,
                cwd=ROOT,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()
            yield f"loops {what}", f"{float(said[1]):.2f}"
        yield "numba itself, part of every run that needs the loops", f"{float(said[0]):.2f}"


if __name__ == "__main__":
    main()
