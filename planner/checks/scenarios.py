"""Can every scenario of the study be read, and does it fit the norms?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.norms import with_overrides
from planner.reading.findings import Finding, Words
from planner.reading.table import Source
from planner.scenario import read_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.norms import Norms

__all__ = ["scenario_faults"]


def scenario_faults(folder: Path, norms: Norms | None) -> Iterator[Finding]:
    """Yield the faults of the files in scenarios/, each once, in the file where it stands.

    Args:
        folder: The study.
        norms: The study's norms, which a scenario may change; none where they cannot be read.
    """
    told: set[tuple[str, str]] = set()
    for path in sorted((folder / "scenarios").glob("*.toml")):
        for en, zh in _faults(path, norms):
            file, said = _placed(f"scenarios/{path.name}", en, ": ")
            _, said_zh = (file, said) if zh == en else _placed(file, zh, "：")
            if (file, said) not in told:  # a fault of the general file is one of each that extends
                told.add((file, said))
                yield Source(file).finding(Words(said, said_zh))


def _faults(path: Path, norms: Norms | None) -> list[tuple[str, str]]:
    """Return what keeps a scenario from being planned with, in English and Chinese."""
    try:
        scenario = read_scenario(path.parent, path.stem)
        if norms is not None and scenario.norms:
            with_overrides(norms, dict(scenario.norms), f"scenarios/{path.name}")
    except InputError as error:
        return list(zip(error.said("en"), error.said("zh"), strict=True))
    return []


def _placed(file: str, fault: str, colon: str) -> tuple[str, str]:
    """Return the file that a fault names first, else the one that was read, and what is said."""
    head, found, rest = fault.partition(colon)
    if found and head.startswith("scenarios/") and head.endswith(".toml"):
        return head, rest
    return file, fault.removeprefix(file).lstrip()
