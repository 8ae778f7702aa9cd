"""Plan the homes of the coming years, and those that families have just moved into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from planner.sample.land import Land

__all__ = ["HOME_YIELDS", "Home", "plan_homes"]

_NAMES: Final = (
    "星云湖畔", "宁海新城", "古滇名邸", "学府雅苑", "渔浦家园", "碧云花园", "江城新居", "翠峰小区",
    "抚仙苑", "青铜时代", "前卫家园", "荷塘月色", "兴江苑", "龙泉华庭",
)  # fmt: skip
_KINDS: Final = ("commercial", "commercial", "resettlement", "affordable")
_UNITS: Final = (620, 480, 360, 540, 300, 420, 280, 240)
HOME_YIELDS: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    "commercial": {
        "kindergarten": (0.06, 0.10, 0.13, 0.15, 0.15, 0.14),
        "primary": (0.08, 0.13, 0.18, 0.22, 0.25, 0.27),
        "junior": (0.02, 0.04, 0.05, 0.07, 0.08, 0.09),
    },
    "resettlement": {
        "kindergarten": (0.12, 0.13, 0.13, 0.12, 0.11, 0.10),
        "primary": (0.22, 0.24, 0.25, 0.25, 0.24, 0.23),
        "junior": (0.09, 0.10, 0.11, 0.11, 0.12, 0.12),
    },
    "affordable": {
        "kindergarten": (0.09, 0.12, 0.14, 0.14, 0.13, 0.12),
        "primary": (0.12, 0.17, 0.21, 0.24, 0.26, 0.26),
        "junior": (0.04, 0.06, 0.07, 0.08, 0.09, 0.10),
    },
}
"""Children of a stage's ages per home, by years since completion (invented)."""


@dataclass(frozen=True, slots=True)
class Home:
    """One development: in which area, how many homes, handed over in which school year."""

    name: str
    area: int
    kind: str
    units: int
    completed: int


def plan_homes(land: Land, base_year: int, rng: np.random.Generator) -> tuple[Home, ...]:
    """Return developments completed from two years before the base year to four years after.

    They stand at the edge of the town; one in four stands in another township's seat.
    """
    city, town = (np.flatnonzero(land.of_setting(kind)) for kind in ("city", "town"))
    outward = city[np.argsort(land.remoteness[city], kind="stable")]
    edge = outward[len(outward) // 2 :]
    count = max(3, min(len(_NAMES), len(edge) // 3))
    chosen = rng.permutation(edge)[:count]
    homes = []
    for number in range(count):
        elsewhere = number % 4 == 3 and len(town) > 0
        area = town[int(rng.integers(len(town)))] if elsewhere else chosen[number % len(chosen)]
        homes.append(
            Home(
                name=_NAMES[number],
                area=int(area),
                kind=_KINDS[number % len(_KINDS)],
                units=_UNITS[number % len(_UNITS)],
                completed=base_year - 2 + number % 7,
            )
        )
    return tuple(homes)
