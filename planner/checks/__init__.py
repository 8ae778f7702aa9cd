"""What must hold within and between the tables of a study: all faults at once, with remedies."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from planner.checks.counts import CHECKS as COUNT_CHECKS
from planner.checks.counts import redundant_totals
from planner.checks.coverage import CHECKS as COVERAGE_CHECKS
from planner.checks.extent import CHECKS as EXTENT_CHECKS
from planner.checks.keys import CHECKS as KEY_CHECKS
from planner.checks.places import CHECKS as PLACE_CHECKS
from planner.checks.projects import CHECKS as PROJECT_CHECKS
from planner.checks.resources import CHECKS as RESOURCE_CHECKS
from planner.checks.rules import column_rules
from planner.checks.scenarios import scenario_faults
from planner.checks.targets import CHECKS as TARGET_CHECKS
from planner.reading import Finding, RawStudy, Severity, Words, read_folder, study_folder
from planner.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Finding", "Severity", "Words", "check_study", "findings", "redundant_totals"]

GROUPS: Final = (
    KEY_CHECKS,
    COUNT_CHECKS,
    PROJECT_CHECKS,
    COVERAGE_CHECKS,
    EXTENT_CHECKS,
    PLACE_CHECKS,
    TARGET_CHECKS,
    RESOURCE_CHECKS,
)


def check_study(
    folder: Path, *, progress: Callable[[str], None] | None = None
) -> tuple[Finding, ...]:
    """Read a study folder and return everything that cannot or should not stand as it is.

    Args:
        folder: The study, or its study.toml.
        progress: Told the path of each file before it is read.

    Returns:
        What is wrong with study.toml and the tables, then with each scenario.
    """
    folder = study_folder(folder)
    raw, unread = read_folder(folder, progress=progress)
    found = findings(raw, unread) if raw else unread
    return (*found, *scenario_faults(folder, raw.settings.norms if raw else None))


def findings(study: RawStudy, unread: tuple[Finding, ...] = ()) -> tuple[Finding, ...]:
    """Hold the tables of a study against the data dictionary, the norms and one another.

    Args:
        study: The study as read.
        unread: What could not be read; it is not found again.

    Returns:
        All findings together, in the order of the tables.
    """
    found = [*unread]
    for table in TABLES:
        checks = chain(*(group.get(table, ()) for group in GROUPS))
        found += column_rules(study.tables[table])
        if study.tables[table].frame.empty:
            continue
        for check in checks:
            found += check(study)
    order = {path: number for number, (path, _) in enumerate(study.inputs)}
    return tuple(sorted(found, key=lambda each: order.get(each.file, len(order))))
