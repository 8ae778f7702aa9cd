"""Show the projects of a scenario as a table with totals, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.report.works.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.capacity.works import Work
    from planner.scenario import Scenario
    from planner.study import Study
    from planner.terms import Language

__all__ = ["WorksTable", "works_table"]

_MU_M2: Final = 2000 / 3
_COLUMNS: Final = ("name", "kind", "year", "rooms", "seats", "seats_named", "land", "cost")


class WorksTable(NamedTuple):
    """A table as it is printed: its title, its headings, its rows and what is said below."""

    title: str
    headings: list[str]
    rows: list[list[str]]
    note: str


def works_table(
    study: Study, scenario: Scenario, works: Sequence[Work], lang: Language
) -> WorksTable:
    """Return projects and measures with their totals, in the order given."""
    about = scenario.about
    title = {"zh": about.title_zh, "en": about.title}[lang.value] or scenario.name
    rows = [_row(work, lang) for work in works]
    if works:
        rows.append(_total(works, lang))
    return WorksTable(
        title=say("title", lang, county=study.names[lang.value], title=title),
        headings=[say(column, lang) for column in _COLUMNS],
        rows=rows,
        note=say("note" if works else "none", lang),
    )


def _row(work: Work, lang: Language) -> list[str]:
    """Return one project as text."""
    year = say("undated", lang) if work.year is None else str(work.year)
    return [
        work.name_en if lang == "en" and work.name_en else work.name,
        say(work.kind, lang),
        say("counted", lang) if work.counted else year,
        f"{work.rooms:,}",
        f"{work.seats:,}",
        "–" if work.seats_named is None else f"{work.seats_named:,}",
        _land(work.land_m2),
        _cost(work.cost_yuan),
    ]


def _total(works: Sequence[Work], lang: Language) -> list[str]:
    """Return the sums; seats named are those that are."""
    named = [work.seats_named for work in works if work.seats_named is not None]
    return [
        say("total", lang),
        "",
        "",
        f"{sum(work.rooms for work in works):,}",
        f"{sum(work.seats for work in works):,}",
        f"{sum(named):,}" if named else "–",
        _land(sum(work.land_m2 for work in works)),
        _cost(sum(work.cost_yuan for work in works)),
    ]


def _land(square_metres: float) -> str:
    """Return an area in mu."""
    return f"{square_metres / _MU_M2:,.1f}" if square_metres else "–"


def _cost(yuan: float) -> str:
    """Return a cost in ten thousand yuan."""
    return f"{yuan / 10_000:,.0f}" if yuan else "–"
