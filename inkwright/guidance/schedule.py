"""Piecewise linear schedules over the progress of a run."""

import math
from bisect import bisect_right
from collections.abc import Sequence


class Schedule:
    """A piecewise linear function of progress.

    Before its first knot and after its last one a schedule is constant. Two knots may share a progress: there
    it jumps, and takes the later value.
    """

    def __init__(self, value: float | Sequence[Sequence[float]]) -> None:
        """Checks and remembers the knots.

        Args:
            value: a number, for ever; or ``[[progress, value], ...]`` with progress in [0, 1], not falling.

        Raises:
            ValueError: a number is not finite, or the knots are empty, malformed, outside of [0, 1] or out of
                order.
        """
        knots = [[0.0, value]] if isinstance(value, int | float) else [list(knot) for knot in value]
        if not knots or any(len(knot) != 2 for knot in knots):
            raise ValueError(f"schedule is {value!r}; it must be a number or [[progress, value], ...]")
        self.progress = [float(knot[0]) for knot in knots]
        self.values = [float(knot[1]) for knot in knots]
        if not all(math.isfinite(number) for number in (*self.progress, *self.values)):
            raise ValueError(f"schedule is {value!r}; every number must be finite")
        if self.progress != sorted(self.progress) or not 0 <= self.progress[0] <= self.progress[-1] <= 1:
            raise ValueError(f"schedule is {value!r}; progress must be in [0, 1] and must not fall")

    def __call__(self, progress: float) -> float:
        """The value at ``progress``."""
        after = bisect_right(self.progress, progress)
        if after == 0:
            return self.values[0]
        if after == len(self.progress):
            return self.values[-1]
        start, end = self.progress[after - 1], self.progress[after]
        share = (progress - start) / (end - start)
        return self.values[after - 1] * (1 - share) + self.values[after] * share
