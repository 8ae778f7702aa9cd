"""Turn pupils into classes: whole classes with whole pupils, climbing year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Sizes",
    "climb",
    "count_at_least",
    "form_classes",
    "open_classes",
    "share_out",
    "split",
]

Sizes = tuple[int, ...]
"""Pupils of each class of one grade of one section in one year, in order of class name."""


def share_out(pupils: int, classes: int) -> Sizes:
    """Return class sizes as equal as possible: 100 pupils in 3 classes are 34, 33 and 33."""
    each, over = divmod(pupils, classes)
    return tuple(each + (number < over) for number in range(classes))


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
