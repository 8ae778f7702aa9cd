"""Say the register at 80 columns: what is held to, today's value, the next years, the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.fitting import fitted, width_of, wrapped
from planner.report.backtest import ShownTable
from planner.report.headings import stage_name
from planner.report.indicators.figures import name_of, said_figure
from planner.report.indicators.words import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from planner.indicators import IndicatorTables
    from planner.norms.indicators import Indicator
    from planner.terms import Language

__all__ = ["Remark", "Said", "said_indicators", "shown_years"]

_NAME: Final = 26
_BELOW: Final = "   · "
_MARK: Final = "*"
_LONGEST_NAME: Final = 100
_FIGURE: Final = 7
_VERDICT: Final = 11
"""Widths of columns; six of them and what stands between take 80 columns."""


class Remark(NamedTuple):
    """A line and what is said about it."""

    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the terminal says: tables one below the other, then how it all stands.

    `below` holds what stands under each table, None for most.
    """

    tables: tuple[ShownTable, ...]
    below: tuple[Remark | None, ...]
    standing: Remark


def shown_years(tables: IndicatorTables, focus: int) -> tuple[int, ...]:
    """Return the base year, the next one, and the year in focus."""
    return tuple(dict.fromkeys([*tables.years[:2], focus]))


def said_indicators(tables: IndicatorTables, focus: int, lang: Language) -> Said:
    """Return the register group by group, then the targets, then the public places missing.

    Indicators that only help others, or of which nothing is known, asked or aimed at, are left
    to the workbook.
    """
    groups = tables.reckoner.register.groups
    said: list[tuple[ShownTable, Remark | None]] = []
    for group in groups:
        if rows := list(_rows(tables, group, focus, lang)):
            table = ShownTable(
                groups[group].names[lang], _headings(tables, focus, lang), tuple(rows)
            )
            said.append((table, _too_different(tables, group, focus, lang)))
    if tables.steps:
        said.append((_targets(tables, lang), None))
    return Said(
        tables=tuple(table for table, _ in said),
        below=tuple(remark for _, remark in said),
        standing=Remark(told("standing", lang), "\n".join(_lines(tables, focus, lang))),
    )


def _headings(tables: IndicatorTables, focus: int, lang: Language) -> tuple[str, ...]:
    """Return the headings of every group, as wide as each other so that columns stand in line."""
    years = [str(year).rjust(_FIGURE) for year in shown_years(tables, focus)]
    norm = told("norm", lang)
    return (
        _filled(told("indicator", lang), _NAME),
        *years,
        " " * (_FIGURE - width_of(norm)) + norm,
        _filled(told("verdict", lang), _VERDICT),
    )


