"""When a child born on a certain day is old enough for school."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from planner.norms.country import Norms

__all__ = ["age_in", "school_year_of_entry"]

_MIDDLE_OF_MONTH: Final = 15


def age_in(
    norms: Norms, birth_year: int, birth_month: int, school_year: int, birth_day: int | None = None
) -> int:
    """Return the completed years of a child on the cut-off day of a school year.

    Where only the month of birth is known, it counts by its middle day, so that with a cut-off
    on 31 August all August children are a year older than all September children.
    """
    birthday = (birth_month, birth_day or _MIDDLE_OF_MONTH)
    had_birthday = birthday <= (norms.cut_off_month, norms.cut_off_day)
    return school_year - birth_year - (0 if had_birthday else 1)


def school_year_of_entry(
    norms: Norms, stage: str, year: int, month: int, day: int | None = None
) -> int:
    """Return the school year in which a child born then enters a stage.

    With a cut-off on 31 August and entry at six, a child born from 1 September y-7 to
    31 August y-6 enters primary in y.
    """
    age_that_year = age_in(norms, year, month, year, day)
    return year + norms.stage(stage).entry_age - age_that_year
