"""What matters most about one stage, added up over the planned years."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.norms import StageNorm

__all__ = ["Headline", "StageYear", "headline_of", "rounded", "stage_year"]


@dataclass(frozen=True, slots=True)
class StageYear:
    """One stage of the county in one school year."""

    year: Annotated[int, "School year, by the year of its 1 September."]
    counted: Annotated[bool, "True for the base year, whose rolls are counted, not projected."]
    residents: Annotated[float, "Residents of the stage's ages, people."]
    entrants: Annotated[int, "Entrants to the lowest grade who found a seat, pupils."]
    pupils: Annotated[int, "Pupils on roll."]
    low80: Annotated[
        float | None, "With 80 % probability the pupils are at least these; null where counted."
    ]
    high80: Annotated[float | None, "With 80 % probability they are at most these."]
    low95: Annotated[float | None, "The same with 95 % probability."]
    high95: Annotated[float | None, "The same with 95 % probability."]
    unseated: Annotated[int, "Entrants for whom no seat was found, pupils."]
    seats: Annotated[int, "Seats at standard size."]
    shortage: Annotated[
        int, "Sum over sections of pupils beyond their seats, at least those unseated."
    ]
    surplus: Annotated[int, "Sum over sections of seats beyond their pupils."]
    sections_short: Annotated[int, "Sections with a shortage."]
    yellow: Annotated[int, "Sections in the yellow band of the seat warning."]
    red: Annotated[int, "Sections in the red band of the seat warning."]
    classes: Annotated[int, "Classes."]
    over_standard: Annotated[int, "Classes above standard size."]
    entry_over_standard: Annotated[int, "Classes of the entry grade above standard size."]
    large: Annotated[
        int | None, "Large classes, super-large ones included; null where norms set no limit."
    ]
    large_low80: Annotated[
        float | None,
        "With 80 % probability the large classes lie from here to large_high80; null where counted "
        "or where norms set no limit.",
    ]
    large_high80: Annotated[float | None, "Upper end of that interval."]
    large_probability: Annotated[
        float | None, "Probability (0–1) that there is a large class at all; null likewise."
    ]
    super_large: Annotated[int | None, "Super-large classes; null where norms set no limit."]
    walk_metres: Annotated[float | None, "Mean walk of entrants to their section, metres."]
    over_limit_share: Annotated[float | None, "Share (0–1) of entrants who walk beyond the limit."]


@dataclass(frozen=True, slots=True)
class Headline:
    """What matters most about one stage."""

    pupils_base: Annotated[int, "Pupils in the base year."]
    pupils_last: Annotated[int, "Pupils in the last year."]
    shortage_seat_years: Annotated[int, "Seats short, added up over the planned years."]
    peak_shortage_seats: Annotated[
        int, "Most seats short in any planned year, summed over sections; 0 where none ever is."
    ]
    peak_shortage_year: Annotated[
        int | None, "First year in which so many seats are short; null where none ever is."
    ]
    sections_short_at_peak: Annotated[int, "Sections with a shortage in that year."]
    unseated: Annotated[int, "Entrants without a seat, added up over the planned years."]
    peak_unseated: Annotated[int, "Most entrants without a seat in any planned year."]
    peak_unseated_year: Annotated[int | None, "First such year; null where everybody has a seat."]
    surplus_last: Annotated[int, "Seats spare in the last year, summed over sections."]
    large_class: Annotated[
        int | None, "Pupils from which a class is large; null where these norms set no limit."
    ]
    large_base: Annotated[int | None, "Large classes in the base year."]
    large_first: Annotated[int | None, "Large classes in the first planned year."]
    large_last: Annotated[int | None, "Large classes in the last year."]
    large_class_years: Annotated[int | None, "Large classes, added up over the planned years."]
    no_large_from: Annotated[
        int | None,
        "First year from which on no year has a large class; null where the last year has some "
        "or these norms set no limit.",
    ]
    over_standard_base: Annotated[int, "Classes above standard size in the base year."]
    over_standard_first: Annotated[int, "Such classes in the first planned year."]
    over_standard_last: Annotated[int, "Such classes in the last year."]
    over_standard_class_years: Annotated[int, "Such classes, added up over the planned years."]
    walk_metres_first: Annotated[
        float | None, "Mean walk of entrants in the first planned year, metres."
    ]
    walk_metres_mean: Annotated[
        float | None, "Mean walk over all entrants of the planned years, metres."
    ]
    over_limit_share_first: Annotated[
        float | None, "Share (0–1) of entrants beyond the walking limit in the first planned year."
    ]
    over_limit_share_mean: Annotated[
        float | None, "Share (0–1) beyond the walking limit over all entrants of the planned years."
    ]


def stage_year(row: Mapping[Any, Any], base_year: int, norm: StageNorm) -> StageYear:
    """Return one row of the county's table as plain numbers."""
    limited = norm.large_class is not None
    super_limited = norm.super_large_class is not None
    whole = ["entrants", "pupils", "unseated", "seats", "shortage", "surplus", "sections_short"]
    whole += ["yellow", "red", "classes", "over_standard", "entry_over_standard"]
    return StageYear(
        **{name: int(row[name]) for name in whole},
        low80=rounded(row["low80"], 0),
        high80=rounded(row["high80"], 0),
        low95=rounded(row["low95"], 0),
        high95=rounded(row["high95"], 0),
        year=int(row["year"]),
        counted=int(row["year"]) == base_year,
        large=int(row["large"]) if limited else None,
        large_low80=rounded(row["large_low80"], 0),
        large_high80=rounded(row["large_high80"], 0),
        large_probability=rounded(row["large_probability"], 4),
        super_large=int(row["super_large"]) if super_limited else None,
        residents=rounded(row["residents"], 1) or 0.0,
        walk_metres=rounded(row["walk_metres"], 1),
        over_limit_share=rounded(row["over_limit_share"], 4),
    )


