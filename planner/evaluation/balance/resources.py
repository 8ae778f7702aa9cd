"""Hold what each school has for its pupils against the seven items of balanced education."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from planner.capacity.stock import stock_by_section
from planner.errors import Sentence, StudyError
from planner.evaluation.balance.tables import CountyVariation, ResourceItems
from planner.evaluation.balance.variation import variation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.norms import Norms

    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "RESOURCE_ITEMS",
    "Resource",
    "assessed_sections",
    "compulsory_stages",
    "county_variation",
    "net_stock",
    "resource_items",
]

_NOT_ASSESSED: Final = ("special", "vocational")
"""Kinds of school whose resources are not compared."""
_DIGITS: Final = 9
"""4.2 × 1500 ÷ 100 is 63 on paper; floating-point noise is rounded away before comparing."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What one item counts: an item of the table resources, less another where it is known."""

    stock: str
    unit: str
    less: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether what is missing comes in whole pieces."""
        return self.unit in ("people", "rooms")


RESOURCE_ITEMS: Final[Mapping[str, Resource]] = MappingProxyType(
    {
        "L1": Resource("teachers_above_degree", "people"),
        "L2": Resource("key_teachers", "people"),
        "L3": Resource("sports_arts_teachers", "people"),
        "L4": Resource("teaching_area_m2", "m2", less="indoor_sports_area_m2"),
        "L5": Resource("sports_area_m2", "m2"),
        "L6": Resource("equipment_yuan", "yuan"),
        "L7": Resource("multimedia_rooms", "rooms"),
    }
)
"""The seven items by their number in 教督〔2017〕6号; norms hold their thresholds by stage."""


def compulsory_stages(norms: Norms) -> tuple[str, ...]:
    """Return the stages whose resources the norms compare; none where they do not."""
    return tuple(
        stage.stage
        for stage in norms.stages
        if f"balance.resource.L1.{stage.stage}" in norms.figures
    )


def assessed_sections(pupils: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return the sections that are compared, each stage of a school apart.

    Left out are other stages, sections without pupils, special and vocational schools, and
    teaching points with fewer pupils than the norms ask for.

    Args:
        pupils: Columns section_id, school_id, kind (of the school), stage, pupils.
        norms: Norms of the country.
    """
    inside = pupils["stage"].isin(compulsory_stages(norms)) & (pupils["pupils"] != 0)
    inside &= ~pupils["kind"].isin(_NOT_ASSESSED)
    if inside.any():
        fewest = norms.number("balance.school.smallest_teaching_point")
        inside &= ~((pupils["kind"] == "teaching_point") & (pupils["pupils"] < fewest))
    return pupils[inside]


