"""Write drawn zones into a folder: tables, workbook, layer, scenario, proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.report.geopackage import write_layers
from planner.report.manifest import write_manifest
from planner.report.shared import shared_sheets
from planner.report.workbook import Heading, Sheet, write_workbook
from planner.report.zone.proof import write_proof, zones_name
from planner.report.zone.tables import (
    BROKEN,
    area_rows,
    broken_rows,
    by_hand,
    exempt_rows,
    plan_rows,
    plans_of,
    price_rows,
    section_rows,
    term_rows,
)
from planner.report.zone.terminal import why_said
from planner.report.zone.words import say_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from planner.drafting import Draft
    from planner.terms import Language

__all__ = ["copy_sentence", "scenario_name", "write_zones"]

_PLANS = (
    *(("stage", "text"), ("plan", "text"), ("status", "text"), ("value", "whole")),
    *(("bound", "whole"), ("gap", "fine_share"), ("loss", "fine_share"), ("mean_walk", "metres")),
    *(("longest_walk", "metres"), ("beyond_seats", "whole"), ("beyond_limit", "whole")),
    *(("changed_pupils", "whole"), ("loose", "whole")),
)
_TERM = (("stage", "text"), ("plan", "year"), ("term", "text"))
_METRES = (("pupil_metres", "whole"), ("share", "share"))
_TERMS, _TERMS_BY_HAND = (*_TERM, *_METRES), (*_TERM, ("before", "whole"), *_METRES)
_SECTIONS = (
    *(("stage", "text"), ("section", "text"), ("section_id", "text"), ("areas", "whole")),
    *(("pupils_before", "whole"), ("pupils", "whole"), ("seats", "whole"), ("use", "share")),
    ("beyond_seats", "whole"),
    *(("mean_walk", "metres"), ("longest_walk", "metres"), ("beyond_limit", "whole")),
    ("pieces", "whole"),
)
_AREAS = (
    *(("stage", "text"), ("area", "text"), ("area_id", "text"), ("township", "text")),
    *(("pupils", "whole"), ("today", "text"), ("new", "text"), ("section_id", "text")),
    *(("walk_today", "metres"), ("walk", "metres"), ("mark", "text")),
)
_PRICES = (("stage", "text"), ("term", "text"), ("price", "any"))


def write_zones(draft: Draft, folder: Path, lang: Language) -> None:
    """Write everything about drawn zones but the map; the same draft gives the same bytes.

    `folder` exists, such as the one `results_folder` gives.
    """
    most = max(len(list(plans_of(drafted))) for drafted in draft.stages)
    for number in range(1, most + 1):
        _write_table(draft, number, folder / zones_name(number))
    write_proof(draft, folder)
    write_workbook(list(_sheets(draft, lang)), folder / "zones.xlsx")
    write_layers({"zones": _layer(draft)}, folder / "zones.gpkg")
    text = _scenario_text(draft)
    (folder / "zone.toml").write_text(text, encoding="utf-8", newline="\n")
    write_manifest([draft], folder)


def scenario_name(draft: Draft) -> str:
    """Return what the scenario with the drawn zones is called."""
    return f"{draft.scenario.name}_zone"


def copy_sentence(draft: Draft, lang: Language) -> str:
    """Say where the written files belong, so that the zones can be planned like any scenario."""
    return say_zone("note_copy", lang, name=scenario_name(draft), file=_zones_file(draft))


def _zones_file(draft: Draft) -> str:
    """Return where the table of zones belongs, seen from the study's folder."""
    return f"scenarios/{scenario_name(draft)}.csv"


def _write_table(draft: Draft, number: int, path: Path) -> None:
    """Write one plan's zones; a stage with fewer plans is left out."""
    tables = [
        pd.DataFrame(
            {
                "area_id": drafted.area_ids,
                "stage": drafted.stage.stage,
                "section_id": [drafted.section_ids[section] for section in zoning.section_of_area],
            }
        )
        for drafted in draft.stages
        for place, zoning in plans_of(drafted)
        if place == number
    ]
    table = pd.concat(tables)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _layer(draft: Draft) -> Any:
    """Return the zones of the stages drawn, with the figures they were drawn for."""
    zones = draft.zones
    parts = []
    for drafted in draft.stages:
        mine = zones[
            (zones["stage"] == drafted.stage.stage)
            & (zones["first_year"] <= drafted.year)
            & (zones["last_year"] >= drafted.year)
        ]
        place = {key: number for number, key in enumerate(drafted.section_ids)}
        sections = mine["section_id"].map(place)
        load = pd.Series(drafted.problem.pupils).groupby(drafted.zoning.section_of_area).sum()
        seats = pd.Series(drafted.problem.seats)
        parts.append(
            mine[["stage", "section_id", "name", "name_en", "areas", "pieces", "geometry"]].assign(
                year=drafted.year,
                pupils=sections.map(load).to_numpy(),
                seats=sections.map(seats).to_numpy(),
            )
        )
    return pd.concat(parts, ignore_index=True)


