"""The sheets of indicators.xlsx that name schools: items, gaps, kindergartens, posts, quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.indicators import posts_needed
from planner.report.headings import stage_name
from planner.report.indicators.words import told, unit_said
from planner.report.workbook import Heading, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.indicators import IndicatorTables
    from planner.norms import Norms
    from planner.terms import Language

__all__ = ["school_sheets"]


def school_sheets(tables: IndicatorTables, focus: int, lang: Language) -> Iterator[Sheet]:
    """Yield the sheets of schools; those of one year show the base year and the year `focus`."""
    years = list(dict.fromkeys([tables.years[0], focus]))
    if tables.equipment is not None:
        yield _items(tables, years, lang)
        yield _gaps(tables, years, lang)
        yield _variation(tables, lang)
    kindergartens = tables.reckoner.ground.sections["stage"] == "kindergarten"
    if kindergartens.any():
        yield _kindergartens(tables, years, lang)
        yield _places(tables, lang)
    if len(tables.staff):
        yield _staff(tables, years, lang)
    if len(tables.quota):
        yield _quota(tables, years, lang)


def _items(tables: IndicatorTables, years: list[int], lang: Language) -> Sheet:
    """Return schools down and the seven items across, with the verdict on each school."""
    assert tables.equipment is not None, "asked for only where there is equipment"
    items, norms = tables.equipment.items, tables.reckoner.ground.plan.norms
    names = _names(tables, lang)
    order = list(dict.fromkeys(items["item"]))
    wide = items.pivot_table(
        index=["section_id", "year"], columns="item", values="value", dropna=False
    ).reindex(columns=order)
    pupils = items.drop_duplicates(["section_id", "year"]).set_index(["section_id", "year"])
    verdicts = tables.equipment.verdicts
    rows = []
    for row in verdicts[verdicts["year"].isin(years)].to_dict("records"):
        key = (row["section_id"], row["year"])
        heads = _who(row, names, norms, lang)
        passes = None if pd.isna(row["passes"]) else _yes(row["passes"], lang)
        rows.append(
            [
                *heads,
                row["year"],
                pupils["pupils"][key],
                *wide.loc[key],
                row["items_reached"],
                passes or told("not_known", lang),
                row["failing"],
                row["below_floor"],
                row["lacking"],
            ]
        )
    headings = [*_who_headings(lang), Heading(told("year", lang), "year")]
    headings.append(Heading(told("pupils", lang), "whole"))
    headings += [Heading(_item_name(item, tables, lang), "number") for item in order]
    headings.append(Heading(told("reached", lang), "whole"))
    texts = ("passes", "failing", "below_floor", "lacking")
    headings += [Heading(told(key, lang), "text") for key in texts]
    return Sheet(
        told("sheet_items", lang),
        headings,
        rows,
        preface=[("", line) for line in _passing(tables, years, lang)],
        frozen_columns=3,
    )


def _gaps(tables: IndicatorTables, years: list[int], lang: Language) -> Sheet:
    """Return what each school lacks of each item: m², yuan, rooms, people."""
    assert tables.equipment is not None, "asked for only where there is equipment"
    items, norms = tables.equipment.items, tables.reckoner.ground.plan.norms
    names = _names(tables, lang)
    short = items[items["year"].isin(years) & ~items["reached"].fillna(value=True).astype(bool)]
    rows = [
        [
            *_who(row, names, norms, lang),
            row["year"],
            _item_name(row["item"], tables, lang),
            row["pupils"],
            row["stock"],
            row["value"],
            row["threshold"],
            row["gap"],
            row["floor_gap"],
            unit_said(row["unit"], lang),
        ]
        for row in short.to_dict("records")
    ]
    headings = [*_who_headings(lang), Heading(told("year", lang), "year")]
    kinds = {
        "indicator": "text",
        "pupils": "whole",
        "stock": "whole",
        "value": "number",
        "norm": "number",
        "threshold_gap": "whole",
        "floor_gap": "whole",
        "unit": "text",
    }
    headings += [Heading(told(key, lang), kind) for key, kind in kinds.items()]
    return Sheet(told("sheet_gaps", lang), headings, rows, frozen_columns=3)


def _variation(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return the variation between schools of every item, stage and year."""
    assert tables.equipment is not None, "asked for only where there is equipment"
    norms = tables.reckoner.ground.plan.norms
    kinds = {
        "stage": "text",
        "indicator": "text",
        "year": "year",
        "schools": "whole",
        "lacking_schools": "whole",
        "mean": "number",
        "cv": "ratio",
        "cv_limit": "ratio",
        "verdict": "text",
    }
    rows = [
        [
            stage_name(row["stage"], norms, lang),
            _item_name(row["item"], tables, lang),
            row["year"],
            row["schools"],
            row["lacking"],
            row["mean"],
            row["cv"],
            row["limit"],
            told("not_known" if pd.isna(row["met"]) else "met" if row["met"] else "missed", lang),
        ]
        for row in tables.equipment.variation.sort_values(
            ["stage", "item", "year"], key=_in_order(norms), kind="stable"
        ).to_dict("records")
    ]
    preface = [(told("composite", lang), "; ".join(_composite(tables, lang)))]
    headings = [Heading(told(key, lang), kind) for key, kind in kinds.items()]
    return Sheet(told("sheet_variation", lang), headings, rows, preface=preface, frozen_columns=2)


