"""Time `planner zone` on the sample county where nothing is compiled yet, and once it is.

    python tests/benchmarks/first_run.py

Each run is a fresh process. The first one finds an empty folder for compiled code, as after
installing; the second finds what the first has left there.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.main_job import run
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
SEARCH_SECONDS: Final = 2.0
"""Time given to the search of each stage: it is starting and compiling that are measured."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure both runs."""
    words = command_line(__doc__)
    wanted = words.parse_args(arguments)
    before = machine()
    with tempfile.TemporaryDirectory() as scratch:
        rows = [_zone(Path(scratch), name) for name in ("first", "second")]
    text = (
        f"## A first `planner zone`\n\n{before}\n\n"
        "The sample county's primary zones, from files to workbook and map, in a fresh process; "
        f"{SEARCH_SECONDS:g} s of\nit are search. Before the first run nothing is compiled.\n\n"
        f"{table(('run', 'seconds', 'peak memory MB'), rows)}"
    )
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("first zone", text)


def _zone(scratch: Path, name: str) -> tuple[str, ...]:
    """Run `planner zone` once and return what it took."""
    words = ("zone", "baseline", "--study", str(ROOT), "--stage", "primary")
    took = run(
        *(*words, "--seconds", str(SEARCH_SECONDS), "--out", str(scratch / name)),
        settings={"NUMBA_CACHE_DIR": str(scratch / "compiled")},
    )
    return name, f"{took.seconds:.1f}", f"{took.peak_mb:.0f}"


if __name__ == "__main__":
    main()
