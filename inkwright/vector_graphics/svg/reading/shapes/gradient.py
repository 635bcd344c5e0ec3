"""Gradients of an SVG: <linearGradient> and <radialGradient> as they fill one shape."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.gradient_fills import FARTHEST_FOCUS
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.path_parser import CubicPath
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import curve_box
from inkwright.vector_graphics.svg.reading.source import Place, Source
from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.unsupported import animated
from inkwright.vector_graphics.svg.reading.values.color import Color, style_color
from inkwright.vector_graphics.svg.reading.values.numbers import (
    MAX_NUMBER,
    Lengths,
    UnreadableError,
    parse_opacity,
)
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine, parse_transform
from inkwright.vector_graphics.svg.reading.values.transform_origin import about_origin

GRADIENT_TAGS = ("linearGradient", "radialGradient")

_MAX_STOPS = 1_000_000
_THINNEST_FRAME = 1e-5
_FOCUS_SLACK = 1e-4
_GEOMETRY = ("x1", "y1", "x2", "y2", "cx", "cy", "r", "fx", "fy", "fr")  # each of one kind of gradient
_MOST_REPEATS = 1_000
_BETWEEN_STOPS = 8  # where luminance and alpha both change, their product is no straight line

Stops = list[tuple[float, Color]]


@dataclass(frozen=True)
class Gradient:
    """A gradient on the canvas; frame and focus are those of ``GradientFills``, stops (position, colour)."""

    radial: bool
    frame: NDArray[np.float64]
    stops: Stops
    focus: tuple[float, float, float] = (0.0, 0.0, 0.0)


class GradientReader:
    """Finds what references to the gradients of a document paint."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[Element, tuple[dict[str, str], Stops]] = {}
        self._stops_left = _MAX_STOPS

    def has_stops(self, gradient: Element) -> bool:
        """Whether a gradient paints anything."""
        if gradient not in self._known:
            self._known[gradient] = self._gathered(gradient)
        return bool(self._known[gradient][1])

    def paint(self, gradient: Element, paths: Sequence[CubicPath], place: Place) -> Gradient | Color | None:
        """What a gradient element is on a shape: itself, a flat colour where it degenerates, or nothing.

        The paths are those of the shape in its own coordinates, the place is that of the shape.

        Raises:
            ValueError: a number or color cannot be read.
        """
        if gradient not in self._known:
            self._known[gradient] = self._gathered(gradient)
        style, stops = self._known[gradient]
        self._stops_left -= len(stops)
        if self._stops_left < 0:
            raise ValueError(f"gradients have more than {_MAX_STOPS:,} stops, counting every use")
        return self._source.read(
            gradient, style, {}, lambda style: self._painted_with(gradient, (style, stops), paths, place)
        )

    def _painted_with(
        self,
        gradient: Element,
        gathered: tuple[dict[str, str], Stops],
        paths: Sequence[CubicPath],
        place: Place,
    ) -> Gradient | Color | None:
        style, stops = gathered
        in_box = style.get("gradientUnits") != "userSpaceOnUse"
        matrix = place.matrix @ _box_matrix(paths) if in_box else place.matrix
        turned = parse_transform("gradientTransform", style.get("gradientTransform", "none"))
        matrix = matrix @ about_origin(turned, style, (1.0, 1.0) if in_box else place.viewport)
        if not stops or np.linalg.det(matrix[:2, :2]) == 0:
            return None
        viewport = (1.0, 1.0) if in_box else place.viewport
        self._refuse_unsupported(gradient, style)
        radial = local_name(gradient) == "radialGradient"
        lengths = Lengths(style, viewport)
        frame = (_radial_frame if radial else _linear_frame)(lengths)
        if len(stops) == 1 or frame is None:
            return stops[-1][1]
        focus = self._focus(gradient, style, lengths) if radial else (0.0, 0.0, 0.0)
        placed = Gradient(radial, _placed_frame(frame, matrix), stops, focus)
        spread = style.get("spreadMethod", "pad")
        if spread in ("reflect", "repeat") and any(focus):
            self._source.cannot(gradient, f"spreadMethod {spread!r} from a focal point")
            return placed
        if spread not in ("reflect", "repeat"):
            return placed
        return self._spread(gradient, placed, spread, curve_box(paths), place.matrix)

    def _spread(
        self, element: Element, gradient: Gradient, spread: str, box: NDArray[np.float64], matrix: Matrix
    ) -> Gradient:
        """The gradient with its stops again and again, as far as the shape in a box [2, 2] goes."""
        (left, top), (right, bottom) = box
        reach = (right - left + bottom - top) / 2  # for its stroke
        low_x, low_y, high_x, high_y = left - reach, top - reach, right + reach, bottom + reach
        corners = np.array([[low_x, low_y], [high_x, low_y], [high_x, high_y], [low_x, high_y]])
        corners = corners @ matrix[:2, :2].T + matrix[:2, 2]
        origin, axes = gradient.frame[0], (gradient.frame[1:] - gradient.frame[0]).T
        u, v = np.linalg.solve(axes, (corners - origin).T)
        first, last = (0, math.ceil(np.hypot(u, v).max())) if gradient.radial else (
            math.floor(u.min()), math.ceil(u.max())
        )  # fmt: skip
        count = max(last - first, 1)
        if count > _MOST_REPEATS:
            self._source.cannot(element, f"spreadMethod {spread!r} more than {_MOST_REPEATS} times")
            return gradient
        self._stops_left -= count * len(gradient.stops)
        stops: Stops = []
        for number in range(first, first + count):
            turned = spread == "reflect" and number % 2 != 0
            own = [(1 - at, color) for at, color in reversed(gradient.stops)] if turned else gradient.stops
            ends = [(0.0, own[0][1]), *own, (1.0, own[-1][1])]
            stops += [((number - first + at) / count, color) for at, color in ends]
        start = origin + first * (gradient.frame[1] - origin)
        scaled = np.stack([start, start + count * axes[:, 0], start + count * axes[:, 1]])
        return Gradient(gradient.radial, scaled, stops)

    def _gathered(self, gradient: Element) -> tuple[dict[str, str], Stops]:
        """The style and the stops of a gradient and of those that it takes from by href."""
        chain = [gradient]
        while (following := self._source.template(chain[-1])) is not None:
            if local_name(following) not in GRADIENT_TAGS or following in chain:
                break
            chain.append(following)
        styles = [self._source.sheet.cascade_where_it_stands(element) for element in chain]
        stops: Stops = []
        for element, style in zip(chain, styles, strict=True):
            for child in element if not stops else ():
                if local_name(child) == "stop":
                    own = self._source.sheet.cascade(child, style)
                    position, color = self._source.read(child, own, style, _stop)
                    stops.append((max([position, *(before for before, _ in stops[-1:])]), color))
        tag = local_name(gradient)
        gathered: dict[str, str] = {}
        for element, style in zip(reversed(chain), reversed(styles), strict=True):
            foreign = _GEOMETRY if local_name(element) != tag else ()
            gathered |= {name: value for name, value in style.items() if name not in foreign}
        return gathered, stops

    def _refuse_unsupported(self, gradient: Element, style: Style) -> None:
        if style.get("color-interpolation", "auto").lower() == "linearrgb":
            self._source.cannot(gradient, "color-interpolation 'linearRGB'")
        for each in (gradient, *gradient):
            for what in animated(each):
                self._source.cannot(gradient, what)

    def _focus(self, gradient: Element, style: Style, lengths: Lengths) -> tuple[float, float, float]:
        """The focal circle in radii from the center."""
        radius, start = lengths.get("r", "50%"), lengths.get("fr")
        if start < 0:
            raise UnreadableError("fr", f"fr of its gradient is {start:g}; it must not be negative")
        across, down = (
            (lengths.get(f"f{axis}", center) - lengths.get(f"c{axis}", center)) / radius
            for axis, center in (("x", style.get("cx", "50%")), ("y", style.get("cy", "50%")))
        )
        if math.hypot(across, down) + start / radius > FARTHEST_FOCUS:
            self._source.cannot(gradient, "a focal circle that is not within its circle")
            return (0.0, 0.0, 0.0)
        found = (across, down, start / radius)
        return found if max(map(abs, found)) > _FOCUS_SLACK else (0.0, 0.0, 0.0)


