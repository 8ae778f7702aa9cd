"""Time the main job: one plan of a whole county, from the command line to the map.

    python tests/benchmarks/main_job.py [CASE ...]

Cases are counties of so many areas (1000, 3000, 10000), `redraw`, `seattle` and `help`.

Each run is a fresh process, so that starting Python and reading the libraries counts. The move
loop of the zone solver is compiled once per machine; what that costs is a case of its own.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SEATTLE: Final = Path(__file__).resolve().parents[1] / "studies" / "seattle"
COUNTIES: Final = {"1000": (1_000, 110), "3000": (3_000, 250), "10000": (10_000, 600)}
SEED: Final = 1
HELP_RUNS: Final = 5


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    seconds: float
    peak_mb: float


def main() -> None:
    """Measure the cases named on the command line, or all of them."""
    words = command_line(__doc__)
    words.add_argument("cases", nargs="*", help="cases, all if none is given")
    wanted = words.parse_args()
    if wanted.record and wanted.cases:
        words.error("--record keeps the whole table; name no cases beside it.")
    before = machine()
    with tempfile.TemporaryDirectory() as name:
        rows = list(measured(Path(name), wanted.cases or [*COUNTIES, "redraw", "seattle", "help"]))
    results = table(("case", "seconds", "peak memory MB", "map.html MB", "all results MB"), rows)
    sys.stdout.write(f"{results}\n")
    if wanted.record:
        write_section("main job", f"## The main job\n\n{before}\n\n{results}\n\n{READING}")


READING: Final = """\
`planner plan` in a fresh process, from reading the study to workbook, layers, map and summaries;
counties by `planner sample` with nine years of rolls, four stages and twelve planned years. Peak
memory is the largest resident set of the process. `planner --help` is the median of five."""


def measured(place: Path, cases: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield one row for each case and for the making of its county."""
    for case in cases:
        if case in COUNTIES:
            yield from county_rows(place, case)
        elif case == "redraw":
            yield from redraw_rows(place)
        elif case == "seattle":
            study = place / "seattle"
            shutil.copytree(SEATTLE, study)
            yield plan_row("Seattle K–5, baseline", study, "baseline")
        elif case == "help":
            runs = [run("--help") for _ in range(HELP_RUNS)]
            middle = statistics.median(one.seconds for one in runs)
            yield "planner --help", f"{middle:.2f}", f"{runs[0].peak_mb:.0f}", "", ""
        else:
            known = ", ".join([*COUNTIES, "redraw", "seattle", "help"])
            sys.exit(f"There is no case '{case}'. There are: {known}.")


def county_rows(place: Path, case: str) -> Iterator[tuple[object, ...]]:
    """Yield the making of a county of one size, and its baseline plan."""
    areas, sections = COUNTIES[case]
    study = place / f"county_{case}"
    size = f"{areas:,} areas, {sections} sections"
    made = run(*sample_words(study, areas, sections))
    yield f"{size}: planner sample", f"{made.seconds:.1f}", f"{made.peak_mb:.0f}", "", ""
    yield plan_row(f"{size}: baseline", study, "baseline")


def redraw_rows(place: Path) -> Iterator[tuple[object, ...]]:
    """Yield redrawn zones with the solver still to be compiled, and compiled before."""
    study = place / "county_redraw"
    run(*sample_words(study, *COUNTIES["1000"]))
    fresh = {"NUMBA_CACHE_DIR": str(place / "compiled")}
    size = "1,000 areas, 110 sections"
    yield plan_row(f"{size}: redrawn zones, solver not compiled yet", study, "redrawn_zones", fresh)
    yield plan_row(f"{size}: redrawn zones", study, "redrawn_zones", fresh)


def sample_words(study: Path, areas: int, sections: int) -> tuple[str, ...]:
    """Return the words that make a county."""
    sizes = ("--areas", str(areas), "--sections", str(sections))
    return ("sample", str(study), *sizes, "--years", "9", "--seed", str(SEED))


def plan_row(
    title: str, study: Path, scenario: str, settings: Mapping[str, str] | None = None
) -> tuple[object, ...]:
    """Return what one plan took and how much it wrote."""
    out = study / "measured"
    shutil.rmtree(out, ignore_errors=True)
    took = run("plan", scenario, "--study", str(study), "--out", str(out), settings=settings)
    written = [path for path in out.rglob("*") if path.is_file()]
    maps = sum(path.stat().st_size for path in written if path.name == "map.html")
    everything = sum(path.stat().st_size for path in written)
    figures = (f"{took.seconds:.1f}", f"{took.peak_mb:.0f}")
    return title, *figures, f"{maps / 1e6:.1f}", f"{everything / 1e6:.1f}"


def run(*words: str, settings: Mapping[str, str] | None = None) -> Run:
    """Run planner in a fresh process and wait for it."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "planner", *words],
            stdout=said,
            stderr=said,
            env={**os.environ, **(settings or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace"))
    # Linux counts in kilobytes, macOS in bytes.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(seconds, peak)


if __name__ == "__main__":
    main()
