"""Paints that are blended with what lies beneath them, as paints that are not.

Modes and formulas: W3C, "Compositing and Blending Level 1", sections 5.8, 9 and 10.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Polygon, Spend
from inkwright.vector_graphics.svg.reading.clipping.flat_paints import blended, paint_areas
from inkwright.vector_graphics.svg.reading.shapes.gradient import Gradient, finer_stops
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import straight_path
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.values.color import Color

Channels = NDArray[np.float64]  # [3] in [0, 1]
Blend = Callable[[Channels, Channels], Channels]  # of what lies beneath, and of what is painted

_LUMINANCE = np.array([0.3, 0.59, 0.11])
_MOST_WORK = 2e6  # microseconds, about
_BOUND, _SHAPE = 2.0, 700.0  # of a shape that may be touched, and of one that is: its curves are flattened
_POINT, _OUTLINE, _PAIR = 5.0, 50.0, 0.003  # of a point, one of a stroke, two points
_BLEND, _LEVEL, _PART, _MIX = 2e3, 100.0, 60.0, 60.0  # of a blend, a level, an edge at it, a color
_FEW_STOPS, _MOST_STOPS = 64, 1_000  # of a gradient: up to which some are put between them, and in all


class _TooMuchError(Exception):
    """The work that is left does not suffice."""


class Blending:
    """Blends shapes of one document with what lies beneath them, up to about two seconds' work in all.

    Args:
        fineness: pixels per canvas unit up to which flattened curves look smooth.
        spend: is told what areas that are laid over each other cost, and may refuse.
    """

    def __init__(self, fineness: float, spend: Spend) -> None:
        self._fineness, self._spend = fineness, spend
        self._left = _MOST_WORK
        self._known: dict[int, tuple[PaintedShape, NDArray[np.float64]]] = {}  # boxes, by identity

    def over(
        self, shapes: Sequence[PaintedShape], beneath: Sequence[PaintedShape], mode: str
    ) -> list[PaintedShape] | str:
        """What shapes have to be so that, painted plainly over others, they look as if blended with them.

        A place's color is the mean of their own and of the blended one, weighed by the alpha of what lies
        beneath; their alpha stays. A gradient is blended at several places along it.

        Args:
            shapes: of one element, at least one; they are blended as a group.
            beneath: what is painted before them in the group in which they are blended.
            mode: one of ``BLENDS``.

        Returns:
            A word for what cannot be held of it.
        """
        try:
            touched = self._touched(beneath, shapes)
            return self._over(touched, shapes, BLENDS[mode]) if touched else list(shapes)
        except _TooMuchError:
            return "too many parts"

    def _touched(self, beneath: Sequence[PaintedShape], shapes: Sequence[PaintedShape]) -> list[PaintedShape]:
        bounds = np.stack([shape.bounds() for shape in shapes])
        low, high = bounds[:, :2].min(0), bounds[:, 2:].max(0)
        self._work(_BLEND + _BOUND * len(beneath))
        boxes = np.stack([self._bounds(shape) for shape in beneath]) if beneath else np.zeros((0, 4))
        touches = (boxes[:, :2] < high).all(1) & (boxes[:, 2:] > low).all(1)
        return [beneath[number] for number in np.flatnonzero(touches).tolist()]

    def _bounds(self, shape: PaintedShape) -> NDArray[np.float64]:
        if id(shape) not in self._known:
            self._known[id(shape)] = shape, shape.bounds()
        return self._known[id(shape)][1]

    def _over(
        self, beneath: Sequence[PaintedShape], shapes: Sequence[PaintedShape], blend: Blend
    ) -> list[PaintedShape] | str:
        self._work(_overlaying([*beneath, *shapes]))
        paints, parts = paint_areas([*beneath, *shapes], self._fineness, self._overlaid)
        if parts is None:
            return "too many edges"
        first = sum((each.fill is not None) + _is_stroked(each) for each in beneath)
        found: dict[object, tuple[PaintedShape, list[Polygon]]] = {}
        for numbers, polygons in parts.items():
            if numbers[-1] < first:
                continue
            under, over = ([paints[n] for n in numbers if (n >= first) is above] for above in (False, True))
            paint = self._mixed(_seen(under), _seen(over), blend)
            if isinstance(paint, str):
                return paint
            shape = replace(over[-1], fill=paint[0], gradient=paint[1], even_odd=False)
            found.setdefault(_look(shape), (shape, []))[1].extend(polygons)
        made = [replace(one, paths=tuple(map(straight_path, polygons))) for one, polygons in found.values()]
        if len(paints) == first + 1 and len(made) == 1 and not made[0].gradient:
            return [replace(paints[first], fill=made[0].fill)]  # as it was, in another color
        return made

    def _mixed(
        self, under: Sequence[PaintedShape], over: Sequence[PaintedShape], blend: Blend
    ) -> tuple[Color, Gradient | None] | str:
        """The fill of a place, and its gradient if a paint has one; a word for what cannot be held of it."""
        if any(paint.picture is not None for paint in (*under, *over)):
            return "a pixel image"
        graded = [number for number, paint in enumerate((*under, *over)) if paint.gradient is not None]
        if len(graded) > 1:
            return "gradients over each other"
        stops = [_stops(paint) for paint in (*under, *over)]
        if max(map(len, stops)) > _MOST_STOPS:
            return f"more than {_MOST_STOPS:,} stops"
        self._work(_MIX * max(map(len, stops)))
        mixed: list[tuple[float, Color]] = []
        for at, color in stops[graded[0]] if graded else stops[0]:
            colors = [color if graded == [number] else each[0][1] for number, each in enumerate(stops)]
            mixed.append((at, _blended(blended(colors[: len(under)]), blended(colors[len(under) :]), blend)))
        gradient = [*under, *over][graded[0]].gradient if graded else None
        if gradient is None:
            return mixed[0][1], None
        red, green, blue, _ = np.mean([color for _, color in mixed], axis=0).tolist()
        return (red, green, blue, 1.0), replace(gradient, stops=mixed)

    def _overlaid(self, levels: int, edges: int) -> None:
        self._spend(levels, edges)
        self._work(_LEVEL * levels + _PART * edges)

    def _work(self, amount: float) -> None:
        self._left -= amount
        if self._left < 0:
            raise _TooMuchError


def _is_stroked(shape: PaintedShape) -> bool:
    return shape.stroke is not None and shape.width > 0


def _overlaying(shapes: Sequence[PaintedShape]) -> float:
    """The work before areas are laid over each other: paths flattened, strokes outlined, edges crossed."""
    counts = [(sum(len(points) for points, _ in shape.paths), _is_stroked(shape)) for shape in shapes]
    points = sum(count for count, _ in counts)
    each = sum(_SHAPE + count * (_OUTLINE if stroked else _POINT) for count, stroked in counts)
    return each + _PAIR * points**2


def _look(shape: PaintedShape) -> object:
    gradient = shape.gradient
    graded = None if gradient is None else (id(gradient.frame), tuple(gradient.stops))
    return shape.fill, shape.layer, graded


def _seen(paints: Sequence[PaintedShape]) -> list[PaintedShape]:
    """Paints without those that lie beneath an opaque one."""
    opaque = [number for number, paint in enumerate(paints) if _is_opaque(paint)]
    return list(paints[opaque[-1] if opaque else 0 :])


def _is_opaque(paint: PaintedShape) -> bool:
    stops = paint.gradient.stops if paint.gradient is not None else []
    return paint.fill is not None and paint.fill[3] == 1 and all(color[3] == 1 for _, color in stops)


def _stops(paint: PaintedShape) -> list[tuple[float, Color]]:
    """The colors along a paint, with its own alpha; one if it is flat."""
    red, green, blue, alpha = paint.fill or (0.0, 0.0, 0.0, 0.0)
    if paint.gradient is None:
        return [(0.0, (red, green, blue, alpha))]
    stops = paint.gradient.stops
    if len(stops) <= _FEW_STOPS:  # else every blend over a blend would have several times as many
        stops = finer_stops(stops)
    return [(at, (*color[:3], color[3] * alpha)) for at, color in stops]


def _blended(under: Color, over: Color, blend: Blend) -> Color:
    beneath, own = np.array(under[:3]), np.array(over[:3])
    red, green, blue = (own + under[3] * (np.clip(blend(beneath, own), 0, 1) - own)).tolist()
    return red, green, blue, over[3]


def _hard_light(beneath: Channels, own: Channels) -> Channels:
    screened = beneath + (2 * own - 1) - beneath * (2 * own - 1)
    return np.where(own <= 0.5, beneath * 2 * own, screened)


def _soft_light(beneath: Channels, own: Channels) -> Channels:
    root = np.where(beneath <= 0.25, ((16 * beneath - 12) * beneath + 4) * beneath, np.sqrt(beneath))
    darker = beneath - (1 - 2 * own) * beneath * (1 - beneath)
    return np.where(own <= 0.5, darker, beneath + (2 * own - 1) * (root - beneath))


def _dodged(beneath: Channels, own: Channels) -> Channels:
    lighter = np.minimum(1.0, beneath / np.where(own == 1, 1.0, 1 - own))
    return np.where(beneath == 0, 0.0, np.where(own == 1, 1.0, lighter))


def _burned(beneath: Channels, own: Channels) -> Channels:
    darker = 1 - np.minimum(1.0, (1 - beneath) / np.where(own == 0, 1.0, own))
    return np.where(beneath == 1, 1.0, np.where(own == 0, 0.0, darker))


def _with_luminance(color: Channels, like: Channels) -> Channels:
    """A color lightened or darkened to the luminance of another, brought into its range."""
    light = float(like @ _LUMINANCE)
    color = color + light - float(color @ _LUMINANCE)
    low, high = float(color.min()), float(color.max())
    if low < 0:
        color = light + (color - light) * light / (light - low)
    return light + (color - light) * (1 - light) / (high - light) if high > 1 else color


def _with_saturation(color: Channels, like: Channels) -> Channels:
    """A color stretched to the saturation of another."""
    spread = float(np.ptp(color))
    return (color - color.min()) * (float(np.ptp(like)) / spread if spread else 0.0)


BLENDS: dict[str, Blend] = {
    "multiply": lambda beneath, own: beneath * own,
    "screen": lambda beneath, own: beneath + own - beneath * own,
    "overlay": lambda beneath, own: _hard_light(own, beneath),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _dodged,
    "color-burn": _burned,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda beneath, own: np.abs(beneath - own),
    "exclusion": lambda beneath, own: beneath + own - 2 * beneath * own,
    "hue": lambda beneath, own: _with_luminance(_with_saturation(own, beneath), beneath),
    "saturation": lambda beneath, own: _with_luminance(_with_saturation(beneath, own), beneath),
    "color": lambda beneath, own: _with_luminance(own, beneath),
    "luminosity": lambda beneath, own: _with_luminance(beneath, own),
}
