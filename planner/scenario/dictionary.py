"""List every setting a scenario may hold, so that nobody has to guess its name or its limits."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from planner.scenario.notation import shown
from planner.scenario.settings import GROUPS, Measure, ProjectSettings

__all__ = ["SettingInfo", "settings_of"]


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """One setting of the scenario dictionary."""

    path: str
    default: str
    meaning: str
    limits: str


def settings_of() -> tuple[SettingInfo, ...]:
    """Return every setting a scenario may hold, in order (the scenario's dictionary)."""
    groups = {**GROUPS, "projects.ID": ProjectSettings, "measures": Measure}
    return tuple(
        SettingInfo(
            path=f"{group}.{item.name}",
            default=shown(_default(item)),
            meaning=item.metadata["meaning"],
            limits=_limits(item),
        )
        for group, kind in groups.items()
        for item in fields(kind)
    )


def _default(item: Field[Any]) -> Any:
    """Return what a setting is where nobody says otherwise."""
    return item.default if item.default_factory is MISSING else item.default_factory()


def _limits(item: Field[Any]) -> str:
    """Show the limits of a setting."""
    limits = item.metadata
    if limits["one_of"]:
        return ", ".join(limits["one_of"])
    bounds = [
        f"{sign} {limits[key]:g}"
        for key, sign in (("low", "≥"), ("high", "≤"))
        if limits[key] is not None
    ]
    return ", ".join(bounds)
