"""Hold the keys of the tables against one another: who is named must exist, and only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.reading.findings import Finding, Severity, Words
from planner.reading.successions import succession_faults
from planner.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pandas as pd

    from planner.reading import RawStudy, RawTable

__all__ = ["CHECKS"]

SHOWN: Final = 3

REFERENCES: Final = (
    ("sections", "school_id", "schools", "school_id"),
    ("sections", "continues_at", "sections", "section_id"),
    ("classes", "section_id", "sections", "section_id"),
    ("residents", "area_id", "areas", "area_id"),
    ("births", "area_id", "areas", "area_id"),
    ("entrances", "area_id", "areas", "area_id"),
    ("gates", "school_id", "schools", "school_id"),
    ("zones", "area_id", "areas", "area_id"),
    ("zones", "section_id", "sections", "section_id"),
    ("homes", "area_id", "areas", "area_id"),
    ("homes", "kind", "yields", "kind"),
    ("projects", "site_id", "sites", "site_id"),
    ("resources", "section_id", "sections", "section_id"),
)
"""Table and column that name a row of another table, and that table's key."""

ONCE: Final = {
    "rolls": ("section_id", "year", "grade"),
    "classes": ("section_id", "year", "grade", "class_name"),
    "births": ("area_id", "year", "month"),
    "zones": ("area_id", "stage"),
    "yields": ("kind", "stage", "years_since"),
    "resources": ("section_id", "year", "item"),
    "targets": ("indicator", "stage", "year"),
    "actuals": ("indicator", "stage", "year"),
    "phases": ("line", "due"),
}
"""Columns that together may occur once in a table without a key of its own."""

STAGED: Final = ("sections", "zones", "yields", "projects", "targets", "actuals")
"""Tables that name a stage."""


def _unknown(table: RawTable, column: str, known: Iterable[str], where: Any) -> Iterator[Finding]:
    """Yield the rows that name something which does not exist, with the nearest that does."""
    if not where.any():
        return
    names = list(known)
    said = {word: nearest(word, names) for word in table.frame.loc[where, column].unique()[:SHOWN]}
    pairs = [(word, close) for word, close in said.items() if close]
    remedy = Words("Correct the key, or add what it names.", "请更正编号，或补充对应的行。")
    if pairs:
        remedy = Words(
            " ".join(f"For '{word}', did you mean '{close}'?" for word, close in pairs),
            "".join(f"“{word}”是否应为“{close}”？" for word, close in pairs),
        )
    yield from table.at(
        where, Words("nothing is called {values}.", "{values}不存在。"), remedy, column=column
    )


