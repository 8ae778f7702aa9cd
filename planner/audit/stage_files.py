"""Read what was written about the zones of one stage: the claim and what it was made from."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError

from planner.audit.findings import NotAsWrittenError, named, said, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from planner.audit.findings import Said

__all__ = [
    "StageFiles",
    "read_claim",
    "read_matrix",
    "read_stage",
    "read_table",
    "read_zones",
    "written_by_us",
]

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

_REASONS: Final = MappingProxyType(
    {
        pd.errors.EmptyDataError: "empty",
        pd.errors.ParserError: "no_table",
        json.JSONDecodeError: "no_json",
        UnicodeDecodeError: "no_text",
        DataSourceError: "no_layers",
        DataLayerError: "no_layers",
    }
)


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


@contextmanager
def written_by_us(path: Path) -> Iterator[None]:
    """Say of whatever goes wrong within that it is this file which is not as it was written.

    Raises:
        NotAsWrittenError: Something went wrong.
        FileNotFoundError: The file is missing.
    """
    try:
        yield
    except (FileNotFoundError, NotAsWrittenError):
        raise
    except (OSError, ValueError, KeyError, TypeError, DataSourceError, DataLayerError) as error:
        raise NotAsWrittenError(path, _reason(error)) from error


def _reason(error: Exception) -> Said:
    """Return in words why a file cannot be read."""
    if isinstance(error, KeyError):
        return said("lacks", names=error.args[0])
    for kind, key in _REASONS.items():
        if isinstance(error, kind):
            return word(key)
    return said("other", error=f"{type(error).__name__}, {error}")


def read_claim(path: Path) -> dict[str, Any]:
    """Return what is claimed of one set of zones.

    Raises:
        NotAsWrittenError: The file is no claim.
    """
    with written_by_us(path):
        claim = json.loads(path.read_text(encoding="utf-8"))
    lacking = [key for key in _CLAIMED if not isinstance(claim, dict) or key not in claim]
    if lacking:
        raise NotAsWrittenError(path, said("lacks", names=named(lacking)))
    return dict(claim)


def read_zones(path: Path) -> pd.DataFrame:
    """Return a table of zones, all of its cells as text.

    Raises:
        NotAsWrittenError: The file is no table of zones.
    """
    return read_table(path, "area_id", "stage", "section_id")


def read_stage(folder: Path, claim: Mapping[str, Any]) -> StageFiles:
    """Return what the zones of one stage were drawn for.

    Raises:
        NotAsWrittenError: A file lacks a column, or a number is none.
        OSError: A file is missing.
    """
    areas = read_table(
        folder / "areas.csv",
        *("area_id", "pupils", "today", "before", "locked_to", "held_in", "moved_to"),
        "limit_metres",
    )
    sections = read_table(folder / "sections.csv", "section_id", "seats", "home_area_id")
    edges = read_table(folder / "edges.csv", "area_id", "touches")
    cases = None
    if claim.get("quantile") is not None:
        cases = read_table(folder / "cases.csv", "case", "kind", "id", "number")
    return StageFiles(
        areas=areas.set_index("area_id"),
        sections=sections.set_index("section_id"),
        edges=edges,
        walks=read_matrix(folder / "walks.parquet"),
        minutes=read_matrix(folder / "minutes.parquet") if "limit_minutes" in areas else None,
        surcharges={
            one["name"]: read_matrix(folder / one["file"]).fillna(float("inf"))
            for one in claim["surcharges"]
        },
        cases=cases,
    )


def read_table(path: Path, *needed: str) -> pd.DataFrame:
    """Return a CSV file, its numbers as numbers, all else as text: an area may be called NA.

    Raises:
        NotAsWrittenError: It is no table, lacks a column that is needed, or a number is none.
    """
    with written_by_us(path):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    if lacking := [column for column in needed if column not in table]:
        raise NotAsWrittenError(path, said("lacks", names=named(lacking)))
    for name in map(str, table.columns):
        if name in _NUMBERS or name.endswith("_metres"):
            written = table[name].replace("", None)
            table[name] = pd.to_numeric(written, errors="coerce")
            wrong = written[written.notna() & table[name].isna()]
            if len(wrong):
                reason = said("no_number", column=name, value=wrong.iloc[0])
                raise NotAsWrittenError(path, reason)
    return table


def read_matrix(path: Path) -> pd.DataFrame:
    """Return a table with one row per area and one column per section.

    Raises:
        NotAsWrittenError: It is no such table.
    """
    with written_by_us(path):
        return pd.read_parquet(path).set_index("area_id")
