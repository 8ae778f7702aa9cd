"""Every figure has a path, and planner knows which paths there are: "class_size.primary.1"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.errors import Sentence
from planner.norms.spelling import is_whole
from planner.norms.units import UNITS
from planner.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["LISTS", "Vocabulary", "named_by_file", "no_figure", "units_of"]

# Every figure that planner knows, with its units; {stage}, {grade} and {kind} are those of the
# file, {classes} is a number of classes and {item} a name that the file chooses.
_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "cut_off.month": ("month",),
    "cut_off.day": ("day",),
    "count_day.month": ("month",),
    "count_day.day": ("day",),
    "entry_age.{stage}": ("years",),
    "class_size.{stage}.{grade}": ("pupils",),
    "special_class_size.{item}": ("pupils",),
    "large_class.{stage}": ("pupils",),
    "super_large_class.{stage}": ("pupils",),
    "class_bands.{item}.smallest": ("pupils",),
    "class_bands.{item}.largest": ("pupils",),
    "large_class_goal.{item}": ("share",),
    "school_size.{kind}": ("pupils",),
    "school_size_relaxed.{kind}": ("pupils",),
    "small_school.{stage}": ("pupils",),
    "school_scales.city.{item}": ("classes",),
    "school_scales.rural.{item}": ("classes",),
    "walk_limit.{stage}": ("m",),
    "walk_limit_from_eight.{stage}": ("m",),
    "rural_walk.{stage}": ("min",),
    "journey.{stage}": ("min",),
    "warning.yellow": ("ratio",),
    "warning.red": ("ratio",),
    "warning.years_ahead": ("years",),
    "staff_ratio.{stage}": ("pupils per staff member",),
    "staff_per_class.{stage}": ("staff per class",),
    "kindergarten_staff.{item}": ("pupils per staff member",),
    "kindergarten_staff_per_class.{item}": ("staff per class",),
    "floor_area.basic.{kind}.{classes}": ("m2",),
    "floor_area.planning.{kind}.{classes}": ("m2",),
    "plot_ratio.{stage}": ("ratio",),
    "land_area.building.{kind}.{classes}": ("m2",),
    "land_area.sports.{kind}.{classes}": ("m2",),
    "land_area.green.{kind}.{classes}": ("m2",),
    "land_area.total.{kind}.{classes}": ("m2",),
    "kindergarten_area.outdoor_play": ("m2 per pupil",),
    "kindergarten_area.activity_rooms": ("m2 per pupil",),
    "kindergarten_area.floor": ("m2 per pupil",),
    "balance.resource.{item}.{stage}": ("per 100 pupils", "m2 per pupil", "yuan per pupil"),
    "balance.school.items_needed": ("items",),
    "balance.school.floor_share": ("share",),
    "balance.school.smallest_teaching_point": ("pupils",),
    "balance.cv_limit.{stage}": ("ratio",),
    "balance.government.{item}": tuple(UNITS),
    "balance.quality.{item}": tuple(UNITS),
    "balance.satisfaction.share": ("share",),
    "basic_balance.cv_limit.{stage}": ("ratio",),
    "preschool.enrolment": ("share",),
    "preschool.inclusive": ("share",),
    "preschool.public": ("share",),
    "preschool.classes_within_size": ("share",),
    "preschool.pupils_per_teacher": ("pupils per staff member",),
    "preschool.certified": ("share",),
    "preschool.satisfaction": ("share",),
    "capacity.workplaces_least": ("share",),
    "capacity.workplaces_most": ("share",),
    "capacity.age_groups_primary": ("items",),
    "capacity.room_use_least": ("share",),
    "capacity.room_use_most": ("share",),
    "enlargement.pupils": ("pupils",),
    "enlargement.share": ("share",),
    "enlargement.pupils_at_any_share": ("pupils",),
    "utilisation.{item}": ("ratio",),
}

LISTS: Final = "school_scales."
"""Paths that begin so lead to a list of numbers, all others to one number."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The stages with their grades and the kinds of school that paths may speak of."""

    stages: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, tuple[str, ...]]

    def leaves(self, path: str) -> list[str]:
        """Return the paths meant by a path: a class size without a grade means all of its stage."""
        group, _, stage = path.partition(".")
        if group != "class_size" or stage not in self.stages:
            return [path]
        return [f"{path}.{grade}" for grade in self.stages[stage]]

    def fault_of(self, path: str) -> Sentence | None:
        """Return a sentence about the first part of a path that leads nowhere, or None."""
        parts = path.split(".")
        ways = [known.split(".") for known in _KNOWN]
        for depth, part in enumerate(parts):
            onwards = [
                way for way in ways if len(way) > depth and _may_be(part, way, depth, parts, self)
            ]
            if not onwards:
                here, above = ".".join(parts[: depth + 1]), ".".join(parts[:depth])
                known = _next_paths(ways, depth, above, parts, self)
                return no_figure(here, known)
            ways = onwards
        if any(len(way) == len(parts) for way in ways):
            return None
        known = _next_paths(ways, len(parts), path, parts, self)
        example, zh = (f", such as '{known[0]}'", f"，如“{known[0]}”") if known else ("", "")
        return Sentence(
            f"'{path}' is a group of figures. Name one of them{example}.",
            f"“{path}”是一组数值；请写明其中一项{zh}。",
        )


def no_figure(path: str, known: Iterable[str]) -> Sentence:
    """Return the fault of a path that leads to no figure, with the nearest known one."""
    return Sentence(
        f"there is no figure '{path}'.{did_you_mean(path, known)}",
        f"标准中没有“{path}”这一项。{did_you_mean(path, known, lang='zh')}",
    )


def units_of(leaf: str) -> tuple[str, ...]:
    """Return the units in which a known figure may stand, the usual one first."""
    return _KNOWN[_known_path(leaf)]


def named_by_file(leaf: str) -> bool:
    """Tell whether a known path has a part that the norms file chooses."""
    return "{item}" in _known_path(leaf)


def _may_be(
    part: str, way: list[str], depth: int, parts: list[str], vocabulary: Vocabulary
) -> bool:
    """Tell whether a part of a path may stand where a known path has a word or a blank."""
    if way[depth] == "{item}":
        return True
    if way[depth] == "{classes}":
        return is_whole(part) and int(part) > 0
    return part in _choices(way, depth, parts, vocabulary)


def _choices(way: list[str], depth: int, parts: list[str], vocabulary: Vocabulary) -> Sequence[str]:
    """Return the words that may stand at a place of a known path, as far as they are listed."""
    match way[depth]:
        case "{stage}":
            return tuple(vocabulary.stages)
        case "{kind}":
            return tuple(vocabulary.kinds)
        case "{grade}":
            return [str(grade) for grade in vocabulary.stages[parts[depth - 1]]]
        case "{classes}" | "{item}":
            return ()
        case word:
            return (word,)


def _next_paths(
    ways: list[list[str]], depth: int, above: str, parts: list[str], vocabulary: Vocabulary
) -> list[str]:
    """Return the paths that lead one step on from where a path went astray."""
    words = [
        word for way in ways if len(way) > depth for word in _choices(way, depth, parts, vocabulary)
    ]
    return [f"{above}.{word}" if above else word for word in dict.fromkeys(words)]


def _known_path(leaf: str) -> str:
    """Return the entry of the list of known figures that a path, found known, belongs to."""
    parts = leaf.split(".")
    for known in _KNOWN:
        way = known.split(".")
        if len(way) == len(parts) and all(
            word == part or word.startswith("{") for word, part in zip(way, parts, strict=True)
        ):
            return known
    raise KeyError(leaf)
