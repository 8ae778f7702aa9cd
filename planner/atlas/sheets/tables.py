"""What stands beside a map: figures, the index of schools, areas of a zone, what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.atlas.lists import texts
from planner.atlas.sheets.panel import Row, fits, gap, heading, pairs, paragraph, text_row, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.atlas.sheets.paper import Page
    from planner.atlas.sheets.scene import Change, Scene, Zone
    from planner.atlas.sheets.window import Box
    from planner.atlas.sheets.words import Words

__all__ = [
    "Entry",
    "area_rows",
    "change_rows",
    "county_figures",
    "figure_rows",
    "index_rows",
    "section_figures",
    "township_figures",
]

_MOVES_SHOWN: Final = 8
_SUMS: Final = ("pupils", "seats", "shortage", "entrants", "classes", "large")
_WORDS: Final = {"large": "large_classes"}

Figures = dict[str, tuple[float | None, float | None]]


class Entry(NamedTuple):
    """A line of the index: a name, its cell, the page that shows it, and the township it is in."""

    name: str
    cell: str
    page: int | None
    township: str


def county_figures(scene: Scene) -> Figures:
    """Return figures of a stage in the whole county, in the base year and in that of the scene."""
    table = scene.plan.county_years
    here = table[table["stage"] == scene.norm.stage].set_index("year")
    return _figures([dict(here.loc[year]) for year in _years(scene) if year in here.index])


def township_figures(scene: Scene, township: str) -> Figures:
    """Return the sums of the figures of the sections that stand in a township."""
    sections = scene.plan.sections
    here = sections.loc[sections["township"] == township, "section_id"]
    table = scene.plan.section_years
    table = table[
        (table["stage"] == scene.norm.stage)
        & table["section_id"].isin(here)
        & table["open"].eq(other=True)
    ]
    by_year = [table[table["year"] == year] for year in _years(scene)]
    sums = [{key: int(rows[key].sum()) for key in _SUMS} for rows in by_year]
    return {"sections": _pair([len(rows) for rows in by_year]), **_figures(sums)}


def section_figures(scene: Scene, row: int) -> Figures:
    """Return the figures of one section."""
    found = [scene.figures(row, year) for year in _years(scene)]
    figures = _figures(found)
    for key in ("largest_class", "walk_metres"):
        figures[key] = _pair([each.get(key) for each in found])
    return figures


def _years(scene: Scene) -> tuple[int, ...]:
    """Return the base year and the year of the scene."""
    return tuple(dict.fromkeys((scene.plan.years[0], scene.year)))


def _figures(found: Sequence[Mapping[str, Any]]) -> Figures:
    """Return what adds up, and pupils ÷ seats."""
    figures: Figures = {key: _pair([each.get(key) for each in found]) for key in _SUMS}
    used = [
        each["pupils"] / each["seats"] if each.get("seats") and "pupils" in each else None
        for each in found
    ]
    figures["use"] = _pair(used)
    return figures


def _pair(values: Sequence[Any]) -> tuple[float | None, float | None]:
    """Return the figure of the base year and of the year; only the last where they are one."""
    numbers = [None if value is None or value != value else float(value) for value in values]  # noqa: PLR0124
    if len(numbers) == 1:
        return None, numbers[0]
    return (numbers[0], numbers[-1]) if numbers else (None, None)


def figure_rows(
    page: Page, scene: Scene, words: Words, figures: Figures, width: float
) -> list[Row]:
    """Return figures as a table: the base year, counted, and the year of the scene."""
    base, year = scene.plan.years[0], scene.year
    last = words("projected" if year > base else "counted", year=year)
    two = year != base
    heads = ["", *([words("counted", year=base)] if two else []), last]
    ends = (0.6, 1.0) if two else (1.0,)
    rows = [heading(page, words("figures"), width), pairs(page, heads, ends, quiet=True)]
    for key, (then, now) in figures.items():
        show = words.share if key == "use" else words.number
        label = words({"walk_metres": "walk"}.get(key, _WORDS.get(key, key)))
        cells = [label, *([show(then)] if two else []), show(now)]
        rows.append(pairs(page, cells, ends))
    return [*together(rows), gap(page)]


def index_rows(
    page: Page, words: Words, entries: Sequence[Entry], width: float, points: float
) -> list[Row]:
    """Return the index, by township, with the cell of each school and its page if it has one."""
    if not entries:
        return []
    with_pages = any(entry.page is not None for entry in entries)
    rows = [heading(page, words("index_pages" if with_pages else "index_cells"), width)]
    ends = (0.88, 1.0) if with_pages else (1.0,)
    township = ""
    for entry in sorted(entries, key=lambda each: (each.township, each.name, each.cell)):
        if entry.township != township:
            township = entry.township
            rows += [gap(page, 0.3)] if not rows[-1].kept else []
            name = page.lettering.shortened(township, width, points * page.unit, "bold")
            rows.append(text_row(page, name, points, kept=True, quiet=True))
        cells = [entry.name, entry.cell]
        cells += ["" if entry.page is None else str(entry.page)] if with_pages else []
        rows.append(pairs(page, cells, ends, points=points))
    return [*rows, gap(page)]


def area_rows(
    page: Page,
    scene: Scene,
    words: Words,
    zone: Zone,
    room: tuple[Sequence[Row], Sequence[Box]],
) -> list[Row]:
    """Return the names of the areas of a zone, as many as there is room for behind other rows."""
    before, columns = room
    width = columns[0].width
    areas = scene.plan.study.areas.iloc[zone.members]
    column = "name_en" if words.lang == "en" and "name_en" in areas else "name"
    named = texts(areas[column])
    plain = texts(areas["name"])
    keys = texts(areas["area_id"])
    names = [
        page.lettering.name(one or other, key)
        for one, other, key in zip(named, plain, keys, strict=True)
    ]
    head = heading(page, words("areas", number=len(names)), width)
    points = page.style.sheet.small_points
    for shown in range(len(names), 0, -max(1, len(names) // 24)):
        text = words("comma").join(names[:shown])
        if shown < len(names):
            text += words("comma") + words("and_more", number=len(names) - shown)
        rows = [head, *paragraph(page, text, width, points), gap(page)]
        if fits([*before, *rows], columns):
            return rows
    return []


def change_rows(
    page: Page, scenes: tuple[Scene, Scene], words: Words, change: Change, names: Mapping[str, str]
) -> list[Row]:
    """Return in words what changes between two scenes, most areas first."""
    return [*_change(page, scenes, words, change, names, page.layout.columns[0].width)]


def _change(
    page: Page,
    scenes: tuple[Scene, Scene],
    words: Words,
    change: Change,
    names: Mapping[str, str],
    width: float,
) -> Iterable[Row]:
    """Yield the rows of what changes."""
    points = page.style.sheet.text_points
    yield heading(page, words("what_changes"), width)
    if not len(change.moved) and not change.opened and not change.closed:
        yield from paragraph(page, words("nothing_changes"), width, points)
    if len(change.moved):
        areas, every = len(change.moved), f"{change.among:,}"
        said = words("areas_move", areas=areas, all=every, zones=change.zones)
        yield from paragraph(page, said, width, points)
    if change.entrants >= 0 and len(change.moved):
        said = words("entrants_move", year=scenes[1].year, entrants=f"{change.entrants:,}")
        yield from paragraph(page, said, width, points)
    for key, sections in (("opens", change.opened), ("closes", change.closed)):
        for section in sections:
            yield from paragraph(page, words(key, name=names[section]), width, points)
    moves = list(change.moves.items())
    for (old, new), areas in moves[:_MOVES_SHOWN]:
        key = "move_one" if areas == 1 else "move"
        said = words(
            key, old=_joined(old, names, words), new=_joined(new, names, words), areas=areas
        )
        yield from paragraph(page, said, width, page.style.sheet.small_points)
    if len(moves) > _MOVES_SHOWN:
        said = words("more_moves", number=len(moves) - _MOVES_SHOWN)
        yield from paragraph(page, said, width, page.style.sheet.small_points)
    yield gap(page)


def _joined(key: str, names: Mapping[str, str], words: Words) -> str:
    """Return the names of the sections of a zone."""
    if not key:
        return words("no_zone")
    # A key of a section may itself hold a plus sign.
    known = [names[key]] if key in names else [names.get(part, part) for part in key.split("+")]
    return " / ".join(known)
