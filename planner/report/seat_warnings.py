"""Which sections will have more entrants than they can seat year after year, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd

from planner.report.schema import OneOf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan

__all__ = [
    "SeatWarning",
    "run_of_years",
    "seat_warnings",
    "warning_years",
    "warnings_counted",
]


@dataclass(frozen=True, slots=True)
class SeatWarning:
    """One section whose entrants come near its ordinary intake or exceed it."""

    section: Annotated[str, "Key of the section."]
    name: Annotated[str, "Name of its school."]
    name_en: Annotated[str | None, "Name in English, where the study gives one."]
    stage: Annotated[str, "Key of the stage."]
    band: Annotated[str, "Its worst band of these years.", OneOf(("red", "yellow"))]
    years: Annotated[tuple[int, ...], "School years in which it is in that band."]
    worst_year: Annotated[int, "The one with the most entrants beyond the ordinary intake."]
    entrants: Annotated[int, "Entrants in that year, those without a seat included."]
    ordinary_intake: Annotated[int, "Entrants it can seat year after year, in that year."]
    entry_seats: Annotated[int, "Seats in classes its entry grade can open in that year."]


def warning_years(plan: Plan) -> tuple[int, ...]:
    """Return the school years for which warnings are listed: as many as the norms ask for.

    Norms that name no number of years have them listed for all years.
    """
    planned = plan.years[1:] or plan.years
    figure = "warning.years_ahead"
    return planned[: int(plan.norms.number(figure))] if figure in plan.norms.figures else planned


def seat_warnings(plan: Plan) -> tuple[SeatWarning, ...]:
    """Return one warning for each section concerned, red first, then by entrants beyond intake."""
    rows = plan.section_years
    rows = rows[rows["year"].isin(warning_years(plan)) & rows["warning"].isin(["yellow", "red"])]
    found = [_warning(of_section) for _, of_section in rows.groupby("section_id", sort=False)]
    return tuple(
        sorted(
            found,
            key=lambda one: (one.band != "red", one.ordinary_intake - one.entrants, one.section),
        )
    )


def warnings_counted(warnings: Sequence[SeatWarning], first: int) -> dict[str, int]:
    """Return how many sections are red in the first year, red in any, and yellow at worst."""
    red = [one for one in warnings if one.band == "red"]
    return {
        "first": first,
        "red_first": sum(first in one.years for one in red),
        "red": len(red),
        "yellow": len(warnings) - len(red),
    }


def run_of_years(years: Sequence[int]) -> str:
    """Return years as a reader writes them: 2024–2026, and 2024, 2026 where one lies between."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _warning(rows: pd.DataFrame) -> SeatWarning:
    """Return what is to be warned of in one section, from its years in a band."""
    band = "red" if (rows["warning"] == "red").any() else "yellow"
    of_band = rows[rows["warning"] == band].sort_values("year")
    asking = of_band["entrants"] + of_band["unseated"]
    beyond = (asking - of_band["ordinary_intake"]).to_numpy()
    worst: Any = of_band.iloc[int(beyond.argmax())]  # the first of equals
    return SeatWarning(
        section=str(worst["section_id"]),
        name=str(worst["name"]),
        name_en=None if pd.isna(worst["name_en"]) else str(worst["name_en"]),
        stage=str(worst["stage"]),
        band=band,
        years=tuple(map(int, of_band["year"])),
        worst_year=int(worst["year"]),
        entrants=int(worst["entrants"] + worst["unseated"]),
        ordinary_intake=int(worst["ordinary_intake"]),
        entry_seats=int(worst["entry_seats"]),
    )
