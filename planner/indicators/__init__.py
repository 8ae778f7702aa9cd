"""What a county is held to: a register of indicators with targets, values and what is missing.

`register_of` names them, `Reckoner` reckons each from rows that can be opened, `path_of` sets
targets beside values year by year, `gather_indicators` gathers all of it for a report.
"""

from __future__ import annotations

from planner.indicators.enrolment import MissingPlaces, missing_places, three_year_retention
from planner.indicators.ground import ROW, Ground, ground_of
from planner.indicators.paths import Aim, Step, aims_of, judge, norm_status, path_of, yearly_changes
from planner.indicators.phases import Phases, phases_of
from planner.indicators.quota import quota_places, quota_total
from planner.indicators.reckon import Reckoner, Value, gap_of
from planner.indicators.register import register_of
from planner.indicators.resources import Equipment, equipment_of
from planner.indicators.staff import posts_needed, staff_posts
from planner.indicators.tables import IndicatorTables, gather_indicators

__all__ = [
    "ROW",
    "Aim",
    "Equipment",
    "Ground",
    "IndicatorTables",
    "MissingPlaces",
    "Phases",
    "Reckoner",
    "Step",
    "Value",
    "aims_of",
    "equipment_of",
    "gap_of",
    "gather_indicators",
    "ground_of",
    "judge",
    "missing_places",
    "norm_status",
    "path_of",
    "phases_of",
    "posts_needed",
    "quota_places",
    "quota_total",
    "register_of",
    "staff_posts",
    "three_year_retention",
    "yearly_changes",
]
