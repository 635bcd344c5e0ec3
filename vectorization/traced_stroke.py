"""One stroke of a traced drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from image_analysis.cubic_fitting import bernstein
from vectorization.line_graph import FloatArray


@dataclass(frozen=True)
class TracedStroke:
    """One stroke of a traced drawing.

    Attributes:
        control: [3S + 1, 2], or [3S, 2] if closed: control points in pixels.
        closed: whether it ends where it began.
        width: full width in pixels.
        held: whether the (first, last) point lies on another stroke.
    """

    control: FloatArray
    closed: bool
    width: float
    held: tuple[bool, bool]

    def sampled(self, spacing: float = 0.5) -> FloatArray:
        """[n, 2] points along the stroke, at most about ``spacing`` pixels apart."""
        ring = np.concatenate([self.control, self.control[:1]]) if self.closed else self.control
        parts = []
        for start in range(0, len(ring) - 1, 3):
            cubic = ring[start : start + 4]
            count = int(np.hypot(*np.diff(cubic, axis=0).T).sum() / spacing) + 2
            parts.append(bernstein(np.linspace(0, 1, count)) @ cubic)
        return np.concatenate(parts)
