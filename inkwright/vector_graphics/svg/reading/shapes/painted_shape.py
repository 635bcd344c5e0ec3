"""One shape as it is read from an SVG: its paths on the canvas, and how they are painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.reuse.pictures import Picture, Pixels
from inkwright.vector_graphics.svg.reading.shapes.gradient import Gradient
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds, stroke_tips
from inkwright.vector_graphics.svg.reading.values.color import Color
from inkwright.vector_graphics.svg.reading.values.numbers import Size
from inkwright.vector_graphics.svg.reading.values.transform import Matrix

_MOST_PAIRS = 3_000


@dataclass(frozen=True)
class PaintedShape:
    """Paths in canvas units with their fill and stroke; None is no paint at all.

    A ``gradient`` or a ``picture`` stands in place of the fill's colour; the fill's alpha multiplies it.
    """

    paths: tuple[CubicPath, ...]
    fill: Color | None
    stroke: Color | None
    width: float
    even_odd: bool
    layer: int
    gradient: Gradient | None
    ends: StrokeEnds
    picture: Picture | None = None

    @property
    def flat(self) -> bool:
        """Whether its fill, if it has one, is of one color."""
        return self.gradient is None and self.picture is None

    @classmethod
    def ground(cls, canvas: Size, color: Color) -> PaintedShape:
        """All of a canvas in one color."""
        x, y = np.array([[1, 0], [0, 1]]) * np.array(canvas)
        sides = ((0 * x, x), (x, x + y), (x + y, y), (y, 0 * x))
        points = np.stack([a + share * (b - a) for a, b in sides for share in (0.0, 1 / 3, 2 / 3)])
        return cls(((points, True),), color, None, 0.0, False, 0, None, StrokeEnds("round", "round"))

    @classmethod
    def showing(cls, pixels: Pixels, *, smooth: bool) -> PaintedShape:
        """A pixel picture on a canvas of its own size."""
        height, width = pixels.shape[:2]
        frame = np.array([[0.0, 0.0], [width, 0.0], [0.0, height]])
        ground = cls.ground((width, height), (0.5, 0.5, 0.5, 1.0))
        return replace(ground, picture=Picture(pixels, frame, smooth))

    def mapped(self, matrix: Matrix) -> PaintedShape:
        """The shape elsewhere; its stroke widens by the root of the area."""
        turn, move = matrix[:2, :2].T, matrix[:2, 2]
        gradient = self.gradient and replace(self.gradient, frame=self.gradient.frame @ turn + move)
        picture = self.picture and replace(self.picture, frame=self.picture.frame @ turn + move)
        paths = tuple((points @ turn + move, closed) for points, closed in self.paths)
        width = self.width * float(abs(np.linalg.det(turn))) ** 0.5
        return replace(self, paths=paths, gradient=gradient, width=width, picture=picture)

    def faded(self, opacity: float) -> PaintedShape:
        """The shape with the alpha of its paints multiplied."""
        fill, stroke = (
            (*paint[:3], paint[3] * opacity) if paint else None for paint in (self.fill, self.stroke)
        )
        return replace(self, fill=fill, stroke=stroke)

    def bounds(self) -> NDArray[np.float64]:
        """[4] (left, top, right, bottom) that hold the shape with its stroke."""
        points = np.concatenate([points for points, _ in self.paths])
        if self.stroke is None:
            return np.concatenate([points.min(0), points.max(0)])
        margin = self.width / 2
        tips = [stroke_tips(path, self.width, self.ends) for path in self.paths]
        reached = np.concatenate([points - margin, points + margin, *tips])
        return np.concatenate([reached.min(0), reached.max(0)])


def may_overlap(shapes: Sequence[PaintedShape]) -> bool:
    """Whether two paints of the shapes could cover one point; judged by bounding boxes."""
    twice = any(shape.fill is not None and shape.stroke is not None and shape.width > 0 for shape in shapes)
    if twice or len(shapes) > _MOST_PAIRS:
        return True
    boxes = np.stack([shape.bounds() for shape in shapes]) if shapes else np.zeros((0, 4))
    apart = (boxes[:, None, :2] >= boxes[None, :, 2:]) | (boxes[:, None, 2:] <= boxes[None, :, :2])
    return int((~apart.any(-1)).sum()) > len(shapes)
