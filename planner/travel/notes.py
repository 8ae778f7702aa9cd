"""Say what stands in for missing streets, who is cut off, and what was mended in the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.reading import Words
from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.study import Study
    from planner.travel.streets import StreetGraph

__all__ = [
    "FARTHEST_STREET_METRES",
    "Travellers",
    "cut_off_notes",
    "far_notes",
    "map_notes",
    "no_streets",
    "one_way_notes",
]

FARTHEST_STREET_METRES: Final = 1000.0
"""A point farther than this from any street lies where streets have not been drawn."""

NAMES_SHOWN: Final = 10
"""Areas or sections that a note names before it only counts the others."""

NOTICED_METRES: Final = 1.0
"""There and back differ where they differ by more."""

MODES: Final = {
    ("foot", False): Words("", ""),
    ("foot", True): Words("Without crossing barriers: ", "不跨越阻隔时："),
    ("cycle", False): Words("By bicycle: ", "骑行："),
    ("bus", False): Words("By bus: ", "乘车："),
}


@dataclass(frozen=True, slots=True, eq=False)
class Travellers:
    """Whose ways a note is about.

    Attributes:
        study: The study, for the names of its areas.
        points: One point per section; the index names them.
        mode: "foot", "cycle" or "bus".
        careful: Whether they cross no barrier.
        area: Area of each entrance, [entrance].
        section: Section of each gate, [gate].
    """

    study: Study
    points: gpd.GeoSeries
    mode: str
    careful: bool
    area: NDArray[np.intp]
    section: NDArray[np.intp]

    @property
    def instead(self) -> Words:
        """What those do who cannot come this way."""
        if self.mode == "foot":
            return Words("", "")
        return Words("; from there children walk", "；由此上学按步行计算")

    def note(self, key: str, en: str, zh: str) -> Fallback:
        """Return a note that says whose ways it is about, where they are not plain walks."""
        before = MODES[self.mode, self.careful]
        ending = f"_{'careful' if self.careful else self.mode}" if before.en else ""
        text = en[:1].lower() + en[1:] if before.en else en
        return Fallback(f"{key}{ending}", before.en + text, before.zh + zh)

    def named(self, entrances: NDArray[np.bool_], gates: NDArray[np.bool_]) -> tuple[str, str]:
        """Return counts and names of areas and sections in English and Chinese.

        Args:
            entrances: Those whose areas are named, [entrance].
            gates: Those whose sections are named, [gate].
        """
        areas = np.unique(self.area[entrances])
        zh_names = self.study.areas["name"]
        en_names = self.study.areas["name_en"].fillna(zh_names)
        labels = [str(label) for label in self.points.index[np.unique(self.section[gates])]]
        en, zh = [], []
        if len(areas):
            said = _listed(list(en_names.iloc[areas]), ", ", " and {} more")
            en.append(f"{len(areas)} areas ({said})")
            said = _listed(list(zh_names.iloc[areas]), "、", "等，另有 {} 个")
            zh.append(f"{len(areas)} 个单元（{said}）")
        if labels:
            en.append(f"{len(labels)} sections ({_listed(labels, ', ', ' and {} more')})")
            zh.append(f"{len(labels)} 个学段部（{_listed(labels, '、', '等，另有 {} 个')}）")
        return " and ".join(en), "，".join(zh)


def no_streets(who: Travellers, detour: float) -> Fallback:
    """Say that ways are straight lines."""
    return who.note(
        "streets",
        f"There are no streets; walks are straight lines × {detour:g}.",
        f"没有道路数据，步行距离按直线距离×{detour:g}计算。",
    )


def map_notes(who: Travellers, graph: StreetGraph) -> list[Fallback]:
    """Say what was mended in the map: scraps, streets drawn twice, ends that meet no end."""
    notes = []
    if graph.scraps:
        notes.append(
            who.note(
                "walks_scraps",
                f"{graph.scraps} street segments on short unconnected pieces are left out of "
                "walks.",
                f"{graph.scraps} 条孤立的短路段未计入步行路网。",
            )
        )
    if graph.twice:
        notes.append(
            who.note(
                "walks_twice",
                f"{graph.twice} street segments are drawn twice or have no length; each street "
                "counts once.",
                f"{graph.twice} 条路段重复绘制或没有长度，每条道路只计一次。",
            )
        )
    if graph.met:
        notes.append(
            who.note(
                "walks_met",
                f"{graph.met} street ends lie on another street away from its ends; they are "
                "joined there.",
                f"{graph.met} 个道路端点落在其他道路中间，已在该处连接。",
            )
        )
    return notes


def far_notes(
    who: Travellers, entrances: NDArray[np.bool_], gates: NDArray[np.bool_], detour: float
) -> list[Fallback]:
    """Name areas and sections that lie too far from any street, [entrance] and [gate]."""
    if not (entrances.any() or gates.any()):
        return []
    far = f"{FARTHEST_STREET_METRES:,.0f}"
    en, zh = who.named(entrances, gates)
    return [
        who.note(
            "walks_far_from_streets",
            f"More than {far} m from any street, so walks are straight lines × {detour:g}: {en}.",
            f"距最近道路超过 {far} 米，步行距离按直线距离 × {detour:g} 计算：{zh}。",
        )
    ]


def cut_off_notes(
    who: Travellers, entrances: NDArray[np.bool_], gates: NDArray[np.bool_], pieces: int
) -> list[Fallback]:
    """Name areas and sections, [entrance] and [gate], off the longest piece of the network."""
    if not (entrances.any() or gates.any()):
        return []
    en, zh = who.named(entrances, gates)
    return [
        who.note(
            "walks_cut_off",
            f"The streets are in {pieces} unconnected pieces; "
            f"not on the longest, so no way leads there from the rest: {en}{who.instead.en}.",
            f"路网分为 {pieces} 个不连通部分；以下不在最大部分上，"
            f"与其余地区{'步行' if who.mode == 'foot' else ''}不可达：{zh}{who.instead.zh}。",
        )
    ]


def one_way_notes(
    who: Travellers, there: NDArray[np.float64], back: NDArray[np.float64]
) -> list[Fallback]:
    """Name places that one-way streets let nobody leave or reach, and say how ways differ.

    Args:
        who: Whose ways they are.
        there: Ways from home to school, [entrance, gate].
        back: Ways from school to home, in the same shape.
    """
    notes = []
    trapped = np.isfinite(there) != np.isfinite(back)
    if trapped.any():
        # A place is named where it is the cause: most ways from or to it lead in one direction.
        entrances, gates = _most(trapped, axis=1), _most(trapped, axis=0)
        if not (entrances.any() or gates.any()):
            entrances = trapped.any(axis=1)
        en, zh = who.named(entrances, gates)
        notes.append(
            who.note(
                "walks_one_way_trap",
                "One-way streets lead there but not back, or away but not there; the way to "
                f"school counts: {en}{who.instead.en}.",
                "受单行道影响，以下地点能去不能回或能回不能去，以上学方向为准："
                f"{zh}{who.instead.zh}。",
            )
        )
    both = np.isfinite(there) & np.isfinite(back)
    apart = np.abs(np.subtract(there, back, out=np.zeros(there.shape), where=both))
    if (differ := apart > NOTICED_METRES).any():
        notes.append(
            who.note(
                "walks_one_way",
                f"{differ.sum():,} of {differ.size:,} ways differ there and back, by up to "
                f"{apart.max():,.0f} m, because of one-way streets; the way to school counts.",
                f"受单行道影响，{differ.size:,} 条路线中有 {differ.sum():,} 条往返不等，"
                f"最多相差 {apart.max():,.0f} 米；以上学方向为准。",
            )
        )
    return notes


def _most(trapped: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Tell for which rows or columns more than half of the ways are one-way."""
    most: NDArray[np.bool_] = trapped.mean(axis=axis) > 0.5
    return most


def _listed(names: Sequence[str], comma: str, more: str) -> str:
    """List the first names and count the others."""
    shown = [str(name) for name in names[:NAMES_SHOWN]]
    others = len(names) - len(shown)
    return comma.join(shown) + (more.format(others) if others else "")
