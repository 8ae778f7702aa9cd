"""Lay one scenario file over those it extends, and tell each change from old to new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.scenario.dictionary import settings_of
from planner.scenario.notation import flat, shown
from planner.scenario.settings import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["changes_of", "merged"]


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Lay one file over those it extends; measures are added, replaced by key."""
    both = dict(base)
    for key, value in more.items():
        if key == "measures":
            ours = {entry.get("id", "") for entry in value}
            kept = [entry for entry in both.get(key, []) if entry.get("id", "") not in ours]
            both[key] = [*kept, *value]
        elif isinstance(value, dict) and isinstance(both.get(key), dict):
            both[key] = merged(both[key], value)
        else:
            both[key] = value
    return both


def changes_of(before: dict[str, Any], content: dict[str, Any], file: str) -> Iterator[Change]:
    """Yield what one file changes against the files it extends and the defaults."""
    defaults = {info.path: info.default for info in settings_of()}
    held = defaults | {path: shown(value) for path, value in _settings(before)}
    for path, value in _settings(content):
        old, new = held.get(path, "–"), shown(value)
        if old != new and not path.startswith("about."):
            yield Change(path, old, new, file)


def _settings(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield path and value of every setting; measures are told apart by their key."""
    for key, value in content.items():
        if key != "measures":
            yield from flat({key: value})
            continue
        for number, entry in enumerate(value, start=1):
            yield from flat(entry, f"measures.{entry.get('id') or number}.")
