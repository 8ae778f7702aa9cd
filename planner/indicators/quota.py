"""Give senior places to junior schools (指标到校) so that the parts add up to the whole."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["quota_places", "quota_total"]


def quota_total(places: int, share: float) -> int:
    """Return how many of the places are given as quota: a share of them, rounded up.

    Rounded up, since a share that must be reached is not reached by less; 70 % of 85 places are
    59.5, so 60 are given.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"Expected a share between 0 and 1, found {share}.")
    exact = Fraction(str(share)) * places
    return -(-exact.numerator // exact.denominator)


def quota_places(
    places: int, graduates: Mapping[str, int], *, rural_weight: Mapping[str, float] | None = None
) -> dict[str, int]:
    """Divide places among junior schools by their graduates, adding up exactly.

    Each school gets the whole part of places × weight × graduates ÷ Σ, and those that are left
    over go to the largest remainders (最大余数法), the larger school and then the smaller key
    first. Rounding each school by itself would give out more or fewer places than there are.

    Args:
        places: Places to give, at least 0.
        graduates: Graduates of each school who have been on its roll for three years.
        rural_weight: How much a graduate of a school counts, 1 where it is not named; rural
            schools may count for more (向农村初中倾斜).

    Returns:
        Places by school, in the order of `graduates`; none where there are no graduates at all.

    Raises:
        ValueError: A number is negative.
    """
    weights = {key: Fraction(str((rural_weight or {}).get(key, 1))) for key in graduates}
    if places < 0 or min(graduates.values(), default=0) < 0 or min(weights.values(), default=0) < 0:
        raise ValueError("Expected places, graduates and weights of at least 0.")
    heads = {key: weights[key] * count for key, count in graduates.items()}
    total = sum(heads.values())
    if total == 0:
        return dict.fromkeys(graduates, 0)
    # Fractions, since a remainder that is off in the last digit would decide who gets a place.
    exact = {key: places * count / total for key, count in heads.items()}
    given = {key: int(share) for key, share in exact.items()}
    left = places - sum(given.values())
    order = sorted(graduates, key=lambda key: (given[key] - exact[key], -graduates[key], key))
    for key in order[:left]:
        given[key] += 1
    return given
