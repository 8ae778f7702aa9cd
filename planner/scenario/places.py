"""Say in which file the setting stands that a study, or the norms, have to refuse."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from planner.errors import ScenarioError, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.scenario.settings import Scenario

__all__ = ["names_files"]

_SETTING: Final = re.compile(r"\[(\w+)\] ([\w.]+)")

Known = TypeVar("Known")
Given = ParamSpec("Given")
Made = TypeVar("Made")


def names_files(
    work: Callable[Concatenate[Known, Scenario, Given], Made],
) -> Callable[Concatenate[Known, Scenario, Given], Made]:
    """Have work on a study for a scenario put its file before each setting that it refuses.

    Settings that no file of the scenario changes came from elsewhere, an option of a command for
    instance, and are left as they are said.
    """

    @wraps(work)
    def named(
        known: Known, scenario: Scenario, /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Made:
        try:
            return work(known, scenario, *args, **kwargs)
        except ScenarioError as error:
            placed = [_in_its_file(fault, scenario) for fault in error.faults]
            raise ScenarioError(*placed) from error

    return named


def _in_its_file(fault: Sentence, scenario: Scenario) -> Sentence:
    """Return a fault with the file of the setting that it begins with."""
    setting = _SETTING.match(fault)
    if setting is None:
        return fault
    path = ".".join(setting.groups())
    for change in reversed(scenario.changes):
        if change.setting == path or change.setting.startswith(f"{path}."):
            file = f"scenarios/{change.file}"
            return fault.after(f"{file}: ", f"{file}：")
    return fault
