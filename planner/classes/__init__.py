"""Turn pupils into classes: whole classes with whole pupils, climbing year by year.

`rules` says in plain words how classes open, climb, merge and are divided. `kernel` does exactly
the same, compiled, for many possible futures, and `draws` asks it how many large classes they
bring.
"""

from __future__ import annotations

from planner.classes.rules import (
    Sizes,
    climb,
    climb_up,
    count_at_least,
    count_between,
    divide_largest,
    form_classes,
    merge,
    open_classes,
    open_entry,
    share_out,
    split,
)

__all__ = [
    "Sizes",
    "climb",
    "climb_up",
    "count_at_least",
    "count_between",
    "divide_largest",
    "form_classes",
    "merge",
    "open_classes",
    "open_entry",
    "share_out",
    "split",
]
