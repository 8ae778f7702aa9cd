"""List the areas of a zone by communities and villages, and find the areas of such a list again.

A community that is whole stands by its name; of one that is parted the blocks follow in brackets:
上营社区（第1—3、5小区）, or Shangying Community (blocks 1–3, 5). Every list is read back before
it is given out: what would not lead to the same areas is written area by area.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.notices.names import folded, shown, unique_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from planner.terms import Language

__all__ = ["Block", "Gazetteer", "gazetteer_of", "name_of"]

_UNITS_ZH: Final = "小区|村民小组|居民小组|组|网格|片区|片|社|区"
_NUMBERED: Final = {
    "zh": re.compile(rf"(?P<base>.*?)\s*第?(?P<number>\d{{1,4}})(?P<unit>{_UNITS_ZH})"),
    "en": re.compile(
        r"(?P<base>.*?)[\s,]*\b(?P<unit>block|group|unit|section|sector|no\.|number)\s*"
        r"(?P<number>\d{1,4})",
        re.IGNORECASE,
    ),
}
"""A name that ends in the number of a block, such as 上营社区第1小区."""


class Block(NamedTuple):
    """What an area is called within its community: by number and unit, or by a label."""

    label: str
    number: int = -1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of all areas and communities in one language.

    Attributes:
        lang: The language.
        communities: Label of each community, no two alike.
        members: Areas of each community by their place in the study's table, in order.
        community_of: Community of each area, [area].
        blocks: What each area is called within its community, [area].
        areas: Label of each area by itself, no two alike, [area].
    """

    lang: Language
    communities: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    community_of: tuple[int, ...]
    blocks: tuple[Block, ...]
    areas: tuple[str, ...]

    def items(self, areas: Iterable[int]) -> list[tuple[str, tuple[int, ...]]]:
        """Return areas as items of a list, community by community in the order of the study.

        Each item comes with the areas that it means.
        """
        by_community: dict[int, list[int]] = defaultdict(list)
        for area in sorted(areas):
            by_community[self.community_of[area]].append(area)
        return [
            (self._item(community, tuple(members)), tuple(members))
            for community, members in sorted(by_community.items())
        ]

    def one_by_one(self, areas: Iterable[int]) -> list[tuple[str, tuple[int, ...]]]:
        """Return every area as an item of its own."""
        return [(self.areas[area], (area,)) for area in areas]

    def _item(self, community: int, areas: tuple[int, ...]) -> str:
        """Return one community, with its blocks where it is parted."""
        if areas == self.members[community]:
            return self.communities[community]
        said = self.blocks_said(areas)
        chinese = self.lang == "zh"
        return f"{self.communities[community]}{f'（{said}）' if chinese else f' ({said})'}"

    def blocks_said(self, areas: Sequence[int]) -> str:
        """Return areas of one community as blocks, in compact ranges."""
        blocks = [self.blocks[area] for area in areas]
        numbered: dict[str, list[int]] = defaultdict(list)
        for block in blocks:
            if block.number >= 0:
                numbered[block.unit].append(block.number)
        said = [self._numbers(unit, numbers) for unit, numbers in numbered.items()]
        said += [block.label for block in blocks if block.number < 0]
        return ("、" if self.lang == "zh" else ", ").join(said)

    def _numbers(self, unit: str, numbers: Sequence[int]) -> str:
        """Return the numbers of blocks in compact ranges, with their unit."""
        runs: list[list[int]] = []
        for number in sorted(numbers):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        chinese = self.lang == "zh"
        dash = "—" if chinese else "–"
        # Two in a row are named one by one: 1、2 rather than 1—2.
        said = [
            part
            for run in runs
            for part in (map(str, run) if len(run) < 3 else [f"{run[0]}{dash}{run[-1]}"])
        ]
        if chinese:
            return f"第{'、'.join(said)}{unit}"
        plural = "" if len(numbers) == 1 or unit.endswith(".") else "s"
        return f"{unit}{plural} {', '.join(said)}"


def gazetteer_of(areas: pd.DataFrame, lang: Language) -> Gazetteer:
    """Return the names of a study's areas.

    A community is what the column `community` says, else the township and what is left of the
    name without the number at its end.
    """
    names = [name_of(row, lang) for row in areas.to_dict("records")]
    towns = _texts(areas, "township")
    given = _texts(areas, "community")
    split = [_split(shown(name), lang) for name in names]
    bases = [
        community or (parts[0] if parts else shown(name))
        for community, parts, name in zip(given, split, names, strict=True)
    ]
    groups: dict[tuple[str, str], list[int]] = {}
    for area, (town, base) in enumerate(zip(towns, bases, strict=True)):
        groups.setdefault((folded(town), folded(base)), []).append(area)
    members = tuple(tuple(group) for group in groups.values())
    community_of = [0] * len(names)
    for community, group in enumerate(members):
        for area in group:
            community_of[area] = community
    firsts = [group[0] for group in members]
    keys = [str(key) for key in areas["area_id"]]
    labels = unique_labels(
        # A lone area is called as a whole, number and all.
        [
            names[group[0]] if len(group) == 1 and not given[group[0]] else bases[group[0]]
            for group in members
        ],
        [towns[first] for first in firsts],
        [keys[first] for first in firsts],
    )
    return Gazetteer(
        lang=lang,
        communities=labels,
        members=members,
        community_of=tuple(community_of),
        blocks=_blocks(names, keys, split, members, labels),
        areas=unique_labels(names, towns, keys),
    )


def name_of(row: Mapping[object, object], lang: Language) -> str:
    """Return the name of a table's row, in English where that is asked for and known."""
    english = row.get("name_en")
    known = isinstance(english, str) and bool(english.strip())
    return str(english if lang == "en" and known else row["name"])


def _texts(areas: pd.DataFrame, column: str) -> list[str]:
    """Return a column of texts, empty where nothing is known."""
    if column not in areas:
        return [""] * len(areas)
    return [shown(value) if isinstance(value, str) else "" for value in areas[column]]


def _split(name: str, lang: Language) -> tuple[str, int, str] | None:
    """Return what a name is without the number at its end, the number, and its unit."""
    found = _NUMBERED[lang].fullmatch(name)
    if found is None or (lang == "zh" and not found["base"]):
        return None
    return found["base"].strip(), int(found["number"]), found["unit"].lower()


def _blocks(
    names: Sequence[str],
    keys: Sequence[str],
    split: Sequence[tuple[str, int, str] | None],
    members: Sequence[Sequence[int]],
    labels: Sequence[str],
) -> tuple[Block, ...]:
    """Return what each area is called within its community; no two of one community alike."""
    blocks = [Block("")] * len(names)
    for group, community in zip(members, labels, strict=True):
        often = Counter(parts[1:] for area in group if (parts := split[area]))
        own = unique_labels(
            [_without(names[area], community) for area in group],
            [""] * len(group),
            [keys[area] for area in group],
        )
        for area, label in zip(group, own, strict=True):
            parts = split[area]
            numbered = parts is not None and often[parts[1:]] == 1
            blocks[area] = Block(label, parts[1], parts[2]) if parts and numbered else Block(label)
    return tuple(blocks)


def _without(name: str, community: str) -> str:
    """Return the name of an area without that of its community before it."""
    rest = shown(name).removeprefix(community).strip()
    return rest or shown(name)
