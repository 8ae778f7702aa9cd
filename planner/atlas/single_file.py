"""Hold a page in one file: everything inlined, nothing fetched, no name carried out as markup."""

from __future__ import annotations

import contextlib
import gzip
import html
import json
import os
import re
from base64 import b64encode
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from planner.errors import OutputError, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "data_tag",
    "external_requests",
    "filled_frame",
    "head_of",
    "json_text",
    "read_text",
    "refuse_requests",
    "script_tag",
    "style_tag",
    "write_page",
]

# The browser itself refuses every connection, should a name in the data ever become markup.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src {pictures}; base-uri 'none'; form-action 'none'"
)
_PLACE: Final = re.compile(r"<!-- (\w+) -->")


def filled_frame(frame: str, parts: Mapping[str, str]) -> str:
    """Return a frame with a part at each place marked `<!-- name -->`.

    The frame is cut at the places before any part is put in: a name such as `{{ … }}` or
    `<!-- … -->` in a planner's table is never taken for a place.
    """
    pieces = _PLACE.split(frame)
    pieces[1::2] = [parts[name] for name in pieces[1::2]]
    return "".join(pieces)


def head_of(title: str, hosts: Sequence[str] = ()) -> str:
    """Return the page's title and the rule by which the browser refuses every connection.

    Args:
        title: The title.
        hosts: Where pictures may come from all the same.
    """
    policy = _POLICY.format(pictures=html.escape(" ".join(["data:", *hosts])))
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{html.escape(title)}</title>"
    )


def refuse_requests(page: str, name: str) -> None:
    """Refuse a page that would ask the network for anything.

    Raises:
        OutputError: it would; the addresses are named.
    """
    if asked := external_requests(page):
        raise OutputError(
            Sentence(
                f"{name} would ask the network for {', '.join(asked)}. "
                "Bring maps/templates and maps/assets back to what planner was installed with.",
                f"{name}会向网络请求{'、'.join(asked)}；请把maps/templates与maps/assets恢复"
                "为安装planner时的内容。",
            )
        )


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


def style_tag(css: str) -> str:
    """Return a style sheet without the pictures it would fetch; our pages use none."""
    return "<style>" + re.sub(r"url\([^)]*\)", "none", css) + "</style>"


def script_tag(script: str) -> str:
    """Return a script without the address of its source map, which browsers may ask for."""
    return "<script>" + re.sub(r"//# sourceMappingURL=.*", "", script) + "</script>"


def data_tag(content: Mapping[str, Any]) -> str:
    """Return an element with data that the page unpacks: JSON, gzipped, in base 64.

    Letters, digits and four signs are left of any name in it, so that none can become markup.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # One level more takes half as long again and saves two bytes in a hundred.
    data = b64encode(gzip.compress(text.encode("utf-8"), compresslevel=5, mtime=0)).decode("ascii")
    return f'<script type="text/plain" id="atlas-data">{data}</script>'


def json_text(content: Mapping[str, Any]) -> str:
    """Return the data so that no name in it can end the script element or open a comment."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def read_text(path: Path) -> str:
    """Read a file of the templates or assets."""
    return path.read_text(encoding="utf-8")


def write_page(page: str, path: Path) -> None:
    """Write to the side, then rename, so that a half-written page is never found."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_text(page, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise OutputError(
            Sentence(
                f"{path} cannot be written: {error.strerror}. Choose another place for the page.",
                f"{path}无法写入：{error.strerror}；请另选位置。",
            )
        ) from error
