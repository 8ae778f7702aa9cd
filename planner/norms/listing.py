"""Show every figure with its name, value, unit and source, as a planner reads a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.norms.spelling import is_whole
from planner.norms.units import UNITS
from planner.norms.vocabulary import units_of
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.norms.country import Norms
    from planner.norms.figures import Figure

__all__ = ["NormRow", "norm_rows"]

_PART_NAMES: Final[dict[str, dict[str, str]]] = {
    "month": {"zh": "月", "en": "month"},
    "day": {"zh": "日", "en": "day"},
    "smallest": {"zh": "下限", "en": "from"},
    "largest": {"zh": "上限", "en": "to"},
}


class NormRow(NamedTuple):
    """A figure as `planner norms` shows it; value and source are empty where the study gives it."""

    path: str
    title: str
    value: str
    unit: str
    document: str
    article: str
    certainty: str
    note: str


def norm_rows(norms: Norms, lang: Language) -> list[NormRow]:
    """Return every figure as a row to show, and a row for each class size the study must give.

    A stage whose grades share one class size has one row.
    """
    figures = _by_stage(norms)
    return [_row(path, figure, norms, lang) for path, figure in figures.items()]


def _by_stage(norms: Norms) -> dict[str, Figure | None]:
    """Return figures as they are shown: one class size per stage where its grades agree."""
    shown: dict[str, Figure | None] = {}
    for stage in norms.stages:
        paths = norms.vocabulary.leaves(f"class_size.{stage.stage}")
        sizes = [norms.figures.get(path) for path in paths]
        if all(size == sizes[0] for size in sizes):
            shown[f"class_size.{stage.stage}"] = sizes[0]
        else:
            shown |= dict(zip(paths, sizes, strict=True))
    others = (path for path in norms.figures if not path.startswith("class_size."))
    return shown | {path: norms.figures[path] for path in others}


def _row(path: str, figure: Figure | None, norms: Norms, lang: Language) -> NormRow:
    """Return one figure in the words of a language."""
    title = _title(path, norms, lang)
    if figure is None:
        silent = {"zh": "标准未规定，须由规划项目给出", "en": "the study must give it"}
        unit = _unit_words(units_of(norms.vocabulary.leaves(path)[0])[0], lang)
        return NormRow(path, title, "", unit, "", "", "", silent[lang])
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:g}"
    return NormRow(
        path=path,
        title=title,
        value=value,
        unit=_unit_words(figure.unit, lang),
        document=figure.document,
        article=figure.article,
        certainty=figure.certainty.words(lang),
        note=figure.note,
    )


def _title(path: str, norms: Norms, lang: Language) -> str:
    """Return the names along a path: 标准班额 · 小学 · 一年级."""
    parts = path.split(".")
    words = []
    for depth, part in enumerate(parts):
        here = ".".join(parts[: depth + 1])
        named = norms.titles.get(here) or _name_of_part(part, parts[0], norms)
        words.append(named[lang])
    return " · ".join(words)


def _name_of_part(part: str, group: str, norms: Norms) -> Mapping[str, str]:
    """Return the name of a stage, a kind of school, a grade or a number of classes."""
    for words in (f"stages.{part}", f"school_kinds.{part}"):
        if words in norms.titles:
            return norms.titles[words]
    if is_whole(part):
        if group == "class_size":
            return norms.grade_names[int(part)]
        return {"zh": f"{part}班", "en": f"{part} classes"}
    return _PART_NAMES.get(part, {lang.value: part for lang in Language})


def _unit_words(unit: str, lang: Language) -> str:
    """Return a unit as a planner reads it."""
    return UNITS[unit].chinese if lang is Language.CHINESE else unit
