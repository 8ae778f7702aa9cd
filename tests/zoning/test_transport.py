"""The cheapest way to seat all pupils if areas may be shared, beside a general linear solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.zoning.transport import seat_prices


def worth(each: np.ndarray, pupils: np.ndarray, seats: np.ndarray, price: np.ndarray) -> float:
    """Return what the prices of seats prove: nobody can be seated for less."""
    return float(pupils @ (each + price).min(axis=1) - seats @ price)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_the_prices_prove_what_a_general_solver_finds(seed: int, areas: int, sections: int) -> None:
    rng = np.random.default_rng(seed)
    each = rng.integers(0, 50, (areas, sections)).astype(float)
    each[rng.random(each.shape) < 0.2] = np.inf
    each[np.arange(areas), rng.integers(0, sections, areas)] = 7.0
    pupils = rng.integers(1, 20, areas)
    seats = rng.integers(-5, 60, sections)
    missing = float(rng.choice([0.0, 9.0, 500.0]))
    price = seat_prices(each, pupils, seats, missing)
    assert (price >= 0).all()
    assert (price <= missing).all()
    assert worth(each, pupils, seats, price) == pytest.approx(
        cheapest(each, pupils, seats, missing), abs=1e-6
    )


def cheapest(each: np.ndarray, pupils: np.ndarray, seats: np.ndarray, missing: float) -> float:
    """Return the value of the transport problem with a paid seat in each section."""
    areas, sections = each.shape
    possible = np.isfinite(each).ravel()
    found = linprog(
        np.concatenate([np.where(possible, each.ravel(), 0), np.full(sections, missing)]),
        A_eq=np.hstack([np.kron(np.eye(areas), np.ones(sections)), np.zeros((areas, sections))]),
        b_eq=pupils,
        A_ub=np.hstack([np.kron(np.ones(areas), np.eye(sections)), -np.eye(sections)]),
        b_ub=seats,
        bounds=[(0, None if may else 0) for may in possible] + [(0, None)] * sections,
    )
    assert found.fun is not None
    return float(found.fun)


def test_a_full_school_has_a_price_and_a_half_empty_one_has_none() -> None:
    each = np.array([[10.0, 40.0], [10.0, 25.0], [30.0, 0.0]])
    price = seat_prices(each, np.array([5, 5, 5]), np.array([5, 20]), 1e6)
    # Of the two areas near the left school one has to go right: the second loses only 15.
    assert price.tolist() == [15.0, 0.0]


def test_a_seat_that_is_missing_everywhere_is_paid_for() -> None:
    price = seat_prices(np.array([[10.0, 40.0]]), np.array([9]), np.array([2, 3]), 100.0)
    assert price.tolist() == [100.0, 70.0]
