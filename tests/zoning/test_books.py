"""What a zone lacks in the case that counts, by a quick way and by sorting all cases."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.zoning.books import Books, worth_of_zone


def no_books(sections: int) -> Books:
    """Return books in which nothing is kept."""
    none, sheet = np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    table = np.zeros((0, 0), dtype=np.int64)
    return Books(
        case_pupils=table,
        case_spare=table,
        forgiven=none,
        band=sheet,
        mix=np.zeros(0),
        marked=none,
        zone_marked=none,
        form=sheet,
        zone_form=sheet,
        form_metres=np.zeros(0),
        form_starts=none,
        form_neighbours=none,
        form_borders=np.zeros(0),
        part_starts=none,
        part_groups=none,
        part_pupils=none,
        group_metres=np.zeros(0),
        group_pupils=table,
        zone_worth=np.zeros(sections),
        group_worth=np.zeros(0),
    )


@given(spare=st.lists(st.integers(-30, 30), min_size=1, max_size=40), part=st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_the_cases_that_are_forgiven_are_the_worst_ones(spare: list[int], part: float) -> None:
    """With 120 futures of which 12 are forgiven the 13th worst counts."""
    forgiven = int(part * (len(spare) - 1))
    books = no_books(1)._replace(
        case_spare=np.array([spare], dtype=np.int64),
        case_pupils=np.zeros((1, len(spare)), dtype=np.int64),
        forgiven=np.array([forgiven], dtype=np.int64),
    )
    counts = max(0, -sorted(spare)[forgiven])
    assert worth_of_zone(books, 0, 0, 0, 1, 100.0) == 100.0 * counts
