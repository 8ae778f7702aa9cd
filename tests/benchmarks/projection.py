"""Test forecasts on New York City's own past, and on invented counties whose truth is known.

    python tests/benchmarks/projection.py

Reads the rolls by school and grade, 2005 to 2017 without 2012, from ../shared/data/us_nyc beside
the repository. Each run of the command is a fresh process; the invented counties are planned in
this one.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks.county_truth import speed_section, truth_section
from tests.benchmarks.main_job import Run, run
from tests.benchmarks.published import SHARED, is_there
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Row = dict[str, Any]
    Cells = dict[tuple[str, str, str, int], Row]
    Found = tuple[str, str]

NEW_YORK: Final = SHARED / "data" / "us_nyc" / "enrolment_by_grade_2005_2017.csv"
GRADES: Final = ("PK", "K", *map(str, range(1, 13)))
ORIGINS: Final = "2008,2009,2010,2015,2016"
NEAR, FAR = "1-3", "1-9"
SCHOOLS: Final = 1_300
USUAL: Final = ("naive", "progression")
SIZES: Final = ("<200", "200-499", "500-999", "1000+")
LEVELS: Final = ("grade", "school", "total")
PROMISED: Final = {"coverage80": 0.80, "coverage95": 0.95}
TOLERANCE: Final = 0.025


def main() -> None:
    """Print what the invented counties tell, and New York where its rolls are."""
    wanted = command_line(__doc__).parse_args()
    before = machine()
    county = f"{speed_section()}\n\n{truth_section()}"
    sys.stdout.write(f"{county}\n")
    if wanted.record:
        write_section("futures", f"## Intervals and possible futures\n\n{before}\n\n{county}")
    if not is_there(NEW_YORK):
        return
    before = machine()
    with tempfile.TemporaryDirectory() as name:
        text = new_york(Path(name))
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("projection", f"## Forecasts of rolls\n\n{before}\n\n{text}")


def new_york(place: Path) -> str:
    """Return what New York City's past says of the three methods."""
    rolls = place / "rolls.csv"
    schools = melt(rolls)
    some = place / "some.csv"
    melt(some, SCHOOLS)
    near, took = tested(rolls, NEAR)
    far, took_far = tested(rolls, FAR)
    _, took_some = tested(some, NEAR)
    runs = (
        (f"{schools:,} schools, leads {NEAR}", took),
        (f"{schools:,} schools, leads {FAR} (all that are counted)", took_far),
        (f"{SCHOOLS:,} schools, leads {NEAR}", took_some),
    )
    return "\n\n".join(
        (
            f"### New York City, 2005–2017, from {ORIGINS.replace(',', ', ')}",
            READING,
            seconds_table(runs),
            *told(near, f"Leads {NEAR}", by_size=True),
            *told(far, f"Leads {FAR}", by_size=False),
        )
    )


READING: Final = """\
`planner backtest` in a fresh process. Each forecast knows only the years up to its origin; 2012 was
never counted. Errors are WAPE: the sum of |foreseen − counted| ÷ the pupils counted. Gain: by how
much planner's error is smaller. Sizes are those of the school in the year of the forecast.
Intervals of naive and progression are the pooled relative errors of their own past; their width is
that of the forecasts for which such a past is known. n is the number of forecasts; the total has
one per origin, so that its coverage says little. Planner's starting weights and its usual typical
error were chosen on these same rolls: this is not a county it has never seen."""


def melt(out: Path, schools: int | None = None) -> int:
    """Write one row for each count, of all schools or the first ones; return their number."""
    with NEW_YORK.open(encoding="utf-8", newline="") as file:
        wide = list(csv.DictReader(file))
    kept = sorted({row["dbn"] for row in wide})[:schools]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("school_id", "grade", "year", "pupils"))
        writer.writerows(
            (row["dbn"], grade, row["year_start"], int(float(row[grade])))
            for row in wide
            if row["dbn"] in set(kept)
            for grade in GRADES
            if row[grade]
        )
    return len(kept)


def tested(rolls: Path, leads: str) -> tuple[Cells, Run]:
    """Run the command and return its figures by method, level, size class and lead."""
    out = rolls.with_suffix(".json")
    words = ("--rolls", str(rolls), "--origins", ORIGINS, "--leads", leads, "--json", str(out))
    took = run("backtest", *words, "--lang", "en")
    rows: list[Row] = json.loads(out.read_text(encoding="utf-8"))
    key = ("method", "level", "size_class", "lead")
    return {tuple(row[name] for name in key): row for row in rows}, took


def seconds_table(runs: Iterable[tuple[str, Run]]) -> str:
    """Return what each run took."""
    rows = [(case, f"{took.seconds:.1f}", f"{took.peak_mb:.0f}") for case, took in runs]
    return table(("five origins, three methods", "seconds", "peak memory MB"), rows)


