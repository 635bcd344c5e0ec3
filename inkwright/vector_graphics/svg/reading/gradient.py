"""Gradients of an SVG: <linearGradient> and <radialGradient> as they fill one shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.color import Color, parse_color
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.numbers import (
    MAX_NUMBER,
    Matrix,
    parse_length,
    parse_opacity,
    parse_transform,
)
from inkwright.vector_graphics.svg.reading.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.style import Style, StyleSheet
from inkwright.vector_graphics.svg.reading.unsupported import local_reference
from inkwright.vector_graphics.svg.reading.viewport import Size

GRADIENT_TAGS = ("linearGradient", "radialGradient")

_MAX_STOPS = 1_000_000
_THINNEST_FRAME = 1e-5
_FOCUS_SLACK = 1e-4
_DEFAULTS = {"x1": "0%", "y1": "0%", "x2": "100%", "y2": "0%", "cx": "50%", "cy": "50%", "r": "50%"}


@dataclass(frozen=True)
class Gradient:
    """A gradient on the canvas; the fields mean what they mean in ``GradientFills``."""

    radial: bool
    frame: NDArray[np.float64]
    positions: tuple[float, ...]
    colors: tuple[Color, ...]

    def mean_color(self) -> Color:
        """The opaque mean of the stops, for whoever wants one flat colour."""
        red, green, blue, _ = np.mean(self.colors, axis=0).tolist()
        return red, green, blue, 1.0


class GradientReader:
    """Finds what a reference to a gradient paints.

    Args:
        ids: elements of the document by id.
        sheet: its style sheet.
        refuse: is told of an element and what about it a Drawing cannot hold.
    """

    def __init__(
        self, ids: Mapping[str, Element], sheet: StyleSheet, refuse: Callable[[Element, str], None]
    ) -> None:
        self._ids = ids
        self._sheet = sheet
        self._refuse = refuse
        self._stops_left = _MAX_STOPS

    def paint(
        self, gradient: Element, paths: Sequence[CubicPath], matrix: Matrix, viewport: Size
    ) -> Gradient | Color | None:
        """What a gradient is on one shape: itself, a flat colour where it degenerates, or nothing.

        Args:
            gradient: the <linearGradient> or <radialGradient>.
            paths: of the shape, in its own coordinates.
            matrix: from these coordinates to the canvas.
            viewport: (width, height) that percentages of userSpaceOnUse refer to.

        Raises:
            ValueError: it refers to itself, or a number or colour cannot be read.
        """
        chain = self._chain(gradient)
        style: dict[str, str] = {}
        for element in reversed(chain):
            style.update(self._sheet.cascade(element, {}))
        stops = self._stops(chain)
        if not stops:
            return None
        positions, colors = zip(*stops, strict=True)
        radial = local_name(gradient) == "radialGradient"
        in_box = style.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox"
        matrix = matrix @ _box_matrix(paths) if in_box else matrix
        matrix = matrix @ parse_transform("gradientTransform", style.get("gradientTransform", "none"))
        if np.linalg.det(matrix[:2, :2]) == 0:
            return None
        viewport = (1.0, 1.0) if in_box else viewport
        self._refuse_unsupported(gradient, style, viewport)
        lengths = _lengths(style, viewport)
        frame = _radial_frame(lengths) if radial else _linear_frame(lengths)
        if len(stops) == 1 or frame is None:
            return colors[-1]
        return Gradient(radial, _placed_frame(frame, matrix), positions, colors)

    def _chain(self, gradient: Element) -> list[Element]:
        """The gradient and those that it takes from by href, nearest first."""
        chain = [gradient]
        while name := local_reference(chain[-1]):
            following = self._ids.get(name)
            if following is None or local_name(following) not in GRADIENT_TAGS:
                break
            if any(following is element for element in chain):
                raise ValueError(f"its gradient refers to #{name}, which refers back; this is refused")
            chain.append(following)
        return chain

    def _stops(self, chain: Sequence[Element]) -> list[tuple[float, Color]]:
        """Stops of the first gradient of a chain that has some, positions rising."""
        for element in chain:
            parent = self._sheet.cascade(element, {})
            children = [child for child in element if local_name(child) == "stop"]
            self._stops_left -= len(children)
            if self._stops_left < 0:
                raise ValueError(f"gradients have more than {_MAX_STOPS:,} stops, counting every use")
            if children:
                stops: list[tuple[float, Color]] = []
                for child in children:
                    position, color = _stop(self._sheet.cascade(child, parent))
                    stops.append((max([position, *(before for before, _ in stops[-1:])]), color))
                return stops
        return []

    def _refuse_unsupported(self, gradient: Element, style: Style, viewport: Size) -> None:
        spread = style.get("spreadMethod", "pad")
        if spread != "pad":
            self._refuse(gradient, f"spreadMethod {spread!r}")
        if local_name(gradient) != "radialGradient":
            return
        for axis, size in zip("xy", viewport, strict=True):
            center = style.get(f"c{axis}", "50%")
            focus = style.get(f"f{axis}", center)
            off = parse_length(f"f{axis}", focus, size) - parse_length(f"c{axis}", center, size)
            if abs(off) > _FOCUS_SLACK * size:
                self._refuse(gradient, f"a focal point off its centre (f{axis} {focus!r})")
        if parse_length("fr", style.get("fr", "0"), 1.0):
            self._refuse(gradient, f"a focal radius (fr {style['fr']!r})")


def _stop(style: Style) -> tuple[float, Color]:
    text = style.get("stop-color", "black")
    if text.lower() == "currentcolor":
        text = style.get("color", "black")
    red, green, blue, alpha = parse_color("stop-color", text)
    opacity = parse_opacity("stop-opacity", style.get("stop-opacity", "1"))
    return parse_opacity("offset", style.get("offset", "0")), (red, green, blue, alpha * opacity)


def _lengths(style: Style, viewport: Size) -> dict[str, float]:
    width, height = viewport
    diagonal = math.hypot(width, height) / math.sqrt(2)
    relative_to = {"x": width, "y": height, "r": diagonal}
    return {
        name: parse_length(name, style.get(name, default), relative_to[name.strip("c12")])
        for name, default in _DEFAULTS.items()
    }


def _linear_frame(lengths: Mapping[str, float]) -> NDArray[np.float64] | None:
    start, end = (np.array([lengths[f"x{which}"], lengths[f"y{which}"]]) for which in (1, 2))
    axis = end - start
    if not axis.any():
        return None
    return np.stack([start, end, start + [-axis[1], axis[0]]])


def _radial_frame(lengths: Mapping[str, float]) -> NDArray[np.float64] | None:
    radius = lengths["r"]
    if radius < 0:
        raise ValueError(f"r of its gradient is {radius:g}; it must not be negative")
    center = np.array([lengths["cx"], lengths["cy"]])
    return np.stack([center, center + [radius, 0.0], center + [0.0, radius]]) if radius else None


def _box_matrix(paths: Sequence[CubicPath]) -> Matrix:
    """From the unit square to the box around paths; singular if the box has no area."""
    (left, top), (right, bottom) = curve_box(paths)
    return np.array([[right - left, 0.0, left], [0.0, bottom - top, top], [0.0, 0.0, 1.0]])


def _placed_frame(frame: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    placed = frame @ matrix[:2, :2].T + matrix[:2, 2]
    first, second = placed[1:] - placed[:1]
    area = abs(first[0] * second[1] - first[1] * second[0])
    if not ((np.abs(placed) <= MAX_NUMBER).all() and area > (_THINNEST_FRAME * np.abs(placed).max()) ** 2):
        raise ValueError("its gradient is too thin, or too far away, for single precision")
    return np.asarray(placed)
