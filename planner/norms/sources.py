"""Take no figure that does not say its unit, the document it stands in and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.errors import Sentence
from planner.norms.entries import figure_groups, is_table, no_table, refuse_unknown, table_at
from planner.norms.figures import Certainty, Figure
from planner.norms.units import UNITS, number_faults
from planner.norms.vocabulary import LISTS, units_of
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.norms.vocabulary import Vocabulary

__all__ = ["Document", "read_documents", "read_figures"]

_SOURCE_KEYS: Final = ("unit", "document", "article", "certainty", "note")
_FIGURE_KEYS: Final = ("value", *_SOURCE_KEYS, "names")


class Document(NamedTuple):
    """A law, standard or rule that figures stand in, and where it was read."""

    title: str
    read_at: str


def read_documents(content: Mapping[str, Any], faults: list[Sentence]) -> dict[str, Document]:
    """Return title and place of reading of each document."""
    documents = {}
    for key, said in table_at(content, "documents", faults).items():
        refuse_unknown(said, Document._fields, f"documents.{key}", faults)
        title = said.get("title")
        if not isinstance(title, str) or not title:
            faults.append(
                Sentence(f"documents.{key} needs a title.", f"documents.{key}须有标题（title）。")
            )
        documents[key] = Document(str(title), str(said.get("read_at", "")))
    return documents


def read_figures(
    content: Mapping[str, Any],
    vocabulary: Vocabulary,
    documents: Mapping[str, Document],
    faults: list[Sentence],
) -> dict[str, Figure]:
    """Return every figure by its path, class sizes by grade."""
    figures: dict[str, Figure] = {}
    for path, said in _walk(figure_groups(content), "", {}, vocabulary, faults):
        leaves = vocabulary.leaves(path)
        unknown = vocabulary.fault_of(leaves[0])
        figure = None if unknown else _figure(path, leaves[0], said, documents, faults)
        if unknown:
            faults.append(unknown)
        elif figure is not None:
            figures |= dict.fromkeys(leaves, figure)
    return figures


def _walk(
    group: dict[str, Any],
    above: str,
    source: dict[str, Any],
    vocabulary: Vocabulary,
    faults: list[Sentence],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each figure's path and what it says, completed by the sources of its groups."""
    for key, said in group.items():
        if key in ("source", "names"):
            continue
        path = f"{above}{key}"
        if not is_table(said):
            yield path, {**source, "value": said}
        elif any(word in said for word in ("value", *_SOURCE_KEYS)) or not vocabulary.fault_of(
            path
        ):
            refuse_unknown(said, _FIGURE_KEYS, path, faults)
            yield path, {**source, **said}
        else:
            own = said.get("source", {})
            if not is_table(own):
                faults.append(no_table(f"{path}.source", own))
                own = {}
            refuse_unknown(own, _SOURCE_KEYS, f"{path}.source", faults)
            yield from _walk(said, f"{path}.", {**source, **own}, vocabulary, faults)


def _figure(
    path: str,
    leaf: str,
    said: dict[str, Any],
    documents: Mapping[str, Document],
    faults: list[Sentence],
) -> Figure | None:
    """Return one figure, or note all that it lacks."""
    found = [
        *_source_faults(said, documents),
        *_value_faults(said.get("value"), said.get("unit"), leaf),
    ]
    faults += [fault.after(path) for fault in found]
    if found:
        return None
    value, document = said["value"], documents[said["document"]]
    return Figure(
        value=", ".join(map(str, value)) if isinstance(value, list) else value,
        unit=said["unit"],
        document=document.title,
        article=str(said.get("article", "")),
        certainty=Certainty(said["certainty"]),
        note=str(said.get("note", "")),
        read_at=document.read_at,
    )


def _source_faults(said: dict[str, Any], documents: Mapping[str, Document]) -> Iterator[Sentence]:
    """Yield what is missing or wrong about where a figure stands."""
    document, certainty = said.get("document"), said.get("certainty")
    if not isinstance(document, str) or not document:
        yield Sentence(
            " has no document. Say where the figure stands, or leave it out.",
            "没有依据文件（document）；请写明出处，或删去此项。",
        )
    elif document not in documents:
        yield Sentence(
            f" names the document '{document}'.{did_you_mean(document, documents)} "
            "It is not listed under [documents].",
            f"的依据文件“{document}”未列入[documents]。"
            f"{did_you_mean(document, documents, lang='zh')}",
        )
    shippable = [word.value for word in Certainty if word is not Certainty.SCENARIO]
    if certainty not in shippable:
        found, zh = ("none", "无") if certainty is None else (f"'{certainty}'", f"“{certainty}”")
        yield Sentence(
            f" needs a certainty, one of {', '.join(shippable)}; found {found}.",
            f"须注明可靠程度（certainty），取{'、'.join(shippable)}之一，现为{zh}。",
        )


def _value_faults(value: object, unit: object, leaf: str) -> Iterator[Sentence]:
    """Yield what is wrong about a value and its unit."""
    units = units_of(leaf)
    if unit not in units:
        yield Sentence(
            f" should be in {' or '.join(units)}, found {unit or 'no unit'}.",
            f"的单位（unit）须为{'或'.join(f'“{one}”（{UNITS[one].chinese}）' for one in units)}，"
            + (f"现为“{unit}”。" if unit else "现未写明。"),
        )
    elif not leaf.startswith(LISTS):
        yield from number_faults(value, str(unit))
    elif not _is_rising(value):
        yield Sentence(
            f" should list class counts upwards, such as [12, 18, 24], found {value!r}.",
            f"须由小到大列出班数，如[12, 18, 24]，现为{value!r}。",
        )


def _is_rising(value: object) -> bool:
    """Tell whether a value is a list of class counts, smallest first."""
    if not isinstance(value, list) or not value or any(type(one) is not int for one in value):
        return False
    return value[0] > 0 and value == sorted(set(value))