def told(cells: Cells, title: str, *, by_size: bool) -> Iterator[str]:
    """Yield the tables of one run: errors, sizes, coverage, widths."""
    yield f"#### {title}: errors"
    yield errors_table(cells, [(level, "all") for level in LEVELS])
    if by_size:
        yield f"#### {title}: errors by size of school"
        yield errors_table(cells, [(level, size) for level in LEVELS[:2] for size in SIZES])
    yield listed("planner is not the lowest", *not_lowest(cells))
    yield f"#### {title}: counts within planner's 80 % / 95 % interval"
    yield coverage_table(cells)
    yield listed("Coverage more than 2.5 points off", *off_target(cells))
    yield f"#### {title}: width of the 80 % interval ÷ pupils"
    yield width_table(cells)


def errors_table(cells: Cells, groups: Sequence[tuple[str, str]]) -> str:
    """Return the errors of the three methods by level, size class and lead."""
    rows = []
    for level, size in groups:
        for lead in leads_of(cells):
            ours = cells.get(("planner", level, size, lead))
            if ours is None:
                continue
            usual = [cells[method, level, size, lead]["wape"] for method in USUAL]
            errors = [f"{error:.2%}" for error in (*usual, ours["wape"])]
            gains = [f"{1 - ours['wape'] / error:+.1%}" for error in usual]
            rows.append((f"{level} {size}", lead, f"{ours['n']:,}", *errors, *gains))
    gains = [f"gain on {method}" for method in USUAL]
    return table(("level, size", "lead", "n", *USUAL, "planner", *gains), rows)


def not_lowest(cells: Cells) -> tuple[list[Found], int]:
    """Return the cells in which another method errs less than planner, and how many there are."""
    ours = [row for (method, *_), row in cells.items() if method == "planner"]
    found = []
    for row in ours:
        place = (row["level"], row["size_class"], row["lead"])
        usual = {method: cells[(method, *place)]["wape"] for method in USUAL}
        best = min(usual, key=usual.__getitem__)
        if usual[best] <= row["wape"]:
            figures = f"planner {row['wape']:.2%}, {best} {usual[best]:.2%}"
            found.append((f"{row['level']} {row['size_class']}", at_lead(row, figures)))
    return found, len(ours)


def coverage_table(cells: Cells) -> str:
    """Return the coverage of planner's intervals by level, lead and size class."""
    rows = [
        (level, lead, *(_both(cells.get(("planner", level, size, lead))) for size in _sizes(level)))
        for level in LEVELS
        for lead in leads_of(cells)
        if ("planner", level, "all", lead) in cells
    ]
    return table(
        ("level", "lead", "all", *SIZES),
        [(*row, *[""] * (len(SIZES) + 3 - len(row))) for row in rows],
    )


def off_target(cells: Cells) -> tuple[list[Found], int]:
    """Return the coverages that lie off their target, and how many were looked at."""
    known = [
        (row, name)
        for (method, *_), row in cells.items()
        if method == "planner"
        for name in PROMISED
        if row[name] is not None
    ]
    found = [
        (
            f"{row['level']} {row['size_class']}, {name.removeprefix('coverage')} % interval",
            at_lead(row, f"{row[name]:.1%}"),
        )
        for row, name in known
        # A share with six digits may stand just beside the limit.
        if abs(row[name] - PROMISED[name]) > TOLERANCE + 1e-6
    ]
    return found, len(known)


def width_table(cells: Cells) -> str:
    """Return how wide planner's intervals are beside progression's pooled ones."""
    rows = []
    for level in LEVELS:
        for lead in leads_of(cells):
            pair = [
                cells.get((method, level, "all", lead)) for method in ("progression", "planner")
            ]
            widths = [row["width80"] if row else None for row in pair]
            if widths[1] is None:
                continue
            shown = ["–" if width is None else f"{width:.1%}" for width in widths]
            ratio = "–" if not widths[0] else f"{widths[1] / widths[0]:.2f}"
            rows.append((level, lead, *shown, ratio))
    return table(("level", "lead", "progression, pooled", "planner", "planner ÷ pooled"), rows)


def leads_of(cells: Cells) -> list[int]:
    """Return the leads of a run."""
    return sorted({lead for *_, lead in cells})


def at_lead(row: Row, figures: str) -> str:
    """Return figures with their lead and the number of forecasts they rest on."""
    return f"lead {row['lead']} {figures} (n {row['n']:,})"


def listed(what: str, found: Sequence[Found], of: int) -> str:
    """Return exceptions, one line for each group, under how many of how many there are."""
    groups: dict[str, list[str]] = {}
    for group, figures in found:
        groups.setdefault(group, []).append(figures)
    lines = [f"- {group}: {'; '.join(figures)}" for group, figures in groups.items()]
    head = f"{what}: {len(found)} of {of} cells{':' if found else '.'}"
    return "\n".join((head, "", *lines)).strip()


def _sizes(level: str) -> tuple[str, ...]:
    """Return the size classes of a level."""
    return ("all",) if level == "total" else ("all", *SIZES)


def _both(row: Row | None) -> str:
    """Return both coverages of a row."""
    if row is None:
        return ""
    return " / ".join("–" if row[name] is None else f"{row[name]:.1%}" for name in PROMISED)


if __name__ == "__main__":
    main()
