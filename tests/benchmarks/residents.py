"""Set residents projected from earlier counts of Seattle's tracts against the counts that came.

    python tests/benchmarks/residents.py

Five-year groups of ages by area, counted in 2000, 2005, 2010, 2015 and 2019, stand in the study
of tests/studies/seattle. From 2010 the counts up to there are carried on to 2015 and 2019.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.projection.residents import project_residents
from planner.scenario import Scenario
from planner.study import read_study
from tests.benchmarks.record import command_line, machine, table, write_section

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from planner.study import Study

    FloatArray = npt.NDArray[np.float64]

SEATTLE: Final = Path(__file__).resolve().parents[1] / "studies" / "seattle"
ORIGIN: Final = 2010


def main() -> None:
    """Print how far the projection and the last count missed the counts that came."""
    wanted = command_line(__doc__).parse_args()
    before = machine()
    study = read_study(SEATTLE)
    rows = [row for year in (2015, 2019) for row in _missed(study, year)]
    heading = ("year", "method", "areas × groups, WAPE %", "areas, WAPE %", "city, bias %")
    text = (
        "## Residents\n\n"
        f"{before}\n\n"
        f"Seattle's {len(study.areas)} areas, children in five-year groups, counted up to\n"
        f"{ORIGIN} and carried on; last count: the groups stay as they were.\n\n"
        f"{table(heading, rows)}"
    )
    sys.stdout.write(f"{text}\n")
    if wanted.record:
        write_section("residents", text)


def _missed(study: Study, year: int) -> list[tuple[str, ...]]:
    """Return the errors of the projection and of the last count for one later year."""
    counted = study.residents
    known = dataclasses.replace(
        study,
        residents=counted[counted["year"] <= ORIGIN].reset_index(drop=True),
        births=study.births[study.births["year"] <= ORIGIN].reset_index(drop=True),
        homes=study.homes.iloc[:0],
    )
    projected = project_residents(known, Scenario(name="past"), year)
    groups = [
        (int(low), int(high))
        for low, high in counted[["age_from", "age_to"]].drop_duplicates().to_numpy()
        if low >= projected.ages[0] and high <= projected.ages[-1]
    ]
    came = _by_group(counted, study, year, groups)
    said = np.stack([projected.of_ages(*group, year) for group in groups], axis=1)
    stood = _by_group(counted, study, ORIGIN, groups)
    return [
        _row(year, name, each, came) for name, each in (("planner", said), ("last count", stood))
    ]


def _by_group(
    counted: pd.DataFrame, study: Study, year: int, groups: list[tuple[int, int]]
) -> FloatArray:
    """Return counted residents, [area, group]."""
    rows = counted[counted["year"] == year]
    wide = rows.pivot_table(
        index="area_id", columns=["age_from", "age_to"], values="residents", aggfunc="sum"
    )
    found: FloatArray = wide.reindex(index=study.areas["area_id"], columns=groups).to_numpy(float)
    return np.nan_to_num(found)


def _row(year: int, name: str, said: FloatArray, came: FloatArray) -> tuple[str, ...]:
    """Return one line of the table."""
    areas = np.abs(said.sum(axis=1) - came.sum(axis=1)).sum()
    return (
        str(year),
        name,
        f"{100 * np.abs(said - came).sum() / came.sum():.1f}",
        f"{100 * areas / came.sum():.1f}",
        f"{100 * (said.sum() / came.sum() - 1):+.1f}",
    )


if __name__ == "__main__":
    main()
