"""Draw some zones anew, all at once and exactly, where areas may go to likely sections only.

What is likely the prices of areas say: the regret of an area in a section is by how much the
bound rises at least if it goes there. Plans close to the best one hold few areas with much
regret, so that leaving these choices out makes a programme small which still has good plans
(a restriction in the spirit of Danna, Rothberg and Le Pape 2005, "Exploring relaxation induced
neighborhoods to improve MIP solutions", Mathematical Programming 102).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.zoning.proof.core import solve_core
from planner.zoning.proof.market import GAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from planner.zoning.ground import Ground
    from planner.zoning.proof.market import Market

    Whole = NDArray[np.int64]

__all__ = ["Redrawn", "likely_choices", "neighbouring", "put_into", "redraw"]


class Redrawn(NamedTuple):
    """What came of drawing zones anew."""

    plan: Whole | None
    """[node] a better plan, if there is one."""
    proved: bool
    """Whether there is no better one than that, or none at all, among the likely choices."""


def likely_choices(regrets: NDArray[np.float64], more: float) -> NDArray[np.bool_]:
    """Return [area, section] the choices of least regret: each area's best, and others.

    Args:
        regrets: [area, section] inf where no better plan has it so.
        more: How many further choices there are for each area on average.
    """
    finite = np.sort(regrets[np.isfinite(regrets)])
    many = min(int((1 + more) * len(regrets)), len(finite))
    most = finite[many - 1] if many else 0.0
    return np.asarray((regrets <= most) | (regrets <= regrets.min(axis=1)[:, None]))


def neighbouring(
    ground: Ground,
    plan: Whole,
    likely: NDArray[np.bool_],
    choices: float,
    rng: np.random.Generator,
) -> Whole:
    """Draw zones that touch each other, longer borders more often: [zone], ascending.

    The first one is overfull, if any is: what it lacks may be found some zones away. There are
    two at least, and more as long as their areas have no more choices among them.

    Args:
        ground: The problem as the methods see it.
        plan: [node]
        likely: [area, section] the choices of each area.
        choices: Choices that the areas of all these zones may have together.
        rng: Source of chance.
    """
    source = np.repeat(np.arange(ground.nodes), np.diff(ground.starts))
    border = np.zeros((ground.sections, ground.sections))
    np.add.at(border, (plan[source], plan[ground.neighbours]), 1.0)
    np.fill_diagonal(border, 0.0)
    between = np.zeros((ground.sections, ground.sections))
    np.add.at(between, plan[: ground.areas], likely)
    overfull = np.flatnonzero(ground.overflow(plan))
    chosen = [int(rng.choice(overfull if len(overfull) else np.arange(ground.sections)))]
    while True:
        length = border[chosen].sum(axis=0)
        length[chosen] = 0.0
        if not length.any():
            break
        wider = [*chosen, int(rng.choice(ground.sections, p=length / length.sum()))]
        if len(chosen) > 1 and between[np.ix_(wider, wider)].sum() > choices:
            break
        chosen = wider
    return np.sort(np.array(chosen))


def redraw(
    part: Market,
    plan: Whole,
    *,
    seconds: float | None,
    branches: int | None,
    stop: Callable[[], bool],
    brief: bool,
) -> Redrawn:
    """Look for a better plan [node] that differs only in the zones of a part of the market.

    Args:
        part: Zones of the plan and what they could have, see `part_of`.
        plan: [node]
        seconds: Time to look for, None for no limit.
        branches: Branches to open, None for no limit; the same answer on any machine.
        stop: Asked now and then; true ends the search.
        brief: Leave out what pays in long searches only.
    """
    free = sum(len(territory.nodes) for territory in part.territories)
    zones = [territory.section for territory in part.territories]
    if free == int(np.isin(plan, zones).sum()):
        return Redrawn(None, proved=True)
    outcome = solve_core(part, plan, seconds=seconds, branches=branches, stop=stop, brief=brief)
    found = outcome.plan
    if found is not None and part.ground.value(found) >= part.ground.value(plan) * (1 - GAIN):
        found = None
    return Redrawn(found, outcome.proved)


def put_into(plan: Whole, found: Whole | None, zones: Whole, before: Whole) -> Whole | None:
    """Return what was found put into a plan that has become better meanwhile: [node].

    Where the zones are not any more what they were, there is only what was found.

    Args:
        plan: [node] the best plan by now.
        found: [node] the plan that was found, if one was.
        zones: [zone] the zones that were redrawn.
        before: [node] the plan in which they were.
    """
    theirs, now = np.isin(before, zones), np.isin(plan, zones)
    if found is None or (theirs != now).any() or (plan[theirs] != before[theirs]).any():
        return found
    return np.where(theirs, found, plan)
