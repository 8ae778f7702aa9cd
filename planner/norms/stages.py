"""What the rules say about one stage: how old, how many in a class, how far to walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.norms.figures import number_at, whole_at
from planner.terms import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.norms.figures import Figure

__all__ = ["ClassBand", "StageNorm", "class_band_groups", "stage_norm"]


@dataclass(frozen=True, slots=True)
class ClassBand:
    """A named range of class sizes; the last band has no upper end."""

    names: Mapping[str, str]
    from_pupils: int
    to_pupils: int | None

    def holds(self, pupils: int) -> bool:
        """Tell whether a class of this size lies in the band."""
        return self.from_pupils <= pupils and (self.to_pupils is None or pupils <= self.to_pupils)


@dataclass(frozen=True, slots=True)
class StageNorm:
    """What the rules say about one stage; None where they say nothing.

    `entry_age` is in completed years on the cut-off day. `class_size` gives pupils per class by
    grade and lacks the grades for which the study must give it. `large_class` and
    `super_large_class` are the smallest such classes: 56 is large. `warning_yellow` and
    `warning_red` are entrants ÷ entry seats. `staff_ratio` is pupils per member of staff.
    A school with more pupils than `max_school_size` is oversize, one with fewer than
    `small_school` is small.
    """

    stage: str
    names: Mapping[str, str]
    grades: tuple[int, ...]
    entry_age: int
    class_size: Mapping[int, int]
    large_class: int | None
    super_large_class: int | None
    class_bands: tuple[ClassBand, ...]
    warning_yellow: float
    warning_red: float
    walk_limit_metres: float | None
    rural_walk_minutes: float | None
    staff_ratio: float | None
    max_school_size: int | None
    small_school: int | None

    @property
    def entry_grade(self) -> int:
        """The grade in which pupils enter the stage (起始年级)."""
        return self.grades[0]


def stage_norm(
    stage: str,
    grades: tuple[int, ...],
    figures: Mapping[str, Figure],
    titles: Mapping[str, Mapping[str, str]],
) -> StageNorm:
    """Gather what the figures say about one stage."""
    sizes = {grade: whole_at(figures, f"class_size.{stage}.{grade}") for grade in grades}
    large = whole_at(figures, f"large_class.{stage}")
    return StageNorm(
        stage=stage,
        names=titles[f"stages.{stage}"],
        grades=grades,
        entry_age=int(figures[f"entry_age.{stage}"].value),
        class_size={grade: size for grade, size in sizes.items() if size is not None},
        large_class=large,
        super_large_class=whole_at(figures, f"super_large_class.{stage}"),
        class_bands=() if large is None else _class_bands(figures, titles),
        warning_yellow=float(figures["warning.yellow"].value),
        warning_red=float(figures["warning.red"].value),
        walk_limit_metres=number_at(figures, f"walk_limit.{stage}"),
        rural_walk_minutes=number_at(figures, f"rural_walk.{stage}"),
        staff_ratio=number_at(figures, f"staff_ratio.{stage}"),
        max_school_size=whole_at(figures, f"school_size.{stage}"),
        small_school=whole_at(figures, f"small_school.{stage}"),
    )


def class_band_groups(paths: Iterable[str]) -> list[str]:
    """Return the group of each class band, under which its smallest and largest class stand."""
    groups = (path.rpartition(".")[0] for path in paths if path.startswith("class_bands."))
    return list(dict.fromkeys(groups))


def _class_bands(
    figures: Mapping[str, Figure], titles: Mapping[str, Mapping[str, str]]
) -> tuple[ClassBand, ...]:
    """Return the named bands of class sizes, smallest first."""
    bands = [
        ClassBand(
            names=titles.get(group, {lang.value: group for lang in Language}),
            from_pupils=smallest,
            to_pupils=whole_at(figures, f"{group}.largest"),
        )
        for group in class_band_groups(figures)
        if (smallest := whole_at(figures, f"{group}.smallest")) is not None
    ]
    return tuple(sorted(bands, key=lambda band: band.from_pupils))
