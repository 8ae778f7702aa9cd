"""Count what the county owes every school: music and art rooms, sizes it may have, its fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from planner.capacity.stock import SHARED
from planner.evaluation.balance.resources import compulsory_stages
from planner.evaluation.balance.tables import ArtsRooms, OversizeClasses, OversizeSchools

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from planner.norms import Norms

__all__ = ["arts_rooms", "fund_base", "oversize_classes", "oversize_schools"]

_WITH_BOTH: Final = ("nine_year", "twelve_year")
"""Kinds of school that teach all of compulsory education, which has a limit of its own."""


def arts_rooms(resources: pd.DataFrame, classes: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return music and art rooms of every school (G3), as ArtsRooms describes.

    The sections of a school use them together, so its classes of compulsory education are
    added up, and so are its rooms. Enough are one room of each kind for every 12 classes begun,
    the smallest of them no smaller than the norms say; smaller rooms will do in schools planned
    and built by 2016, which say so by arts_rooms_by_2016 = 1.

    Args:
        resources: Columns section_id, item, value of one year; items music_rooms, art_rooms
            (how many), music_room_m2, art_room_m2 (the smallest), arts_rooms_by_2016.
        classes: Columns section_id, school_id, stage, classes; schools without classes are
            left out.
        norms: Norms with balance.government.

    Source: 教督〔2017〕6号, 政府保障程度 G3; smaller rooms: Shenyang assessment tool.
    """
    ours = classes[classes["stage"].isin(compulsory_stages(norms))]
    counts = ours.groupby("school_id", sort=False)["classes"].sum()
    counts = counts[counts > 0]
    kinds = ("music", "art") if len(counts) else ()
    parts = [_rooms_of_kind(kind, resources, ours, counts, norms) for kind in kinds]
    names = ["order", *ArtsRooms.to_schema().columns]
    table = pd.concat([pd.DataFrame(columns=names), *parts])
    table = table.sort_values("order", kind="stable", ignore_index=True)
    return cast("pd.DataFrame", ArtsRooms.validate(table, lazy=True))


def oversize_schools(
    pupils: pd.DataFrame, norms: Norms, relaxed: Collection[str] = ()
) -> pd.DataFrame:
    """Return every school's pupils against the largest school (G4), as OversizeSchools describes.

    Only pupils of compulsory education count. A school with primary and junior section has the
    limit of nine-year schools, any other that of its stage.

    Args:
        pupils: Columns section_id, school_id, kind (of the school), stage, pupils.
        norms: Norms with school_size.
        relaxed: Schools with the relaxed limit, as was the practice for those built by 2010 or
            with more than half migrants' children. Where the norms have none the usual holds.

    Source: 教督〔2017〕6号, 政府保障程度 G4.
    """
    ours = pupils[pupils["stage"].isin(compulsory_stages(norms))]
    rows = []
    for school, sections in ours.groupby("school_id", sort=False):
        path = f"school_size.{_size_group(sections)}"
        eased = path.replace("school_size", "school_size_relaxed")
        if school in relaxed and eased in norms.figures:
            path = eased
        heads, limit = int(sections["pupils"].sum()), int(norms.number(path))
        rows.append(
            {
                "school_id": school,
                "pupils": heads,
                "limit": limit,
                "above": max(heads - limit, 0),
                "over": heads > limit,
            }
        )
    table = pd.DataFrame(rows, columns=list(OversizeSchools.to_schema().columns))
    return cast("pd.DataFrame", OversizeSchools.validate(table, lazy=True))


def oversize_classes(classes: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return the classes above 45 or 50 pupils (G5) by section and year, see OversizeClasses.

    The limit is the assessment's own and holds in every grade, whatever standard size a county
    or scenario plans with.

    Args:
        classes: Columns section_id, stage, year, pupils; one row for each class.
        norms: Norms with balance.government.

    Source: 教督〔2017〕6号, 政府保障程度 G5.
    """
    stages = compulsory_stages(norms)
    limits = {stage: int(norms.number(f"balance.government.G5_{stage}")) for stage in stages}
    ours = classes[classes["stage"].isin(stages)]
    limit = ours["stage"].map(limits).astype("int64")
    table = (
        ours.assign(over=ours["pupils"] > limit, limit=limit)
        .groupby(["section_id", "stage", "year"], sort=False)
        .agg(
            classes=("pupils", "size"),
            over=("over", "sum"),
            largest=("pupils", "max"),
            limit=("limit", "first"),
        )
        .reset_index()
    )
    return cast("pd.DataFrame", OversizeClasses.validate(table, lazy=True))


def fund_base(rolls: npt.ArrayLike, norms: Norms) -> npt.NDArray[np.int64]:
    """Return the pupils that public funds are reckoned by (G6): at least 100 in each school.

    Meant for village schools and teaching points; a school without pupils gets nothing.

    Args:
        rolls: Pupils of each school.
        norms: Norms with balance.government.

    Source: 教督〔2017〕6号, 政府保障程度 G6.
    """
    heads = np.asarray(rolls, dtype=np.int64)
    least = int(norms.number("balance.government.G6_fund_base"))
    return np.where(heads > 0, np.maximum(heads, least), 0)


def _rooms_of_kind(
    kind: str, resources: pd.DataFrame, sections: pd.DataFrame, counts: pd.Series[int], norms: Norms
) -> pd.DataFrame:
    """Return rooms of one kind of every school."""
    path = f"balance.government.G3_{kind}_room"
    each = norms.number("balance.government.G3_classes_per_room")
    by_2016 = _of_school(resources, sections, "arts_rooms_by_2016", "max").reindex(counts.index)
    size = np.where(by_2016 > 0, norms.number(f"{path}_until_2016"), norms.number(path))
    needed = np.ceil(counts.to_numpy() / each)
    rooms = _of_school(resources, sections, f"{kind}_rooms", "sum").reindex(counts.index)
    smallest = _of_school(resources, sections, f"{kind}_room_m2", "min").reindex(counts.index)
    enough, large = rooms >= needed, smallest >= size
    # Too few rooms is a fact, whatever their area; so is a room too small.
    decided = rooms.notna() & (~enough | smallest.notna())
    return pd.DataFrame(
        {
            "order": range(len(counts)),
            "school_id": counts.index,
            "kind": kind,
            "classes": counts.to_numpy(),
            "needed": needed,
            "rooms": rooms.to_numpy(),
            "smallest_m2": smallest.to_numpy(),
            "size_m2": size,
            "met": (enough & large).astype("boolean").where(decided).to_numpy(),
            "gap_rooms": np.maximum(needed - rooms.to_numpy(), 0.0),
        }
    )


def _of_school(
    resources: pd.DataFrame, sections: pd.DataFrame, item: str, how: str
) -> pd.Series[float]:
    """Return an item by school, its sections' own and the shared together."""
    rows = resources[resources["item"].str.removeprefix(SHARED) == item]
    school = rows["section_id"].map(sections.set_index("section_id")["school_id"])
    by_school: pd.Series[float] = rows["value"].astype(float).groupby(school).agg(how)
    return by_school


def _size_group(sections: pd.DataFrame) -> str:
    """Return the name under which norms have a school's largest size."""
    kind = str(sections["kind"].iloc[0])
    if kind in _WITH_BOTH:
        return kind
    stages = list(dict.fromkeys(sections["stage"]))
    return "nine_year" if len(stages) > 1 else str(stages[0])
