"""See whether the drawn zones show what the table of zones says."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from planner.audit.findings import Check, NotAsWrittenError, Said, said, word
from planner.audit.stage_files import written_by_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["drawing_checks"]

_LAYER: Final = "zones.gpkg"
_MAP: Final = "map.html"
_DATA: Final = re.compile(
    r'<script type="text/plain" id="atlas-data">(.*?)</script>', flags=re.DOTALL
)


def drawing_checks(folder: Path, claim: Mapping[str, Any], zone: pd.Series[str]) -> Iterator[Check]:
    """Compare the areas of each zone in zones.gpkg and map.html, where these are present."""
    areas = {str(section): int(number) for section, number in zone.value_counts().items()}
    if (folder / _LAYER).is_file():
        with written_by_us(folder / _LAYER):
            layer = gpd.read_file(folder / _LAYER, layer="zones")
        mine = layer[layer["stage"] == claim["stage"]]
        drawn = dict(zip(mine["section_id"], mine["areas"].astype(int), strict=True))
        yield _compared("layer", _LAYER, claim, areas, drawn)
    if (folder / _MAP).is_file():
        drawn, joined = _of_map(folder / _MAP, claim)
        # A zone that several sections share is drawn as one, under the first of them.
        together = zone.map(lambda section: joined.get(section, section)).value_counts()
        asked = {str(section): int(number) for section, number in together.items()}
        yield _compared("map", _MAP, claim, asked, drawn)


def _of_map(path: Path, claim: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the areas of each zone that a map shows in the year of the claim, and who shares.

    Sections of a shared zone are given with the one under which it is drawn.
    """
    with written_by_us(path):
        data = _DATA.search(path.read_text(encoding="utf-8"))
        if data is None:
            raise NotAsWrittenError(path, said("lacks", names="atlas-data"))
        (shown,) = json.loads(_unpacked(data[1]))["scenarios"]
    drawn: dict[str, int] = {}
    joined: dict[str, str] = {}
    for one in shown["stages"][claim["stage"]]["zones"]:
        if one["first"] <= claim["year"] <= one["last"]:
            drawn[one["section"]] = drawn.get(one["section"], 0) + int(one["areas"])
            joined |= dict.fromkeys(one.get("sharing", ()), one["section"])
    return drawn, joined


def _unpacked(text: str) -> bytes:
    """Return the data of a map, which it holds gzipped and in base 64."""
    try:
        return gzip.decompress(base64.b64decode(text, validate=True))
    except (binascii.Error, OSError, EOFError, zlib.error) as error:
        raise json.JSONDecodeError(str(error), text[:40], 0) from error


def _compared(
    what: str, file: str, claim: Mapping[str, Any], asked: dict[str, int], found: dict[str, int]
) -> Check:
    """Compare the areas of every zone with those drawn."""
    faults: tuple[Said, ...] = tuple(
        said(
            "count_wrong",
            file=file,
            stage=Said(claim["names"]["zh"], claim["names"]["en"]),
            section=section,
            found=found.get(section, 0),
            asked=asked.get(section, 0),
        )
        for section in sorted({*asked, *found})
        if asked.get(section, 0) != found.get(section, 0)
    )
    return Check(word(what), f"{sum(asked.values()):,}", f"{sum(found.values()):,}", faults)
