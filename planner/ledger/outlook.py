"""A ledger and what a plan says to it: what closes by itself, what is to come, the targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.ledger.entries import Standing
from planner.ledger.forecast import Verdict, expected_classes, forecast_entries
from planner.ledger.targets import target_years

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.ledger.entries import Entry
    from planner.ledger.forecast import Expected, Forecast
    from planner.ledger.reading import Ledger
    from planner.ledger.targets import TargetYear
    from planner.plan import Plan

__all__ = ["Outlook", "look_ahead"]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """A ledger and what a plan expects of it; `forecasts` by the place of the entry."""

    ledger: Ledger
    plan: Plan
    forecasts: Mapping[int, Forecast]
    expected: tuple[Expected, ...]
    targets: tuple[TargetYear, ...]

    def standing(self) -> list[tuple[Entry, Forecast]]:
        """Return the entries whose class still stands as large, the most urgent first.

        First come those whose due date has passed, then those that need a measure, then those
        that a division closes; among equals the earlier due year, then the larger class.
        """
        order = (Verdict.MEASURE, Verdict.DIVISION, Verdict.ITSELF)
        entries = self.ledger.entries
        live = [
            (entries[place], one) for place, one in self.forecasts.items() if entries[place].live
        ]
        return sorted(
            live,
            key=lambda pair: (
                not self.overdue(pair[0]),
                order.index(pair[1].verdict),
                pair[1].due_year or pair[1].closes,
                -(pair[0].size or 0),
                pair[0].section_id,
                pair[0].cohort or 0,
            ),
        )

    def returning(self) -> list[tuple[Entry, Forecast]]:
        """Return the entries that are proved gone but are expected to be large again."""
        return [
            (self.ledger.entries[place], one)
            for place, one in self.forecasts.items()
            if one.verdict == Verdict.RETURNS
        ]

    def overdue(self, entry: Entry) -> bool:
        """Tell whether an entry still stands on the counting day after its due date."""
        norms = self.plan.norms
        today = (self.plan.study.base_year, norms.count_month, norms.count_day)
        due = entry.due
        return entry.live and due is not None and (due.year, due.month, due.day) < today

    def unfollowed(self) -> list[Entry]:
        """Return the rows that are kept but not followed."""
        return [entry for entry in self.ledger.entries if entry.standing != Standing.FOLLOWED]


def look_ahead(ledger: Ledger, plan: Plan) -> Outlook:
    """Return a ledger with what a plan expects of it."""
    targets = target_years(plan)
    return Outlook(
        ledger=ledger,
        plan=plan,
        forecasts=forecast_entries(ledger, plan, targets),
        expected=expected_classes(ledger, plan),
        targets=targets,
    )
