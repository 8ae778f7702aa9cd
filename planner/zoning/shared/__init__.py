"""Let two to four sections share a zone and draw lots: arrays in, groups with a proven bound out.

`problem` states what is asked, `lots` tells with which chance a child comes where, `groups`
which sections could share a zone, `evaluation` what a grouping is worth, `solver` finds one.
"""

from __future__ import annotations

from planner.zoning.shared.evaluation import Sharing, SharingEvaluation, evaluate_groups
from planner.zoning.shared.groups import GroupFault, GroupReason, faults_of_given
from planner.zoning.shared.lots import chances, deal
from planner.zoning.shared.problem import Draw, SharingProblem, SharingWeights
from planner.zoning.shared.solver import share
from planner.zoning.shared.spread import Spread, spread_of

__all__ = [
    "Draw",
    "GroupFault",
    "GroupReason",
    "Sharing",
    "SharingEvaluation",
    "SharingProblem",
    "SharingWeights",
    "Spread",
    "chances",
    "deal",
    "evaluate_groups",
    "faults_of_given",
    "share",
    "spread_of",
]
