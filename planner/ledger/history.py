"""Write the steps of an entry into one cell and read them again."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from planner.ledger.cells import folded
from planner.ledger.entries import STATES, WHYS, Change
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["history_text", "read_history"]

_LINE: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?P<before>.*)→(?P<after>.*)\((?:(?P<size>\d+)(?:人|pupils),)?(?P<why>.*)\)"
)
_STATES: Final = {folded(text): state for state, words in STATES.items() for text in words}
_WHYS: Final = {folded(text): why for why, words in WHYS.items() for text in words}


def history_text(history: Sequence[Change | str], lang: Language) -> str:
    """Return steps line by line: 2024-09-01 整改中→已核实（52人，班级名册）."""
    return "\n".join(step if isinstance(step, str) else _line(step, lang) for step in history)


def read_history(text: str) -> tuple[Change | str, ...]:
    """Return the steps that a cell holds, in either language; other lines stay as they are."""
    return tuple(_step(line) or line for line in text.splitlines() if line.strip())


def _line(step: Change, lang: Language) -> str:
    """Return one step as a line."""
    states: Mapping[str, str] = {state: words.said(lang) for state, words in STATES.items()}
    before = states[step.before] if step.before else ""
    why = WHYS[step.why].said(lang)
    if lang == Language.CHINESE:
        size = "" if step.size is None else f"{step.size}人，"
        return f"{step.day} {before}→{states[step.after]}（{size}{why}）"
    size = "" if step.size is None else f"{step.size} pupils, "
    return f"{step.day} {before}→{states[step.after]} ({size}{why})"


def _step(line: str) -> Change | None:
    """Return one line as a step, or None."""
    match = _LINE.fullmatch(folded(line))
    if match is None or match["after"] not in _STATES or match["why"] not in _WHYS:
        return None
    if match["before"] and match["before"] not in _STATES:
        return None
    try:
        day = date.fromisoformat(match[1])
    except ValueError:
        return None
    size = int(match["size"]) if match["size"] else None
    before = _STATES[match["before"]] if match["before"] else None
    return Change(day, before, _STATES[match["after"]], size, _WHYS[match["why"]])