def _references(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that whatever a table names exists."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours = study.tables[table]
        for column, target, key in (rest for source, *rest in REFERENCES if source == table):
            known = study.tables[target].frame[key].dropna().unique()
            # An empty table has been reported as missing, or is optional: nothing to compare.
            if len(known):
                named = ours.frame[column]
                yield from _unknown(ours, column, known, named.notna() & ~named.isin(known))

    return check


def _stages(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that a table's stages are those of the norms."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours = study.tables[table]
        known = [stage.stage for stage in study.settings.norms.stages]
        named = ours.frame["stage"]
        where = named.notna() & ~named.isin(known)
        close = any(nearest(word, known) for word in named[where].unique()[:SHOWN])
        if close:
            yield from _unknown(ours, "stage", known, where)
            return
        yield from ours.at(
            where,
            Words("there is no stage {values}.", "没有学段{values}。"),
            Words(f"The norms know: {', '.join(known)}.", f"标准中的学段有：{'、'.join(known)}。"),
            column="stage",
        )

    return check


def _once(table: str) -> Callable[[RawStudy], Iterator[Finding]]:
    """Return the check that no row stands twice."""

    def check(study: RawStudy) -> Iterator[Finding]:
        ours, columns = study.tables[table], list(ONCE[table])
        keys = ours.frame[columns]
        may_be_empty = ("grade", "month", *(["stage"] if table in ("targets", "actuals") else []))
        optional = [column for column in may_be_empty if column in columns]
        whole = keys.drop(columns=[*optional, *(["area_id"] if table == "births" else [])])
        twice = keys.duplicated(keep=False) & whole.notna().all(axis=1)
        if not twice.any():
            return
        yield from ours.at(
            twice,
            Words(
                f"more than one row has {{values}} ({', '.join(columns)}).", "{values}重复出现。"
            ),
            Words("Remove one of the rows, or correct its key.", "请删除其中一行，或更正编号。"),
            values=_labels(keys),
        )

    return check


def _labels(keys: pd.DataFrame) -> pd.Series[str]:
    """Return the keys of each row as one text."""
    texts = keys.astype("str").fillna("")
    return texts.iloc[:, 0].str.cat(texts.iloc[:, 1:], sep=" ").str.strip()


def _project_sections(study: RawStudy) -> Iterator[Finding]:
    """Yield projects at a section that does not exist, new schools excepted."""
    ours, known = study.tables["projects"], study.tables["sections"].frame["section_id"]
    named, projects = ours.frame["section_id"], ours.frame
    coming = set(named[projects["kind"].isin(["new", "conversion"])].dropna())
    where = named.notna() & ~named.isin(known) & ~named.isin(coming)
    yield from _unknown(ours, "section_id", [*known, *sorted(coming)], where)


def _roll_sections(study: RawStudy) -> Iterator[Finding]:
    """Yield rolls of a section that neither stands today nor became one that does."""
    ours, known = study.tables["rolls"], study.tables["sections"].frame["section_id"].dropna()
    former = study.tables["successions"].frame["from_section"].dropna()
    named = ours.frame["section_id"]
    if len(known):
        names = list(dict.fromkeys([*known, *former]))
        yield from _unknown(ours, "section_id", names, named.notna() & ~named.isin(names))


def _successors(study: RawStudy) -> Iterator[Finding]:
    """Yield successions that lead to no section of today."""
    ours, known = study.tables["successions"], study.tables["sections"].frame["section_id"].dropna()
    names = [*known, *ours.frame["from_section"].dropna()]
    named = ours.frame["to_section"]
    yield from _unknown(ours, "to_section", names, named.notna() & ~named.isin(names))


def _successions(study: RawStudy) -> Iterator[Finding]:
    """Yield successions that cannot be meant."""
    ours, rolls = study.tables["successions"], study.tables["rolls"].frame
    for fault in succession_faults(ours.frame, rolls, key="section_id"):
        yield from ours.at(fault.rows, fault.what, fault.remedy, values=fault.values)


def _site_stages(study: RawStudy) -> Iterator[Finding]:
    """Yield sites for a stage that does not exist."""
    ours = study.tables["sites"]
    known = {stage.stage for stage in study.settings.norms.stages}
    wrong = ours.frame["stages"].map(
        lambda text: bool(set(str(text).split()) - known), na_action="ignore"
    )
    yield from ours.at(
        wrong.astype("boolean").fillna(value=False).astype(bool),
        Words("found {values}, in which a stage is unknown.", "{values}含有不存在的学段。"),
        Words(
            f"Write stages such as {' '.join(sorted(known))}, separated by spaces.",
            f"请填学段并以空格分隔，例如{' '.join(sorted(known))}。",
        ),
        column="stages",
    )


def _school_without_sections(study: RawStudy) -> Iterator[Finding]:
    """Warn of schools in which nobody is taught."""
    ours, sections = study.tables["schools"], study.tables["sections"].frame
    if sections["school_id"].isna().all():
        return  # The table is empty or lacks the column, which is told elsewhere.
    ids = ours.frame["school_id"]
    yield from ours.at(
        ids.notna() & ~ids.isin(sections["school_id"].unique()),
        Words("no section belongs to {values}.", "{values}没有任何学段部。"),
        Words(
            "Add its stages to the sections table, or remove the school.",
            "请在学段部表中补充该校的学段，或删除该校。",
        ),
        column="school_id",
        severity=Severity.WARNING,
    )


def _all_checks() -> Mapping[str, list[Callable[[RawStudy], Iterable[Finding]]]]:
    """Return the checks of every table, in the order in which they are told."""
    checks: dict[str, list[Callable[[RawStudy], Iterable[Finding]]]] = {
        table: [_once(table)] for table in ONCE
    }
    for table in STAGED:
        checks.setdefault(table, []).append(_stages(table))
    for table in dict.fromkeys(source for source, *_ in REFERENCES):
        checks.setdefault(table, []).append(_references(table))
    checks.setdefault("schools", []).append(_school_without_sections)
    checks["rolls"].append(_roll_sections)
    checks["successions"] = [_successors, _successions]
    checks["projects"].append(_project_sections)
    checks.setdefault("sites", []).append(_site_stages)
    return checks


CHECKS: Final = _all_checks()
