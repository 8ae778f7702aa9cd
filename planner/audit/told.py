"""Read what the manifest tells of a plan: its settings, and what its stages are called."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from planner.audit.findings import Said
from planner.audit.stage_files import written_by_us

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Told", "read_told"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan's manifest tells.

    Attributes:
        settings: The settings of its scenario; none without a manifest or with several scenarios.
        stages: What each stage is called.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    stages: Mapping[str, Said] = field(default_factory=dict)

    def stage(self, key: str, year: int | None = None) -> Said:
        """Return what a stage is called, with a school year where one is meant."""
        name = self.stages.get(key, Said(key, key))
        return name if year is None else Said(f"{name.zh}{year}", f"{name.en} {year}")


def read_told(folder: Path) -> Told:
    """Return what the manifest of a results folder tells, nothing where there is none.

    Raises:
        NotAsWrittenError: It cannot be read.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        return Told()
    with written_by_us(path):
        content = json.loads(path.read_text(encoding="utf-8"))
        scenarios = content.get("scenarios", [])
        return Told(
            dict(scenarios[0]["settings"]) if len(scenarios) == 1 else {},
            {key: Said(name["zh"], name["en"]) for key, name in content.get("stages", {}).items()},
        )
