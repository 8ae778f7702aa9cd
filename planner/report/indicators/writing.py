"""Write the indicators: a workbook to read, and the same for other programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import Sentence
from planner.report.indicators.workbook import write_indicator_workbook
from planner.report.manifest import write_json, write_manifest
from planner.report.projection.csv_files import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from planner.indicators import IndicatorTables
    from planner.terms import Language

__all__ = ["write_indicators"]


def write_indicators(
    tables: IndicatorTables,
    folder: Path,
    lang: Language,
    *,
    focus: int,
    say: Callable[[str], None] = lambda _doing: None,
) -> None:
    """Write indicators.xlsx, indicators.json, rows.csv and manifest.json into a folder.

    indicators.json holds every value and target; rows.csv the rows behind each value that planner
    reckons: whose it is, its part of the sum on top and of the one below. The same plan gives the
    same bytes.

    Args:
        tables: What `planner.indicators.gather_indicators` returns.
        folder: An existing folder.
        lang: Language of headings and words.
        focus: The year that sheets of schools show beside the base year.
        say: Called with what is being done, in a few words.
    """
    say(Sentence("workbook", "工作簿"))
    write_indicator_workbook(tables, focus, folder / "indicators.xlsx", lang)
    say(Sentence("values", "指标值"))
    write_json(_content(tables), folder / "indicators.json")
    rows = _all_rows(tables)
    write_csv([str(name) for name in rows], rows, folder / "rows.csv", lang)
    write_manifest([tables.reckoner.ground.plan], folder)


def _content(tables: IndicatorTables) -> dict[str, Any]:
    """Return what indicators.json holds."""
    ground = tables.reckoner.ground
    return {
        "county": dict(ground.plan.study.names),
        "scenario": ground.plan.scenario.name,
        "base_year": ground.years[0],
        "indicators": [_indicator(tables, key) for key in tables.reckoner.register.indicators],
        "targets": [
            {
                "indicator": step.aim.key,
                "stage": step.aim.stage,
                "year": step.aim.year,
                "text": step.aim.target.text,
                "target": _number(step.target.figure),
                "binding": step.aim.binding,
                "value": _number(step.value.figure),
                "said": step.value.said,
                "status": step.status,
                "colour": step.colour,
                "needed": _number(step.needed),
            }
            for step in tables.steps
        ],
        "public_places": _records(tables.public_places),
        "quota": _records(tables.quota),
    }


def _indicator(tables: IndicatorTables, key: str) -> dict[str, Any]:
    """Return one indicator with its values by stage and year."""
    indicator = tables.reckoner.register.indicators[key]
    mine = tables.figures[tables.figures["indicator"] == key]
    names = ["stage", "year", "value", "said", "how", "threshold", "norm_status", "reason", "gap"]
    return {
        "indicator": key,
        "item": indicator.item,
        "group": indicator.group,
        "names": dict(indicator.names),
        "unit": indicator.unit,
        "better": indicator.better,
        "known": indicator.known,
        "gap_unit": indicator.gap,
        "values": _records(mine[names]),
    }


def _all_rows(tables: IndicatorTables) -> pd.DataFrame:
    """Return the rows behind all indicators one below the other."""
    parts = [
        rows.assign(indicator=key)
        for key, indicator in tables.reckoner.register.indicators.items()
        if len(rows := tables.reckoner.rows(indicator))
    ]
    names = ["indicator", "stage", "year", "kind", "key", "name", "part", "whole", "gap"]
    if not parts:
        return pd.DataFrame(columns=names)
    return pd.concat(parts, ignore_index=True)[names]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON takes them."""
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """Return a cell as JSON takes it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return None
    return _number(value) if isinstance(value, float) else value


def _number(figure: float | None) -> float | None:
    """Return a number of at most nine digits after the point, None where there is none."""
    return None if figure is None or math.isnan(figure) else round(float(figure), 9)