def resource_items(resources: pd.DataFrame, pupils: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return the seven items of every section that is compared, as ResourceItems describes.

    Per pupil or per 100 pupils, as the norms' unit says. A school reaches an item with
    threshold × pupils; what it lacks is the gap, in the unit of the stock, people and rooms in
    whole numbers. An item that was not counted is missing, not zero.

    Args:
        resources: Columns section_id, item, value of one year (see stock_of_year). Items are
            those of RESOURCE_ITEMS; with "shared_" before the name the school's, divided by
            the pupils of its sections.
        pupils: Columns section_id, school_id, kind (of the school), stage, pupils of any year;
            all sections, those of other stages and those without pupils included.
        norms: Norms with balance.resource and balance.school.

    Raises:
        StudyError: Stock that cannot be, such as a negative number.

    Source: 教督〔2017〕6号, 资源配置.
    """
    sections = assessed_sections(pupils, norms)
    stock = stock_by_section(resources, pupils).loc[sections["section_id"]]
    parts = [
        _against_norms(item, resource, sections, net_stock(resource, stock), norms)
        for item, resource in RESOURCE_ITEMS.items()
    ]
    table = pd.concat(parts).sort_values(["order", "item"], kind="stable", ignore_index=True)
    return cast("pd.DataFrame", ResourceItems.validate(table, lazy=True))


def net_stock(resource: Resource, stock: pd.DataFrame) -> pd.Series[float]:
    """Return what counts for an item, by section; NaN where it is not known.

    Raises:
        StudyError: More is to be left out than there is.
    """
    have = _column(stock, resource.stock)
    without = _column(stock, resource.less).fillna(0.0)
    net = have - without
    if (net < 0).any():
        raise StudyError(
            *(
                Sentence(
                    f"Table resources, section {section}: {resource.less} "
                    f"({without[section]:g}) is more than {resource.stock} "
                    f"({have[section]:g}), of which it is a part. Mend one of them.",
                    f"办学条件表（resources）学段部{section}：{resource.less}"
                    f"（{without[section]:g}）大于其所属的{resource.stock}"
                    f"（{have[section]:g}）；请改正其中一项。",
                )
                for section in net.index[net < 0]
            )
        )
    return net


def county_variation(items: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return how unequal schools are in each item, by stage, as CountyVariation describes.

    Schools without data are left out of the variation and counted; while there are any,
    nobody can say that the limit is kept.

    Args:
        items: What resource_items returns.
        norms: Norms with balance.cv_limit.
    """
    rows = []
    for (stage, item), schools in items.groupby(["stage", "item"], sort=False):
        known = schools[schools["stock"].notna()]
        cv = variation(known["stock"], known["pupils"])
        limit = norms.number(f"balance.cv_limit.{stage}")
        lacking = len(schools) - len(known)
        per = _per(f"balance.resource.{item}.{stage}", norms)
        rows.append(
            {
                "stage": stage,
                "item": item,
                "schools": len(known),
                "lacking": lacking,
                "mean": known["stock"].sum() / known["pupils"].sum() * per if len(known) else None,
                "cv": cv,
                "limit": limit,
                "met": None if lacking or np.isnan(cv) else round(cv, _DIGITS) <= limit,
            }
        )
    table = pd.DataFrame(rows, columns=list(CountyVariation.to_schema().columns))
    return cast("pd.DataFrame", CountyVariation.validate(table, lazy=True))


def _against_norms(
    item: str, resource: Resource, sections: pd.DataFrame, stock: pd.Series[float], norms: Norms
) -> pd.DataFrame:
    """Return one item of every section with what its stage asks for."""
    paths = {
        stage: f"balance.resource.{item}.{stage}" for stage in dict.fromkeys(sections["stage"])
    }
    asked = sections["stage"].map({stage: norms.number(path) for stage, path in paths.items()})
    per = sections["stage"].map({stage: _per(path, norms) for stage, path in paths.items()})
    share = norms.number("balance.school.floor_share") if paths else 1.0
    pupils, have = (
        sections["pupils"].to_numpy(dtype=float),
        stock.to_numpy(dtype=float).round(_DIGITS),
    )
    threshold, by = asked.to_numpy(dtype=float), per.to_numpy(dtype=float)
    floor = (threshold * share).round(_DIGITS)
    enough, least = ((level * pupils / by).round(_DIGITS) for level in (threshold, floor))
    known = pd.Series(np.isfinite(have))
    return pd.DataFrame(
        {
            "order": range(len(sections)),
            "section_id": sections["section_id"].to_numpy(),
            "stage": sections["stage"].to_numpy(),
            "item": item,
            "pupils": pupils,
            "stock": have,
            "value": have / pupils * by,
            "threshold": threshold,
            "floor": floor,
            "reached": pd.Series(have >= enough, dtype="boolean").where(known),
            "above_floor": pd.Series(have >= least, dtype="boolean").where(known),
            "gap": _missing(enough - have, whole=resource.whole),
            "floor_gap": _missing(least - have, whole=resource.whole),
            "unit": resource.unit,
        }
    )


def _column(stock: pd.DataFrame, item: str) -> pd.Series[float]:
    """Return one item of every section, missing where nobody counted it."""
    if item in stock.columns:
        return stock[item]
    return pd.Series(np.nan, index=stock.index, dtype=float)


def _per(path: str, norms: Norms) -> float:
    """Return the number of pupils that a figure speaks of: 1 or 100."""
    return 100.0 if norms.figure(path).unit == "per 100 pupils" else 1.0


def _missing(short: FloatArray, *, whole: bool) -> FloatArray:
    """Return what is missing, at least 0; half a teacher missing is one teacher missing."""
    gap = np.maximum(short.round(_DIGITS), 0.0)
    return np.ceil(gap) if whole else gap
