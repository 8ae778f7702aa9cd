"""Write the page on which parents find their school: one file, to be opened anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.atlas.lookup.content import lookup_content
from planner.atlas.lookup.facts import gather_facts, year_asked
from planner.atlas.single_file import (
    filled_frame,
    head_of,
    json_text,
    read_text,
    refuse_requests,
    script_tag,
    style_tag,
    write_page,
)
from planner.atlas.style import read_style, style_file
from planner.atlas.words import read_words
from planner.shipped import map_assets, map_templates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from planner.atlas.lookup.facts import LookedUp
    from planner.terms import Language

__all__ = ["lookup_words", "write_lookup"]


def write_lookup(
    plan: LookedUp,
    path: Path,
    lang: Language,
    *,
    year: int | None = None,
    stages: Collection[str] = (),
    in_force: bool = False,
) -> None:
    """Write the page of one school year of a plan; it opens in any browser without a network.

    Only public facts go into it: names, zones, points of schools, walks and years.

    Args:
        plan: A finished plan.
        path: The file to write; it appears only when it is complete.
        lang: Language in which the page opens; it can be switched there.
        year: School year; the first projected one if None.
        stages: Only these stages; all of the plan where none is named.
        in_force: Say that the zones are announced and in force. A plan is a draft until its
            bureau has announced it, so the page says so unless told otherwise.

    Raises:
        InputError: maps/style.toml cannot be used, or the plan lacks the year or a stage.
        OutputError: the file cannot be written.
    """
    asked = year_asked(plan, year)
    facts = gather_facts(plan, asked, stages)
    style = read_style(style_file(plan.study.folder))
    content = lookup_content(plan, facts, asked, lang, style, lookup_words(), in_force=in_force)
    page = _render(content)
    refuse_requests(page, path.name)
    write_page(page, path)


def lookup_words() -> Mapping[str, Mapping[str, str]]:
    """Return the words of the page, which the terminal uses as well."""
    return read_words(map_templates() / "lookup.toml")


def _render(content: dict[str, Any]) -> str:
    """Return the page: frame, vendored library, data and scripts."""
    leaflet, templates = map_assets() / "leaflet", map_templates()
    lang, words = content["language"], content["words"]
    scripts = ("elements.js", "areas.js", "lookup_search.js", "lookup.js")
    parts = {
        "head": head_of(f"{content['names'][lang]} – {words['title'][lang]}"),
        "leaflet_css": style_tag(read_text(leaflet / "leaflet.css")),
        "leaflet_js": script_tag(read_text(leaflet / "leaflet.js")),
        "sheet": style_tag(read_text(templates / "lookup.css")),
        "data": f'<script type="application/json" id="lookup-data">{json_text(content)}</script>',
        "script": "".join(script_tag(read_text(templates / name)) for name in scripts),
    }
    return filled_frame(read_text(templates / "lookup.html"), parts)
