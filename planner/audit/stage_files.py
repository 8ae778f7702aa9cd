"""Read what was written about the zones of one stage: the claim and what it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["StageFiles", "read_claim", "read_matrix", "read_stage", "read_table", "read_zones"]

_CLAIMED = (
    *(
        "stage",
        "names",
        "year",
        "zones",
        "rules",
        "prices",
        "value",
        "terms",
        "bound",
        "gap",
        "status",
    ),
    *("overflow", "pieces", "breaches", "by_hand", "surcharges", "together"),
)
_NUMBERS = ("pupils", "seats", "limit_minutes", "marked", "number")


@dataclass(frozen=True, slots=True, eq=False)
class StageFiles:
    """What the zones of one stage were drawn for; every table is keyed by area or section.

    Attributes:
        areas: [area_id] pupils; today, the section in force; before, the section before
            anything was moved; locked_to, held_in and moved_to, where a lock or a hand put it;
            limit_metres; and, where asked for, limit_minutes, marked, square_metres,
            outline_metres and one column `together:NAME` per group.
        sections: [section_id] seats, home_area_id and, where asked for, band_metres.
        edges: area_id, touches and, where asked for, border_metres.
        walks: [area_id, section_id] metres, missing where no way leads.
        minutes: The same in minutes; None where no area has a limit in minutes.
        surcharges: The same for each surcharge by name; infinite where forbidden.
        cases: case, kind, id, number where the zones must serve several years or draws.
    """

    areas: pd.DataFrame
    sections: pd.DataFrame
    edges: pd.DataFrame
    walks: pd.DataFrame
    minutes: pd.DataFrame | None
    surcharges: Mapping[str, pd.DataFrame]
    cases: pd.DataFrame | None


def read_claim(path: Path) -> dict[str, Any]:
    """Return what is claimed of one set of zones.

    Raises:
        ValueError: The file is no claim.
    """
    claim = json.loads(path.read_text(encoding="utf-8"))
    lacking = [key for key in _CLAIMED if not isinstance(claim, dict) or key not in claim]
    if lacking:
        message = f"it lacks {', '.join(lacking)}"
        raise ValueError(message)
    return dict(claim)


def read_zones(path: Path) -> pd.DataFrame:
    """Return a table of zones, all of its cells as text.

    Raises:
        ValueError: The file is no table of zones.
    """
    table = read_table(path)
    _need(table, ("area_id", "stage", "section_id"))
    return table


def read_stage(folder: Path, claim: Mapping[str, Any]) -> StageFiles:
    """Return what the zones of one stage were drawn for.

    Raises:
        ValueError: A file lacks a column, or a number is none.
        OSError: A file is missing.
    """
    areas = read_table(folder / "areas.csv")
    _need(areas, ("area_id", "pupils", "today", "before", "locked_to", "held_in", "moved_to"))
    _need(areas, ("limit_metres",))
    sections = read_table(folder / "sections.csv")
    _need(sections, ("section_id", "seats", "home_area_id"))
    edges = read_table(folder / "edges.csv")
    _need(edges, ("area_id", "touches"))
    cases = None
    if claim.get("quantile") is not None:
        cases = _numbers(read_table(folder / "cases.csv"), "cases.csv")
        _need(cases, ("case", "kind", "id", "number"))
    return StageFiles(
        areas=_numbers(areas, "areas.csv").set_index("area_id"),
        sections=_numbers(sections, "sections.csv").set_index("section_id"),
        edges=_numbers(edges, "edges.csv"),
        walks=read_matrix(folder / "walks.parquet"),
        minutes=read_matrix(folder / "minutes.parquet") if "limit_minutes" in areas else None,
        surcharges={
            one["name"]: read_matrix(folder / one["file"]).fillna(float("inf"))
            for one in claim["surcharges"]
        },
        cases=cases,
    )


def read_table(path: Path) -> pd.DataFrame:
    """Return a CSV file with every cell as text: an area may be called NA."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def _need(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """Refuse a table that lacks columns."""
    lacking = [column for column in columns if column not in table]
    if lacking:
        message = f"it lacks the column {', '.join(lacking)}"
        raise ValueError(message)


def _numbers(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the table with its numbers as numbers; an empty cell is missing."""
    table = table.copy()
    for name in map(str, table.columns):
        if name in _NUMBERS or name.endswith("_metres"):
            said = table[name].replace("", None)
            table[name] = pd.to_numeric(said, errors="coerce")
            wrong = said[said.notna() & table[name].isna()]
            if len(wrong):
                message = f"{file}: {name} '{wrong.iloc[0]}' is no number"
                raise ValueError(message)
    return table


def read_matrix(path: Path) -> pd.DataFrame:
    """Return a table with one row per area and one column per section."""
    table = pd.read_parquet(path)
    _need(table, ("area_id",))
    return table.set_index("area_id")
