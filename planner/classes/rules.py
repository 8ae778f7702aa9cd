"""How classes open, climb with their pupils, are merged and are divided.

One year of a section has two steps. `climb_up`: the classes above the entry grade climb with
their pupils, and what has become small is merged where the policy says so. `open_entry`: in the
rooms that are left entry classes open, and what is too large is divided. In between a plan learns
how many entrants find a seat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario import ClassSettings

__all__ = [
    "Sizes",
    "climb",
    "climb_up",
    "count_at_least",
    "count_between",
    "divide_largest",
    "form_classes",
    "merge",
    "open_classes",
    "open_entry",
    "share_out",
    "split",
]

Sizes = tuple[int, ...]
"""Pupils of each class of one grade of one section in one year, in order of class name."""


def share_out(pupils: int, classes: int) -> Sizes:
    """Return class sizes as equal as possible: 100 pupils in 3 classes are 34, 33 and 33."""
    each, over = divmod(pupils, classes)
    return tuple(each + (number < over) for number in range(classes))


def form_classes(pupils: Sequence[int], sizes: Sequence[int], rooms: int) -> list[Sizes]:
    """Return the classes of all grades of a section for which no class lists are known.

    Every grade with pupils has one class; each further room goes to the grade whose classes
    are largest against their standard size, until every class fits or the rooms are used up.
    """
    classes = [int(count > 0) for count in pupils]
    for _ in range(rooms - sum(classes)):
        crowding = [
            count / number / size if number and count > number * size else 0.0
            for count, number, size in zip(pupils, classes, sizes, strict=True)
        ]
        worst = max(range(len(crowding)), key=crowding.__getitem__)
        if not crowding[worst]:
            break
        classes[worst] += 1
    return [
        share_out(count, number) if number else ()
        for count, number in zip(pupils, classes, strict=True)
    ]


def climb_up(
    before: Sequence[Sizes], pupils: Sequence[int], sizes: Sequence[int], policy: ClassSettings
) -> list[Sizes]:
    """Return the classes of the grades above the entry grade in a new school year.

    Args:
        before: Last year's classes of the cohorts that are now in these grades.
        pupils: Pupils now in these grades.
        sizes: Standard size of these grades.
        policy: When classes are merged; a class that would be divided again is not made.
    """
    return [
        merge(climb(classes, count), below=policy.merge_below, size=_merged_size(size, policy))
        for classes, count, size in zip(before, pupils, sizes, strict=True)
    ]


def _merged_size(size: int, policy: ClassSettings) -> int:
    """Return how large a merged class may be."""
    return min(size, policy.split_above) if policy.split_above else size


def climb(classes: Sequence[int], pupils: int) -> Sizes:
    """Return last year's classes a grade higher, with the pupils who are there now.

    A class climbs with its pupils. Those who came or left are spread so that every class
    keeps its share; parts of a pupil go to the classes with the largest remainders.
    Where nobody is left there is no class; where a grade begins without classes, one opens.
    """
    if pupils == 0:
        return ()
    before = sum(classes)
    if before == 0:
        return (pupils,)
    whole = [pupils * size // before for size in classes]
    rest = [pupils * size % before for size in classes]
    short = pupils - sum(whole)
    gain = sorted(range(len(rest)), key=lambda number: (-rest[number], number))[:short]
    return tuple(
        count + (number in gain) for number, count in enumerate(whole) if count or number in gain
    )


def merge(classes: Sizes, *, below: int, size: int) -> Sizes:
    """Form a grade of small classes anew with fewer classes, none above a size.

    While its classes average fewer than `below` pupils and one class fewer would hold everybody
    at `size`, there is one class fewer; `below` 0 means that classes are never merged.
    """
    pupils = sum(classes)
    while len(classes) > 1 and pupils < below * len(classes):
        if pupils > size * (len(classes) - 1):
            break
        classes = share_out(pupils, len(classes) - 1)
    return classes


def open_entry(
    climbed: Sequence[Sizes], entrants: int, *, rooms: int, size: int, policy: ClassSettings
) -> list[Sizes]:
    """Return the classes of all grades, lowest first, once the entry grade has opened its own.

    Args:
        climbed: Classes above the entry grade.
        entrants: Pupils of the entry grade.
        rooms: Rooms that the classes above leave.
        size: Standard size of the entry grade.
        policy: When classes are divided.
    """
    opened = open_classes(entrants, rooms=rooms, size=size)
    return divide_largest([opened, *climbed], above=policy.split_above, rooms=rooms - len(opened))


def open_classes(entrants: int, *, rooms: int, size: int) -> Sizes:
    """Return the classes an entry grade opens: as many as needed, as rooms allow.

    Classes of standard size are opened until the rooms are used up; those who come beyond
    that fill the same classes. Where entrants come and no room is free one class is opened
    all the same, since children stand at the door.
    """
    if entrants == 0:
        return ()
    needed = -(-entrants // size)
    return share_out(entrants, max(1, min(needed, rooms)))


def divide_largest(grades: Sequence[Sizes], *, above: int, rooms: int) -> list[Sizes]:
    """Give one free room after another to the grade with the largest class above a size.

    Of grades whose largest classes are alike the lowest comes first; `above` 0 means that
    classes are never divided.
    """
    divided = list(grades)
    for _ in range(rooms):
        largest = [max(classes, default=0) for classes in divided]
        if not above or max(largest) <= above:
            break
        worst = largest.index(max(largest))
        divided[worst] = split(divided[worst], above=above, rooms=1)
    return divided


def split(classes: Sizes, *, above: int, rooms: int) -> Sizes:
    """Divide a grade into more classes while its largest exceeds a size and rooms are free.

    The grade is formed anew, as equal as possible, with one class more at a time; `above` 0
    means that classes are never divided.
    """
    while above and rooms > 0 and max(classes, default=0) > above:
        classes = share_out(sum(classes), len(classes) + 1)
        rooms -= 1
    return classes


def count_at_least(classes: Sizes, pupils: int | None) -> int:
    """Return how many classes have at least so many pupils; none where no limit is known.

    "56人以上" in Chinese legal use includes 56 (see data/norms/cn.toml, large_class).
    """
    return 0 if pupils is None else sum(size >= pupils for size in classes)


def count_between(classes: Sequence[int], bands: Sequence[tuple[int, int | None]]) -> list[int]:
    """Return how many classes lie in each band of sizes, both ends included; None: no upper end.

    Counts come from the classes themselves: their mean says nothing of how many are large.
    """
    return [
        sum(low <= size and (high is None or size <= high) for size in classes)
        for low, high in bands
    ]
