"""What a planner may write in a norms file: tables, names in two languages, lists of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

from planner.errors import Sentence
from planner.spelling import did_you_mean
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "figure_groups",
    "is_table",
    "names_in",
    "no_table",
    "refuse_unknown",
    "table_at",
    "words_at",
]

_FRAME_KEYS: Final = ("country", "title", "documents", "stages", "grades", "school_kinds")


def figure_groups(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a file that holds figures."""
    return {key: said for key, said in content.items() if key not in _FRAME_KEYS}


def is_table(said: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether TOML gave a table."""
    return isinstance(said, dict)


def table_at(
    content: Mapping[str, Any], key: str, faults: list[Sentence]
) -> dict[str, dict[str, Any]]:
    """Return a table of tables; entries of another kind are faults."""
    table = content.get(key)
    if not is_table(table) or not table:
        faults.append(
            Sentence(
                f"[{key}] is missing. Every norms file has it.",
                f"缺少[{key}]。每个标准文件都须有此部分。",
            )
        )
        return {}
    for entry, said in table.items():
        if not is_table(said):
            faults.append(no_table(f"{key}.{entry}", said))
    return {entry: said for entry, said in table.items() if is_table(said)}


def no_table(where: str, found: object) -> Sentence:
    """Return the fault of what should be a table and is none."""
    return Sentence(
        f"{where} should be a table {{ … }}, found {found!r}.",
        f"{where}须为表{{ … }}，现为{found!r}。",
    )


def names_in(said: object, where: str, faults: list[Sentence]) -> Mapping[str, str]:
    """Return the Chinese and the English name of a thing; it must have both."""
    if is_table(said):
        names = {lang.value: said.get(lang.value) for lang in Language}
        if all(isinstance(name, str) and name for name in names.values()):
            return {lang: str(name) for lang, name in names.items()}
    faults.append(
        Sentence(
            f"{where} needs a name in both languages, zh and en.",
            f"{where}须有中英文两种名称（zh和en）。",
        )
    )
    return {lang.value: where for lang in Language}


def words_at(
    said: Mapping[str, Any], key: str, where: str, faults: list[Sentence]
) -> tuple[str, ...]:
    """Return a list of words."""
    words = said.get(key, [])
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    faults.append(
        Sentence(
            f'{where}.{key} should be a list of words, such as ["a", "b"], found {words!r}.',
            f'{where}.{key}须为词语列表，如["a", "b"]，现为{words!r}。',
        )
    )
    return ()


def refuse_unknown(
    said: Iterable[str], known: Sequence[str], where: str, faults: list[Sentence]
) -> None:
    """Note the keys that mean nothing here."""
    faults += [
        Sentence(
            f"{where} has no '{key}'.{did_you_mean(key, known)} Known are {', '.join(known)}.",
            f"{where}中没有“{key}”。{did_you_mean(key, known, lang='zh')}"
            f"可用：{'、'.join(known)}。",
        )
        for key in said
        if key not in known
    ]
