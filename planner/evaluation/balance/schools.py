"""Say which schools pass: six of the seven items reached, and the seventh nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd

from planner.evaluation.balance.tables import SchoolCounts, SchoolVerdicts

if TYPE_CHECKING:
    from planner.norms import Norms

__all__ = ["school_counts", "school_verdicts"]


def school_verdicts(items: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return whether each section passes, as SchoolVerdicts describes.

    A section passes when at least as many items as the norms ask for reach their threshold and
    the others reach the floor. It fails when the known items already rule that out. Where data
    that are missing decide, the verdict is missing: not known.

    Args:
        items: What resource_items returns.
        norms: Norms with balance.school.

    Source: 教督〔2017〕6号, 学校达标: at least 6 of 7, the remaining one at least 85 %.
    """
    known = items["reached"].notna()
    short = known & ~items["reached"].fillna(value=True)
    low = known & ~items["above_floor"].fillna(value=True)
    section = [items["section_id"], items["stage"]]
    counts = pd.DataFrame({"known": known, "short": short, "low": low}).groupby(section, sort=False)
    total, of = counts.size(), counts.sum()
    needed = int(norms.number("balance.school.items_needed")) if len(items) else 0
    fails = (total - of["short"] < needed) | (of["low"] > 0)
    table = pd.DataFrame(
        {
            "items_reached": of["known"] - of["short"],
            "items_above_floor": of["known"] - of["low"],
            "passes": (~fails).astype("boolean").where(fails | (of["known"] == total)),
        }
    ).reset_index()
    for name, which in (("failing", short), ("below_floor", low), ("lacking", ~known)):
        named = _named(items[which])
        table[name] = [named.get(section, "") for section in table["section_id"]]
    return cast("pd.DataFrame", SchoolVerdicts.validate(table, lazy=True))


def school_counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return how many sections pass, fail or are not known, by stage, as SchoolCounts describes."""
    rows = [
        {
            "stage": stage,
            "schools": len(group),
            "passing": int(group["passes"].fillna(value=False).sum()),
            "failing": int((~group["passes"].fillna(value=True)).sum()),
            "not_known": int(group["passes"].isna().sum()),
        }
        for stage, group in verdicts.groupby("stage", sort=False)
    ]
    table = pd.DataFrame(rows, columns=list(SchoolCounts.to_schema().columns))
    return cast("pd.DataFrame", SchoolCounts.validate(table, lazy=True))


def _named(items: pd.DataFrame) -> dict[str, str]:
    """Return the items in each section's rows, one after the other."""
    named: dict[str, list[str]] = {}
    for section, item in zip(items["section_id"], items["item"], strict=True):
        named.setdefault(section, []).append(item)
    return {section: " ".join(names) for section, names in named.items()}
