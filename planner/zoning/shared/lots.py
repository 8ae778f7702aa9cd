"""Tell with which chance a child of a shared zone comes to each of its sections, without sampling.

Lots. A zone with n children has sections with s_j seats, S in all. Every child draws one of the S
tickets. All tickets are alike, so each child holds each ticket with the same chance, however many
draw before it:

    P(j) = s_j / S                                                                          (1)

and section j gets a number of children that is hypergeometric with mean n s_j / S. Where n > S, a
crowded zone, those beyond the seats are spread in the same proportion, and (1) holds as well.

Near first. Every child asks first at the section of the zone that is nearest on foot. a_j children
ask at j; if they are more than s_j, s_j of them are drawn:

    P(first choice j) = min(1, s_j / a_j)                                                   (2)

The L = sum_j max(0, a_j - s_j) who were not drawn, a number that no lot changes, then draw among
the F = sum_j max(0, s_j - a_j) seats that stayed free, which no lot changes either:

    P(k | not drawn) = max(0, s_k - a_k) / max(L, F) + max(0, L - F) / L * s_k / S          (3)

the second part again for those beyond all seats. Further rounds of second and third wishes are
taken as this one draw. Expectations need no more than these chances, as they are linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.zoning.shared.problem import Draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["chances", "deal"]


def chances(
    pupils: NDArray[np.int64],
    seats: NDArray[np.int64],
    walk_metres: NDArray[np.float64],
    draw: Draw,
) -> NDArray[np.float64]:
    """Return the chance of a child of each area for each section of one zone, [area, section].

    The chances of an area add up to 1.

    Args:
        pupils: Children who draw, [area of the zone].
        seats: Seats, [section of the zone], together more than 0 where there are several sections.
        walk_metres: Walks, [area of the zone, section of the zone].
        draw: How places are given.
    """
    areas, sections = walk_metres.shape
    if sections == 1:
        return np.ones((areas, 1))
    by_seats = seats / seats.sum()
    if draw is Draw.LOTS:
        return np.tile(by_seats, (areas, 1))
    # Who has several sections equally near, or no way to any, asks at each of them alike.
    first = (walk_metres == walk_metres.min(axis=1)[:, None]).astype(float)
    first /= first.sum(axis=1)[:, None]
    asking = pupils @ first
    drawn = first * np.divide(seats, asking, out=np.ones(sections), where=asking > seats)
    chance: NDArray[np.float64] = drawn + np.outer(1 - drawn.sum(axis=1), _not_drawn(asking, seats))
    return chance


def _not_drawn(asking: NDArray[np.float64], seats: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (3): where those go who were not drawn at their first choice, [section]."""
    lost = float(np.maximum(asking - seats, 0).sum())
    free = np.maximum(seats - asking, 0)
    if lost == 0:
        return np.zeros(len(seats))
    beyond = max(0.0, lost - float(free.sum())) / lost
    chance: NDArray[np.float64] = free / max(lost, float(free.sum())) + beyond * seats / seats.sum()
    return chance


def deal(pupils: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Divide whole children as the lots will on average, [area, section].

    Every child of an area goes to one section for which it has a chance; area after area, it is
    the section that lacks most of what it can expect so far. So the sums of the areas are kept
    exactly, and those of the sections come within two children of their expectation.

    Args:
        pupils: Children, [area].
        chance: Chances that add up to 1 for each area, [area, section].
    """
    dealt = np.zeros(chance.shape, dtype=np.int64)
    lacking = [0.0] * chance.shape[1]
    for area, children in enumerate(pupils.tolist()):
        own = chance[area].tolist()
        lacking = [before + children * part for before, part in zip(lacking, own, strict=True)]
        possible = [section for section, part in enumerate(own) if part > 0]
        for _ in range(children):
            # Float dust must not decide between sections that lack the same.
            section = max(possible, key=lambda place: (round(lacking[place], 6), -place))
            lacking[section] -= 1
            dealt[area, section] += 1
    return dealt
