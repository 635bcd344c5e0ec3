"""Strokes of a canvas as pixels of a window on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.synthetic_drawings.clean_drawing import FloatArray, rotation
from inkwright.synthetic_drawings.pencil_strokes import PencilStrokes
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Window:
    """A square of pixels laid over a canvas.

    Attributes:
        center: [2] the canvas point in its middle.
        units_per_pixel: above 1 the drawing is seen from farther away.
        turn: radians that the drawing is turned by.
        mirrored: whether left and right change places.
        side: width and height in pixels.
    """

    center: FloatArray
    units_per_pixel: float
    turn: float
    mirrored: bool
    side: int

    def to_pixels(self, points: FloatArray) -> FloatArray:
        """Points [..., 2] of the canvas in pixels of the window."""
        matrix = rotation(self.turn) / self.units_per_pixel
        if self.mirrored:
            matrix = np.diag([-1.0, 1.0]) @ matrix
        return (points - self.center) @ matrix.T + self.side / 2

    @classmethod
    def whole(cls, canvas_side: float, side: int) -> Window:
        """The whole canvas at ``side`` pixels."""
        return cls(np.full(2, canvas_side / 2), canvas_side / side, 0.0, False, side)


def paint(strokes: PencilStrokes, window: Window, finest: float = 0.8, keep_width: bool = False) -> Pixels:
    """[side, side] the light that the strokes leave, 1 = all of it.

    Strokes take light one after the other, so two passes of darkness a leave (1 - a)^2.

    Args:
        strokes: in canvas units.
        window: what is seen, and how large.
        finest: no stroke is thinner than this, in pixels.
        keep_width: widths are pixels already, whatever the window's scale.
    """
    points = window.to_pixels(strokes.points)
    width = strokes.width if keep_width else strokes.width / window.units_per_pixel
    width = np.maximum(width, finest)
    reach = (width / 2 + 2)[:, None]
    seen = (points.max(1) > -reach).all(1) & (points.min(1) < window.side + reach).all(1)
    if not seen.any():
        return np.ones((window.side, window.side), dtype=np.float32)
    cubics = torch.from_numpy(through(points[seen]).astype(np.float32))
    color = torch.zeros(len(cubics), 4)
    color[:, 3] = torch.from_numpy(strokes.darkness[seen].astype(np.float32))
    wide = torch.from_numpy(width[seen].astype(np.float32))
    drawing = Drawing.from_strokes(cubics, wide, color, (window.side, window.side))
    with torch.no_grad():
        return rasterize(drawing)[0, 0].numpy()


def paint_lines(curves: Sequence[FloatArray], window: Window, width: float) -> Pixels:
    """[side, side] black lines of one width in pixels on white; clean drawings are painted so."""
    return paint(PencilStrokes.even(curves, width, 1.0), window, finest=0.1, keep_width=True)


def through(points: FloatArray) -> FloatArray:
    """[N, 3S + 1, 2] cubic chains through points [N, S + 1, 2] (Catmull-Rom)."""
    slope = np.gradient(points, axis=1)
    chain = np.empty((len(points), 3 * points.shape[1] - 2, 2))
    chain[:, ::3] = points
    chain[:, 1::3] = points[:, :-1] + slope[:, :-1] / 3
    chain[:, 2::3] = points[:, 1:] - slope[:, 1:] / 3
    return chain