def finer_stops(stops: Sequence[tuple[float, Color]]) -> Stops:
    """Stops with some between them, so that products of what changes are followed."""
    found = [stops[0]]
    for (before, first), (after, last) in zip(stops, stops[1:], strict=False):
        for share in np.linspace(0, 1, _BETWEEN_STOPS + 1)[1:].tolist() if after > before else (1.0,):
            color = tuple(a + share * (b - a) for a, b in zip(first, last, strict=True))
            found.append((before + share * (after - before), color))  # type: ignore[arg-type]
    return found


def _stop(style: Style) -> tuple[float, Color]:
    red, green, blue, alpha = style_color(style, "stop-color", style.get("stop-color", "black"))
    opacity = parse_opacity("stop-opacity", style.get("stop-opacity", "1"))
    return parse_opacity("offset", style.get("offset", "0")), (red, green, blue, alpha * opacity)


def _linear_frame(lengths: Lengths) -> NDArray[np.float64] | None:
    start = np.array([lengths.get("x1", "0%"), lengths.get("y1", "0%")])
    end = np.array([lengths.get("x2", "100%"), lengths.get("y2", "0%")])
    axis = end - start
    return np.stack([start, end, start + [-axis[1], axis[0]]]) if axis.any() else None


def _radial_frame(lengths: Lengths) -> NDArray[np.float64] | None:
    radius = lengths.get("r", "50%")
    if radius < 0:
        raise UnreadableError("r", f"r of its gradient is {radius:g}; it must not be negative")
    center = np.array([lengths.get("cx", "50%"), lengths.get("cy", "50%")])
    return np.stack([center, center + [radius, 0.0], center + [0.0, radius]]) if radius else None


def _box_matrix(paths: Sequence[CubicPath]) -> Matrix:
    """From the unit square to the box around paths; singular if the box has no area."""
    (left, top), (right, bottom) = curve_box(paths)
    return affine(right - left, 0, 0, bottom - top, left, top)


def _placed_frame(frame: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    placed = frame @ matrix[:2, :2].T + matrix[:2, 2]
    first, second = placed[1:] - placed[:1]
    area = abs(first[0] * second[1] - first[1] * second[0])
    if not ((np.abs(placed) <= MAX_NUMBER).all() and area > (_THINNEST_FRAME * np.abs(placed).max()) ** 2):
        raise ValueError("its gradient is too thin, or too far away, for single precision")
    return np.asarray(placed)
