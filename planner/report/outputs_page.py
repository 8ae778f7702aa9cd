"""Write docs/outputs.md from the classes and tables that the outputs are written from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.report.schema import json_schema
from planner.report.side_by_side import COMPARISON_ID, ComparisonSummary
from planner.report.summary import SCHEMA_ID, Summary
from planner.results import RESULTS
from planner.tables import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["outputs_page"]

_BEGINNING: Final = """\
# What planner writes

<!-- Generated: run `python -m planner.report.outputs_page` after a change. -->

Results go into one folder, whole or not at all. They are written beside it (in
`.NAME.writing-PROCESS`) and take its name only when every file is complete; former results stay
until then. If a run is killed, what stood before still stands, and the next run clears away what
was left. A folder that holds anything planner did not write, or a result that was edited
afterwards, is refused before any work begins, so that nothing of yours is lost. The one exception
is `results.gpkg`, which QGIS touches by looking at it: it is replaced.

The same inputs, scenario, seed and versions give the same bytes. Dates of making inside the files
are therefore fixed to 1 January 1980.

**Internal working results.** They hold small counts by area and school. Before publication, merge
or withhold counts below 10. No file holds addresses or homes of children.

## Files

| file | what it is for | written by |
| --- | --- | --- |
| `map.html` | the map, with the network off | `planner plan`, `compare`, `map` |
| `results.gpkg` | layers and tables for QGIS | `planner plan` |
| `results.xlsx` | the tables a bureau passes round, headings in zh or en | `planner plan` |
| `summary.json` | the main figures for other programs; schema below | `planner plan` |
| `summary.md` | one page to hand up | `planner plan` |
| `shared_zones_notice.xlsx` | where zones are shared: chances and walks for parents, no small \
counts | `planner plan` |
| `comparison.xlsx`, `.json`, `.md` | scenarios side by side, the first as the baseline | \
`planner compare` |
| `pupils.csv`, `pupils.xlsx` | projected pupils by section, grade and year | `planner project` |
| `section_totals.csv` | sections by year with intervals and seats, counted years included | \
`planner project` |
| `ages.csv`, `births.csv` | what the projection rests on: residents by age, births by variant | \
`planner project` |
| `pictures/` | county, sections, births, ages, back-test as PNG, SVG and PDF | `planner project` |
| `notices/SCENARIO/notice.docx`, `notice.txt` | the notice of the zones for the public, no \
counts | `planner notice` |
| `notices/SCENARIO/stretches.csv` | every stretch of border: along what, how far off, \
doubts | `planner notice` |
| `manifest.json` | what the results were made from | all of them |

## manifest.json

| field | meaning |
| --- | --- |
| `planner`, `python`, `libraries` | versions |
| `study` | names of the county, coordinate system |
| `norms` | norms file |
| `stages` | what each stage is called |
| `inputs` | SHA-256 of every input file by its path in the study folder |
| `scenarios` | name, files, seed and every setting of each scenario |
| `outputs` | SHA-256 of every file beside the manifest |

It holds no time of day, no host and no path outside the study folder.

## results.gpkg

All layers are in the study's coordinate system (metres). Columns that end in `_base`, `_first` and
`_last` give the counted year, the first planned and the last planned year.

| layer | content |
| --- | --- |
| `zones` | polygons: zones with the years in which they hold |
| `sections` | points: sections with pupils, seats, utilisation, shortage, surplus, warning, large \
classes |
| `areas` | polygons: areas with their section, entrants and walk by stage |
| `county_years`, `section_years`, `section_grades`, `seat_limits`, `class_years`, \
`class_band_years`, `area_years`, `zone_proofs`, `zone_terms` | tables, every year; join by \
`section_id` or `area_id` |
| `shared_zones`, `shared_lots` | tables, only where zones are shared |
| `changes`, `notes`, `columns` | what the scenario changes; stand-ins and caveats; the data \
dictionary |

## results.xlsx