def _sheets(draft: Draft, lang: Language) -> Iterator[Sheet]:
    """Yield the sheets of the workbook: what is violated first."""
    broken = [*broken_rows(draft, lang), *exempt_rows(draft, lang)]
    yield _sheet("broken", BROKEN, broken or [_all_kept(lang)], lang)
    why = [[sentence] for sentence in why_said(draft, lang)]
    if why:
        yield _sheet("why", (("sheet_why", "prose"),), why, lang)
    rows = plan_rows(draft, lang)
    further = len(rows[0]) - len(_PLANS)
    more = [
        Heading(say_zone("different", lang, number=number + 1), "whole")
        for number in range(further)
    ]
    yield Sheet(
        title=say_zone("sheet_plans" if further else "sheet_score", lang),
        headings=[*_headings(_PLANS, lang), *more],
        rows=rows,
        frozen_columns=2,
    )
    columns = _TERMS_BY_HAND if by_hand(draft) else _TERMS
    yield _sheet("terms", columns, term_rows(draft, lang), lang)
    yield _sheet("sections", _SECTIONS, section_rows(draft, lang), lang)
    yield _sheet("areas", _AREAS, area_rows(draft, lang), lang)
    yield _sheet("prices", _PRICES, price_rows(draft, lang), lang)
    yield from shared_sheets(draft, lang)
    notes = [[line] for line in _notes(draft, lang)]
    yield _sheet("notes", (("sheet_notes", "prose"),), notes, lang)


def _all_kept(lang: Language) -> list[Any]:
    """Return the row that says that nothing is broken."""
    return [None, say_zone("all_kept", lang), *([None] * (len(BROKEN) - 2))]


def _sheet(
    name: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], lang: Language
) -> Sheet:
    """Return one sheet under its headings."""
    return Sheet(
        title=say_zone(f"sheet_{name}", lang),
        headings=_headings(columns, lang),
        rows=rows,
        frozen_columns=1,
    )


def _headings(columns: Sequence[tuple[str, str]], lang: Language) -> list[Heading]:
    """Return the headings of columns."""
    return [Heading(say_zone(word, lang), kind) for word, kind in columns]


def _notes(draft: Draft, lang: Language) -> Iterator[str]:
    """Yield what a reader must know."""
    yield say_zone("note_value", lang)
    if by_hand(draft):
        yield say_zone("note_by_hand", lang)
    yield copy_sentence(draft, lang)
    yield say_zone("note_verify", lang)
    yield say_zone("note_internal", lang)
    for note in draft.notes:
        yield note.zh if lang == "zh" else note.en


def _scenario_text(draft: Draft) -> str:
    """Return a scenario that extends the one that was drawn for and carries its zones."""
    before = draft.scenario
    title = before.about.title or before.name
    title_zh = before.about.title_zh or title
    stages = ", ".join(_text(drafted.stage.stage) for drafted in draft.stages)
    lines = [
        f"extends = {_text(before.name)}",
        "",
        "[about]",
        f"title = {_text(f'{title}: zones drawn')}",
        f"title_zh = {_text(f'{title_zh}：已划定招生范围')}",
        'question = "What becomes of pupils and classes with these zones?"',
        'question_zh = "按此招生范围，学生和班级将怎样变化？"',
        "",
        "[zones]",
        'method = "file"',
        f"file = {_text(_zones_file(draft))}",
        f"from_year = {draft.stages[0].year}",
        f"stages = [{stages}]",
    ]
    return "\n".join(lines) + "\n"


def _text(words: str) -> str:
    """Return a text as TOML writes it, whatever signs it holds."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
