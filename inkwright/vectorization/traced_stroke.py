"""One stroke of a traced drawing."""

from dataclasses import dataclass

import numpy as np
import torch

from inkwright.vector_graphics.curves.bezier import split
from inkwright.vector_graphics.curves.fitting import sample_cubics
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vectorization.skeleton.line_graph import FloatArray


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
        return np.concatenate([sample_evenly(cubic, spacing) for cubic in self.cubics()])

    def polyline(self, spacing: float) -> FloatArray:
        """The same, back to its first point if it is closed."""
        points = self.sampled(spacing)
        return np.concatenate([points, self.control[:1]]) if self.closed else points

    def cubics(self) -> list[FloatArray]:
        """The control points [4, 2] of each cubic."""
        ring = np.concatenate([self.control, self.control[:1]]) if self.closed else self.control
        return [ring[start : start + 4] for start in range(0, len(ring) - 1, 3)]


def sample_evenly(cubic: FloatArray, spacing: float = 0.5) -> FloatArray:
    """[n, 2] points on a cubic [4, 2] at even steps of t, at most about ``spacing`` pixels apart."""
    return sample_cubics(cubic, int(np.hypot(*np.diff(cubic, axis=0).T).sum() / spacing) + 2)


def split_cubic(cubic: FloatArray, t: float) -> tuple[FloatArray, FloatArray]:
    """The control points of a cubic [4, 2] before and after parameter ``t``, [4, 2] each."""
    before, after = split(torch.from_numpy(np.ascontiguousarray(cubic)), torch.tensor(t, dtype=torch.float64))
    return before.numpy(), after.numpy()


def to_drawing(strokes: list[TracedStroke], canvas: tuple[float, float]) -> Drawing:
    """Black strokes as a drawing on a canvas (width, height)."""
    parts = [_shape(stroke, canvas) for stroke in strokes]
    return Drawing.concat(*parts) if parts else Drawing.empty(canvas)


def _shape(stroke: TracedStroke, canvas: tuple[float, float]) -> Drawing:
    points = torch.from_numpy(stroke.control.astype(np.float32))[None]
    black = torch.tensor([[0.0, 0.0, 0.0, 1.0]])
    width = torch.tensor([stroke.width], dtype=torch.float32)
    if not stroke.closed:
        return Drawing.from_strokes(points, width, black, canvas)
    ring = Drawing.from_fills(points, black, canvas)
    return ring.replace(
        width=width,
        stroke=black,
        fill=torch.zeros_like(black),
        stroked=torch.ones(1, dtype=torch.bool),
        filled=torch.zeros(1, dtype=torch.bool),
    )
