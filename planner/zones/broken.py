"""Say which demands zones do not keep, for which areas, and where nothing else was possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from planner.study import Fallback

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from planner.zones.drawn import Drawn
    from planner.zones.ground import Ground
    from planner.zoning import Problem

__all__ = ["DEMANDS", "broken_notes", "no_choice"]

SHOWN: Final = 5
"""Areas that a note names."""

DEMANDS: Final = {
    "limit": ("the walking limit", "步行上限"),
    "forbidden": ("a forbidden pair", "禁止的单元与学段部"),
    "moved": ("an area moved by hand", "手工改划的单元"),
    "crossing": ("crossing no barrier", "不穿越阻隔"),
    "moved_again": ("changing section only once", "不重复调整"),
    "together": ("keeping the groups of areas together", "单元组同校"),
    "township": ("keeping townships together", "乡镇街道同校"),
    "community": ("keeping communities together", "社区同校"),
    "estate": ("keeping housing estates together", "住宅小区同校"),
    "feeders": ("keeping feeding zones whole", "对口升学不拆分"),
}
"""What is asked, by the name of the demand: (en, zh)."""


def no_choice(problem: Problem, demand: str) -> npt.NDArray[np.bool_]:
    """Tell for which areas a demand cannot be kept whatever the zones are, [area].

    Groups can always share a section, if only a crowded or distant one.
    """
    reached = np.isfinite(problem.walk_metres)
    if demand == "limit":
        kept = ~problem.beyond_limit
    elif demand in problem.surcharges:
        kept = reached & np.isfinite(problem.surcharges[demand])
    else:
        return np.zeros(problem.areas, dtype=bool)
    return np.asarray(~kept.any(axis=1))


def broken_notes(ground: Ground, drawn: Drawn) -> Iterator[Fallback]:
    """Yield a note for each hard demand that a set of zones does not keep."""
    stage, year = ground.stage, drawn.first_year
    for demand, areas in drawn.zoning.breaches.items():
        en, zh = DEMANDS[demand]
        helpless = int(no_choice(drawn.problem, demand)[areas].sum())
        named = [ground.area_ids[area] for area in areas[:SHOWN]]
        more = len(areas) - len(named)
        yield Fallback(
            f"broken_{stage.stage}_{year}_{drawn.method}_{demand}",
            f"{stage.names['en']} {year}: {en} is not kept for {len(areas)} areas, {helpless} of "
            f"which have no other choice: {', '.join(named)}"
            f"{f' and {more} more' if more else ''}.",
            f"{stage.names['zh']} {year} 年：{len(areas)} 个单元未满足“{zh}”，"
            f"其中 {helpless} 个别无选择：{'、'.join(named)}{' 等' if more else ''}。",
        )
