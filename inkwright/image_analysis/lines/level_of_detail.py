"""Settings of line drawing that depend on the number of strokes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class LevelOfDetail:
    """Everything that depends on the number of strokes.

    Lengths are in pixels of a picture whose long side has 448. The values were chosen by eye on the bundled
    pictures at 16, 64 and 256 strokes (``benchmarks.sketches.contact_sheet``); no paper has them.

    Attributes:
        abstraction: 1 for 16 strokes and fewer, 0 for 256 and more, even in the logarithm between.
        coarseness: in [0, 1], share of the coarser scale in the lines that strokes follow.
        damping: >= 0, how much of the mean line strength around is taken from each line.
        background: in [0, 1], how much of a line is kept where nothing is salient.
        contrast: exponent of the line strength, > 0; small values bring faint lines up.
        faces: >= 0, by which share the features of a face are strengthened.
        tolerance: largest distance between a curve and its cubic.
        clearance: distance within which a parallel line counts as drawn already.
        crowding: how fast the worth of a line falls with the ink around it, >= 0.
        crowding_radius: of the ink that counts.
        effort: worth per pixel that a line must have to be drawn at all.
        shortest: shortest stroke.
        reach: longest stroke to either side of where it begins.
        largest_gap: longest break of a line that a stroke bridges.
    """

    abstraction: float
    coarseness: float
    damping: float
    background: float
    contrast: float
    faces: float
    tolerance: float
    clearance: float
    crowding: float
    crowding_radius: float
    effort: float
    shortest: float
    reach: float
    largest_gap: float

    @classmethod
    def for_strokes(cls, num_strokes: int) -> LevelOfDetail:
        """Few strokes: long, apart, on lasting and salient lines. Many: short, close, on fine lines too.

        Raises:
            ValueError: there is no stroke.
        """
        if num_strokes < 1:
            raise ValueError(f"num_strokes is {num_strokes}; it must be at least 1")
        a = float(np.clip(1 - np.log2(num_strokes / 16) / 4, 0, 1))
        return cls(
            abstraction=a,
            coarseness=0.4 + 0.2 * a,
            damping=0.5 + 0.5 * a,
            background=0.27 - 0.15 * a,
            contrast=0.75 + 0.1 * a,
            faces=0.2 + 0.8 * a,
            tolerance=1.2 + 2.8 * a,
            clearance=3 + 3 * a,
            crowding=0.1 + 0.2 * a,
            crowding_radius=10 + 14 * a,
            effort=0.035 + 0.045 * a,
            shortest=6,
            reach=70 + 70 * a,
            largest_gap=4 * (1 + a),
        )

    def loosened(self, looseness: float) -> LevelOfDetail:
        """The same number of strokes in a freer hand: coarser lines, longer arcs that bridge more.

        Looseness is in [0, 1]; 0 changes nothing.

        Raises:
            ValueError: it is out of its range.
        """
        if not 0 <= looseness <= 1:
            raise ValueError(f"abstraction is {looseness}; it must be in [0, 1]")
        x = looseness
        return replace(
            self,
            coarseness=self.coarseness + (1 - self.coarseness) * x,
            damping=self.damping + 0.15 * x,
            tolerance=self.tolerance * (1 + 2.5 * x),
            clearance=self.clearance * (1 + 0.5 * x),
            shortest=self.shortest * (1 + x),
            reach=self.reach * (1 + x),
            largest_gap=self.largest_gap * (1 + 2 * x),
        )