def _rows(
    tables: IndicatorTables, group: str, focus: int, lang: Language
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one group; the stages of an indicator stand below its name."""
    register, norms = tables.reckoner.register, tables.reckoner.ground.plan.norms
    mine = tables.figures[tables.figures["group"] == group]
    for key, rows in mine.groupby("indicator", sort=False):
        indicator = register.indicators[str(key)]
        if not _worth_saying(indicator, rows, tables):
            continue
        divisions = indicator.divisions
        name = _wrapped(name_of(indicator, lang))
        if len(divisions) > 1 and divisions[0]:
            yield name, *[""] * (len(shown_years(tables, focus)) + 2)
        for stage in divisions:
            if stage and len(divisions) > 1:
                name = _BELOW + stage_name(stage, norms, lang)
            yield name, *_figures(rows[rows["stage"] == stage], indicator, tables, focus, lang)


def _figures(
    rows: pd.DataFrame, indicator: Indicator, tables: IndicatorTables, focus: int, lang: Language
) -> tuple[str, ...]:
    """Return values, norm and verdict of one indicator and stage."""
    by_year = {row["year"]: row for row in rows.to_dict("records")}
    figures = [
        said_figure(by_year[year]["value"], by_year[year]["said"], indicator.unit, lang)
        for year in shown_years(tables, focus)
    ]
    figures.append(said_figure(float(rows["threshold"].iloc[0]), "", indicator.unit, lang))
    year, status = _newest_verdict(by_year, shown_years(tables, focus))
    mark = _MARK if by_year[year]["reason"] else "" if year == focus else " "
    verdict = told(status, lang) + mark + ("" if year == focus else f"’{year % 100:02d}")
    return (*(_right(fitted(figure, _FIGURE)) for figure in figures), fitted(verdict, _VERDICT))


def _newest_verdict(by_year: dict[int, dict[Any, Any]], years: tuple[int, ...]) -> tuple[int, str]:
    """Return the newest of the shown years whose verdict is known, and the verdict."""
    for year in reversed(years):
        status = str(by_year[year]["norm_status"])
        if status != "not_known":
            return year, status
    return years[-1], "not_known"


def _too_different(
    tables: IndicatorTables, group: str, focus: int, lang: Language
) -> Remark | None:
    """Say which items of a group are missed only because schools differ too much, and by what."""
    if tables.equipment is None:
        return None
    norms = tables.reckoner.ground.plan.norms
    spread = tables.equipment.variation.set_index(["item", "stage", "year"])
    lines = []
    mine = tables.figures[tables.figures["group"] == group]
    for (item, stage), rows in mine.groupby(["item", "stage"], sort=False):
        by_year = {row["year"]: row for row in rows.to_dict("records")}
        year, _ = _newest_verdict(by_year, shown_years(tables, focus))
        if by_year[year]["reason"]:
            (found,) = spread.loc[[(item, stage, year)]].to_dict("records")
            words = {"item": item, "stage": stage_name(str(stage), norms, lang), "year": year}
            # As many digits as it takes to see that the limit is exceeded.
            digits = 2 if found["cv"] >= found["limit"] + 0.005 else 4
            cv = f"{found['cv']:.{digits}f}"
            lines.append(told("variation_said", lang, **words, cv=cv, limit=found["limit"]))
    return Remark(told("variation_title", lang), "\n".join(lines)) if lines else None


def _worth_saying(indicator: Indicator, rows: pd.DataFrame, tables: IndicatorTables) -> bool:
    """Tell whether an indicator belongs on the screen."""
    aimed = any(step.aim.indicator == indicator for step in tables.steps)
    known = bool((rows["how"] != "").any())
    return bool(indicator.item) or aimed or known or bool(rows["threshold"].notna().any())


def _targets(tables: IndicatorTables, lang: Language) -> ShownTable:
    """Return the targets year by year."""
    norms = tables.reckoner.ground.plan.norms
    rows = []
    for step in tables.steps:
        indicator = step.aim.indicator
        unit = "" if indicator is None else indicator.unit
        name = step.aim.key if indicator is None else name_of(indicator, lang)
        if step.aim.stage:
            name = f"{name} · {stage_name(step.aim.stage, norms, lang)}"
        aim = step.aim.target.text
        if step.target.kind == "number" or (step.target.change and step.target.figure is not None):
            aim = said_figure(step.target.figure, "", unit, lang)
        figures = (
            aim,
            said_figure(step.value.figure, step.value.said, unit, lang),
            "–" if step.needed is None else said_figure(step.needed, "", unit, lang),
        )
        verdict = told(step.colour if step.colour in ("red", "amber") else step.status, lang)
        rows.append(
            (
                _wrapped(name),
                str(step.aim.year),
                *(_right(fitted(figure, _FIGURE)) for figure in figures),
                fitted(verdict, _VERDICT),
            )
        )
    keys = ("indicator", "year", "target", "value", "needed", "verdict")
    headings = [told(key, lang) for key in keys]
    headings[2:5] = [_right(heading) for heading in headings[2:5]]
    return ShownTable(told("targets_title", lang), tuple(headings), tuple(rows))


def _lines(tables: IndicatorTables, focus: int, lang: Language) -> Iterator[str]:
    """Yield how the register stands as a whole, and how many public places are missing."""
    for year in dict.fromkeys([tables.years[0], focus]):
        values = tables.figures[tables.figures["year"] == year]
        held = values[values["norm_status"] != "no_norm"]["norm_status"]
        met, missed = int((held == "met").sum()), int((held == "missed").sum())
        counts = {"judged": len(held), "met": met, "missed": missed}
        yield told("summary_said", lang, year=year, unknown=len(held) - met - missed, **counts)
    for row in tables.public_places.to_dict("records"):
        if row["aim"] == "target":
            yield _places(row, lang)


def _places(row: dict[Any, Any], lang: Language) -> str:
    """Return one sentence about the public places missing for a target."""
    return told(
        "places_said",
        lang,
        aim=told("aim_target", lang, year=row["aimed_year"]),
        share=f"{row['share']:.0%}",
        year=row["year"],
        children=row["children"],
        needed=row["needed"],
        by_pupils=row["missing_by_pupils"],
        by_seats=row["missing_by_seats"],
    )


def _filled(text: str, width: int) -> str:
    """Return text that takes so many columns."""
    return text + " " * max(0, width - width_of(text))


def _wrapped(text: str) -> str:
    """Return a name in lines of one column's width, all lines but the first indented."""
    shown = fitted(text, _LONGEST_NAME)
    if width_of(shown) <= _NAME:
        return shown
    return "\n  ".join(wrapped(shown, _NAME - 2))


def _right(text: str) -> str:
    """Return text that ends at the right edge of a column of figures."""
    return " " * max(0, _FIGURE - width_of(text)) + text
