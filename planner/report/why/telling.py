"""Tell an opened figure step by step: a sentence, the norm behind it, and the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pandas.api.types import is_number

from planner.fitting import fitted
from planner.report.why.words import WHY_WORDS, said

if TYPE_CHECKING:
    from planner.norms import Norms
    from planner.terms import Language
    from planner.why import Answer, Step

__all__ = ["Told", "ToldStep", "told"]

_ROWS_SHOWN: Final = 12
_WIDEST_NAME: Final = 22
_NUMBERS: Final = {
    "ratio": "{:.3f}",
    "cohort": "{:.0f}",
    "first_year": "{:.0f}",
    "utilisation": "{:.0%}",
}


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step: what is said, where it comes from, and its rows if any."""

    sentence: str
    sources: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class Told:
    """An opened figure: the figure itself, then the steps down to its inputs."""

    head: str
    steps: tuple[ToldStep, ...]


def told(answer: Answer, norms: Norms, lang: Language, *, every_row: bool = False) -> Told:
    """Return an answer in words; tables are cut to their first rows unless all are wanted."""
    english = lang == "en" and answer.name_en is not None
    figure = answer.question.figure
    head = said(
        "head" if answer.question.section else "head_county",
        lang,
        name=answer.name_en if english else answer.name,
        section=answer.question.section,
        stage=answer.stage.names[lang],
        year=answer.question.year,
        figure=said(figure, lang),
        value=_value(answer.value, figure, lang),
        known=said("counted" if answer.counted else "projected", lang),
    )
    most = None if every_row else _ROWS_SHOWN
    steps = (_step(step, norms, lang, most) for step in answer.steps)
    return Told(head, tuple(steps))


def _value(value: Any, figure: str, lang: Language) -> str:
    """Return a figure as a planner reads it; what is missing is said."""
    if isinstance(value, str):
        return said(value, lang)
    if pd.isna(value):
        return said("missing", lang)
    return f"{value:.0%}" if figure == "utilisation" else f"{value:,.0f}"


def _step(step: Step, norms: Norms, lang: Language, most: int | None) -> ToldStep:
    """Return one step in words, with so many rows at most."""
    figures = {
        name: said(f"limit_{value}", lang) if name == "binding" else value
        for name, value in step.figures.items()
    }
    shown = _named(step.table, lang).iloc[:most]
    cut = len(step.table) - len(shown)
    return ToldStep(
        sentence=said(f"step_{step.key}", lang, **figures),
        sources=tuple(_sources(step, lang)),
        headings=tuple(said(f"head_{name}", lang) for name in shown.columns),
        rows=tuple(
            tuple(_cell(name, value, norms, lang) for name, value in row.items())
            for row in shown.to_dict("records")
        ),
        left_out=said("more", lang, rows=cut) if cut else "",
    )


def _named(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return a table with its names in one language; the Chinese one stands for a missing one."""
    if "name_en" not in table.columns:
        return table
    english = table["name_en"].fillna(table["name"])
    return (table.assign(name=english) if lang == "en" else table).drop(columns="name_en")


def _sources(step: Step, lang: Language) -> list[str]:
    """Return the norms and tables that a step rests on, each once."""
    norms = [
        said(
            "norm",
            lang,
            document=figure.document,
            article=figure.article,
            certainty=figure.certainty.words(lang),
        )
        for _, figure in step.norms
    ]
    tables = [said("inputs", lang, tables=", ".join(step.inputs))] if step.inputs else []
    return list(dict.fromkeys([*norms, *tables]))


def _cell(name: Any, value: Any, norms: Norms, lang: Language) -> str:
    """Return one cell as text."""
    if name == "path":
        return " → ".join("·" if each is None else f"{each:,}" for each in value)
    if pd.isna(value):
        return ""
    if name == "grade":
        return norms.grade_names[int(value)][lang]
    if isinstance(value, (bool, np.bool_)):
        return said("yes" if value else "no", lang)
    if isinstance(value, str):
        return _word(str(name), value, lang)
    return _NUMBERS.get(name, "{:,.0f}").format(value) if is_number(value) else str(value)


def _word(column: str, value: str, lang: Language) -> str:
    """Return a word of ours in the language, and a name of the study's as it is, cut to fit."""
    key = f"{column}_{value}"
    return said(key, lang) if key in WHY_WORDS else fitted(value, _WIDEST_NAME)
