"""How evenly compulsory education is equipped: 优质均衡 of 2017 and 基本均衡 of 2012.

`variation` is the one formula both rest on. `resources` holds the seven items of each school
against their thresholds, `schools` passes the verdict, `government` counts rooms, sizes and
funds, `composite` is the older test of eight items, `phases` dates what is still to be done.
All of them take pupils of any year, counted or projected, and norms; none knows a study.
"""

from __future__ import annotations

from planner.capacity.stock import stock_of_year
from planner.evaluation.balance.composite import (
    BASIC_ITEMS,
    basic_balance,
    basic_balance_items,
    composite,
)
from planner.evaluation.balance.government import (
    arts_rooms,
    fund_base,
    oversize_classes,
    oversize_schools,
)
from planner.evaluation.balance.phases import (
    Phase,
    assign_phases,
    phase_line,
    progress,
    schedule,
    sum_faults,
)
from planner.evaluation.balance.resources import (
    RESOURCE_ITEMS,
    Resource,
    compulsory_stages,
    county_variation,
    resource_items,
)
from planner.evaluation.balance.schools import school_counts, school_verdicts
from planner.evaluation.balance.tables import BALANCE_TABLES
from planner.evaluation.balance.variation import variation

__all__ = [
    "BALANCE_TABLES",
    "BASIC_ITEMS",
    "RESOURCE_ITEMS",
    "Phase",
    "Resource",
    "arts_rooms",
    "assign_phases",
    "basic_balance",
    "basic_balance_items",
    "composite",
    "compulsory_stages",
    "county_variation",
    "fund_base",
    "oversize_classes",
    "oversize_schools",
    "phase_line",
    "progress",
    "resource_items",
    "schedule",
    "school_counts",
    "school_verdicts",
    "stock_of_year",
    "sum_faults",
    "variation",
]
