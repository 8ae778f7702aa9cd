"""Join the variations of eight items in one: the test of basic balance of 2012."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

import pandas as pd

from planner.capacity.stock import stock_by_section
from planner.evaluation.balance.resources import (
    Resource,
    assessed_sections,
    compulsory_stages,
    net_stock,
)
from planner.evaluation.balance.tables import BasicBalance, BasicItems
from planner.evaluation.balance.variation import variation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.norms import Norms

__all__ = ["BASIC_ITEMS", "basic_balance", "basic_balance_items", "composite"]

BASIC_ITEMS: Final[Mapping[str, Resource]] = MappingProxyType(
    {
        "B1": Resource("teaching_area_m2", "m2"),
        "B2": Resource("sports_area_m2", "m2"),
        "B3": Resource("equipment_yuan", "yuan"),
        "B4": Resource("computers", "pieces"),
        "B5": Resource("books", "pieces"),
        "B6": Resource("teachers", "people"),
        "B7": Resource("teachers_above_degree", "people"),
        "B8": Resource("intermediate_title_teachers", "people"),
    }
)
"""The eight items in the order of 教督〔2012〕3号; all of them are held per pupil here."""


def composite(cvs: Iterable[float]) -> float:
    """Return the composite variation (综合差异系数): the plain mean of the items' variations.

    NaN where one of them is missing, or where there are none.

    Source: 教督〔2012〕3号; as computed in the published tables of Chongqing and Jilin.
    """
    values = list(cvs)
    return math.fsum(values) / len(values) if values else math.nan


def basic_balance_items(
    resources: pd.DataFrame, pupils: pd.DataFrame, norms: Norms
) -> pd.DataFrame:
    """Return the eight items of 2012 of every section, as BasicItems describes.

    The sections are those whose resources are compared today, and so are the arguments (see
    resource_items). An item that was not counted is missing.

    Raises:
        StudyError: Stock that cannot be, such as a negative number.
    """
    sections = assessed_sections(pupils, norms)
    stock = stock_by_section(resources, pupils).loc[sections["section_id"]]
    heads = sections["pupils"].to_numpy(dtype=float)
    parts = []
    for item, resource in BASIC_ITEMS.items():
        have = net_stock(resource, stock).to_numpy(dtype=float)
        part = sections[["section_id", "stage"]].assign(item=item, pupils=heads, stock=have)
        parts.append(part.assign(value=have / heads, order=range(len(part))))
    table = pd.concat(parts).sort_values(["order", "item"], kind="stable", ignore_index=True)
    return cast("pd.DataFrame", BasicItems.validate(table, lazy=True))


def basic_balance(items: pd.DataFrame, norms: Norms) -> pd.DataFrame:
    """Return the composite variation of each stage against its limit, as BasicBalance describes.

    Args:
        items: What basic_balance_items returns.
        norms: Norms with basic_balance.cv_limit.
    """
    rows = []
    for stage in compulsory_stages(norms):
        ours = items[items["stage"] == stage]
        cvs = [variation(each["stock"], each["pupils"]) for _, each in ours.groupby("item")]
        mean = composite(cvs)
        limit = norms.number(f"basic_balance.cv_limit.{stage}")
        rows.append(
            {
                "stage": stage,
                "items_known": sum(not math.isnan(cv) for cv in cvs),
                "composite": mean,
                "limit": limit,
                "met": None if math.isnan(mean) else round(mean, 9) <= limit,
            }
        )
    table = pd.DataFrame(rows, columns=list(BasicBalance.to_schema().columns))
    return cast("pd.DataFrame", BasicBalance.validate(table, lazy=True))