def _in_order(norms: Norms) -> Callable[[pd.Series[Any]], pd.Series[Any]]:
    """Return how stages are sorted: as they follow one another; all else sorts as it is."""
    order = {stage.stage: number for number, stage in enumerate(norms.stages)}
    return lambda cells: cells.map(order) if cells.name == "stage" else cells


def _kindergartens(tables: IndicatorTables, years: list[int], lang: Language) -> Sheet:
    """Return the kindergartens: who runs them, pupils, seats, classes within size."""
    ground = tables.reckoner.ground
    table = ground.sections[
        (ground.sections["stage"] == "kindergarten") & ground.sections["year"].isin(years)
    ]
    classes = ground.plan.class_years
    within = classes[classes["band"] == "within"].groupby(["section_id", "year"]).size()
    rows = [
        [
            row["section_id"],
            _name(row, lang),
            told(f"run_{row['operator']}", lang),
            _yes(bool(row["licensed"]), lang),
            row["year"],
            row["pupils"],
            row["seats"],
            row["classes"],
            int(within.get((row["section_id"], row["year"]), 0)),
        ]
        for row in table.to_dict("records")
    ]
    headings = [
        Heading(told(key, lang), "text") for key in ("key", "school", "operator", "licensed")
    ]
    headings.append(Heading(told("year", lang), "year"))
    counts = ("children", "seats", "classes", "within")
    headings += [Heading(told(key, lang), "whole") for key in counts]
    preface = [(told("note", lang), told("note_public", lang))]
    return Sheet(
        told("sheet_kindergartens", lang), headings, rows, preface=preface, frozen_columns=2
    )


def _places(tables: IndicatorTables, lang: Language) -> Sheet:
    """Return how many public kindergarten places are missing for each share aimed at."""
    rows = [
        [
            told("aim_norm", lang)
            if pd.isna(row["aimed_year"])
            else told("aim_target", lang, year=row["aimed_year"]),
            row["share"],
            *[row[key] for key in ("year", "children", "public_pupils", "public_seats")],
            *[row[key] for key in ("needed", "missing_by_pupils", "missing_by_seats")],
        ]
        for row in tables.public_places.to_dict("records")
    ]
    headings = [Heading(told("aim", lang), "text"), Heading(told("share", lang), "share")]
    headings.append(Heading(told("roll_of", lang), "year"))
    counts = ("children", "public_pupils", "public_seats", "needed_places")
    headings += [Heading(told(key, lang), "whole") for key in counts]
    missing = ("missing_by_pupils", "missing_by_seats")
    headings += [Heading(told(key, lang), "whole") for key in missing]
    preface = [(told("note", lang), told("note_places", lang))]
    return Sheet(told("sheet_places", lang), headings, rows, preface=preface)


