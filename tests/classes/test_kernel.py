"""The compiled rules are the rules: class by class, in any town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.classes.draws import books_of
from planner.classes.kernel import form_years
from planner.scenario import ClassSettings
from tests.classes.towns import by_rules, stage_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.classes.draws import ClassStart
    from tests.classes.towns import Cells


def some_stage(seed: int, policy: ClassSettings) -> ClassStart:
    """Return a stage of up to four sections, some of whose pupils go on to one another.

    Grades stand empty now and then, rooms come and go, and a section may be larger than a
    section can be.
    """
    chance = np.random.default_rng(seed)
    sections, grades, years = chance.integers(1, (5, 7, 6))
    usual = chance.choice([3, 40, 120, 400], sections)[:, None, None]
    pupils = chance.poisson(usual * np.ones((sections, grades, years)))
    pupils[chance.random(pupils.shape) < 0.1] = 0
    rooms = chance.integers(0, 1 + np.maximum(1, usual[:, :, 0] * grades // 30), (sections, years))
    sources = {
        (section, grade): tuple(chance.permutation(sections)[: chance.integers(0, 3)].tolist())
        for section in range(sections)
        for grade in range(1, grades)
        if chance.random() < 0.5
    } | {
        (section, grade): (section,)
        for section in range(sections)
        for grade in range(1, grades)
        if chance.random() < 0.8
    }
    standard = int(chance.choice([30, 45, 50]))
    return stage_of(pupils, rooms, sources=sources, standard=standard, policy=policy)


def compiled(start: ClassStart, drawn: npt.NDArray[np.int64]) -> Cells:
    """Return every class as the compiled loops form them."""
    books = books_of(start, seed=0)
    sections, grades, years = drawn.shape
    count = np.zeros((years, sections, grades), dtype=np.int64)
    sizes = np.zeros((years, sections, grades, books.sizes.shape[2]), dtype=np.int64)
    count[0], sizes[0] = books.classes, books.sizes
    rest = np.zeros(books.sizes.shape[2], dtype=np.int64)
    for first, last in zip(books.starts, books.starts[1:], strict=False):
        members = books.members[first:last]
        mine, theirs = count[:, members].copy(), sizes[:, members].copy()
        form_years(books, members, drawn[members], mine, theirs, rest)
        count[:, members], sizes[:, members] = mine, theirs
    return {
        (section, grade, year): tuple(sizes[year, section, grade, : count[year, section, grade]])
        for year in range(years)
        for section in range(sections)
        for grade in range(grades)
    }


policies = st.builds(
    ClassSettings,
    split_above=st.sampled_from([0, 20, 45, 55]),
    merge_below=st.sampled_from([0, 15, 25, 60]),
)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10_000), policy=policies)
def test_every_class_of_every_town_is_the_one_that_the_rules_give(
    seed: int, policy: ClassSettings
) -> None:
    start = some_stage(seed, policy)
    assert compiled(start, start.pupils) == by_rules(start, start.pupils)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), policy=policies)
def test_the_classes_of_a_grade_hold_its_pupils_and_nobody_else(
    seed: int, policy: ClassSettings
) -> None:
    start = some_stage(seed, policy)
    for (section, grade, year), sizes in compiled(start, start.pupils).items():
        assert sum(sizes) == start.pupils[section, grade, year]
        assert all(size > 0 for size in sizes)
