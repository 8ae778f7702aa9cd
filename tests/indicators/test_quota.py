"""Quota places add up, whatever the schools."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.indicators import quota_places, quota_total

schools = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 900), min_size=1
)


def test_rounding_each_school_by_itself_would_not_add_up() -> None:
    # 100 places, three equal schools: 33.3 each, 99 in all; largest remainders give 34, 33, 33.
    given_places = quota_places(100, {"a": 50, "b": 50, "c": 50})
    assert given_places == {"a": 34, "b": 33, "c": 33}
    # Two of 2.5: rounded up there would be 6, rounded to even 4.
    assert sum(quota_places(5, {"a": 10, "b": 10}).values()) == 5


def test_places_follow_the_largest_remainders() -> None:
    # 10 × 45, 37, 18 of 100 = 4.5, 3.7, 1.8: whole parts 4, 3, 1; two left to .8 and .7.
    assert quota_places(10, {"a": 45, "b": 37, "c": 18}) == {"a": 4, "b": 4, "c": 2}


def test_a_rural_graduate_may_count_for_more() -> None:
    # 60 and 40 graduates; the rural 40 count 1.5 times: 60 of 120 each, 5 places each.
    assert quota_places(10, {"town": 60, "rural": 40}) == {"town": 6, "rural": 4}
    weighted = quota_places(10, {"town": 60, "rural": 40}, rural_weight={"rural": 1.5})
    assert weighted == {"town": 5, "rural": 5}


def test_seventy_percent_of_85_places_are_60() -> None:
    assert quota_total(85, 0.7) == 60  # 59.5 would be less than 70 %
    assert quota_total(100, 0.7) == 70  # 0.7 × 100 is 70.00000000000001 for a computer
    assert (quota_total(0, 0.5), quota_total(7, 0.0), quota_total(7, 1.0)) == (0, 0, 7)


def test_nobody_gets_a_place_where_nobody_graduates() -> None:
    assert quota_places(10, {"a": 0, "b": 0}) == {"a": 0, "b": 0}
    assert quota_places(10, {}) == {}


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_0_and_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quota_total(10, share)


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        quota_places(10, {"a": -1})


@given(st.integers(0, 3000), schools)
def test_all_places_are_given_and_none_twice(places: int, graduates: dict[str, int]) -> None:
    found = quota_places(places, graduates)
    assert sum(found.values()) == (places if any(graduates.values()) else 0)
    assert min(found.values()) >= 0
    total = sum(graduates.values())
    for key, count in found.items():
        exact = Fraction(places * graduates[key], total) if total else Fraction(0)
        assert int(exact) <= count <= int(exact) + 1


@given(st.integers(0, 3000), schools)
def test_a_school_with_more_graduates_never_gets_fewer_places(
    places: int, graduates: dict[str, int]
) -> None:
    found = quota_places(places, graduates)
    ordered = sorted(graduates, key=lambda key: graduates[key])
    for less, more in pairwise(ordered):
        if graduates[less] < graduates[more]:
            assert found[less] <= found[more]


@given(st.integers(0, 3000), schools, st.integers(1, 50), st.data())
def test_more_graduates_of_its_own_never_cost_a_school_a_place(
    places: int, graduates: dict[str, int], extra: int, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(graduates)))
    after = quota_places(places, {**graduates, key: graduates[key] + extra})
    assert after[key] >= quota_places(places, graduates)[key]


@given(st.integers(0, 3000), schools)
def test_the_order_of_the_schools_is_of_no_account(places: int, graduates: dict[str, int]) -> None:
    backwards = dict(reversed(graduates.items()))
    assert quota_places(places, graduates) == quota_places(places, backwards)
