"""Write the map: one file with everything in it that asks nothing of the network."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from planner.atlas.content import map_content
from planner.atlas.packing import packed_list
from planner.atlas.style import read_style, style_file
from planner.atlas.words import read_words
from planner.errors import OutputError, Sentence
from planner.shipped import map_assets, map_templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.atlas.figures import Shown
    from planner.terms import Language

__all__ = ["draw_map", "external_requests"]

# The browser itself refuses every connection, should a name in the data ever become markup.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
_PLACE: Final = re.compile(r"<!-- (\w+) -->")


def draw_map(
    plans: Sequence[Shown], path: Path, lang: Language, *, year: int | None = None
) -> None:
    """Write one map of one or several plans, which opens in any browser without a network.

    Args:
        plans: Plans of one study; the first is the one the others are compared with.
        path: The file to write; it appears only when it is complete.
        lang: Language in which the map opens; it can be switched on the page.
        year: School year in which the map opens; the base year if None.

    Raises:
        InputError: maps/style.toml cannot be used.
        OutputError: there is no plan, the plans are of different studies, or the file cannot
            be written.
    """
    if not plans:
        raise OutputError(
            Sentence(
                "The map needs at least one plan. Name a scenario.",
                "地图至少要有一个方案；请写方案名。",
            )
        )
    templates = map_templates()
    words = read_words(templates / "words.toml")
    style = read_style(style_file(plans[0].study.folder))
    page = _render(map_content(plans, lang, style, words, year), templates)
    if asked := external_requests(page):
        raise OutputError(
            Sentence(
                f"{path.name} would ask the network for {', '.join(asked)}. "
                "Bring maps/templates and maps/assets back to what planner was installed with.",
                f"{path.name}会向网络请求{'、'.join(asked)}；请把maps/templates与maps/assets恢复"
                "为安装planner时的内容。",
            )
        )
    _write(page, path)


def external_requests(page: str) -> tuple[str, ...]:
    """Return every address a page would fetch by its markup or its style sheets.

    Data within the page (`data:`), places within it (`#`) and links that a reader may follow
    (`<a href>`) are no requests.
    """
    reader = _Requests()
    reader.feed(page)
    reader.close()
    return tuple(reader.found)


class _Requests(HTMLParser):
    """Reads a page and notes what it would fetch."""

    _fetching = ("src", "href", "srcset", "data", "poster", "action", "formaction", "background")
    _sheet = re.compile(r"""url\(\s*['"]?([^'")]*)|@import\s+['"]([^'"]*)""", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses among a tag's attributes."""
        self._in_style = tag == "style"
        for name, value in attrs:
            if name == "style":
                self._read_sheet(value or "")
            elif name.rpartition(":")[2] in self._fetching and tag != "a":
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        """Read a style sheet."""
        if self._in_style:
            self._read_sheet(data)

    def _read_sheet(self, sheet: str) -> None:
        """Note what a style sheet fetches."""
        for match in self._sheet.finditer(sheet):
            self._note(match[1] or match[2] or "")

    def _note(self, address: str) -> None:
        """Keep an address that leads out of the page."""
        if address and not address.startswith(("data:", "#")):
            self.found.append(address)


def _render(content: dict[str, Any], templates: Path) -> str:
    """Return the page: folium's frame, the vendored library, our markup, data and script.

    The frame is cut at the places of the parts before any part is put in: a name such as
    `{{ … }}` or `<!-- … -->` in a planner's table is never taken for a place.
    """
    leaflet = map_assets() / "leaflet"
    lists = [packed_list(values) for values in content["lists"]]
    sent = _json(content | {"lists": lists})
    data = f'<script type="application/json" id="atlas-data">{sent}</script>'
    parts = {
        "head": _head(content),
        "leaflet_css": _sheet(_read(leaflet / "leaflet.css")),
        "leaflet_js": _code(_read(leaflet / "leaflet.js")),
        "sheet": _sheet(_read(templates / "map.css")),
        "body": _read(templates / "map.html") + data,
        "script": _read(templates / "areas.js") + _one_scope(templates / "map"),
    }
    pieces = _PLACE.split(_read(templates / "frame.html"))
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    return "".join(pieces)


def _one_scope(folder: Path) -> str:
    """Return the scripts of the map, in the order of their numbers, in a scope of their own."""
    parts = "\n".join(_read(path) for path in sorted(folder.glob("*.js")))
    return f'(function () {{\n"use strict";\n{parts}\n}})();\n'


def _head(content: dict[str, Any]) -> str:
    """Return the page's title and the rule by which the browser refuses every connection."""
    title = html.escape(content["names"][content["language"]])
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>{title}</title>'
    )


def _sheet(css: str) -> str:
    """Return a style sheet without the pictures it would fetch; the map uses none."""
    return "<style>" + re.sub(r"url\([^)]*\)", "none", css) + "</style>"


def _code(script: str) -> str:
    """Return a script without the address of its source map, which browsers may ask for."""
    return "<script>" + re.sub(r"//# sourceMappingURL=.*", "", script) + "</script>"


def _json(content: dict[str, Any]) -> str:
    """Return the data so that no name in it can end the script element or open a comment."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _read(path: Path) -> str:
    """Read a file of the templates or assets."""
    return path.read_text(encoding="utf-8")


def _write(page: str, path: Path) -> None:
    """Write to the side, then rename, so that a half-written map is never found."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(page, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise OutputError(
            Sentence(
                f"{path} cannot be written: {error.strerror}. Choose another place for the map.",
                f"{path}无法写入：{error.strerror}；请为地图另选位置。",
            )
        ) from error
