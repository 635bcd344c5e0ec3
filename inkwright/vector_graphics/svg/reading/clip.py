"""Rectangles that clip: harmless if all that they hold lies inside of them, as many editors use them."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths, Size
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, parse_transform
from inkwright.vector_graphics.svg.reading.viewport import Box

Bounds = NDArray[np.float64]  # [4] left, top, right, bottom in canvas units

_TOLERANCE = 1e-4
_NOT_PLAIN = {"rx", "ry", "clip-path", "style", "class", "display", "visibility"}


def clip_rectangle(clip_path: Element, matrix: Matrix, viewport: Size) -> Bounds | None:
    """The rectangle on the canvas that a <clipPath> lets through; None if it is no plain upright rectangle.

    The matrix, from the clipped element to the canvas, and the viewport are those of the clipped element.

    Raises:
        ValueError: a length or a transform cannot be read.
    """
    children = [child for child in clip_path if local_name(child) not in (None, "title", "desc")]
    plain = clip_path.get("clipPathUnits", "userSpaceOnUse") == "userSpaceOnUse"
    if not plain or "clip-path" in clip_path.attrib or [local_name(child) for child in children] != ["rect"]:
        return None
    [rectangle] = children
    if _NOT_PLAIN & rectangle.attrib.keys():
        return None
    for element in (clip_path, rectangle):
        matrix = matrix @ parse_transform("transform", element.get("transform", "none"))
    lengths = Lengths(rectangle.attrib, viewport)
    box = lengths.get("x"), lengths.get("y"), lengths.get("width"), lengths.get("height")
    return upright_bounds(box, matrix)


def upright_bounds(box: Box, matrix: Matrix) -> Bounds | None:
    """(left, top, right, bottom) of a rectangle on the canvas; None if the matrix turns or skews it."""
    turned = matrix[:2, :2] != 0
    if turned[0].all() or turned[1].all():
        return None
    x, y, width, height = box
    corners = np.array([[x, y, 1.0], [x + width, y + height, 1.0]]) @ matrix[:2].T
    return np.concatenate([corners.min(0), corners.max(0)])


def lies_inside(shapes: Sequence[PaintedShape], bounds: Bounds, canvas: Size) -> bool:
    """Whether clipping to the bounds leaves what the shapes paint on the canvas as it is."""
    slack = _TOLERANCE * max(canvas)
    low = np.maximum(np.min([shape.bounds()[:2] for shape in shapes], axis=0), 0.0)
    high = np.minimum(np.max([shape.bounds()[2:] for shape in shapes], axis=0), canvas)
    within = (low >= bounds[:2] - slack).all() and (high <= bounds[2:] + slack).all()
    return bool(within or (low >= high).any())
