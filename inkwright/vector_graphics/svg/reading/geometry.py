"""The basic shapes of SVG as chains of cubic segments."""

from __future__ import annotations

import math

import numpy as np

from inkwright.vector_graphics.svg.reading.numbers import parse_length, parse_numbers, shortened
from inkwright.vector_graphics.svg.reading.path_parser import (
    CubicPath,
    line_chain,
    parse_path,
    split_into_paths,
)
from inkwright.vector_graphics.svg.reading.style import Style

SHAPE_TAGS = frozenset(("path", "line", "polyline", "polygon", "rect", "circle", "ellipse"))


def cubic_paths(tag: str, style: Style, viewport: tuple[float, float]) -> list[CubicPath]:
    """The paths of a basic shape in its own coordinates; none if the shape is not rendered.

    Quadratic curves are raised exactly, arcs become one cubic per quarter turn (off by 0.03 % of the radius),
    lines become cubics with evenly spaced control points.

    Args:
        tag: one of ``SHAPE_TAGS``.
        style: the element's attributes and properties.
        viewport: (width, height) that percentages refer to.

    Raises:
        ValueError: a length or the path data cannot be read.
    """
    if tag == "path":
        return parse_path(style.get("d", ""))
    if tag in ("polyline", "polygon"):
        return _polyline(style.get("points", ""), closed=tag == "polygon")
    return _basic_shape(tag, _Lengths(style, viewport))


class _Lengths:
    """Lengths of an element by name."""

    def __init__(self, style: Style, viewport: tuple[float, float]) -> None:
        self._style = style
        width, height = viewport
        self._relative_to = {"x": width, "y": height, "r": math.hypot(width, height) / math.sqrt(2)}

    def get(self, name: str, axis: str) -> float:
        """The length, by default 0; percentages refer to the viewport along ``axis``: "x", "y" or "r"."""
        return parse_length(name, self._style.get(name, "0"), self._relative_to[axis])

    def size(self, name: str, axis: str) -> float:
        """A length that must not be negative.

        Raises:
            ValueError: it is.
        """
        value = self.get(name, axis)
        if value < 0:
            raise ValueError(f"{name} is {value:g}; it must not be negative")
        return value

    def radii(self) -> tuple[float, float]:
        """(rx, ry); one that is not there or "auto" is like the other."""
        given = [name for name in ("rx", "ry") if self._style.get(name, "auto") != "auto"]
        if not given:
            return 0.0, 0.0
        return self.size(given[0], given[0][1]), self.size(given[-1], given[-1][1])


def _basic_shape(tag: str, lengths: _Lengths) -> list[CubicPath]:
    import svgelements

    if tag == "line":
        (x1, x2), (y1, y2) = (tuple(lengths.get(f"{axis}{end}", axis) for end in "12") for axis in "xy")
        return [(line_chain(np.array([[x1, y1], [x2, y2]])), False)]
    if tag == "rect":
        left, top = lengths.get("x", "x"), lengths.get("y", "y")
        width, height = lengths.size("width", "x"), lengths.size("height", "y")
        radii = lengths.radii()
        shape = svgelements.Rect(left, top, width, height, *radii) if width and height else None
    else:
        radii = (lengths.size("r", "r"),) * 2 if tag == "circle" else lengths.radii()
        center = lengths.get("cx", "x"), lengths.get("cy", "y")
        shape = svgelements.Ellipse(*center, *radii) if all(radii) else None
    if shape is None:
        return []
    sides = [
        side for side in svgelements.Path(shape) if type(side).__name__ != "Line" or side.start != side.end
    ]
    return split_into_paths(sides)


def _polyline(text: str, *, closed: bool) -> list[CubicPath]:
    values = parse_numbers("points", text)
    if len(values) % 2:
        raise ValueError(
            f"points is {shortened(text)}; it has {len(values)} numbers, an even count is needed"
        )
    corners = np.array(values).reshape(-1, 2)
    if len(corners) < 2:
        return []
    if not closed:
        return [(line_chain(corners), False)]
    corners = corners[:-1] if len(corners) > 2 and (corners[0] == corners[-1]).all() else corners
    return [(line_chain(np.concatenate([corners, corners[:1]]))[:-1], True)]
