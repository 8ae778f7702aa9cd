"""Follow schools through renaming, merging and splitting: their pupils keep one key throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from planner.reading.findings import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

__all__ = ["SuccessionFault", "succession_faults", "under_new_keys"]

_KEYS: Final = ("from_section", "to_section", "year")
ROUNDING: Final = 0.011  # three shares of 0.33 are meant to be everybody


class SuccessionFault(NamedTuple):
    """What is wrong in which successions; `values` are what the words speak of, row by row."""

    rows: pd.Series[bool]
    what: Words
    remedy: Words
    values: pd.Series[str]


def under_new_keys(rolls: pd.DataFrame, successions: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """Return the rolls with every count from before a change under the key that came after it.

    A renamed school's rows get the new key; the rows of merged schools get the same key, and
    whoever reads them adds them up; those of a split school are divided by the shares, in whole
    pupils that add up to the count. Changes follow one another in the order of their years, so
    that A → B in 2008 and B → C in 2011 bring the rows of A to C. Where a school goes on under
    its own key after a part was split off, it is one of its own successors.

    Args:
        rolls: Counts with a key, a year and pupils, and any other columns.
        successions: Columns from_section, to_section, year (first under the new key) and share
            (missing: 1), without the faults that `succession_faults` finds.
        key: Column of `rolls` with the key.

    Returns:
        The rows whose key stayed, then the others, one for each school their pupils came to.
    """
    if successions.empty:
        return rolls
    changing = rolls[key].isin(successions["from_section"])
    if not changing.any():
        return rolls
    moved = rolls[changing].merge(
        _heirs(rolls.loc[changing, [key, "year"]].drop_duplicates(), successions),
        left_on=[key, "year"],
        right_on=["old", "counted"],
    )
    # Rounding what the heirs so far receive together loses and invents nobody.
    pupils = moved["pupils"].to_numpy(dtype=float)
    whole = np.rint(pupils * moved["until"]) - np.rint(pupils * moved["since"])
    moved = moved.assign(**{key: moved["new"], "pupils": whole.to_numpy(dtype=np.int64)})
    return pd.concat([rolls[~changing], moved[rolls.columns]], ignore_index=True)


def succession_faults(
    successions: pd.DataFrame, rolls: pd.DataFrame, *, key: str
) -> Iterator[SuccessionFault]:
    """Yield what cannot be meant: shares that do not add up, circles, keys that live on.

    Args:
        successions: As in `under_new_keys`; rows with a missing key or year are passed over.
        rolls: Counts with a key, a year and pupils.
        key: Column of `rolls` with the key.
    """
    known = successions[[*_KEYS]].notna().all(axis=1)
    yield from _twice(successions, known)
    yield from _shares(successions, known)
    yield from _circles(successions, known)
    yield from _living_on(successions, known, rolls, key)


def _heirs(counts: pd.DataFrame, successions: pd.DataFrame) -> pd.DataFrame:
    """Return for each old key and year of counting the keys its pupils came to in the end.

    The part of the pupils that came to an heir runs from `since` to `until`, both from 0 to 1,
    heirs one behind the other.
    """
    changes = list(_in_order(successions))
    rows = []
    for old, counted in counts.itertuples(index=False):
        parts = {old: 1.0}
        for before, year, heirs in changes:
            if counted < year and before in parts:
                part = parts.pop(before)
                for new, share in heirs.items():
                    parts[new] = parts.get(new, 0.0) + part * share
        ends = np.cumsum([parts[new] for new in sorted(parts)])
        ends /= ends[-1]
        since = [0.0, *ends[:-1]]
        rows += [(old, counted, *heir) for heir in zip(sorted(parts), since, ends, strict=True)]
    return pd.DataFrame(rows, columns=["old", "counted", "new", "since", "until"])


def _in_order(successions: pd.DataFrame) -> Iterator[tuple[str, int, dict[str, float]]]:
    """Yield each old key, the year of its change and the share of each heir, as time goes on.

    Within one year whoever hands on comes before whoever takes over.
    """
    import networkx as nx  # few studies have successions

    graph = _graph(successions)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    place = {name: number for number, name in enumerate(nx.topological_sort(graph))}
    ordered = successions.assign(
        place=successions["from_section"].map(place),
        share=successions["share"].astype("float64").fillna(1.0),
    )
    for _, change in ordered.groupby(["year", "place"]):
        heirs = dict(zip(change["to_section"], change["share"], strict=True))
        yield change["from_section"].iloc[0], int(change["year"].iloc[0]), heirs


def _twice(successions: pd.DataFrame, known: pd.Series[bool]) -> Iterator[SuccessionFault]:
    """Yield successions that are told twice."""
    yield SuccessionFault(
        known & successions.duplicated([*_KEYS], keep=False),
        Words("more than one row has {values}.", "{values}重复出现。"),
        Words("Remove one of the rows.", "请删除其中一行。"),
        _arrows(successions),
    )


def _shares(successions: pd.DataFrame, known: pd.Series[bool]) -> Iterator[SuccessionFault]:
    """Yield changes whose shares leave pupils behind, or hand some on twice."""
    once = successions[known].drop_duplicates([*_KEYS])
    total = once["share"].astype("float64").fillna(1.0).groupby(_change_of(once)).sum()
    off = _change_of(successions).map((total - 1).abs() > ROUNDING)
    yield SuccessionFault(
        known & _sure(off),
        Words("the shares of {values} do not add up to 1.", "{values}各去向的比例之和不等于1。"),
        Words(
            "Give the share of the pupils that goes to each successor; together they are 1.",
            "请填写去往各校的学生比例，合计应为1。",
        ),
        successions["from_section"],
    )


def _circles(successions: pd.DataFrame, known: pd.Series[bool]) -> Iterator[SuccessionFault]:
    """Yield successions that lead back to where they began."""
    import networkx as nx

    itself = _itself(successions)
    alone = itself & ~_change_of(successions).duplicated(keep=False)
    links = successions[known & ~itself]
    ring = {
        name: number
        for number, names in enumerate(nx.strongly_connected_components(_graph(links)))
        for name in names
    }
    circle = links["from_section"].map(ring) == links["to_section"].map(ring)
    yield SuccessionFault(
        known & (alone | circle.reindex(successions.index, fill_value=False)),
        Words("the successions run in a circle: {values}.", "学校沿革形成循环：{values}。"),
        Words("Let every school lead to the one that stands today.", "请使每所学校指向现存学校。"),
        _arrows(successions),
    )


def _living_on(
    successions: pd.DataFrame, known: pd.Series[bool], rolls: pd.DataFrame, key: str
) -> Iterator[SuccessionFault]:
    """Yield schools that still have pupils under the old key after the change."""
    # Without a year nobody knows of which change a row speaks.
    goes_on = _sure(_itself(successions).groupby(_change_of(successions)).transform("any"))
    counted = rolls[_sure(rolls["pupils"] > 0)]
    last = successions["from_section"].map(counted.groupby(key)["year"].max()).astype("Int64")
    late = _sure(last >= successions["year"])
    yield SuccessionFault(
        known & late & ~goes_on,
        Words(
            "there are pupils under the old key in or after the year of the change: {values}.",
            "变更当年或之后，原编号下仍有在校生：{values}。",
        ),
        Words(
            "Correct the year, or the key of those counts; a school that goes on beside a part "
            "split off is one of its own successors, with its share.",
            "请更正变更学年或这些在校生的编号；分出一部分后仍沿用原编号的学校，"
            "应把自身也列为去向并填写比例。",
        ),
        successions["from_section"] + " " + last.astype("str"),
    )


def _graph(links: pd.DataFrame) -> nx.DiGraph[str]:
    """Return who hands pupils to whom."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(links["from_section"])
    graph.add_edges_from(zip(links["from_section"], links["to_section"], strict=True))
    return graph


def _itself(successions: pd.DataFrame) -> pd.Series[bool]:
    """Tell where a school is its own successor."""
    return _sure(successions["from_section"] == successions["to_section"])


def _change_of(successions: pd.DataFrame) -> pd.Series[str]:
    """Return school and year of each change as one text."""
    return successions["from_section"] + " " + successions["year"].astype("str")


def _arrows(successions: pd.DataFrame) -> pd.Series[str]:
    """Return each succession as a reader would draw it."""
    return successions["from_section"] + " → " + successions["to_section"]


def _sure(condition: Any) -> pd.Series[bool]:
    """Return a condition as plain true and false: what is not known is not a fault."""
    known = pd.array(condition, dtype="boolean").fillna(value=False).to_numpy(dtype=bool)
    return pd.Series(known, index=condition.index)
