"""Form and climb the classes of many possible futures: the rules of `rules`, compiled.

Sections whose pupils go on to one another make a group. A group is worked through future by
future: its pupils are drawn by grade, its classes formed year by year, the large ones counted,
and everything but the counts is forgotten. The loops are compiled to machine code on first use
and kept on disk; they let go of Python's lock, so that groups can be worked on side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, uint64

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Parts = NDArray[np.float64]
    Counts = NDArray[np.int16]

__all__ = ["Books", "Tallies", "count_futures", "form_years"]

PLACES = 4096
"""Even quantiles of the normal from which chance picks; a power of two."""


class Books(NamedTuple):
    """What the loops read of one stage; sections are those of the stage, grades lowest first."""

    pupils: Whole
    """[section, grade, year] expected; the first year is counted."""
    doubt: Parts
    """[section, grade, year] standard deviation, in pupils, of what is new to a grade that year."""
    rolls: NDArray[np.float32]
    """[section, year, draw] pupils of all grades."""
    rooms: Whole
    """[section, year]"""
    classes: Whole
    """[section, grade] number of classes in the first year."""
    sizes: Whole
    """[section, grade, class] their pupils."""
    sources: Whole
    """[section, grade, place] sections whose classes continue here, -1: none."""
    standard: Whole
    """[grade]"""
    policy: Whole
    """Divide above (0: never), merge below (0: never), large from, super-large from."""
    starts: Whole
    """[group + 1] where the members of each group begin."""
    members: Whole
    """[place] sections, group by group."""
    keys: Whole
    """[section] what chance knows the section by."""
    normal: Parts
    """[PLACES] even quantiles of the normal distribution, of variance 1."""
    seed: int
    """Where chance begins."""


class Tallies(NamedTuple):
    """What the loops write; nothing is added up over sections."""

    over_standard: Counts
    """[section, year, draw]"""
    large: Counts
    super_large: Counts
    entry_over: Counts
    """[section, year, draw] entry classes above standard size."""
    any_large: Whole
    """[section, grade, year] futures with a large class."""


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(seed: int, section: int, draw: int) -> np.uint64:
    """Return where chance begins for one section and future (splitmix64, Steele et al. 2014)."""
    mixed = uint64(seed) * uint64(0x9E3779B97F4A7C15)
    mixed += uint64(section) * uint64(0xBF58476D1CE4E5B9) + uint64(draw + 1)
    for _ in range(2):
        mixed += uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> uint64(27))) * uint64(0x94D049BB133111EB)
        mixed ^= mixed >> uint64(31)
    # The state of xorshift must not be 0.
    return mixed | uint64(1)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _next(state: np.uint64) -> np.uint64:
    """Return the state that follows (xorshift64*, Vigna 2016)."""
    state ^= state >> uint64(12)
    state ^= state << uint64(25)
    return state ^ (state >> uint64(27))


@njit(cache=True, nogil=True, error_model="numpy")
def _draw_pupils(
    books: Books, section: int, draw: int, drawn: Whole, ahead: Parts, kept: Parts
) -> None:
    """Fill in the pupils of one section by grade and year in one future.

    A cohort keeps by how much it differs from what is expected of it, and every year adds a
    deviation of its own. What then lacks for the drawn roll, or is beyond it, is borne by the
    grades in proportion to the variance of what is new to them that year, which is how normal
    deviations are distributed once their sum is known.

    Args:
        books: What is known.
        section: The section.
        draw: The future.
        drawn: Room for the pupils, [grade, year].
        ahead: Room for pupils before they are rounded, and their variance, [2, grade].
        kept: Room for what cohorts differ by, [grade].
    """
    grades, years = drawn.shape
    state = _begin(books.seed, books.keys[section], draw)
    for grade in range(grades):
        drawn[grade, 0] = books.pupils[section, grade, 0]
        kept[grade] = 1.0
    for year in range(1, years):
        roll = int(np.rint(books.rolls[section, year, draw]))
        for grade in range(grades - 1, -1, -1):
            expected = books.pupils[section, grade, year]
            climbs = grade > 0 and books.pupils[section, grade - 1, year - 1] > 0
            kept[grade] = kept[grade - 1] if climbs else 1.0
            state = _next(state)
            chance = (state * uint64(2685821657736338717)) >> uint64(52)
            spread = books.doubt[section, grade, year] * kept[grade]
            ahead[0, grade] = max(expected * kept[grade] + spread * books.normal[chance], 0.0)
            ahead[1, grade] = spread * spread if expected > 0 else 0.0
        _reach(ahead, roll)
        for grade in range(grades):
            expected = books.pupils[section, grade, year]
            kept[grade] = ahead[0, grade] / expected if expected > 0 else 1.0
        _round(ahead, roll, drawn[:, year])


@njit(cache=True, nogil=True, error_model="numpy")
def _reach(ahead: Parts, roll: int) -> None:
    """Bring the pupils of the grades to their roll, by variance and then in proportion."""
    spread, total = 0.0, 0.0
    for grade in range(ahead.shape[1]):
        total += ahead[0, grade]
        spread += ahead[1, grade]
    if spread > 0:
        missing, total = roll - total, 0.0
        for grade in range(ahead.shape[1]):
            ahead[0, grade] = max(ahead[0, grade] + missing * ahead[1, grade] / spread, 0.0)
            total += ahead[0, grade]
    if total > 0:
        for grade in range(ahead.shape[1]):
            ahead[0, grade] *= roll / total
    else:
        # Every grade is empty: the roll, where there is one, enters at the bottom.
        ahead[0, 0] = roll


@njit(cache=True, nogil=True, error_model="numpy")
def _round(ahead: Parts, roll: int, whole: Whole) -> None:
    """Round pupils of the grades to whole ones that add up to the roll (largest remainders)."""
    short = roll
    for grade in range(len(whole)):
        # A sum of parts may end in .9999…; what is meant is the whole.
        whole[grade] = int(ahead[0, grade] + 1e-9)
        ahead[1, grade] = ahead[0, grade] - whole[grade]
        short -= whole[grade]
    for _ in range(short):
        best = 0
        for grade in range(1, len(whole)):
            if ahead[1, grade] > ahead[1, best]:
                best = grade
        whole[best] += 1
        ahead[1, best] = -1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _share_out(sizes: Whole, pupils: int, classes: int) -> None:
    """Write class sizes as equal as possible (`rules.share_out`)."""
    each = pupils // classes
    over = pupils - each * classes
    for number in range(classes):
        sizes[number] = each + (1 if number < over else 0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _climb(
    sizes: Whole, place: int, grade: int, source: int, before: int, pupils: int, rest: Whole
) -> int:
    """Write last year's classes a grade higher; return how many there are (`rules.climb`).

    `sizes` are those of two years, [last and this, member, grade, class], `before` the number of
    classes of the source.
    """
    if pupils == 0:
        return 0
    if before == 0:
        sizes[1, place, grade, 0] = pupils
        return 1
    there = 0
    for number in range(before):
        there += sizes[0, source, grade - 1, number]
    short = pupils
    for number in range(before):
        product = pupils * sizes[0, source, grade - 1, number]
        # A quotient of whole numbers this small never rounds up to the next whole one.
        whole = int(float(product) / float(there))
        sizes[1, place, grade, number] = whole
        short -= whole
        # Of equal remainders the first one counts as larger.
        rest[number] = (product - whole * there + 1) * before - number
    left = 0
    for number in range(before):
        larger = 0
        for other in range(before):
            larger += rest[other] > rest[number]
        size = sizes[1, place, grade, number] + (larger < short)
        sizes[1, place, grade, left] = size
        left += size > 0
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _merge(sizes: Whole, classes: int, pupils: int, below: int, size: int) -> int:
    """Merge a grade of small classes; return how many there are (`rules.merge`)."""
    merged = classes
    while merged > 1 and pupils < below * merged and pupils <= size * (merged - 1):
        merged -= 1
    if merged < classes:
        _share_out(sizes, pupils, merged)
    return merged


@njit(cache=True, nogil=True, error_model="numpy")
def _largest(sizes: Whole, classes: int) -> int:
    """Return the size of the largest class, 0 without classes."""
    largest = 0
    for number in range(classes):
        largest = max(largest, sizes[number])
    return largest


@njit(cache=True, nogil=True, error_model="numpy")
def _divide_largest(count: Whole, sizes: Whole, above: int, rooms: int) -> None:
    """Give free rooms to the grades with the largest classes (`rules.divide_largest`)."""
    if above == 0:
        return
    for _ in range(rooms):
        worst, largest = 0, 0
        for grade in range(len(count)):
            here = _largest(sizes[grade], count[grade])
            if here > largest:
                worst, largest = grade, here
        if largest <= above:
            return
        pupils = 0
        for number in range(count[worst]):
            pupils += sizes[worst, number]
        count[worst] += 1
        _share_out(sizes[worst], pupils, count[worst])


@njit(cache=True, nogil=True, error_model="numpy")
def _open_classes(sizes: Whole, entrants: int, rooms: int, size: int) -> int:
    """Write the classes an entry grade opens; return how many (`rules.open_classes`)."""
    if entrants == 0:
        return 0
    classes = max(1, min((entrants + size - 1) // size, rooms))
    _share_out(sizes, entrants, classes)
    return classes


@njit(cache=True, nogil=True, error_model="numpy")
def form_years(
    books: Books, members: Whole, drawn: Whole, count: Whole, sizes: Whole, rest: Whole
) -> None:
    """Form the classes of a group of sections in all years after the first.

    Args:
        books: What is known.
        members: Sections of the group.
        drawn: Their pupils, [member, grade, year].
        count: Number of classes, [year, member, grade]; those of the first year are filled in.
        sizes: Pupils of each class, [year, member, grade, class]; likewise.
        rest: Room for the remainders of one grade, [class].
    """
    above, below = books.policy[0], books.policy[1]
    standard, sources, rooms = books.standard, books.sources, books.rooms
    grades = drawn.shape[1]
    for year in range(1, drawn.shape[2]):
        both = sizes[year - 1 : year + 1]
        for place in range(len(members)):
            left = rooms[members[place], year]
            for grade in range(1, grades):
                pupils = drawn[place, grade, year]
                source = _source(sources, members, place, grade, count[year - 1])
                classes = 0 if source < 0 else count[year - 1, source, grade - 1]
                classes = _climb(both, place, grade, source, classes, pupils, rest)
                if below > 0:
                    size = min(standard[grade], above) if above > 0 else standard[grade]
                    classes = _merge(both[1, place, grade], classes, pupils, below, size)
                count[year, place, grade] = classes
                left -= classes
            left = max(0, left)
            opened = _open_classes(sizes[year, place, 0], drawn[place, 0, year], left, standard[0])
            count[year, place, 0] = opened
            _divide_largest(count[year, place], sizes[year, place], above, left - opened)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def _source(sources: Whole, members: Whole, place: int, grade: int, before: Whole) -> int:
    """Return the member whose classes continue in a grade: the first that had any; -1: none."""
    section = members[place]
    for option in range(sources.shape[2]):
        source = sources[section, grade, option]
        if source < 0:
            break
        other = place
        if source != section:
            other = 0
            while members[other] != source:
                other += 1
        if before[other, grade - 1] > 0:
            return other
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _tally(
    books: Books, tallies: Tallies, section: int, draw: int, count: Whole, sizes: Whole, year: int
) -> None:
    """Count the classes of one section, year and future by size."""
    large, super_large = books.policy[2], books.policy[3]
    all_over = all_big = all_huge = 0
    for grade in range(len(count)):
        over = big = 0
        for number in range(count[grade]):
            pupils = sizes[grade, number]
            over += pupils > books.standard[grade]
            big += pupils >= large
            all_huge += pupils >= super_large
        all_over += over
        all_big += big
        tallies.any_large[section, grade, year] += big > 0
        if grade == 0:
            tallies.entry_over[section, year, draw] = over
    tallies.over_standard[section, year, draw] = all_over
    tallies.large[section, year, draw] = all_big
    tallies.super_large[section, year, draw] = all_huge


@njit(cache=True, nogil=True, error_model="numpy")
def count_futures(books: Books, tallies: Tallies, first: int, last: int) -> None:
    """Work through the groups from first to last - 1 and fill in their tallies."""
    _, grades, years = books.pupils.shape
    draws = books.rolls.shape[2]
    slots = books.sizes.shape[2]
    ahead, kept = np.zeros((2, grades)), np.zeros(grades)
    rest = np.zeros(slots, dtype=np.int64)
    for group in range(first, last):
        members = books.members[books.starts[group] : books.starts[group + 1]]
        drawn = np.zeros((len(members), grades, years), dtype=np.int64)
        count = np.zeros((years, len(members), grades), dtype=np.int64)
        sizes = np.zeros((years, len(members), grades, slots), dtype=np.int64)
        for place in range(len(members)):
            for grade in range(grades):
                count[0, place, grade] = books.classes[members[place], grade]
                for number in range(count[0, place, grade]):
                    sizes[0, place, grade, number] = books.sizes[members[place], grade, number]
        for draw in range(draws):
            for place in range(len(members)):
                _draw_pupils(books, members[place], draw, drawn[place], ahead, kept)
            form_years(books, members, drawn, count, sizes, rest)
            for year in range(years):
                for place in range(len(members)):
                    _tally(
                        books,
                        tallies,
                        members[place],
                        draw,
                        count[year, place],
                        sizes[year, place],
                        year,
                    )
