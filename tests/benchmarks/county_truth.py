"""Set forecasts of invented counties against what came of them, and time the possible futures.

    python tests/benchmarks/county_truth.py [COUNTIES]

COUNTIES is how many, 50 if it is not said. Each is made by the sample's generator, which lets it
live on beyond its base year; the plan sees the years up to there only. `projection.py` measures
the same and keeps it in benchmarks.md.
"""

from __future__ import annotations

import dataclasses
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from planner.plan import make_plan
from planner.projection.draws import Shocks, draw_residents
from planner.projection.residents import Residents
from planner.sample import make_sample
from planner.scenario import Scenario, YearSettings
from planner.study import read_study
from tests.benchmarks.record import command_line, table

AREAS, SECTIONS, AHEAD = 150, 40, 5
SEEDS: Final = 50
STAGES: Final = ("kindergarten", "primary", "junior", "senior")


def truth_section(seeds: int = SEEDS) -> str:
    """Return how often the truth of invented counties lay within the plan's intervals."""
    found = pd.concat([_one_county(seed) for seed in range(seeds)], ignore_index=True)
    found = found.assign(
        in80=found["came"].between(found["low80"], found["high80"]),
        in95=found["came"].between(found["low95"], found["high95"]),
        missed=(found["pupils"] - found["came"]).abs(),
        width=found["high80"] - found["low80"],
    )
    rows = [
        *(_row(f"{ahead} years ahead", part) for ahead, part in found.groupby("ahead")),
        *(_row(stage, found[found["stage"] == stage]) for stage in STAGES),
        _row("all", found),
    ]
    return "\n\n".join(
        (
            f"### The sample county's truth, {seeds} seeds",
            f"Counties of {AREAS} areas and {SECTIONS} sections with nine counted years, planned\n"
            f"{AHEAD} years ahead without building; n are section-years. The generator holds\n"
            "births after its last published year, which the damped trend does not foresee.",
            table(
                ("", "n", "within 80 %", "within 95 %", "WAPE %", "width of 80 % ÷ pupils"), rows
            ),
        )
    )


def _one_county(seed: int) -> pd.DataFrame:
    """Return sections by planned year: pupils, intervals and the pupils who came."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "county"
        make_sample(folder, areas=AREAS, sections=SECTIONS, ahead=AHEAD, seed=seed)
        study = read_study(folder)
        truth = pd.read_csv(folder / "truth.csv")
    # The generator knows of no building after the base year.
    study = dataclasses.replace(study, projects=study.projects.iloc[:0])
    last = study.base_year + AHEAD
    plan = make_plan(study, Scenario(name="truth", years=YearSettings(last=last)), seed=seed)
    came = truth.groupby(["section_id", "year"])["pupils"].sum().rename("came").reset_index()
    both = plan.section_years.merge(came, on=["section_id", "year"])
    return both[both["came"] > 0].assign(ahead=both["year"] - study.base_year)


def _row(name: str, part: pd.DataFrame) -> tuple[str, ...]:
    """Return one line of the table."""
    pupils = part["came"].sum()
    return (
        name,
        f"{len(part):,}",
        f"{part['in80'].mean():.1%}",
        f"{part['in95'].mean():.1%}",
        f"{100 * part['missed'].sum() / pupils:.1f}",
        f"{part['width'].sum() / pupils:.3f}",
    )


def speed_section() -> str:
    """Return what 1,000 futures of 10,000 areas cost."""
    areas, ages, years, draws, groups = 10_000, range(18), 15, 1_000, 300
    generator = np.random.default_rng(1)
    count = generator.poisson(8.0, (areas, len(ages), years)).astype(float)
    residents = Residents(
        area_ids=tuple(map(str, range(areas))),
        ages=ages,
        years=tuple(range(2023, 2023 + years)),
        counted_until=2023,
        count=count,
        notes=(),
        from_homes=np.zeros_like(count),
    )
    group = generator.integers(0, groups, areas)
    before = _peak_mb()
    began = time.perf_counter()
    drawn = draw_residents(residents, group, Shocks(), residents.years, 2023, seed=1, draws=draws)
    took = time.perf_counter() - began
    total = f"{drawn.shape[0]} zones × {drawn.shape[1]} ages × {drawn.shape[2]} years"
    return (
        "### A thousand futures of residents\n\n"
        f"{areas:,} areas × {len(ages)} ages × {years} years × {draws:,} draws, added up to\n"
        f"{total} before anything is drawn (exact, since shocks are the county's): {took:.1f} s, "
        f"{_peak_mb():.0f} MB at the peak of the process ({before:.0f} MB before)."
    )


def _peak_mb() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    words = command_line(__doc__, section=False)
    words.add_argument("counties", nargs="?", type=int, default=SEEDS, help="how many are invented")
    wanted = words.parse_args()
    sys.stdout.write(f"{speed_section()}\n\n{truth_section(wanted.counties)}\n")