Overview; the county by year; pupils and utilisation by section with the years across; sections by
year; sections by grade; classes above standard size; class sizes in bands; zones; zone proofs;
terms of the zones; shared zones and chances by lot, where there are any; warnings, one row per
section; targets; changes; notes; columns. Shares are shown as percent. Large classes are a dash
where the norms set no limit.
Text that begins like a formula (`=`, `+`, `-`, `@`) is marked as quoted text; in CSV files it is
preceded by an apostrophe. `area_years` and the classes within standard size are left to the
GeoPackage: they are too long for a sheet.

## What planner project writes

Headings are in zh or en, missing cells are empty, yes and no are words. An interval of 80 % holds
the count with 80 % probability; counted years have none. Where the study's rolls reach back far
enough, how wide intervals are is learned from what the plan would have said in earlier years; the
sentence on top of the sheets says how far it missed. Otherwise they are those of other places, and
the sentence says that.

| file | one row | columns |
| --- | --- | --- |
| `pupils.csv` | section, year, grade | section, name, stage, year, grade, pupils, counted |
| `section_totals.csv` | section, year | section, name, stage, year, counted, pupils, 80 % and \
95 % interval, seats, probability that the pupils are more than the seats |
| `ages.csv` | year, age | residents, whether they are counted and their 80 % interval, stage and \
grade begun at this age, pupils and whether they are counted, pupils ÷ residents |
| `births.csv` | school year of birth | published, low, medium, high, those the plan reckons with |

Section totals, ages and the county's intervals begin with the first year counted. A section that
was not counted in a year has no row; a year in which a section was left out between two counts is
left out of the county. Pupils ÷ residents is a gross rate: pupils from elsewhere and of other ages
count, so it may exceed 100 %. There is no net rate, since rolls hold no ages.

`pupils.xlsx`: county by grade with the years across; county by year with intervals; sections by
grade; sections by year with intervals; ages and grades; gross enrolment; births; back-test; notes.

`pictures/`: `county`, `ages`, `births` and `backtest` as PNG and SVG, `sections-STAGE` as PDF with
one PNG a page, the tightest section first. What has nothing to show is left out: births where none
are known, the back-test where the past is too short. `--no-pictures` leaves out all. The letters
depend on the fonts of the machine.

## Tables

"""


def outputs_page() -> str:
    """Return docs/outputs.md."""
    return _BEGINNING + "\n".join(
        [
            *_tables(),
            *_structure("summary.json", json_schema(Summary, SCHEMA_ID)),
            *_structure("comparison.json", json_schema(ComparisonSummary, COMPARISON_ID)),
        ]
    )


def _tables() -> Iterator[str]:
    """Yield the data dictionary of the results."""
    for name, model in RESULTS.items():
        yield f"### {name}"
        yield ""
        yield f"{(model.__doc__ or '').strip()}"
        yield ""
        yield "| column | 中文 | kind | unit | may be empty | meaning |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for one in columns_of(name, model):
            empty = "" if one.required else "yes"
            yield f"| `{one.name}` | {one.zh} | {one.kind} | {one.unit} | {empty} | {one.meaning} |"
        yield ""


def _structure(file: str, schema: dict[str, Any]) -> Iterator[str]:
    """Yield one JSON file's structure: each class as a table, then the schema itself."""
    yield f"## {file}"
    yield ""
    root = schema["$ref"].rsplit("/", 1)[1]
    for name in [root, *(one for one in schema["$defs"] if one != root)]:
        definition = schema["$defs"][name]
        yield f"### {name}"
        yield ""
        yield definition["description"]
        yield ""
        yield "| field | type | meaning |"
        yield "| --- | --- | --- |"
        for field, said in definition["properties"].items():
            yield f"| `{field}` | {_type_said(said)} | {said['description']} |"
        yield ""
    yield "JSON Schema (draft 2020-12):"
    yield ""
    yield "```json"
    yield json.dumps(schema, ensure_ascii=False, indent=2)
    yield "```"
    yield ""


def _type_said(schema: dict[str, Any]) -> str:
    """Return the type of a field in a few words."""
    if "$ref" in schema:
        return f"[{schema['$ref'].rsplit('/', 1)[1]}]"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_type_said(schema['items'])}"
    return " or ".join(schema["type"]) if isinstance(schema["type"], list) else schema["type"]


if __name__ == "__main__":
    Path("docs/outputs.md").write_text(outputs_page(), encoding="utf-8", newline="\n")