def headline_of(years: Sequence[StageYear], large_class: int | None) -> Headline:
    """Return what matters most about a stage.

    Args:
        years: The base year, then the planned years in order, with or without gaps.
        large_class: Pupils from which a class is large; None where the norms set no limit.
    """
    base, last = years[0], years[-1]
    planned = years[1:] or years
    short = max(planned, key=lambda year: year.shortage)  # max keeps the first of equals
    turned_away = max(planned, key=lambda year: year.unseated)
    return Headline(
        pupils_base=base.pupils,
        pupils_last=last.pupils,
        shortage_seat_years=sum(year.shortage for year in planned),
        peak_shortage_seats=short.shortage,
        peak_shortage_year=short.year if short.shortage else None,
        sections_short_at_peak=short.sections_short,
        unseated=sum(year.unseated for year in planned),
        peak_unseated=turned_away.unseated,
        peak_unseated_year=turned_away.year if turned_away.unseated else None,
        surplus_last=last.surplus,
        large_class=large_class,
        large_base=base.large,
        large_first=planned[0].large,
        large_last=last.large,
        large_class_years=_large_class_years(planned),
        no_large_from=_no_large_from(years),
        over_standard_base=base.over_standard,
        over_standard_first=planned[0].over_standard,
        over_standard_last=last.over_standard,
        over_standard_class_years=sum(year.over_standard for year in planned),
        walk_metres_first=planned[0].walk_metres,
        walk_metres_mean=_mean(((one.walk_metres, one.entrants) for one in planned), 1),
        over_limit_share_first=planned[0].over_limit_share,
        over_limit_share_mean=_mean(((one.over_limit_share, one.entrants) for one in planned), 4),
    )


def rounded(value: Any, digits: int) -> float | None:
    """Return a number with so many decimals, or None where the table says nothing."""
    return None if pd.isna(value) or math.isinf(value) else round(float(value), digits)


def _large_class_years(planned: Sequence[StageYear]) -> int | None:
    """Return large classes over all planned years, None where the norms set no limit."""
    counts = [year.large for year in planned if year.large is not None]
    return sum(counts) if counts else None


def _no_large_from(years: Sequence[StageYear]) -> int | None:
    """Return the year from which large classes never come back."""
    if years[-1].large is None:
        return None
    crowded = [number for number, year in enumerate(years) if year.large]
    free_from = crowded[-1] + 1 if crowded else 0
    return years[free_from].year if free_from < len(years) else None


def _mean(weighted: Iterable[tuple[float | None, int]], digits: int) -> float | None:
    """Return the mean of figures by their entrants, as far as they are known."""
    known = [(value, weight) for value, weight in weighted if value is not None and weight]
    total = sum(weight for _, weight in known)
    return round(sum(value * weight for value, weight in known) / total, digits) if total else None
