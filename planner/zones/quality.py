"""Find the county's own figure of quality for each section, so that children's chances compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.capacity.stock import pupils_today, stock_by_section, stock_of_year
from planner.errors import ScenarioError, Sentence
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from planner.scenario import ZoneSharing
    from planner.study import Study

__all__ = ["section_quality"]


def section_quality(
    study: Study, section_ids: Sequence[str], settings: ZoneSharing
) -> npt.NDArray[np.float64]:
    """Return the quality of each section, NaN where nothing says it, [section].

    What the scenario says of a section goes first; then its stock of the item that the scenario
    names, with its part of what the school shares, per 100 pupils of the base year. Where the
    scenario names neither a figure nor an item, all sections are alike: 1.

    Args:
        study: Resources up to the base year, and rolls.
        section_ids: All sections of the plan, those that are still to open included.
        settings: The scenario's figures and item.

    Raises:
        ScenarioError: A section or an item that the study does not know.
    """
    _refuse_unknown(study, section_ids, settings)
    if not settings.quality and not settings.quality_item:
        return np.ones(len(section_ids))
    quality = np.full(len(section_ids), np.nan)
    if settings.quality_item:
        quality = _per_pupil(study, settings.quality_item).reindex(list(section_ids)).to_numpy()
    said = np.array([settings.quality.get(key, np.nan) for key in section_ids])
    return np.where(np.isnan(said), quality, said)


def _per_pupil(study: Study, item: str) -> pd.Series[float]:
    """Return an item of the resources per 100 pupils of the base year, by section."""
    heads = pupils_today(study)
    stock = stock_by_section(stock_of_year(study.resources, study.base_year), heads)[item]
    roll = heads.set_index("section_id")["pupils"]
    return stock.mul(100).div(roll.where(roll > 0)).astype(float)


def _refuse_unknown(study: Study, section_ids: Sequence[str], settings: ZoneSharing) -> None:
    """Refuse figures of sections nobody knows, and an item that was not counted."""
    faults = [
        Sentence(
            f"[sharing] quality names '{key}', which is no section of this plan; correct it or "
            f"take it out.{did_you_mean(key, section_ids)}",
            f"[sharing] quality中的“{key}”不是本方案的学段部；请更正或去掉。"
            + did_you_mean(key, section_ids, lang="zh"),
        )
        for key in settings.quality
        if key not in set(section_ids)
    ]
    newest = study.resources[study.resources["year"] <= study.base_year]
    items = sorted({str(item).removeprefix("shared_") for item in newest["item"]})
    item = settings.quality_item
    if item and item not in items:
        there = f" There are: {', '.join(items)}." if items else " The table is empty."
        there_zh = f"现有项目：{'、'.join(items)}。" if items else "此表为空。"
        faults.append(
            Sentence(
                f"[sharing] quality_item = '{item}' is no item of the resources table up to "
                f"{study.base_year}.{did_you_mean(item, items) or there}",
                f"[sharing] quality_item = '{item}'不是resources表截至{study.base_year}年的项目。"
                + (did_you_mean(item, items, lang="zh") or there_zh),
            )
        )
    if faults:
        raise ScenarioError(*faults)
