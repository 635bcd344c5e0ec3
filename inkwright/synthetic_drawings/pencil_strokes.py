"""Pencil strokes as arrays, and how the pressure of a hand shapes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.synthetic_drawings.clean_drawing import FloatArray, arc_length, at_lengths

POINTS = 9  # points that each stroke passes through


@dataclass(frozen=True)
class PencilStrokes:
    """Many strokes of the same pencil.

    Attributes:
        points: [N, 9, 2] points that each stroke passes through, in canvas units.
        width: [N] full widths in canvas units.
        darkness: [N] share of the light that one pass of the pencil takes away, in [0, 1].
    """

    points: FloatArray
    width: FloatArray
    darkness: FloatArray

    @classmethod
    def join(cls, parts: Sequence[PencilStrokes]) -> PencilStrokes:
        """All strokes, one part after the other."""
        filled = [part for part in parts if len(part.width)]
        if not filled:
            return cls(np.zeros((0, POINTS, 2)), np.zeros(0), np.zeros(0))
        return cls(
            np.concatenate([part.points for part in filled]),
            np.concatenate([part.width for part in filled]),
            np.concatenate([part.darkness for part in filled]),
        )

    @classmethod
    def even(cls, lines: Sequence[FloatArray], width: float, darkness: float) -> PencilStrokes:
        """Each polyline as one chain of strokes of one width and darkness."""
        pieces = [piece for line in lines for piece in _chain(line)]
        if not pieces:
            return cls.join([])
        return cls(np.stack(pieces), np.full(len(pieces), width), np.full(len(pieces), darkness))


def _chain(line: FloatArray, spacing: float = 9.0) -> list[FloatArray]:
    """A polyline as pieces of 9 points; each piece begins where the one before ended."""
    along = arc_length(line)
    count = max(int(np.ceil(along[-1] / (spacing * (POINTS - 1)))), 1)
    places = at_lengths(line, along, np.linspace(0, along[-1], count * (POINTS - 1) + 1))
    return [places[start : start + POINTS] for start in range(0, count * (POINTS - 1), POINTS - 1)]


def pressed(points: FloatArray, width: FloatArray, darkness: FloatArray) -> PencilStrokes:
    """Each stroke three times, shorter and wider each time: ends are thin and light.

    Strokes pass through points [N, 9, 2]; full widths [N] and darkness [N] in [0, 1) are those of the middle.
    """
    layers = []
    for margin, wide, share in ((0.0, 0.6, 0.35), (0.07, 0.85, 0.35), (0.2, 1.0, 0.3)):
        density = -np.log1p(-darkness) * share
        inner = _shortened(points, margin)
        layers.append(PencilStrokes(inner, width * wide, -np.expm1(-density)))
    return PencilStrokes.join(layers)


def _shortened(points: FloatArray, margin: float) -> FloatArray:
    if margin == 0.0:
        return points
    place = np.linspace(margin, 1 - margin, POINTS) * (POINTS - 1)
    below = np.minimum(place.astype(int), POINTS - 2)
    part: NDArray[np.float64] = (place - below)[:, None]
    return points[:, below] * (1 - part) + points[:, below + 1] * part
