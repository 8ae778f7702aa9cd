"""The ledger of large classes: every one a row, from the day it is found to its proved end."""

from __future__ import annotations

from planner.ledger.columns import OURS, our_heading
from planner.ledger.entries import (
    ALLOWED,
    DONE,
    STATES,
    Cell,
    Change,
    Entry,
    Seen,
    Standing,
    State,
    Why,
    advance,
    hear,
)
from planner.ledger.forecast import Expected, Forecast, How, Verdict
from planner.ledger.history import history_text
from planner.ledger.outlook import Outlook, look_ahead
from planner.ledger.reading import Ledger, read_ledger
from planner.ledger.sheets import Grid
from planner.ledger.targets import TargetYear, target_years
from planner.ledger.updating import begin_ledger, update_ledger

__all__ = [
    "ALLOWED",
    "DONE",
    "OURS",
    "STATES",
    "Cell",
    "Change",
    "Entry",
    "Expected",
    "Forecast",
    "Grid",
    "How",
    "Ledger",
    "Outlook",
    "Seen",
    "Standing",
    "State",
    "TargetYear",
    "Verdict",
    "Why",
    "advance",
    "begin_ledger",
    "hear",
    "history_text",
    "look_ahead",
    "our_heading",
    "read_ledger",
    "target_years",
    "update_ledger",
]