def _staff(tables: IndicatorTables, years: list[int], lang: Language) -> Sheet:
    """Return the county's posts by stage and year, then those of every section."""
    staff, norms = tables.staff, tables.reckoner.ground.plan.norms
    names = _names(tables, lang)
    rows: list[list[Any]] = []
    for (stage, year), group in staff.groupby(["stage", "year"], sort=False):
        ratio = group["pupils_per_post"].iloc[0]
        stage_words = stage_name(str(stage), norms, lang)
        whole = None if pd.isna(ratio) else posts_needed(int(group["pupils"].sum()), ratio)[0]
        rows.append(
            [
                "",
                told("county", lang),
                stage_words,
                year,
                group["pupils"].sum(),
                group["classes"].sum(),
                "",
                ratio,
                group["posts"].sum(),
                whole,
            ]
        )
    rows.sort(key=lambda row: (row[2], row[3]))
    for row in staff[staff["year"].isin(years)].to_dict("records"):
        figures = [row["year"], row["pupils"], row["classes"], told(f"by_{row['rule']}", lang)]
        rows.append(
            [*_who(row, names, norms, lang), *figures, row["pupils_per_post"], row["posts"], None]
        )
    headings = [*_who_headings(lang), Heading(told("year", lang), "year")]
    headings += [Heading(told(key, lang), "whole") for key in ("pupils", "classes")]
    headings += [Heading(told("rule", lang), "text"), Heading(told("per_post", lang), "number")]
    headings += [Heading(told(key, lang), "whole") for key in ("posts", "county_posts")]
    preface = [(told("note", lang), told("note_staff", lang))]
    return Sheet(told("sheet_staff", lang), headings, rows, preface=preface, frozen_columns=3)


def _quota(tables: IndicatorTables, years: list[int], lang: Language) -> Sheet:
    """Return the senior places given to each junior school; each year's parts add up."""
    kinds = {
        "year": "year",
        "key": "text",
        "school": "text",
        "graduates": "whole",
        "places": "whole",
        "share": "share",
        "quota": "whole",
        "given": "whole",
    }
    # The quota of a year needs the count before, so the next year stands beside the two.
    shown = dict.fromkeys([*years, *tables.years[1:2]])
    table = tables.quota[tables.quota["year"].isin(list(shown))]
    names = ("year", "section_id", "name", "graduates", "places", "share", "quota", "given")
    preface = [(told("note", lang), told("note_quota", lang))]
    return Sheet(
        told("sheet_quota", lang),
        [Heading(told(key, lang), kind) for key, kind in kinds.items()],
        list(table[list(names)].itertuples(index=False, name=None)),
        preface=preface,
        frozen_columns=3,
    )


def _who_headings(lang: Language) -> list[Heading]:
    """Return the headings of a section."""
    return [Heading(told(key, lang), "text") for key in ("key", "school", "stage")]


def _who(row: dict[Any, Any], names: dict[str, str], norms: Norms, lang: Language) -> list[str]:
    """Return key, school and stage of a section."""
    return [row["section_id"], names[row["section_id"]], stage_name(row["stage"], norms, lang)]


def _names(tables: IndicatorTables, lang: Language) -> dict[str, str]:
    """Return the name of every section's school."""
    sections = tables.reckoner.ground.plan.sections.to_dict("records")
    return {section["section_id"]: _name(section, lang) for section in sections}


def _name(row: Any, lang: Language) -> str:
    """Return the name of a section's school in a language, as far as it is known."""
    english = row["name_en"]
    return str(english if lang == "en" and not pd.isna(english) else row["name"])


def _item_name(item: str, tables: IndicatorTables, lang: Language) -> str:
    """Return number and name of an item."""
    indicator = tables.reckoner.register.find(item)
    return item if indicator is None else f"{item} {indicator.names[lang]}"


def _passing(tables: IndicatorTables, years: Sequence[int], lang: Language) -> Iterator[str]:
    """Yield how many sections pass by six of seven."""
    assert tables.equipment is not None, "asked for only where there is equipment"
    verdicts = tables.equipment.verdicts
    for year in years:
        mine = verdicts[verdicts["year"] == year]
        passing = int(mine["passes"].fillna(value=False).sum())
        yield told("passing_said", lang, year=year, passing=passing, schools=len(mine))


def _composite(tables: IndicatorTables, lang: Language) -> Iterator[str]:
    """Yield the composite of 2012 of each stage."""
    norms = tables.reckoner.ground.plan.norms
    for row in tables.basic.to_dict("records"):
        stage = stage_name(row["stage"], norms, lang)
        if pd.isna(row["composite"]):
            yield told("composite_unknown", lang, stage=stage, known=row["items_known"])
            continue
        verdict = told("met" if row["met"] else "missed", lang)
        figures = {"composite": row["composite"], "limit": row["limit"]}
        yield told("composite_said", lang, stage=stage, verdict=verdict, **figures)


def _yes(fact: bool, lang: Language) -> str:  # noqa: FBT001
    """Return yes or no."""
    return told("yes" if fact else "no", lang)
