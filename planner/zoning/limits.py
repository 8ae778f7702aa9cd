"""Say when a search has done enough: the time is over, the gap small, or somebody says stop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a search ends before it has made all its proposals."""

    deadline: float = np.inf
    """Moment on the monotonic clock, seconds."""
    gap: float | None = None
    """Part of its value that a plan may be worth more than the bound to be good enough."""
    stop: Callable[[], bool] | None = None

    @classmethod
    def of(
        cls,
        seconds: float | None,
        gap: float | None,
        stop: Callable[[], bool] | None,
        began: float,
    ) -> Limits:
        """Read the limits that were asked for of a search that began at a moment."""
        deadline = np.inf if seconds is None else began + seconds
        return cls(float(deadline), gap, stop)

    def reached(self, value: float, bound: float) -> bool:
        """Say whether a plan of this value is good enough, or the time is over."""
        return self.over() or (self.gap is not None and value - bound <= self.gap * value)

    def over(self) -> bool:
        """Say whether the time is over, or somebody said stop."""
        return self.seconds_left() <= 0 or self.stopped()

    def stopped(self) -> bool:
        """Say whether somebody said stop."""
        return self.stop is not None and self.stop()

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, without end where there is none."""
        return self.deadline - monotonic()

    def share(self, part: float) -> Limits:
        """Return the same limits for that part of the time that is left."""
        left = self.seconds_left()
        return replace(self, deadline=monotonic() + part * left) if np.isfinite(left) else self
