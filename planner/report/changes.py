"""Say what a scenario changes as a planner would write it: names in words, numbers in full."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Final

from planner.capacity import first_year_after
from planner.report.names import Both, both_of, said
from planner.report.words import SETTINGS
from planner.scenario import Change, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan

__all__ = ["ChangeMade", "changes_made"]

_MEASURE: Final = re.compile(r"(measures\.(.+))\.(\w+)")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_YEAR: Final = re.compile(r"years\.\w+|.*_year")
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class ChangeMade:
    """One setting, or one building measure, that the scenario changes."""

    setting: Annotated[str, "Dotted path of the setting, or of the measure."]
    names: Annotated[Both, "What it is called; its path where we have no word for it."]
    old: Annotated[Both, "Value before; a dash where there was none."]
    new: Annotated[Both, "Value now, to its last digit; a measure in one sentence."]
    file: Annotated[str, "Scenario file that changes it."]


def changes_made(plan: Plan) -> tuple[ChangeMade, ...]:
    """Return what a plan's scenario changes, in the order of its files, measures as one each."""
    grouped = groupby(plan.scenario.changes, key=lambda one: (_key_of(one.setting), one.file))
    return tuple(
        made
        for (key, _), changes in grouped
        for made in ([_measure(key, list(changes), plan)] if key else map(_setting, changes))
    )


def _key_of(setting: str) -> str:
    """Return the key of the measure that a setting belongs to, nothing for other settings."""
    match = _MEASURE.fullmatch(setting)
    return match[2] if match else ""


def _setting(change: Change) -> ChangeMade:
    """Return one setting of a scenario."""
    old, new = (_in_full(value, change.setting) for value in (change.old, change.new))
    return ChangeMade(change.setting, _names(change.setting), old, new, change.file)


def _names(setting: str) -> Both:
    """Return what a setting is called in words; the entries of a table carry their key."""
    if setting in SETTINGS:
        return both_of(SETTINGS[setting])
    group, _, rest = setting.partition(".")
    key, _, field = rest.rpartition(".")
    if group == "projects":
        pattern = f"projects.ID.{field}"
    else:
        pattern, key = f"{group}.{key}.ID", field
    if pattern not in SETTINGS:
        return Both(zh=setting, en=setting)
    return both_of({lang: name.format(key=key) for lang, name in SETTINGS[pattern].items()})


def _in_full(value: str, setting: str) -> Both:
    """Return a value without the quotes and brackets of a scenario file, numbers in full."""
    text = _plain(value)
    if _NUMBER.fullmatch(value) and not _YEAR.fullmatch(setting):
        text = f"{Decimal(value):,f}"
    return Both(zh=text.replace(", ", "、") if value.startswith("[") else text, en=text)


def _plain(value: str) -> str:
    """Return a value as it is said: texts without quotes, lists with commas."""
    if value.startswith("'") and value.endswith("'"):
        return value[1:-1] or _NOTHING
    if value.startswith("["):
        return ", ".join(map(str, ast.literal_eval(value))) or _NOTHING
    return value


def _measure(key: str, changes: Sequence[Change], plan: Plan) -> ChangeMade:
    """Return one building measure in one sentence: kind, rooms, place, year, cost."""
    said_now = {one.setting.rpartition(".")[2]: _plain(one.new) for one in changes}
    before = [one for one in changes if one.old != _NOTHING]
    old = ", ".join(f"{one.setting.rpartition('.')[2]} {_plain(one.old)}" for one in before)
    whole = next((one for one in plan.scenario.measures if one.id == key), Measure(id=key))
    # What the file leaves as it was is not among its changes: the measure itself tells it.
    known = {item.name: _shown(getattr(whole, item.name)) for item in fields(Measure)} | said_now
    if said_now.get("cost_yuan") == f"{whole.cost_yuan:g}":
        known["cost_yuan"] = repr(whole.cost_yuan)  # a change says no more than six digits
    name, name_zh = known["name"] or known["name_zh"] or key, known["name_zh"] or known["name"]
    return ChangeMade(
        setting=f"measures.{key}",
        names=said("measure_named", name=Both(zh=name_zh or key, en=name)),
        old=Both(zh=old or _NOTHING, en=old or _NOTHING),
        new=_measure_said(known, plan),
        file=changes[0].file,
    )


def _shown(value: object) -> str:
    """Return a field of a measure as text, empty where nothing is set."""
    return str(value) if value else ""


def _measure_said(known: dict[str, str], plan: Plan) -> Both:
    """Return what is built or closed, where, from when and for how much."""
    day = date.fromisoformat(known["hand_over"])
    year, section = first_year_after(day), _section(known["section"], plan)
    parts = [said("measure_from", year=year, day=day)]
    if known["site"]:
        parts.insert(0, said("measure_site", site=known["site"]))
    if known["from_section"]:
        parts.insert(0, said("measure_giver", section=_section(known["from_section"], plan)))
    if known["rooms"]:
        parts.insert(0, said("measure_rooms", rooms=int(known["rooms"])))
    cost = []
    if known["cost_yuan"]:
        cost.append(said("measure_cost", yuan=f"{Decimal(known['cost_yuan']).normalize():,f}"))
    kind = said(f"measure_{known['kind']}", section=section)
    return Both(
        zh=f"{kind.zh}：{'，'.join(part.zh for part in [*parts, *cost])}",
        en=f"{kind.en}: {', '.join([' '.join(part.en for part in parts), *(c.en for c in cost)])}",
    )


def _section(key: str, plan: Plan) -> Both:
    """Return the school whose section a measure concerns, with the section's key."""
    rows = plan.sections[plan.sections["section_id"] == key]
    if rows.empty:
        return Both(zh=key, en=key)
    found = rows.iloc[0]
    english = found["name_en"] if isinstance(found["name_en"], str) else found["name"]
    return Both(zh=f"{found['name']}（{key}）", en=f"{english} ({key})")
